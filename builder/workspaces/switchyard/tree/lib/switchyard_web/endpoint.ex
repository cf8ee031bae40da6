defmodule SwitchyardWeb.Endpoint do
  use Phoenix.Endpoint, otp_app: :switchyard

  plug Plug.RequestId
  plug Plug.Telemetry, event_prefix: [:phoenix, :endpoint]

  plug Plug.Parsers,
    parsers: [:json],
    pass: ["*/*"],
    json_decoder: Phoenix.json_library()

  plug Plug.Head
  plug SwitchyardWeb.Router
end

defmodule SwitchyardWeb.ErrorJSON do
  @moduledoc "The body of answers to requests that failed outside a controller."

  def render(template, _assigns) do
    %{error: Phoenix.Controller.status_message_from_template(template)}
  end
end
