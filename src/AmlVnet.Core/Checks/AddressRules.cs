using System.Net;
using System.Net.Sockets;

namespace AmlVnet.Core.Checks;

/// <summary>Rules about address ranges.</summary>
internal static class AddressRules
{
    private const CheckStage Planning = CheckStage.Offline | CheckStage.Create | CheckStage.Posture;

    // The services and DNS of a cluster take addresses; what fits in fewer than 32 - /27 - is soon full.
    // The number is this module's advice.
    private const int SmallServiceCidr = 27;

    // RFC 1918.
    private static readonly string[] PrivateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"];

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-CIDR-001", "Address ranges are IPv4 and canonical", CheckSeverity.Error, Planning | CheckStage.Attach,
            Sources.AksNetworking, Canonical),
        new("AMLVNET-CIDR-002", "The service CIDR overlaps neither the virtual network nor its subnets", CheckSeverity.Error, Planning,
            Sources.IpPlanning, NetworkFree),
        new("AMLVNET-CIDR-003", "The service CIDR overlaps no peered network", CheckSeverity.Error, Planning, Sources.IpPlanning, Peered),
        new("AMLVNET-CIDR-004", "The service CIDR overlaps no reserved range", CheckSeverity.Error, Planning, Sources.IpPlanning,
            ReservedFree),
        new("AMLVNET-CIDR-005", "No range overlaps those that AKS keeps for itself", CheckSeverity.Error, Planning, Sources.CniOverview,
            Forbidden),
        new("AMLVNET-CIDR-006", "The service CIDR has a size that the service takes", CheckSeverity.Error, Planning, Sources.IpPlanning,
            Size),
        new("AMLVNET-CIDR-007", "The DNS service IP is in the service CIDR and not its first address", CheckSeverity.Error, Planning,
            Sources.IpPlanning, Dns),
        new("AMLVNET-CIDR-008", "The Docker bridge is a host address with a prefix", CheckSeverity.Warning, Planning,
            Sources.SecureInferencing, BridgeHost),
        new("AMLVNET-CIDR-009", "The Docker bridge overlaps no other range", CheckSeverity.Warning, Planning, Sources.AksNetworking,
            BridgeFree),
        new("AMLVNET-CIDR-010", "Subnet, service CIDR, DNS service IP and Docker bridge are given together", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Create, Sources.SecureInferencing, AllOrNone),
        new("AMLVNET-CIDR-011", "The pod CIDR overlaps no other range", CheckSeverity.Error, Planning, Sources.Overlay, Pods),
        new("AMLVNET-CIDR-012", "The subnet lies in the virtual network", CheckSeverity.Error, CheckStage.Offline | CheckStage.Create,
            Sources.VirtualNetworkFaq, Inside),
        new("AMLVNET-CIDR-013", "The cluster has the service CIDR that was asked for", CheckSeverity.Warning, CheckStage.Posture,
            Sources.ServiceCidrIgnored, AsAsked),
    ];

    private static IEnumerable<Finding> Canonical(NetworkFacts facts)
    {
        var settings = facts.Settings ?? new();
        foreach (var finding in new[]
        {
            One("ServiceCidr", settings.ServiceCidr, Prefix),
            One("DnsServiceIP", settings.DnsServiceIP, text => Ipv4Address.TryParse(text, out _, out var why) ? null : why),
            One("DockerBridgeCidr", settings.DockerBridgeCidr, text => Ipv4Interface.TryParse(text, out _, out var why) ? null : why),
            One("PodCidr", settings.PodCidr, Prefix),
        }.Concat(settings.ReservedAddressPrefixes.Select(text => One("ReservedAddressPrefix", text, Prefix)))
            .Concat(Network(facts.VirtualNetwork.Value?.Id, "VirtualNetworkAddressPrefix", facts.VirtualNetwork.Value?.AddressPrefixes))
            .Concat(Network(facts.Subnet.Value?.Id, "SubnetAddressPrefix", facts.Subnet.Value?.AddressPrefixes)))
            if (finding is not null)
                yield return finding;

        IEnumerable<Finding?> Network(string? id, string parameter, IReadOnlyList<string>? texts) => (texts ?? [])
            // A network may have IPv6 ranges beside the others; the cluster does not use them.
            .Where(text => !IsIpv6(text))
            .Select(text => One(id ?? parameter, text, Prefix));

        Finding? One(string target, string? text, Func<string, string?> problem) => text is null ? null
            : problem(text) is { } why ? Finding.Failed(target, why, Commands.Plan(facts))
            : Finding.Passed(target, $"{text} is in canonical form.");

        static bool IsIpv6(string text) => IPNetwork.TryParse(text, out var range)
            && range.BaseAddress.AddressFamily == AddressFamily.InterNetworkV6;

        static string? Prefix(string text) => Ipv4Prefix.TryParse(text, out _, out var why) ? null : why;
    }

    private static IEnumerable<Finding> NetworkFree(NetworkFacts facts)
    {
        foreach (var finding in Free(facts, view => view.Network, "virtual network", needsNetwork: true))
        {
            // Of typed ranges not all subnets are known.
            var isOutside = finding.Status == CheckStatus.Failed && facts.VirtualNetwork.Value?.Id is not null
                && new AddressView(facts) is { Service: { } service } view && !view.Subnets.Any(one => one.Range.Overlaps(service));
            yield return isOutside
                ? Finding.Warning(
                    finding.Target,
                    $"{finding.Evidence} No subnet is there: Azure allows it, and no subnet can be made there while the cluster lives.",
                    finding.Recommendation)
                : finding;
        }
    }

    private static IEnumerable<Finding> ReservedFree(NetworkFacts facts)
    {
        foreach (var finding in Free(facts, view => view.Reserved, "reserved range, nor a route to a gateway or an appliance,",
            needsNetwork: false))
        {
            // A route for all of a private space says where unknown traffic goes, not who is there.
            var isSummary = finding.Status == CheckStatus.Failed && new AddressView(facts) is { Service: { } service } view
                && view.Reserved.Where(one => one.Range.Overlaps(service)).All(IsSummary);
            yield return isSummary
                ? Finding.Warning(finding.Target, $"{finding.Evidence} Who is behind such a wide route can't be told; the cluster can't "
                    + "reach them there.", finding.Recommendation)
                : finding;
        }

        static bool IsSummary((Ipv4Prefix Range, string Name) one) =>
            one.Name.Contains(", which route ", StringComparison.Ordinal) && PrivateRanges.Contains(one.Range.ToString());
    }

    private static IEnumerable<Finding> Free(
        NetworkFacts facts, Func<AddressView, List<(Ipv4Prefix Range, string Name)>> others, string what, bool needsNetwork)
    {
        var view = new AddressView(facts);
        if (view.Service is not { } service)
            return [Finding.NotApplicable("ServiceCidr", "No service CIDR was given.")];
        if (needsNetwork && facts.VirtualNetwork.State == KnownState.Unknown)
            return [Finding.Missing(facts.VirtualNetwork, what)];
        if (needsNetwork && WithoutRanges(facts) is { } silent)
            return [silent];
        var ranges = others(view);
        return ranges.Count == 0
            ? [Finding.NotApplicable("ServiceCidr", $"No {what} to compare with.")]
            : [Overlap(facts, "ServiceCidr", "Service CIDR", service, ranges)];
    }

    // A network that was read has ranges; an answer without them tells nothing.
    private static Finding? WithoutRanges(NetworkFacts facts) =>
        facts.VirtualNetwork.Value is { Id: { } id } network
            && !network.AddressPrefixes.Any(static text => AddressView.Range(text) is not null)
            ? Finding.Unknown(id, "The answer for the virtual network has no IPv4 range that can be read.") : null;

    private static IEnumerable<Finding> Peered(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Service is not { } service)
            return [Finding.NotApplicable("ServiceCidr", "No service CIDR was given.")];
        if (!facts.VirtualNetwork.TryGet(out var network))
            return [Finding.Missing(facts.VirtualNetwork, "virtual network")];
        if (network.Peerings.Count == 0)
            return [Finding.NotApplicable("ServiceCidr", "The virtual network has no peerings.")];
        return [UnlessSilent(facts, Overlap(facts, "ServiceCidr", "Service CIDR", service, view.Peered))];
    }

    // What overlaps nothing that is known may overlap a network whose ranges are not.
    private static Finding UnlessSilent(NetworkFacts facts, Finding finding)
    {
        var silent = facts.VirtualNetwork.Value?.Peerings.Where(peering => !peering.HasKnownRanges).Select(peering => peering.Name)
            .ToArray() ?? [];
        return finding.Status == CheckStatus.Passed && silent.Length > 0
            ? Finding.Unknown(finding.Target, $"The address ranges of peering {string.Join(", ", silent)} could not be read.")
            : finding;
    }

    private static IEnumerable<Finding> Forbidden(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        List<(Ipv4Prefix Range, string Name)> kept = [.. ForbiddenRanges.All.Select(range => (range, $"{range}, which AKS keeps"))];
        if (view.Service is { } service)
            yield return Overlap(facts, "ServiceCidr", "Service CIDR", service, kept);
        if (view.Pod is { } pod)
            yield return Overlap(facts, "PodCidr", "Pod CIDR", pod, kept);
        if (facts.VirtualNetwork.TryGet(out var network))
            foreach (var range in AddressView.Ranges(network.AddressPrefixes))
                // No plan helps a network that AKS cannot be in.
                yield return Overlap(facts, network.Id ?? "VirtualNetworkAddressPrefix", "Virtual network range", range, kept)
                    with
                { Recommendation = null };
    }

    private static IEnumerable<Finding> Size(NetworkFacts facts)
    {
        if (new AddressView(facts).Service is not { } service)
            yield break;
        yield return service.Length < 12
            ? Finding.Failed("ServiceCidr", $"{service} has {service.Count} addresses; it must be smaller than a /12.",
                Commands.Plan(facts))
            : service.Length > 29
            ? Finding.Failed(
                "ServiceCidr", $"{service} has {service.Count} addresses, too few for the Kubernetes API, DNS and one service.",
                Commands.Plan(facts))
            : service.Length == 12
            ? Finding.Warning("ServiceCidr", $"{service} is a /12; the documentation asks for smaller than /12.", Commands.Plan(facts))
            : service.Length > SmallServiceCidr
            ? Finding.Warning("ServiceCidr", $"{service} has room for {service.Count - 3} services only, and cannot be changed later.",
                Commands.Plan(facts))
            : Finding.Passed("ServiceCidr", $"{service} has {service.Count} addresses.");
    }

    private static IEnumerable<Finding> Dns(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Dns is not { } dns)
            yield break;
        if (view.Service is not { } service)
        {
            yield return Finding.NotApplicable("DnsServiceIP", "No service CIDR was given to compare with.");
            yield break;
        }

        var why = !service.Contains(dns) ? $"{dns} is not in the service CIDR {service}."
            : dns == service.First ? $"{dns} is the network address of {service}."
            : dns == service.Last ? $"{dns} is the last address of {service}, its broadcast address."
            : dns.Value == service.First.Value + 1 ? $"{dns} is the first usable address of {service}, which the Kubernetes API takes."
            : null;
        yield return why is null
            ? Finding.Passed("DnsServiceIP", $"{dns} is in {service} and free for DNS.")
            : Finding.Failed("DnsServiceIP", why, Commands.Plan(facts));
    }

    private static IEnumerable<Finding> BridgeHost(NetworkFacts facts)
    {
        if (new AddressView(facts).Bridge is not { } bridge)
            yield break;
        yield return bridge.IsUsableHost
            ? Finding.Passed("DockerBridgeCidr", $"{bridge} is a host address in {bridge.Prefix}.")
            : Finding.Failed(
                "DockerBridgeCidr",
                bridge.Length > 30 ? $"{bridge} leaves no host address for the bridge."
                    : $"{bridge} names the {(bridge.Address == bridge.Prefix.First ? "network" : "broadcast")} address of {bridge.Prefix}; "
                        + "the bridge needs a host address such as "
                        + $"{new Ipv4Interface(new(bridge.Prefix.First.Value + 1), bridge.Length)}.",
                Commands.Plan(facts));
    }

    /// <summary>What is said where the ranges of the network are not known; null where they are.</summary>
    private static Finding? Unread(NetworkFacts facts) => facts.VirtualNetwork.State == KnownState.Unknown
        ? Finding.Missing(facts.VirtualNetwork, "virtual network")
        : WithoutRanges(facts);

    private static IEnumerable<Finding> BridgeFree(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Bridge is not { } bridge)
            yield break;
        if (Unread(facts) is { } unread)
        {
            yield return unread;
            yield break;
        }

        List<(Ipv4Prefix Range, string Name)> others = [.. view.Network, .. view.Peered, .. view.Reserved];
        if (view.Service is { } service)
            others.Add((service, $"service CIDR {service}"));
        if (view.Pod is { } pod)
            others.Add((pod, $"pod CIDR {pod}"));
        yield return UnlessSilent(facts, Overlap(facts, "DockerBridgeCidr", "Docker bridge", bridge.Prefix, others));
    }

    private static IEnumerable<Finding> AllOrNone(NetworkFacts facts)
    {
        if (facts.Settings is not { } settings)
            yield break;
        var parts = new (string Name, bool Given)[]
        {
            ("SubnetId", settings.SubnetId is not null || facts.Subnet.State is KnownState.Value or KnownState.Unknown),
            ("ServiceCidr", settings.ServiceCidr is not null),
            ("DnsServiceIP", settings.DnsServiceIP is not null),
            ("DockerBridgeCidr", settings.DockerBridgeCidr is not null),
        };
        var missing = parts.Where(part => !part.Given).Select(part => part.Name).ToArray();
        var given = parts.Where(part => part.Given).Select(part => part.Name).ToArray();
        if (given.Length > 0)
            yield return missing.Length == 0
                ? Finding.Passed("network settings", "All four are given.")
                : Finding.Failed(
                    "network settings",
                    $"{string.Join(", ", given)} {(given.Length == 1 ? "is" : "are")} given and {string.Join(", ", missing)} "
                        + $"{(missing.Length == 1 ? "is" : "are")} not; a cluster in a network of yours is described by all four.",
                    Commands.Plan(facts));
    }

    private static IEnumerable<Finding> Pods(NetworkFacts facts)
    {
        var view = new AddressView(facts);
        if (view.Pod is not { } pod)
            yield break;
        if (Unread(facts) is { } unread)
        {
            yield return unread;
            yield break;
        }

        var others = BesidePods(view);
        var finding = Overlap(facts, "PodCidr", "Pod CIDR", pod, others);
        if (finding.Status == CheckStatus.Failed)
            finding = finding
                with
            { Recommendation = FreePods(facts, pod.Length) is { } range ? Commands.Plan(facts.WithPodCidr(range)) : null };
        yield return UnlessSilent(facts, finding);
    }

    /// <summary>A range of a length for pods that overlaps nothing that is known; null when there is none.</summary>
    internal static Ipv4Prefix? FreePods(NetworkFacts facts, int length) =>
        FreePods(length, [.. BesidePods(new(facts)).Select(static other => other.Range), .. ForbiddenRanges.All]);

    /// <summary>Whether a range for pods overlaps nothing that is known.</summary>
    internal static bool IsFreeForPods(NetworkFacts facts, Ipv4Prefix range) =>
        !BesidePods(new(facts)).Select(static other => other.Range).Concat(ForbiddenRanges.All).Any(range.Overlaps);

    private static List<(Ipv4Prefix Range, string Name)> BesidePods(AddressView view)
    {
        List<(Ipv4Prefix Range, string Name)> others = [.. view.Network, .. view.Peered, .. view.Reserved];
        if (view.Service is { } service)
            others.Add((service, $"service CIDR {service}"));
        return others;
    }

    // Azure's default first (Microsoft Learn: "Plan IP addressing for your Azure Kubernetes Service clusters"), then any private range.
    private static Ipv4Prefix? FreePods(int length, Ipv4Prefix[] taken)
    {
        var usual = Ipv4Prefix.Around(new Ipv4Address((10u << 24) | (244u << 16)), Math.Max(length, 8));
        if (length >= 16 && !taken.Any(usual.Overlaps))
            return usual;
        return PrivateRanges.SelectMany(space => AddressView.Range(space)!.Value.FreeRanges(length, taken)).Cast<Ipv4Prefix?>()
            .FirstOrDefault();
    }

    private static IEnumerable<Finding> Inside(NetworkFacts facts)
    {
        if (!facts.VirtualNetwork.TryGet(out var network) || !facts.Subnet.TryGet(out var subnet))
            yield break;
        if (WithoutRanges(facts) is { } silent)
            yield return silent;
        var ranges = AddressView.Ranges(network.AddressPrefixes).ToArray();
        foreach (var range in ranges.Length == 0 && network.Id is not null ? [] : AddressView.Ranges(subnet.AddressPrefixes))
            yield return ranges.Any(outer => outer.Contains(range))
                ? Finding.Passed(subnet.Id ?? "SubnetAddressPrefix",
                    $"{range} lies in {string.Join(", ", ranges.Where(outer => outer.Contains(range)))}.")
                : Finding.Failed(
                    subnet.Id ?? "SubnetAddressPrefix",
                    $"{range} lies in none of the virtual network's ranges: {string.Join(", ", ranges)}.",
                    network.Id is not null || ranges.Length == 0 ? null
                        : Commands.Plan(
                            facts.WithSubnetRange(Ipv4Prefix.Around(ranges[0].First, Math.Max(ranges[0].Length, range.Length)))));
    }

    private static IEnumerable<Finding> AsAsked(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (facts.Compute.Value?.ServiceCidr is not null && string.IsNullOrEmpty(cluster.ServiceCidr))
            return [Finding.Unknown(cluster.Id, "The cluster's answer has no service CIDR.")];
        if (facts.Compute.Value?.ServiceCidr is not { } asked || cluster.ServiceCidr is not { } has)
            return [Finding.NotApplicable(cluster.Id, "The service CIDR of the compute or of the cluster is not known.")];
        return AddressView.Range(asked) == AddressView.Range(has)
            ? [Finding.Passed(cluster.Id, $"Both say {has}.")]
            : [Finding.Failed(
                cluster.Id, $"The compute asked for {asked}; the cluster has {has}, which cannot be changed. Create it anew with a range "
                    + "that fits.",
                Commands.Plan(facts))];
    }

    private static Finding Overlap(NetworkFacts facts, string target, string what, Ipv4Prefix range,
        List<(Ipv4Prefix Range, string Name)> others)
    {
        var hits = others.Where(other => other.Range.Overlaps(range)).Select(other => other.Name).ToArray();
        return hits.Length == 0
            ? Finding.Passed(target, $"{what} {range} overlaps none of {Quantity.Of(others.Count, "range")}.")
            : Finding.Failed(target, $"{what} {range} overlaps {string.Join(", ", hits)}.", Commands.Plan(facts));
    }
}
