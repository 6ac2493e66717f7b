namespace AmlVnet.Module.Tests;

/// <summary>Every cmdlet that changes anything is safe to run twice, also after an answer that got lost on its way.</summary>
public sealed class RunTwiceTests
{
    private const string Internal = " | Set-AmlAksLoadBalancer -Type InternalLoadBalancer";

    /// <summary>Scenario, what goes before, and the command.</summary>
    public static TheoryData<string, string, string> Commands => new()
    {
        { "how-to", "", Rehearsal.New },
        { "how-to", "", Rehearsal.New + " -SslLeafDomainLabel contoso -Tag @{ team = 'ml' }" },
        { "existing-cluster", "", Rehearsal.Get + " | Grant-AksNetworkContributor" },
        { "user-assigned", "", "'" + SimulatedCloud.ExistingCluster + "' | Grant-AksNetworkContributor -ScopeLevel Subnet" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + " | Revoke-AksNetworkContributor" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + Internal },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + Internal + " -SubnetName aks-subnet" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor" + Internal, Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type PublicIp" },
        { "existing-cluster", "", "Remove-AmlAksCompute myworkspacegroup myworkspace myaks" },
        { "how-to", Rehearsal.New, "Remove-AmlAksCompute myworkspacegroup myworkspace myaks -UnderlyingResourceAction Delete -Force" },
    };

    [Theory, MemberData(nameof(Commands))]
    public void The_second_run_sends_nothing_and_ends_the_same(string scenario, string before, string command)
    {
        using var world = new Rehearsal(scenario);
        world.Run(before);
        world.Run(command);
        Assert.NotEmpty(world.Cloud.Writes);
        var after = State(world);

        world.Run(command);

        Assert.Empty(world.Cloud.Writes);
        Assert.Equal(after, State(world));
    }

    [Theory, MemberData(nameof(Commands))]
    public void A_run_whose_answer_got_lost_is_followed_by_one_that_ends_the_same(string scenario, string before, string command)
    {
        using var straight = new Rehearsal(scenario);
        straight.Run(before);
        straight.Run(command);
        using var world = new Rehearsal(scenario);
        world.Run(before);
        foreach (var method in new[] { "PUT", "DELETE" })
            world.Cloud.Fail($$"""{ "method": "{{method}}", "times": 1, "kind": "LostAnswer", "status": 400, "code": "Lost", "message": "The answer got lost." }""");

        Assert.NotEmpty(world.Try(command).AllErrors);
        world.Cloud.ClearFaults();
        world.Run(command);

        Assert.Equal(State(straight), State(world));
    }

    [Fact]
    public void The_whole_chain_goes_on_wherever_it_was_cut()
    {
        foreach (var path in new[] { "/computes/myaks", "/roleAssignments/" })
        {
            using var world = new Rehearsal();
            world.Cloud.Set("principalWithTypeSeconds", "0");
            world.Cloud.Fail($$"""{ "method": "PUT", "pathContains": "{{path}}", "times": 1, "kind": "LostAnswer", "status": 400, "code": "Lost", "message": "Lost." }""");
            Assert.NotEmpty(world.Try(ChainTests.Chain).AllErrors);

            Assert.True(world.One(ChainTests.Chain).IsPrivate);
        }
    }

    /// <summary>What the cloud has to show for it: the compute and the assignments on the subnet.</summary>
    private static string State(Rehearsal world)
    {
        var compute = world.Try("Get-AmlAksCompute myworkspacegroup myworkspace").OutputWithoutErrors().Select(static one => (dynamic)one.BaseObject)
            .Select(static one => $"{one.Name} {one.ProvisioningState} {one.LoadBalancerType} {one.LoadBalancerSubnet} {one.IsPrivate} {one.SslStatus}");
        var rights = world.Cloud.Assignments(SimulatedCloud.Subnet).Select(static one => $"{one!["properties"]!["scope"]} {one["properties"]!["roleDefinitionId"]}".ToUpperInvariant());
        return string.Join('\n', compute.Concat(rights.Order(StringComparer.Ordinal)));
    }
}
