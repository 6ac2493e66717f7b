namespace AmlVnet.Simulator.Kernel;

/// <summary>One HTTP request to the simulated cloud.</summary>
/// <param name="Method">The HTTP method, such as <c>GET</c>.</param>
/// <param name="Uri">The absolute address. Absolute addresses in answers are built from its scheme and authority.</param>
/// <param name="Headers">The headers. Their names are compared without regard to case, whatever comparer the dictionary has.</param>
/// <param name="Body">The body's bytes; empty when there is none.</param>
public sealed record SimulatorRequest(string Method, Uri Uri, IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body)
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    /// <summary>A request without headers and body.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="uri">The absolute address.</param>
    public SimulatorRequest(string method, Uri uri) : this(method, uri, NoHeaders, default)
    {
    }

    /// <summary>The value of a header, or null when it is absent.</summary>
    /// <param name="name">The header's name in any case.</param>
    public string? Header(string name)
    {
        if (Headers.TryGetValue(name, out var value))
            return value;
        foreach (var (key, candidate) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return candidate;
        }
        return null;
    }
}
