defmodule Switchyard.Application do
  @moduledoc false

  use Application

  @impl true
  def start(_type, _args) do
    children = [SwitchyardWeb.Endpoint]
    Supervisor.start_link(children, strategy: :one_for_one, name: Switchyard.Supervisor)
  end

  @impl true
  def config_change(changed, _new, removed) do
    SwitchyardWeb.Endpoint.config_change(changed, removed)
    :ok
  end
end
