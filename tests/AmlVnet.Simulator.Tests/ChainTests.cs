namespace AmlVnet.Simulator.Tests;

/// <summary>The main job: create in a virtual network, grant, go private.</summary>
public sealed class ChainTests
{
    [Theory]
    [InlineData("SystemAssigned")]
    [InlineData("UserAssigned")]
    [InlineData("ServicePrincipal")]
    public void The_chain_ends_with_a_private_address_whatever_the_identity(string identity)
    {
        using var client = new TestClient();
        client.Simulator.Control.Set("clusterIdentity", $"\"{identity}\"");
        Assert.Equal("Succeeded", client.CreateCompute().Value("status"));
        var compute = client.Get(TestClient.Compute);
        Assert.StartsWith("203.0.113.", compute.Value("properties.properties.systemServices.0.publicIpAddress"), StringComparison.Ordinal);
        var principal = client.PrincipalOf();

        Assert.Equal("PrincipalNotFound", client.Grant(principal).Code);
        client.Clock.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal("PrincipalNotFound", client.Grant(principal, type: null).Code);
        Assert.Equal(201, client.Grant(principal).Status);

        var early = client.Switch();
        Assert.Equal("Failed", early.Value("status"));
        Assert.Equal("Scoring FE IP address not updated yet.", early.Value("error.message"));
        var failed = client.Get(TestClient.Compute);
        Assert.Equal("Failed", failed.Value("properties.provisioningState"));
        Assert.Equal("Scoring FE IP address not updated yet.", failed.Value("properties.provisioningErrors.0.error.message"));
        Assert.Equal("PublicIp", failed.Value("properties.properties.loadBalancerType"));
        Assert.Equal(compute.Value("properties.properties.systemServices.0.publicIpAddress"),
            failed.Value("properties.properties.systemServices.0.publicIpAddress"));

        client.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal("Succeeded", client.Switch().Value("status"));
        var done = client.Get(TestClient.Compute);
        Assert.Equal("Succeeded", done.Value("properties.provisioningState"));
        Assert.Null(done.At("properties.provisioningErrors"));
        Assert.Equal("InternalLoadBalancer", done.Value("properties.properties.loadBalancerType"));
        Assert.Equal("default", done.Value("properties.properties.loadBalancerSubnet"));
        Assert.StartsWith("10.1.0.", done.Value("properties.properties.systemServices.0.publicIpAddress"), StringComparison.Ordinal);

        var cluster = client.Get(done.Value("properties.resourceId")!);
        var group = TestClient.Subscription + "/resourceGroups/" + cluster.Value("properties.nodeResourceGroup");
        var balancer = client.Get(group + "/providers/Microsoft.Network/loadBalancers/kubernetes-internal");
        Assert.Equal(TestClient.Subnet, balancer.Value("properties.frontendIPConfigurations.0.properties.subnet.id"));
        Assert.Equal(done.Value("properties.properties.systemServices.0.publicIpAddress"),
            balancer.Value("properties.frontendIPConfigurations.0.properties.privateIPAddress"));

        Assert.Equal("Succeeded", client.Switch(inner: """{"loadBalancerType":"PublicIp"}""").Value("status"));
        Assert.StartsWith("203.0.113.", client.Get(TestClient.Compute).Value("properties.properties.systemServices.0.publicIpAddress"),
            StringComparison.Ordinal);
        Assert.Equal(404, client.Get(group + "/providers/Microsoft.Network/loadBalancers/kubernetes-internal").Status);
    }

    [Fact]
    public void A_new_compute_brings_a_cluster_a_node_group_and_its_addresses()
    {
        using var client = new TestClient();
        var before = client.Get(TestClient.Compute);
        Assert.Equal((404, "ResourceNotFound"), (before.Status, before.Code));
        var put = client.Put(TestClient.Compute, TestClient.ComputeBody());
        Assert.Equal((201, "Creating"), (put.Status, put.Value("properties.provisioningState")));
        Assert.Null(put.Header("Location"));
        Assert.Equal("Conflict", client.Put(TestClient.Compute, TestClient.ComputeBody()).Code);
        Assert.Equal("Succeeded", client.Wait(put).Value("status"));

        var compute = client.Get(TestClient.Compute);
        var clusterId = compute.Value("properties.resourceId")!;
        Assert.Contains("/resourcegroups/myworkspacegroup/providers/Microsoft.ContainerService/managedClusters/myaks-", clusterId,
            StringComparison.Ordinal);
        Assert.Equal("False", compute.Value("properties.isAttachedCompute"), ignoreCase: true);
        var cluster = client.Get(clusterId);
        Assert.Equal("10.0.0.10", cluster.Value("properties.networkProfile.dnsServiceIP"));
        Assert.Equal(TestClient.Subnet, cluster.Value("properties.agentPoolProfiles.0.vnetSubnetID"));
        Assert.Equal("msi", cluster.Value("properties.servicePrincipalProfile.clientId"));
        Assert.Equal(3 * 31, client.Get(TestClient.Subnet).At("properties.ipConfigurations")!.AsArray().Count);
    }
}
