using AmlVnet.Core.Addressing;
using AmlVnet.Core.Security;
using FsCheck;
using FsCheck.Xunit;

namespace AmlVnet.Core.Tests;

/// <summary>
/// Compares the evaluation of security groups with a slow and obvious one: every packet of a small world is sent past the rules, one by
/// one, in the order of their priorities.
/// </summary>
public sealed class EffectiveRulesPropertyTests
{
    private const string Hidden = "AzureContainerRegistry";

    private static readonly Ipv4Prefix Inside = Ipv4Prefix.Parse("10.0.0.0/29");
    private static readonly Ipv4Prefix Elsewhere = Ipv4Prefix.Parse("10.0.0.8/30");
    private static readonly Ipv4Prefix Public = Ipv4Prefix.Parse("20.0.0.0/30");
    private static readonly NetworkSpace Space = new() { VirtualNetwork = [Inside] };

    private static readonly string[] Protocols = ["Tcp", "Udp"];

    private sealed record Packet(Ipv4Address Source, Ipv4Address Destination, int SourcePort, int DestinationPort, string Protocol);

    [Property(MaxTest = 1500)]
    public bool Known_rules_are_evaluated_as_packet_by_packet(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        NetworkSecurityGroupFacts[] groups = [Group(random, tags: false), Group(random, tags: false)];
        groups = groups[..random.Next(1, 3)];
        var flow = Flow(random);
        var passes = Packets(flow).Select(packet => groups.All(group => Passes(group, flow.Direction, packet, []))).ToArray();
        var expected = passes.All(one => one) ? FlowAccess.Allowed : passes.Any(one => one) ? FlowAccess.Partly : FlowAccess.Denied;
        var verdict = new EffectiveRules(Space).Evaluate(flow, groups);
        return verdict.Access == expected
            && verdict.DecidingRule!.Access == (expected == FlowAccess.Allowed ? RuleAccess.Allow : RuleAccess.Deny);
    }

    [Property(MaxTest = 1500)]
    public bool Whatever_an_unknown_tag_holds_a_certain_verdict_stands(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        NetworkSecurityGroupFacts[] groups = [Group(random, tags: true), Group(random, tags: true)];
        groups = groups[..random.Next(1, 3)];
        var flow = Flow(random);
        var verdict = new EffectiveRules(Space).Evaluate(flow, groups);
        if (verdict.Access == FlowAccess.Unknown)
            return true;
        var packets = Packets(flow).ToArray();
        var all = Enumerable.Range(0, (int)Public.Count).Select(i => Public.At(i)).ToArray();
        return Enumerable.Range(0, 1 << all.Length).All(members =>
        {
            var holds = all.Where((_, i) => (members >> i & 1) == 1).ToHashSet();
            var passes = packets.Select(packet => groups.All(group => Passes(group, flow.Direction, packet, holds))).ToArray();
            return verdict.Access switch
            {
                FlowAccess.Allowed => passes.All(one => one),
                FlowAccess.Denied => !passes.Any(one => one),
                _ => !passes.All(one => one),
            };
        });
    }

