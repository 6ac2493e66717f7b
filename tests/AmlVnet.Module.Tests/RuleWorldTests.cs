using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>One runspace and one scenario file for a class of tests.</summary>
public sealed class RuleWorldFixture : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), $"amlvnet-world-{Guid.NewGuid():N}.json");

    internal ModuleRunspace Runspace { get; } = new();

    /// <summary>Makes a world and gives what all rules say of it.</summary>
    internal IReadOnlyList<PSObject> Check(RuleWorld world)
    {
        Enter(world);
        return Runspace.Invoke(world.Command).OutputWithoutErrors();
    }

    internal void Enter(RuleWorld world)
    {
        if (world.Input == RuleInput.Offline) return;
        world.Write(_file);
        Runspace.SetVariable("scenario", _file);
        Runspace.Invoke("$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $scenario -Subscription 5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36").OutputWithoutErrors();
        if (world.Script is not null) Runspace.Invoke(world.Script).OutputWithoutErrors();
    }

    public void Dispose()
    {
        Runspace.Dispose();
        File.Delete(_file);
    }
}

/// <summary>What the tests of rules say of results.</summary>
internal static class RuleWorldTests
{
    internal static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString() ?? "";

    internal static string Lines(IEnumerable<PSObject> results) => string.Join("\n", results.Select(static result => $"{result} {Text(result, "Target")}"));
}
