using System.Management.Automation;

namespace AmlVnet.Cmdlets;

/// <summary>Shows the connection of this runspace.</summary>
[Cmdlet(VerbsCommon.Get, "AmlVnetContext")]
[OutputType(typeof(AmlVnetContext))]
public sealed class GetAmlVnetContextCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        if (Session.Current.Context is { } context) WriteObject(context);
    }
}
