defmodule SwitchyardWeb.Router do
  use Phoenix.Router, helpers: false

  import Phoenix.Controller

  pipeline :api do
    plug :accepts, ["json"]
  end

  scope "/api", SwitchyardWeb do
    pipe_through :api

    get "/flags", FlagController, :index
    get "/flags/:key", FlagController, :show
  end
end
