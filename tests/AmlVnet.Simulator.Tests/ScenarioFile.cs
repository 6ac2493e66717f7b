using AmlVnet.Simulator.Scenarios;

namespace AmlVnet.Simulator.Tests;

/// <summary>A named scenario with something different in it, as a file.</summary>
internal sealed class ScenarioFile : IDisposable
{
    public ScenarioFile(string scenario, Action<JsonObject> change)
    {
        var document = NamedScenarios.Find(scenario, 1)!;
        change(document);
        File.WriteAllText(Path, document.ToJsonString());
    }

    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"amlvnet-{Guid.NewGuid():N}.json");

    public void Dispose() => File.Delete(Path);
}
