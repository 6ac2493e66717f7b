namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet whose piped records run side by side.</summary>
public abstract class ThrottledCmdlet : FleetCmdlet
{
    /// <summary>The subscription to act in; a row of names may say it in a column.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SubscriptionCompleter))]
    public override string? SubscriptionId { get; set; }

    /// <summary>How many records run at once.</summary>
    [Parameter, ValidateRange(1, 64), ArgumentCompleter(typeof(NoFileCompleter))]
    public int ThrottleLimit { get; set; } = 5;

    private protected sealed override int RecordsAtOnce => ThrottleLimit;
}

/// <summary>A cmdlet that may wait long, and can do so as a job.</summary>
public abstract class WaitingCmdlet : NamedCmdlet
{
    /// <summary>Returns a job at once, and goes on in it.</summary>
    [Parameter]
    public SwitchParameter AsJob { get; set; }

    /// <summary>What is being worked on, for the job's name.</summary>
    private protected virtual string? JobSubject => null;

    private protected sealed override string? RunAsJob => AsJob && !IsWhatIf ? $"{MyInvocation.MyCommand.Name} {JobSubject}".TrimEnd()
        : null;
}

/// <summary>A cmdlet that may wait long, about one resource that can be given by its id, also in a row beside its names.</summary>
public abstract class ResourceCmdlet : WaitingCmdlet
{
    /// <summary>The resource's ARM id; an id outranks the names beside it.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ByResourceId, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("Id")]
    [ResourceIdTransformation]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public string? ResourceId { get; set; }
}
