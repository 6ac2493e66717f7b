namespace AmlVnet.Simulator;

/// <summary>The surface that the module is written against; the simulator itself follows.</summary>
public sealed class AzureSimulator : IDisposable
{
    /// <summary>Starts a world.</summary>
    public AzureSimulator(SimulatorOptions? options = null) => Clock = options?.Clock ?? SimulatorClock.Virtual();

    /// <summary>Where the in-process front finds Azure Resource Manager.</summary>
    public static Uri ArmEndpoint { get; } = new("https://management.simulator.invalid/");

    /// <summary>Where the in-process front finds Microsoft Graph.</summary>
    public static Uri GraphEndpoint { get; } = new("https://graph.simulator.invalid/");

    /// <summary>The world's clock.</summary>
    public SimulatorClock Clock { get; }

    /// <summary>Answers a request.</summary>
    public SimulatorResponse Handle(SimulatorRequest request) => throw new NotSupportedException($"{Clock.UtcNow}: the simulator is not here yet.");

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
