namespace AmlVnet.Simulator.Kernel;

/// <summary>One HTTP answer of the simulated cloud.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Headers">
/// The headers in order. An answer that asks to wait carries <c>Retry-After</c> in whole simulated seconds (never 0) and
/// <c>retry-after-ms</c>, the same wait in real milliseconds by the clock's scale (1 for a virtual clock).
/// </param>
/// <param name="Body">The body's bytes; empty when there is none.</param>
public sealed record SimulatorResponse(int Status, IReadOnlyList<KeyValuePair<string, string>> Headers, ReadOnlyMemory<byte> Body)
{
    /// <summary>The first value of a header, or null when it is absent.</summary>
    /// <param name="name">The header's name in any case.</param>
    public string? Header(string name)
    {
        foreach (var (key, value) in Headers)
        {
            if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                return value;
        }
        return null;
    }
}
