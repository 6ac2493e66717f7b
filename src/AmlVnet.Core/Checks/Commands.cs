using System.Globalization;

namespace AmlVnet.Core;

/// <summary>The commands that checks recommend, ready to be pasted.</summary>
internal static class Commands
{
    /// <summary>Quotes a value for PowerShell.</summary>
    public static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Asks the planner for values that fit the network in the facts.</summary>
    public static string Plan(NetworkFacts facts)
    {
        var reserved = AddressView.Ranges(facts.Settings?.ReservedAddressPrefixes ?? []).ToArray();
        var behind = reserved.Length > 0 ? " -ReservedAddressPrefix " + string.Join(",", reserved) : "";
        if (SubnetId(facts) is { } id)
            return $"New-AmlAksNetworkPlan -SubnetId {Quote(id)}{behind}";
        var network = facts.VirtualNetwork.Value is { } one ? AddressView.Ranges(one.AddressPrefixes).ToArray() : [];
        var subnet = facts.Subnet.Value is { } two ? AddressView.Ranges(two.AddressPrefixes).ToArray() : [];
        return "New-AmlAksNetworkPlan"
            + (network.Length > 0 ? " -VirtualNetworkAddressPrefix " + string.Join(",", network) : "")
            + (subnet.Length > 0 ? " -SubnetAddressPrefix " + string.Join(",", subnet) : "") + behind;
    }

    /// <summary>Gets the compute, to be piped on.</summary>
    public static string? GetCompute(string? computeId) =>
        ArmId.TryParse(computeId, "Microsoft.MachineLearningServices/workspaces/computes", out var id, out _)
            ? $"Get-AmlAksCompute -ResourceGroupName {Quote(id.ResourceGroupName!)} -WorkspaceName {Quote(id.Parent!.Name)} -Name {Quote(id.Name)}"
            : null;

    /// <summary>Creates the compute in the facts, with some settings changed.</summary>
    public static string? NewCompute(NetworkFacts facts, int? agentCount = null, string? location = null)
    {
        if (facts.Compute.Value is not { } compute
            || !ArmId.TryParse(compute.Id, "Microsoft.MachineLearningServices/workspaces/computes", out var id, out _))
            return null;
        var words = new List<string>
        {
            $"New-AmlAksCompute -ResourceGroupName {Quote(id.ResourceGroupName!)} -WorkspaceName {Quote(id.Parent!.Name)} -Name {Quote(id.Name)}",
        };
        Add("AgentCount", (agentCount ?? compute.AgentCount)?.ToString(CultureInfo.InvariantCulture));
        Add("AgentVmSize", compute.AgentVmSize);
        Add("ClusterPurpose", compute.ClusterPurpose?.ToString());
        Add("Location", location ?? compute.Location);
        Add("SubnetId", SubnetId(facts) is { } subnet ? Quote(subnet) : null);
        Add("ServiceCidr", facts.Settings?.ServiceCidr);
        Add("DnsServiceIP", facts.Settings?.DnsServiceIP);
        Add("DockerBridgeCidr", facts.Settings?.DockerBridgeCidr);
        return string.Join(" ", words);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                words.Add($"-{name} {value}");
        }
    }

    /// <summary>Gives the cluster's identity its role on one subnet.</summary>
    public static string Grant(string clusterId, string scope) =>
        $"Grant-AksNetworkContributor -Cluster {Quote(clusterId)} -Scope {Quote(scope)}";

    /// <summary>Switches the load balancer of a compute.</summary>
    public static string? Switch(string? computeId, string type, string? subnetName = null) => GetCompute(computeId) is { } get
        ? $"{get} | Set-AmlAksLoadBalancer -Type {type}" + (subnetName is null ? "" : $" -SubnetName {Quote(subnetName)}")
        : null;

    /// <summary>Gives a compute another private address: as long as it is internal in the same subnet there is nothing to switch.</summary>
    public static string? SwitchAnew(string? computeId, string? subnetName) =>
        Switch(computeId, "PublicIp") is { } back && Switch(computeId, "InternalLoadBalancer", subnetName) is { } there
            ? back + there[there.IndexOf(" | ", StringComparison.Ordinal)..]
            : null;

    /// <summary>The arguments by which the Azure CLI names a resource: its group and its name.</summary>
    public static string? AzName(string? id, string nameOption = "--name") =>
        ArmId.TryParse(id, out var parsed, out _) && parsed.ResourceGroupName is { } group
            ? $"--subscription {parsed.SubscriptionId} --resource-group {Quote(group)} {nameOption} {Quote(parsed.Name)}"
            : null;

    private static string? SubnetId(NetworkFacts facts) => facts.Subnet.Value?.Id ?? facts.Settings?.SubnetId;
}
