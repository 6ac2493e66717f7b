using System.Globalization;
using System.Text.Json.Nodes;

namespace AmlVnet.Build;

/// <summary>Which lines of the product the tests ran, all test programs together (coverlet).</summary>
public static class Coverage
{
    private static readonly string[] Measured = ["AmlVnet.Core", "AmlVnet.Arm", "AmlVnet.Module", "AmlVnet.Simulator"];

    /// <summary>What a test program is told so that it measures.</summary>
    public static IEnumerable<string> Options =>
    [
        "--coverlet", "--coverlet-output-format", "json", "--coverlet-single-hit",
        .. Measured.SelectMany(name => new[] { "--coverlet-include", $"[{name}]*" }),
    ];

    /// <summary>Reads the reports.</summary>
    /// <param name="folder">Where the test programs left them.</param>
    /// <returns>A line for each assembly; nothing where nothing was measured.</returns>
    public static IEnumerable<string> Read(string folder)
    {
        if (!Directory.Exists(folder)) yield break;

        // By assembly, file and line: whether any program ran it.
        var lines = new Dictionary<string, Dictionary<(string File, int Line), bool>>(StringComparer.Ordinal);
        foreach (var report in Directory.EnumerateFiles(folder, "*coverage*.json", SearchOption.AllDirectories))
            Add(JsonNode.Parse(File.ReadAllText(report))!.AsObject(), lines);

        foreach (var name in Measured)
        {
            if (!lines.TryGetValue(name + ".dll", out var all) || all.Count == 0) continue;
            var run = all.Values.Count(isRun => isRun);
            yield return string.Create(CultureInfo.InvariantCulture,
                $"Coverage of {name}: {100.0 * run / all.Count:0.0} % ({run} of {all.Count} lines)");
        }
    }

    private static void Add(JsonObject report, Dictionary<string, Dictionary<(string File, int Line), bool>> lines)
    {
        foreach (var (assembly, files) in report)
        {
            if (!lines.TryGetValue(assembly, out var all)) lines[assembly] = all = [];
            foreach (var (file, types) in files!.AsObject())
            {
                // What the compiler's generators wrote is nobody's to test.
                if (file.Replace('\\', '/').Contains("/obj/", StringComparison.Ordinal)) continue;
                var hits = types!.AsObject().SelectMany(type => type.Value!.AsObject())
                    .SelectMany(method => method.Value!["Lines"]!.AsObject());
                foreach (var (number, count) in hits)
                {
                    var key = (file, int.Parse(number, CultureInfo.InvariantCulture));
                    all[key] = all.GetValueOrDefault(key) || (int)count! > 0;
                }
            }
        }
    }
}
