using AmlVnet.Core.Checks;

namespace AmlVnet.Core.Changes;

/// <summary>A compute whose inferencing is to be private.</summary>
public sealed record PrivateInferenceWish
{
    /// <summary>The compute.</summary>
    public required ArmId Compute { get; init; }

    /// <summary>How much of the network the cluster's identity is given its right on.</summary>
    public NetworkScopeLevel Level { get; init; } = NetworkScopeLevel.ResourceGroup;

    /// <inheritdoc cref="FindRoom.LoadBalancerSubnet"/>
    public string? LoadBalancerSubnet { get; init; }

    /// <inheritdoc cref="FindRoom.Sources"/>
    public required IReadOnlyList<string> Sources { get; init; }

    /// <summary>How long the switch may take, in the cloud's time.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);
}

/// <summary>The whole job and its undoing, as phases.
/// A phase whose ground is not there yet says what it will do, and is planned when it is.</summary>
public static class PrivateInferencePlan
{
    /// <summary>Makes the inferencing of a compute private that exists.</summary>
    public static PhasedPlan OfExisting(PrivateInferenceWish wish) => Of(wish, new JobState { Facts = JobFacts.Compute }, [], Rest(wish,
        null, null, Opening(wish, wish.Compute.ToString())));

    /// <summary>Makes a compute first: the cluster's identity exists only when the cluster does.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="settings">What the compute is made with.</param>
    /// <param name="subnet">The subnet of its nodes.</param>
    public static PhasedPlan OfCreated(PrivateInferenceWish wish, AksComputeSettings settings, ArmId subnet)
    {
        var name = wish.Compute.Name;
        var granting = new Later
        {
            Target = RoleWish.At(wish.Level, subnet).ToString(),
            Sentence = $"Grant {WellKnownRoles.NetworkContributorName} to the identity of the cluster of {name}",
            Unknown = "the identity of the cluster",
        };
        var switching = new Later
        {
            Target = name,
            Sentence = $"Set the load balancer of {name}: PublicIp -> InternalLoadBalancer with an address of subnet "
                + (wish.LoadBalancerSubnet ?? subnet.Name),
            Unknown = "the compute",
        };
        var create = new CreateCompute { Compute = wish.Compute, Settings = settings, Gives = JobFacts.Compute };
        return Of(wish, new JobState(),
        [
            new FindCompute(wish.Compute),
            Room(wish, subnet),
            new FindMakeable(create) { LoadBalancerSubnet = wish.LoadBalancerSubnet, SkippedWhen = JobFacts.Compute },
            new ClearFailed(wish.Compute) { OnlyWhen = JobFacts.FailedCompute },
            create,
        ], Rest(wish, granting, switching, Opening(wish, subnet.ToString())));
    }

    /// <summary>Attaches a cluster, after its identity has its right,
    /// with an internal load balancer: no public address exists on the way.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="cluster">The cluster.</param>
    /// <param name="purpose">What the cluster is for; null leaves it to the service.</param>
    public static PhasedPlan OfAttached(PrivateInferenceWish wish, ArmId cluster, ClusterPurpose? purpose)
    {
        var attach = new AttachCluster
        {
            Compute = wish.Compute,
            Cluster = cluster,
            Purpose = purpose,
            LoadBalancerSubnet = wish.LoadBalancerSubnet,
            Gives = JobFacts.Compute,
        };
        return Of(wish, new JobState(),
        [
            new FindCompute(wish.Compute),
            Room(wish, cluster),
            new FindAttachable(attach) { SkippedWhen = JobFacts.Compute },
            new ClearFailed(wish.Compute) { OnlyWhen = JobFacts.FailedCompute },
            Grant(wish, cluster) with { SkippedWhen = JobFacts.Compute },
            attach,
        ], Rest(wish, null, null, Opening(wish, wish.Compute.ToString())));
    }

    /// <summary>Takes a compute back to a public address, and removes what this module added for it.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="timeout">How long the switch may take, in the cloud's time.</param>
    /// <param name="zone">The private DNS zone whose record of ours is removed; null where none was named.</param>
    public static PhasedPlan Undo(ArmId compute, TimeSpan timeout, ArmId? zone = null) => new()
    {
        Compute = compute,
        DnsZone = zone,
        Start = new JobState { Facts = JobFacts.Compute },
        Phases =
        [
            .. zone is null ? Array.Empty<Phase>() : [new RemoveRecord(compute, zone)],
            new SwitchLoadBalancer { Compute = compute,
                Wish = new LoadBalancerWish { Type = LoadBalancerType.PublicIp, Timeout = timeout } },
            new CloseEndpoint(compute),
            new RevokeRight(compute),
        ],
    };

