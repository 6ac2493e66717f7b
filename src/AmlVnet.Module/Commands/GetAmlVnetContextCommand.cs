using AmlVnet.Arm.SignIn;

namespace AmlVnet.Cmdlets;

/// <summary>Shows the connection of this runspace, or all that it could turn to.</summary>
[Cmdlet(VerbsCommon.Get, "AmlVnetContext")]
[OutputType(typeof(AmlVnetContext))]
public sealed class GetAmlVnetContextCommand : SessionCmdlet
{
    private Session _session = null!;

    [Parameter]
    public SwitchParameter ListAvailable { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _session = Session.Current;
    }

    private protected override async Task ProcessAsync(CancellationToken cancel)
    {
        new RecordLog(Streams).Begin();
        if (!ListAvailable)
        {
            if (_session.Context is { } context) Streams.Output(context);
            return;
        }

        var known = _session.Known;
        foreach (var context in known) Streams.Output(context);
        var shown = known.Select(static k => (k.Connection, k.SubscriptionId.ToUpperInvariant())).ToHashSet();
        foreach (var connection in known.DistinctBy(static k => k.Connection))
        {
            try
            {
                foreach (var context in await AzureSignIn.ListAsync(connection, cancel).ConfigureAwait(false))
                {
                    if (shown.Add((context.Connection, context.SubscriptionId.ToUpperInvariant()))) Streams.Output(context);
                }
            }
            catch (AmlVnetException e)
            {
                // One sign-in that has ended does not hide what the others see.
                Streams.Error(e.ToErrorRecord());
            }
        }
    }

    private protected override (ErrorRecord Record, bool IsTerminating) Describe(Exception exception) =>
        (exception.ToErrorRecord(), exception.IsTerminating());
}
