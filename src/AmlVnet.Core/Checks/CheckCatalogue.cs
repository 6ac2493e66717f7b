namespace AmlVnet.Core.Checks;

/// <summary>All checks, and the one way to run them.</summary>
public static class CheckCatalogue
{
    private static readonly Dictionary<string, CheckRule> ById;

    static CheckCatalogue()
    {
        Rules =
        [
            .. AddressRules.All, .. RangeRules.All, .. SubnetRules.All, .. ReservedSubnetRules.All, .. PodRules.All, .. RegionRules.All,
            .. AssociatedResourceRules.All, .. RightsRules.All, .. LockRules.All, .. ComputeRules.All, .. ClusterRules.All,
            .. WorkspaceRules.All,
            .. KubernetesAll, .. OutboundRules.All,
            .. DnsRules.All, .. SecurityGroupRules.All, .. ClusterTrafficRules.All,
        ];
        ById = Rules.ToDictionary(rule => rule.Id, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>The rules, by area and number.</summary>
    public static IReadOnlyList<CheckRule> Rules { get; }

    /// <summary>The rules of the Kubernetes route, by number.</summary>
    private static IEnumerable<CheckRule> KubernetesAll =>
        KubernetesRules.All.Concat(KubernetesClusterRules.All).Concat(KubernetesIdentityRules.All).OrderBy(static rule => rule.Id,
            StringComparer.Ordinal);

    /// <summary>Whether a rule is about traffic that has to pass: through groups, and out of the network.</summary>
    public static bool IsAboutTraffic(string id) =>
        id is not null && (id.StartsWith("AMLVNET-NSG-", StringComparison.OrdinalIgnoreCase)
            || id.StartsWith("AMLVNET-OUTBOUND-", StringComparison.OrdinalIgnoreCase));

    /// <summary>
    /// The errors that would stay when a compute is made private and opened: what that job itself mends is left out, and what is checked
    /// before its switch.
    /// </summary>
    /// <param name="facts">An existing compute, with the load balancer as it is to be.</param>
    /// <param name="skip">Ids of rules to leave out, in any case.</param>
    public static IReadOnlyList<CheckResult> FindErrorsToStay(NetworkFacts facts, IEnumerable<string>? skip = null) =>
        FindToStay(facts, CheckStatus.Failed, skip);

    /// <summary>The rules that would name such errors and could not be looked at.</summary>
    /// <param name="facts">An existing compute, with the load balancer as it is to be.</param>
    public static IReadOnlyList<CheckResult> FindUncheckedToStay(NetworkFacts facts) => FindToStay(facts, CheckStatus.Unknown, null);

    private static IReadOnlyList<CheckResult> FindToStay(NetworkFacts facts, CheckStatus status, IEnumerable<string>? skip)
    {
        string[] mended = ["AMLVNET-COMPUTE-004", "AMLVNET-COMPUTE-005", "AMLVNET-NSG-001", "AMLVNET-NSG-002"];
        var later = Rules.Where(rule => (rule.Stages & CheckStage.SwitchLoadBalancer) != 0).Select(rule => rule.Id);
        return [.. Run(facts, CheckStage.Posture, [.. mended, .. later, .. skip ?? []])
            .Where(check => check.Status == status && check.Severity == CheckSeverity.Error)];
    }

    /// <summary>The errors that forbid a switch to an internal load balancer, whatever rights the cluster's identity is given before
    /// it.</summary>
    public static IReadOnlyList<CheckResult> FindSwitchErrors(NetworkFacts facts) =>
        [.. Run(facts, CheckStage.SwitchLoadBalancer, RightsRules.All.Select(static rule => rule.Id))
            .Where(static check => check is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error })];

    /// <summary>The rule about an AKS compute that stands for the same cluster.</summary>
    public const string Beside = "AMLVNET-KUBERNETES-015";

    /// <summary>The rule about the address of the extension's router.</summary>
    public const string RouterAddress = "AMLVNET-KUBERNETES-004";

    /// <summary>What forbids to go the Kubernetes route on a cluster, and is not mended on the way.</summary>
    /// <param name="facts">The cluster as one that is to serve.</param>
    /// <param name="leavesLegacyMode">Whether the workspace's v1 legacy mode is turned off on the way.</param>
    public static IReadOnlyList<CheckResult> FindRouteErrors(NetworkFacts facts, bool leavesLegacyMode)
    {
        ArgumentNullException.ThrowIfNull(facts);
        // Trusted access is given, where the cloud has it.
        string[] mended =
        [
            "AMLVNET-KUBERNETES-001", "AMLVNET-KUBERNETES-003", RouterAddress, "AMLVNET-KUBERNETES-012", .. MendedByGrant,
            .. KubernetesClusterRules.HasTrustedAccess(facts) ? ["AMLVNET-KUBERNETES-009"] : Array.Empty<string>(),
            .. leavesLegacyMode ? ["AMLVNET-KUBERNETES-011"] : Array.Empty<string>(),
        ];
        return
        [
            .. FindErrorsToStay(facts, mended),
            .. Run(facts, CheckStage.SwitchLoadBalancer, mended)
                .Where(static check => check is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error }),
        ];
    }

    /// <summary>The rule that a cluster is attached to one compute only.</summary>
    public const string AttachedOnce = "AMLVNET-COMPUTE-003";

    /// <summary>The rules that a grant mends which is planned before the switch that they are asked for.</summary>
    public static IReadOnlyList<string> MendedByGrant { get; } = ["AMLVNET-RBAC-001", "AMLVNET-RBAC-002"];

