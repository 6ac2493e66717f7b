using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;

namespace AmlVnet.Benchmarks;

/// <summary>What a child process took.</summary>
/// <param name="Cpu">Processor time of the process and of the children that it waited for, user and system (getrusage(2)).</param>
/// <param name="Wall">The time from its start to its end.</param>
/// <param name="Output">What it wrote to standard output.</param>
internal sealed partial record ChildRun(TimeSpan Cpu, TimeSpan Wall, string Output)
{
    private const int Children = -1;

    /// <summary>Runs a program to its end.</summary>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it wrote to standard error.</exception>
    internal static ChildRun Of(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (name, value) in environment) start.Environment[name] = value;
        var before = CpuOfChildren();
        var watch = Stopwatch.StartNew();
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var wall = watch.Elapsed;
        return process.ExitCode == 0 ? new ChildRun(CpuOfChildren() - before, wall, output)
            : throw new InvalidOperationException(
                $"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}: {errors.Result}");
    }

    internal static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }

    private static TimeSpan CpuOfChildren()
    {
        if (OperatingSystem.IsWindows())
            throw new PlatformNotSupportedException("Windows has no getrusage; measure on Linux or macOS.");
        // timeval is two longs on 64-bit systems, and 14 longs follow the two times.
        Span<long> usage = stackalloc long[18];
        return GetUsage(Children, usage) == 0
            ? TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds((int)usage[1] + (int)usage[3])
            : throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    [LibraryImport("libc", EntryPoint = "getrusage", SetLastError = true)]
    private static partial int GetUsage(int who, Span<long> usage);
}
