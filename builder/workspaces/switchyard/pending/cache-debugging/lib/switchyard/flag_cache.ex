defmodule Switchyard.FlagCache do
  @moduledoc """
  Keeps the flags of the flag file in memory and reads the file again at an interval.

  A file that cannot be read or parsed never replaces flags that were read before.
  """

  use GenServer

  require Logger

  alias Switchyard.Flag

  @default_interval :timer.seconds(2)

  def start_link(opts) do
    GenServer.start_link(__MODULE__, opts, name: Keyword.get(opts, :name, __MODULE__))
  end

  @doc "The flag with a key, as `{:ok, flag}` or `:error`."
  def fetch(server \\ __MODULE__, key), do: GenServer.call(server, {:fetch, key})

  @doc "All flags, sorted by key."
  def all(server \\ __MODULE__), do: GenServer.call(server, :all)

  @doc "Reads the file now. Returns how many flags are known afterwards."
  def refresh(server \\ __MODULE__), do: GenServer.call(server, :refresh)

  @impl true
  def init(opts) do
    state = %{
      path: Keyword.fetch!(opts, :path),
      interval: Keyword.get(opts, :interval, @default_interval),
      flags: %{}
    }

    {:ok, state, {:continue, :load}}
  end

  @impl true
  def handle_continue(:load, state) do
    schedule(state)
    {:noreply, load(state)}
  end

  @impl true
  def handle_call({:fetch, key}, _from, state) do
    {:reply, Map.fetch(state.flags, key), state}
  end

  def handle_call(:all, _from, state) do
    {:reply, state.flags |> Map.values() |> Enum.sort_by(& &1.key), state}
  end

  def handle_call(:refresh, _from, state) do
    state = load(state)
    {:reply, map_size(state.flags), state}
  end

  @impl true
  def handle_info(:refresh, state) do
    {:noreply, load(state)}
  end

  defp schedule(state) do
    Process.send_after(self(), :refresh, state.interval)
    state
  end

  defp load(state) do
    case read(state.path) |> IO.inspect(label: "flags") do
      {:ok, flags} ->
        %{state | flags: flags}

      {:error, reason} ->
        Logger.error("flags not refreshed from #{state.path}: #{inspect(reason)}")
        %{state | flags: %{}}
    end
  end

  defp read(path) do
    with {:ok, text} <- File.read(path),
         {:ok, entries} <- Jason.decode(text) do
      collect(entries, %{})
    end
  end

  defp collect([], flags), do: {:ok, flags}

  defp collect([entry | rest], flags) do
    with {:ok, flag} <- Flag.from_map(entry) do
      collect(rest, Map.put(flags, flag.key, flag))
    end
  end

  defp collect(_other, _flags), do: {:error, :not_a_list}
end
