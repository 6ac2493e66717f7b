using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Core.Reports;

/// <summary>The picture of a compute in its network. Everything stands in rows, so that nothing can lie over anything else.</summary>
internal sealed partial class Topology
{
    private const int Left = 16;
    private const int Wide = Drawing.Width - 2 * Left;

    /// <summary>More rows than these help nobody; the table below the picture has them all.</summary>
    private const int MostRows = 60;

    private readonly Drawing _drawing = new();
    private readonly NetworkFacts _facts;
    private readonly ReportSubject _subject;
    private int _y = 16;

    private Topology(ReportSubject subject, NetworkFacts facts) => (_subject, _facts) = (subject, facts);

    /// <summary>The picture; null where nothing was read that could be shown.</summary>
    internal static string? Draw(ReportSubject subject)
    {
        if (subject.Facts is not { } facts || facts.VirtualNetwork.Value is null && facts.Cluster.Value is null) return null;
        var topology = new Topology(subject, facts);
        topology.Top();
        topology.Network();
        topology.Rows("Names and private endpoints", topology.Names());
        topology.Rows("Peerings", topology.Peerings());
        topology.Rows("Routes of the nodes' subnet", topology.Routes());
        topology.Flows();
        return topology._drawing.End($"{subject.Name} and its network", topology._y);
    }

    private void Top()
    {
        var workspace = _facts.Workspace.Value;
        var cluster = _facts.Cluster.Value;
        var compute = _facts.Compute.Value;
        string[][] boxes =
        [
            [
                "Workspace", NameOf(workspace?.Id) ?? "(none)", workspace?.Location ?? "",
                workspace is null ? "" : workspace.HasPrivateEndpoint ? "reached by a private endpoint" : "no private endpoint",
            ],
            [
                "Cluster", NameOf(cluster?.Id) ?? _subject.Name,
                compute is null ? ""
                    : $"{compute.AgentCount?.ToString(CultureInfo.InvariantCulture) ?? "?"} x {compute.AgentVmSize ?? "?"}",
                cluster is null ? "to be made"
                    : $"Kubernetes {cluster.KubernetesVersion ?? "?"}, {cluster.NetworkPlugin?.ToString() ?? "?"}",
            ],
            [
                "Load balancer", compute?.LoadBalancerType is { } type
                    ? type == LoadBalancerType.InternalLoadBalancer ? "internal" : "public" : "(not known)",
                compute?.ScoringIPAddress ?? "no address yet",
                compute?.LoadBalancerType == LoadBalancerType.InternalLoadBalancer
                    ? $"subnet {_facts.LoadBalancerSubnet.Value?.Name ?? compute.LoadBalancerSubnet ?? "?"}" : "",
            ],
        ];
        for (var i = 0; i < boxes.Length; i++)
        {
            var x = Left + i * 333;
            _drawing.Box("box", x, _y, 302, 92);
            if (i > 0) _drawing.Arrow(CheckStatus.Passed, x - 29, _y + 46, 27);
            for (var line = 0; line < boxes[i].Length; line++)
                _drawing.Text(line == 0 ? "head" : "text", x + 12, _y + 22 + line * 20, 278, boxes[i][line]);
        }

        _y += 108;
    }

    private void Network()
    {
        if (_facts.VirtualNetwork.Value is not { } network)
        {
            Rows("Virtual network", [_facts.VirtualNetwork.Why ?? "It was not read."]);
            return;
        }

        var subnets = network.Subnets.Count > 0 ? network.Subnets : _facts.Subnet.Value is { } one ? [one] : [];
        var rows = (subnets.Count + 1) / 2;
        _drawing.Box("network", Left, _y, Wide, 48 + rows * 104);
        _drawing.Text("head", Left + 12, _y + 22, Wide - 24,
            $"Virtual network {NameOf(network.Id) ?? ""}  {string.Join(", ", network.AddressPrefixes)}  {network.Location ?? ""}");
        for (var i = 0; i < subnets.Count; i++) Subnet(subnets[i], Left + 12 + i % 2 * 476, _y + 36 + i / 2 * 104);
        _y += 64 + rows * 104;
    }

