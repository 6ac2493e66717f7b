using AmlVnet.Arm.SignIn;

namespace AmlVnet.Arm.Carrying;

/// <summary>What one command reads, plans and carries out.</summary>
internal sealed class AzureWork : AzureReader
{
    internal AzureWork(AzureConnection connection) : base(connection)
    {
        Carrier = new Carrier(this, Keys);
        AksComputes = new AksComputes(this);
        Access = new NetworkAccess(this);
        LoadBalancers = new LoadBalancerSwitch(this);
        NetworkRules = new NetworkRules(this);
        Dns = new DnsNames(this);
        AksExtensions = new AksExtensions(this);
        KubernetesComputes = new KubernetesComputes(this);
    }

    /// <summary>Bounds all that the caller awaits from here on, each repetition of a request included.</summary>
    internal void Limit(TimeSpan span) => TimeLimit.Set(Now + span, Connection.Time);

    /// <summary>Whether the time that was set is up: nothing is begun any more.</summary>
    internal bool IsTimeUp => TimeLimit.IsUp(Now);

    /// <summary>Leaves out of account the time since somebody was asked.</summary>
    internal void LeaveOut(DateTimeOffset asked) => TimeLimit.Prolong(Now - asked);

    /// <summary>Secrets that plans refer to.</summary>
    internal KeysInHand Keys { get; } = new();

    internal Carrier Carrier { get; }

    internal AksComputes AksComputes { get; }

    internal NetworkAccess Access { get; }

    internal LoadBalancerSwitch LoadBalancers { get; }

    internal NetworkRules NetworkRules { get; }

    internal DnsNames Dns { get; }

    internal AksExtensions AksExtensions { get; }

    internal KubernetesComputes KubernetesComputes { get; }
}
