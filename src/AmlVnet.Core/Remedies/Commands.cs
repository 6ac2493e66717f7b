using System.Globalization;
using AmlVnet.Core.Proposals;

namespace AmlVnet.Core.Remedies;

/// <summary>The commands that checks recommend, ready to be pasted.</summary>
internal static class Commands
{
    /// <summary>Gives a principal a role.</summary>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="role">The role, as it stands in a command line.</param>
    /// <param name="scope">Where.</param>
    /// <param name="principalType">What the principal is; null leaves it to be looked up.</param>
    public static string AssignRole(string principalId, string role, string scope, string? principalType = "ServicePrincipal") =>
        $"az role assignment create --assignee-object-id {principalId}"
            + (principalType is null ? "" : $" --assignee-principal-type {principalType}") + $" --role {role} --scope {Quote(scope)}";

    /// <summary>Turns the v1 legacy mode of a workspace off; az ml of v2 has no such switch.</summary>
    public static string LeaveLegacyMode(string workspaceId) =>
        $"az rest --method patch --url {Quote(workspaceId + "?api-version=2023-10-01")} --body "
            + Quote("{\"properties\":{\"v1LegacyMode\":false}}");

    /// <summary>Lets a cluster act by a managed identity; az asks unless it is told not to.</summary>
    public static string? UseManagedIdentity(string? clusterId) =>
        AzName(clusterId) is { } name ? $"az aks update {name} --enable-managed-identity --yes" : null;

    /// <summary>Gives a cluster with a Basic load balancer a Standard one.</summary>
    public static string? UseStandardLoadBalancer(string? clusterId) =>
        AzName(clusterId) is { } name ? $"az aks update {name} --load-balancer-sku standard" : null;

