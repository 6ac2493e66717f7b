namespace AmlVnet.Core.Proposals;

/// <summary>What a plan is to be made for.</summary>
public sealed record AksNetworkPlanRequest
{
    /// <summary>
    /// The network: its virtual network and subnet, read or typed, and in <see cref="NetworkFacts.Settings"/> the values that are given
    /// already and the ranges that must stay free.
    /// </summary>
    public required NetworkFacts Facts { get; init; }

    /// <summary>The number of nodes to plan for, scale-out included.</summary>
    public int AgentCount { get; init; } = SubnetSizing.DefaultNodeCount;

    /// <summary>The most pods on a node that take addresses of the subnet: 30 with Azure CNI's default,
    /// 0 with overlay or kubenet.</summary>
    public int MaxPodsPerNode { get; init; } = SubnetSizing.DefaultMaxPods;

    /// <summary>The extra nodes of an upgrade.</summary>
    public int SurgeNodeCount { get; init; } = 1;

    /// <summary>The addresses of internal load balancers in the subnet.</summary>
    public int LoadBalancerAddressCount { get; init; } = 1;
}

/// <summary>A plan, and the facts as they are with it.</summary>
/// <param name="Plan">The plan, not checked.</param>
/// <param name="Facts">What was asked about, with the values of the plan.</param>
public sealed record AksNetworkProposal(AksNetworkPlan Plan, NetworkFacts Facts);

/// <summary>
/// Proposes the address settings of a cluster: a service CIDR, a DNS service IP and a Docker bridge that collide with nothing that is
/// known. The same facts always give the same plan. What the user gave is kept, and checked.
/// </summary>
public static class AksNetworkPlanner
{
    /// <summary>The longest service CIDR that is proposed: 32 addresses, of which services have 29.</summary>
    public const int LongestServicePrefix = 27;

    /// <summary>The longest Docker bridge network that is proposed.</summary>
    public const int LongestBridgePrefix = 28;

    private const int WidestPrefix = 16;

    // The defaults that Azure documents come first, so that a network without collisions gets what people know.
    private static readonly Ipv4Prefix UsualService = Ipv4Prefix.Parse("10.0.0.0/16");
    private static readonly Ipv4Interface UsualBridge = Ipv4Interface.Parse("172.17.0.1/16");

    // RFC 1918, then the shared space of RFC 6598, which no other network routes.
    private static readonly Ipv4Prefix[] Spaces =
        [Ipv4Prefix.Parse("10.0.0.0/8"), Ipv4Prefix.Parse("172.16.0.0/12"), Ipv4Prefix.Parse("192.168.0.0/16"),
            Ipv4Prefix.Parse("100.64.0.0/10")];

    private static readonly Ipv4Prefix[] BridgeSpaces = [Spaces[1], Spaces[2], Spaces[0], Spaces[3]];

