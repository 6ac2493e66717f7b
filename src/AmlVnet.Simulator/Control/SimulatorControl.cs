using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Control;

/// <summary>Drives a simulator in rehearsals and tests. What it sets is part of the state and survives with it.</summary>
public sealed class SimulatorControl
{
    private readonly AzureSimulator _simulator;
    private readonly Cloud _cloud;

    internal SimulatorControl(AzureSimulator simulator, Cloud cloud) => (_simulator, _cloud) = (simulator, cloud);

    /// <summary>The names of all settings that <see cref="Set(string, string?)"/> takes, with their present values as JSON.</summary>
    public string SettingsJson => _simulator.Within(() => _cloud.Settings.Effective().ToJsonString(Json.Compact));

    /// <summary>The most that <see cref="Advance"/> takes at once: ten years.</summary>
    public static TimeSpan LongestAdvance { get; } = TimeSpan.FromDays(3650);

    /// <summary>Moves simulated time forward and finishes what comes due.</summary>
    /// <param name="simulated">By how much; never negative, and at most <see cref="LongestAdvance"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="simulated"/> is not in these bounds.</exception>
    public void Advance(TimeSpan simulated)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(simulated, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(simulated, LongestAdvance);
        _simulator.Within(() =>
        {
            _simulator.Clock.Advance(simulated);
            _cloud.Operations.CatchUp(_simulator.Clock.UtcNow);
            return 0;
        });
    }

    /// <summary>Makes several changes as one: when one of them is refused, none is made.</summary>
    /// <param name="changes">Makes them, with this class. The clock and the log do not go back, so they come last.</param>
    public void Together(Action changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _simulator.Within(() =>
        {
            changes();
            return 0;
        });
    }

    /// <summary>Changes a setting.</summary>
    /// <param name="name">The setting, such as <c>assignmentSeconds</c>; see <see cref="SettingsJson"/> and the simulator's guide.</param>
    /// <param name="json">The value as JSON; null goes back to the default.</param>
    /// <exception cref="ArgumentException">There is no such setting, or the value is not JSON of the right kind.</exception>
    public void Set(string name, string? json)
    {
        JsonNode? value;
        try
        {
            value = json is null ? null : Json.Parse(Encoding.UTF8.GetBytes(json));
        }
        catch (System.Text.Json.JsonException problem)
        {
            throw new ArgumentException($"The value of '{name}' is not JSON: {problem.Message}", problem);
        }
        SetNode(name, value);
    }

    /// <summary>How long after the cluster's creation role assignments do not know its new principal: without and with principalType in
    /// the request.</summary>
    /// <param name="withoutType">The delay when the request does not say the principal's type.</param>
    /// <param name="withType">The delay when it does.</param>
    public void SetPrincipalDelay(TimeSpan withoutType, TimeSpan withType) => Together(() =>
    {
        SetNode("principalSeconds", withoutType.TotalSeconds);
        SetNode("principalWithTypeSeconds", withType.TotalSeconds);
    });

    /// <summary>How long a new role assignment takes to act. Assignments that exist keep the delay they were made with.</summary>
    /// <param name="delay">The delay; zero lets it act at once.</param>
    public void SetAssignmentDelay(TimeSpan delay) => SetNode("assignmentSeconds", delay.TotalSeconds);

    /// <summary>What the caller may do, as in a role definition. Null is everything.</summary>
    /// <param name="actions">The actions, with <c>*</c> for any text.</param>
    /// <param name="notActions">What is taken away from them.</param>
    public void SetCallerPermissions(IEnumerable<string>? actions, IEnumerable<string>? notActions = null) =>
        SetNode("caller", actions is null && notActions is null ? null : new JsonObject
        {
            ["actions"] = Json.List(actions ?? ["*"]),
            ["notActions"] = Json.List(notActions ?? []),
        });

