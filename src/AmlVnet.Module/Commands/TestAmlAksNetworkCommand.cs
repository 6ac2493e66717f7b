using AmlVnet.Arm.Reading;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Proposals;

namespace AmlVnet.Cmdlets;

/// <summary>Checks a planned or an existing cluster's network, rule by rule. It only reads.</summary>
[Cmdlet(VerbsDiagnostic.Test, "AmlAksNetwork", DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(CheckResult), typeof(NotLookedAt), typeof(bool))]
public sealed class TestAmlAksNetworkCommand : NamedCmdlet
{
    private const string ByAddress = "ByAddress";
    private const string ByNetworkPlan = "ByNetworkPlan";

    private const string Exists = "a compute or cluster that exists is checked with its own values";

    // What describes a cluster that is to be made.
    private static readonly string[] Planned =
    [
        nameof(SubnetId), nameof(VirtualNetworkResourceGroupName), nameof(VirtualNetworkName), nameof(SubnetName), nameof(ServiceCidr),
            nameof(DnsServiceIP), nameof(DockerBridgeCidr), nameof(PodCidr), nameof(AgentCount), nameof(AgentVmSize),
        nameof(ClusterPurpose), nameof(Location),
    ];

    [Parameter(Mandatory = true, ParameterSetName = ByAddress)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] VirtualNetworkAddressPrefix { get; set; } = [];

