namespace AmlVnet.Core.Facts;

/// <summary>Whether a cluster or a pool runs.</summary>
public readonly record struct PowerState(Word Word)
{
    /// <summary>It runs.</summary>
    public static PowerState Running { get; } = new(new Word("Running"));

    /// <summary>It was stopped.</summary>
    public static PowerState Stopped { get; } = new(new Word("Stopped"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator PowerState?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>The way by which a cluster's nodes reach the internet.</summary>
public readonly record struct OutboundType(Word Word)
{
    /// <summary>Through the load balancer of the cluster.</summary>
    public static OutboundType LoadBalancer { get; } = new(new Word("loadBalancer"));

    /// <summary>By a route of the user's own.</summary>
    public static OutboundType UserDefinedRouting { get; } = new(new Word("userDefinedRouting"));

    /// <summary>Through a NAT gateway that AKS makes.</summary>
    public static OutboundType ManagedNatGateway { get; } = new(new Word("managedNATGateway"));

    /// <summary>Through a NAT gateway of the user's own.</summary>
    public static OutboundType UserAssignedNatGateway { get; } = new(new Word("userAssignedNATGateway"));

    /// <summary>AKS makes none.</summary>
    public static OutboundType None { get; } = new(new Word("none"));

    /// <summary>AKS makes none and shuts every other.</summary>
    public static OutboundType Block { get; } = new(new Word("block"));

    /// <summary>Whether it is a way that is known here.</summary>
    public bool IsKnown => this == LoadBalancer || this == UserDefinedRouting || this == ManagedNatGateway
        || this == UserAssignedNatGateway || this == None || this == Block;

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator OutboundType?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>The generation of a load balancer.</summary>
public readonly record struct LoadBalancerSku(Word Word)
{
    /// <summary>Retired on 30 September 2025.</summary>
    public static LoadBalancerSku Basic { get; } = new(new Word("basic"));

    /// <summary>The one that stays.</summary>
    public static LoadBalancerSku Standard { get; } = new(new Word("standard"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator LoadBalancerSku?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>Who gives a cluster's pods their addresses.</summary>
public readonly record struct NetworkPlugin(Word Word)
{
    /// <summary>A bridge on each node.</summary>
    public static NetworkPlugin Kubenet { get; } = new(new Word("kubenet"));

    /// <summary>Azure's own.</summary>
    public static NetworkPlugin Azure { get; } = new(new Word("azure"));

    /// <summary>One of the user's own.</summary>
    public static NetworkPlugin None { get; } = new(new Word("none"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator NetworkPlugin?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>How Azure's plugin gives pods their addresses.</summary>
public readonly record struct NetworkPluginMode(Word Word)
{
    /// <summary>From a range that no subnet has.</summary>
    public static NetworkPluginMode Overlay { get; } = new(new Word("overlay"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator NetworkPluginMode?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>What a node pool is for.</summary>
public readonly record struct PoolMode(Word Word)
{
    /// <summary>It carries AKS's own pods too.</summary>
    public static PoolMode System { get; } = new(new Word("System"));

    /// <summary>It carries none of them.</summary>
    public static PoolMode User { get; } = new(new Word("User"));

    /// <summary>It carries egress only.</summary>
    public static PoolMode Gateway { get; } = new(new Word("Gateway"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator PoolMode?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>The operating system of nodes.</summary>
public readonly record struct PoolOS(Word Word)
{
    /// <summary>Linux.</summary>
    public static PoolOS Linux { get; } = new(new Word("Linux"));

    /// <summary>Windows.</summary>
    public static PoolOS Windows { get; } = new(new Word("Windows"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator PoolOS?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>Whether nodes may be taken away.</summary>
public readonly record struct PoolPriority(Word Word)
{
    /// <summary>They stay.</summary>
    public static PoolPriority Regular { get; } = new(new Word("Regular"));

    /// <summary>They are evicted when Azure wants their place.</summary>
    public static PoolPriority Spot { get; } = new(new Word("Spot"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator PoolPriority?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}
