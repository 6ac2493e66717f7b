using System.Collections;
using System.Management.Automation.Language;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets.Completion;

/// <summary>
/// What Tab gives where no file is meant and nothing is known: the word as it stands. Without it the engine offers files.
/// </summary>
internal sealed class NoFileCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters) => Keep(wordToComplete);

    /// <summary>The word, or an empty text where there is none yet.</summary>
    internal static IEnumerable<CompletionResult> Keep(string? word) =>
        [new CompletionResult(string.IsNullOrEmpty(word) ? "''" : word, string.IsNullOrEmpty(word) ? "''" : word,
            CompletionResultType.Text, "a value of your own")];
}

/// <summary>Completes from a set that is known without a connection.</summary>
internal abstract class KnownCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = wordToComplete ?? "";
        var pattern = new WildcardPattern(word.Trim('\'', '"') + "*", WildcardOptions.IgnoreCase);
        CompletionResult[] found;
        try
        {
            found = [.. List(fakeBoundParameters).Where(one => pattern.IsMatch(one.Value)).Select(one =>
                new CompletionResult(Text(one.Value), one.Value, CompletionResultType.ParameterValue, one.Tooltip))];
        }
        catch (Exception e) when (e is AmlVnetException or InvalidOperationException)
        {
            found = [];
        }

        return found.Length > 0 ? found : Other(word);
    }

    private protected abstract IEnumerable<Choice> List(IDictionary bound);

    private protected virtual string Text(string value) => AzureCompleter.Quoted(value);

    private protected virtual IEnumerable<CompletionResult> Other(string word) => NoFileCompleter.Keep(word);
}

/// <summary>Ids of checks.</summary>
internal sealed class CheckIdCompleter : KnownCompleter
{
    private protected override IEnumerable<Choice> List(IDictionary bound) => CheckCatalogue.Rules.Select(static rule =>
        new Choice(rule.Id, rule.Title));
}

/// <summary>Scenarios by their names; files that hold one otherwise.</summary>
internal sealed class ScenarioCompleter : IArgumentCompleter
{
    public IEnumerable<CompletionResult> CompleteArgument(string commandName, string parameterName, string wordToComplete,
        CommandAst commandAst, IDictionary fakeBoundParameters)
    {
        var word = (wordToComplete ?? "").Trim('\'', '"');
        var pattern = new WildcardPattern(WildcardPattern.Escape(word) + "*", WildcardOptions.IgnoreCase);
        return SimulatorDesk.ScenarioNames.Where(name => pattern.IsMatch(name)).Order(StringComparer.OrdinalIgnoreCase)
            .Select(static name => new CompletionResult(name, name, CompletionResultType.ParameterValue, "scenario " + name))
            .Concat(CompletionCompleters.CompleteFilename(word));
    }
}

/// <summary>Keys of the simulator's settings, each as a table to fill in.</summary>
internal sealed class SettingCompleter : KnownCompleter
{
    private protected override IEnumerable<Choice> List(IDictionary bound)
    {
        if (Session.Current.Context?.Connection is not AzureConnection { IsSimulator: true } azure) return [];
        return SimulatorDesk.Of(azure).Read().Setting.OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => new Choice(one.Key, $"now {one.Value}"));
    }

    private protected override string Text(string value) => $"@{{ {value} = }}";
}

/// <summary>Tenants of the sign-ins of this runspace.</summary>
internal sealed class TenantCompleter : KnownCompleter
{
    private protected override IEnumerable<Choice> List(IDictionary bound) => Session.Current.Known
        .Where(static one => !string.IsNullOrEmpty(one.TenantId)).DistinctBy(static one => one.TenantId, StringComparer.OrdinalIgnoreCase)
        .Select(static one => new Choice(one.TenantId!, $"tenant of {one.Account ?? one.SubscriptionName ?? one.SubscriptionId}"));
}

/// <summary>Release trains of the extension.</summary>
internal sealed class ReleaseTrainCompleter : KnownCompleter
{
    private protected override IEnumerable<Choice> List(IDictionary bound) =>
        [new Choice("Stable", "the tested releases; the default"), new Choice("Preview", "releases before they are stable")];
}
