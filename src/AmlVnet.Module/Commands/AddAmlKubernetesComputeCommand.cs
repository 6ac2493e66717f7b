using System.Collections;
using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>Attaches a cluster with the Azure Machine Learning extension to a workspace, as a Kubernetes compute.</summary>
[Cmdlet(VerbsCommon.Add, "AmlKubernetesCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByName)]
[OutputType(typeof(KubernetesCompute), typeof(AmlOperation))]
public sealed class AddAmlKubernetesComputeCommand : WaitingCmdlet
{
    private const string ByWorkspace = "ByWorkspace";
    private const string UserIdentityType = "Microsoft.ManagedIdentity/userAssignedIdentities";

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

    /// <summary>The cluster, its extension, or a compute that stands for it. A row of names has it in a column ClusterId.</summary>
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

    /// <summary>The namespace in which deployments run.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string Namespace { get; set; } = KubernetesComputePlans.DefaultNamespace;

    /// <summary>The ARM ids of user-assigned identities, in the place of a system-assigned one.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? UserAssignedIdentity { get; set; }

    /// <summary>The kinds of instance: <c>@{ small = @{ cpu = 1; memory = '2Gi' } }</c>.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? InstanceType { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DefaultInstanceType { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Description { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? Tag { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter UseRunCommand { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    private protected override string? JobSubject => Name;

    private (ArmId Workspace, string? Name) Place => PlaceIn(BoundSet == ByWorkspace ? Workspace : null, nameof(Workspace));

    private protected override string? Subject =>
        IdOrNull(() => Place is (var workspace, { } name) ? workspace.Child("computes", name) : Place.Workspace);

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var (workspace, name) = Place;
        var cluster = ReadCluster(InputObject, ClusterResourceGroupName, ClusterName,
            ResourceTypes.Cluster, ResourceTypes.Compute, ResourceTypes.Extension);
        // An extension that is piped has a name of its own.
        var piped = ArmId.TryParse(InputObject?.Id, out var id, out _) ? id.Name : cluster.Name;
        var types = InstanceType?.ToInstanceTypes();
        var wish = new KubernetesComputeWish
        {
            Id = workspace.Child("computes", RequireOwnName(name, piped)),
            Cluster = cluster,
            Namespace = Namespace,
            UserIdentities = [.. (UserAssignedIdentity ?? []).Select(static one =>
                References.RequireId(one, nameof(UserAssignedIdentity), UserIdentityType).ToString())],
            InstanceTypes = types,
            // The only one is the default.
            DefaultInstanceType = DefaultInstanceType ?? (types is { Count: 1 } ? types.Keys.Single() : null),
            Description = Description,
            Tags = Tag?.ToTags(),
            Wait = !NoWait && !IsWhatIf,
        };
        var work = await Azure.KubernetesComputes.PlanAttachAsync(wish, UseRunCommand, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, SkipCheck, cancel).ConfigureAwait(false));
    }
}