    private void Subnet(SubnetFacts subnet, int x, int y)
    {
        string[] uses =
        [
            .. new[] { (_facts.Subnet.Value?.Id, "nodes"), (_facts.LoadBalancerSubnet.Value?.Id, "load balancer") }
                .Where(use => use.Id is { } id && Words.Is(subnet.Id, id)).Select(static use => use.Item2),
        ];
        _drawing.Box(uses.Length > 0 ? "box mine" : "box", x, y, 468, 96);
        _drawing.Text("head", x + 12, y + 20, 444,
            $"{subnet.Name ?? "subnet"}{(uses.Length > 0 ? " (" + string.Join(", ", uses) + ")" : "")}");
        _drawing.Text("text", x + 12, y + 38, 444, string.Join(", ", subnet.AddressPrefixes));
        var usable = subnet.AddressPrefixes.Sum(static text => Ipv4Prefix.TryParse(text, out var range, out _)
            ? Math.Max(0, (1L << (32 - range.Length)) - 5) : 0);
        if (subnet.UsedAddressCount is { } used && usable > 0)
        {
            _drawing.Bar(x + 12, y + 46, 444, (double)used / usable);
            _drawing.Text("text", x + 12, y + 70, 444, $"{used} used, {Math.Max(0, usable - used)} free of {usable}");
        }
        else
        {
            _drawing.Text("text", x + 12, y + 70, 444, "used addresses: not known");
        }

        _drawing.Text("text", x + 12, y + 88, 444,
            $"{Say("security group", subnet.NetworkSecurityGroup, static one => one.Id)}; "
                + $"{Say("routes", subnet.RouteTable, static one => one.Id)}");
    }

    private static string Say<T>(string what, Known<T> known, Func<T, string> id) where T : class => known.State switch
    {
        KnownState.Value => $"{what}: {NameOf(id(known.Value!))}",
        KnownState.None => $"{what}: none",
        _ => $"{what}: not known",
    };

    private IEnumerable<string> Names()
    {
        if (_facts.VirtualNetwork.Value is { } network)
            yield return network.DnsServers.Count == 0 ? "DNS: Azure's own" : "DNS: " + string.Join(", ", network.DnsServers);
        foreach (var (kind, resources) in new[]
        {
            ("storage", _facts.Storage), ("key vault", _facts.KeyVaults), ("registry", _facts.ContainerRegistries),
        })
        {
            foreach (var one in resources.Value ?? [])
                yield return $"{kind} {NameOf(one.Id)}: " + (one.PrivateEndpoints is not { } ends ? "private endpoints not known"
                    : ends.Count == 0 ? "no private endpoint"
                    : "private endpoint " + string.Join(", ", ends.Select(static end => $"{NameOf(end.Id)} in {NameOf(end.SubnetId)}")));
            if (resources.State == KnownState.Unknown) yield return $"{kind}: not known";
        }
    }

    private IEnumerable<string> Peerings() => (_facts.VirtualNetwork.Value?.Peerings ?? []).Select(static peering =>
        $"{peering.Name}: {NameOf(peering.RemoteVirtualNetworkId) ?? "?"} {string.Join(", ", peering.RemoteAddressPrefixes)} "
        + $"{peering.State?.ToString() ?? "state not known"}");

    private IEnumerable<string> Routes() => (_facts.Subnet.Value?.RouteTable.Value?.Routes ?? []).Select(static route =>
        $"{route.Name}: {route.AddressPrefix} -> {route.NextHopType?.ToString() ?? "?"} {route.NextHopIPAddress}");

    private void Rows(string title, IEnumerable<string> rows)
    {
        string[] all = [.. rows];
        if (all.Length == 0) return;
        string[] shown = all.Length <= MostRows ? all : [.. all.Take(MostRows), $"and {all.Length - MostRows} more"];
        _drawing.Box("box", Left, _y, Wide, 34 + shown.Length * 18);
        _drawing.Text("head", Left + 12, _y + 22, Wide - 24, title);
        for (var i = 0; i < shown.Length; i++) _drawing.Text("text", Left + 12, _y + 42 + i * 18, Wide - 24, shown[i]);
        _y += 50 + shown.Length * 18;
    }

    /// <summary>Traffic as the checks judged it: an arrow that passes or stops, and the rule that decides.</summary>
    private void Flows()
    {
        var flows = _subject.InOrder.Where(static check => check.Status != CheckStatus.NotApplicable
            && check.Id.StartsWith("AMLVNET-NSG-", StringComparison.Ordinal)).Take(MostRows).ToArray();
        if (flows.Length == 0) return;
        _drawing.Box("box", Left, _y, Wide, 34 + flows.Length * 44);
        _drawing.Text("head", Left + 12, _y + 22, Wide - 24, "Traffic, as the security groups let it through");
        for (var i = 0; i < flows.Length; i++)
        {
            var y = _y + 34 + i * 44;
            var parts = Flow().Match(flows[i].Evidence);
            _drawing.Arrow(flows[i].Status, Left + 12, y + 14, 90);
            _drawing.Text("head", Left + 116, y + 18, Wide - 128,
                $"{Report.Say(flows[i].Status)[2..]}: {(parts.Success ? parts.Groups[1].Value : flows[i].Title)}");
            _drawing.Text("text", Left + 116, y + 36, Wide - 128, parts.Success ? parts.Groups[2].Value : flows[i].Evidence);
        }

        _y += 50 + flows.Length * 44;
    }

    private static string? NameOf(string? id) => ArmId.TryParse(id, out var parsed, out _) ? parsed.Name : id;

    [GeneratedRegex(@"^(.*?-> \S+?): (.*)$", RegexOptions.Singleline, 1000)]
    private static partial Regex Flow();
}
