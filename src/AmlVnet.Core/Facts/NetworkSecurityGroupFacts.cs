namespace AmlVnet.Core.Facts;

/// <summary>The direction of a security rule.</summary>
public enum RuleDirection
{
    /// <summary>Towards the subnet or the network interface.</summary>
    Inbound,

    /// <summary>Out of it.</summary>
    Outbound,
}

/// <summary>What a security rule does with traffic.</summary>
public enum RuleAccess
{
    /// <summary>Lets it through.</summary>
    Allow,

    /// <summary>Drops it.</summary>
    Deny,
}

/// <summary>A rule of a network security group, with ARM's singular and plural members put together.</summary>
public sealed record SecurityRuleFacts
{
    /// <summary>A rule of one source, one destination and one port.</summary>
    public static SecurityRuleFacts Of(string name, int priority, RuleDirection direction, RuleAccess access, string source,
        string destination, string port = "*") => new()
        {
            Name = name,
            Priority = priority,
            Direction = direction,
            Access = access,
            SourceAddressPrefixes = [source],
            DestinationAddressPrefixes = [destination],
            DestinationPortRanges = [port],
        };

    /// <summary>The rule's name.</summary>
    public required string Name { get; init; }

    /// <summary>The priority: 100 to 4096, or 65000 and more for a default rule. The lowest number is looked at first.</summary>
    public required int Priority { get; init; }

    /// <summary>The direction.</summary>
    public required RuleDirection Direction { get; init; }

    /// <summary>What it does.</summary>
    public required RuleAccess Access { get; init; }

    /// <summary>Tcp, Udp, Icmp, Esp, Ah or <c>*</c>.</summary>
    public string Protocol { get; init; } = "*";

    /// <summary>Sources: ranges, addresses, one service tag, or <c>*</c>.
    /// Empty when application security groups stand in their place.</summary>
    public IReadOnlyList<string> SourceAddressPrefixes { get; init; } = [];

    /// <summary>Source ports: numbers, ranges such as <c>8000-9000</c>, or <c>*</c>.</summary>
    public IReadOnlyList<string> SourcePortRanges { get; init; } = ["*"];

    /// <summary>Destinations.</summary>
    public IReadOnlyList<string> DestinationAddressPrefixes { get; init; } = [];

    /// <summary>Destination ports.</summary>
    public IReadOnlyList<string> DestinationPortRanges { get; init; } = ["*"];

    /// <summary>The ARM ids of the source's application security groups.</summary>
    public IReadOnlyList<string> SourceApplicationSecurityGroups { get; init; } = [];

    /// <summary>The ARM ids of the destination's application security groups.</summary>
    public IReadOnlyList<string> DestinationApplicationSecurityGroups { get; init; } = [];

    /// <summary>Whether its last write failed, so that it may be in force and may not.</summary>
    public bool IsFailed { get; init; }

    /// <summary>Names the rule, its priority and what it does.</summary>
    public override string ToString() => $"{Name} (priority {Priority}, {Access})";
}

/// <summary>A network security group.</summary>
public sealed record NetworkSecurityGroupFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The rules that people made (ARM: <c>securityRules</c>).</summary>
    public IReadOnlyList<SecurityRuleFacts> Rules { get; init; } = [];

    /// <summary>The default rules (ARM: <c>defaultSecurityRules</c>). They are the same in every group, so they need not be read.</summary>
    public IReadOnlyList<SecurityRuleFacts> DefaultRules { get; init; } = Defaults;

    /// <summary>
    /// The six default rules that every group has (Microsoft Learn: "Network security groups", default security rules).
    /// </summary>
    public static IReadOnlyList<SecurityRuleFacts> Defaults { get; } =
    [
        SecurityRuleFacts.Of("AllowVnetInBound", 65000, RuleDirection.Inbound, RuleAccess.Allow, "VirtualNetwork", "VirtualNetwork"),
        SecurityRuleFacts.Of("AllowAzureLoadBalancerInBound", 65001, RuleDirection.Inbound, RuleAccess.Allow, "AzureLoadBalancer", "*"),
        SecurityRuleFacts.Of("DenyAllInBound", 65500, RuleDirection.Inbound, RuleAccess.Deny, "*", "*"),
        SecurityRuleFacts.Of("AllowVnetOutBound", 65000, RuleDirection.Outbound, RuleAccess.Allow, "VirtualNetwork", "VirtualNetwork"),
        SecurityRuleFacts.Of("AllowInternetOutBound", 65001, RuleDirection.Outbound, RuleAccess.Allow, "*", "Internet"),
        SecurityRuleFacts.Of("DenyAllOutBound", 65500, RuleDirection.Outbound, RuleAccess.Deny, "*", "*"),
    ];

    /// <summary>The rules of one direction, in the order in which they are looked at.</summary>
    public IEnumerable<SecurityRuleFacts> InOrder(RuleDirection direction) =>
        Rules.Concat(DefaultRules).Where(rule => rule.Direction == direction).OrderBy(rule => rule.Priority);
}
