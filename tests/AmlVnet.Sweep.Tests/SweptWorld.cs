using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Cmdlets;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Sweep.Tests;

/// <summary>What a script gave.</summary>
internal sealed record Ran(IReadOnlyList<object> Output, IReadOnlyList<ErrorRecord> Errors, bool IsStopped)
{
    /// <summary>Every error with its id and its advice.</summary>
    public string Said => string.Join(Environment.NewLine, Errors.Select(static error =>
        $"{error.FullyQualifiedErrorId}: {error} -> {error.ErrorDetails?.RecommendedAction}"));
}

/// <summary>A runspace of the engine with the module's cmdlets, and a simulated cloud that can be put back to its beginning.</summary>
internal sealed partial class SweptWorld : IDisposable
{
    private readonly Runspace _runspace;
    private readonly string _scenario;
    private (JsonObject World, DateTimeOffset Time)? _kept;
    private SimulatorFront? _front;
    private AzureConnection? _connection;
    private readonly string? _statePath;
    private string? _file;

    public SweptWorld(string scenario, string? statePath = null)
    {
        _statePath = statePath;
        _scenario = scenario.StartsWith('{') ? _file = Write(scenario) : scenario;
        var state = InitialSessionState.CreateDefault2();
        _runspace = RunspaceFactory.CreateRunspace(Host, state);
        _runspace.Open();
        _runspace.SessionStateProxy.SetVariable("assembly", typeof(ArmCmdlet).Assembly);
        Renew();
        Run("Import-Module -Assembly $assembly");
    }

    public FaultProxy Proxy { get; private set; } = null!;

    /// <summary>Whether the commands go by the real clock, from the next beginning on;
    /// the simulator's own stands still meanwhile.</summary>
    public bool IsOnRealTime { get; init; }

    /// <summary>What was shown past the streams.</summary>
    public CapturingHost Host { get; } = new();

    private static int FleetSize => 60;

    public AzureSimulator Simulator => _front!.Simulator;

    /// <summary>Makes the present world the one to begin from.</summary>
    public void Keep() => _kept = Simulator.Control.Keep();

    /// <summary>Puts everything back to the beginning, or to another world.</summary>
    public void Renew((JsonObject World, DateTimeOffset Time)? other = null)
    {
        _connection?.Dispose();
        var from = other ?? _kept;
        _front = new SimulatorFront(new SimulatorOptions
        {
            Scenario = _scenario,
            Clock = SimulatorClock.Virtual(from?.Time),
            Seed = 1,
            FleetSize = FleetSize,
            StatePath = _statePath,
        });
        if (from is { } kept) Simulator.Control.Begin(kept.World);
        Proxy = new FaultProxy(_front);
        var options = _front.OptionsFor(Proxy);
        _connection = new AzureConnection(IsOnRealTime ? options with { Time = TimeProvider.System, RealWait = null } : options);
        var context = new AmlVnetContext
        {
            SubscriptionId = AzureSimulator.SubscriptionId,
            TenantId = AzureSimulator.TenantId,
            Environment = "Simulator",
            ArmEndpoint = AzureSimulator.ArmEndpoint,
            CredentialType = "Simulator",
            IsSimulator = true,
            Connection = _connection,
        };
        _runspace.SessionStateProxy.SetVariable("PSDefaultParameterValues",
            new DefaultParameterDictionary { ["*-A*:DefaultProfile"] = context, ["*-A*:Confirm"] = false });
    }

    /// <summary>Runs a script to its end.</summary>
    public Ran Run(string script)
    {
        using var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        shell.AddScript(script, useLocalScope: false);
        Proxy.Stop = () => shell.BeginStop(null, null);
        var output = new List<PSObject>();
        List<ErrorRecord> terminating = [];
        var isStopped = false;
        try
        {
            shell.Invoke(null, output);
        }
        catch (PipelineStoppedException)
        {
            isStopped = true;
        }
        catch (RuntimeException failure)
        {
            terminating.Add(failure.ErrorRecord);
        }

        return new Ran([.. output.Select(static one => one.BaseObject)], [.. shell.Streams.Error, .. terminating],
            isStopped || shell.InvocationStateInfo.State == PSInvocationState.Stopped);
    }

    /// <summary>Lets everything come to its end.</summary>
    public void Settle() => Simulator.Control.Advance(TimeSpan.FromHours(6));

