namespace AmlVnet.Cmdlets;

/// <summary>Gets a workspace, those of a resource group, or all of the subscription.</summary>
[Cmdlet(VerbsCommon.Get, "AmlWorkspace", DefaultParameterSetName = ByName)]
[OutputType(typeof(Workspace))]
public sealed class GetAmlWorkspaceCommand : ThrottledCmdlet
{
    private const string ByName = "ByName";
    private const string ByResourceId = "ByResourceId";

    [Parameter(Position = 0, ParameterSetName = ByName)]
    [ArgumentCompleter(typeof(WorkspaceGroupCompleter))]
    public string? ResourceGroupName { get; set; }

    [Parameter(Position = 1, ParameterSetName = ByName)]
    [Parameter(ParameterSetName = ByAllSubscriptions)]
    [Parameter(ParameterSetName = ByManagementGroup)]
    [Alias("WorkspaceName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(WorkspaceCompleter))]
    public string? Name { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ArgumentCompleter(typeof(WorkspaceIdCompleter))]
    public string? ResourceId { get; set; }

    /// <summary>Goes over all subscriptions that the sign-in sees.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAllSubscriptions)]
    public SwitchParameter AllSubscriptions { get; set; }

    /// <summary>Goes over the subscriptions of management groups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByManagementGroup)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? ManagementGroupId { get; set; }

    private bool IsPattern => Name is not null && WildcardPattern.ContainsWildcardCharacters(Name);

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        if (BoundSet == ByResourceId)
        {
            await EmitAsync(References.RequireId(ResourceId, nameof(ResourceId), ResourceTypes.Workspace), cancel).ConfigureAwait(false);
            return;
        }

        var fleet = Fleet(AllSubscriptions, ManagementGroupId);
        if (IsGiven(nameof(ResourceGroupName))) References.RequireName(ResourceGroupName, nameof(ResourceGroupName),
            ResourceNames.CheckResourceGroup);
        if (IsGiven(nameof(Name)) && !IsPattern) References.RequireName(Name, nameof(Name), ResourceNames.CheckWorkspace);
        if (ResourceGroupName is not null && Name is not null && !IsPattern)
        {
            await EmitAsync(ArmId.ForWorkspace(Subscription, ResourceGroupName, Name), cancel).ConfigureAwait(false);
            return;
        }

        var pattern = WildcardPattern.Get(Name ?? "*", WildcardOptions.IgnoreCase);
        var any = false;
        // Nothing is asked of a workspace itself, so that none is waited for beside another: they come in the order of their ids.
        if (fleet is not null) await ForEachWorkspaceAsync(fleet, 1, (workspace, _) => Emit(workspace), cancel).ConfigureAwait(false);
        else await ListAsync(Emit, cancel).ConfigureAwait(false);
        if (!any && Name is not null && !IsPattern) throw Problems.ResourceNotFound("workspace", Name,
            $"Get-AmlWorkspace {(fleet is null ? "" : "-AllSubscriptions ")}lists the workspaces that this sign-in sees.");

        Task Emit(Workspace workspace)
        {
            if (!pattern.IsMatch(workspace.Name)) return Task.CompletedTask;
            any = true;
            Streams.Output(workspace);
            return Task.CompletedTask;
        }
    }

    private async Task ListAsync(Func<Workspace, Task> emit, CancellationToken cancel)
    {
        var scope = ResourceGroupName is null ? ArmId.ForSubscription(Subscription)
            : ArmId.ForResourceGroup(Subscription, ResourceGroupName);
        try
        {
            await foreach (var workspace in Azure.Listings.WorkspacesAsync(scope, cancel).ConfigureAwait(false))
                await emit(workspace).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.Status == 404)
        {
            throw Problems.ResourceNotFound(ResourceGroupName is null ? "subscription" : "resource group",
                ResourceGroupName ?? Subscription,
                "Get-AmlWorkspace lists the workspaces that this sign-in sees, Get-AmlVnetContext -ListAvailable the subscriptions.");
        }
    }

    private async Task EmitAsync(ArmId id, CancellationToken cancel) =>
        Streams.Output(await Azure.Listings.FindWorkspaceAsync(id, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("workspace", id.ToString(),
                "Get-AmlWorkspace lists the workspaces that this sign-in sees."));
}
