namespace AmlVnet.Simulator.Scenarios;

/// <summary>The world that a simulator begins with, and the others that it can be given.</summary>
/// <param name="state">The state that a world is made in.</param>
/// <param name="cloud">The cloud.</param>
/// <param name="clusters">Makes the clusters.</param>
/// <param name="scenario">The scenario to begin with: a name, or the path of a file.</param>
/// <param name="fleetSize">How many computes the scenario <c>fleet</c> has; null is its default.</param>
internal sealed class Worlds(CloudState state, Cloud cloud, ClusterFleet clusters, string scenario, int? fleetSize)
{
    private readonly JsonObject _first = Scenario.Load(scenario, fleetSize ?? NamedScenarios.DefaultFleetSize);

    /// <summary>Makes the first world.</summary>
    /// <exception cref="ArgumentException">There can be no such world.</exception>
    public void Seed() => Build(_first);

    /// <summary>The document of another world; null is the first one.</summary>
    /// <exception cref="ArgumentException">There is no such scenario.</exception>
    public JsonObject Load(string? other) =>
        other is null ? _first : Scenario.Load(other, fleetSize ?? NamedScenarios.DefaultFleetSize);

    /// <summary>Makes a world in the place of the present one.</summary>
    /// <exception cref="ArgumentException">There can be no such world.</exception>
    public void Replace(JsonObject document)
    {
        state.World.Empty();
        Build(document);
    }

    private void Build(JsonObject document) => state.At(state.Clock.UtcNow, () =>
    {
        new Scenario(cloud, clusters).Build(document);
        return 0;
    });
}
