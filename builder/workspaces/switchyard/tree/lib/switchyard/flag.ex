defmodule Switchyard.Flag do
  @moduledoc """
  A feature flag, and for whom it is on.
  """

  @environments ~w(development staging production)a

  @enforce_keys [:key, :enabled]
  defstruct [:key, :enabled, percentage: 100, environments: @environments, users: []]

  @type t :: %__MODULE__{
          key: String.t(),
          enabled: boolean(),
          percentage: 0..100,
          environments: [atom()],
          users: [String.t()]
        }

  @doc "Builds a flag from a decoded entry of the flag file."
  def from_map(%{"key" => key, "enabled" => enabled} = entry)
      when is_binary(key) and is_boolean(enabled) do
    percentage = Map.get(entry, "percentage", 100)
    environments = Map.get(entry, "environments", Enum.map(@environments, &Atom.to_string/1))
    users = Map.get(entry, "users", [])

    cond do
      percentage not in 0..100 ->
        {:error, {:invalid_percentage, key, percentage}}

      not is_list(environments) or not is_list(users) ->
        {:error, {:invalid_list, key}}

      true ->
        {:ok,
         %__MODULE__{
           key: key,
           enabled: enabled,
           percentage: percentage,
           environments: Enum.map(environments, &String.to_atom/1),
           users: users
         }}
    end
  end

  def from_map(entry), do: {:error, {:invalid_flag, entry}}

  @doc "Whether the flag is on for a user in an environment."
  def enabled_for?(%__MODULE__{enabled: false}, _user, _environment), do: false

  def enabled_for?(%__MODULE__{} = flag, user, environment) do
    cond do
      environment not in flag.environments -> false
      user in flag.users -> true
      true -> bucket(flag, user) <= flag.percentage
    end
  end

  # A number from 0 to 99 that never changes for the same flag and user.
  defp bucket(flag, user), do: :erlang.phash2({flag.key, user}, 100)
end
