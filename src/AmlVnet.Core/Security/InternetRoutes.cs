namespace AmlVnet.Core.Security;

/// <summary>The user-defined routes that take the internet's traffic: one for all of it, or several that do together.</summary>
public static class InternetRoutes
{
    private static readonly Ipv4Prefix Everything = Ipv4Prefix.Parse("0.0.0.0/0");

    // What no route to the internet needs to cover: private networks, the host itself, links, multicast and what is reserved.
    private static readonly SpanSet NotInternet = new(new[]
    {
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3",
    }.Select(text => Span.Of(Ipv4Prefix.Parse(text))));

    /// <summary>The routes of a subnet that take the internet's traffic, those left out that longer prefixes leave nothing.</summary>
    public static IReadOnlyList<RouteFacts> Of(SubnetFacts subnet)
    {
        ArgumentNullException.ThrowIfNull(subnet);
        var wide = (subnet.RouteTable.Value?.Routes ?? []).Select(route => (Route: route, Range: Range(route)))
            .Where(one => one.Range is { } range && range.IsWiderThanPrivate)
            .ToArray();
        return
        [
            .. wide.Where(one => !new SpanSet([Span.Of(one.Range!.Value)])
                    .Without(new(wide.Where(other => other.Range!.Value.Length > one.Range.Value.Length)
                        .Select(other => Span.Of(other.Range!.Value)))).IsEmpty)
                .Select(one => one.Route),
        ];
    }

    /// <summary>Whether routes together take all of the internet's traffic.</summary>
    public static bool CoverAll(IEnumerable<RouteFacts> routes) => new SpanSet([Span.Of(Everything)])
        .Without(NotInternet).Without(new(routes.Select(Range).OfType<Ipv4Prefix>().Select(Span.Of))).IsEmpty;

    private static Ipv4Prefix? Range(RouteFacts route) =>
        route.AddressPrefix.Trim().Equals("Internet", StringComparison.OrdinalIgnoreCase) ? Everything
            : AddressView.Range(route.AddressPrefix);
}
