using System.Reflection;

namespace AmlVnet.Core.Tests;

/// <summary>A list that ages proves nothing a year after its date.</summary>
public sealed class DatedListTests
{
    [Theory]
    [InlineData(2027, 10, 31, false)]
    [InlineData(2027, 11, 1, true)]
    public void The_list_of_retiring_sizes_turns_unknown_a_year_after_its_date(int year, int month, int day, bool isUnknown)
    {
        var now = new DateTimeOffset(year, month, day, 0, 0, 0, TimeSpan.Zero);
        var facts = Worlds.Good with { Cloud = Worlds.Good.Cloud with { Now = now } };

        var results = CheckCatalogue.Find("AMLVNET-CLUSTER-004")!.Evaluate(facts).ToArray();

        Assert.NotEmpty(results);
        Assert.All(results, result => Assert.Equal(isUnknown, result.Status == CheckStatus.Unknown));
        Assert.All(results, result => Assert.Equal(isUnknown, result.Evidence.Contains("more than a year old", StringComparison.Ordinal)));
    }

    /// <summary>Whoever adds a dated list has to say here which rule it makes Unknown.</summary>
    [Fact]
    public void No_other_list_of_the_module_carries_a_date()
    {
        var dated = typeof(CheckCatalogue).Assembly.GetTypes()
            .SelectMany(static type => type.GetProperties(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(static one => one.PropertyType.Name == "DatedList")
            .Select(static one => $"{one.DeclaringType!.Name}.{one.Name}");

        Assert.Equal(["RetiringSizes.Dated"], dated);
    }
}
