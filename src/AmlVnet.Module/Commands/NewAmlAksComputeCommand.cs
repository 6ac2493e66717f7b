using System.Collections;
using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Creates an AKS inferencing cluster through a workspace, in a subnet.</summary>
[Cmdlet(VerbsCommon.New, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(AksCompute), typeof(AmlOperation))]
public sealed class NewAmlAksComputeCommand : TlsCmdlet
{
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [WorkspaceNameTransformation]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public override string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByInputObject, ValueFromPipeline = true)]
    [Alias("Workspace", "WorkspaceInputObject")]
    [WorkspaceReferenceTransformation]
    [ArgumentCompleter(typeof(WorkspaceIdCompleter))]
    public WorkspaceReference? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByInputObject)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public override string? Name { get; set; }

    /// <summary>
    /// The id of what is piped beside names: it may only be the compute's own, or its name would be taken for the compute's.
    /// </summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public string? ResourceId { get; set; }

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

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    public ClusterPurpose ClusterPurpose { get; set; }

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

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

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

    [Parameter(ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Description { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? Tag { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string? JobSubject => Name;

    private (ArmId Workspace, string? Name) Place => PlaceIn(BoundSet == ByInputObject ? InputObject : null, nameof(InputObject));

    private protected override string? Subject => IdOrNull(() =>
    {
        var (workspace, name) = Place;
        return workspace.Child("computes", name ?? "");
    });

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var (workspace, given) = Place;
        var name = References.RequireName(given, nameof(Name), ResourceNames.CheckCompute);
        if (!References.IsWorkspace(WorkspaceName)) RequireNamed(ResourceId, workspace.Child("computes", name));
        var tls = await ReadTlsAsync(cancel).ConfigureAwait(false);
        var subnet = Subnets.Read(this, SubnetId, NetworkPlan, (VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName),
            workspace.SubscriptionId!);
        if (NetworkPlan is { IsUsable: false } unusable)
            throw Problems.PlanNotUsable(
                [.. unusable.Checks.Where(static c => c is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error })]);
        var id = workspace.Child("computes", name);
        var settings = Settings(Tag, tls) with
        {
            Location = Location,
            AgentCount = IsGiven(nameof(AgentCount)) ? AgentCount : null,
            AgentVmSize = AgentVmSize,
            ClusterPurpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null,
            SubnetId = subnet?.ToString() ?? NetworkPlan?.SubnetId,
            ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
            DnsServiceIP = DnsServiceIP ?? NetworkPlan?.DnsServiceIP,
            DockerBridgeCidr = DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr,
            Description = Description,
        };
        ComputePlans.RequireAddresses(settings);
        ComputePlans.RequireLoadBalancer(settings, isAttached: false);
        var failed = await FindRemnantAsync(id, null, cancel).ConfigureAwait(false);
        var request = new ComputeRequest(id, settings) { Tls = tls, ReplacesFailed = failed is not null };
        var work = await Azure.AksComputes.PlanCreateAsync(request, !NoWait && !IsWhatIf, cancel).ConfigureAwait(false);
        if (failed is not null)
        {
            // Nothing is taken away for a compute that can't be made.
            RequireSound(work.Plan, SkipCheck);
            if (!await ClearAsync(failed, cancel).ConfigureAwait(false)) return;
        }

        await MakeAsync(id, work, SkipCheck, NoWait, cancel).ConfigureAwait(false);
    }
}
