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

    [Theory]
    [InlineData("Approved", "Unknown")] // The simulator has no private endpoints: where this one is cannot be read.
    [InlineData("Rejected", "Failed")]
    [InlineData("Pending", "Failed")]
    public void Only_an_approved_private_endpoint_leads_to_the_storage(string state, string expected)
    {
        const string Endpoint = RuleWorld.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/privateEndpoints/pe";
        var world = new RuleWorld(RuleInput.Posture);
        world.Change(RuleWorld.Storage, $$"""
            { "properties": { "publicNetworkAccess": "Disabled", "privateEndpointConnections": [{ "id": "{{RuleWorld.Storage}}/privateEndpointConnections/x",
              "properties": { "privateEndpoint": { "id": "{{Endpoint}}" }, "privateLinkServiceConnectionState": { "status": "{{state}}" } } }] } }
            """);
        world.Change(Endpoint, $$"""
            { "type": "Microsoft.Network/privateEndpoints", "location": "eastus2", "properties": { "subnet": { "id": "{{RuleWorld.Network}}/subnets/internal" } } }
            """);

        var result = fixture.Check(world).Single(static r => Of(r, "Id") == "AMLVNET-STORAGE-001");

        Assert.Equal(expected, Of(result, "Status"));
    }

    [Theory]
    [InlineData(true, "Passed")]
    [InlineData(false, "Failed")]
    public void A_peering_without_access_is_not_in_the_tag_VirtualNetwork(bool access, string expected)
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.Add("virtualNetworks", """{ "resourceGroup": "mygroup", "name": "hub", "addressPrefixes": ["10.9.0.0/16"], "subnets": [] }""");
        world.VirtualNetwork["peerings"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(
            """{ "name": "to-hub", "remoteVirtualNetwork": "mygroup/Microsoft.Network/virtualNetworks/hub" }"""));
        world.Change(RuleWorld.Network, $$"""
            { "properties": { "virtualNetworkPeerings": [{ "name": "to-hub", "id": "{{RuleWorld.Network}}/virtualNetworkPeerings/to-hub", "properties": {
              "peeringState": "Connected", "allowVirtualNetworkAccess": {{(access ? "true" : "false")}},
              "remoteVirtualNetwork": { "id": "{{RuleWorld.Network.Replace("/mynetwork", "/hub", StringComparison.Ordinal)}}" },
              "remoteVirtualNetworkAddressSpace": { "addressPrefixes": ["10.9.0.0/16"] } } }] } }
            """);
        world.Change(RuleWorld.Network.Replace("/mynetwork", "/hub", StringComparison.Ordinal), $$"""
            { "properties": { "virtualNetworkPeerings": [{ "name": "back", "properties": {
              "peeringState": "Connected", "remoteVirtualNetwork": { "id": "{{RuleWorld.Network}}" } } }] } }
            """);
        fixture.Check(world);

        var result = Assert.Single(fixture.Runspace.Invoke($"{world.Command} -Rule AMLVNET-NSG-001 -SourceAddressPrefix 10.9.0.0/24").OutputWithoutErrors());

        Assert.Equal(expected, Of(result, "Status"));
    }

    [Fact]
    public void A_second_subnet_of_nodes_is_looked_at_too()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.Add("networkSecurityGroups", """
            { "resourceGroup": "mygroup", "name": "closed", "securityRules": [{ "name": "deny", "properties": { "protocol": "*", "sourcePortRange": "*",
              "destinationPortRange": "*", "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "access": "Deny", "priority": 200, "direction": "Inbound" } }] }
            """);
        world.VirtualNetwork["subnets"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(
            """{ "name": "more", "addressPrefix": "10.1.4.0/24", "networkSecurityGroup": "closed" }"""));
        world.Change(RuleWorld.Cluster, $$"""
            { "properties": { "agentPoolProfiles": [
              { "name": "agentpool", "count": 3, "vmSize": "Standard_D3_v2", "maxPods": 30, "vnetSubnetID": "{{RuleWorld.Network}}/subnets/default" },
              { "name": "more", "count": 1, "vmSize": "Standard_D3_v2", "maxPods": 30, "vnetSubnetID": "{{RuleWorld.Network}}/subnets/more" }] } }
            """);

        var failed = fixture.Check(world).Where(static r => Of(r, "Status") == "Failed").ToArray();

        Assert.Equal(["AMLVNET-NSG-001", "AMLVNET-NSG-002", "AMLVNET-RBAC-002"], failed.Select(static r => Of(r, "Id")).Order(StringComparer.Ordinal));
        Assert.All(failed, static r => Assert.Matches("/closed$|/subnets/more$", Of(r, "Target")));
    }

    /// <summary>Everything that can be read matters: a route table, a group, storage behind the network.</summary>
    private static RuleWorld Closed() => RuleWorlds.Of("AMLVNET-STORAGE-001").Good(RuleInput.Posture);

    private static string Of(PSObject value, string property) => RuleWorldTests.Text(value, property);
}