    /// <summary>Makes the plan. Nothing of it is checked here: who asks for a plan runs the checks over the facts.</summary>
    public static AksNetworkProposal Propose(AksNetworkPlanRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var reasons = new List<NetworkPlanReason>();
        var facts = WithSubnet(request, reasons);
        var given = facts.Settings ?? new();
        var view = new AddressView(facts);
        var taken = Taken(view);
        if (view.Bridge is { } fixedBridge)
            taken.Add((fixedBridge.Prefix, $"Docker bridge {fixedBridge}"));

        var (service, bridge) = Choose(view, given, [.. taken.Select(one => one.Range)]);
        var serviceText = given.ServiceCidr ?? service?.ToString();
        reasons.Add(new(nameof(AksNetworkPlan.ServiceCidr), serviceText, WhyService(view, given, service, taken)));

        var dns = given.DnsServiceIP
            ?? (service is { } range && range.Count > 3 ? range.At(Math.Min(10, range.Count - 2)).ToString() : null);
        reasons.Add(new(
            nameof(AksNetworkPlan.DnsServiceIP), dns,
            given.DnsServiceIP is not null ? "as given."
                : dns is null ? "there is no service CIDR to take it from."
                : $"in {service}, behind the first address, which the Kubernetes API takes."));

        var bridgeText = given.DockerBridgeCidr ?? bridge?.ToString();
        reasons.Add(new(
            nameof(AksNetworkPlan.DockerBridgeCidr), bridgeText,
            given.DockerBridgeCidr is not null ? "as given."
                : bridge is not { } place ? "no private range of /28 or more is free; take something off the reserved ranges."
                : place == UsualBridge ? "Docker's usual address, free of everything known."
                : $"the first free range, because {UsualBridge.Prefix} is in use; nodes with containerd do not use it, the service still "
                    + "asks for it."));

        var settings = given with
        {
            ServiceCidr = serviceText,
            DnsServiceIP = dns,
            DockerBridgeCidr = bridgeText,
            SubnetId = given.SubnetId ?? facts.Subnet.Value?.Id
        };
        facts = facts with { Settings = settings };
        var capacity = Capacity(request, facts);
        if (capacity is not null)
            reasons.Add(new(nameof(AksNetworkPlan.Capacity), capacity.ToString(), WhyCapacity(capacity)));
        var plan = new AksNetworkPlan
        {
            SubnetId = settings.SubnetId,
            SubnetAddressPrefix = [.. facts.Subnet.Value?.AddressPrefixes ?? []],
            VirtualNetworkAddressPrefix = [.. facts.VirtualNetwork.Value?.AddressPrefixes ?? []],
            PeeredAddressPrefix = [.. view.Peered.Select(one => one.Range.ToString()).Distinct()],
            UnreadPeering =
                [.. (facts.VirtualNetwork.Value?.Peerings ?? []).Where(peering => !peering.HasKnownRanges).Select(peering => peering.Name)],
            ReservedAddressPrefix = [.. given.ReservedAddressPrefixes],
            Location = facts.VirtualNetwork.Value?.Location is { Length: > 0 } region ? AzureRegion.Normalize(region) : null,
            ServiceCidr = serviceText,
            DnsServiceIP = dns,
            DockerBridgeCidr = bridgeText,
            PodCidr = given.PodCidr,
            Capacity = capacity,
            Reason = [.. reasons],
        };
        return new(plan, facts with { Capacity = capacity });
    }

    private static string WhyCapacity(SubnetCapacity capacity) =>
        $"({Quantity.Of(capacity.NodeCount, "node")} + {capacity.SurgeNodeCount} surge) x "
            + $"({Quantity.Of(capacity.MaxPodsPerNode, "pod")} + 1) "
            + $"+ {capacity.LoadBalancerAddressCount} "
            + $"for the internal load balancer; Azure keeps {capacity.ReservedCount} addresses of the subnet.";

    private static string WhyService(AddressView view, AddressSettings given, Ipv4Prefix? service,
        List<(Ipv4Prefix Range, string Name)> taken) =>
        given.ServiceCidr is not null ? "as given."
            : service is not { } found ? view.Dns is { } fixedDns ? NoRoomAround(fixedDns, taken)
                : "no private range of /27 or more is free of " + Names(taken) + "; take something off the reserved ranges."
            : view.Dns is { } wanted ? $"the widest free range around the given DNS service IP {wanted}."
            : found == UsualService ? "Azure's usual range, free of " + Names(taken) + "."
            : taken.Where(one => one.Range.Overlaps(UsualService)).ToList() is { Count: > 0 } others
                ? $"the first free /{found.Length}, because {UsualService} overlaps {Names(others)}."
            : $"the first free /{found.Length} that leaves room for a Docker bridge.";

