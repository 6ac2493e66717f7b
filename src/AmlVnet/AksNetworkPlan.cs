namespace AmlVnet;

/// <summary>Address settings for a new AKS inferencing cluster that collide with nothing. It pipes into New-AmlAksCompute.</summary>
public sealed record AksNetworkPlan
{
    /// <summary>The ARM id of the nodes' subnet; null when only address ranges were given.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The subnet's ranges.</summary>
    public string[] SubnetAddressPrefix { get; init; } = [];

    /// <summary>The virtual network's ranges.</summary>
    public string[] VirtualNetworkAddressPrefix { get; init; } = [];

    /// <summary>The ranges of peered networks.</summary>
    public string[] PeeredAddressPrefix { get; init; } = [];

    /// <summary>The peerings whose ranges could not be read, so that nothing is known of a collision with them.</summary>
    public string[] UnreadPeering { get; init; } = [];

    /// <summary>Ranges that were to stay free, such as on-premises networks.</summary>
    public string[] ReservedAddressPrefix { get; init; } = [];

    /// <summary>The region of the virtual network, in its short form; null when it is not known.</summary>
    public string? Location { get; init; }

    /// <summary>The range of the Kubernetes services' addresses; null when none is free.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The address of the cluster's DNS service, in <see cref="ServiceCidr"/>.</summary>
    public string? DnsServiceIP { get; init; }

    /// <summary>The Docker bridge's own address with its prefix length; null when no range is free.</summary>
    public string? DockerBridgeCidr { get; init; }

    /// <summary>The range of the pods' addresses, when one was given.</summary>
    public string? PodCidr { get; init; }

    /// <summary>What the cluster needs of the subnet, and what the subnet has; null when the subnet's range is not known.</summary>
    public SubnetCapacity? Capacity { get; init; }

    /// <summary>Why each value is what it is.</summary>
    public NetworkPlanReason[] Reason { get; init; } = [];

    /// <summary>What the checks say of the values, those included that were given.</summary>
    public CheckResult[] Checks { get; init; } = [];

    /// <summary>Whether a value was found for everything and no check of severity Error failed.</summary>
    public bool IsUsable => ServiceCidr is not null && DnsServiceIP is not null && DockerBridgeCidr is not null
        && !Checks.Any(check => check is { Status: CheckStatus.Failed, Severity: CheckSeverity.Error });

    /// <inheritdoc/>
    public override string ToString() => $"service CIDR {ServiceCidr}, DNS {DnsServiceIP}, Docker bridge {DockerBridgeCidr}";
}

/// <summary>Why one value of a plan is what it is.</summary>
/// <param name="Name">The value's name, such as <c>ServiceCidr</c>.</param>
/// <param name="Value">The value; null when none was found.</param>
/// <param name="Text">The reason in one line.</param>
public sealed record NetworkPlanReason(string Name, string? Value, string Text)
{
    /// <summary>The reason with its value.</summary>
    public override string ToString() => $"{Name} {Value ?? "(none)"}: {Text}";
}
