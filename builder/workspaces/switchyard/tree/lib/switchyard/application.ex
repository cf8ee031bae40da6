defmodule Switchyard.Application do
  @moduledoc false

  use Application

  @impl true
  def start(_type, _args) do
    children = [
      {Switchyard.FlagCache, path: flags_path(), interval: refresh_interval()},
      SwitchyardWeb.Endpoint
    ]

    Supervisor.start_link(children, strategy: :one_for_one, name: Switchyard.Supervisor)
  end

  @impl true
  def config_change(changed, _new, removed) do
    SwitchyardWeb.Endpoint.config_change(changed, removed)
    :ok
  end

  defp flags_path do
    Application.get_env(:switchyard, :flags_path) ||
      Application.app_dir(:switchyard, "priv/flags.json")
  end

  defp refresh_interval do
    :switchyard
    |> Application.fetch_env!(:refresh_seconds)
    |> :timer.seconds()
  end
end
