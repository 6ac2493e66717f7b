using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

public sealed class AksComputeSettingsTests
{
    private static readonly AksCompute Existing = new()
    {
        Id = "/c",
        Name = "myaks",
        ResourceGroupName = "g",
        WorkspaceName = "w",
        SubscriptionId = "s",
        Location = "eastus2",
        AgentCount = 3,
        AgentVmSize = "Standard_D3_v2",
        ClusterPurpose = ClusterPurpose.FastProd,
        SubnetId = "/subscriptions/s/resourcegroups/g/providers/microsoft.network/virtualnetworks/v/subnets/default",
        ServiceCidr = "10.0.0.0/16",
        LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
        Tags = new Dictionary<string, string> { ["env"] = "prod" },
    };

    [Fact]
    public void Nothing_asked_is_no_difference() => Assert.Empty(new AksComputeSettings().DifferencesFrom(Existing));

    [Fact]
    public void Another_spelling_is_no_difference() => Assert.Empty(new AksComputeSettings
    {
        Location = "East US 2",
        AgentCount = 3,
        AgentVmSize = "STANDARD_D3_V2",
        ClusterPurpose = ClusterPurpose.FastProd,
        SubnetId = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/default/",
        ServiceCidr = "10.0.0.0/16",
        Tags = new Dictionary<string, string> { ["ENV"] = "prod" },
    }.DifferencesFrom(Existing));

    [Fact]
    public void What_the_service_did_not_return_is_unknown() => Assert.Empty(new AksComputeSettings
    {
        DnsServiceIP = "10.0.0.10",
        DockerBridgeCidr = "172.17.0.1/16",
        SslCname = "www.contoso.com",
    }.DifferencesFrom(Existing));

    [Fact]
    public void Each_difference_is_listed()
    {
        var differences = new AksComputeSettings
        {
            AgentCount = 4,
            AgentVmSize = "Standard_D4_v2",
            ServiceCidr = "10.2.0.0/16",
            Tags = new Dictionary<string, string> { ["env"] = "test", ["owner"] = "me" },
        }.DifferencesFrom(Existing);
        Assert.Equal(
            ["AgentCount is 3, not 4", "AgentVmSize is Standard_D3_v2, not Standard_D4_v2", "ServiceCidr is 10.0.0.0/16, not 10.2.0.0/16",
                "Tags[env] is prod, not test", "Tags[owner] is (none), not me"],
            differences.Select(one => one.ToString()));
    }

    [Fact]
    public void A_plan_knows_what_blocks_it()
    {
        CheckResult Finding(CheckSeverity severity, CheckStatus status) =>
            new() { Id = "X", Title = "x", Severity = severity, Status = status, Target = "t", Evidence = "e" };
        var plan = new Plan
        {
            Findings =
            [
                Finding(CheckSeverity.Error, CheckStatus.Failed), Finding(CheckSeverity.Warning, CheckStatus.Failed),
                Finding(CheckSeverity.Error, CheckStatus.Warning), Finding(CheckSeverity.Error, CheckStatus.Passed),
                Finding(CheckSeverity.Error, CheckStatus.Unknown),
            ],
        };
        Assert.True(plan.IsDone);
        Assert.Single(plan.Blocking);
        Assert.Equal(2, plan.Doubts.Count());
    }
}