    /// <summary>Limits requests as Azure does, with a token bucket; null lifts the limit.</summary>
    /// <param name="kind"><c>reads</c>, <c>writes</c> or <c>deletes</c>.</param>
    /// <param name="capacity">How many requests fit into the bucket.</param>
    /// <param name="perSecond">How many are given back in each simulated second.</param>
    /// <exception cref="ArgumentException"><paramref name="kind"/> is none of the three, or a number is out of range.</exception>
    public void SetThrottling(string kind, int? capacity, double perSecond = 25)
    {
        if (kind is not ("reads" or "writes" or "deletes"))
            throw new ArgumentException($"'{kind}' is not reads, writes or deletes.");
        _simulator.Within(() =>
        {
            var all = (JsonObject?)_cloud.Settings.Values.Object("throttling")?.DeepClone() ?? [];
            if (capacity is null)
                all.Remove(kind);
            else
                all[kind] = new JsonObject { ["capacity"] = capacity, ["perSecond"] = perSecond };
            SetNode("throttling", all);
            return 0;
        });
    }

    /// <summary>Adds a fault rule. Rules are tried in the order in which they were added.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The rule with its id.</returns>
    /// <exception cref="ArgumentException">The rule could never hit, or a value of it is out of range.</exception>
    public FaultRule AddFault(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return _simulator.Within(() => _cloud.Faults.Add(rule));
    }

    /// <summary>Adds a fault rule that is written as JSON; names and kinds may be in any case.</summary>
    /// <param name="json">The rule, as the simulator's guide describes it.</param>
    /// <returns>The rule with its id.</returns>
    /// <exception cref="ArgumentException">It is not such a rule, could never hit, or a value of it is out of range.</exception>
    public FaultRule AddFault(string json)
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            return AddFault(Control.Faults.Read(Json.Parse(Encoding.UTF8.GetBytes(json)) as JsonObject
                ?? throw new ArgumentException("A fault rule is a JSON object.")));
        }
        catch (System.Text.Json.JsonException problem)
        {
            throw new ArgumentException($"The fault rule is not JSON: {problem.Message}", problem);
        }
    }

    /// <summary>Removes a fault rule.</summary>
    /// <param name="id">The rule's id.</param>
    /// <returns>Whether there was such a rule.</returns>
    public bool RemoveFault(string id) => _simulator.Within(() => _cloud.Faults.Remove(id));

    /// <summary>Removes all fault rules.</summary>
    public void ClearFaults() => _simulator.Within(() =>
    {
        _cloud.Faults.Clear();
        return 0;
    });

    /// <summary>The fault rules in their order.</summary>
    public IReadOnlyList<FaultRule> Faults => _simulator.Within(() => _cloud.Faults.All);

    /// <summary>Makes the world anew. Faults and settings go too.</summary>
    /// <param name="scenario">The scenario's name or path; null is the one the simulator was started with.</param>
    /// <exception cref="ArgumentException">There is no such scenario.</exception>
    public void Reset(string? scenario = null) => _simulator.Reset(scenario);

    /// <summary>Forgets the requests so far.</summary>
    public void ClearLog() => _simulator.ClearLog();

    /// <summary>The simulated time.</summary>
    public DateTimeOffset UtcNow => _simulator.Clock.UtcNow;

    internal AzureSimulator Simulator => _simulator;

    internal JsonObject State() => _simulator.Within(() => new JsonObject
    {
        ["time"] = _simulator.Clock.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["timeScale"] = _simulator.Clock.Scale,
        ["subscriptionId"] = AzureSimulator.SubscriptionId,
        ["tenantId"] = AzureSimulator.TenantId,
        ["settings"] = _cloud.Settings.Effective(),
        ["faults"] = new JsonArray([.. _cloud.Faults.All.Select(f => (JsonNode)Control.Faults.ToJson(f))]),
        ["resources"] = _cloud.World.Count,
        ["requests"] = _simulator.Log.Count,
    });

    internal void SetNode(string name, JsonNode? value)
    {
        var problem = Settings.Problem(name, value);
        if (problem is not null)
            throw new ArgumentException(problem);
        _simulator.Within(() =>
        {
            _cloud.Settings.Set(name, value);
            return 0;
        });
    }
}
