namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that speaks as the session is set to.</summary>
public abstract class SessionCmdlet : AsyncCmdlet
{
    private protected override LogFormat SpokenFormat => Session.Current.Context?.LogFormat ?? base.SpokenFormat;
}
