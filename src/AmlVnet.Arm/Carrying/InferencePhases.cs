using AmlVnet.Core.Access;

namespace AmlVnet.Arm.Carrying;

/// <summary>What a gate learned, and what it found: errors forbid going on, and what could not be looked at is told.</summary>
internal sealed record GateAnswer(JobState State, IReadOnlyList<CheckResult> Found);

/// <summary>Reads what the phases of private inferencing look at, each when it has its turn.</summary>
/// <param name="azure">What the command reads, plans and carries out.</param>
/// <param name="isShown">Whether nothing is carried out: a right that an earlier phase gives counts as given,
/// and nothing is waited for.</param>
internal sealed class InferencePhases(AzureWork azure, bool isShown)
{
    // The network as a gate saw it, with the port of the endpoint.
    private (NetworkFacts Facts, ArmId? Nodes, SubnetFacts? Place, int Port)? _seen;

    private readonly KubernetesInference _kubernetes = new(azure, isShown);

    /// <inheritdoc cref="KubernetesInference.Seen"/>
    internal IReadOnlyList<string> SeenInside => _kubernetes.Seen;

    /// <summary>Plans a phase that changes something.</summary>
    internal async Task<PlannedWork> PlanAsync(WorkPhase phase, CancellationToken cancel) => phase switch
    {
        ClearFailed clear => await azure.AksComputes.PlanRemoveAsync(clear.Compute, UnderlyingResourceAction.Detach, wait: true, cancel)
            .ConfigureAwait(false),
        CreateCompute create => await PlanCreateAsync(create, create.Settings, cancel).ConfigureAwait(false),
        AttachCluster attach => await PlanAttachAsync(attach, isShown, cancel).ConfigureAwait(false),
        GrantRight grant => await azure.Access.PlanGrantAsync(new NetworkAccessRequest
        {
            Cluster = grant.ClusterOrCompute,
            Level = grant.Level,
            LoadBalancerSubnet = grant.LoadBalancerSubnet,
            WaitUntilReady = !isShown,
        }, cancel).ConfigureAwait(false),
        SwitchLoadBalancer set => await azure.LoadBalancers.PlanAsync(new LoadBalancerRequest
        {
            Compute = set.Compute,
            Wish = set.Wish with { IsGrantPlanned = isShown },
            WaitUntilReady = !isShown,
        }, cancel).ConfigureAwait(false),
        OpenEndpoint open =>
            await azure.NetworkRules.PlanScoringAsync(open.Compute, [.. open.Sources], !isShown, cancel).ConfigureAwait(false),
        CloseEndpoint close => await azure.NetworkRules.PlanCloseScoringAsync(close.Compute, !isShown, cancel).ConfigureAwait(false),
        RevokeRight revoke => await azure.Access.PlanRevokeAsync(
            new NetworkAccessRequest { Cluster = revoke.Compute, WaitUntilReady = !isShown }, allLevels: true, keepShared: true, cancel)
            .ConfigureAwait(false),
        GiveTrustedAccess give => await azure.AksExtensions.PlanGrantAsync(give.Cluster, give.Workspace, cancel).ConfigureAwait(false),
        BringExtension bring => await _kubernetes.PlanExtensionAsync(bring, cancel).ConfigureAwait(false),
        AttachKubernetes attach =>
            await azure.KubernetesComputes.PlanAttachAsync(attach.Wish with { Wait = !isShown }, attach.UseRunCommand, cancel)
            .ConfigureAwait(false),
        PrepareCluster prepare => _kubernetes.PlanPreparation(prepare),
        LeaveLegacyMode leave => await _kubernetes.PlanLegacyModeAsync(leave.Workspace, cancel).ConfigureAwait(false),
        WriteRecord write => await azure.Dns.PlanWriteAsync(write.Compute, write.Zone, cancel).ConfigureAwait(false),
        RemoveRecord remove => await azure.Dns.PlanRemoveAsync(remove.Compute, remove.Zone, cancel).ConfigureAwait(false),
        _ => throw new InvalidOperationException($"{phase.GetType().Name} is no phase that can be planned."),
    };

    /// <summary>
    /// What the caller must be allowed to do for the phases after one, before anything is written. A phase that finds all of it so already
    /// needs nothing; of one that can't be planned yet it is what the phase itself tells.
    /// </summary>
    /// <param name="job">The job.</param>
    /// <param name="after">The phase that is about to be carried out.</param>
    /// <param name="state">What is known by then.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">A phase ahead can't do without what this sign-in may not read.</exception>
    internal async Task<IReadOnlyList<NeededAction>> ListNeedsAsync(PhasedPlan job, Phase after, JobState state, CancellationToken cancel)
    {
        var needs = new List<NeededAction>();
        foreach (var (phase, canBePlanned) in job.Ahead(after, state))
            needs.AddRange(phase switch
            {
                OpenEndpoint open when _seen is var (facts, nodes, place, port) => RequireReadable(facts, nodes, place, open.Sources, port),
                SwitchLoadBalancer set when canBePlanned && await IsSwitchedAsync(set, state, cancel).ConfigureAwait(false) => [],
                GrantRight or CloseEndpoint or RevokeRight when canBePlanned =>
                    (await new InferencePhases(azure, isShown: true).PlanAsync(phase, cancel).ConfigureAwait(false))
                        .Plan.Steps.SelectMany(static step => step.Needs),
                _ => phase.Needs(state),
            });
        return needs;
    }

