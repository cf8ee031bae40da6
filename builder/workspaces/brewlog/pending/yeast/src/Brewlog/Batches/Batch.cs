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

    public string? Yeast { get; set; }

    public required decimal Litres { get; init; }

    public required decimal OriginalGravity { get; init; }

    public required DateOnly BrewedOn { get; init; }

    public BatchStatus Status { get; private set; } = BatchStatus.Fermenting;

    public List<Reading> Readings { get; } = [];

    public decimal CurrentGravity => Readings.Count == 0 ? OriginalGravity : Readings[^1].Gravity;

    public decimal Strength => BrewMath.Abv(OriginalGravity, CurrentGravity);

    /// <summary>Whether the gravity has stopped falling over the given period.</summary>
    public bool HasSettled(TimeSpan period, decimal tolerance)
    {
        if (Readings.Count < 2)
        {
            return false;
        }

        var last = Readings[^1];
        var earlier = Readings.FindLast(reading => last.TakenAt - reading.TakenAt >= period);

        return earlier is not null && earlier.Gravity - last.Gravity <= tolerance;
    }

    public void Package()
    {
        if (Status != BatchStatus.Fermenting)
        {
            throw new InvalidOperationException($"Batch {Id} is {Status} and cannot be packaged.");
        }

        Status = BatchStatus.Packaged;
    }
}

/// <summary>A hydrometer reading, already corrected for temperature.</summary>
public sealed class Reading
{
    public int Id { get; init; }

    public int BatchId { get; init; }

    public required decimal Gravity { get; init; }

    public required decimal Celsius { get; init; }

    /// <summary>UTC.</summary>
    public required DateTime TakenAt { get; init; }
}

/// <summary>When a fermentation counts as finished.</summary>
public sealed class FermentationOptions
{
    public int SettledAfterHours { get; set; } = 48;

    public decimal Tolerance { get; set; } = 0.001m;
}
