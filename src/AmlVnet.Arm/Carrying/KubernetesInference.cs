using AmlVnet.Core.Checks;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Arm.Carrying;

/// <summary>Reads what the phases of the Kubernetes route look at, each when it has its turn.</summary>
/// <param name="azure">What the command reads, plans and carries out.</param>
/// <param name="isShown">Whether nothing is carried out.</param>
internal sealed class KubernetesInference(AzureWork azure, bool isShown)
{
    // What was seen inside the cluster before the first write.
    private ClusterInside? _inside;

    /// <summary>The points inside the cluster that were looked at, by the names of what is not.</summary>
    internal IReadOnlyList<string> Seen { get; private set; } = [];

    /// <summary>Tells of an opening what is known of it before the router has an address; null before the route was looked at.</summary>
    internal Func<OpenEndpoint, string?>? Opening { get; private set; }

    /// <summary>Looks whether the route can be gone, before the first write.</summary>
    /// <exception cref="AmlVnetException">It can't, or nobody has looked into the cluster.</exception>
    internal async Task<GateAnswer> FindRouteAsync(KubernetesInferenceWish wish, JobState state, CancellationToken cancel)
    {
        KubernetesComputePlans.Require(
            new KubernetesComputeWish { Id = wish.Inference.Compute, Cluster = wish.Cluster, Namespace = wish.Namespace });
        var found = await azure.Clusters.FindAsync(wish.Cluster, cancel).ConfigureAwait(false);
        var compute = await azure.Computes.FindAsync(wish.Inference.Compute, cancel).ConfigureAwait(false);
        if (compute is not null) KubernetesComputeReading.RequireKubernetes(wish.Inference.Compute, compute);
        var facts = await new KubernetesPreflight(azure).ReadAsync(found, wish.Inference.Compute, wish.Extension, cancel)
            .ConfigureAwait(false);
        KubernetesInferencePlan.RequirePlace(wish, facts.Subnet.Value);
        var hasExtension = facts.Kubernetes!.Extension is { IsInstalled: true };
        var hasCompute = compute?.State == ProvisioningState.Succeeded;
        if (!hasExtension && ExtensionSettings.Impossible(wish.Extension, ExtensionCluster.Of(facts.Cluster.Value!)) is { } problem)
            throw Problems.InvalidCombination(problem.Sentence, problem.Fix);
        var port = SslStatus.PortOf(facts.Compute.Value!.SslStatus);
        ScoringRules.RequireRoom(facts, facts.Subnet.Value, wish.Inference.Sources, port);
        Opening = open => ScoringRules.Foretell(facts, facts.Subnet.Value, open, port);
        var front = hasExtension ? RouterFrontend.Find(facts.Kubernetes, facts.LoadBalancers, []) : default;
        // Of several frontends only the cluster tells the router's; then the record is looked at when it is written.
        if (wish.DnsZone is { } zone && front.State != KnownState.Unknown)
            await azure.Dns.RequireFreeAsync(wish.Inference.Compute, zone, wish.Extension.Cname ?? facts.Kubernetes.Router?.Cname,
                front.Value?.Address, cancel).ConfigureAwait(false);
        await RequireInsideAsync(wish, facts.Kubernetes.Extension, hasCompute, cancel).ConfigureAwait(false);
        state = state.With((facts.Cluster.Value!.DisablesLocalAccounts ? JobFacts.NoLocalAccounts : 0)
            | (hasExtension ? JobFacts.Extension : 0) | (hasCompute ? JobFacts.Compute : 0)) with
        {
            Nodes = ArmId.TryParse(facts.Subnet.Value?.Id, ResourceTypes.Subnet, out var nodes, out _) ? nodes : null,
            Place = nodes,
            SecurityGroup = facts.Subnet.Value?.NetworkSecurityGroup.Value?.Id,
        };
        return new(state, CheckCatalogue.FindRouteErrors(facts with { ScoringSources = wish.Inference.Sources }, wish.IsMove));
    }

    /// <summary>Looks whether the extension can be changed: what it needs given again is asked for before anything is written.</summary>
    internal async Task<GateAnswer> FindChangeableAsync(BringExtension bring, JobState state, CancellationToken cancel) =>
        new(state, [.. (await PlanExtensionAsync(bring, cancel).ConfigureAwait(false)).Plan.Blocking]);

    /// <summary>Looks whether the router is at a private address of the nodes' subnet.</summary>
    internal async Task<GateAnswer> VerifyRouterAsync(ArmId compute, JobState state, CancellationToken cancel)
    {
        var (facts, _) = await azure.Preflight.ReadPostureAsync(compute, cancel, withLocks: false).ConfigureAwait(false);
        var seen = CheckCatalogue.Find(CheckCatalogue.RouterAddress)!.Evaluate(facts)[0];
        if (seen.Status is CheckStatus.Unknown or CheckStatus.NotApplicable)
            throw Problems.WrongState("router", compute.ToString(), "at an address that is not known",
                $"{seen.Evidence} {seen.Recommendation}".TrimEnd());
        return new(seen.Status == CheckStatus.Failed ? state : state.With(JobFacts.PrivateAddress),
            seen.Status == CheckStatus.Failed ? [seen] : []);
    }

