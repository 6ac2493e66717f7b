using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace AmlVnet.Module.Tests;

/// <summary>What ships, why, and what is loaded when: each command loads what it needs and no more.</summary>
public sealed partial class LoadedTests
{
    private static readonly string Staged = Path.GetDirectoryName(Repository.StagedManifest)!;
    private static readonly string[] OnTop = ["AmlVnet", "AmlVnet.Loader", "AmlVnet.Module"];

    [Fact]
    public void Every_assembly_that_ships_is_in_the_guide_with_its_reason()
    {
        var shipped = Directory.GetFiles(Staged, "*.dll", SearchOption.AllDirectories)
            .Select(static file => Path.GetFileNameWithoutExtension(file));

        Assert.Equal(shipped.Order(StringComparer.Ordinal), Listed().Select(static one => one.Name).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_loaded_before_the_command_that_needs_it()
    {
        var run = await PwshProcess.RunAsync("""
            function Show($Step) {
                $own = [System.Runtime.Loader.AssemblyLoadContext]::All | Where-Object Name -EQ AmlVnet | ForEach-Object Assemblies
                $all = @($own) + [System.Runtime.Loader.AssemblyLoadContext]::Default.Assemblies.Where{ $_.GetName().Name -like 'AmlVnet*' }
                "$Step $(@($all | ForEach-Object { $_.GetName().Name -replace '(?<=Loader)\.[\d.]+$' } | Sort-Object) -join ' ')"
            }
            Show 'import'
            $null = Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/16 -ServiceCidr 10.1.0.0/16
            Show 'command'
            $null = Connect-AmlVnet -Simulator -VirtualClock
            $null = Get-AmlWorkspace | Get-AmlAksCompute
            Show 'connect'
            """);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var loaded = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .ToDictionary(static line => line.Split(' ')[0], static line => line.Split(' ')[1..]);
        Assert.Equal(OnTop, loaded["import"]);
        Assert.Equal(By("import", "a command"), loaded["command"]);
        Assert.Equal(By("import", "a command", "connect", "connect to it"), loaded["connect"]
            .Except(Listed().Where(static one => one.By.StartsWith("where", StringComparison.Ordinal)).Select(static one => one.Name)));
    }

    [Fact]
    public void No_assembly_of_our_own_can_start_a_process()
    {
        foreach (var file in Directory.GetFiles(Staged, "AmlVnet*.dll", SearchOption.AllDirectories))
        {
            using var image = new PEReader(File.OpenRead(file));
            var metadata = image.GetMetadataReader();
            var started = metadata.MemberReferences.Select(metadata.GetMemberReference)
                .Where(member => metadata.GetString(member.Name) == "Start" && member.Parent.Kind == HandleKind.TypeReference
                    && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)member.Parent).Name) == "Process");
            Assert.Empty(started);
        }
    }

    private static IEnumerable<string> By(params string[] steps) => Listed()
        .Where(one => steps.Contains(one.By)).Select(static one => one.Name)
        .Order(StringComparer.OrdinalIgnoreCase);

    private static List<(string Name, string By)> Listed() =>
    [
        .. File.ReadLines(Path.Combine(Repository.Root, "docs", "guides", "performance.md"))
            .SkipWhile(static line => line != "| assembly | what for | loaded by |").Skip(2).TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => Row().Match(line)).Select(static row => (row.Groups["name"].Value, row.Groups["by"].Value)),
    ];

    [GeneratedRegex(@"^\| (?<name>[\w.]+) \| .+ \| (?<by>[^|]+) \|$", RegexOptions.ExplicitCapture)]
    private static partial Regex Row();
}
