namespace AmlVnet.Core.Security;

/// <summary>Traffic of one kind: everything from one place to another.</summary>
public sealed record NetworkFlow
{
    /// <summary>The direction, seen from the subnet.</summary>
    public required RuleDirection Direction { get; init; }

    /// <summary>Tcp, Udp, Icmp, Esp or Ah.</summary>
    public string Protocol { get; init; } = "Tcp";

    /// <summary>Where it comes from: an address, a range, a service tag or <c>*</c>.</summary>
    public required string Source { get; init; }

    /// <summary>The source port, a range of ports, or <c>*</c>.</summary>
    public string SourcePort { get; init; } = "*";

    /// <summary>Where it goes.</summary>
    public required string Destination { get; init; }

    /// <summary>The destination port, a range of ports, or <c>*</c>.</summary>
    public required string DestinationPort { get; init; }

    /// <summary>A flow out of the subnet.</summary>
    internal static NetworkFlow Out(string source, string destination, string port, string protocol = "Tcp") => new()
    {
        Direction = RuleDirection.Outbound,
        Protocol = protocol,
        Source = source,
        Destination = destination,
        DestinationPort = port,
    };

    /// <summary>The flow in words.</summary>
    public override string ToString() => $"{Protocol.ToUpperInvariant()} {Source} -> {Destination}:{DestinationPort}";
}

/// <summary>What becomes of a flow.</summary>
public enum FlowAccess
{
    /// <summary>All of it passes.</summary>
    Allowed,

    /// <summary>None of it passes.</summary>
    Denied,

    /// <summary>Some of it does not pass; the rest passes, or may pass.</summary>
    Partly,

    /// <summary>It depends on something that is not known: a tag's ranges, or who is in an application security group.</summary>
    Unknown,
}

/// <summary>What becomes of a flow, and why.</summary>
/// <param name="Access">What becomes of it.</param>
/// <param name="DecidingRule">
/// The rule that decides: for a flow that is denied, even in part, the first rule that denies; for one that is allowed the first that
/// allows; for an unknown one the first in doubt. Null when no network security group is there.
/// </param>
/// <param name="SecurityGroupId">The ARM id of the group that <paramref name="DecidingRule"/> is in.</param>
/// <param name="Reason">One sentence.</param>
public sealed record FlowVerdict(FlowAccess Access, SecurityRuleFacts? DecidingRule, string? SecurityGroupId, string Reason);
