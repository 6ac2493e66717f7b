using System.Collections;
using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Get-AmlWorkspace, Get-AmlAksCompute, and completion.</summary>
public sealed class ReadTests(ReadTests.Fleet fleet) : IClassFixture<ReadTests.Fleet>
{
    private Rehearsal World => fleet.World;

    [Fact]
    public void Workspaces_of_the_subscription_come_page_by_page()
    {
        World.Cloud.Set("pageSize", "2");

        var all = World.Run("Get-AmlWorkspace");

        Assert.Equal(7, all.Count);
        Assert.Equal(4, World.Cloud.Requests.Count);
        World.Cloud.Set("pageSize", "20");
    }

    [Theory]
    [InlineData("Get-AmlWorkspace -ResourceGroupName myworkspacegroup", 7)]
    [InlineData("Get-AmlWorkspace myworkspacegroup", 7)]
    [InlineData("Get-AmlWorkspace mygroup", 0)]
    [InlineData("Get-AmlWorkspace myworkspacegroup myworkspace", 1)]
    [InlineData("Get-AmlWorkspace -WorkspaceName MYWORKSPACE", 1)]
    [InlineData("Get-AmlWorkspace -Name fleet*", 6)]
    [InlineData("Get-AmlWorkspace -Name nothinglikeit*", 0)]
    [InlineData("Get-AmlWorkspace -ResourceId '" + SimulatedCloud.Workspace + "'", 1)]
    [InlineData("[pscustomobject]@{ Id = '" + SimulatedCloud.Workspace + "' } | Get-AmlWorkspace", 1)]
    [InlineData("[pscustomobject]@{ ResourceId = '" + SimulatedCloud.Workspace + "' } | Get-AmlWorkspace", 1)]
    [InlineData("Get-AmlWorkspace -Name 'fleetworkspace00[01]' | Get-AmlWorkspace", 2)]
    public void Workspaces_are_found_by_group_name_pattern_and_id(string script, int count) => Assert.Equal(count, World.Run(script).Count);

    [Fact]
    public void A_workspace_tells_what_the_chain_needs()
    {
        var workspace = World.One("Get-AmlWorkspace myworkspacegroup myworkspace");

        Assert.Equal(SimulatedCloud.Workspace, workspace.Id);
        Assert.Equal("eastus2", workspace.Location);
        Assert.Equal("Succeeded", workspace.ProvisioningState);
        Assert.EndsWith("/storageAccounts/myworkspacestorage", (string)workspace.StorageAccountId, StringComparison.OrdinalIgnoreCase);
        Assert.False(workspace.HasPrivateEndpoint);
    }

