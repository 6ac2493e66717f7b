using AmlVnet.Core.Checks;
using AmlVnet.Core.Facts;
using Xunit;

namespace AmlVnet.Core.Tests;

/// <summary>A switch that failed has one most likely cause, and a command.</summary>
public sealed class SwitchTroubleTests
{
    // A compute that was to be internal in a subnet of its own, whose load balancer has no address there yet.
    private static NetworkFacts Stuck => Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "internal", ScoringIPAddress = "20.1.1.1" }) with
    {
        LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>([Worlds.Good.LoadBalancers.Value![0]]),
    };

    public static TheoryData<string, string, string> Causes => new()
    {
        { "right", "No role assignment", "Grant-AksNetworkContributor" },
        { "full", "addresses", "az network vnet subnet create" },
        { "stopped", "stopped", "az aks start" },
        { "absent", "no subnet", "Set-AmlAksLoadBalancer" },
        { "taken over", "has not taken it over", "Set-AmlAksLoadBalancer -Type PublicIp" },
        { "events", "events", "kubectl describe service azureml-fe" },
    };

    [Theory, MemberData(nameof(Causes))]
    public void One_cause_is_named_with_the_command_that_mends_it(string trouble, string says, string command)
    {
        var cause = SwitchTrouble.Cause(World(trouble));

        Assert.NotNull(cause);
        Assert.Contains(says, cause.Sentence, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(command, cause.Command, StringComparison.Ordinal);
    }

    [Fact]
    public void A_failed_switch_is_reported_with_its_cause()
    {
        var failed = World("right").WithCompute(one => one with { ProvisioningState = "Failed", Errors = [new() { Message = "Scoring FE IP address not updated yet." }] });

        var result = CheckCatalogue.Find("AMLVNET-COMPUTE-004")!.Evaluate(failed).First(one => one.Status == CheckStatus.Failed);

        Assert.Contains("Most likely: No role assignment", result.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("Grant-AksNetworkContributor", result.Recommendation, StringComparison.Ordinal);
        Assert.Contains("Set-AmlAksLoadBalancer", result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_endpoint_has_no_such_trouble() =>
        Assert.Null(SwitchTrouble.Cause(Worlds.Good.WithCompute(one => one with { LoadBalancerType = LoadBalancerType.PublicIp })));

    private static NetworkFacts World(string trouble) => trouble switch
    {
        "right" => Stuck with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet)] } },
        "full" => Stuck with { LoadBalancerSubnet = Stuck.VirtualNetwork.Value!.Subnets[1] with { UsedAddressCount = 11 } },
        "stopped" => Stuck.WithCluster(one => one with { PowerState = "Stopped" }),
        "absent" => Stuck.WithCompute(one => one with { LoadBalancerSubnet = "nowhere" }),
        "taken over" => Stuck with
        {
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
                [new() { Id = "/lb/kubernetes-internal", Sku = "Standard", Frontends = [new("in", "10.1.2.4", Worlds.InternalSubnet.ToString())] }]),
        },
        _ => Stuck,
    };
}
