using System.Text.Json;
using AmlVnet.Arm.SignIn;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Control;

namespace AmlVnet.Arm.Simulation;

/// <summary>Drives the simulator behind a connection, for rehearsals.</summary>
internal sealed class SimulatorDesk(SimulatorFront front)
{
    private static readonly string[] Secrets = ["clientSecret", "identityHeader"];

    /// <summary>The names of the scenarios that need no file.</summary>
    internal static IReadOnlyList<string> ScenarioNames => AzureSimulator.ScenarioNames;

    private SimulatorControl Control => front.Simulator.Control;

    /// <summary>The desk of a connection.</summary>
    /// <exception cref="AmlVnetException">The connection is not to the simulator in this process.</exception>
    internal static SimulatorDesk Of(AzureConnection azure) =>
        azure.Options.Handler is SimulatorFront front ? new SimulatorDesk(front) : throw Problems.NotTheSimulator(azure.Options.Cloud.Name);

    internal AmlSimulatorState Read()
    {
        using var settings = JsonDocument.Parse(Control.SettingsJson);
        return new AmlSimulatorState
        {
            Time = Control.UtcNow,
            Setting = settings.RootElement.EnumerateObject().ToDictionary(static p => p.Name, static p => p.Value.GetRawText()),
            Fault = [.. Control.Faults.Select(static f => new AmlSimulatorFault
            {
                Id = f.Id ?? "",
                Kind = f.Kind.ToString(),
                Method = f.Method,
                ResourceType = f.ResourceType,
                Status = f.Status,
                Code = f.Code,
            })],
        };
    }

    internal IEnumerable<AmlSimulatorRequest> Log() => front.Simulator.Log.Select(static entry => new AmlSimulatorRequest
    {
        Number = entry.Number,
        Time = entry.Time,
        Method = entry.Method,
        Path = entry.Path,
        ApiVersion = entry.ApiVersion,
        ResourceType = entry.ResourceType,
        Status = entry.Status,
        ErrorCode = entry.ErrorCode,
        FaultId = entry.FaultId,
        IsWrite = entry.IsWrite,
    });

    /// <summary>Makes all of some changes, or none when one is refused.</summary>
    internal void Together(IEnumerable<Action> changes) => Control.Together(() =>
    {
        foreach (var change in changes) change();
    });

    internal void ClearLog() => Control.ClearLog();

    internal void Reset(string? scenario) => Say(nameof(scenario), scenario, () => Control.Reset(scenario));

    internal void Set(string name, object? value) =>
        Say("Setting", name, () => Control.Set(name, value is null ? null : JsonSerializer.Serialize(value)));

    internal void SetPrincipalDelay(TimeSpan delay) =>
        Say("PrincipalDelay", delay.ToString(), () => Control.SetPrincipalDelay(delay, delay));

    internal void SetAssignmentDelay(TimeSpan delay) =>
        Say("RoleAssignmentDelay", delay.ToString(), () => Control.SetAssignmentDelay(delay));

    internal void SetCaller(string[]? actions, string[]? notActions) => Control.SetCallerPermissions(actions, notActions);

    internal void AddFault(IReadOnlyDictionary<string, object?> rule) =>
        Say("Fault", string.Join(", ", rule.Keys), () => Control.AddFault(JsonSerializer.Serialize(rule)));

    internal void ClearFaults() => Control.ClearFaults();

    internal void Advance(TimeSpan span) => Say("Advance", span.ToString(), () =>
    {
        if (span < TimeSpan.Zero || span > SimulatorControl.LongestAdvance)
            throw new ArgumentException("The simulated clock goes forward only, and ten years at most at once.");
        Control.Advance(span);
    });

    /// <summary>What a sentence may say of a setting's value.</summary>
    internal static object Shown(string setting, object? value) =>
        value is not null && Secrets.Contains(setting, StringComparer.OrdinalIgnoreCase) ? "***" : value ?? "its default";

    private static void Say(string parameter, string? value, Action act)
    {
        try
        {
            act();
        }
        catch (Exception e) when (e is ArgumentException or JsonException or NotSupportedException)
        {
            throw Problems.InvalidValue(char.ToUpperInvariant(parameter[0]) + parameter[1..], value, e.Message,
                "Get-Help about_AmlVnet_Simulator lists what can be set.");
        }
    }
}
