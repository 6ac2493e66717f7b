namespace AmlVnet.Core.Changes;

/// <summary>A Kubernetes compute that is wished.</summary>
public sealed record KubernetesComputeWish
{
    /// <summary>The compute.</summary>
    public required ArmId Id { get; init; }

    /// <summary>The cluster.</summary>
    public required ArmId Cluster { get; init; }

    /// <summary>The namespace in which its deployments run.</summary>
    public string Namespace { get; init; } = KubernetesComputePlans.DefaultNamespace;

    /// <summary>The ARM ids of user-assigned identities; empty takes a system-assigned one.</summary>
    public IReadOnlyList<string> UserIdentities { get; init; } = [];

    /// <summary>The kind of instance that is taken where none is named.</summary>
    public string? DefaultInstanceType { get; init; }

    /// <summary>The kinds of instance; null leaves them to the service.</summary>
    public IReadOnlyDictionary<string, InstanceTypeWish>? InstanceTypes { get; init; }

    /// <summary>The description.</summary>
    public string? Description { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;
}

/// <summary>What the attaching of a Kubernetes compute looks at.</summary>
public sealed record KubernetesAttachSituation
{
    /// <summary>The region of the workspace, as it is written.</summary>
    public string? WorkspaceLocation { get; init; }

    /// <summary>Whether the workspace takes the v1 API only; null when the service does not say.</summary>
    public bool? IsV1Only { get; init; }

    /// <summary>The extension of the cluster.</summary>
    public Known<ExtensionFacts> Extension { get; init; }

    /// <summary>Whether the cluster has no local accounts.</summary>
    public bool DisablesLocalAccounts { get; init; }

    /// <summary>Who has trusted access to the cluster; not gathered where local accounts are there.</summary>
    public Known<IReadOnlyList<TrustedAccessFacts>> TrustedAccess { get; init; }

    /// <summary>The name of the namespace, an empty text where it is not in the cluster; not gathered without -UseRunCommand.</summary>
    public Known<string> Namespace { get; init; }

    /// <summary>The compute of that name.</summary>
    public KubernetesCompute? Existing { get; init; }

    /// <summary>All computes of the workspace on a cluster.</summary>
    public Known<IReadOnlyList<AttachedClusterFacts>> Attachments { get; init; }
}

/// <summary>Plans the attaching and the detaching of Kubernetes computes.</summary>
public static class KubernetesComputePlans
{
    /// <summary>The namespace that every cluster has.</summary>
    public const string DefaultNamespace = "default";

    /// <summary>The operation of attaching.</summary>
    public const string AttachKind = "AttachKubernetesCompute";

    /// <summary>The operation of detaching.</summary>
    public const string DetachKind = "DetachKubernetesCompute";

    /// <summary>Refuses what can't be, before anything is read.</summary>
    /// <exception cref="AmlVnetException">A value breaks a rule.</exception>
    public static void Require(KubernetesComputeWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (Kubectl.CheckNamespace(wish.Namespace) is { } problem) throw Problems.InvalidValue("Namespace", wish.Namespace, problem);
        if (!string.Equals(wish.Cluster.SubscriptionId, wish.Id.SubscriptionId, StringComparison.OrdinalIgnoreCase))
            throw Problems.OtherSubscription(wish.Cluster.ToString(), wish.Id.Parent!.ToString());
        if (wish.Namespace.Equals(OldNamespace(wish.Id.Parent!), StringComparison.OrdinalIgnoreCase))
            throw Problems.InvalidValue("Namespace", wish.Namespace,
                $"'{wish.Namespace}' is the namespace of this workspace's AKS computes (v1), and a Kubernetes compute needs another one; "
                    + "give another name.");
        if (wish is { DefaultInstanceType: { } first, InstanceTypes: { } types } && !types.ContainsKey(first))
            throw Problems.InvalidValue("DefaultInstanceType", first,
                $"'{first}' is none of the instance types that are given ({string.Join(", ", types.Keys)}); give one of them.");
        if (wish is { DefaultInstanceType: { } alone, InstanceTypes: null })
            throw Problems.InvalidCombination(
                $"-DefaultInstanceType {alone} names an instance type, and none is given: give -InstanceType with it.");
    }

