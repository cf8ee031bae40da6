namespace Brewlog.Batches;

/// <summary>Formulas of the brewhouse. Gravities are specific gravities such as 1.048.</summary>
public static class BrewMath
{
    private const decimal AbvFactor = 131.25m;

    /// <summary>Alcohol by volume in percent, to one decimal.</summary>
    public static decimal Abv(decimal originalGravity, decimal currentGravity)
    {
        RequireGravity(originalGravity, nameof(originalGravity));
        RequireGravity(currentGravity, nameof(currentGravity));

        return Math.Round((originalGravity - currentGravity) * AbvFactor, 1, MidpointRounding.AwayFromZero);
    }

    /// <summary>How much of the extract seems to be fermented, in whole percent.</summary>
    public static decimal ApparentAttenuation(decimal originalGravity, decimal currentGravity)
    {
        RequireGravity(originalGravity, nameof(originalGravity));
        RequireGravity(currentGravity, nameof(currentGravity));

        if (originalGravity == 1m)
        {
            return 0m;
        }

        var attenuation = (originalGravity - currentGravity) / (originalGravity - 1m) * 100m;

        return Math.Round(attenuation, 0, MidpointRounding.AwayFromZero);
    }

    private static void RequireGravity(decimal gravity, string name)
    {
        if (gravity is < 0.980m or > 1.200m)
        {
            throw new ArgumentOutOfRangeException(name, gravity, "A specific gravity lies between 0.980 and 1.200.");
        }
    }
}
