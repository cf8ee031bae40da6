using Brewlog.Batches;

namespace Brewlog.Tests;

public sealed class BrewMathTests
{
    public static TheoryData<decimal, decimal, decimal> Strengths => new()
    {
        { 1.048m, 1.010m, 5.0m },
        { 1.060m, 1.012m, 6.3m },
        { 1.050m, 1.050m, 0.0m },
    };

    [Theory]
    [MemberData(nameof(Strengths))]
    public void Strength_follows_from_the_drop_in_gravity(decimal original, decimal current, decimal expected)
    {
        Assert.Equal(expected, BrewMath.Abv(original, current));
    }

    [Fact]
    public void Attenuation_is_the_share_of_extract_that_is_gone()
    {
        Assert.Equal(80m, BrewMath.ApparentAttenuation(1.060m, 1.012m));
    }

    [Fact]
    public void Plain_water_has_nothing_to_attenuate()
    {
        Assert.Equal(0m, BrewMath.ApparentAttenuation(1.000m, 1.000m));
    }

    [Fact]
    public void A_sample_at_20_degrees_needs_no_correction()
    {
        Assert.Equal(1.048m, BrewMath.CorrectForTemperature(1.048m, 20m));
    }

    [Fact]
    public void A_warm_sample_reads_too_low()
    {
        Assert.Equal(1.051m, BrewMath.CorrectForTemperature(1.048m, 30m));
    }

    [Fact]
    public void A_gravity_that_no_beer_has_is_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => BrewMath.Abv(1.48m, 1.010m));
    }
}