    [Property(MaxTest = 1000)]
    public bool Whatever_lies_behind_a_gateway_or_default_route_a_certain_verdict_stands(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: false);
        var inside = Ipv4Prefix.Around(Inside.At(random.Next((int)Inside.Count)), random.Next(29, 33)).ToString();
        var flow = Flow(random);
        flow = flow.Direction == RuleDirection.Inbound ? flow with { Destination = inside } : flow with { Source = inside };
        var space = Space with { HasGateway = random.Next(2) == 0 };
        var verdict = new EffectiveRules(space with { HasDefaultRoute = !space.HasGateway }).Evaluate(flow, group);
        if (verdict.Access == FlowAccess.Unknown)
            return true;
        var packets = Packets(flow).ToArray();
        Ipv4Address[] others = [.. Everyone().Where(address => !Inside.Contains(address) && address != NetworkSpace.ProbeAddress)];
        int[] some = [0, (1 << others.Length) - 1, .. Enumerable.Range(0, 12).Select(_ => random.Next(1 << others.Length))];
        return some.All(members =>
        {
            var named = Named(group, others, members);
            var passes = packets.Select(packet => Passes(named, flow.Direction, packet, [])).ToArray();
            return verdict.Access switch
            {
                FlowAccess.Allowed => passes.All(one => one),
                FlowAccess.Denied => !passes.Any(one => one),
                _ => !passes.All(one => one),
            };
        });
    }

    [Property(MaxTest = 1500)]
    public bool Whether_the_tag_covers_pods_or_not_a_certain_verdict_stands(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: false);
        string[] ends = [Inside.ToString(), Elsewhere.ToString(),
            Ipv4Prefix.Around(Elsewhere.At(random.Next((int)Elsewhere.Count)), 32).ToString()];
        var flow = Flow(random) with { Source = ends[random.Next(3)], Destination = ends[random.Next(3)] };
        var verdict = new EffectiveRules(Space with { Pods = [Elsewhere] }).Evaluate(flow, group);
        if (verdict.Access == FlowAccess.Unknown)
            return true;
        var packets = Packets(flow).ToArray();
        bool[] covers = [false, true];
        return covers.All(isCovered =>
        {
            var named = WithPods(group, isCovered);
            var passes = packets.Select(packet => Passes(named, flow.Direction, packet, [])).ToArray();
            return verdict.Access switch
            {
                FlowAccess.Allowed => passes.All(one => one),
                FlowAccess.Denied => !passes.Any(one => one),
                _ => !passes.All(one => one),
            };
        });
    }

    [Property(MaxTest = 1000)]
    public bool Nodes_and_pods_reach_one_another_as_packet_by_packet(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: false) with { Id = Worlds.SecurityGroup.ToString() };
        var mode = random.Next(3);
        var facts = Worlds.Good.WithNetwork(one => one with { AddressPrefixes = [Inside.ToString()], Peerings = [] })
            .WithSubnet(one => one with
            {
                AddressPrefixes = [Inside.ToString()],
                NetworkSecurityGroup = group,
                RouteTable = Known.None<RouteTableFacts>(),
            })
            .WithCluster(one => mode == 0 ? one : one with
            {
                NetworkPlugin = mode == 1 ? "azure" : "kubenet",
                NetworkPluginMode = mode == 1 ? "overlay" : null,
                PodCidr = Elsewhere.ToString(),
            });
        var results = CheckCatalogue.Find("AMLVNET-NSG-007")!.Evaluate(facts);
        // What a cluster sends: its nodes to all of it, its pods to its pods, and with kubenet to the nodes too.
        bool IsOwn(Packet packet) => mode == 0 ? Inside.Contains(packet.Source) && Inside.Contains(packet.Destination)
            : (Inside.Contains(packet.Source) || Elsewhere.Contains(packet.Source))
                && (Inside.Contains(packet.Destination) || Elsewhere.Contains(packet.Destination))
                && (mode == 2 || !Elsewhere.Contains(packet.Source) || Elsewhere.Contains(packet.Destination));
        var own = World().Where(IsOwn).ToArray();
        RuleDirection[] directions = [RuleDirection.Inbound, RuleDirection.Outbound];
        bool All(bool isCovered) =>
            directions.All(direction => own.All(packet => Passes(WithPods(group, isCovered), direction, packet, [])));
        // Ports beyond the small world are all ports too: a rule may stop those, and only those.
        return results.All(result => result.Status == CheckStatus.Passed) ? All(false) && All(true)
            : results.Any(result => result.Status == CheckStatus.Failed) || All(true) != All(false)
                || results.Any(result => result.Status == CheckStatus.Unknown);
    }

    [Property(MaxTest = 1500)]
    public bool A_tag_whose_ranges_are_read_is_never_in_doubt(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: true);
        var flow = Flow(random);
        var members = Ipv4Prefix.Parse("20.0.0.2/31");
        var space = Space
            with
        { ServiceTags = new Dictionary<string, IReadOnlyList<string>> { [Hidden] = [members.ToString(), "2603:1000::/40"] } };
        var holds = new HashSet<Ipv4Address> { members.First, members.Last };
        var passes = Packets(flow).Select(packet => Passes(group, flow.Direction, packet, holds)).ToArray();
        var expected = passes.All(one => one) ? FlowAccess.Allowed : passes.Any(one => one) ? FlowAccess.Partly : FlowAccess.Denied;
        return new EffectiveRules(space).Evaluate(flow, group).Access == expected;
    }

    [Property(MaxTest = 1000)]
    public bool A_shadowed_rule_meets_no_packet_and_any_other_meets_one(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: false);
        if (group.Rules.Count == 0)
            return true;
        var rule = group.Rules[random.Next(group.Rules.Count)];
        var earlier = group.InOrder(rule.Direction).TakeWhile(other => other != rule).ToArray();
        var own = World().Where(packet => Matches(rule, packet, [])).ToArray();
        var isShadowed = own.All(packet => earlier.Any(other => Matches(other, packet, [])));
        var answer = new EffectiveRules(Space).ShadowOf(group, rule);
        // A rule may also match addresses outside the small world (*, Internet): then it can look shadowed in it and not be so.
        return answer.IsShadowed == Answer.Yes ? own.Length == 0 || isShadowed
            : answer.IsShadowed == Answer.No && (!isShadowed || IsWide(rule));
    }

    [Property(MaxTest = 1000)]
    public bool A_chosen_priority_is_free_and_makes_the_rule_effective(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var group = Group(random, tags: random.Next(2) == 0);
        var wanted = Rule(random, 0, tags: false) with { Name = "wanted", Access = RuleAccess.Allow };
        var effective = new EffectiveRules(Space);
        if (effective.ChoosePriority(group, wanted).Priority is not { } priority)
            // Only a group whose first priorities are all taken has none: here rules begin at 100.
            return group.Rules.Any(rule => rule.Priority == 100 && rule.Direction == wanted.Direction);
        var placed = wanted with { Priority = priority };
        var after = group with { Rules = [.. group.Rules, placed] };
        return priority is >= 100 and <= 4096
            && !group.Rules.Any(rule => rule.Direction == wanted.Direction && rule.Priority == priority)
            && World().Where(packet => Matches(placed, packet, [])).All(packet => Passes(after, wanted.Direction, packet, []));
    }

    /// <summary>The group with VirtualNetwork and Internet written out,
    /// some of the other addresses in the one and the rest in the other.</summary>
    private static NetworkSecurityGroupFacts Named(NetworkSecurityGroupFacts group, Ipv4Address[] others, int members)
    {
        return group with { Rules = [.. group.Rules.Select(Rule)], DefaultRules = [.. group.DefaultRules.Select(Rule)] };

        SecurityRuleFacts Rule(SecurityRuleFacts rule) => rule with
        {
            SourceAddressPrefixes = Side(rule.SourceAddressPrefixes),
            DestinationAddressPrefixes = Side(rule.DestinationAddressPrefixes),
        };

        string[] Side(IReadOnlyList<string> prefixes) => prefixes[0] switch
        {
            "VirtualNetwork" => [Inside.ToString(), NetworkSpace.ProbeAddress.ToString(), .. Others(1)],
            "Internet" => [.. Others(0)],
            _ => [.. prefixes],
        };

        IEnumerable<string> Others(int side) => others.Where((_, i) => (members >> i & 1) == side).Select(address => address.ToString());
    }

    /// <summary>The group with VirtualNetwork and Internet written out;
    /// the default rules let pods through, and a rule that people made may.</summary>
    private static NetworkSecurityGroupFacts WithPods(NetworkSecurityGroupFacts group, bool isCovered)
    {
        return group with
        {
            Rules = [.. group.Rules.Select(rule => Rule(rule, isCovered))],
            DefaultRules = [.. group.DefaultRules.Select(rule => Rule(rule, true))]
        };

        static SecurityRuleFacts Rule(SecurityRuleFacts rule, bool isCovered) => rule with
        {
            SourceAddressPrefixes = Side(rule.SourceAddressPrefixes, isCovered),
            DestinationAddressPrefixes = Side(rule.DestinationAddressPrefixes, isCovered),
        };

        static string[] Side(IReadOnlyList<string> prefixes, bool isCovered) => prefixes[0] switch
        {
            "VirtualNetwork" =>
                [Inside.ToString(), NetworkSpace.ProbeAddress.ToString(), .. isCovered ? [Elsewhere.ToString()] : Array.Empty<string>()],
            "Internet" => [Public.ToString()],
            _ => [.. prefixes],
        };
    }

    private static NetworkSecurityGroupFacts Group(Random random, bool tags) => new()
    {
        Id = "/nsg",
        Rules =
        [
            .. Enumerable.Range(100, 30).OrderBy(_ => random.Next()).Take(random.Next(0, 9))
                .Select(priority => Rule(random, priority, tags)),
        ],
    };

    private static SecurityRuleFacts Rule(Random random, int priority, bool tags) => new()
    {
        Name = $"rule{priority}",
        Priority = priority,
        Direction = random.Next(2) == 0 ? RuleDirection.Inbound : RuleDirection.Outbound,
        Access = random.Next(2) == 0 ? RuleAccess.Allow : RuleAccess.Deny,
        Protocol = random.Next(3) switch { 0 => "Tcp", 1 => "udp", _ => "*" },
        SourceAddressPrefixes = Side(random, tags),
        DestinationAddressPrefixes = Side(random, tags),
        SourcePortRanges = random.Next(3) == 0 ? [$"{random.Next(2)}"] : ["*"],
        DestinationPortRanges = random.Next(3) switch { 0 => ["*"], 1 => ["1-2"], _ => ["0", $"{random.Next(3)}"] },
    };

    private static string[] Side(Random random, bool tags) => random.Next(tags ? 7 : 6) switch
    {
        0 => ["*"],
        1 => ["VirtualNetwork"],
        2 => ["Internet"],
        3 => [random.Next(4) == 0 ? "AzureLoadBalancer" : "10.0.0.0/28"],
        4 => [Range(random), Range(random)],
        5 => [Range(random)],
        _ => [Hidden],
    };

    private static string Range(Random random)
    {
        var space = new[] { Inside, Elsewhere, Public }[random.Next(3)];
        var prefix = Ipv4Prefix.Around(space.At(random.Next((int)space.Count)), random.Next(space.Length, 33));
        return prefix.Length == 32 && random.Next(2) == 0 ? prefix.First.ToString() : prefix.ToString();
    }

    private static NetworkFlow Flow(Random random) => new()
    {
        Direction = random.Next(2) == 0 ? RuleDirection.Inbound : RuleDirection.Outbound,
        Protocol = random.Next(2) == 0 ? "Tcp" : "Udp",
        Source = random.Next(5) switch { 0 => "AzureLoadBalancer", 1 => "VirtualNetwork", _ => Range(random) },
        SourcePort = random.Next(2) == 0 ? "0-1" : "1",
        Destination = random.Next(4) == 0 ? "VirtualNetwork" : Range(random),
        DestinationPort = random.Next(3) switch { 0 => "0-2", 1 => "1", _ => "2" },
    };

    private static IEnumerable<Packet> World() =>
        from source in Everyone()
        from destination in Everyone()
        from sourcePort in Enumerable.Range(0, 2)
        from destinationPort in Enumerable.Range(0, 3)
        from protocol in Protocols
        select new Packet(source, destination, sourcePort, destinationPort, protocol);

    private static IEnumerable<Packet> Packets(NetworkFlow flow) => World().Where(packet =>
        packet.Protocol == flow.Protocol && Is(flow.Source, packet.Source) && Is(flow.Destination, packet.Destination)
        && IsPort(flow.SourcePort, packet.SourcePort) && IsPort(flow.DestinationPort, packet.DestinationPort));

    private static IEnumerable<Ipv4Address> Everyone() => new[] { Inside, Elsewhere, Public }
        .SelectMany(space => Enumerable.Range(0, (int)space.Count).Select(i => space.At(i))).Append(NetworkSpace.ProbeAddress);

    // In a flow VirtualNetwork means its members; the probe comes by its own name.
    private static bool Is(string text, Ipv4Address address) => text switch
    {
        "AzureLoadBalancer" => address == NetworkSpace.ProbeAddress,
        "VirtualNetwork" => Inside.Contains(address),
        _ => MatchesOne(text, address, []),
    };

    private static bool Passes(NetworkSecurityGroupFacts group, RuleDirection direction, Packet packet, HashSet<Ipv4Address> hidden)
    {
        foreach (var rule in group.Rules.Concat(group.DefaultRules).Where(rule => rule.Direction == direction)
            .OrderBy(rule => rule.Priority))
            if (Matches(rule, packet, hidden))
                return rule.Access == RuleAccess.Allow;
        throw new InvalidOperationException("A default rule matches everything.");
    }

    private static bool Matches(SecurityRuleFacts rule, Packet packet, HashSet<Ipv4Address> hidden) =>
        (rule.Protocol == "*" || rule.Protocol.Equals(packet.Protocol, StringComparison.OrdinalIgnoreCase))
        && rule.SourceAddressPrefixes.Any(text => MatchesOne(text, packet.Source, hidden))
        && rule.DestinationAddressPrefixes.Any(text => MatchesOne(text, packet.Destination, hidden))
        && rule.SourcePortRanges.Any(text => IsPort(text, packet.SourcePort))
        && rule.DestinationPortRanges.Any(text => IsPort(text, packet.DestinationPort));

    private static bool MatchesOne(string text, Ipv4Address address, HashSet<Ipv4Address> hidden) => text switch
    {
        "*" => true,
        "VirtualNetwork" => Inside.Contains(address) || address == NetworkSpace.ProbeAddress,
        "Internet" => !Inside.Contains(address) && address != NetworkSpace.ProbeAddress,
        "AzureLoadBalancer" => address == NetworkSpace.ProbeAddress,
        Hidden => hidden.Contains(address),
        _ => text.Contains('/', StringComparison.Ordinal) ? Ipv4Prefix.Parse(text).Contains(address) : Ipv4Address.Parse(text) == address,
    };

    private static bool IsPort(string text, int port) =>
        text == "*" || (text.Split('-') is [var low, var high] ? port >= Number(low) && port <= Number(high) : port == Number(text));

    private static int Number(string text) => int.Parse(text, System.Globalization.CultureInfo.InvariantCulture);

    private static bool IsWide(SecurityRuleFacts rule) =>
        rule.SourceAddressPrefixes.Concat(rule.DestinationAddressPrefixes).Any(text => text is "*" or "Internet" or "10.0.0.0/28")
        || rule.Protocol == "*" || rule.SourcePortRanges.Contains("*") || rule.DestinationPortRanges.Contains("*");
}
