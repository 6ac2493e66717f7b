namespace AmlVnet.Core.Tests;

public sealed class ResourceNamesTests
{
    [Theory]
    [InlineData("myaks")]
    [InlineData("abc")]
    [InlineData("a-1b")]
    [InlineData("aks1")]
    [InlineData("abcdefghijklmnopqrstuvwx")]
    [InlineData("a-1-b")]
    public void Good_compute_names(string name) => Assert.Null(ResourceNames.CheckCompute(name));

    [Theory]
    [InlineData(null, "empty")]
    [InlineData("", "empty")]
    [InlineData("ab", "add 1 or more")]
    [InlineData("abcdefghijklmnopqrstuvwxy", "take 1 or more away")]
    [InlineData("1abc", "first or last")]
    [InlineData("abc-", "first or last")]
    [InlineData("my_aks", "take '_' out")]
    [InlineData("my aks", "take ' ' out")]
    [InlineData("aks-1", "'aks1'")]
    [InlineData("my-aks-007", "digits only")]
    [InlineData("abc\n", "take")]
    [InlineData("computes/abc", "last part")]
    public void Bad_compute_names_say_why(string? name, string says) =>
        Assert.Contains(says, ResourceNames.CheckCompute(name), StringComparison.Ordinal);

    [Fact]
    public void Other_kinds_have_their_own_rules()
    {
        Assert.Null(ResourceNames.CheckWorkspace("my_work-space"));
        Assert.NotNull(ResourceNames.CheckWorkspace("my.workspace"));
        Assert.NotNull(ResourceNames.CheckWorkspace(new string('a', 34)));
        Assert.Null(ResourceNames.CheckResourceGroup("my(group).é_"));
        Assert.NotNull(ResourceNames.CheckResourceGroup("group."));
        Assert.Null(ResourceNames.CheckVirtualNetwork("v2"));
        Assert.NotNull(ResourceNames.CheckVirtualNetwork("v"));
        Assert.Null(ResourceNames.CheckSubnet("s"));
        Assert.NotNull(ResourceNames.CheckSubnet("s-"));
        Assert.Null(ResourceNames.CheckCluster("my_aks-1"));
        Assert.NotNull(ResourceNames.CheckCluster("-aks"));
        Assert.Null(ResourceNames.CheckSubscriptionId("11111111-2222-3333-4444-555555555555"));
        Assert.NotNull(ResourceNames.CheckSubscriptionId("mysub"));
    }
}
