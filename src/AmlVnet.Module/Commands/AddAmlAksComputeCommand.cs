using System.Collections;
using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets;

/// <summary>Attaches an existing AKS cluster to a workspace.</summary>
[Cmdlet(VerbsCommon.Add, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByWorkspace)]
[OutputType(typeof(AksCompute), typeof(AmlOperation))]
public sealed class AddAmlAksComputeCommand : TlsCmdlet
{
    private const string ByWorkspace = "ByWorkspace";

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [WorkspaceNameTransformation]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public override string? WorkspaceName { get; set; }

    /// <summary>The workspace to attach to, instead of its names.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByWorkspace, ValueFromPipeline = true)]
    [Alias("WorkspaceInputObject")]
    [WorkspaceReferenceTransformation]
    [ArgumentCompleter(typeof(WorkspaceIdCompleter))]
    public WorkspaceReference? Workspace { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByWorkspace)]
    [Alias("ComputeName")]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public override string? Name { get; set; }

    /// <summary>The cluster. A row of names has it in a column ClusterId.</summary>
    [Parameter(ParameterSetName = ByName, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [Alias("Cluster", "ClusterId", "ResourceId", "Id")]
    [AksClusterReferenceTransformation(NotWorkspace = true)]
    [ArgumentCompleter(typeof(ClusterIdCompleter))]
    public AksClusterReference? InputObject { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(ClusterGroupCompleter))]
    public string? ClusterResourceGroupName { get; set; }

    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByWorkspace)]
    [ArgumentCompleter(typeof(ClusterCompleter))]
    public string? ClusterName { get; set; }

    [Parameter]
    public ClusterPurpose ClusterPurpose { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Description { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? Tag { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string? JobSubject => Name;

    private (ArmId Workspace, string? Name) Place => PlaceIn(BoundSet == ByWorkspace ? Workspace : null, nameof(Workspace));

    private protected override string? Subject => IdOrNull(() =>
    {
        var (workspace, name) = Place;
        return workspace.Child("computes", name ?? "");
    });

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var (workspace, name) = Place;
        var cluster = ReadCluster(InputObject, ClusterResourceGroupName, ClusterName, ResourceTypes.Cluster);
        var tls = await ReadTlsAsync(cancel).ConfigureAwait(false);
        var id = workspace.Child("computes", RequireOwnName(name, cluster.Name));
        var settings = Settings(Tag, tls) with
        {
            ClusterPurpose = IsGiven(nameof(ClusterPurpose)) ? ClusterPurpose : null,
            Description = Description,
        };
        var remnant = await FindRemnantAsync(id, cluster, cancel).ConfigureAwait(false);
        var request = new AttachRequest(id, cluster, settings) { Tls = tls, ReplacesFailed = remnant is not null };
        var work = await Azure.AksComputes.PlanAttachAsync(request, !NoWait && !IsWhatIf, cancel).ConfigureAwait(false);
        var skip = SkipCheck ?? [];
        // A cluster that is attached twice breaks both computes; only somebody who has been told so may go on.
        if (work.Plan.Blocking.FirstOrDefault(static f => f.Id == CheckCatalogue.AttachedOnce) is { } twice
            && !skip.Contains(twice.Id, StringComparer.OrdinalIgnoreCase))
        {
            if (!Force && !await ContinueAsync(
                $"{twice.Evidence} Attaching one cluster twice breaks both computes. Attach it all the same?", "Attach again", cancel)
                .ConfigureAwait(false)) return;
            skip = [.. skip, twice.Id];
        }

        if (remnant is not null)
        {
            RequireSound(work.Plan, skip);
            if (!await ClearAsync(remnant, cancel).ConfigureAwait(false)) return;
        }

        await MakeAsync(id, work, skip, NoWait, cancel).ConfigureAwait(false);
    }
}
