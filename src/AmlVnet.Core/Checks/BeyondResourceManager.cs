namespace AmlVnet.Core.Checks;

/// <summary>One thing that Resource Manager can't tell.</summary>
/// <param name="Id">The stable name.</param>
/// <param name="Subject">What it is, in a few words.</param>
/// <param name="Reason">Why it matters, and why it can't be told from here.</param>
/// <param name="Source">The public document that says what has to hold.</param>
/// <param name="Look">The target and the command that looks; null where the facts leave nothing to look at.</param>
public sealed record UnseenSubject(
    string Id, string Subject, string Reason, Uri Source, Func<NetworkFacts, (string Target, string Command)?> Look)
{
    /// <summary>Whether it is of the Kubernetes route only.</summary>
    public bool IsOfKubernetes { get; init; }

    /// <summary>What more is to be said for these facts; null for nothing.</summary>
    public Func<NetworkFacts, string?>? More { get; init; }

    /// <summary>The entry for these facts; none where they leave nothing to look at.</summary>
    public IEnumerable<NotLookedAt> Find(NetworkFacts facts) => Look(facts) is not { } found ? [] :
    [
        new NotLookedAt
        {
            Id = Id, Subject = Subject, Reason = More?.Invoke(facts) is { } more ? $"{Reason} {more}" : Reason, Target = found.Target,
            Command = Commands.OfKind(facts.Compute.Value, found.Command)!, Reference = Source.AbsoluteUri,
        },
    ];
}

/// <summary>
/// What Resource Manager can never tell: it makes no rule Unknown, for no reading would ever make it known. It is listed instead, so that a
/// pass is not taken for more than it is.
/// </summary>
public static class BeyondResourceManager
{
    /// <summary>All that can be listed, in the order in which it is shown.</summary>
    public static IReadOnlyList<UnseenSubject> All { get; } =
    [
        new(
            "NOTLOOKEDAT-EGRESS", "Names that nodes must reach",
            "Most of what AKS and Azure Machine Learning need outside is given by name (FQDN). A firewall, a proxy or a DNS server lets a "
                + "name through or does not; rules of a network security group and routes do not tell.",
            Sources.OutboundRules, Egress) { More = Names },
        new(
            "NOTLOOKEDAT-POLICY", "Azure Policy",
            "A policy can refuse or change what a command writes, at the time when it is written. Reading what is there does not tell.",
            Sources.PolicyEffects, Policy),
        new(
            "NOTLOOKEDAT-ADMINRULES", "Security admin rules of Virtual Network Manager",
            "Admin rules come before the rules of network security groups, and may deny what a group allows. They belong to a network "
                + "manager, often in another subscription.",
            Sources.SecurityAdminRules, AdminRules),
        new(
            "NOTLOOKEDAT-DENY", "Deny assignments against who signs in",
            "A deny assignment refuses a change whatever roles give. Those that meet the cluster's identity are looked at; who runs a "
                + "command, and what groups he is in, is not told here.",
            Sources.DenyAssignments, Denies),
        new(
            "NOTLOOKEDAT-CHANGES", "Locks and deny assignments, where nothing was to be changed",
            "They stop changes and not traffic. A command that has nothing to change does not ask for them.",
            Sources.Locks, Changes),
        new(
            "NOTLOOKEDAT-INSIDE", "What is inside the cluster",
            "Network policies, pods, services and secrets are Kubernetes' own; Resource Manager holds none of them.",
            Sources.NetworkPolicies, Inside),
        InCluster(
            "NOTLOOKEDAT-NAMESPACE", "The namespace of the compute",
            "A Kubernetes compute is attached with a namespace that is there already; only the cluster knows which it has.",
            // The namespace default is in every cluster.
            Sources.AttachAsKubernetes, static route => route.Namespace is { Length: > 0 } name && name != "default"
                ? Kubectl.FindNamespace(name) : null),
        InCluster(
            "NOTLOOKEDAT-TLSSECRET", "The secret with the router's certificate",
            "The extension takes cert.pem and key.pem from a secret in the namespace azureml; without it, it does not come up (E40007).",
            Sources.KubernetesExtension, static route => route.Router is { IsInsecure: false, SecretName: { } secret }
                ? Kubectl.FindSecret(secret, Kubectl.ExtensionNamespace) : null),
        InCluster(
            "NOTLOOKEDAT-OLDROUTER", "What an AKS compute left in the cluster",
            "The router of the v1 route (azureml-fe, in the namespace default) and its cluster role are in the way of the extension's "
                + "(E45004, E45005). A compute that was detached leaves them behind.",
            Sources.ExtensionTroubles, static _ => Kubectl.FindOldRouter()),
        InCluster(
            "NOTLOOKEDAT-OPERATORS", "A Prometheus operator or Volcano scheduler of somebody else",
            "The extension brings its own, unless it is told not to; two of them do not go together (E45002).",
            Sources.ExtensionTroubles, static _ => Kubectl.FindDefinitions()),
        InCluster(
            "NOTLOOKEDAT-HEALTH", "The report of the extension's health check",
            "The extension writes what it found into the cluster; Azure shows a part of it.",
            Sources.ExtensionTroubles, static _ => Kubectl.ShowHealth()),
        new(
            "NOTLOOKEDAT-CLIENTS", "The way of clients outside Azure",
            "A client behind a VPN or ExpressRoute has firewalls and DNS servers of its own. Run the command there.",
            Sources.SecureInferencing, Clients),
    ];

