using System.Collections.Concurrent;
using System.Management.Automation.Runspaces;
using System.Runtime.CompilerServices;

namespace AmlVnet.Cmdlets.Sessions;

/// <summary>What the module remembers for one runspace; runspaces of one process may be signed in to different clouds.</summary>
internal sealed class Session
{
    private static readonly ConditionalWeakTable<Runspace, Session> ByRunspace = [];

    private readonly List<AmlVnetContext> _known = [];
    private readonly ConcurrentDictionary<string, AmlVnetContext> _borrowed = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>That of the runspace which the pipeline thread runs.</summary>
    internal static Session Current => ByRunspace.GetOrCreateValue(Runspace.DefaultRunspace);

    internal AmlVnetContext? Context { get; private set; }

    private int _toldStatus;

    /// <summary>True once: nobody is told twice in one session what the status of AKS computes is.</summary>
    internal bool TakeStatus() => Interlocked.Exchange(ref _toldStatus, 1) == 0;

    /// <summary>Every context that was made in this runspace and not disconnected, the current one first.</summary>
    internal IReadOnlyList<AmlVnetContext> Known
    {
        get
        {
            lock (_known) return [.. _known];
        }
    }

    internal void Connect(AmlVnetContext context)
    {
        lock (_known)
        {
            _known.RemoveAll(k => ReferenceEquals(k.Connection, context.Connection)
                ? k.SubscriptionId.Equals(context.SubscriptionId, StringComparison.OrdinalIgnoreCase)
                : IsSameSignIn(k, context));
            _known.Insert(0, context);
        }

        Context = context;
    }

    /// <summary>The context that stands for one of Az, made once: so its tokens are asked for once, too.</summary>
    internal AmlVnetContext Borrow(string key, Func<AmlVnetContext> make) => _borrowed.GetOrAdd(key, _ => make());

    /// <summary>
    /// Forgets every sign-in. A connection lives on for whoever else was handed it, and dies with its last user.
    /// </summary>
    internal AmlVnetContext? Disconnect()
    {
        var context = Context;
        Context = null;
        lock (_known) _known.Clear();
        _borrowed.Clear();
        return context;
    }

    private static bool IsSameSignIn(AmlVnetContext one, AmlVnetContext other) => one.ArmEndpoint == other.ArmEndpoint
        && one.CredentialType == other.CredentialType
        && string.Equals(one.TenantId, other.TenantId, StringComparison.OrdinalIgnoreCase)
        && string.Equals(one.Account, other.Account, StringComparison.OrdinalIgnoreCase);
}
