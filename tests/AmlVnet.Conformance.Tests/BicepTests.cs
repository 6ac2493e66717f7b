using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace AmlVnet.Conformance.Tests;

/// <summary>
/// A second referee of what the module sends: the Bicep compiler knows member names, JSON types, read-only members and api-versions of all
/// types. It is silent on enumerations, ranges and free maps; the specifications' own comparison covers these.
/// </summary>
public sealed partial class BicepTests(ITestOutputHelper output)
{
    /// <summary>Deviations that are no fault of a body, by a part of the message, with the reason.</summary>
    private static readonly (string Part, string Reason)[] Admitted = [];

    private static readonly string[] Written =
    [
        "Microsoft.MachineLearningServices/workspaces", "Microsoft.MachineLearningServices/workspaces/computes",
        "Microsoft.Authorization/roleAssignments", "Microsoft.Network/networkSecurityGroups/securityRules",
        "Microsoft.Network/privateDnsZones/A", "Microsoft.KubernetesConfiguration/extensions",
        "Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings",
    ];

    private static string? Compiler => typeof(BicepTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .FirstOrDefault(static one => one.Key == "BicepCompiler")?.Value;

    private static string? Missing =>
        !OperatingSystem.IsLinux() || RuntimeInformation.OSArchitecture != Architecture.X64
            ? "The Bicep compiler is asked on Linux x64 only: its package for other systems is another one."
        : Compiler is not { } file || !File.Exists(file) ? $"The Bicep compiler is not where its package puts it: {Compiler}"
        : null;

    [Fact]
    public async Task Every_body_that_the_module_sends_compiles_without_a_deviation()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        var cancel = TestContext.Current.CancellationToken;
        var file = new BicepFile();
        var actions = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var exchange in await ModuleTraffic.RecordAsync(cancel))
        {
            if (exchange.RequestBody is not { } body || IsPlain(exchange.Address)) continue;
            if (exchange.Method is "PUT" or "PATCH") file.Add(exchange.Address, JsonNode.Parse(body)!.AsObject());
            else actions.Add($"{exchange.Method} {exchange.Address.AbsolutePath[(exchange.Address.AbsolutePath.LastIndexOf('/') + 1)..]}");
        }

        var deviations = await CompileAsync(file, cancel);

        Say($"Bicep: {file.Count} bodies compiled / {deviations.Count} deviations; no resources, so not compiled: "
            + $"{string.Join(", ", actions)}");
        foreach (var (part, reason) in Admitted) output.WriteLine($"Admitted: {part}: {reason}");
        var other = deviations.Where(static one => !Array.Exists(Admitted, known => one.Contains(known.Part, StringComparison.Ordinal)))
            .ToArray();
        Assert.True(other.Length == 0, string.Join(Environment.NewLine, other));
        // Each type that the module writes.
        Assert.All(Written, type => Assert.Contains($"'{type}@", file.Text, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task The_compiler_finds_what_is_wrong()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        (string Members, string Version, string Code)[] wrong =
        [
            ("\"bogus\": \"1\"", "2023-05-01", "BCP037"),
            ("\"autoUpgradeMinorVersion\": \"yes\"", "2023-05-01", "BCP036"),
            ("\"currentVersion\": \"1\"", "2023-05-01", "BCP073"),
            ("\"version\": \"1\"", "1999-01-01", "BCP081"),
        ];
        var file = new BicepFile();
        foreach (var (members, version, code) in wrong)
            file.Add(new Uri(
                "https://host/subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c/providers/"
                    + $"Microsoft.KubernetesConfiguration/extensions/{code}?api-version={version}"),
                JsonNode.Parse($$"""{ "properties": { "extensionType": "x", {{members}} } }""")!.AsObject());

        var found = await CompileAsync(file, TestContext.Current.CancellationToken);

        Assert.Equal(wrong.Length, found.Count);
        Assert.All(wrong, one => Assert.Contains(found, said =>
            said.StartsWith($"Microsoft.KubernetesConfiguration/extensions@{one.Version} {one.Code}: ", StringComparison.Ordinal)
            && said.Contains($" {one.Code}: ", StringComparison.Ordinal)));
    }

    /// <summary>What the recorded world itself was prepared with.</summary>
    private static bool IsPlain(Uri address) => address.AbsolutePath.Contains("/routeTables/", StringComparison.OrdinalIgnoreCase)
        || address.AbsolutePath.Contains("/subnets/default?", StringComparison.OrdinalIgnoreCase)
        || (address.AbsolutePath.EndsWith("/subnets/default", StringComparison.OrdinalIgnoreCase));

    private static async Task<IReadOnlyList<string>> CompileAsync(BicepFile file, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet-bicep").FullName;
        try
        {
            var path = Path.Combine(folder, "bodies.bicep");
            await File.WriteAllTextAsync(path, file.Text, cancel);
            using var process = Process.Start(new ProcessStartInfo(Compiler!, ["build", path, "--stdout"])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            })!;
            var (made, said) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
            await process.WaitForExitAsync(cancel);
            var lines = (await said).Split('\n');
            // A compiler that does not run must not look like one that has nothing to say.
            Assert.True((await made).Contains("\"resources\"", StringComparison.Ordinal) || lines.Any(static one => Finding().IsMatch(one)),
                await said);
            return [.. lines.Select(static one => Finding().Match(one)).Where(static one => one.Success)
                .Select(one => $"{file.BodyAt(int.Parse(one.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture))}: "
                    + $"{one.Groups[2].Value}")];
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private void Say(string count)
    {
        output.WriteLine(count);
        Console.WriteLine(count);
    }

    /// <summary>A finding of the compiler; the linter's advice has no such code.</summary>
    [GeneratedRegex(@"\((\d+),\d+\) : ((?:Error|Warning) BCP\d+: .*)")]
    private static partial Regex Finding();
}
