using AmlVnet.Arm.SignIn;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Arm.Simulation;

/// <summary>Which simulated world to start.</summary>
/// <param name="Scenario">The name of a seeded world, or the path of a JSON file that describes one.</param>
/// <param name="StatePath">Where the world is kept between processes; null keeps it in memory.</param>
/// <param name="TimeScale">How much faster than real its time runs;
/// null lets time pass only while something waits for it, at no cost.</param>
internal readonly record struct SimulatorSettings(string Scenario, string? StatePath, double? TimeScale);

/// <summary>Starts the simulator in this process.</summary>
internal static class SimulatorSignIn
{
    /// <summary>One simulated minute a second: the how-to's job takes about twenty seconds.</summary>
    internal const double DefaultTimeScale = 60;

    internal static Task<AmlVnetContext> ConnectAsync(SimulatorSettings settings, string? subscription, CancellationToken cancel) =>
        ConnectAsync(settings, subscription, LogFormat.Default, cancel);

    internal static Task<AmlVnetContext> ConnectAsync(SimulatorSettings settings, string? subscription, LogFormat logFormat,
        CancellationToken cancel)
    {
        SimulatorFront front;
        try
        {
            front = new SimulatorFront(new SimulatorOptions
            {
                Scenario = settings.Scenario,
                StatePath = settings.StatePath,
                Clock = settings.TimeScale is { } scale ? SimulatorClock.Scaled(scale) : SimulatorClock.Virtual(),
            });
        }
        catch (Exception e) when (e is ArgumentException or IOException or UnauthorizedAccessException or FormatException)
        {
            throw Problems.SimulatorNotStarted(e);
        }

        return AzureSignIn.ConnectAsync(front.OptionsFor(front), subscription, logFormat, cancel);
    }
}
