namespace AmlVnet.Module.Tests;

/// <summary>A runspace that is connected to a scenario.</summary>
internal static class AttachTests
{
    internal static ModuleRunspace Connected(string scenario)
    {
        var runspace = new ModuleRunspace();
        runspace.Invoke($"Connect-AmlVnet -Simulator -VirtualClock -Scenario '{scenario}'").OutputWithoutErrors();
        return runspace;
    }
}
