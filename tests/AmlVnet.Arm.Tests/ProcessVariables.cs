namespace AmlVnet.Arm.Tests;

/// <summary>Tests that set variables of the process, which every other test would see.</summary>
[CollectionDefinition(nameof(ProcessVariables), DisableParallelization = true)]
public sealed class ProcessVariables;

/// <summary>Sets variables for as long as it lives.</summary>
internal sealed class Variables : IDisposable
{
    private readonly List<(string Name, string? Former)> _former = [];

    public Variables(params (string Name, string? Value)[] values)
    {
        foreach (var (name, value) in values)
        {
            _former.Add((name, Environment.GetEnvironmentVariable(name)));
            Environment.SetEnvironmentVariable(name, value);
        }
    }

    public void Dispose() => _former.ForEach(static f => Environment.SetEnvironmentVariable(f.Name, f.Former));
}
