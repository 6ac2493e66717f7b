using System.Text.Json;
using AmlVnet.Conformance.Tests;

namespace AmlVnet.Pester.Tests;

/// <summary>A file of exchanges with the simulator, one a line.
/// The pwsh that runs a Pester file loads this assembly and writes it.</summary>
public static class TrafficFile
{
    private static TrafficHook? _hook;

    /// <summary>Writes every exchange of this process from now on, each once.</summary>
    /// <param name="path">The file to write.</param>
    public static void Record(string path)
    {
        // What was heard has to be in the file when the process ends, and nobody closes it before.
        var file = new StreamWriter(path) { AutoFlush = true };
        var known = new HashSet<string>(StringComparer.Ordinal);
        _hook = new TrafficHook(exchange =>
        {
            lock (known)
            {
                if (known.Add(exchange.Key)) file.WriteLine(JsonSerializer.Serialize(exchange));
            }
        });
    }

    /// <summary>The exchanges that a file holds.</summary>
    internal static IEnumerable<Exchange> Read(string path) =>
        File.ReadLines(path).Select(static line => JsonSerializer.Deserialize<Exchange>(line)!);
}
