using System.Globalization;

namespace AmlVnet.Benchmarks;

/// <summary>
/// What a session pays for the module: processor time of a whole pwsh process that imports it, and that reads with it, over one that does
/// nothing. Wall time does not resolve ten points on a shared machine, so that it is not shown.
/// </summary>
internal static class StartRun
{
    private static readonly Dictionary<string, string> Quiet = new()
    {
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off",
        ["NO_COLOR"] = "1",
    };

    /// <summary>Runs the variants, in another order each round (what ran before counts), and prints their medians.</summary>
    internal static void Run(Layout layout, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet-start-").FullName;
        try
        {
            var script = Path.Combine(folder, "Nothing.psm1");
            File.WriteAllText(script, "\n");
            var manifest = Path.Combine(folder, "Little", "Little.psd1");
            Directory.CreateDirectory(Path.GetDirectoryName(manifest)!);
            File.WriteAllText(manifest, "@{ RootModule = 'Little.psm1'; ModuleVersion = '1.0' }\n");
            File.WriteAllText(Path.ChangeExtension(manifest, ".psm1"), "\n");
            (string Name, string Command)[] variants =
            [
                ("bare pwsh", "exit"),
                ("an empty script", $"Import-Module '{script}'"),
                ("an empty module with a manifest", $"Import-Module '{manifest}'"),
                ("import AmlVnet", $"Import-Module '{layout.Manifest}'"),
                ("import, connect, first read",
                    $"Import-Module '{layout.Manifest}'; $null = Connect-AmlVnet -Simulator -VirtualClock; $null = Get-AmlWorkspace"),
            ];
            var seen = variants.ToDictionary(static one => one.Name, static _ => new List<double>());
            for (var round = 0; round < rounds; round++)
            {
                Random.Shared.Shuffle(variants);
                foreach (var (name, command) in variants) seen[name].Add(layout.Pwsh(command, Quiet).Cpu.TotalMilliseconds);
            }

            var bare = ChildRun.Median(seen["bare pwsh"]);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} rounds, medians of processor time"));
            foreach (var (name, times) in seen)
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-34} {ChildRun.Median(times),6:N0} ms  {100 * (ChildRun.Median(times) / bare - 1),+4:N0} %"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
