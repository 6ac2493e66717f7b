namespace AmlVnet.Core.Changes;

/// <summary>
/// Looks, before the first write, whether the Kubernetes route can be gone on a cluster, and what is inside it.
/// What is there already is learned.
/// </summary>
public sealed record FindRoute(KubernetesInferenceWish Wish) : Gate;

/// <summary>Refuses to go on with a router that is at no private address of the nodes' subnet.</summary>
public sealed record VerifyRouter(ArmId Compute) : Gate;

/// <summary>Looks, before the first write, whether an extension that is there can be changed with what was given.</summary>
public sealed record FindChangeable(BringExtension Bring) : Gate;

/// <summary>Turns off the v1 legacy mode of a workspace.</summary>
public sealed record LeaveLegacyMode(ArmId Workspace) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "LegacyMode";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        [new(Workspace.ToString(), "Microsoft.MachineLearningServices/workspaces/write")];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => ("true", "false");
}

/// <summary>Takes the old router out of the cluster, or lets the new one beside it.</summary>
public sealed record PrepareCluster : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Prepare";

    /// <summary>The cluster.</summary>
    public required ArmId Cluster { get; init; }

    /// <summary>What is done, in words.</summary>
    public required string Sentence { get; init; }

    /// <summary>The lines of kubectl.</summary>
    public required IReadOnlyList<string> Lines { get; init; }

    /// <summary>Whether the command may run them.</summary>
    public bool UseRunCommand { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        !UseRunCommand ? [] : [new(Cluster.ToString(), "Microsoft.ContainerService/managedClusters/runCommand/action")];
}

/// <summary>Gives a workspace trusted access to a cluster.</summary>
public sealed record GiveTrustedAccess(ArmId Cluster, ArmId Workspace) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "TrustedAccess";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
        [new(Cluster.ToString(), "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings/write")];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as AksTrustedAccess)?.BindingId);
}

/// <summary>Installs the extension with its router on a load balancer, or brings the one that is there to that.</summary>
public sealed record BringExtension : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Extension";

    /// <summary>The cluster, or a compute that stands for it.</summary>
    public required ArmId Cluster { get; init; }

    /// <summary>What a new one is to do; of one that is there only what says how it is reached.</summary>
    public required ExtensionWish Wish { get; init; }

    /// <summary>Whether only one that is there is changed.</summary>
    public bool OnlyChanges { get; init; }

    /// <summary>Whether the command may run kubectl in the cluster.</summary>
    public bool UseRunCommand { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => Cluster.IsType(ResourceTypes.Cluster)
        ? [new(Cluster.ToString(), "Microsoft.KubernetesConfiguration/extensions/write")] : [];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, result is AksAmlExtension extension
        ? $"{extension.Name} {extension.Version}, {(Wish.IsPublic ? "public" : "internal")} load balancer" : null);
}

/// <summary>Attaches a cluster as a compute of type Kubernetes;
/// a namespace that is not there is made, where the command may do so.</summary>
public sealed record AttachKubernetes : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Attach";

    /// <summary>The compute.</summary>
    public required KubernetesComputeWish Wish { get; init; }

    /// <summary>Whether the command may run kubectl in the cluster.</summary>
    public bool UseRunCommand { get; init; }

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) =>
    [
        Actions.ToWrite(Wish.Id.ToString()),
        new(Wish.Cluster.ToString(), "Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"),
    ];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) => (null, (result as KubernetesCompute)?.ClusterId);
}

/// <summary>Writes the name of an endpoint into a private DNS zone.</summary>
public sealed record WriteRecord(ArmId Compute, ArmId Zone) : WorkPhase
{
    /// <summary>The phase, which has its turn when the endpoint has its private address.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="record">What the record is called, as far as that is known.</param>
    /// <param name="address">Which address it gets, in words.</param>
    public static WriteRecord Afterwards(ArmId compute, ArmId zone, string record, string address)
    {
        ArgumentNullException.ThrowIfNull(zone);
        return new(compute, zone)
        {
            After = JobFacts.PrivateAddress,
            Later = new Later
            {
                Target = zone.ToString(),
                Sentence = $"Write the A record {record} -> {address}",
                Unknown = address,
            },
        };
    }

    /// <inheritdoc/>
    public override string Name => "Dns";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => [new(Zone.ToString(), DnsPlans.WriteAction)];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) =>
        (null, result is PrivateDnsName name ? name.ToString() : null);
}

/// <summary>Removes the names that this module wrote for an endpoint.</summary>
public sealed record RemoveRecord(ArmId Compute, ArmId? Zone) : WorkPhase
{
    /// <inheritdoc/>
    public override string Name => "Dns";

    /// <inheritdoc/>
    public override IEnumerable<NeededAction> Needs(JobState state) => Zone is null ? [] : [new(Zone.ToString(), DnsPlans.DeleteAction)];

    /// <inheritdoc/>
    public override (string? Before, string? After) Tell(object result) =>
        result is PrivateDnsName name ? (name.Address, name.IsWritten == true ? $"{name.Name} stays" : "no record of ours") : default;
}
