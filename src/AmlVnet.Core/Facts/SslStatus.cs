namespace AmlVnet.Core.Facts;

/// <summary>TLS of a compute's endpoint.</summary>
public readonly record struct SslStatus(Word Word)
{
    /// <summary>There is none.</summary>
    public static SslStatus Disabled { get; } = new(new Word("Disabled"));

    /// <summary>With a certificate of the user's own.</summary>
    public static SslStatus Enabled { get; } = new(new Word("Enabled"));

    /// <summary>With a certificate of Microsoft's.</summary>
    public static SslStatus Auto { get; } = new(new Word("Auto"));

    /// <summary>The port on which an endpoint scores: 443 with TLS, else 80; a status that the service does not give is none.</summary>
    public static int PortOf(SslStatus? status) => status is null || status == Disabled ? 80 : 443;

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator SslStatus?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}
