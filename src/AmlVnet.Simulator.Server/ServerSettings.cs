namespace AmlVnet.Simulator.Server;

/// <summary>What the command line asked for.</summary>
internal sealed record ServerSettings
{
    /// <summary>The port for HTTPS on loopback; 0 picks a free one.</summary>
    public int Port { get; init; } = CommandLine.DefaultPort;

    /// <summary>The port for the managed-identity endpoints over plain HTTP on loopback; 0 picks a free one, null has none.</summary>
    public int? HttpPort { get; init; }

    /// <summary>The file that keeps the state; null keeps it in memory only.</summary>
    public string? StatePath { get; init; }

    /// <summary>The seeded world, or the path of a JSON file that describes one.</summary>
    public string Scenario { get; init; } = "how-to";

    /// <summary>How many computes the scenario <c>fleet</c> holds; null is the scenario's own number.</summary>
    public int? FleetSize { get; init; }

    /// <summary>How many simulated seconds pass in one real second; null is a clock that only the control endpoint moves.</summary>
    public double? TimeScale { get; init; } = CommandLine.DefaultTimeScale;

    /// <summary>The folder of the certificates; null is the user's own.</summary>
    public string? CertificateFolder { get; init; }

    /// <summary>Whether each request is shown on standard output.</summary>
    public bool LogRequests { get; init; }
}
