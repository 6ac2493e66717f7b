using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

public sealed class ComputePlanTests
{
    private const string Group = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/g";
    private const string Subnet = Group + "/providers/Microsoft.Network/virtualNetworks/v/subnets/s";
    private const string Cluster = Group + "/providers/Microsoft.ContainerService/managedClusters/k";

    private static readonly ArmId Id = ArmId.Parse(Group + "/providers/Microsoft.MachineLearningServices/workspaces/w/computes/c");

    [Fact]
    public void A_creation_says_where_its_endpoint_is()
    {
        var open = ComputePlans.Create(Wish(new AksComputeSettings { SubnetId = Subnet }), []);
        Assert.EndsWith("its endpoint is public at first", open.Steps[0].Sentence, StringComparison.Ordinal);
        Assert.Empty(open.Warnings);

        var shut = ComputePlans.Create(
            Wish(new AksComputeSettings { SubnetId = Subnet, LoadBalancerType = LoadBalancerType.InternalLoadBalancer }), []);
        Assert.Contains("no public scoring address", shut.Steps[0].Sentence, StringComparison.Ordinal);
        Assert.Contains("can't be given beforehand", Assert.Single(shut.Warnings), StringComparison.Ordinal);

        var lost = ComputePlans.Create(Wish(new AksComputeSettings()), []);
        Assert.Contains("never go private", Assert.Single(lost.Warnings), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cluster, null, "Failed", true)]
    [InlineData(Cluster, null, "Succeeded", true)]
    [InlineData(Cluster, "10.1.0.9", "Failed", false)]
    [InlineData(null, null, "Failed", false)]
    [InlineData(Cluster, null, "Creating", false)]
    public void Only_a_compute_with_a_cluster_and_without_an_address_waits_for_its_right(string? cluster, string? address, string state,
        bool expected) =>
        Assert.Equal(expected,
            ComputePlans.AwaitsRight(Compute() with { ClusterId = cluster, ScoringIPAddress = address, ProvisioningState = state }));

    [Fact]
    public void The_load_balancer_is_compared_where_it_was_asked_for_and_the_compute_is_not_waiting_for_it()
    {
        var wish = Wish(new AksComputeSettings { SubnetId = Subnet, LoadBalancerType = LoadBalancerType.InternalLoadBalancer });
        var existing = Compute() with
        {
            ClusterId = Cluster,
            ScoringIPAddress = "20.1.1.1",
            ProvisioningState = "Succeeded",
            LoadBalancerType = LoadBalancerType.PublicIp,
        };
        Assert.Contains("LoadBalancerType is PublicIp",
            Assert.Throws<AmlVnetException>(() => ComputePlans.Existing(wish, existing, existing)).Message, StringComparison.Ordinal);
        Assert.Empty(ComputePlans.Existing(wish with { TakesAnyLoadBalancer = true }, existing, existing).Steps);
        var waiting = existing with { ScoringIPAddress = null };
        Assert.Empty(ComputePlans.Existing(wish, waiting, waiting).Steps);
    }

    private static ComputeWish Wish(AksComputeSettings settings) => new() { Id = Id, WorkspaceLocation = "eastus", Settings = settings };

    private static AksCompute Compute() => new()
    {
        Id = Id.ToString(),
        Name = "c",
        ResourceGroupName = "g",
        WorkspaceName = "w",
        SubscriptionId = "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36",
    };
}
