using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>What the checks say when something may not be read: neither a pass, nor a failure, nor a crash.</summary>
public sealed class RuleReadingTests(RuleWorldFixture fixture) : IClassFixture<RuleWorldFixture>
{
    public static TheoryData<string, string[]> Denied => new()
    {
        { "Microsoft.Network/virtualNetworks/read", ["AMLVNET-CIDR-002", "AMLVNET-SUBNET-001", "AMLVNET-REGION-001", "AMLVNET-RBAC-001", "AMLVNET-NSG-002"] },
        { "Microsoft.Network/networkSecurityGroups/read", ["AMLVNET-NSG-001", "AMLVNET-NSG-002", "AMLVNET-NSG-003", "AMLVNET-NSG-004", "AMLVNET-NSG-006"] },
        { "Microsoft.Network/routeTables/read", ["AMLVNET-OUTBOUND-001"] },
        { "Microsoft.Authorization/roleAssignments/read", ["AMLVNET-RBAC-001", "AMLVNET-RBAC-004"] },
        { "Microsoft.Storage/storageAccounts/read", ["AMLVNET-STORAGE-001"] },
        { "Microsoft.MachineLearningServices/workspaces/read", ["AMLVNET-REGION-002"] },
        { "Microsoft.ContainerService/managedClusters/read", ["AMLVNET-COMPUTE-009", "AMLVNET-COMPUTE-007", "AMLVNET-RBAC-005", "AMLVNET-SUBNET-001"] },
    };

    [Theory]
    [MemberData(nameof(Denied))]
    public void What_may_not_be_read_is_unknown_with_the_reason(string action, string[] rules)
    {
        var world = Closed();
        var before = fixture.Check(world);
        fixture.Runspace.Invoke($"Set-AmlSimulator -CallerNotAction '{action}' -Confirm:$false").OutputWithoutErrors();

        var results = fixture.Runspace.Invoke(world.Command).OutputWithoutErrors();

        Assert.DoesNotContain(before, static r => Of(r, "Status") == "Unknown");
        foreach (var rule in rules)
        {
            var own = results.Where(r => Of(r, "Id") == rule).ToArray();
            Assert.True(own.Any(static r => Of(r, "Status") == "Unknown"), $"{rule} is not Unknown:\n{RuleWorldTests.Lines(own)}");
            Assert.All(own, static r => Assert.NotEqual("Passed", Of(r, "Status")));
            Assert.Contains(own, r => Of(r, "Evidence").Contains("could not be read", StringComparison.OrdinalIgnoreCase)
                && Of(r, "Evidence").Contains("AuthorizationFailed", StringComparison.Ordinal));
        }

        Assert.DoesNotContain(results, static r => Of(r, "Status") == "Failed");
        Assert.Equal(false, Assert.Single(fixture.Runspace.Invoke($"{world.Command} -Rule {rules[0]} -Quiet").OutputWithoutErrors()).BaseObject);
    }

    [Fact]
    public void Load_balancers_that_may_not_be_read_leave_open_whether_the_last_address_is_theirs()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.Compute["loadBalancerSubnet"] = "internal";
        world.Assign(RuleWorld.Network + "/subnets/internal");
        world.Internal["usedAddresses"] = 2;
        world.ChangeCompute("""{ "properties": { "properties": { "systemServices": [] } } }""");
        var before = fixture.Check(world);
        fixture.Runspace.Invoke("Set-AmlSimulator -CallerNotAction 'Microsoft.Network/loadBalancers/read' -Confirm:$false").OutputWithoutErrors();

        var results = fixture.Runspace.Invoke(world.Command).OutputWithoutErrors();

        foreach (var rule in new[] { "AMLVNET-SUBNET-004", "AMLVNET-COMPUTE-005" })
        {
            Assert.Equal("Passed", Of(before.Single(r => Of(r, "Id") == rule), "Status"));
            Assert.Equal("Unknown", Of(results.Single(r => Of(r, "Id") == rule), "Status"));
        }

        Assert.DoesNotContain(results, static r => Of(r, "Status") == "Failed");
    }

    [Theory]
    [InlineData("Microsoft.Network/virtualNetworks/read", "AMLVNET-CIDR-002")]
    [InlineData("Microsoft.Network/networkSecurityGroups/read", "AMLVNET-NSG-001")]
    [InlineData("Microsoft.Storage/storageAccounts/read", "AMLVNET-STORAGE-001")]
    public void The_same_holds_before_a_cluster_exists(string action, string rule)
    {
        var world = new RuleWorld(RuleInput.Preflight);
        fixture.Enter(world);
        fixture.Runspace.Invoke($"Set-AmlSimulator -CallerNotAction '{action}' -Confirm:$false").OutputWithoutErrors();

        var results = fixture.Runspace.Invoke(world.Command).OutputWithoutErrors();

        Assert.Contains(results, r => Of(r, "Id") == rule && Of(r, "Status") == "Unknown");
        Assert.DoesNotContain(results, static r => Of(r, "Status") == "Failed");
    }

    [Fact]
    public void A_compute_whose_creation_failed_is_checked_without_a_cluster()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.ChangeCompute("""
            { "properties": { "resourceId": null, "provisioningState": "Failed", "provisioningErrors": [{ "error": { "code": "QuotaExceeded", "message": "No cores." } }] } }
            """);

        var results = fixture.Check(world);

        var failed = Assert.Single(results, static r => Of(r, "Status") == "Failed");
        Assert.Equal("AMLVNET-COMPUTE-004", Of(failed, "Id"));
        Assert.Contains("no cores left", Of(failed, "Evidence"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_compute_whose_cluster_was_deleted_is_detached_by_the_recommendation()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.ChangeCompute($$"""{ "properties": { "resourceId": "{{RuleWorld.Cluster}}gone" } }""");

        var failed = Assert.Single(fixture.Check(world), static r => Of(r, "Status") == "Failed");
        fixture.Runspace.Invoke(Of(failed, "Recommendation")).OutputWithoutErrors();

        Assert.Equal("AMLVNET-COMPUTE-004", Of(failed, "Id"));
        Assert.Contains("does not exist", Of(failed, "Evidence"), StringComparison.Ordinal);
        Assert.Empty(fixture.Runspace.Invoke("Get-AmlAksCompute myworkspacegroup myworkspace").OutputWithoutErrors());
    }

    [Fact]
    public void A_peered_network_that_may_not_be_read_is_compared_by_what_its_peering_advertises()
    {
        var world = new RuleWorld(RuleInput.Preflight);
        world.VirtualNetwork["peerings"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse("""
            { "name": "to-hub", "remoteAddressPrefixes": ["10.0.0.0/12"],
              "remoteVirtualNetwork": "/subscriptions/00000000-1111-2222-3333-444444444444/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub" }
            """));

        var result = fixture.Check(world).Single(static r => Of(r, "Id") == "AMLVNET-CIDR-003");

        Assert.Equal("Failed", Of(result, "Status"));
        Assert.Contains("10.0.0.0/12", Of(result, "Evidence"), StringComparison.Ordinal);
    }

    /// <summary>Everything that can be read matters: a route table, a group, storage behind the network.</summary>
    private static RuleWorld Closed() => RuleWorlds.Of("AMLVNET-STORAGE-001").Good(RuleInput.Posture);

    private static string Of(PSObject value, string property) => RuleWorldTests.Text(value, property);
}