    /// <summary>The namespace in which the AKS computes (v1) of a workspace run.</summary>
    public static string OldNamespace(ArmId workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return $"azureml-{workspace.Name}";
    }

    /// <summary>Plans the attaching; a compute that is so already gives an empty plan.</summary>
    /// <exception cref="AmlVnetException">What it needs is missing, or the name is taken by something else.</exception>
    public static Plan Attach(KubernetesComputeWish wish, KubernetesAttachSituation now)
    {
        Require(wish);
        if (now.Existing is { } existing && Existing(wish, existing) is { } same) return same;
        var workspace = wish.Id.Parent!;
        if (now.IsV1Only == true) throw Problems.WorkspaceInLegacyMode(workspace.ToString());
        if (now.Extension.State == KnownState.None || now.Extension.Value is { IsInstalled: false })
            throw Problems.ExtensionMissing(wish.Cluster.ToString(), now.Extension.Value?.State?.ToString());
        RequireAccess(wish, now);
        var create = MissingNamespace(wish, now);
        var put = new PutKubernetesCompute
        {
            Target = wish.Id.ToString(),
            Sentence = $"Attach cluster {wish.Cluster.Name} as Kubernetes compute {wish.Id.Name}, namespace {wish.Namespace}, "
                + (wish.UserIdentities.Count > 0
                    ? $"identities {string.Join(", ", wish.UserIdentities.Select(static one => ArmId.Parse(one).Name))}"
                    : "a system-assigned identity")
                + (wish.InstanceTypes is { } types ? $", instance types {string.Join(", ", types.Keys)}" : ""),
            Values = [new("compute", null, wish.Cluster.ToString()), new("namespace", null, wish.Namespace)],
            WorkspaceLocation = now.WorkspaceLocation,
            Wish = wish,
        };
        return new Plan
        {
            Steps = create is null ? [put] : [create, put],
            NeedsAllSteps = create is not null,
            Warnings = [.. Warnings(wish, now)],
        };
    }

    /// <summary>Plans the detaching.</summary>
    public static Plan Detach(ArmId id, KubernetesCompute? existing, bool wait)
    {
        ArgumentNullException.ThrowIfNull(id);
        if (existing is null) return new Plan { Warnings = [$"There is no compute '{id}'; nothing was removed."] };
        if (ProvisioningState.Of(existing) == ProvisioningState.Deleting)
            return new Plan { Remarks = [$"'{id}' is being removed already; nothing is sent."] };
        return new Plan
        {
            Steps =
            [
                new DetachKubernetesCompute
                {
                    Target = id.ToString(),
                    Sentence = $"Detach Kubernetes compute {id.Name}; the cluster {existing.ClusterId ?? "(none)"} and its extension stay",
                    Values = [new("compute", existing.ProvisioningState, null)],
                    Wait = wait,
                },
            ],
            Warnings = [$"Online deployments on {id.Name} stop answering once it is detached."],
        };
    }

