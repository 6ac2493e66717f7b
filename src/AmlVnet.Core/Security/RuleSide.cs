using System.Globalization;

namespace AmlVnet.Core.Security;

/// <summary>
/// Reads the addresses and ports of rules and flows. Addresses are numbers; a service tag whose ranges are not known is two more numbers
/// behind them, which names match: the part that is this tag's alone, and the part that it may share with others. That the first is not
/// empty is all that is taken for granted: no service's tag lies wholly within another service's.
/// </summary>
internal sealed class RuleSide
{
    private const long Alone = 1L << 32;
    private const long Shared = Alone + 1;

    private const string VirtualNetworkTag = "VirtualNetwork";
    private const string InternetTag = "Internet";
    private const string LoadBalancerTag = "AzureLoadBalancer";

    private static readonly SpanSet WholeTag = new([new(Alone, Shared)]);
    private static readonly SpanSet SharedPart = new([new(Shared, Shared)]);
    private static readonly SpanSet Addresses = new([new(0, uint.MaxValue)]);
    private static readonly SpanSet Everything = new([new(0, Shared)]);
    private static readonly SpanSet Probe = new([new(NetworkSpace.ProbeAddress.Value, NetworkSpace.ProbeAddress.Value)]);
    private static readonly SpanSet PrivateRanges = new(
        new[] { "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16" }.Select(text => Span.Of(Ipv4Prefix.Parse(text))));
    private static readonly SpanSet AllPorts = new([new(0, 65535)]);

    private readonly IReadOnlyDictionary<string, IReadOnlyList<string>> _ranges;
    private readonly Dictionary<string, SpanSet?> _tags = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<object, Reach> _addresses = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, Reach> _defaults = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, Reach> _ports = new(ReferenceEqualityComparer.Instance);
    private readonly bool _knowsNetwork;
    private readonly SpanSet _own;
    private readonly SpanSet _network;
    private readonly SpanSet _pods;
    private readonly SpanSet _public;
    private readonly bool _coversPods;
    private readonly bool _widensAddresses;
    private readonly bool _widensTags;
    private readonly bool _widensInternet;

    /// <summary>Makes the reading for one virtual network.</summary>
    /// <param name="space">The network.</param>
    /// <param name="isWide">Whether the tag VirtualNetwork covers all that it may, instead of what it covers for certain.</param>
    public RuleSide(NetworkSpace space, bool isWide = false)
    {
        _knowsNetwork = space.VirtualNetwork.Count > 0;
        _own = new SpanSet(space.VirtualNetwork.Select(Span.Of)).Or(Probe);
        _network = _own.Or(new(space.Routed.Select(Span.Of)));
        _pods = _knowsNetwork ? new(space.Pods.Select(Span.Of)) : SpanSet.Empty;
        _coversPods = isWide && !_pods.IsEmpty;
        _public = Addresses.Without(PrivateRanges).Without(_own).Without(_pods);
        _ranges = space.ServiceTags;
        _widensInternet = isWide && _knowsNetwork && space.HasDefaultRoute;
        // Networks behind a gateway are neither the internet nor a service of Azure.
        _widensAddresses = _widensInternet || (isWide && _knowsNetwork && space.HasGateway);
        _widensTags = _widensInternet || (isWide && _knowsNetwork && _network.Touches(_public));
    }

    /// <summary>Whether the tag VirtualNetwork may cover more than it covers for certain.</summary>
    public bool IsWide => _widensAddresses || _widensTags || _coversPods;

    /// <summary>The addresses of one side of a flow: numbers where they are known, the atom for a tag that is known by name only.</summary>
    public SpanSet Flow(string text) =>
        IsAny(text) ? Addresses
        : AddressOf(text) is { } span ? new([span])
        : Is(text, LoadBalancerTag) ? Probe
        : Is(text, VirtualNetworkTag) && _knowsNetwork ? _network.Without(Probe) // The host's address is in the tag, and nobody's client.
        : Is(text, InternetTag) && _knowsNetwork ? Addresses.Without(_network).Without(_pods)
        : TagOf(text) ?? WholeTag;

    /// <summary>What one side of a rule matches of a flow from (or to) <paramref name="flow"/>.</summary>
    /// <param name="prefixes">The ranges and tags of that side.</param>
    /// <param name="groups">Its application security groups.</param>
    /// <param name="flow">The same side of the flow.</param>
    /// <param name="isDefault">Whether the rule is one of Azure's own, which let a cluster's pods through.</param>
    public Reach Match(IReadOnlyList<string> prefixes, IReadOnlyList<string> groups, string flow, bool isDefault = false)
    {
        // For a flow of plain addresses the answer does not depend on which: it is worked out once for each rule.
        if (groups.Count > 0 || !IsPlain(flow))
            return Work(prefixes, groups, flow, isDefault);
        var all = isDefault ? _defaults : _addresses;
        if (!all.TryGetValue(prefixes, out var known))
            all[prefixes] = known = Work(prefixes, groups, flow, isDefault);
        return known;
    }

