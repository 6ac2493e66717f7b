using System.Collections.Concurrent;

namespace AmlVnet.Conformance.Tests;

/// <summary>
/// Keeps every exchange between the module and the simulator in one test project's whole run, and compares all of them with the official
/// specifications at its end.
/// </summary>
public sealed class SuiteTraffic : IDisposable
{
    private readonly ConcurrentDictionary<string, Exchange> _exchanges = new(StringComparer.Ordinal);
    private readonly TrafficHook? _hook;

    /// <summary>Begins to listen, where the specifications are beside the checkout.</summary>
    public SuiteTraffic()
    {
        if (Reference.IsHere) _hook = new TrafficHook(exchange => _exchanges.TryAdd(exchange.Key, exchange));
        else Console.WriteLine($"The exchanges of this run are not compared. {Reference.Missing}");
    }

    /// <summary>Compares, and fails the run on a deviation that the guide does not list.</summary>
    public void Dispose()
    {
        if (_hook is null) return;
        _hook.Dispose();
        var comparison = TrafficComparison.Of(_exchanges.Values);
        Console.WriteLine(comparison.Summary);
        if (comparison.Unlisted.Count > 0) throw new InvalidOperationException(string.Join(Environment.NewLine, comparison.Unlisted));
    }
}
