namespace AmlVnet.Core.Tests;

/// <summary>Which frontend is the router's, where an AKS compute stands for the same cluster, too.</summary>
public sealed class RouterFrontendTests
{
    private const string Old = "10.1.0.4";
    private const string New = "10.1.0.97";

    [Theory]
    [InlineData(false, new[] { Old, New }, New)]
    [InlineData(true, new[] { Old, New }, New)]
    // The old router is gone, and the new one has got its address.
    [InlineData(false, new[] { Old }, Old)]
    // Beside the old one, which is there, the new one has none yet.
    [InlineData(true, new[] { Old }, null)]
    [InlineData(false, new string[0], null)]
    public void It_is_the_one_that_is_not_the_old_routers(bool isBeside, string[] addresses, string? expected)
    {
        var route = KubernetesWorlds.With(("scoringFe.enableUpgrade", isBeside ? "true" : null)).Kubernetes!;
        var balancers = KubernetesWorlds.Good.WithFronts([.. addresses.Select(KubernetesWorlds.Front)]).LoadBalancers;

        Assert.Equal(expected, RouterFrontend.Find(route, balancers, [Old]).Value?.Address);
    }
}
