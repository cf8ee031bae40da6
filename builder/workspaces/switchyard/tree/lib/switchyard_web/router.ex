defmodule SwitchyardWeb.Router do
  use Phoenix.Router, helpers: false

  import Phoenix.Controller
  import Plug.Conn

  pipeline :api do
    plug :accepts, ["json"]
  end

  pipeline :admin do
    plug :require_admin_token
  end

  scope "/api", SwitchyardWeb do
    pipe_through :api

    get "/flags", FlagController, :index
    get "/flags/:key", FlagController, :show
  end

  scope "/api/admin", SwitchyardWeb do
    pipe_through [:api, :admin]

    post "/refresh", FlagController, :refresh
  end

  defp require_admin_token(conn, _opts) do
    expected = Application.get_env(:switchyard, :admin_token)

    with true <- is_binary(expected) and expected != "",
         [given] <- get_req_header(conn, "x-admin-token"),
         true <- Plug.Crypto.secure_compare(given, expected) do
      conn
    else
      _ -> conn |> put_status(:unauthorized) |> json(%{error: "admin token required"}) |> halt()
    end
  end
end
