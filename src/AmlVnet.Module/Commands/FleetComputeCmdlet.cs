namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that gets computes of one kind, of one workspace or of all workspaces of many subscriptions.</summary>
public abstract class FleetComputeCmdlet : GetComputeCmdlet
{
    [Parameter(Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Parameter(ParameterSetName = ByInputObject)]
    [Parameter(ParameterSetName = ByAllSubscriptions)]
    [Parameter(ParameterSetName = ByManagementGroup)]
    [Alias("ComputeName")]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(ComputeCompleter))]
    public override string? Name { get; set; }

    /// <summary>Goes over all subscriptions that the sign-in sees.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByAllSubscriptions)]
    public SwitchParameter AllSubscriptions { get; set; }

    /// <summary>Goes over the subscriptions of management groups.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByManagementGroup)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? ManagementGroupId { get; set; }

    /// <summary>Emits what is asked for, of all workspaces where these are meant.</summary>
    private protected async Task EmitAllAsync<T>(Func<ArmId, CancellationToken, Task<T>> get,
        Func<ArmId, CancellationToken, IAsyncEnumerable<T>> list, Func<T, string> nameOf, CancellationToken cancel)
        where T : class
    {
        if (Fleet(AllSubscriptions, ManagementGroupId) is not { } fleet)
        {
            await EmitAsync(get, list, nameOf, cancel).ConfigureAwait(false);
            return;
        }

        var pattern = WildcardPattern.Get(Name ?? "*", WildcardOptions.IgnoreCase);
        await ForEachWorkspaceAsync(fleet, ThrottleLimit,
            (workspace, stop) => EmitMatchingAsync(list(ArmId.Parse(workspace.Id), stop), pattern, nameOf, stop), cancel)
            .ConfigureAwait(false);
    }
}
