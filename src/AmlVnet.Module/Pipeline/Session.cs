using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace AmlVnet.Cmdlets;

/// <summary>What the module remembers for one runspace; runspaces of one process may be signed in to different clouds.</summary>
internal sealed class Session
{
    private static readonly ConditionalWeakTable<Runspace, Session> ByRunspace = [];

    /// <summary>That of the runspace which the pipeline thread runs.</summary>
    internal static Session Current => ByRunspace.GetOrCreateValue(Runspace.DefaultRunspace);

    internal AmlVnetContext? Context { get; private set; }

    internal void Connect(AmlVnetContext context) => Context = context;

    /// <summary>
    /// Forgets the context. The connection lives on for whoever else was handed it, and dies with its last user.
    /// </summary>
    internal AmlVnetContext? Disconnect()
    {
        var context = Context;
        Context = null;
        return context;
    }
}
