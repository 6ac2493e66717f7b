using System.Management.Automation;
using AmlVnet.Arm.Carrying;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>The whole job as one command: create or attach, grant, switch to a private address, open it, and check.</summary>
[Cmdlet(VerbsLifecycle.Enable, "AmlPrivateInference", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(PrivateInference))]
public sealed class EnableAmlPrivateInferenceCommand : PrivateInferenceCmdlet
{
    private const string ByWorkspace = "ByWorkspace";

    // What describes a compute that is to be made.
    private static readonly string[] Creating =
    [
        nameof(SubnetId), nameof(VirtualNetworkResourceGroupName), nameof(VirtualNetworkName), nameof(SubnetName), nameof(ServiceCidr),
            nameof(DnsServiceIP),
        nameof(DockerBridgeCidr), nameof(AgentCount), nameof(AgentVmSize), nameof(Location),
    ];

    /// <summary>The workspace that the compute is made in, instead of its names.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByWorkspace)]
    [Alias("WorkspaceInputObject")]
    [WorkspaceReferenceTransformation]
    [ArgumentCompleter(typeof(WorkspaceIdCompleter))]
    public WorkspaceReference? Workspace { get; set; }

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, ParameterSetName = ByWorkspace)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    /// <summary>Values from New-AmlAksNetworkPlan; what is given besides outranks them.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByWorkspace, ValueFromPipeline = true)]
    [NetworkPlanTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public AksNetworkPlan? NetworkPlan { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ServiceCidr { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsServiceIP { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DockerBridgeCidr { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("NodeCount")]
    [ValidateRange(1, 1000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int AgentCount { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("VmSize")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VmSizeCompleter))]
    public string? AgentVmSize { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    /// <summary>The cluster that is attached, where one is. A row of names has it in a column ClusterId.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("ClusterId")]
    [AksClusterReferenceTransformation]
    [ArgumentCompleter(typeof(ClusterIdCompleter))]
    public AksClusterReference? Cluster { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    public ClusterPurpose ClusterPurpose { get; set; }

    [Parameter]
    public NetworkScopeLevel ScopeLevel { get; set; } = NetworkScopeLevel.ResourceGroup;

    [Parameter]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? LoadBalancerSubnetName { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [SourceTransformation]
    [ArgumentCompleter(typeof(ServiceTagCompleter))]
    public string[] SourceAddressPrefix { get; set; } = ["VirtualNetwork"];

    [Parameter]
    [ValidateRange(1, 86_400)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int TimeoutSeconds { get; set; } = 3600;

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    private enum JobKind
    {
        Existing,
        Create,
        Attach,
    }

    /// <summary>What there is to do before the compute can be made private.</summary>
    private JobKind Job => BoundSet is ByInputObject or ByResourceId ? JobKind.Existing
        : Cluster is not null ? JobKind.Attach
        : NetworkPlan is not null || Array.Exists(Creating, IsGiven) ? JobKind.Create
        : JobKind.Existing;

    private ArmId TargetId
    {
        get
        {
            if (BoundSet == ByWorkspace)
                return Workspace!.Require(nameof(Workspace), "a workspace or its ARM id", ResourceTypes.Workspace)
                    .Child("computes", References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute));
            if (BoundSet == ByInputObject && InputObject!.Id is { } id && References.IsWorkspace(id))
                throw Problems.InvalidCombination(
                    "A workspace alone does not say what to make: give -Name with -NetworkPlan, or -SubnetId, -ServiceCidr, -DnsServiceIP "
                        + "and -DockerBridgeCidr, or -Cluster.");
            return ComputeId;
        }
    }

    private ArmId RequireCluster() => Cluster!.Require(nameof(Cluster), "an AKS cluster or its ARM id", ResourceTypes.Cluster);

    private ArmId RequireSubnet() =>
        Subnets.Read(this, SubnetId, NetworkPlan, (VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName),
            TargetId.SubscriptionId!)
        ?? (NetworkPlan?.SubnetId is { } planned ? References.RequireId(planned, nameof(NetworkPlan), ResourceTypes.Subnet) : null)
        ?? throw Problems.InvalidCombination("A compute is made in a subnet; give -SubnetId, or -NetworkPlan with one.");

    /// <summary>Refuses what does not say one job, before anything is read.</summary>
    private void RequireOneJob()
    {
        if (NetworkPlan is { IsUsable: false } unusable)
            throw Problems.PlanNotUsable([.. unusable.Checks.Where(static c => c is { Status: CheckStatus.Failed,
                Severity: CheckSeverity.Error })]);
        if (Job == JobKind.Attach && (NetworkPlan is not null || Array.Exists(Creating, IsGiven)))
            throw Problems.InvalidCombination("-Cluster attaches a cluster that is there; leave out what describes a new one: "
                + (NetworkPlan is not null ? "-NetworkPlan" : "-" + Array.Find(Creating, IsGiven)) + ".");
        if (Job != JobKind.Create) return;
        string[] missing =
        [
            .. new[] { (nameof(ServiceCidr), ServiceCidr ?? NetworkPlan?.ServiceCidr), (nameof(DnsServiceIP), DnsServiceIP
                ?? NetworkPlan?.DnsServiceIP),
                (nameof(DockerBridgeCidr), DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr) }
                .Where(static one => one.Item2 is null).Select(static one => "-" + one.Item1),
        ];
        if (missing.Length > 0)
            throw Problems.InvalidCombination($"A compute is made with addresses of its own; {string.Join(" and ", missing)} "
                + $"{(missing.Length == 1 ? "is" : "are")} missing.",
                "Give them, or -NetworkPlan from New-AmlAksNetworkPlan.");
    }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        RequireOneJob();
        var sources = SourceAddresses.Require(SourceAddressPrefix, nameof(SourceAddressPrefix));
        if (IsGiven(nameof(LoadBalancerSubnetName))) References.RequireName(LoadBalancerSubnetName, nameof(LoadBalancerSubnetName),
            ResourceNames.CheckSubnet);
        if (!Force && SourceAddresses.FindWide(sources) is { } wide
            && !await ContinueAsync($"'{wide}' opens the scoring endpoint to everybody. Go on?", "Open to everybody",
                cancel).ConfigureAwait(false)) return;

        await RequireRoomAsync(sources, cancel).ConfigureAwait(false);
        var (id, isGranted) = await BringAsync(cancel).ConfigureAwait(false);
        if (id is null) return;
        await RequireSoundAsync(id, sources, cancel).ConfigureAwait(false);
        if (!isGranted && !await GrantAsync(id, cancel).ConfigureAwait(false)) return;
        var work = await Azure.LoadBalancers.PlanAsync(new LoadBalancerRequest
        {
            Compute = id,
            Wish = new LoadBalancerWish
            {
                Type = LoadBalancerType.InternalLoadBalancer,
                SubnetName = LoadBalancerSubnetName,
                Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
                // Under -WhatIf the grant was only shown.
                IsGrantPlanned = IsWhatIf,
            },
            WaitUntilReady = !IsWhatIf,
        }, cancel).ConfigureAwait(false);
        var switched = await StepAsync("Switch", work, SkipCheck, static after => (after as AksCompute)?.PreviousScoringIPAddress,
            static after => (after as AksCompute)?.ScoringIPAddress, cancel).ConfigureAwait(false);
        if (IsWhatIf && !work.Plan.IsDone)
        {
            // The address that is to be opened is not known before the switch.
            await ShowOpenAsync(id.Name, id.ToString(), cancel).ConfigureAwait(false);
            return;
        }

        if (switched is null) return;
        if (!IsWhatIf) await Azure.LoadBalancers.VerifyAsync(id, cancel).ConfigureAwait(false);
        var opened = await StepAsync("Open",
            await Azure.NetworkRules.PlanScoringAsync(id, sources, !IsWhatIf, cancel).ConfigureAwait(false), null, static _ => null,
            static access => access.Reason, cancel).ConfigureAwait(false);
        if (IsWhatIf || opened is null) return;
        await CertifyAsync(id, sources, SkipCheck, cancel).ConfigureAwait(false);
    }

    /// <summary>Gives the identity of a compute's cluster, or of a bare one, its right; false where that was declined.</summary>
    private async Task<bool> GrantAsync(ArmId id, CancellationToken cancel) => await StepAsync("Grant", await Azure.Access.PlanGrantAsync(
        new NetworkAccessRequest
        {
            Cluster = id,
            Level = ScopeLevel,
            LoadBalancerSubnet = LoadBalancerSubnetName,
            WaitUntilReady = !IsWhatIf
        }, cancel).ConfigureAwait(false), SkipCheck,
        static _ => null, static access => $"{access.RoleName} at {access.Scope}", cancel).ConfigureAwait(false) is not null || IsWhatIf;

    /// <summary>
    /// Plans the attaching with an internal load balancer, after the cluster's identity has its right: no public address exists on the way.
    /// Null where the grant was declined.
    /// </summary>
    private async Task<(PlannedWork<object>? Work, bool IsGranted)> PlanAttachAsync(AttachAksComputeRequest request,
        CancellationToken cancel)
    {
        var work = await Azure.AksComputes.PlanAttachAsync(request with { IsGrantPlanned = true }, wait: !IsWhatIf,
            cancel).ConfigureAwait(false);
        if (work.Plan.IsDone) return (work, false);
        // Nothing is granted for an attachment that can't be.
        CheckResult[] blocking = [.. work.Plan.Blocking.Where(f => SkipCheck?.Contains(f.Id, StringComparer.OrdinalIgnoreCase) != true)];
        if (blocking.Length > 0) throw Problems.CheckFailed(blocking[0].Target, blocking, DoneBefore);
        if (!await GrantAsync(request.Cluster, cancel).ConfigureAwait(false)) return (null, false);
        return (await Azure.AksComputes.PlanAttachAsync(request with { IsGrantPlanned = IsWhatIf }, wait: !IsWhatIf,
            cancel).ConfigureAwait(false), true);
    }

    /// <summary>Before the first write: whether the group of the nodes' subnet has room for what is opened at the end.</summary>
    private async Task RequireRoomAsync(string[] sources, CancellationToken cancel)
    {
        NetworkFacts facts;
        if (Job == JobKind.Create)
        {
            facts = await Azure.Facts.ReadNetworkAsync(RequireSubnet(), cancel).ConfigureAwait(false);
        }
        else if (Job == JobKind.Attach)
        {
            var cluster = RequireCluster();
            var found = await Azure.Clusters.FindAsync(cluster, cancel, !IsWhatIf).ConfigureAwait(false);
            facts = await Azure.Facts.ReadClusterAsync(found, null, LoadBalancerSubnetName, cancel,
                withRights: false).ConfigureAwait(false);
        }
        else
        {
            return;
        }

        ScoringRules.RequireRoom(facts, PlaceIn(facts), sources, port: 80);
    }

    /// <summary>Before the first write to a compute that exists: what would keep its endpoint from being open,
    /// and is not of this job.</summary>
    private async Task RequireSoundAsync(ArmId id, string[] sources, CancellationToken cancel)
    {
        var now = await Azure.AksComputes.GetAsync(id, cancel).ConfigureAwait(false);
        var (facts, compute) = await Azure.Preflight.ReadPostureAsync(id, cancel, withLocks: now.IsPrivate != true).ConfigureAwait(false);
        if (compute is null || facts.Cluster.State != KnownState.Value) return;
        var isThere = compute is { IsPrivate: true, ScoringIPAddress: not null };
        var place = PlaceIn(facts);
        if (!isThere) ScoringRules.RequireRoom(facts, place, sources, ScoringPort.Of(compute.SslStatus));
        var after = isThere ? facts : facts with
        {
            LoadBalancerSubnet = place ?? facts.LoadBalancerSubnet,
            Compute = facts.Compute.Value! with
            {
                LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
                LoadBalancerSubnet = place?.Name,
                ScoringIPAddress = null,
            },
        };
        if (CheckCatalogue.FindErrorsToStay(after with { ScoringSources = sources }, SkipCheck) is { Count: > 0 } errors)
            throw Problems.CheckFailed(errors[0].Target, errors, DoneBefore);
    }

    /// <summary>The subnet that the address will be of.</summary>
    private SubnetFacts? PlaceIn(NetworkFacts facts) => LoadBalancerSubnetName is null ? facts.Subnet.Value
        : facts.VirtualNetwork.Value?.Subnets.FirstOrDefault(
            subnet => string.Equals(subnet.Name, LoadBalancerSubnetName, StringComparison.OrdinalIgnoreCase));

    /// <summary>The compute: the one given, or the one that is created or attached. Null when that was declined, or only shown.</summary>
    private async Task<(ArmId? Id, bool IsGranted)> BringAsync(CancellationToken cancel)
    {
        var id = TargetId;
        if (Job == JobKind.Existing) return (id, false);
        var workspace = id.Parent!;
        var name = id.Name;
        ClusterPurpose? purpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null;
        ArmId? subnet = null;
        PlannedWork<object>? work;
        var isGranted = false;
        if (Job == JobKind.Attach)
        {
            if (!await ClearFailedAsync(id, cancel).ConfigureAwait(false)) return default;
            (work, isGranted) = await PlanAttachAsync(new AttachAksComputeRequest
            {
                Workspace = workspace,
                Name = name,
                ReplacesFailed = true,
                Cluster = RequireCluster(),
                Purpose = purpose,
                LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
                LoadBalancerSubnet = LoadBalancerSubnetName,
                TakesAnyLoadBalancer = true,
            }, cancel).ConfigureAwait(false);
            if (work is null) return default;
        }
        else
        {
            subnet = RequireSubnet();
            if (!await ClearFailedAsync(id, cancel).ConfigureAwait(false)) return default;
            work = await Azure.AksComputes.PlanCreateAsync(new CreateAksComputeRequest
            {
                Workspace = workspace,
                Name = name,
                ReplacesFailed = true,
                Settings = new AksComputeSettings
                {
                    SubnetId = subnet.ToString(),
                    ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
                    DnsServiceIP = DnsServiceIP ?? NetworkPlan?.DnsServiceIP,
                    DockerBridgeCidr = DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr,
                    AgentCount = IsGiven(nameof(AgentCount)) ? AgentCount : null,
                    AgentVmSize = AgentVmSize,
                    ClusterPurpose = purpose,
                    Location = Location,
                },
            }, wait: !IsWhatIf, cancel).ConfigureAwait(false);
        }

        var made = await StepAsync(Job.ToString(), work, SkipCheck, static _ => null, static result =>
            (result as AksCompute)?.ClusterId, cancel).ConfigureAwait(false);
        if (made is not null) return (id, isGranted);
        if (IsWhatIf && isGranted) await ShowOpenAsync(name, id.ToString(), cancel).ConfigureAwait(false);
        else if (IsWhatIf) await ShowRestAsync(name, subnet, cancel).ConfigureAwait(false);
        return default;
    }

    /// <summary>
    /// Takes away what a failed creation or attachment left: a compute without a cluster, or with one that it never came to serve. The
    /// cluster itself stays. False when that was declined.
    /// </summary>
    private async Task<bool> ClearFailedAsync(ArmId id, CancellationToken cancel)
    {
        if (await Azure.AksComputes.FindFailedAsync(id, cancel).ConfigureAwait(false) is not { } failed) return true;
        Streams.Verbose(
            $"An earlier try left '{id}' failed: {failed.Errors.FirstOrDefault()?.ToString() ?? "the service gives no reason"}");
        return await StepAsync("Clear",
            await Azure.AksComputes.PlanRemoveAsync(id, UnderlyingResourceAction.Detach, wait: true, cancel).ConfigureAwait(false),
            null, static _ => null, static _ => null, cancel).ConfigureAwait(false) is not null || IsWhatIf;
    }

    /// <summary>What would follow on a compute that does not exist yet, as far as it can be told.</summary>
    private async Task ShowRestAsync(string name, ArmId? subnet, CancellationToken cancel)
    {
        foreach (var step in PrivateInferencePlan.AfterMaking(name, subnet, ScopeLevel, LoadBalancerSubnetName, SourceAddressPrefix))
            await AskAsync(step.Sentence, step.Target, cancel).ConfigureAwait(false);
    }

    private Task<bool> ShowOpenAsync(string name, string target, CancellationToken cancel)
    {
        var step = PrivateInferencePlan.Opening(name, target, SourceAddressPrefix);
        return AskAsync(step.Sentence, step.Target, cancel);
    }
}