    private static Plan? Existing(KubernetesComputeWish wish, KubernetesCompute existing)
    {
        var differences = new List<SettingDifference>();
        Compare("ClusterId", existing.ClusterId, wish.Cluster.ToString());
        Compare("Namespace", existing.Namespace, wish.Namespace);
        Compare("DefaultInstanceType", existing.DefaultInstanceType, wish.DefaultInstanceType);
        if (wish.UserIdentities.Count > 0
            && !wish.UserIdentities.ToHashSet(StringComparer.OrdinalIgnoreCase).SetEquals(existing.UserAssignedIdentities))
            differences.Add(
                new("UserAssignedIdentity", string.Join(", ", existing.UserAssignedIdentities), string.Join(", ", wish.UserIdentities)));
        foreach (var (name, type) in wish.InstanceTypes ?? new Dictionary<string, InstanceTypeWish>())
            if (Array.Find(existing.GetInstanceTypes(), one => one.Name == name) is not { } now || !Same(type.Requests, now.Requests)
                || !Same(type.Limits, now.Limits)
                || !Same(type.NodeSelector ?? new Dictionary<string, string>(), now.NodeSelector))
                differences.Add(
                    new($"InstanceType[{name}]", Array.Exists(existing.GetInstanceTypes(), one => one.Name == name) ? "other values"
                    : "(none)", "as asked"));
        if (differences.Count > 0) throw Problems.KubernetesComputeDiffers(existing.Id,
            [.. differences.Select(static one => one.ToString())]);
        if (ProvisioningState.Of(existing) == ProvisioningState.Deleting)
            throw Problems.WrongState("compute", existing.Id, "Deleting", "Wait until it is gone, and run the command again.");
        // One that failed is attached again.
        return ProvisioningState.Of(existing) is { HasFailed: true } ? null
            : new Plan { Remarks = [$"Found existing compute '{existing.Id}'; nothing is sent."] };

        void Compare(string name, string? now, string? asked)
        {
            if (!string.IsNullOrEmpty(now) && !string.IsNullOrEmpty(asked) && !ArmId.AreSame(now, asked))
                differences.Add(new(name, now, asked));
        }
    }

    private static bool Same(IReadOnlyDictionary<string, string> one, IReadOnlyDictionary<string, string> other) =>
        one.Count == other.Count && one.All(pair => other.GetValueOrDefault(pair.Key) == pair.Value);

    private static void RequireAccess(KubernetesComputeWish wish, KubernetesAttachSituation now)
    {
        var workspace = wish.Id.Parent!.ToString();
        if (now.DisablesLocalAccounts && now.TrustedAccess.Value is { } bindings && !bindings.Any(one => one.Serves(workspace)))
            throw Problems.TrustedAccessMissing(wish.Cluster.ToString(), workspace);
    }

    private static RunInCluster? MissingNamespace(KubernetesComputeWish wish, KubernetesAttachSituation now) =>
        now.Namespace.Value is "" ? new RunInCluster
        {
            Target = wish.Cluster.ToString(),
            Sentence = $"Create the namespace {wish.Namespace} in cluster {wish.Cluster.Name}",
            Values = [new("namespace", null, wish.Namespace)],
            Lines = [Kubectl.CreateNamespace(wish.Namespace)],
        } : null;

    private static IEnumerable<string> Warnings(KubernetesComputeWish wish, KubernetesAttachSituation now)
    {
        if (now.Extension.State == KnownState.Unknown)
            yield return $"Whether the cluster has the extension is not known: {now.Extension.Why}";
        if (now.Namespace.State == KnownState.Unknown)
            yield return $"Whether the namespace {wish.Namespace} exists is not known: {now.Namespace.Why}";
        if (now.Namespace.State == KnownState.NotGathered && wish.Namespace != DefaultNamespace)
            yield return $"The namespace {wish.Namespace} has to exist before, and Azure Resource Manager does not show it. Look yourself, "
                + $"or give -UseRunCommand: {Kubectl.FindNamespace(wish.Namespace)}; {Kubectl.CreateNamespace(wish.Namespace)}";
        if (now is { DisablesLocalAccounts: true, TrustedAccess.State: not KnownState.Value })
            yield return $"Local accounts are disabled, and whether the workspace has trusted access is not known: {now.TrustedAccess.Why}";
        foreach (var other in (now.Attachments.Value ?? []).Where(
            one => one.ComputeType == ComputeType.Aks && ArmId.AreSame(one.ClusterId, wish.Cluster.ToString())))
            yield return $"The cluster is attached as AKS compute '{other.ComputeId}' (v1) too. Both beside each other is a preview; "
                + "Move-AmlAksCompute says what it needs.";
    }
}
