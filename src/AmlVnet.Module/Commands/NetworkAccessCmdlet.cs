namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that gives or takes a cluster's right on its network.</summary>
public abstract class NetworkAccessCmdlet : ClusterCmdlet
{
    /// <summary>How much of the network.</summary>
    [Parameter]
    public NetworkScopeLevel ScopeLevel { get; set; } = NetworkScopeLevel.ResourceGroup;

    /// <summary>A scope of one's own.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Scope { get; set; }

    /// <summary>The principal's object id, instead of the one that is looked up.</summary>
    [Parameter, Alias("ObjectId"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? PrincipalId { get; set; }

    private protected NetworkAccessRequest ReadRequest()
    {
        if (IsGiven(nameof(Scope)) && IsGiven(nameof(ScopeLevel)))
            throw Problems.InvalidCombination("-Scope and -ScopeLevel both say where; give one of them.");
        if (PrincipalId is not null && !Guid.TryParse(PrincipalId, out _))
            throw Problems.InvalidValue(nameof(PrincipalId), PrincipalId,
                $"'{PrincipalId}' is not an object id: that is a GUID, and neither a name nor a client id.");
        ArmId? scope = null;
        if (Scope is not null && !ArmId.TryParse(Scope, out scope, out var reason))
            throw Problems.InvalidValue(nameof(Scope), Scope, reason);
        return new NetworkAccessRequest
        {
            Cluster = ClusterOrComputeId,
            Level = ScopeLevel,
            Scope = scope,
            PrincipalId = PrincipalId,
            WaitUntilReady = !IsWhatIf
        };
    }
}
