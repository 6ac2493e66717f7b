using System.Collections;
using AmlVnet.Arm.Simulation;

namespace AmlVnet.Cmdlets;

/// <summary>Drives the simulator: its clock, its delays, its faults, and what the caller may do.</summary>
[Cmdlet(VerbsCommon.Set, "AmlSimulator", SupportsShouldProcess = true)]
[OutputType(typeof(AmlSimulatorState))]
public sealed class SetAmlSimulatorCommand : ArmCmdlet
{
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ScenarioCompleter))]
    public string? Scenario { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan PrincipalDelay { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan RoleAssignmentDelay { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? CallerAction { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[]? CallerNotAction { get; set; }

    [Parameter, ArgumentCompleter(typeof(SettingCompleter))]
    public Hashtable? Setting { get; set; }

    [Parameter]
    public SwitchParameter ClearFault { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable[]? Fault { get; set; }

    [Parameter]
    public SwitchParameter ClearLog { get; set; }

    [Parameter, Alias("AdvanceBy"), ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Advance { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        var desk = SimulatorDesk.Of(Azure.Connection);
        var acts = new List<Action>();
        foreach (var (sentence, act) in Changes(desk))
            if (await AskAsync(sentence, Context.ToString(), cancel).ConfigureAwait(false))
                acts.Add(act);
        desk.Together(acts);
        if (PassThru && !IsWhatIf) Streams.Output(desk.Read());
    }

    /// <summary>What is asked for, the world first; last come the clock and the log, which cannot be set back.</summary>
    private IEnumerable<(string Sentence, Action Act)> Changes(SimulatorDesk desk)
    {
        if (Scenario is not null) yield return ($"Make the world anew from scenario '{Scenario}'", () => desk.Reset(Scenario));
        if (IsGiven(nameof(PrincipalDelay)))
            yield return ($"Let new principals be unknown for {PrincipalDelay}", () => desk.SetPrincipalDelay(PrincipalDelay));
        if (IsGiven(nameof(RoleAssignmentDelay)))
            yield return ($"Let new role assignments take effect after {RoleAssignmentDelay}",
                () => desk.SetAssignmentDelay(RoleAssignmentDelay));
        if (IsGiven(nameof(CallerAction)) || IsGiven(nameof(CallerNotAction)))
            yield return ("Change what the caller may do", () => desk.SetCaller(CallerAction, CallerNotAction));
        foreach (DictionaryEntry setting in Setting ?? [])
            yield return ($"Set {setting.Key} to {SimulatorDesk.Shown(setting.Key.ToString()!, setting.Value)}",
                () => desk.Set(setting.Key.ToString()!, setting.Value is PSObject wrapped ? wrapped.BaseObject : setting.Value));
        if (ClearFault) yield return ("Remove all fault rules", desk.ClearFaults);
        foreach (var fault in Fault ?? [])
        {
            var rule = new Dictionary<string, object?>();
            foreach (DictionaryEntry part in fault) rule[part.Key.ToString()!] =
                part.Value is PSObject wrapped ? wrapped.BaseObject : part.Value;
            yield return ($"Add a fault rule ({string.Join(", ", rule.Select(static p => $"{p.Key} {p.Value}"))})",
                () => desk.AddFault(rule));
        }

        if (IsGiven(nameof(Advance))) yield return ($"Move the simulated clock forward by {Advance}", () => desk.Advance(Advance));
        if (ClearLog) yield return ("Forget the requests so far", desk.ClearLog);
    }
}