    /// <summary>Every resource as it is: raw, and without what no two runs share.</summary>
    public Picture Look() => Picture.Of(Simulator.Control.Keep().World);

    public void Dispose()
    {
        _connection?.Dispose();
        _runspace.Dispose();
        if (_file is not null) File.Delete(_file);
    }

    private static string Write(string scenario)
    {
        var path = Path.GetTempFileName();
        File.WriteAllText(path, scenario);
        return path;
    }
}

/// <summary>All resources of a simulated cloud.</summary>
/// <param name="Raw">Each resource's record by its id.</param>
/// <param name="Comparable">Each resource without ids, times and marks that are made anew each time, sorted.</param>
internal sealed partial record Picture(IReadOnlyDictionary<string, string> Raw, IReadOnlyList<string> Comparable)
{
    private static readonly HashSet<string> Made = new(StringComparer.OrdinalIgnoreCase)
    {
        "etag", "systemData", "resourceGuid", "createdOn", "modifiedOn", "updatedOn", "createdBy", "updatedBy", "endTime", "startTime",
    };

    private static readonly System.Text.Json.JsonSerializerOptions Plain = new()
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static Picture Of(JsonObject world)
    {
        Dictionary<string, string> raw = new(StringComparer.OrdinalIgnoreCase);
        List<string> comparable = [];
        foreach (var (id, record) in world)
        {
            if (!id.StartsWith("/subscriptions/", StringComparison.OrdinalIgnoreCase)) continue;
            raw[id] = record!.ToJsonString(Plain);
            var body = (JsonObject)record.DeepClone();
            Strip(body);
            comparable.Add($"{Same(id)} {Same(body.ToJsonString(Plain))}");
        }

        comparable.Sort(StringComparer.OrdinalIgnoreCase);
        return new Picture(raw, comparable);
    }

    /// <summary>What is in one and not in the other; empty where they are the same.</summary>
    public string DifferencesFrom(Picture other)
    {
        List<string> here = [.. Comparable], there = [.. other.Comparable];
        foreach (var one in Comparable)
            if (there.Remove(one)) here.Remove(one);
        List<string> lines = [];
        foreach (var one in here)
        {
            var id = one[..one.IndexOf(' ', StringComparison.Ordinal)];
            if (there.FindIndex(other => other.StartsWith(id + " ", StringComparison.OrdinalIgnoreCase)) is var at and >= 0)
            {
                lines.Add($"  {id}: {Around(one, there[at])} instead of {Around(there[at], one)}");
                there.RemoveAt(at);
            }
            else
            {
                lines.Add("  besides: " + id);
            }
        }

        return string.Join(Environment.NewLine,
            [.. lines, .. there.Select(static one => "  missing: " + one[..one.IndexOf(' ', StringComparison.Ordinal)])]);
    }

    /// <summary>Where two texts begin to differ.</summary>
    private static string Around(string text, string other)
    {
        var at = text.Zip(other).TakeWhile(static pair => pair.First == pair.Second).Count();
        return text[Math.Max(0, at - 30)..Math.Min(text.Length, at + 60)];
    }

    // Ids, times, hashes, and numbers that are drawn: a cluster's and a node port's.
    private static string Same(string text) =>
        Drawn().Replace(Times().Replace(Hashes().Replace(Guids().Replace(text, "*"), "*"), "*"), "*");

    private static void Strip(JsonNode? node)
    {
        if (node is JsonArray list)
        {
            foreach (var item in list) Strip(item);
        }

        if (node is not JsonObject members) return;
        foreach (var name in members.Select(static member => member.Key).ToArray())
        {
            if (Made.Contains(name)) members.Remove(name);
            else Strip(members[name]);
        }
    }

    [GeneratedRegex("[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")]
    private static partial Regex Guids();

    [GeneratedRegex("\\b[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(?:Z|[+-][0-9:]+)")]
    private static partial Regex Times();

    [GeneratedRegex("(?<![0-9a-zA-Z])[0-9]{5}(?![0-9a-zA-Z])")]
    private static partial Regex Drawn();

    [GeneratedRegex("(?<![0-9a-zA-Z])(?=[0-9a-f]*[0-9])[0-9a-f]{8,}(?![0-9a-zA-Z])")]
    private static partial Regex Hashes();
}
