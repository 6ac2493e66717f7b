using System.Globalization;
using System.Text;

namespace AmlVnet.Core.Errors;

/// <summary>Errors about what a service answers, and about where a command was when it met them.</summary>
public static partial class Problems
{
    // What a terminal still shows well; a service's sentence is shorter, a page that it quotes is not.
    private const int LongestText = 1500;

    /// <summary>The command that waits for a resource's operation; null for a type that it does not take.</summary>
    public static string? WaitFor(string resourceId) => ArmId.TryParse(resourceId, ResourceTypes.Compute, out _, out _)
        ? $"Wait-AmlOperation -ResourceId '{resourceId}'" : null;

    /// <summary>An answer that is larger than any of Azure's.</summary>
    public static AmlVnetException AnswerTooLarge(string target, long largest) => new(nameof(AnswerTooLarge), ProblemKind.Connection,
        $"The answer about '{Named(target)}' is larger than {(largest >> 20).ToString(CultureInfo.InvariantCulture)} MB, and was not read.",
        InAzuresPlace, target);

    /// <summary>A list that does not come to its end.</summary>
    public static AmlVnetException EndlessList(string target, string why) => new(nameof(EndlessList), ProblemKind.Connection,
        $"The list '{Named(target)}' does not end: {why}.", InAzuresPlace, target);

    /// <summary>The command's own limit came while a request had no answer yet.</summary>
    public static AmlVnetException TimeRanOut(string target) => new(nameof(TimeRanOut), ProblemKind.Timeout,
        $"The time that -TimeoutSeconds gives ran out before '{Named(target)}' was answered.",
        "Run the same command again, with a longer -TimeoutSeconds if need be.", target);

    /// <summary>The command's own limit came between two steps: the next one was not begun, and nothing goes on.</summary>
    public static AmlVnetException TimeRanOut(string target, string next) => new(nameof(TimeRanOut), ProblemKind.Timeout,
        $"The time that -TimeoutSeconds gives ran out for '{Named(target)}' before this was begun: {next}. Nothing goes on.",
        "Run the same command again, with a longer -TimeoutSeconds if need be: it does only what is left.", target);

    /// <summary>The service accepted something, and how it goes on can't be read.</summary>
    public static AmlVnetException WaitBroken(string resourceId, AmlVnetException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return Told(failure, $"'{resourceId}' was accepted and may go on; how far it is can't be asked: {failure.Message}",
            First(WaitFor(resourceId), failure.RecommendedAction ?? "Run the same command again."), resourceId);
    }

    /// <summary>Something that this module does not know.</summary>
    public static AmlVnetException Unexpected(Exception failure, string? target)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return new(nameof(Unexpected), ProblemKind.OperationFailed,
            $"{(target is null ? "" : $"'{target}': ")}something went wrong that this module does not know: "
                + $"{failure.GetType().Name}: {Shown(failure.Message)}",
            "Run the same command again. If it ends the same, report it with what Get-Error shows.", target, failure);
    }

    /// <summary>The same error, with how far its command had come and how it goes on.</summary>
    /// <param name="failure">The error.</param>
    /// <param name="progress">What was done, may have been done and was not; null where nothing was sent.</param>
    /// <param name="goOn">The command that goes on; null where none can be written down.</param>
    public static AmlVnetException On(AmlVnetException failure, string? progress, string? goOn)
    {
        ArgumentNullException.ThrowIfNull(failure);
        var advice = failure.RecommendedAction;
        if (goOn is not null && advice?.Contains(goOn, StringComparison.Ordinal) != true)
            advice = advice is null ? goOn : $"{advice}\n{goOn}";
        return Told(failure, progress is null ? failure.Message : $"{failure.Message} {progress}", advice, failure.Target);
    }

    /// <summary>A service's words as a terminal may show them: without control characters, and no longer than it shows well.</summary>
    public static string Shown(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var shown = new StringBuilder(Math.Min(text.Length, LongestText));
        foreach (var one in text.AsSpan(0, Math.Min(text.Length, LongestText)))
        {
            // Also those that turn the direction of writing around, or that are no character at all.
            var isOdd = char.IsControl(one) || char.GetUnicodeCategory(one) is UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate;
            if (!isOdd) shown.Append(one);
            else if (shown.Length > 0 && shown[^1] != ' ') shown.Append(' ');
        }

        if (text.Length > LongestText)
            shown.Append(CultureInfo.InvariantCulture, $" … ({text.Length} characters)");
        return shown.ToString();
    }

    private static AmlVnetException Told(AmlVnetException failure, string message, string? advice, string? target) =>
        failure is ArmRequestException request
            ? new ArmRequestException(request.ErrorId, request.Kind, message, request.Status, request.Error, request.RequestId,
                request.CorrelationId, advice, target, request.InnerException)
            : new AmlVnetException(failure.ErrorId, failure.Kind, message, advice, target, failure.InnerException);

    private static string LookAtLog(string resourceId) => "Mend what the message names, and run the same command again. What Azure logged: "
        + $"az monitor activity-log list --resource-id '{resourceId}' --offset 2h";

    private static string Last(string id) => id[(id.LastIndexOf('/') + 1)..];

    /// <summary>What was asked for, without the query of its address.</summary>
    private static string Named(string target) => Shown(target.Split('?')[0]);
}
