using System.Reflection;

namespace AmlVnet.Core.Tests;

/// <summary>Azure's words are open: an unknown one stays what it is, and case does not matter.</summary>
public sealed class WordTests
{
    public static TheoryData<Type> Types =>
        [.. typeof(Word).Assembly.GetTypes()
            .Where(static type => type.IsValueType && type.GetProperty("Word")?.PropertyType == typeof(Word))];

    [Theory]
    [MemberData(nameof(Types))]
    public void A_word_is_the_same_in_any_case_and_an_unknown_one_stays_what_it_is(Type type)
    {
        var known = type.GetProperties(BindingFlags.Static | BindingFlags.Public).Select(static one => one.GetValue(null)!).ToArray();
        Assert.NotEmpty(known);
        Assert.Equal(known.Length, known.Distinct().Count());
        Assert.All(known, one =>
        {
            Assert.Equal(one, Read(type, one.ToString()!.ToUpperInvariant()));
            Assert.Equal(one.GetHashCode(), Read(type, one.ToString()!.ToUpperInvariant())!.GetHashCode());
        });
        var other = Read(type, "SomethingNew");
        Assert.Equal("SomethingNew", other!.ToString());
        Assert.DoesNotContain(other, known);
        Assert.Null(Read(type, null));
        Assert.Null(Read(type, ""));
        Assert.Equal("", Activator.CreateInstance(type)!.ToString());
    }

    [Theory]
    [InlineData("Succeeded", false, true, false)]
    [InlineData("failed", true, true, false)]
    [InlineData("Canceled", true, true, false)]
    [InlineData("Unknown", false, false, false)]
    [InlineData("Deleting", false, false, true)]
    [InlineData("Rearranging", false, false, true)]
    public void A_change_goes_on_in_every_state_but_three_and_where_nobody_knows(string text, bool failed, bool over, bool busy)
    {
        ProvisioningState? state = text;
        Assert.Equal((failed, over, busy), (state!.Value.HasFailed, state.Value.IsOver, state.Value.IsBusy));
    }

    [Theory]
    [InlineData(null, 80)]
    [InlineData("", 80)]
    [InlineData("Disabled", 80)]
    [InlineData("disabled", 80)]
    [InlineData("Enabled", 443)]
    [InlineData("Auto", 443)]
    public void An_endpoint_with_TLS_scores_on_443(string? sslStatus, int port) => Assert.Equal(port, SslStatus.PortOf(sslStatus));

    private static object? Read(Type type, string? text) => type.GetMethod("op_Implicit")!.Invoke(null, [text]);
}