    /// <summary>The same, with the name of the endpoint in a private DNS zone at the end.</summary>
    /// <param name="plan">The job.</param>
    /// <param name="zone">The zone.</param>
    public static PhasedPlan WithName(PhasedPlan plan, ArmId zone)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(zone);
        return plan with
        {
            DnsZone = zone,
            Phases =
            [
                new FindName(plan.Compute, zone),
                .. plan.Phases,
                WriteRecord.Afterwards(plan.Compute, zone,
                    $"{DnsPlans.NameOf(plan.Compute, null, zone.Name)}, or that of the certificate's host name",
                    "the address that the switch gives"),
            ],
        };
    }

    /// <summary>The subnet that the endpoint's address will be of; null where it is not known.</summary>
    public static SubnetFacts? PlaceOf(NetworkFacts facts, string? loadBalancerSubnet) => loadBalancerSubnet is null ? facts.Subnet.Value
        : facts.VirtualNetwork.Value?.Subnets.FirstOrDefault(subnet => Words.Is(subnet.Name, loadBalancerSubnet));

    /// <summary>What would keep the endpoint of a compute from being open after the job, and is not of the job; of a compute that is
    /// still public also what could not be looked at.</summary>
    /// <param name="facts">The compute and its network as they are.</param>
    /// <param name="compute">The compute.</param>
    /// <param name="loadBalancerSubnet">The subnet of the internal load balancer; null takes the nodes' own.</param>
    /// <param name="sources">Who is to be let in.</param>
    /// <exception cref="AmlVnet.AmlVnetException">A security group has no room for the rules.</exception>
    public static IReadOnlyList<CheckResult> FindTrouble(NetworkFacts facts, AksCompute compute, string? loadBalancerSubnet,
        IReadOnlyList<string> sources)
    {
        facts = facts with { ScoringSources = sources };
        if (compute is { IsPrivate: true, ScoringIPAddress: not null }) return CheckCatalogue.FindErrorsToStay(facts);
        var place = PlaceOf(facts, loadBalancerSubnet);
        ScoringRules.RequireRoom(facts, place, sources, SslStatus.PortOf(compute.SslStatus));
        var after = facts with
        {
            LoadBalancerSubnet = place ?? facts.LoadBalancerSubnet,
            Compute = facts.Compute.Value! with
            {
                LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
                LoadBalancerSubnet = place?.Name ?? loadBalancerSubnet,
                ScoringIPAddress = null,
            },
        };
        // What forbids the switch is known before the right is given for it.
        return
        [
            .. CheckCatalogue.FindSwitchErrors(after), .. CheckCatalogue.FindErrorsToStay(after),
            .. CheckCatalogue.FindUncheckedToStay(after),
        ];
    }

    /// <summary>What is done to a compute that is there.</summary>
    private static Phase[] Rest(PrivateInferenceWish wish, Later? granting, Later? switching, Later opening) =>
    [
        new FindSound { Compute = wish.Compute, LoadBalancerSubnet = wish.LoadBalancerSubnet, Sources = wish.Sources,
            After = JobFacts.Compute },
        Grant(wish, wish.Compute) with { After = JobFacts.Compute, SkippedWhen = JobFacts.Granted, Later = granting },
        new SwitchLoadBalancer
        {
            Compute = wish.Compute,
            Wish = new LoadBalancerWish
            {
                Type = LoadBalancerType.InternalLoadBalancer,
                SubnetName = wish.LoadBalancerSubnet,
                Timeout = wish.Timeout,
            },
            After = JobFacts.Compute,
            Gives = JobFacts.PrivateAddress,
            Later = switching,
        },
        new VerifyAddress(wish.Compute) { After = JobFacts.PrivateAddress },
        new OpenEndpoint { Compute = wish.Compute, Sources = wish.Sources, After = JobFacts.PrivateAddress, Later = opening },
    ];

    private static PhasedPlan Of(PrivateInferenceWish wish, JobState start, Phase[] first, Phase[] rest) =>
        new() { Compute = wish.Compute, Start = start, Phases = [.. first, .. rest], OpenTo = wish.Sources };

    // Of a compute that is there the rules may be there too, and take the room that is asked for.
    private static FindRoom Room(PrivateInferenceWish wish, ArmId subnetOrCluster) => new()
    {
        SubnetOrCluster = subnetOrCluster,
        LoadBalancerSubnet = wish.LoadBalancerSubnet,
        Sources = wish.Sources,
        SkippedWhen = JobFacts.Compute,
    };

    private static GrantRight Grant(PrivateInferenceWish wish, ArmId clusterOrCompute) => new()
    {
        ClusterOrCompute = clusterOrCompute,
        Level = wish.Level,
        LoadBalancerSubnet = wish.LoadBalancerSubnet,
        Gives = JobFacts.Granted,
    };

    /// <summary>The opening of an endpoint whose address is not known before the switch.</summary>
    private static Later Opening(PrivateInferenceWish wish, string target) => new()
    {
        Target = target,
        Sentence = $"Let {string.Join(", ", wish.Sources)} in to the scoring endpoint of {wish.Compute.Name}, if the rules in force do not "
            + "already",
        Unknown = "the address that the switch gives",
    };
}
