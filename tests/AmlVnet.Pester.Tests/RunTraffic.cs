using System.Diagnostics;
using AmlVnet.Conformance.Tests;

namespace AmlVnet.Pester.Tests;

/// <summary>The exchanges of a run's files with the simulator.
/// Where the official specifications are, they are compared at its end.</summary>
internal sealed class RunTraffic : IDisposable
{
    private const string Name = "Every exchange of the run is as the official specifications say";
    private readonly DirectoryInfo? _folder = Reference.IsHere ? Directory.CreateTempSubdirectory("amlvnet-traffic-") : null;

    /// <summary>Where a Pester file's pwsh writes its exchanges; null where there is nothing to compare them with.</summary>
    public string? NewFile() => _folder is null ? null : Path.Combine(_folder.FullName, Guid.NewGuid().ToString("N"));

    /// <summary>Compares.</summary>
    public PesterTest Compare()
    {
        if (_folder is null) return new PesterTest(Name, "Skipped", 0, Reference.Missing, "");
        var watch = Stopwatch.StartNew();
        var exchanges = _folder.EnumerateFiles().SelectMany(static file => TrafficFile.Read(file.FullName))
            .DistinctBy(static exchange => exchange.Key).ToList();
        if (exchanges.Count == 0) return new PesterTest(Name, "Failed", 0, "No exchange with the simulator was heard.", "");
        var comparison = TrafficComparison.Of(exchanges);
        Console.WriteLine(comparison.Summary);
        return comparison.Unlisted.Count == 0
            ? new PesterTest(Name, "Passed", watch.Elapsed.TotalMilliseconds, "", "")
            : new PesterTest(Name, "Failed", watch.Elapsed.TotalMilliseconds, string.Join('\n', comparison.Unlisted), "");
    }

    /// <summary>Takes the files away.</summary>
    public void Dispose() => _folder?.Delete(recursive: true);
}
