using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>Rules about what the Kubernetes route asks of a cluster and its workspace before there is an extension.</summary>
internal static class KubernetesClusterRules
{
    private const int RouterNodes = 3;
    private const int NodeCores = 4;
    private const int NodeMemoryGB = 14;

    private const CheckStage Before = CheckStage.Extension | CheckStage.AttachKubernetes | CheckStage.Posture;
    private const CheckStage Attached = CheckStage.AttachKubernetes | CheckStage.Posture;

    // Azure/AML-Kubernetes, docs/azureml-aks-ta-support: not in sovereign clouds.
    private static readonly string[] WithoutTrustedAccess = ["AzureUSGovernment", "AzureChinaCloud", "AzureGermanCloud"];

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-KUBERNETES-005", "The cluster acts by a managed identity", CheckSeverity.Error, Before, Sources.KubernetesExtension,
            ManagedIdentity),
        new("AMLVNET-KUBERNETES-006", "Three routers have three nodes", CheckSeverity.Error, Before, Sources.KubernetesExtension, Routers),
        new("AMLVNET-KUBERNETES-007", "A node has 4 virtual CPUs and 14 GB of memory", CheckSeverity.Error, Before,
            Sources.KubernetesExtension, NodeSize),
        new("AMLVNET-KUBERNETES-008", "The cluster's load balancer is Standard", CheckSeverity.Error, Before, Sources.BasicLoadBalancer,
            StandardSku),
        new("AMLVNET-KUBERNETES-009", "The workspace gets in to the cluster: by local accounts, or by trusted access", CheckSeverity.Error,
            Attached, Sources.TrustedAccess, WayIn),
        new("AMLVNET-KUBERNETES-010", "Workspace and cluster are in one subscription", CheckSeverity.Error, Attached,
            Sources.KubernetesExtension, Subscription),
        new("AMLVNET-KUBERNETES-011", "The workspace is not in v1 legacy mode", CheckSeverity.Error, Attached, Sources.LegacyMode,
            LegacyMode),
        new("AMLVNET-KUBERNETES-013", "The nodes are in a subnet of your own", CheckSeverity.Error, Before,
            Sources.SecureKubernetesInferencing, OwnNetwork),
        new("AMLVNET-KUBERNETES-014", "The cluster is none of AKS Automatic", CheckSeverity.Error, Before, Sources.Automatic, NotAutomatic),
    ];

    /// <summary>Whether workspaces can have trusted access in the cloud.</summary>
    public static bool HasTrustedAccess(NetworkFacts facts) =>
        facts.CloudName is not { } cloud || !WithoutTrustedAccess.Contains(cloud, StringComparer.OrdinalIgnoreCase);

    private static Finding[] Of(NetworkFacts facts, Func<KubernetesRouteFacts, ClusterFacts, Finding> rule) =>
        !KubernetesRules.TryRoute(facts, out var route, out var reason) ? [reason]
            : facts.Cluster.TryGet(out var cluster) ? [rule(route, cluster)] : [Finding.Missing(facts.Cluster, "cluster")];

    private static Finding[] ManagedIdentity(NetworkFacts facts) =>
        Of(facts, static (_, cluster) => cluster.HasServicePrincipal switch
    {
        false => Finding.Passed(cluster.Id, "The cluster acts by a managed identity."),
        true => Finding.Failed(
            cluster.Id,
            "The cluster acts by a service principal, with which extensions do not work. After the change to a managed identity the node "
                + "pools have to be made anew, before the extension is installed.",
            Commands.UseManagedIdentity(cluster.Id)),
        null => Finding.Unknown(cluster.Id, "The answer names neither a managed identity nor a service principal."),
    });

    private static Finding[] Routers(NetworkFacts facts) => Of(facts, (route, cluster) =>
    {
        if (route.Router is { HasInference: false })
            return Finding.NotApplicable(cluster.Id, "The extension serves no models, so that it has no router.");
        if (route is { Router: null, IsWished: false })
            return Finding.Unknown(cluster.Id, "The settings of the extension are not known, and so not whether three routers run.");
        var nodes = ExtensionNodes.Of(cluster);
        // What is installed anew takes one router where there are not nodes for three.
        if (route.Router is not { IsHighlyAvailable: true })
            return nodes.Nodes > 0
                ? Finding.Passed(cluster.Id, $"{(route.Router is null ? "The number of routers follows the nodes" : "One router runs "
                    + "(inferenceRouterHA is False)")}; "
                    + $"{Quantity.Of(nodes.Nodes, "node")} {(nodes.Nodes == 1 ? "takes" : "take")} it.{nodes.Rest}")
                : None(facts, cluster, nodes);
        return nodes.Nodes >= RouterNodes ? Finding.Passed(cluster.Id, $"{Quantity.Of(nodes.Nodes, "node")} for three routers.{nodes.Rest}")
            : nodes.Unknown.Count > 0
            ? Finding.Unknown(cluster.Id, $"Three routers need {RouterNodes} nodes; {nodes.Nodes} are known, and it is not known: "
                + $"{Finding.Join(nodes.Unknown)}.{nodes.Rest}")
            : Finding.Failed(
                cluster.Id, $"Three routers (inferenceRouterHA) need {RouterNodes} nodes; there {(nodes.Nodes == 1 ? "is" : "are")} "
                    + $"{nodes.Nodes} (E40002).{nodes.Rest}",
                route.Extension is { IsInstalled: true } ? KubernetesCommands.OneRouter(cluster.Id) : Scale(facts, cluster, nodes));
    });

    private static Finding None(NetworkFacts facts, ClusterFacts cluster, ExtensionNodes nodes) => nodes.Unknown.Count > 0
        ? Finding.Unknown(cluster.Id, $"Whether a node takes the router is not known: {Finding.Join(nodes.Unknown)}.{nodes.Rest}")
        : Finding.Failed(cluster.Id, $"No node takes the router.{nodes.Rest}", Scale(facts, cluster, nodes));

    private static string? Scale(NetworkFacts facts, ClusterFacts cluster, ExtensionNodes nodes) => cluster.PowerState == PowerState.Stopped
        ? $"az aks start {Commands.AzName(cluster.Id)}"
        : Commands.AzName(cluster.Id, "--cluster-name") is not { } name ? null
        : nodes.Pools.Count > 0
        ? $"az aks nodepool scale {name} --name {nodes.Pools[0].Name} --node-count "
            + Math.Max(RouterNodes - nodes.Nodes + (nodes.Pools[0].NodeCount ?? 0), 1).ToString(CultureInfo.InvariantCulture)
        : $"az aks nodepool add {name} --name inferencing --node-count {RouterNodes}"
            + (facts.Subnet.Value?.Id is { } subnet ? $" --vnet-subnet-id {Commands.Quote(subnet)}" : "");

    private static Finding[] NodeSize(NetworkFacts facts) => Of(facts, (_, cluster) =>
    {
        var nodes = ExtensionNodes.Of(cluster);
        var sizes = nodes.Pools.Where(static pool => pool.NodeCount is not 0)
            .SelectMany(static pool => pool.Sizes.Select(static one => one.Size).Prepend(pool.VmSize))
            .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var fits = sizes.Select(size => (Size: size, Fits: Fits(facts, size))).ToArray();
        if (Array.Find(fits, static one => one.Fits == true) is { Size: { } good })
            return Finding.Passed(cluster.Id, $"{good} has {NodeCores} virtual CPUs and {NodeMemoryGB} GB, or more.{nodes.Rest}");
        string[] gaps =
        [
            .. nodes.Unknown,
            .. fits.Where(static one => one.Fits is null).Select(static one => $"the virtual CPUs and the memory of size {one.Size}"),
        ];
        return gaps.Length > 0
            ? Finding.Unknown(cluster.Id, $"The extension needs a node with {NodeCores} virtual CPUs and {NodeMemoryGB} GB; it is not "
                + $"known: {Finding.Join(gaps)}.{nodes.Rest}")
            : Finding.Failed(
                cluster.Id, $"The extension needs a node with {NodeCores} virtual CPUs and {NodeMemoryGB} GB; the nodes are of "
                    + $"{string.Join(", ", sizes.DefaultIfEmpty("no size that counts"))}.{nodes.Rest}",
                Commands.AzName(cluster.Id, "--cluster-name") is { } name
                    ? $"az aks nodepool add {name} --name inferencing --node-count {RouterNodes} --node-vm-size Standard_D4s_v5"
                        + (facts.Subnet.Value?.Id is { } subnet ? $" --vnet-subnet-id {Commands.Quote(subnet)}" : "")
                    : null);
    });

    private static bool? Fits(NetworkFacts facts, string size)
    {
        var listed = facts.Cloud.VmSizes.Value?.GetValueOrDefault(size);
        var cores = listed?.Cores ?? VmSizeCores.FromName(size);
        return cores < NodeCores || listed?.MemoryGB < NodeMemoryGB ? false : cores is null || listed?.MemoryGB is null ? null : true;
    }

    private static Finding[] StandardSku(NetworkFacts facts) => Of(facts, (_, cluster) =>
        cluster.LoadBalancerSku == LoadBalancerSku.Standard ? Finding.Passed(cluster.Id, "The load balancer is standard.")
        : cluster.LoadBalancerSku == LoadBalancerSku.Basic ? Finding.Failed(
            cluster.Id, "The load balancer is Basic, which Azure retired on 30 September 2025; the router needs a Standard one.",
            Commands.UseStandardLoadBalancer(cluster.Id))
        : Finding.Unknown(cluster.Id, $"The cluster's load balancer has the SKU '{cluster.LoadBalancerSku}', which tells nothing."));

    private static Finding[] WayIn(NetworkFacts facts) => Of(facts, (route, cluster) =>
    {
        if (!cluster.DisablesLocalAccounts)
            return Finding.Passed(cluster.Id, "Local accounts are enabled.");
        var enable = $"az aks update {Commands.AzName(cluster.Id)} --enable-local-accounts";
        if (!HasTrustedAccess(facts))
            return Finding.Failed(cluster.Id,
                $"Local accounts are disabled, and in {facts.CloudName} there is no trusted access for Azure Machine Learning.", enable);
        if (!facts.Workspace.TryGet(out var workspace))
            return facts.Workspace.State == KnownState.Unknown ? Finding.Missing(facts.Workspace, "workspace")
                : Finding.Unknown(cluster.Id,
                    "Local accounts are disabled: each workspace needs trusted access, and no workspace was given.");
        if (!route.TrustedAccess.TryGet(out var bindings))
            return Finding.Unknown(cluster.Id,
                $"Local accounts are disabled, and who has trusted access could not be read: {route.TrustedAccess.Why}");
        const string Cited = "Azure/AML-Kubernetes documents this way; the limitations on Microsoft Learn still ask for local accounts.";
        return bindings.Any(one => one.Serves(workspace.Id))
            ? Finding.Passed(cluster.Id, $"Local accounts are disabled, and the workspace has trusted access. {Cited}")
            : Finding.Failed(
                cluster.Id, $"Local accounts are disabled, and the workspace {workspace.Id} has no trusted access (role "
                    + $"{TrustedAccessFacts.WorkspaceRole}), which it needs before the attach. {Cited}",
                KubernetesCommands.GrantTrustedAccess(cluster.Id, workspace.Id));
    });

    private static Finding[] Subscription(NetworkFacts facts)
    {
        if (!KubernetesRules.TryRoute(facts, out _, out var reason))
            return [reason];
        var target = facts.Cluster.Value?.Id ?? facts.Compute.Value?.ClusterId;
        if (!ArmId.TryParse(target, ResourceTypes.Cluster, out var cluster, out _))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (!ArmId.TryParse(facts.Compute.Value?.Id ?? facts.Workspace.Value?.Id, out var near, out _))
            return [Finding.NotApplicable(cluster.ToString(), "No workspace was given.")];
        return Is(near.SubscriptionId, cluster.SubscriptionId!)
            ? [Finding.Passed(cluster.ToString(), $"Both are in {near.SubscriptionId}.")]
            : [Finding.Failed(
                cluster.ToString(),
                $"The workspace is in subscription {near.SubscriptionId}, the cluster in {cluster.SubscriptionId}: such a cluster is not "
                    + "attached. Take a workspace of its subscription.",
                $"Get-AmlWorkspace -SubscriptionId {cluster.SubscriptionId}")];
    }

    private static Finding[] LegacyMode(NetworkFacts facts)
    {
        if (!KubernetesRules.TryRoute(facts, out _, out var reason))
            return [reason];
        if (!facts.Workspace.TryGet(out var workspace))
            return [Finding.Missing(facts.Workspace, "workspace")];
        return [workspace.IsV1Only switch
        {
            false => Finding.Passed(workspace.Id, "v1LegacyMode is off."),
            true => Finding.Failed(
                workspace.Id,
                "v1LegacyMode is on: computes of type Kubernetes and their online endpoints are refused. Turned off, the change is felt "
                    + "after up to an hour, and calls of v1 go by the public Resource Manager, unless it has a private link of its own.",
                Commands.LeaveLegacyMode(workspace.Id)),
            null => Finding.Unknown(workspace.Id, "The service does not say whether v1LegacyMode is on."),
        }];
    }

    private static Finding[] OwnNetwork(NetworkFacts facts) => Of(facts, (_, cluster) => facts.Subnet switch
    {
        { Value: { } subnet } => Finding.Passed(cluster.Id, $"The nodes are in {subnet.Id}; the router's address will be of it."),
        { State: KnownState.Unknown, Why: { } why } => Finding.Unknown(cluster.Id, $"The nodes' subnet is not known: {why}"),
        _ => Finding.Failed(
            cluster.Id, "The nodes are in a network that AKS made. A private address there is reached by peering only, and a cluster "
                + "cannot move; take one whose nodes are in a subnet of yours.",
            null),
    });

    private static Finding[] NotAutomatic(NetworkFacts facts) => Of(facts, static (_, cluster) => cluster.Sku switch
    {
        var sku when Is(sku, "Base") || Is(sku, "Basic") => Finding.Passed(cluster.Id, "The cluster's SKU is not Automatic."),
        var sku when Is(sku, "Automatic") => Finding.Unknown(
            cluster.Id, "The cluster is one of AKS Automatic. Whether the Azure Machine Learning extension is supported on it, no page "
                + "says."),
        var sku => Finding.Unknown(cluster.Id, $"The cluster's SKU is '{sku}', which does not tell whether it is one of AKS Automatic."),
    });
}
