namespace AmlVnet.Core.Facts;

/// <summary>The port on which a compute's endpoint scores.</summary>
public static class ScoringPort
{
    /// <summary>443 with TLS, else 80; a status that the service does not give is none.</summary>
    /// <param name="sslStatus">The compute's own word: Disabled, Enabled or Auto.</param>
    public static int Of(string? sslStatus) =>
        string.IsNullOrEmpty(sslStatus) || sslStatus.Equals("Disabled", StringComparison.OrdinalIgnoreCase) ? 80 : 443;
}