    /// <summary>Plans the extension: a new one as it is wished, of one that is there only how its router is reached.</summary>
    internal async Task<PlannedWork> PlanExtensionAsync(BringExtension phase, CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(phase.Cluster, cancel).ConfigureAwait(false);
        var existing = await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false);
        var wish = phase.Wish;
        if (existing is not { IsInstalled: true } && !phase.OnlyChanges)
            return await azure.AksExtensions.PlanInstallAsync(
                new AksExtensionRequest(found.ClusterId, _ => _inside is null ? wish : Beside(wish, _inside))
                {
                    // What was in the way has been refused, or put out of it.
                    Inside = (_inside ?? new ClusterInside()) with { Default = default, IsLookedAt = true },
                    IsGrantPlanned = isShown,
                    Wait = !isShown,
                }, cancel).ConfigureAwait(false);
        return await azure.AksExtensions.PlanUpdateAsync(
            new AksExtensionRequest(found.ClusterId, now => Changed(now, wish, phase.OnlyChanges))
            {
                KeepsCertificate = true,
                IsGrantPlanned = isShown,
                Wait = !isShown,
            }, cancel).ConfigureAwait(false);
    }

    /// <summary>What is installed, with the router as it is wished.
    /// Going back leaves TLS as it is; its files are only given again.</summary>
    private static ExtensionWish Changed(ExtensionWish now, ExtensionWish wish, bool isBack)
    {
        var hasTls = (wish.TlsSecret is not null || wish.CertificateFile is not null) && (!isBack || now.HasFileTls);
        return now with
        {
            Inference = true,
            ServiceType = RouterServiceType.LoadBalancer,
            IsPublic = wish.IsPublic,
            UpgradesOldRouter = now.UpgradesOldRouter || wish.UpgradesOldRouter,
            Cname = wish.Cname ?? now.Cname,
            TlsSecret = hasTls ? wish.TlsSecret : now.TlsSecret,
            CertificateFile = hasTls ? wish.CertificateFile : null,
            KeyFile = hasTls ? wish.KeyFile : null,
            AllowsInsecure = !hasTls && (wish.AllowsInsecure || now.AllowsInsecure),
        };
    }

    /// <summary>Plans what is done inside the cluster first.</summary>
    internal PlannedWork PlanPreparation(PrepareCluster phase)
    {
        // What was removed by an earlier run, or by hand, is not removed again.
        var isDone = !phase.UseRunCommand || _inside is { HasOldRouter: false, HasOldRole: false };
        return new SimpleWork(azure, new Plan
        {
            Steps = isDone ? [] :
            [
                new RunInCluster
                {
                    Target = phase.Cluster.ToString(),
                    Sentence = $"{phase.Sentence}: {string.Join("; ", phase.Lines)}",
                    Lines = phase.Lines,
                },
            ],
            Remarks = isDone ? ["Nothing is left to be done inside the cluster."] : [],
            NeedsAllSteps = true,
        }, phase.Cluster.ToString());
    }

    /// <summary>Plans the turning off of the v1 legacy mode.</summary>
    internal async Task<PlannedWork> PlanLegacyModeAsync(ArmId workspace, CancellationToken cancel)
    {
        var wire = await azure.Workspaces.FindAsync(workspace, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("workspace", workspace.ToString());
        return new SimpleWork(azure, new Plan
        {
            Steps = wire.Properties?.V1LegacyMode != true ? [] :
            [
                new TurnOffLegacyMode
                {
                    Target = workspace.ToString(),
                    Sentence = $"Turn off the v1 legacy mode of workspace {workspace.Name}: v1LegacyMode true -> false. It takes 30 "
                        + "minutes to an hour or more, and "
                        + "calls of v1 then go by the public Resource Manager, unless it has a private link",
                    Values = [new("v1LegacyMode", "true", "false")],
                },
            ],
            Remarks = wire.Properties?.V1LegacyMode == true ? [] : ["v1LegacyMode is off already; nothing is sent."],
            NeedsAllSteps = true,
        }, workspace.ToString());
    }

    /// <summary>The wish, without what somebody else has in the cluster already.</summary>
    private static ExtensionWish Beside(ExtensionWish wish, ClusterInside inside) => wish with
    {
        InstallsPrometheus = wish.InstallsPrometheus ?? (inside.HasPrometheus == true ? false : null),
        InstallsVolcano = wish.InstallsVolcano ?? (inside.HasVolcano == true ? false : null),
    };

    private async Task RequireInsideAsync(KubernetesInferenceWish wish, ExtensionFacts? extension, bool hasCompute,
        CancellationToken cancel)
    {
        var hasExtension = extension is { IsInstalled: true };
        _inside = wish.UseRunCommand && !hasExtension
            ? await azure.AksExtensions.LookInsideAsync(wish.Cluster, wish.Extension, extension, cancel).ConfigureAwait(false) : null;
        var inside = _inside ?? new ClusterInside();
        var space = wish.UseRunCommand && !hasCompute && wish.Namespace != KubernetesComputePlans.DefaultNamespace
            ? await new ClusterCommands(azure).LookAsync(wish.Cluster, Kubectl.FindNamespace(wish.Namespace), cancel).ConfigureAwait(false)
            : default;
        Seen = KubernetesInferencePlan.Seen(inside, space);
        var asked = Beside(wish.Extension, inside);
        if (inside.Refusal(wish.IsMove ? asked with { UpgradesOldRouter = true } : asked) is { } refusal) throw refusal;
        if (KubernetesInferencePlan.Points(wish, hasExtension, hasCompute, inside, space) is not { Count: > 0 } points) return;
        var stop = Problems.ClusterNotLookedAt(
            wish.Cluster.ToString(), [.. points.Select(static one => (one.Id, one.What, one.Line))], wish.UseRunCommand);
        if (!isShown) throw stop;
        ActivityLog.Current.Warning($"Here the command would stop: {stop.Message} {stop.RecommendedAction}");
    }

    /// <summary>Steps after which nothing is told but what they were about.</summary>
    private sealed class SimpleWork(AzureWork azure, Plan plan, string about) : PlannedWork<object>(azure, plan)
    {
        internal override Task<object> FinishAsync(CancellationToken cancel) => Task.FromResult<object>(about);
    }
}
