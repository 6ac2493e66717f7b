using System.Globalization;
using System.Text;

namespace AmlVnet.Simulator.Control;

/// <summary>Drives a simulator in rehearsals and tests. What it sets is part of the state and survives with it.</summary>
public sealed class SimulatorControl
{
    private readonly Transactions _transactions;
    private readonly CloudState _state;
    private readonly Faults _faults;
    private readonly RequestLog _log;
    private readonly Func<string?, JsonObject> _load;
    private readonly Action<JsonObject> _replace;

    /// <param name="transactions">What everything is done in.</param>
    /// <param name="state">The state.</param>
    /// <param name="faults">The fault rules.</param>
    /// <param name="log">The requests so far.</param>
    /// <param name="load">The document of a scenario; null is the first one.</param>
    /// <param name="replace">Makes the world of a document in the place of the present one.</param>
    internal SimulatorControl(
        Transactions transactions, CloudState state, Faults faults, RequestLog log, Func<string?, JsonObject> load,
        Action<JsonObject> replace)
    {
        (_transactions, _state, _faults, _log) = (transactions, state, faults, log);
        (_load, _replace) = (load, replace);
    }

    /// <summary>The names of all settings that <see cref="Set(string, string?)"/> takes, with their present values as JSON.</summary>
    public string SettingsJson => _transactions.Do(() => _state.Settings.Effective().ToJsonString(Json.Compact));

    /// <summary>The most that <see cref="Advance"/> takes at once: ten years.</summary>
    public static TimeSpan LongestAdvance { get; } = TimeSpan.FromDays(3650);

    /// <summary>Moves simulated time forward and finishes what comes due.</summary>
    /// <param name="simulated">By how much; never negative, and at most <see cref="LongestAdvance"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="simulated"/> is not in these bounds.</exception>
    public void Advance(TimeSpan simulated)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(simulated, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(simulated, LongestAdvance);
        _transactions.Do(() =>
        {
            _state.Clock.Advance(simulated);
            _transactions.CatchUp(_state.Clock.UtcNow);
        });
    }

    /// <summary>Makes several changes as one: when one of them is refused, none is made.</summary>
    /// <param name="changes">Makes them, with this class. The clock and the log do not go back, so they come last.</param>
    public void Together(Action changes)
    {
        ArgumentNullException.ThrowIfNull(changes);
        _transactions.Do(() =>
        {
            changes();
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

    /// <summary>Adds a fault rule. Rules are tried in the order in which they were added.</summary>
    /// <param name="rule">The rule.</param>
    /// <returns>The rule with its id.</returns>
    /// <exception cref="ArgumentException">The rule could never hit, or a value of it is out of range.</exception>
    public FaultRule AddFault(FaultRule rule)
    {
        ArgumentNullException.ThrowIfNull(rule);
        return _transactions.Do(() => _faults.Add(rule));
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
    public bool RemoveFault(string id) => _transactions.Do(() => _faults.Remove(id));

    /// <summary>Removes all fault rules.</summary>
    public void ClearFaults() => _transactions.Do(() =>
    {
        _faults.Clear();
    });

    /// <summary>The fault rules in their order.</summary>
    public IReadOnlyList<FaultRule> Faults => _transactions.Do(() => _faults.All);

    /// <summary>Makes the world anew. Faults and settings go too.</summary>
    /// <param name="scenario">The scenario's name or path; null is the one the simulator was started with.</param>
    /// <exception cref="ArgumentException">There is no such scenario.</exception>
    public void Reset(string? scenario = null)
    {
        var document = _load(scenario);
        _transactions.Do(() => _replace(document));
    }

    /// <summary>Forgets the requests so far.</summary>
    public void ClearLog() => _log.Clear();

    /// <summary>The simulated time.</summary>
    public DateTimeOffset UtcNow => _state.Clock.UtcNow;

    internal double? TimeScale => _state.Clock.Scale;

    internal IReadOnlyList<SimulatorLogEntry> Log => _log.Entries;

    /// <summary>The whole world and its time, to begin from again.</summary>
    internal (JsonObject World, DateTimeOffset Time) Keep() => _transactions.Do(() => (_state.World.Snapshot(), _state.Clock.UtcNow));

    /// <summary>Puts a kept world in the place of the present one.</summary>
    internal void Begin(JsonObject world) => _transactions.Do(() =>
    {
        _state.World.Empty();
        _state.World.Settle();
        _state.World.Apply(world);
    });

    /// <summary>Takes back what the current transaction has changed so far.</summary>
    internal void Undo() => _state.World.Undo();

    internal JsonObject State() => _transactions.Do(() => new JsonObject
    {
        ["time"] = _state.Clock.UtcNow.ToString("O", CultureInfo.InvariantCulture),
        ["timeScale"] = _state.Clock.Scale,
        ["subscriptionId"] = Tenancy.SubscriptionId,
        ["tenantId"] = Tenancy.TenantId,
        ["settings"] = _state.Settings.Effective(),
        ["faults"] = new JsonArray([.. _faults.All.Select(f => (JsonNode)Control.Faults.ToJson(f))]),
        ["resources"] = _state.World.Count,
        ["requests"] = _log.Entries.Count,
    });

    internal void SetNode(string name, JsonNode? value)
    {
        var problem = Settings.Problem(name, value);
        if (problem is not null)
            throw new ArgumentException(problem);
        _transactions.Do(() =>
        {
            _state.Settings.Set(name, value);
        });
    }
}
