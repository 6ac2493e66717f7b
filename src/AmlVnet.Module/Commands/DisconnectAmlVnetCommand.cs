namespace AmlVnet.Cmdlets;

/// <summary>Forgets the connection of this runspace.</summary>
[Cmdlet(VerbsCommunications.Disconnect, "AmlVnet")]
[OutputType(typeof(AmlVnetContext))]
public sealed class DisconnectAmlVnetCommand : PSCmdlet
{
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var context = Session.Current.Disconnect();
        if (context is null) WriteVerbose("There was no connection in this runspace.");
        else if (PassThru) WriteObject(context);
    }
}