    /// <summary>What the ports of a rule match.</summary>
    public Reach Ports(IReadOnlyList<string> ranges)
    {
        if (_ports.TryGetValue(ranges, out var known))
            return known;
        var reach = Reach.Nothing;
        foreach (var text in ranges)
            reach = reach.Or(PortSpan(text) is { } set ? Reach.Certain(set) : new(SpanSet.Empty, AllPorts));
        return _ports[ranges] = reach;
    }

    /// <summary>A port, a range of ports or all of them; null for what is neither.</summary>
    public static SpanSet? PortSpan(string text)
    {
        if (text.Trim() == "*")
            return AllPorts;
        var ends = text.Split('-', 2, StringSplitOptions.TrimEntries);
        return int.TryParse(ends[0], NumberStyles.None, CultureInfo.InvariantCulture, out var low)
            && int.TryParse(ends[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var high) && low <= high && high <= 65535
            ? new([new(low, high)]) : null;
    }

    private Reach Work(IReadOnlyList<string> prefixes, IReadOnlyList<string> groups, string flow, bool isDefault)
    {
        var reach = Reach.Nothing;
        foreach (var text in prefixes)
            reach = reach.Or(One(text, flow, isDefault));
        if (groups.Count > 0)
            // Its members are network interfaces of the virtual network; which, is not known.
            reach = reach.Or(_knowsNetwork ? new(SpanSet.Empty, _own.Without(Probe)) : new(SpanSet.Empty, Everything.Without(Probe)));
        return reach;
    }

    private Reach One(string text, string flow, bool isDefault)
    {
        if (IsAny(text))
            return Reach.Certain(Everything);
        if (AddressOf(text) is { } span)
        {
            var set = new SpanSet([span]);
            if (Is(flow, VirtualNetworkTag))
                return new(set, _knowsNetwork ? set : set.Or(WholeTag));
            // A tag that is known by name only stands for public addresses; which, is not known.
            return new(set, set.Without(PrivateRanges).Without(_own).IsEmpty ? set : set.Or(SharedPart));
        }

        if (text.Contains(':', StringComparison.Ordinal))
            return Reach.Nothing;
        if (Is(text, LoadBalancerTag))
            return Reach.Certain(Probe);
        if (Is(text, VirtualNetworkTag) && _knowsNetwork)
            return Reach.Certain(Widens(flow) ? Everything : isDefault || _coversPods ? _network.Or(_pods) : _network);
        if (Is(text, InternetTag) && Widens(flow))
            return Reach.Nothing;
        if (Is(text, flow) || flow.StartsWith(text + ".", StringComparison.OrdinalIgnoreCase))
            return Reach.Certain(Flow(flow));
        if (Is(text, VirtualNetworkTag))
            return new(Probe, Is(flow, InternetTag) ? Probe : PrivateRanges.Or(Probe));
        if (Is(text, InternetTag))
            return _knowsNetwork ? Reach.Certain(Addresses.Without(_network).Without(_pods).Or(WholeTag))
                : Is(flow, VirtualNetworkTag) ? Reach.Nothing
                : new(Addresses.Without(PrivateRanges).Without(Probe).Or(WholeTag), Everything.Without(Probe));
        if (TagOf(text) is { } ranges)
            return new(ranges, ranges.Or(OfTag(text, flow)));
        // A tag stands for public addresses, never for those of the virtual network.
        return new(SpanSet.Empty, _public.Or(OfTag(text, flow)));
    }

    // Azure's whole list has thousands of tags; only those that are asked for are read.
    private SpanSet? TagOf(string name)
    {
        if (_tags.TryGetValue(name, out var known))
            return known;
        var texts = _ranges.TryGetValue(name, out var exact) ? exact : _ranges.FirstOrDefault(tag => Is(tag.Key, name)).Value;
        var set = texts is null ? SpanSet.Empty : new SpanSet(AddressView.Ranges(texts).Select(Span.Of));
        return _tags[name] = set.IsEmpty ? null : set;
    }

    // What a rule for one tag may match of a flow to another. AzureCloud holds all of Azure; the network itself is in no service's tag.
    private static SpanSet OfTag(string rule, string flow) =>
        Is(flow, VirtualNetworkTag) ? SpanSet.Empty
        : rule.Trim().StartsWith("AzureCloud", StringComparison.OrdinalIgnoreCase) && !Is(flow, InternetTag) ? WholeTag
        : SharedPart;

    private static Span? AddressOf(string text) =>
        AddressView.Range(text) is { } prefix ? Span.Of(prefix)
        : Ipv4Address.TryParse(text, out var address, out _) ? new Span(address.Value, address.Value)
        : null;

    private bool Widens(string flow) => IsPlain(flow) ? _widensAddresses : Is(flow, InternetTag) ? _widensInternet : _widensTags;

    private static bool IsPlain(string flow) => IsAny(flow) || AddressOf(flow) is not null;

    private static bool IsAny(string text) => text.Trim() is "*" or "0.0.0.0/0" || Is(text, "Any");

    private static bool Is(string left, string right) => left.Trim().Equals(right.Trim(), StringComparison.OrdinalIgnoreCase);
}