    /// <summary>Quotes a value for PowerShell.</summary>
    public static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>
    /// Asks the planner for values that fit the network in the facts, with all that was given but those values themselves; null when it
    /// would find none.
    /// </summary>
    public static string? Plan(NetworkFacts facts)
    {
        if (!AksNetworkPlanner.FindsRoom(facts))
            return null;
        var words = new List<string> { "New-AmlAksNetworkPlan" };
        if (SubnetId(facts) is { } id)
        {
            words.Add($"-SubnetId {Quote(id)}");
        }
        else
        {
            var network = Ranges(facts.VirtualNetwork.Value?.AddressPrefixes);
            if (network.Length == 0)
                return null;
            words.Add("-VirtualNetworkAddressPrefix " + network);
            Add("SubnetAddressPrefix", Ranges(facts.Subnet.Value?.AddressPrefixes));
        }

        var settings = facts.Settings;
        Add("PodCidr", AddressView.Range(settings?.PodCidr)?.ToString());
        Add("ReservedAddressPrefix", Ranges(settings?.ReservedAddressPrefixes));
        // The nodes of a cluster that exists have their addresses already.
        if (facts.Cluster.State != KnownState.Value)
        {
            Number("AgentCount", facts.Capacity?.NodeCount ?? facts.Compute.Value?.AgentCount, SubnetSizing.DefaultNodeCount);
            Number("MaxPodsPerNode", facts.Capacity?.MaxPodsPerNode, settings?.PodCidr is null ? SubnetSizing.DefaultMaxPods : 0);
            Number("SurgeNodeCount", facts.Capacity?.SurgeNodeCount, 1);
        }

        return string.Join(" ", words);

        static string Ranges(IReadOnlyList<string>? texts) => string.Join(",", AddressView.Ranges(texts ?? []));

        void Number(string name, int? value, int usual) => Add(name, value == usual ? null : value?.ToString(CultureInfo.InvariantCulture));

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                words.Add($"-{name} {value}");
        }
    }

    /// <summary>The facts with another pod CIDR.</summary>
    public static NetworkFacts WithPodCidr(this NetworkFacts facts, Ipv4Prefix range) =>
        facts with { Settings = (facts.Settings ?? new()) with { PodCidr = range.ToString() } };

    /// <summary>The facts of typed ranges with another range for the subnet.</summary>
    public static NetworkFacts WithSubnetRange(this NetworkFacts facts, Ipv4Prefix range) => facts with
    {
        Subnet = new SubnetFacts { AddressPrefixes = [range.ToString()] },
        VirtualNetwork = facts.VirtualNetwork.Value is { } network ? network with { Subnets = [] } : facts.VirtualNetwork,
    };

    /// <summary>A command about the compute in the facts as the one that takes its kind: a Kubernetes compute has commands of its
    /// own.</summary>
    public static string? OfKind(ComputeFacts? compute, string? command) => compute is not { IsKubernetes: true } ? command
        : command?.Replace("Get-AmlAksCompute ", "Get-AmlKubernetesCompute ", StringComparison.Ordinal)
            .Replace("Remove-AmlAksCompute -UnderlyingResourceAction Detach", "Remove-AmlKubernetesCompute", StringComparison.Ordinal);

    /// <summary>Gets the compute, to be piped on.</summary>
    public static string? GetCompute(string? computeId) =>
        Place(computeId) is { } place ? $"Get-AmlAksCompute {place}" : null;

    /// <summary>Creates the compute in the facts, with some settings changed.</summary>
    public static string? NewCompute(NetworkFacts facts, int? agentCount = null, string? location = null)
    {
        if (facts.Compute.Value is not { } compute || Place(compute.Id) is not { } place)
            return null;
        var words = new List<string> { $"New-AmlAksCompute {place}" };
        Add("AgentCount", (agentCount ?? compute.AgentCount)?.ToString(CultureInfo.InvariantCulture));
        Add("AgentVmSize", compute.AgentVmSize);
        Add("ClusterPurpose", compute.ClusterPurpose?.ToString());
        Add("Location", location ?? compute.Location);
        var settings = facts.Settings;
        string?[] network = [SubnetId(facts), settings?.ServiceCidr, settings?.DnsServiceIP, settings?.DockerBridgeCidr];
        // The service takes all four or none.
        if (network.Any(value => string.IsNullOrEmpty(value)) && network.Any(value => !string.IsNullOrEmpty(value)))
            return Plan(facts) is { } plan ? $"{plan} | {string.Join(" ", words)}" : null;
        Add("SubnetId", network[0] is { } subnet ? Quote(subnet) : null);
        Add("ServiceCidr", network[1]);
        Add("DnsServiceIP", network[2]);
        Add("DockerBridgeCidr", network[3]);
        return string.Join(" ", words);

        void Add(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                words.Add($"-{name} {value}");
        }
    }

    /// <summary>Attaches a cluster under the name of the compute in the facts, as it is attached now.</summary>
    public static string? AddCompute(ComputeFacts compute, string clusterId)
    {
        if (Place(compute.Id) is not { } place)
            return null;
        var attach = $"Add-AmlAksCompute {place} -InputObject {Quote(clusterId)}"
            + (compute.ClusterPurpose is { } purpose ? $" -ClusterPurpose {purpose}" : "");
        return compute.LoadBalancerType == LoadBalancerType.InternalLoadBalancer
            ? $"{attach} | {SetLoadBalancer("InternalLoadBalancer", compute.LoadBalancerSubnet)}" : attach;
    }

    /// <summary>Gives the cluster's identity its role on one subnet.</summary>
    public static string Grant(string clusterId, string scope) =>
        $"Grant-AksNetworkContributor -InputObject {Quote(clusterId)} -Scope {Quote(scope)}";

    /// <summary>Switches the load balancer of a compute.</summary>
    public static string? Switch(string? computeId, string type, string? subnetName = null) => GetCompute(computeId) is { } get
        ? $"{get} | {SetLoadBalancer(type, subnetName)}"
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

    private static string SetLoadBalancer(string type, string? subnetName) =>
        $"Set-AmlAksLoadBalancer -Type {type}" + (string.IsNullOrEmpty(subnetName) ? "" : $" -SubnetName {Quote(subnetName)}");

    /// <summary>The arguments by which commands name a compute.</summary>
    private static string? Place(string? computeId) =>
        ArmId.TryParse(computeId, "Microsoft.MachineLearningServices/workspaces/computes", out var id, out _)
            ? $"-ResourceGroupName {Quote(id.ResourceGroupName!)} -WorkspaceName {Quote(id.Parent!.Name)} -Name {Quote(id.Name)}"
            : null;

    private static string? SubnetId(NetworkFacts facts) => facts.Subnet.Value?.Id ?? facts.Settings?.SubnetId;
}
