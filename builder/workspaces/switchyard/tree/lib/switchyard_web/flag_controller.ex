defmodule SwitchyardWeb.FlagController do
  use Phoenix.Controller, formats: [:json]

  import Plug.Conn

  alias Switchyard.Flag
  alias Switchyard.FlagCache

  @doc "All flags as key and on or off, for one user in one environment."
  def index(conn, params) do
    user = params["user"] || "anonymous"
    environment = String.to_atom(params["environment"] || "production")

    flags =
      Map.new(FlagCache.all(), fn flag ->
        {flag.key, Flag.enabled_for?(flag, user, environment)}
      end)

    json(conn, %{flags: flags})
  end

  def show(conn, %{"key" => key} = params) do
    user = params["user"] || "anonymous"
    environment = String.to_atom(params["environment"] || "production")

    case FlagCache.fetch(key) do
      {:ok, flag} ->
        json(conn, %{key: key, enabled: Flag.enabled_for?(flag, user, environment)})

      :error ->
        conn
        |> put_status(:not_found)
        |> json(%{error: "unknown flag: #{key}"})
    end
  end

  def refresh(conn, _params) do
    json(conn, %{flags: FlagCache.refresh()})
  end
end