    [Theory]
    [InlineData("Get-AmlAksCompute myworkspacegroup fleetworkspace000 fleet0003", 1)]
    [InlineData("Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -ComputeName FLEET0003", 1)]
    [InlineData("Get-AmlAksCompute myworkspacegroup fleetworkspace000", 10)]
    [InlineData("Get-AmlAksCompute myworkspacegroup fleetworkspace000 'fleet000[12]'", 2)]
    [InlineData("Get-AmlAksCompute myworkspacegroup myworkspace", 0)]
    [InlineData("Get-AmlWorkspace | Get-AmlAksCompute", 60)]
    [InlineData("Get-AmlWorkspace | Get-AmlAksCompute -Name fleet*7", 6)]
    [InlineData("Get-AmlWorkspace -Name fleetworkspace001 | Get-AmlAksCompute -Name fleet0011", 1)]
    [InlineData("Get-AmlAksCompute -Workspace (Get-AmlWorkspace -Name fleetworkspace002)", 10)]
    [InlineData("'" + SimulatedCloud.Subscription + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/fleetworkspace003' | Get-AmlAksCompute", 10)]
    [InlineData("Get-AmlAksCompute -ResourceId '" + SimulatedCloud.Subscription
        + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/fleetworkspace000/computes/fleet0005'", 1)]
    [InlineData("Get-AmlAksCompute myworkspacegroup fleetworkspace000 | Get-AmlAksCompute", 10)]
    public void Computes_are_found_by_name_workspace_pattern_and_id(string script, int count)
    {
        var found = World.Run(script);
        Assert.Equal(count, found.Count);
        Assert.Equal(count, found.Select(static one => one.ToString()).Distinct().Count());
    }

    [Fact]
    public void Objects_that_went_through_Clixml_are_bound_like_those_that_did_not()
    {
        World.Runspace.SetVariable("workspace", Rehearsal.Copy(World.Run("Get-AmlWorkspace -Name fleetworkspace000")[0]));
        World.Runspace.SetVariable("compute", Rehearsal.Copy(World.Run("Get-AmlAksCompute myworkspacegroup fleetworkspace000 fleet0000")[0]));

        Assert.Equal(10, World.Run("$workspace | Get-AmlAksCompute").Count);
        Assert.Equal("fleet0000", World.One("$compute | Get-AmlAksCompute").Name);
        Assert.Equal("fleetworkspace000", World.One("$workspace | Get-AmlWorkspace").Name);
        Assert.Equal("SystemAssigned", World.One("$compute | Get-AksClusterIdentity").Kind.ToString());
    }

    [Fact]
    public void A_compute_tells_what_its_users_ask_for()
    {
        var compute = World.Run("Get-AmlAksCompute myworkspacegroup fleetworkspace000 fleet0000")[0];
        string[] asked =
        [
            "Id", "Name", "ResourceGroupName", "WorkspaceName", "SubscriptionId", "Location", "ProvisioningState", "ClusterId", "IsAttached", "AgentCount", "AgentVmSize",
            "ClusterPurpose", "SubnetId", "LoadBalancerType", "ScoringIPAddress", "IsPrivate", "Tags", "CreatedOn", "Errors",
        ];
        Assert.All(asked, name => Assert.NotNull(compute.Properties[name].Value));
        Assert.All(["ServiceCidr", "DnsServiceIP", "DockerBridgeCidr", "LoadBalancerSubnet"], name => Assert.NotNull(compute.Properties[name]));
    }

    [Fact]
    public void A_compute_survives_Clixml()
    {
        var compute = World.Run("Get-AmlAksCompute myworkspacegroup fleetworkspace000 fleet0000")[0];

        var copy = (PSObject)Rehearsal.Copy(compute);

        Assert.Contains("Deserialized.AmlVnet.AksCompute", copy.TypeNames);
        foreach (var property in compute.Properties.Where(static property => property.Value is null or string or int or bool))
            Assert.Equal(property.Value, copy.Properties[property.Name].Value);
    }

    [Theory]
    [InlineData("Get-AmlWorkspace -ResourceGroupName ", "myworkspacegroup", "resource group of workspace")]
    [InlineData("Get-AmlWorkspace -ResourceGroupName my", "myworkspacegroup", "resource group of workspace")]
    [InlineData("Get-AmlWorkspace myworkspacegroup myw", "myworkspace", "workspace in myworkspacegroup, eastus2")]
    [InlineData("Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0004", "fleet0004", "Succeeded, PublicIp, ")]
    [InlineData("Set-AmlAksLoadBalancer -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0001", "fleet0001", "PublicIp")]
    [InlineData("Get-AksClusterIdentity -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0002", "fleet0002", "PublicIp")]
    [InlineData("New-AmlAksCompute -VirtualNetworkResourceGroupName ", "mygroup", "resource group of virtual network")]
    [InlineData("New-AmlAksCompute -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName myn", "mynetwork", "10.1.0.0/16 in eastus2")]
    [InlineData("New-AmlAksCompute -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName ", "default", "10.1.0.0/24")]
    [InlineData("Set-AmlAksLoadBalancer -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0000 -SubnetName ", "nodes", "10.100.0.0/16")]
    [InlineData("Get-AksClusterIdentity -ClusterName fleet0000 -ResourceGroupName ", "myworkspacegroup", "fleet0")]
    [InlineData("Enable-AmlPrivateInference -SubnetId /subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/mygroup/", "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default", "10.1.0.0/24 of mynetwork in eastus2")]
    [InlineData("Enable-AmlPrivateInference -SubnetId /subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default -LoadBalancerSubnetName ", "default", "10.1.0.0/24")]
    [InlineData("Get-AmlWorkspace -SubscriptionId ", "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36", "AmlVnet rehearsal")]
    public void Tab_offers_what_there_is_and_says_what_it_is(string line, string value, string tooltip)
    {
        var offered = Complete(line);
        var match = Assert.Single(offered, result => result.CompletionText == value);
        Assert.Contains(tooltip, match.ToolTip, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Get-AmlWorkspace -ResourceGroupName nothinglikeit")]
    [InlineData("Get-AmlAksCompute -ResourceGroupName nogroup -WorkspaceName nospace -Name ")]
    [InlineData("Get-AmlAksCompute -ResourceGroupName 'a/b' -WorkspaceName myworkspace -Name ")]
    [InlineData("Get-AmlAksCompute -Name ")]
    public void Tab_is_silent_where_there_is_nothing(string line) =>
        Assert.DoesNotContain(Complete(line), static result => result.ResultType == CompletionResultType.ParameterValue && result.ToolTip.Length > 0 && result.CompletionText.Length > 0
            && !result.CompletionText.StartsWith('.'));

    [Fact]
    public void Tab_is_silent_without_a_connection()
    {
        using var runspace = new ModuleRunspace();
        using var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = runspace.Runspace;
        Assert.DoesNotContain(CommandCompletion.CompleteInput("Get-AmlWorkspace -Name ", 23, new Hashtable(), shell).CompletionMatches, static one => one.CompletionText == "myworkspace");
    }

    private List<CompletionResult> Complete(string line)
    {
        using var shell = System.Management.Automation.PowerShell.Create();
        shell.Runspace = World.Runspace.Runspace;
        return [.. CommandCompletion.CompleteInput(line, line.Length, new Hashtable(), shell).CompletionMatches];
    }

    /// <summary>A world with many computes that no test of this class changes.</summary>
    public sealed class Fleet : IDisposable
    {
        internal Rehearsal World { get; } = new("fleet");

        public void Dispose() => World.Dispose();
    }
}
