namespace AmlVnet.Simulator.Tests;

/// <summary>What Microsoft.Network and Microsoft.ManagedIdentity refuse: names, overlapping peers, public addresses of others.</summary>
public sealed class NetworkRefusalTests
{
    private const string Group = TestClient.Subscription + "/resourceGroups/mygroup/providers/";

    private const string Located = """{"location":"eastus2"}""";

    private const string Empty = """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.77.0.0/16"]}}}""";

    [Theory]
    [InlineData("Microsoft.Network/virtualNetworks/v", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/-network", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/network-", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/net work", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/x123456789012345678901234567890123456789012345678901234567890123456789", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/mynetwork/subnets/.nodes", """{"properties":{"addressPrefix":"10.1.8.0/24"}}""")]
    [InlineData("Microsoft.Network/networkSecurityGroups/group.", Located)]
    [InlineData("Microsoft.Network/loadBalancers/-balancer", Located)]
    [InlineData("Microsoft.Network/publicIPAddresses/address-", Located)]
    [InlineData("Microsoft.Network/routeTables/table!", Located)]
    [InlineData("Microsoft.Network/natGateways/gateway-", Located)]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities/id", Located)]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities/_identity", Located)]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities/identity.one", Located)]
    public void A_name_against_the_rules_is_refused(string path, string body)
    {
        using var client = new TestClient();
        var refused = client.Put(Group + Uri.EscapeDataString(path).Replace("%2F", "/", StringComparison.Ordinal), body);
        Assert.Equal((400, "InvalidResourceName"), (refused.Status, refused.Code));
        Assert.Contains(path[(path.LastIndexOf('/') + 1)..], refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Microsoft.Network/virtualNetworks/vn", Empty)]
    [InlineData("Microsoft.Network/virtualNetworks/_net.work-1_", Empty)]
    [InlineData("Microsoft.Network/networkSecurityGroups/g", Located)]
    [InlineData("Microsoft.ManagedIdentity/userAssignedIdentities/my_identity-1", Located)]
    public void A_name_by_the_rules_is_taken(string path, string body)
    {
        using var client = new TestClient();
        Assert.Equal(201, client.Put(Group + path, body).Status);
    }

    [Fact]
    public void Networks_that_overlap_are_not_peered()
    {
        using var client = new TestClient();
        Network(client, "inside", "10.1.128.0/17");
        var refused = Peer(client, "mynetwork", "inside");
        Assert.Equal((400, "VnetAddressSpacesOverlap"), (refused.Status, refused.Code));
        Assert.Contains("cannot be peered because their address spaces overlap. Overlapping address prefixes: 10.1.128.0/17.",
            refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_that_overlaps_another_peer_of_the_hub_is_not_peered_with_it()
    {
        using var client = new TestClient();
        Network(client, "hub", "10.50.0.0/16");
        Network(client, "second", "10.1.0.0/24");
        foreach (var (from, to) in new[] { ("mynetwork", "hub"), ("hub", "mynetwork") })
            client.Wait(Peer(client, from, to));
        var refused = Peer(client, "second", "hub");
        Assert.Equal((400, "VnetAddressSpaceOverlapsWithAlreadyPeeredVnet"), (refused.Status, refused.Code));
        Assert.Contains(TestClient.Network + " already peered with the second virtual network", refused.Message, StringComparison.Ordinal);
        // The same peering once more is no overlap with itself.
        Assert.Equal(200, Peer(client, "mynetwork", "hub").Status);
    }

    [Fact]
    public void A_public_address_is_there_and_is_one_resource_s_alone()
    {
        using var client = new TestClient();
        var address = Group + "Microsoft.Network/publicIPAddresses/address1";
        Assert.Equal("InvalidResourceReference", Balancer(client, "one", address).Code);
        client.Wait(client.Put(address, """{"location":"eastus2","properties":{"publicIPAllocationMethod":"Static"}}"""));
        client.Wait(Balancer(client, "one", address));
        client.Wait(Balancer(client, "one", address));

        var refused = Balancer(client, "two", address);
        Assert.Equal((400, "PublicIPAddressInUse"), (refused.Status, refused.Code));
        Assert.Equal($"Resource {Group}Microsoft.Network/loadBalancers/two is referencing public IP address {address} that is already "
            + $"allocated to resource {Group}Microsoft.Network/loadBalancers/one/frontendIPConfigurations/fe0.", refused.Message);
        var gateway = client.Put(Group + "Microsoft.Network/natGateways/gateway1",
            $$"""{"location":"eastus2","properties":{"publicIpAddresses":[{"id":"{{address}}"}]} }""");
        Assert.Equal((400, "PublicIPAddressInUse"), (gateway.Status, gateway.Code));
        Assert.Equal("PublicIPReferencedByMultipleIPConfigs", Balancer(client, "one", address, address).Code);
    }

    [Fact]
    public void A_front_end_has_a_subnet_or_a_public_address()
    {
        using var client = new TestClient();
        var refused = client.Put(Group + "Microsoft.Network/loadBalancers/balancer1",
            """{"location":"eastus2","properties":{"frontendIPConfigurations":[{"name":"fe","properties":{}}]}}""");
        Assert.Equal((400, "FrontendIPConfigHasNoSubnetOrPublicIP"), (refused.Status, refused.Code));
    }

    private static void Network(TestClient client, string name, string prefix) => client.Wait(client.Put(
        Group + "Microsoft.Network/virtualNetworks/" + name,
        $$"""{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["{{prefix}}"]} } }"""));

    private static TestAnswer Peer(TestClient client, string from, string to) => client.Put(
        $"{Group}Microsoft.Network/virtualNetworks/{from}/virtualNetworkPeerings/to-{to}",
        $$"""{"properties":{"remoteVirtualNetwork":{"id":"{{Group}}Microsoft.Network/virtualNetworks/{{to}}"} } }""");

    private static TestAnswer Balancer(TestClient client, string name, params string[] addresses)
    {
        var frontends = addresses.Select((address, i) =>
            $$"""{"name":"fe{{i}}","properties":{"publicIPAddress":{"id":"{{address}}"} } }""");
        return client.Put(Group + "Microsoft.Network/loadBalancers/" + name,
            $$"""{"location":"eastus2","properties":{"frontendIPConfigurations":[{{string.Join(',', frontends)}}]} }""");
    }
}
