defmodule Switchyard.FlagTest do
  use ExUnit.Case, async: true

  alias Switchyard.Flag

  defp flag(changes \\ %{}) do
    {:ok, flag} = Flag.from_map(Map.merge(%{"key" => "new-checkout", "enabled" => true}, changes))
    flag
  end

  test "a flag without a percentage is on for everybody" do
    assert Enum.all?(1..500, &Flag.enabled_for?(flag(), "user-#{&1}", :production))
  end

  test "a flag that is switched off is off for listed users as well" do
    off = flag(%{"enabled" => false, "users" => ["qa-1"]})
    refute Flag.enabled_for?(off, "qa-1", :production)
  end

  test "a flag is off in other environments" do
    staging = flag(%{"environments" => ["staging"]})
    assert Flag.enabled_for?(staging, "user-1", :staging)
    refute Flag.enabled_for?(staging, "user-1", :production)
  end

  test "a listed user is not subject to the percentage" do
    assert Flag.enabled_for?(flag(%{"percentage" => 0, "users" => ["qa-1"]}), "qa-1", :production)
  end

  test "a user always gets the same answer" do
    half = flag(%{"percentage" => 50})
    answers = for _ <- 1..20, do: Flag.enabled_for?(half, "user-7", :production)
    assert length(Enum.uniq(answers)) == 1
  end

  test "a percentage above 100 is refused" do
    assert {:error, {:invalid_percentage, "x", 101}} =
             Flag.from_map(%{"key" => "x", "enabled" => true, "percentage" => 101})
  end
end