    /// <summary>What a phase will do whose ground is not there yet, as exactly as what was seen allows.</summary>
    internal string? Foretell(Phase phase) => phase is not OpenEndpoint open ? null
        : _seen is var (facts, _, place, port) ? ScoringRules.Foretell(facts, place, open, port) : _kubernetes.Opening?.Invoke(open);

    private static IReadOnlyList<NeededAction> RequireReadable(NetworkFacts facts, ArmId? nodes, SubnetFacts? place,
        IReadOnlyList<string> sources, int port)
    {
        // Opening starts with reading both, and comes after what can't be undone.
        if (nodes is not null) NetworkRules.RequireSubnet(facts, nodes);
        return ScoringRules.Needs(facts, place, sources, port);
    }

    private async Task<bool> IsSwitchedAsync(SwitchLoadBalancer set, JobState state, CancellationToken cancel) =>
        await azure.AksComputes.FindAsync(set.Compute, cancel).ConfigureAwait(false) is { } compute
        && LoadBalancerPlan.IsSo(compute, set.Wish.Type, set.Wish.SubnetName ?? state.Nodes?.Name)
        && (set.Wish.Type == LoadBalancerType.PublicIp || compute.IsPrivate == true);

    /// <summary>Looks at what a gate is about.</summary>
    internal Task<GateAnswer> LookAsync(Gate gate, JobState state, CancellationToken cancel) => gate switch
    {
        FindCompute find => FindComputeAsync(find.Compute, state, cancel),
        FindRoom room => FindRoomAsync(room, state, cancel),
        FindMakeable makeable => FindMakeableAsync(makeable, state, cancel),
        FindAttachable attachable => FindAttachableAsync(attachable.Attach, state, cancel),
        FindSound sound => FindSoundAsync(sound, state, cancel),
        VerifyAddress verify => VerifyAsync(verify.Compute, state, cancel),
        FindRoute route => _kubernetes.FindRouteAsync(route.Wish, state, cancel),
        FindName name => FindNameAsync(name, state, cancel),
        FindChangeable changeable => _kubernetes.FindChangeableAsync(changeable.Bring, state, cancel),
        VerifyRouter verify => _kubernetes.VerifyRouterAsync(verify.Compute, state, cancel),
        _ => throw new InvalidOperationException($"{gate.GetType().Name} is nothing that can be looked at."),
    };

    private Task<PlannedWork<object>> PlanCreateAsync(CreateCompute create, AksComputeSettings settings, CancellationToken cancel) =>
        azure.AksComputes.PlanCreateAsync(new ComputeRequest(create.Compute, settings) { ReplacesFailed = true }, wait: !isShown, cancel);

    private Task<PlannedWork<object>> PlanAttachAsync(AttachCluster attach, bool isGrantPlanned, CancellationToken cancel) =>
        azure.AksComputes.PlanAttachAsync(new AttachRequest(attach.Compute, attach.Cluster, new AksComputeSettings
        {
            ClusterPurpose = attach.Purpose,
            LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
            LoadBalancerSubnet = attach.LoadBalancerSubnet,
        })
        {
            ReplacesFailed = true,
            TakesAnyLoadBalancer = true,
            IsGrantPlanned = isGrantPlanned,
        }, wait: !isShown, cancel);

    private async Task<GateAnswer> FindComputeAsync(ArmId id, JobState state, CancellationToken cancel)
    {
        if (await azure.AksComputes.FindAsync(id, cancel).ConfigureAwait(false) is not { } compute) return new(state, []);
        if (!ComputePlans.HasNoEndpoint(compute)) return new(state.With(JobFacts.Compute), []);
        ActivityLog.Current.Verbose(
            $"An earlier try left '{id}' failed: {compute.Errors.FirstOrDefault()?.ToString() ?? "the service gives no reason"}");
        return new(state.With(JobFacts.FailedCompute), []);
    }

