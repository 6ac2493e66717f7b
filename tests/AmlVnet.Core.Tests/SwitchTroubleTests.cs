namespace AmlVnet.Core.Tests;

/// <summary>A switch that failed has one most likely cause, and a command.</summary>
public sealed class SwitchTroubleTests
{
    // A compute that was to be internal in a subnet of its own, whose load balancer has no address there yet.
    private static NetworkFacts Stuck =>
        Worlds.Good.WithCompute(one => one with { LoadBalancerSubnet = "internal", ScoringIPAddress = "20.1.1.1" }) with
        {
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>([Worlds.Good.LoadBalancers.Value![0]]),
        };

    public static TheoryData<string, string, string> Causes => new()
    {
        { "right", "No role assignment", "Grant-AksNetworkContributor" },
        { "locked", "'l' (ReadOnly)", "az lock delete --ids '/subscriptions/" },
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
        var failed = World("right").WithCompute(one =>
            one with { ProvisioningState = "Failed", Errors = [new() { Message = "Scoring FE IP address not updated yet." }] });

        var result = CheckCatalogue.Find("AMLVNET-COMPUTE-004")!.Evaluate(failed).First(one => one.Status == CheckStatus.Failed);

        Assert.Contains("Most likely: No role assignment", result.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("Grant-AksNetworkContributor", result.Recommendation, StringComparison.Ordinal);
        Assert.Contains("Set-AmlAksLoadBalancer", result.Recommendation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("right", "does not end. No role assignment", "Grant-AksNetworkContributor")]
    [InlineData("full", "does not end. ", "az network vnet subnet create")]
    [InlineData("stopped", "does not end. The cluster is stopped", "az aks start")]
    public void A_stuck_switch_is_reported_with_its_cause(string trouble, string says, string command)
    {
        var result = Updating(World(trouble));

        Assert.Equal(CheckStatus.Warning, result.Status);
        Assert.Contains(says, result.Evidence, StringComparison.Ordinal);
        Assert.StartsWith(command, result.Recommendation, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("events")]
    [InlineData("taken over")]
    public void A_switch_under_way_in_which_nothing_is_broken_has_no_cause(string trouble)
    {
        var result = Updating(World(trouble));

        Assert.EndsWith("an operation is running.", result.Evidence, StringComparison.Ordinal);
        Assert.StartsWith("Get-AmlAksCompute", result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compute_that_still_shows_its_public_endpoint_may_be_under_way_to_the_internal_one()
    {
        var result = Updating(World("right").WithCompute(
            static one => one with { LoadBalancerType = LoadBalancerType.PublicIp, LoadBalancerSubnet = "internal" }));

        Assert.Contains("does not end. If it is a switch to the internal load balancer: No role assignment", result.Evidence,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(59, true)]
    [InlineData(60, false)]
    public void A_right_that_is_younger_than_an_hour_may_not_have_taken_effect(int minutes, bool isNamed)
    {
        var now = new DateTimeOffset(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
        var world = World("") with
        {
            Cloud = Stuck.Cloud with { Now = now },
            Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.InternalSubnet) with { CreatedOn = now.AddMinutes(-minutes) }] },
        };

        Assert.Equal(isNamed, SwitchTrouble.Cause(world) is { IsPassing: true });
        Assert.Equal(isNamed, Updating(world).Evidence.Contains($"granted {minutes} min ago", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("AuthorizationFailed", "")]
    [InlineData("LoadBalancerNotReady", "The client does not have authorization to perform action 'subnets/read'.")]
    public void A_right_that_came_after_the_failure_wants_the_switch_again(string code, string message)
    {
        ArmErrorDetail error = new()
        {
            Message = "Scoring FE IP address not updated yet.",
            Inner = [new() { Code = code, Message = message }]
        };

        var result = CheckCatalogue.Find("AMLVNET-COMPUTE-004")!
            .Evaluate(World("").WithCompute(one => one with { ProvisioningState = "Failed", Errors = [error] }))
            .First(static one => one.Status == CheckStatus.Failed);

        Assert.Contains("it is there now", result.Evidence, StringComparison.Ordinal);
        Assert.Contains("Set-AmlAksLoadBalancer", result.Recommendation, StringComparison.Ordinal);
        Assert.DoesNotContain("Grant-", result.Recommendation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_endpoint_has_no_such_trouble() =>
        Assert.Null(SwitchTrouble.Cause(Worlds.Good.WithCompute(one => one with { LoadBalancerType = LoadBalancerType.PublicIp })));

    private static CheckResult Updating(NetworkFacts world) => CheckCatalogue.Find("AMLVNET-COMPUTE-004")!
        .Evaluate(world.WithCompute(static one => one with { ProvisioningState = "Updating" }))
        .First(static one => one.Evidence.Contains("Updating", StringComparison.Ordinal));

    private static NetworkFacts World(string trouble) => trouble switch
    {
        "right" => Stuck with { Roles = new RoleFacts { Assignments = [Worlds.Assign(Worlds.Subnet)] } },
        "full" => Stuck with { LoadBalancerSubnet = Stuck.VirtualNetwork.Value!.Subnets[1] with { UsedAddressCount = 11 } },
        "stopped" => Stuck.WithCluster(one => one with { PowerState = "Stopped" }),
        "locked" => Stuck with { Locks = [LockOf(Worlds.Cluster.SubscriptionId!, "MC_x")] },
        "absent" => Stuck.WithCompute(one => one with { LoadBalancerSubnet = "nowhere" }),
        "taken over" => Stuck with
        {
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
                [new() { Id = "/lb/kubernetes-internal", Sku = "Standard",
                    Frontends = [new("in", "10.1.2.4", Worlds.InternalSubnet.ToString())] }]),
        },
        _ => Stuck,
    };

    private static LockList LockOf(string subscription, string group)
    {
        var scope = $"/subscriptions/{subscription}/resourceGroups/{group}";
        return new($"/subscriptions/{subscription}",
            Known.Of<IReadOnlyList<LockFacts>>([new($"{scope}/providers/Microsoft.Authorization/locks/l", scope, "ReadOnly")]));
    }
}