    private static UnseenSubject InCluster(
        string id, string subject, string reason, Uri source, Func<KubernetesRouteFacts, string?> kubectl) =>
        new(id, subject, reason, source, facts => facts.Kubernetes is { IsMeant: true } route && facts.Cluster.Value is { } cluster
            && kubectl(route) is { } line && KubernetesCommands.Invoke(cluster.Id, line) is { } command ? (cluster.Id, command) : null)
        {
            IsOfKubernetes = true,
        };

    private static (string, string)? Egress(NetworkFacts facts) =>
        facts.Cluster.Value is { } cluster && Commands.AzName(cluster.Id) is { } name
        ? (cluster.Id, $"az aks check-network outbound {name}")
        // No node is there yet that could try.
        : facts.Subnet.Value?.Id is { } subnet
        ? (subnet, "az network watcher test-connectivity --source-resource VM_ID --dest-address mcr.microsoft.com --dest-port 443 "
            + "# VM_ID: a virtual machine in the subnet")
        : null;

    // Where the internet is denied, or led to an appliance, whatever lets the names through has to be told them.
    private static string? Names(NetworkFacts facts)
    {
        var isDenied = CheckCatalogue.Find("AMLVNET-NSG-003")!.Evaluate(facts).Any(static check => check.Status == CheckStatus.Failed);
        var isRouted = NodeSubnets.Read(facts).Any(static subnet => InternetRoutes.Of(subnet).Any(NextHops.LeadsOn));
        return !isDenied && !isRouted ? null
            : $"Here {(isDenied ? "a security group denies the internet" : "a route leads the internet's traffic to an appliance or a "
                + "gateway")}; it must let through, on TCP 443: "
                + $"{string.Join(", ", RequiredOutbound.Names(RequiredOutbound.RegionOf(facts), facts.CloudName))}."
                + (isDenied ? " Service tags stand for a part of them only: a group cannot lock this traffic down." : "");
    }

    private static (string, string)? Policy(NetworkFacts facts)
    {
        var target = facts.Cluster.Value?.Id ?? facts.Workspace.Value?.Id ?? facts.Subnet.Value?.Id;
        return ArmId.TryParse(target, out var id, out _) && id.ResourceGroupName is { } group
            ? (target!, $"az policy assignment list --disable-scope-strict-match --scope "
                + Commands.Quote($"/subscriptions/{id.SubscriptionId}/resourceGroups/{group}"))
            : null;
    }

    // Each resource group in which a command writes has its own.
    private static (string, string)? Denies(NetworkFacts facts)
    {
        string?[] places = [facts.Subnet.Value?.Id, facts.Cluster.Value?.Id, facts.Compute.Value?.Id ?? facts.Workspace.Value?.Id];
        var groups = places.Select(static place => ArmId.TryParse(place, out var id, out _) && id.ResourceGroupName is { } name
            ? ArmId.ForResourceGroup(id.SubscriptionId!, name).ToString() : null).OfType<string>()
            .Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return groups.Length == 0 ? null
            : (Array.Find(places, static place => place is not null)!, string.Join("; ", groups.Select(static group =>
            "az rest --method get --url "
                + $"{Commands.Quote($"{group}/providers/Microsoft.Authorization/denyAssignments?api-version=2022-04-01")}")));
    }

    private static (string, string)? Changes(NetworkFacts facts) => facts.Locks.Count == 0 && facts.Cluster.State == KnownState.Value
        && facts.Compute.Value is { } compute
            ? (compute.Id,
                $"Get-AmlAksCompute -ResourceId {Commands.Quote(compute.Id)} | Test-AmlAksNetwork -Rule AMLVNET-LOCK-001, AMLVNET-RBAC-006")
            : null;

    private static (string, string)? AdminRules(NetworkFacts facts) =>
        facts.VirtualNetwork.Value?.Id is { } network && Commands.AzName(network, "--virtual-network-name") is { } name
            ? (network, $"az network manager list-effective-security-admin-rule {name}")
            : null;

    private static (string, string)? Inside(NetworkFacts facts) =>
        facts.Cluster.Value is { } cluster && Commands.AzName(cluster.Id) is { } name
        ? (cluster.Id, $"az aks command invoke {name} --command 'kubectl get networkpolicies,services,pods --all-namespaces'")
        : null;

    private static (string, string)? Clients(NetworkFacts facts) =>
        facts.Cluster.State == KnownState.Value && facts.Compute.Value is { } compute
        && Commands.GetCompute(compute.Id) is { } get ? (compute.Id, $"{get} | Test-AmlAksEndpoint") : null;
}
