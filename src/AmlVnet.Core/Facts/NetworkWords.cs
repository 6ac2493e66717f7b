namespace AmlVnet.Core.Facts;

/// <summary>Where a route sends traffic.</summary>
public readonly record struct NextHopType(Word Word)
{
    /// <summary>Straight to the internet.</summary>
    public static NextHopType Internet { get; } = new(new Word("Internet"));

    /// <summary>Nowhere: it is dropped.</summary>
    public static NextHopType None { get; } = new(new Word("None"));

    /// <summary>To an address, such as a firewall's.</summary>
    public static NextHopType VirtualAppliance { get; } = new(new Word("VirtualAppliance"));

    /// <summary>To the gateway of the network.</summary>
    public static NextHopType VirtualNetworkGateway { get; } = new(new Word("VirtualNetworkGateway"));

    /// <summary>Whether it is something that can lead traffic on; to the internet itself Azure leads it anyway.</summary>
    public bool LeadsOn => this == VirtualAppliance || this == VirtualNetworkGateway;

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator NextHopType?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>Whether two networks reach each other.</summary>
public readonly record struct PeeringState(Word Word)
{
    /// <summary>They do.</summary>
    public static PeeringState Connected { get; } = new(new Word("Connected"));

    /// <summary>One side has asked.</summary>
    public static PeeringState Initiated { get; } = new(new Word("Initiated"));

    /// <summary>One side has left.</summary>
    public static PeeringState Disconnected { get; } = new(new Word("Disconnected"));

    /// <summary>Whether it is a state that is known here.</summary>
    public bool IsKnown => this == Connected || this == Initiated || this == Disconnected;

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator PeeringState?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>Whether a service is reached from public networks.</summary>
public readonly record struct NetworkAccessState(Word Word)
{
    /// <summary>It is.</summary>
    public static NetworkAccessState Enabled { get; } = new(new Word("Enabled"));

    /// <summary>Through private endpoints only.</summary>
    public static NetworkAccessState Disabled { get; } = new(new Word("Disabled"));

    /// <summary>As a network security perimeter says.</summary>
    public static NetworkAccessState SecuredByPerimeter { get; } = new(new Word("SecuredByPerimeter"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator NetworkAccessState?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}
