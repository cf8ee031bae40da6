import Config

config :switchyard, flags_path: System.get_env("FLAGS_PATH")

config :switchyard, SwitchyardWeb.Endpoint,
  adapter: Bandit.PhoenixAdapter,
  http: [port: String.to_integer(System.get_env("PORT") || "4000")],
  render_errors: [formats: [json: SwitchyardWeb.ErrorJSON], layout: false]

config :phoenix, :json_library, Jason

config :logger, level: if(config_env() == :test, do: :warning, else: :info)