    /// <summary>The facts that a plan stands for, so that it can be checked again without a connection.</summary>
    public static NetworkFacts FactsOf(AksNetworkPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArmId.TryParse(plan.SubnetId, "Microsoft.Network/virtualNetworks/subnets", out var subnet, out _);
        return new()
        {
            Settings = new()
            {
                SubnetId = plan.SubnetId,
                ServiceCidr = plan.ServiceCidr,
                DnsServiceIP = plan.DnsServiceIP,
                DockerBridgeCidr = plan.DockerBridgeCidr,
                PodCidr = plan.PodCidr,
                ReservedAddressPrefixes = plan.ReservedAddressPrefix,
            },
            Capacity = plan.Capacity,
            VirtualNetwork = plan.VirtualNetworkAddressPrefix.Length == 0 ? default(Known<VirtualNetworkFacts>) : new VirtualNetworkFacts
            {
                Id = subnet?.Parent!.ToString(),
                Location = plan.Location,
                AddressPrefixes = plan.VirtualNetworkAddressPrefix,
                Peerings =
                [
                    .. plan.PeeredAddressPrefix.Length == 0 ? Array.Empty<PeeringFacts>()
                        : [new() { Name = "peered networks", RemoteAddressPrefixes = plan.PeeredAddressPrefix }],
                    .. plan.UnreadPeering.Select(name => new PeeringFacts { Name = name }),
                ],
            },
            Subnet = plan.SubnetAddressPrefix.Length == 0 ? default(Known<SubnetFacts>) : new SubnetFacts
            {
                Id = plan.SubnetId,
                AddressPrefixes = plan.SubnetAddressPrefix,
                UsedAddressCount = plan.Capacity?.UsedCount,
            },
        };
    }

    /// <summary>Whether there is a place for a service CIDR and a Docker bridge beside what is known,
    /// if none of the two is given.</summary>
    internal static bool FindsRoom(NetworkFacts facts)
    {
        var settings = (facts.Settings ?? new()) with { ServiceCidr = null, DnsServiceIP = null, DockerBridgeCidr = null };
        var view = new AddressView(facts with { Settings = settings });
        return Choose(view, settings, [.. Taken(view).Select(one => one.Range)]) is (not null, not null);
    }

    private static List<(Ipv4Prefix Range, string Name)> Taken(AddressView view)
    {
        List<(Ipv4Prefix Range, string Name)> taken =
        [
            .. view.Network, .. view.Peered, .. view.Reserved, .. ForbiddenRanges.All.Select(range => (range, $"{range}, which AKS keeps")),
        ];
        if (view.Pod is { } pod)
            taken.Add((pod, $"pod CIDR {pod}"));
        return taken;
    }

    private static NetworkFacts WithSubnet(AksNetworkPlanRequest request, List<NetworkPlanReason> reasons)
    {
        var facts = request.Facts;
        if (facts.Subnet.State != KnownState.NotGathered || !facts.VirtualNetwork.TryGet(out var network))
            return facts;
        var length = SubnetSizing.PrefixLengthFor(
            ((request.AgentCount + request.SurgeNodeCount) * (request.MaxPodsPerNode + 1L)) + request.LoadBalancerAddressCount);
        var taken = network.Subnets.SelectMany(subnet => AddressView.Ranges(subnet.AddressPrefixes)).ToArray();
        var free = length < 0 ? null
            : AddressView.Ranges(network.AddressPrefixes).SelectMany(space => space.FreeRanges(length, taken)).Cast<Ipv4Prefix?>()
                .FirstOrDefault();
        reasons.Add(new(
            nameof(AksNetworkPlan.SubnetAddressPrefix), free?.ToString(),
            free is null ? $"the virtual network has no free /{length}, which the nodes need." : "the first free range of the virtual "
                + "network that the nodes fit in."));
        return free is { } range ? facts with { Subnet = new SubnetFacts { AddressPrefixes = [range.ToString()] } } : facts;
    }

    private static SubnetCapacity? Capacity(AksNetworkPlanRequest request, NetworkFacts facts)
    {
        if (facts.Subnet.Value is not { } subnet || AddressView.Ranges(subnet.AddressPrefixes).ToArray() is not { Length: > 0 } ranges)
            return null;
        return SubnetSizing.Capacity(
            subnet.Id ?? string.Join(", ", ranges), ranges, subnet.UsedAddressCount ?? (subnet.Id is null ? 0 : null), request.AgentCount,
            request.SurgeNodeCount, request.MaxPodsPerNode, request.LoadBalancerAddressCount);
    }