    private async Task<GateAnswer> FindRoomAsync(FindRoom room, JobState state, CancellationToken cancel)
    {
        NetworkFacts facts;
        var nodes = room.SubnetOrCluster;
        if (nodes.IsType(ResourceTypes.Subnet))
        {
            facts = await azure.Facts.ReadNetworkAsync(nodes, cancel).ConfigureAwait(false);
            Preflight.RequireSubnet(facts, nodes);
        }
        else
        {
            var found = await azure.Clusters.FindAsync(room.SubnetOrCluster, cancel, !isShown).ConfigureAwait(false);
            nodes = found.RequireSubnet();
            facts = await azure.Facts.ReadClusterAsync(found, null, room.LoadBalancerSubnet, cancel, withRights: false)
                .ConfigureAwait(false);
        }

        // What can't be read can't be opened either, and that is known before anything is made for it.
        NetworkRules.RequireSubnet(facts, nodes);
        RequirePlace(facts, nodes, room.LoadBalancerSubnet);
        var place = PrivateInferencePlan.PlaceOf(facts, room.LoadBalancerSubnet);
        _seen = (facts, nodes, place, SslStatus.PortOf(null));
        ScoringRules.RequireRoom(facts, place, room.Sources, SslStatus.PortOf(null));
        return new(Learn(state, facts, room.LoadBalancerSubnet), []);
    }

    // What the switch asks for afterwards is asked for now: a cluster takes ten minutes to make.
    private async Task<GateAnswer> FindMakeableAsync(FindMakeable makeable, JobState state, CancellationToken cancel) => new(state,
    [
        .. (await PlanCreateAsync(makeable.Create, makeable.Create.Settings with
        {
            LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
            LoadBalancerSubnet = makeable.LoadBalancerSubnet,
        }, cancel).ConfigureAwait(false)).Plan.Blocking,
    ]);

    private async Task<GateAnswer> FindAttachableAsync(AttachCluster attach, JobState state, CancellationToken cancel) =>
        new(state, [.. (await PlanAttachAsync(attach, isGrantPlanned: true, cancel).ConfigureAwait(false)).Plan.Blocking]);

    private async Task<GateAnswer> FindSoundAsync(FindSound sound, JobState state, CancellationToken cancel)
    {
        var now = await azure.AksComputes.GetAsync(sound.Compute, cancel).ConfigureAwait(false);
        var (facts, compute) = await azure.Preflight.ReadPostureAsync(sound.Compute, cancel, withLocks: now.IsPrivate != true)
            .ConfigureAwait(false);
        if (compute is null || facts.Cluster.State != KnownState.Value) return new(state, []);
        if (facts.Subnet.State != KnownState.None && ArmId.TryParse(facts.Settings?.SubnetId, ResourceTypes.Subnet, out var nodes, out _))
        {
            NetworkRules.RequireSubnet(facts, nodes);
            RequirePlace(facts, nodes, sound.LoadBalancerSubnet);
        }

        _seen = (facts, NodesOf(facts), PrivateInferencePlan.PlaceOf(facts, sound.LoadBalancerSubnet), SslStatus.PortOf(compute.SslStatus));
        return new(Learn(state, facts, sound.LoadBalancerSubnet),
            PrivateInferencePlan.FindTrouble(facts, compute, sound.LoadBalancerSubnet, sound.Sources));
    }

    private async Task<GateAnswer> FindNameAsync(FindName name, JobState state, CancellationToken cancel)
    {
        var now = await azure.AksComputes.FindAsync(name.Compute, cancel).ConfigureAwait(false);
        await azure.Dns.RequireFreeAsync(name.Compute, name.Zone, now?.SslCname, now?.IsPrivate == true ? now.ScoringIPAddress : null,
            cancel)
            .ConfigureAwait(false);
        return new(state, []);
    }

    private async Task<GateAnswer> VerifyAsync(ArmId compute, JobState state, CancellationToken cancel)
    {
        await azure.LoadBalancers.VerifyAsync(compute, cancel).ConfigureAwait(false);
        return new(state, []);
    }

    /// <summary>Refuses a load balancer's subnet that is not there.</summary>
    private static void RequirePlace(NetworkFacts facts, ArmId nodes, string? name)
    {
        if (name is null || facts.VirtualNetwork.Value is not { } network || PrivateInferencePlan.PlaceOf(facts, name) is not null) return;
        throw Problems.ResourceNotFound("subnet", nodes.Parent!.Child("subnets", name).ToString(),
            $"The virtual network {nodes.Parent.Name} has no subnet '{name}'. "
                + NearNames.Describe(name, network.Subnets.Select(static one => one.Name).OfType<string>()));
    }

    private static JobState Learn(JobState state, NetworkFacts facts, string? loadBalancerSubnet) => state with
    {
        Nodes = IdOf(facts.Subnet.Value),
        Place = IdOf(PrivateInferencePlan.PlaceOf(facts, loadBalancerSubnet)),
        SecurityGroup = facts.Subnet.Value?.NetworkSecurityGroup.Value?.Id,
    };

    private static ArmId? NodesOf(NetworkFacts facts) =>
        ArmId.TryParse(facts.Settings?.SubnetId, ResourceTypes.Subnet, out var id, out _) ? id : IdOf(facts.Subnet.Value);

    private static ArmId? IdOf(SubnetFacts? subnet) => ArmId.TryParse(subnet?.Id, ResourceTypes.Subnet, out var id, out _) ? id : null;
}