    /// <summary>
    /// The rules whose breach Azure refuses by itself when a cluster is made or attached, or its load balancer switched: to leave the rule
    /// out leads to that refusal, and nowhere else.
    /// </summary>
    private static readonly HashSet<string> RefusedByAzure = new(StringComparer.OrdinalIgnoreCase)
    {
        // ServiceCidrOverlapExistingSubnetsCidr, ServiceCidrOverlapReservedRange, ServiceCidrTooLarge, DnsServiceIpOutOfServiceCidr.
        "AMLVNET-CIDR-002", "AMLVNET-CIDR-003", "AMLVNET-CIDR-005", "AMLVNET-CIDR-006", "AMLVNET-CIDR-007",
        // InsufficientSubnetSize, SubnetIsDelegated, and no address for the load balancer.
        "AMLVNET-SUBNET-001", "AMLVNET-SUBNET-002", "AMLVNET-SUBNET-003", "AMLVNET-SUBNET-004", "AMLVNET-SUBNET-005",
        // VnetRegionMismatch; fewer nodes or cores than a production cluster has; Microsoft's certificate behind an internal load balancer;
        // no credentials of a cluster without local accounts.
        "AMLVNET-REGION-001", "AMLVNET-COMPUTE-001", "AMLVNET-COMPUTE-002", "AMLVNET-COMPUTE-006", "AMLVNET-CLUSTER-001",
        // No extension on a service principal; no way in to the cluster; another subscription; v1 only.
        "AMLVNET-KUBERNETES-005", "AMLVNET-KUBERNETES-009", "AMLVNET-KUBERNETES-010", "AMLVNET-KUBERNETES-011",
        // ScopeLocked, DenyAssignmentAuthorizationFailed.
        "AMLVNET-LOCK-001", "AMLVNET-RBAC-006",
    };

    /// <summary>Whether the service may accept what findings before a change are about, so that there is sense in leaving the rules
    /// out.</summary>
    public static bool MayBeSkipped(IEnumerable<CheckResult> findings) => !findings.Any(static one => RefusedByAzure.Contains(one.Id));

    /// <summary>The checks before a compute is made: with an internal load balancer, those of a switch are among them.</summary>
    /// <param name="facts">What is known, the compute as it is to be among it.</param>
    /// <param name="stage">Create or attach. Before a creation the cluster has no identity yet, so that its rights are no finding.</param>
    public static IReadOnlyList<CheckResult> RunBeforeMaking(NetworkFacts facts, CheckStage stage)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return facts.Compute.Value?.LoadBalancerType != LoadBalancerType.InternalLoadBalancer ? Run(facts, stage)
            : Run(facts, stage | CheckStage.SwitchLoadBalancer,
                stage == CheckStage.Create ? RightsRules.All.Select(static rule => rule.Id) : null);
    }

    /// <summary>What keeps an endpoint whose rules are in place from being open, or from being called so.</summary>
    public static IReadOnlyList<CheckResult> FindTrafficErrors(NetworkFacts facts) =>
        [.. Run(facts, CheckStage.Posture).Where(static check =>
        check.Severity == CheckSeverity.Error && check.Status is CheckStatus.Failed or CheckStatus.Unknown && IsAboutTraffic(check.Id)
        && check.Id is not ("AMLVNET-NSG-001" or "AMLVNET-NSG-002"))];

    /// <summary>Finds a rule by its id, in any case.</summary>
    public static CheckRule? Find(string id) => ById.GetValueOrDefault(id);

    /// <summary>Of the ids given (to <c>-SkipCheck</c>, say), those that no rule has.</summary>
    public static IReadOnlyList<string> UnknownIds(IEnumerable<string> ids) => [.. ids.Where(static id => Find(id) is null
        // What is inside a cluster may have been looked at by hand.
        && !BeyondResourceManager.All.Any(subject => subject.IsOfKubernetes && Words.Is(subject.Id, id)))];

    /// <summary>Runs the rules of one stage.</summary>
    /// <param name="facts">What is known of the network.</param>
    /// <param name="stage">The moment; a rule that has nothing to say at it is left out.</param>
    /// <param name="skip">Ids of rules to leave out, in any case.</param>
    /// <returns>One result for each rule and target, in the catalogue's order.</returns>
    public static IReadOnlyList<CheckResult> Run(NetworkFacts facts, CheckStage stage, IEnumerable<string>? skip = null)
    {
        ArgumentNullException.ThrowIfNull(facts);
        var skipped = new HashSet<string>(skip ?? [], StringComparer.OrdinalIgnoreCase);
        return [.. Rules.Where(rule => (rule.Stages & stage) != 0 && !skipped.Contains(rule.Id)).SelectMany(rule => rule.Evaluate(facts))];
    }

    /// <summary>What no rule can look at, because Resource Manager can't tell it: each with the command that looks.</summary>
    /// <param name="facts">What is known of the network.</param>
    /// <param name="stage">The moment; typed values alone ask nothing of Azure, so there is no list for them.</param>
    public static IReadOnlyList<NotLookedAt> NotLookedAt(NetworkFacts facts, CheckStage stage)
    {
        ArgumentNullException.ThrowIfNull(facts);
        return (stage & ~CheckStage.Offline) == 0 ? [] : [.. BeyondResourceManager.All.SelectMany(subject => subject.Find(facts))];
    }
}
