using System.Collections;
using System.Management.Automation;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Reading;
using AmlVnet.Cmdlets.Binding;
using AmlVnet.Cmdlets.Completion;
using AmlVnet.Core.Ids;

namespace AmlVnet.Cmdlets;

/// <summary>Attaches an existing AKS cluster to a workspace.</summary>
[Cmdlet(VerbsCommon.Add, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByCluster)]
[OutputType(typeof(AksCompute), typeof(AmlOperation))]
public sealed class AddAmlAksComputeCommand : TlsCmdlet
{
    private const string ByCluster = "ByCluster";
    private const string ByClusterName = "ByClusterName";

    [Parameter(Mandatory = true, Position = 0)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1)]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? WorkspaceName { get; set; }

    [Parameter(Mandatory = true, Position = 2)]
    [Alias("ComputeName")]
    public string? Name { get; set; }

    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = ByCluster)]
    [Alias("InputObject", "ClusterId", "ResourceId", "Id")]
    [AksClusterReferenceTransformation]
    public AksClusterReference? Cluster { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [ArgumentCompleter(typeof(ClusterGroupCompleter))]
    public string? ClusterResourceGroupName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByClusterName)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? ClusterName { get; set; }

    [Parameter]
    public ClusterPurpose ClusterPurpose { get; set; }

    [Parameter]
    public string? Description { get; set; }

    [Parameter]
    public Hashtable? Tag { get; set; }

    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string? JobSubject => Name;

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var workspace = ArmId.ForWorkspace(Subscription,
            References.RequireName(ResourceGroupName, nameof(ResourceGroupName), ResourceNames.CheckResourceGroup),
            References.RequireName(WorkspaceName, nameof(WorkspaceName), ResourceNames.CheckWorkspace));
        var cluster = BoundSet == ByClusterName
            ? ArmId.ForCluster(Subscription,
                References.RequireName(ClusterResourceGroupName, nameof(ClusterResourceGroupName), ResourceNames.CheckResourceGroup),
                References.RequireName(ClusterName, nameof(ClusterName), ResourceNames.CheckCluster))
            : Cluster!.Require(nameof(Cluster), "an AKS cluster or its ARM id", ResourceTypes.Cluster);
        var tls = await ReadTlsAsync(cancel).ConfigureAwait(false);
        var request = new AttachAksComputeRequest
        {
            Workspace = workspace,
            Name = References.RequireName(Name, nameof(Name), ResourceNames.CheckCompute),
            Cluster = cluster,
            Purpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null,
            Tls = tls,
            Description = Description,
            Tags = Tag?.ToTags(),
        };
        var work = await Azure.AksComputes.PlanAttachAsync(request, !NoWait && !IsWhatIf, cancel).ConfigureAwait(false);
        var skip = SkipCheck ?? [];
        // A cluster that is attached twice breaks both computes; only somebody who has been told so may go on.
        if (work.Plan.Blocking.FirstOrDefault(static f => f.Id == AksComputes.AttachedOnceCheck) is { } twice && !skip.Contains(twice.Id, StringComparer.OrdinalIgnoreCase))
        {
            if (!Force && !await ContinueAsync($"{twice.Evidence} Attaching one cluster twice breaks both computes. Attach it all the same?", "Attach again", cancel)
                .ConfigureAwait(false)) return;
            skip = [.. skip, twice.Id];
        }

        Emit(await ApplyAsync(work, skip, cancel).ConfigureAwait(false));
    }
}
