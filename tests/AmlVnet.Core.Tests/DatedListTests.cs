using AmlVnet.Core.Checks;
using Xunit;

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
}
