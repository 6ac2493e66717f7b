using System.Collections.Concurrent;
using System.Management.Automation;

namespace AmlVnet.Sweep.Tests;

/// <summary>
/// Injects what networks, proxies and Azure do to requests, at each request of each command that changes the cloud, and runs the command
/// again: it ends where an undisturbed one ends, claims nothing that is not so, and says what is wrong.
/// </summary>
public sealed class SweepTests(ITestOutputHelper output)
{
    private static readonly bool IsWhole = Environment.GetEnvironmentVariable("AMLVNET_SWEEP") == "all";

    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("AMLVNET_SWEEP_SEED"), out var seed) ? seed
        : Environment.TickCount & 0xFFFF;

    [Fact]
    public void Every_command_that_changes_the_cloud_is_swept()
    {
        var manifest = (System.Collections.Hashtable)ScriptBlock.Create(File.ReadAllText(Path.Combine(Repository.Root, "AmlVnet.psd1"))).Ast
            .Find(static ast => ast is System.Management.Automation.Language.HashtableAst,
                searchNestedScriptBlocks: false)!.SafeGetValue()!;
        var exported = ((object[])manifest["CmdletsToExport"]!).Cast<string>();
        var changing = exported.Where(static name => IsChanging(name)).Except(Swept.Elsewhere);
        Assert.NotEmpty(changing);
        var missing = changing.Where(
            static name => !Swept.All.Any(swept => (swept.Script + " ").Contains(name + " ", StringComparison.Ordinal))).ToArray();
        Assert.True(missing.Length == 0, $"Not swept: {string.Join(", ", missing)}. Add one line for each to the table Swept.All in "
            + "tests/AmlVnet.Sweep.Tests/Swept.cs: new(scenario, what is done before, the command with -Force where it asks).");
    }

    [Fact]
    public async Task No_fault_is_fatal()
    {
        output.WriteLine(
            $"seed {Seed} (AMLVNET_SWEEP_SEED={Seed} repeats it); {(IsWhole ? "everything" : "every write, every third read")}");
        ConcurrentBag<Tally> tallies = [];
        var only = Environment.GetEnvironmentVariable("AMLVNET_SWEEP_ONLY");
        var parallel = new ParallelOptions
        {
            MaxDegreeOfParallelism = Environment.ProcessorCount,
            CancellationToken = TestContext.Current.CancellationToken
        };
        await Parallel.ForEachAsync(Swept.All.Where(swept => (only is null ? IsWhole || !swept.IsOnlyInAll
            : swept.Name.Contains(only, StringComparison.OrdinalIgnoreCase))), parallel, (swept, _) =>
        {
            using var sweeper = new Sweeper(swept, IsWhole, Seed);
            var tally = sweeper.Run();
            tallies.Add(tally);
            output.WriteLine(tally.ToString());
            return ValueTask.CompletedTask;
        });
        var bad = tallies.SelectMany(static tally => tally.Bad.Select(verdict => $"{tally.Name}: {verdict.Pair}{Environment.NewLine}  "
            + string.Join(Environment.NewLine + "  ", verdict.Faults))).ToArray();
        output.WriteLine($"{tallies.Sum(static t => t.Injected)} injected / {tallies.Sum(static t => t.Converged)} converged / "
            + $"{tallies.Sum(static t => t.Clear)} clear");
        Assert.True(bad.Length == 0, $"seed {Seed}: {bad.Length} pairs{Environment.NewLine}{string.Join(Environment.NewLine, bad)}");
    }

    private static bool IsChanging(string name)
    {
        var type = typeof(Cmdlets.ArmCmdlet).Assembly.GetExportedTypes()
            .FirstOrDefault(type => Attribute.GetCustomAttribute(type, typeof(CmdletAttribute)) is CmdletAttribute cmdlet
                && $"{cmdlet.VerbName}-{cmdlet.NounName}" == name);
        return type is not null && ((CmdletAttribute)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute))!).SupportsShouldProcess;
    }
}
