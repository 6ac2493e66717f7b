namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that makes a connection the runspace's own.</summary>
public abstract class SignInCmdlet : SessionCmdlet
{
    private Session _session = null!;

    /// <summary>The connection that the runspace has so far.</summary>
    private protected AmlVnetContext? Former => _session.Context;

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _session = Session.Current;
    }

    private protected sealed override async Task ProcessAsync(CancellationToken cancel)
    {
        new RecordLog(Streams).Begin();
        var context = await SignInAsync(cancel).ConfigureAwait(false);
        _session.Connect(context);
        Streams.Output(context);
    }

    private protected abstract Task<AmlVnetContext> SignInAsync(CancellationToken cancel);

    private protected sealed override (ErrorRecord Record, bool IsTerminating) Describe(Exception exception) =>
        (exception.ToErrorRecord(), true);
}
