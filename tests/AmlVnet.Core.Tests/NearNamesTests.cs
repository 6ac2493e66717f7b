namespace AmlVnet.Core.Tests;

public sealed class NearNamesTests
{
    [Theory]
    [InlineData("mynetwrok", "Did you mean 'mynetwork'? There are: mynetwork, other.", "other", "mynetwork")]
    [InlineData("MYNETWORK1", "Did you mean 'mynetwork'? There is: mynetwork.", "mynetwork")]
    [InlineData("zzz", "There is: mynetwork.", "mynetwork")]
    [InlineData("group/mynetwork", "Did you mean 'other/mynetwork'? There is: other/mynetwork.", "other/mynetwork")]
    [InlineData("any", "")]
    public void The_nearest_is_asked_for_and_all_are_listed(string wanted, string said, params string[] names) =>
        Assert.Equal(said, NearNames.Describe(wanted, names));

    [Fact]
    public void A_list_is_bounded()
    {
        var said = NearNames.Describe("node", Enumerable.Range(1, 500).Select(static i => $"cluster{i:000}"));
        Assert.EndsWith(" and 490 more.", said, StringComparison.Ordinal);
        Assert.True(said.Length < 200, said);
    }

    [Fact]
    public void Of_hundreds_only_those_that_are_like_it_are_named()
    {
        string[] sizes = ["Standard_D3_v2", "Standard_D4_v2", "Standard_NC96ads_A100_v4"];
        Assert.Equal("Did you mean 'Standard_D3_v2', 'Standard_D4_v2'?", NearNames.Describe("Standard_D3_v", sizes, listsAll: false));
        Assert.Equal("", NearNames.Describe("huge", sizes, listsAll: false));
    }
}
