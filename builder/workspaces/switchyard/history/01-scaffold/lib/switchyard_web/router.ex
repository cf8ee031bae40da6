defmodule SwitchyardWeb.Router do
  use Phoenix.Router, helpers: false

  import Phoenix.Controller

  pipeline :api do
    plug :accepts, ["json"]
  end

  scope "/api", SwitchyardWeb do
    pipe_through :api
  end
end
