namespace Brewlog.Batches;

public enum BatchStatus
{
    Fermenting,
    Packaged,
    Dumped,
}

/// <summary>One brew, from pitching the yeast to the bottle.</summary>
public sealed class Batch
{
    public int Id { get; init; }

    public required string Name { get; set; }

    public required string Style { get; set; }

    public required decimal Litres { get; init; }

    public required decimal OriginalGravity { get; init; }

    public required DateOnly BrewedOn { get; init; }

    public BatchStatus Status { get; private set; } = BatchStatus.Fermenting;

    public List<Reading> Readings { get; } = [];

    public decimal CurrentGravity => Readings.Count == 0 ? OriginalGravity : Readings[^1].Gravity;

    public decimal Strength => BrewMath.Abv(OriginalGravity, CurrentGravity);
}

/// <summary>A hydrometer reading.</summary>
public sealed class Reading
{
    public int Id { get; init; }

    public int BatchId { get; init; }

    public required decimal Gravity { get; init; }

    public required decimal Celsius { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime TakenAt { get; init; }
}