    [Parameter(ParameterSetName = ByAddress)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? SubnetAddressPrefix { get; set; }

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByInputObject)]
    [Parameter(ValueFromPipeline = true, ParameterSetName = ByNetworkPlan)]
    [Alias("Workspace", "Compute", "Cluster")]
    [NetworkReferenceTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AksNetworkReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ResourceIdTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>A plan to check; with a workspace, where the other values come from.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByNetworkPlan)]
    [Parameter(ParameterSetName = ByName, ValueFromPipeline = true)]
    [NetworkPlanTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public AksNetworkPlan? NetworkPlan { get; set; }

    [Parameter(Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ServiceCidr { get; set; }

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsServiceIP { get; set; }

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DockerBridgeCidr { get; set; }

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? PodCidr { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] ReservedAddressPrefix { get; set; } = [];

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ValidateRange(1, 1000)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public int AgentCount { get; set; } = AksComputeDefaults.AgentCount;

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VmSizeCompleter))]
    public string AgentVmSize { get; set; } = AksComputeDefaults.AgentVmSize;

    [Parameter(ParameterSetName = ByAddress)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    public ClusterPurpose ClusterPurpose { get; set; } = AksComputeDefaults.Purpose;

    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByNetworkPlan)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter, Alias("ScoringSourceAddressPrefix"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ServiceTagCompleter))]
    public string[] SourceAddressPrefix { get; set; } = [];

    /// <summary>Goes over all subscriptions that the sign-in sees.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAllSubscriptions)]
    public SwitchParameter AllSubscriptions { get; set; }

    /// <summary>Goes over the subscriptions of management groups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByManagementGroup)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? ManagementGroupId { get; set; }

    /// <summary>Looks at a cluster as one that is to get the Azure Machine Learning extension.</summary>
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByResourceId)]
    public SwitchParameter Kubernetes { get; set; }

    [Parameter, Alias("Id"), SupportsWildcards, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? Rule { get; set; }

    [Parameter, SupportsWildcards, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? ExcludeRule { get; set; }

    [Parameter]
    public CheckSeverity[]? Severity { get; set; }

    [Parameter]
    public SwitchParameter All { get; set; }

    [Parameter]
    public SwitchParameter Quiet { get; set; }

    private protected override string? Subject => BoundSet switch
    {
        ByInputObject => InputObject?.Id,
        ByResourceId => ResourceId,
        ByName => IdOrNull(() => Name is null ? NamedWorkspace(ResourceGroupName, WorkspaceName)
            : NamedCompute(ResourceGroupName, WorkspaceName, Name)),
        _ => null,
    };

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        RequireRules(Rule, nameof(Rule));
        RequireRules(ExcludeRule, nameof(ExcludeRule));
        SourceAddressPrefix = SourceAddresses.Require(SourceAddressPrefix, nameof(SourceAddressPrefix));
        if (Fleet(AllSubscriptions, ManagementGroupId) is { } fleet)
        {
            await CheckFleetAsync(fleet, cancel).ConfigureAwait(false);
            return;
        }

        var (facts, stage) = await ReadAsync(cancel).ConfigureAwait(false);
        var results = Check(facts, stage);
        if (Quiet)
        {
            if (Array.TrueForAll(results, static r => r.Status == CheckStatus.NotApplicable)) throw NothingChecked("this input");
            Streams.Output(Array.TrueForAll(results, IsGood));
            return;
        }

        Show(results, facts, stage);
    }

    /// <summary>Checks every compute of every workspace. With -Quiet there is one answer for all, and what could not be read is no
    /// pass.</summary>
    private async Task CheckFleetAsync(FleetScope fleet, CancellationToken cancel)
    {
        var (asked, bad) = (0, 0);
        var isWhole = await ForEachWorkspaceAsync(fleet, ThrottleLimit, async (workspace, stop) =>
        {
            await foreach (var compute in Azure.Fleet.ComputesAsync(ArmId.Parse(workspace.Id), stop).ConfigureAwait(false))
            {
                var isRead = await TryAsync(compute.Id.ToString(), async () =>
                {
                    var (facts, stage) = await PostureAsync(compute.Id, stop, compute).ConfigureAwait(false);
                    var results = Check(facts, stage);
                    if (!Quiet) Show(results, facts, stage);
                    if (!Array.TrueForAll(results, static r => r.Status == CheckStatus.NotApplicable)) Interlocked.Increment(ref asked);
                    if (!Array.TrueForAll(results, IsGood)) Interlocked.Increment(ref bad);
                }, stop).ConfigureAwait(false);
                if (!isRead) Interlocked.Increment(ref bad);
            }
        }, cancel).ConfigureAwait(false);
        if (!Quiet) return;
        if (asked == 0 && bad == 0 && isWhole) throw NothingChecked("a compute of these workspaces");
        Streams.Output(bad == 0 && isWhole);
    }

    private static AmlVnetException NothingChecked(string what) => Problems.InvalidCombination(
        $"Nothing was checked: none of the rules that are asked for has anything to say of {what}, so -Quiet has no answer.",
        "Run it without -Quiet to see why, or widen -Rule, -ExcludeRule and -Severity.");

    private static bool IsGood(CheckResult result) =>
        result.Status is not (CheckStatus.Failed or CheckStatus.Unknown) || result.Severity != CheckSeverity.Error;

    private CheckResult[] Check(NetworkFacts facts, CheckStage stage)
    {
        // Of many computes each result says which it is about: a rule's target may be a parameter, or a network that they share.
        var subject = stage == CheckStage.Posture ? facts.Compute.Value?.Id ?? facts.Cluster.Value?.Id : null;
        return [.. CheckCatalogue.Run(facts, stage).Where(IsWanted).Select(result => result with { ResourceId = subject })
            .OrderBy(static r => Rank(r)).ThenBy(static r => r.Id, StringComparer.Ordinal)];
    }

    private void Show(CheckResult[] results, NetworkFacts facts, CheckStage stage)
    {
        // Who asks for a rule wants to see what it says, and be it that it has nothing to say.
        var shown = All || Rule is not null ? results : Array.FindAll(results, static r => r.Status != CheckStatus.NotApplicable);
        foreach (var result in shown) Streams.Output(result);
        TellOfHidden(shown.Length, results.Length - shown.Length);
        // Who asks for some rules asks for no report.
        if (Rule is not null || Severity is not null) return;
        foreach (var entry in CheckCatalogue.NotLookedAt(facts, stage)) Streams.Output(entry);
    }

    /// <summary>Says that there is more: aloud where nothing else is shown, for that looks like a pass.</summary>
    private void TellOfHidden(int shown, int hidden)
    {
        if (hidden == 0) return;
        var text = $"-All shows {hidden} more, of rules that have nothing to say here.";
        if (shown == 0) Streams.Warning("Nothing was checked. " + text);
        else Streams.Verbose(text);
    }

    private static void RequireRules(string[]? patterns, string parameter)
    {
        foreach (var pattern in patterns ?? [])
            if (!CheckCatalogue.Rules.Any(rule => Matches([pattern], rule.Id)))
                throw Problems.InvalidValue(parameter, pattern,
                    $"there is no rule '{pattern}'; the Tab key offers them, and AMLVNET-NSG-* takes a group.");
    }

    /// <summary>Refuses values that this input does not take: they would be passed over,
    /// and the answer be one to another question.</summary>
    private void RefuseGiven(string because, params string[] parameters)
    {
        if (Array.Find(parameters, IsGiven) is { } given) throw Problems.InvalidCombination($"-{given} cannot be given here: {because}.");
    }

    private static int Rank(CheckResult result) => result.Status switch
    {
        CheckStatus.Failed when result.Severity == CheckSeverity.Error => 0,
        CheckStatus.Failed => 1,
        CheckStatus.Warning => 2,
        CheckStatus.Unknown => 3,
        CheckStatus.Passed => 4,
        _ => 5,
    };

    private bool IsWanted(CheckResult result) =>
        (Rule is null || Matches(Rule, result.Id)) && (ExcludeRule is null || !Matches(ExcludeRule, result.Id))
        && (Severity is null || Severity.Contains(result.Severity));

    private static bool Matches(string[] patterns, string id) =>
        Array.Exists(patterns, p => WildcardPattern.Get(p, WildcardOptions.IgnoreCase).IsMatch(id));

    private async Task<(NetworkFacts Facts, CheckStage Stage)> ReadAsync(CancellationToken cancel)
    {
        switch (BoundSet)
        {
            case ByAddress:
                RefuseGiven("without a connection no network security group is looked at", nameof(SourceAddressPrefix));
                return (Offline(VirtualNetworkAddressPrefix, SubnetAddressPrefix ?? [], Settings(null)), CheckStage.Offline);
            case ByName when !IsGiven(nameof(Name)):
                return await PreflightAsync(NamedWorkspace(ResourceGroupName, WorkspaceName), cancel).ConfigureAwait(false);
            case ByName:
                var named = RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name));
                RefuseGiven(Exists, [.. Planned, nameof(NetworkPlan)]);
                return await PostureAsync(named, cancel).ConfigureAwait(false);
        }

        const string Wanted = "a plan, a workspace (with -SubnetId), a compute, a cluster, or the ARM id of one";
        if ((BoundSet == ByNetworkPlan && InputObject is null ? NetworkPlan : InputObject?.NetworkPlan) is { } plan)
        {
            RefuseGiven("a plan is checked with its own values, and no network security group is looked at",
                [.. Planned, nameof(SourceAddressPrefix)]);
            var planned = AksNetworkPlanner.FactsOf(plan);
            return (planned with { Settings = WithReserved(planned.Settings!) }, CheckStage.Offline);
        }

        var (subject, parameter) = BoundSet == ByResourceId ? (new AksNetworkReference(ResourceId!), nameof(ResourceId))
            : (InputObject!, nameof(InputObject));
        var id = subject.Require(parameter, Wanted, ResourceTypes.Workspace, ResourceTypes.Compute, ResourceTypes.Cluster);
        if (id.IsType(ResourceTypes.Workspace)) return await PreflightAsync(id, cancel).ConfigureAwait(false);
        RefuseGiven(Exists, [.. Planned, nameof(NetworkPlan)]);
        return await PostureAsync(id, cancel).ConfigureAwait(false);
    }

    private AddressSettings WithReserved(AddressSettings settings) => settings with
    {
        ReservedAddressPrefixes = [.. settings.ReservedAddressPrefixes.Concat(ReservedAddressPrefix).Distinct(StringComparer.Ordinal)],
    };

    private AddressSettings Settings(string? subnetId) => new()
    {
        SubnetId = subnetId,
        ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
        DnsServiceIP = DnsServiceIP ?? NetworkPlan?.DnsServiceIP,
        DockerBridgeCidr = DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr,
        PodCidr = PodCidr ?? NetworkPlan?.PodCidr,
        ReservedAddressPrefixes = [.. (NetworkPlan?.ReservedAddressPrefix
            ?? []).Concat(ReservedAddressPrefix).Distinct(StringComparer.Ordinal)],
    };

    private NetworkFacts Offline(string[] network, string[] subnet, AddressSettings settings) => new()
    {
        Settings = settings,
        VirtualNetwork = new VirtualNetworkFacts
        {
            AddressPrefixes = network,
            Subnets = subnet.Length == 0 ? [] : [new SubnetFacts { AddressPrefixes = subnet }],
        },
        Subnet = subnet.Length == 0 ? default : Known.Of(new SubnetFacts { AddressPrefixes = subnet }),
        Compute = new ComputeFacts
        {
            Id = "(planned)",
            AgentCount = AgentCount,
            AgentVmSize = AgentVmSize,
            ClusterPurpose = ClusterPurpose
        },
    };

    private async Task<(NetworkFacts, CheckStage)> PreflightAsync(ArmId workspace, CancellationToken cancel)
    {
        var subnet = Subnets.Read(this, SubnetId, NetworkPlan, (VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName),
            workspace.SubscriptionId!)
            ?? (NetworkPlan?.SubnetId is { } planned ? References.RequireId(planned, nameof(NetworkPlan), ResourceTypes.Subnet) : null)
            ?? throw Problems.InvalidCombination(
                "A workspace is checked together with the subnet that a cluster is to be made in; give -SubnetId.");
        var facts = await Azure.Facts.ReadNetworkAsync(subnet, cancel).ConfigureAwait(false);
        Preflight.RequireSubnet(facts, subnet);
        facts = await Azure.Facts.AddWorkspaceAsync(facts, workspace, cancel).ConfigureAwait(false);
        if (facts.Workspace.State == KnownState.None) throw Problems.ResourceNotFound("workspace", workspace.ToString());
        return (await Azure.Cloud.AddAsync(facts with
        {
            Settings = Settings(subnet.ToString()),
            ScoringSources = SourceAddressPrefix,
            Compute = new ComputeFacts
            {
                Id = workspace.Child("computes", "planned").ToString(),
                Location = Location ?? facts.Workspace.Value?.Location,
                AgentCount = AgentCount,
                AgentVmSize = AgentVmSize,
                ClusterPurpose = ClusterPurpose,
                ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
            },
        }, cancel).ConfigureAwait(false), CheckStage.Preflight);
    }

    private async Task<(NetworkFacts, CheckStage)> PostureAsync(ArmId id, CancellationToken cancel, ListedCompute? listed = null)
    {
        var (facts, _) = await Azure.Preflight.ReadPostureAsync(id, cancel, isKubernetesWished: Kubernetes, listed: listed)
            .ConfigureAwait(false);
        return (facts with
        {
            Settings = WithReserved(facts.Settings!),
            ScoringSources = SourceAddressPrefix,
        }, CheckStage.Posture);
    }
}
