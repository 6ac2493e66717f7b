using System.Collections;
using System.Management.Automation;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>Creates an AKS inferencing cluster through a workspace, in a subnet.</summary>
[Cmdlet(VerbsCommon.New, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(AksCompute), typeof(AmlOperation))]
public sealed class NewAmlAksComputeCommand : TlsCmdlet
{
    private const string ByName = "ByName";
    private const string ByWorkspace = "ByWorkspace";

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByWorkspace, ValueFromPipeline = true)]
    [Alias("InputObject", "WorkspaceInputObject")]
    [WorkspaceReferenceTransformation]
    public WorkspaceReference? Workspace { get; set; }

    [Parameter(Mandatory = true, Position = 2)]
    [Alias("ComputeName")]
    public string? Name { get; set; }

    [Parameter]
    [Alias("NodeCount")]
    [ValidateRange(1, 1000)]
    public int AgentCount { get; set; }

    [Parameter]
    [Alias("VmSize")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(VmSizeCompleter))]
    public string? AgentVmSize { get; set; }

    [Parameter]
    public ClusterPurpose ClusterPurpose { get; set; }

    [Parameter]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public string? SubnetId { get; set; }

    /// <summary>Values from New-AmlAksNetworkPlan; what is given besides outranks them.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [NetworkPlanTransformation]
    public AksNetworkPlan? NetworkPlan { get; set; }

    [Parameter]
    public string? ServiceCidr { get; set; }

    [Parameter]
    public string? DnsServiceIP { get; set; }

    [Parameter]
    public string? DockerBridgeCidr { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public Hashtable? Tag { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string? JobSubject => Name;

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var workspace = BoundSet == ByWorkspace
            ? Workspace!.Require(nameof(Workspace), "a workspace or its ARM id", ResourceTypes.Workspace)
            : ArmId.ForWorkspace(Subscription,
                References.RequireName(ResourceGroupName, nameof(ResourceGroupName), ResourceNames.CheckResourceGroup),
                References.RequireName(WorkspaceName, nameof(WorkspaceName), ResourceNames.CheckWorkspace));
        var tls = await ReadTlsAsync(cancel).ConfigureAwait(false);
        var subnet = ReadSubnet(workspace.SubscriptionId!);
        if (NetworkPlan is { IsUsable: false } unusable)
            throw Problems.PlanNotUsable([.. unusable.Checks.Where(static c => c is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error })]);
        var request = new CreateAksComputeRequest
        {
            Workspace = workspace,
            Name = References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute),
            Tls = tls,
            Description = Description,
            Settings = new AksComputeSettings
            {
                Location = Location,
                AgentCount = IsGiven(nameof(AgentCount)) ? AgentCount : null,
                AgentVmSize = AgentVmSize,
                ClusterPurpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null,
                SubnetId = subnet?.ToString() ?? NetworkPlan?.SubnetId,
                ServiceCidr = ServiceCidr ?? NetworkPlan?.ServiceCidr,
                DnsServiceIP = DnsServiceIP ?? NetworkPlan?.DnsServiceIP,
                DockerBridgeCidr = DockerBridgeCidr ?? NetworkPlan?.DockerBridgeCidr,
                SslStatus = tls?.Status,
                SslCname = tls?.Cname,
                SslLeafDomainLabel = tls?.LeafDomainLabel,
                Tags = Tag?.ToTags(),
            },
        };
        var work = await Azure.AksComputes.PlanCreateAsync(request, !NoWait && !IsWhatIf, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, SkipCheck, cancel).ConfigureAwait(false));
    }

    private ArmId? ReadSubnet(string subscriptionId)
    {
        var names = new[] { VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName };
        var byName = IsGiven(nameof(VirtualNetworkResourceGroupName)) || IsGiven(nameof(VirtualNetworkName)) || IsGiven(nameof(SubnetName));
        if (IsGiven(nameof(SubnetId)))
            return byName
                ? throw Problems.InvalidCombination("-SubnetId already says which subnet; leave out -VirtualNetworkResourceGroupName, -VirtualNetworkName and -SubnetName.")
                : References.RequireId(SubnetId, nameof(SubnetId), ResourceTypes.Subnet);
        if (byName)
        {
            if (names.Any(string.IsNullOrEmpty))
                throw Problems.InvalidCombination("-VirtualNetworkResourceGroupName, -VirtualNetworkName and -SubnetName name one subnet together; give all three, or -SubnetId.");
            return ArmId.ForSubnet(subscriptionId,
                References.RequireName(VirtualNetworkResourceGroupName, nameof(VirtualNetworkResourceGroupName), ResourceNames.CheckResourceGroup),
                References.RequireName(VirtualNetworkName, nameof(VirtualNetworkName), ResourceNames.CheckVirtualNetwork),
                References.RequireName(SubnetName, nameof(SubnetName), ResourceNames.CheckSubnet));
        }

        return null;
    }
}
