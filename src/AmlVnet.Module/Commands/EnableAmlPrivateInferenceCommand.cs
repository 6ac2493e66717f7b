using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>The whole job as one command: create or attach, grant, switch to a private address, open it, and check.</summary>
[Cmdlet(VerbsLifecycle.Enable, "AmlPrivateInference", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(PrivateInference))]
public sealed class EnableAmlPrivateInferenceCommand : KubernetesInferenceCmdlet
{
    // What describes a compute that is to be made.
    private static readonly string[] Creating =
    [
        nameof(SubnetId), nameof(VirtualNetworkResourceGroupName), nameof(VirtualNetworkName), nameof(SubnetName), nameof(ServiceCidr),
            nameof(DnsServiceIP),
        nameof(DockerBridgeCidr), nameof(AgentCount), nameof(AgentVmSize), nameof(Location),
    ];

    /// <summary>The compute that is there; or, with -Name, the workspace that one is in or is made in.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Compute", "Workspace", "WorkspaceInputObject")]
    [AksComputeReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public override AksComputeReference? InputObject { get; set; }

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [WorkspaceNameTransformation]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public override string? WorkspaceName { get; set; }

    /// <inheritdoc/>
    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 1, ParameterSetName = ByInputObject)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    /// <summary>Values from New-AmlAksNetworkPlan; what is given besides outranks them.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [NetworkPlanTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public AksNetworkPlan? NetworkPlan { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ServiceCidr { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsServiceIP { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DockerBridgeCidr { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("NodeCount")]
    [ValidateRange(1, 1000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int AgentCount { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("VmSize")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VmSizeCompleter))]
    public string? AgentVmSize { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    /// <summary>The cluster that is attached, where one is. A row of names has it in a column ClusterId.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("ClusterId")]
    [AksClusterReferenceTransformation]
    [ArgumentCompleter(typeof(ClusterIdCompleter))]
    public AksClusterReference? Cluster { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    public ClusterPurpose ClusterPurpose { get; set; }

    /// <summary>Today's route: a compute of type Kubernetes, on a cluster with the Azure Machine Learning extension.</summary>
    [Parameter]
    public SwitchParameter Kubernetes { get; set; }

    [Parameter]
    public NetworkScopeLevel ScopeLevel { get; set; } = NetworkScopeLevel.ResourceGroup;

    [Parameter, ArgumentCompleter(typeof(SubnetCompleter))]
    public string? LoadBalancerSubnetName { get; set; }

    private enum JobKind
    {
        Existing,
        Create,
        Attach,
    }

    /// <summary>What there is to do before the compute can be made private.</summary>
    private JobKind Job => BoundSet == ByResourceId ? JobKind.Existing
        : Cluster is not null ? JobKind.Attach
        : NetworkPlan is not null || Array.Exists(Creating, IsGiven) ? JobKind.Create
        : JobKind.Existing;

    private ArmId TargetId
    {
        get
        {
            if (BoundSet == ByInputObject && References.IsWorkspace(InputObject!.Id))
                return InWorkspace(ArmId.Parse(InputObject.Id!), Name
                    ?? throw Problems.InvalidCombination("A workspace alone does not say which compute: -Name is missing."));
            if (BoundSet == ByInputObject && (IsGiven(nameof(Name)) || Job != JobKind.Existing))
                throw Problems.InvalidCombination("What is piped is a compute that exists, so that there is nothing to make.",
                    "Leave out -Name and what describes a new compute, or pipe the workspace.");
            if (BoundSet != ByName || !References.IsWorkspace(WorkspaceName)) return ComputeId;
            var (workspace, name) = NamedIn(ResourceGroupName, WorkspaceName, Name);
            return InWorkspace(workspace, name);
        }
    }

    private static ArmId InWorkspace(ArmId workspace, string? name) =>
        workspace.Child("computes", References.RequireName(name, nameof(Name), ResourceNames.CheckCompute));

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
        LimitTime();
        RequireOneJob();
        if (IsGiven(nameof(LoadBalancerSubnetName)))
            References.RequireName(LoadBalancerSubnetName, nameof(LoadBalancerSubnetName), ResourceNames.CheckSubnet);
        if (await ReadSourcesAsync(SourceAddressPrefix, Force, cancel).ConfigureAwait(false) is not { } sources) return;
        References.RequireChecks(SkipCheck);
        var existing = await FindExistingAsync(cancel).ConfigureAwait(false);
        var plan = Kubernetes || existing is not null ? await PlanKubernetesAsync(existing, sources, cancel).ConfigureAwait(false)
            : Plan(sources);
        await CarryAsync(plan, SkipCheck, cancel).ConfigureAwait(false);
    }

    /// <summary>The Kubernetes compute that is there; null where there is none, or one of another kind.</summary>
    private async Task<KubernetesCompute?> FindExistingAsync(CancellationToken cancel)
    {
        if (!Kubernetes && Job != JobKind.Existing) return null;
        return await Azure.KubernetesComputes.FindOfKindAsync(TargetId, cancel).ConfigureAwait(false);
    }

    private async Task<PhasedPlan> PlanKubernetesAsync(KubernetesCompute? existing, string[] sources, CancellationToken cancel)
    {
        if (NetworkPlan is not null || Array.Exists(Creating, IsGiven) || IsGiven(nameof(ClusterPurpose)))
            throw Problems.InvalidCombination(
                "-Kubernetes takes a cluster that is there; leave out what describes a new one, and -ClusterPurpose.",
                "Make the cluster first (az aks create --vnet-subnet-id ...), and give it as -Cluster.");
        var cluster = Cluster is not null ? RequireCluster()
            : existing?.ClusterId is { } own ? ArmId.Parse(own)
            : throw Problems.InvalidCombination("-Kubernetes needs the cluster: there is no compute of that name yet.",
                "Give -Cluster, an AKS cluster or its ARM id, with three names or -Workspace and -Name.");
        return KubernetesInferencePlan.Of(new KubernetesInferenceWish
        {
            Inference = Wish(sources) with { Level = IsGiven(nameof(ScopeLevel)) ? ScopeLevel : NetworkScopeLevel.Subnet },
            Cluster = cluster,
            Namespace = IsGiven(nameof(Namespace)) || existing?.Namespace is not { Length: > 0 } space ? Namespace : space,
            Extension = await ReadExtensionAsync(cancel).ConfigureAwait(false),
            UseRunCommand = UseRunCommand,
            LookedAt = LookedAt(SkipCheck),
            DnsZone = DnsZone,
        });
    }

    private PrivateInferenceWish Wish(string[] sources) => new()
    {
        Compute = TargetId,
        Level = ScopeLevel,
        LoadBalancerSubnet = LoadBalancerSubnetName,
        Sources = sources,
        Timeout = TimeSpan.FromSeconds(TimeoutSeconds),
    };

    private PhasedPlan Plan(string[] sources)
    {
        if (Array.Find(OfKubernetes, IsGiven) is { } other)
            throw Problems.InvalidCombination($"-{other} is of the Kubernetes route: give -Kubernetes with it, or leave it out.");
        var plan = PlanAks(sources);
        return DnsZone is not { } zone ? plan : PrivateInferencePlan.WithName(plan, zone);
    }

    private PhasedPlan PlanAks(string[] sources)
    {
        var wish = Wish(sources);
        ClusterPurpose? purpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null;
        if (Job == JobKind.Existing) return PrivateInferencePlan.OfExisting(wish);
        if (Job == JobKind.Attach) return PrivateInferencePlan.OfAttached(wish, RequireCluster(), purpose);
        var subnet = RequireSubnet();
        var settings = new AksComputeSettings
        {
            SubnetId = subnet.ToString(),
            ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
            DnsServiceIP = DnsServiceIP ?? NetworkPlan?.DnsServiceIP,
            DockerBridgeCidr = DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr,
            AgentCount = IsGiven(nameof(AgentCount)) ? AgentCount : null,
            AgentVmSize = AgentVmSize,
            ClusterPurpose = purpose,
            Location = Location,
        };
        ComputePlans.RequireAddresses(settings);
        return PrivateInferencePlan.OfCreated(wish, settings, subnet);
    }
}