    /// <summary>
    /// Chooses both ranges. A wide service CIDR may leave no room for the bridge where a narrower one would, so lengths are gone through
    /// until both fit; with the narrowest, whichever place is taken first, the other fits too if there is room for both at all.
    /// </summary>
    private static (Ipv4Prefix? Service, Ipv4Interface? Bridge) Choose(AddressView view, AddressSettings given, Ipv4Prefix[] taken)
    {
        if (given.ServiceCidr is not null)
            return (view.Service, given.DockerBridgeCidr is not null ? view.Bridge : Bridge(taken, view.Service));
        Ipv4Prefix? first = null;
        for (var length = WidestPrefix; length <= LongestServicePrefix; length++)
        {
            if (Service(view, taken, length) is not { } service)
                continue;
            first ??= service;
            if (given.DockerBridgeCidr is not null)
                return (service, view.Bridge);
            if (Bridge(taken, service) is { } bridge)
                return (service, bridge);
        }

        return (first, given.DockerBridgeCidr is not null ? view.Bridge : Bridge(taken, first));
    }

    private static Ipv4Prefix? Service(AddressView view, Ipv4Prefix[] taken, int length)
    {
        if (view.Dns is not { } dns)
            return length == UsualService.Length && !taken.Any(UsualService.Overlaps) ? UsualService : Free(Spaces, taken, length);
        var around = Ipv4Prefix.Around(dns, length);
        // A DNS address at the edge of a range is refused by the service; another length has other edges.
        return IsInside(dns, around) && Spaces.Any(space => space.Contains(dns)) && !taken.Any(around.Overlaps) ? around : null;
    }

    private static bool IsInside(Ipv4Address dns, Ipv4Prefix range) => dns.Value > range.First.Value + 1 && dns != range.Last;

    private static string NoRoomAround(Ipv4Address dns, List<(Ipv4Prefix Range, string Name)> taken)
    {
        var ranges = Enumerable.Range(WidestPrefix, LongestServicePrefix - WidestPrefix + 1)
            .Select(length => Ipv4Prefix.Around(dns, length))
            .Where(range => IsInside(dns, range)).ToArray();
        return $"the given DNS service IP {dns} cannot be used: "
            + (!Spaces.Any(space => space.Contains(dns)) ? "it is not a private address."
                : ranges.Length == 0 ? "it is at the edge of every range around it, where the Kubernetes API or nobody is."
                : $"{ranges[^1]} around it overlaps {Names([.. taken.Where(one => one.Range.Overlaps(ranges[^1]))])}.")
            + " Give another one, or none.";
    }

    private static Ipv4Interface? Bridge(Ipv4Prefix[] taken, Ipv4Prefix? service)
    {
        Ipv4Prefix[] all = service is { } one ? [.. taken, one] : taken;
        if (!all.Any(UsualBridge.Prefix.Overlaps))
            return UsualBridge;
        for (var length = WidestPrefix; length <= LongestBridgePrefix; length++)
            if (Free(BridgeSpaces, all, length) is { } range)
                return new(range.At(1), length);
        return null;
    }

    private static Ipv4Prefix? Free(Ipv4Prefix[] spaces, Ipv4Prefix[] taken, int length) =>
        spaces.SelectMany(space => space.FreeRanges(length, taken)).Cast<Ipv4Prefix?>().FirstOrDefault();

    private static string Names(List<(Ipv4Prefix Range, string Name)> ranges) =>
        ranges.Count > 4 ? string.Join(", ", ranges.Take(4).Select(one => one.Name)) + $" and {ranges.Count - 4} more"
        : string.Join(", ", ranges.Select(one => one.Name));
}
