using System.Collections;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace AmlVnet.Shell;

/// <summary>Shows what the engine says, and asks what it asks.</summary>
internal sealed class ShellInterface : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    private readonly Lock _gate = new();
    private readonly bool _isInteractive;
    private readonly ProgressLine _progress =
        new(Console.Error, ConsoleTerminal.IsErrorRedrawable, () => ConsoleTerminal.WindowWidth, TimeProvider.System);

    public ShellInterface(bool isInteractive)
    {
        _isInteractive = isInteractive;
        RawUI = new ShellRawInterface(AnswerCancellation);
    }

    /// <summary>Gives up a question that waits for an answer; the host renews it with each pipeline.</summary>
    public CancellationToken Interrupted { get; set; }

    /// <summary>Whether all that is written goes to standard error, as the view of an error does.</summary>
    public bool IsShowingError { get; set; }

    public override PSHostRawUserInterface RawUI { get; }

    public override bool SupportsVirtualTerminal => ConsoleTerminal.IsOutputColored;

    public override void Write(string value) => WriteText(value, IsShowingError);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value)
    {
        if (!ConsoleTerminal.IsOutputColored)
        {
            Write(value);
            return;
        }

        lock (_gate)
        {
            _progress.Erase();
            Console.ForegroundColor = foregroundColor;
            if (backgroundColor != RawUI.BackgroundColor) Console.BackgroundColor = backgroundColor;
            Console.Write(value);
            Console.ResetColor();
        }
    }

    public override void WriteLine(string value) => Write(value + Environment.NewLine);

    public override void WriteErrorLine(string value) =>
        WriteText(Colored(value, PSStyle.Instance.Formatting.Error, ConsoleTerminal.IsErrorColored) + Environment.NewLine, isError: true);

    public override void WriteDebugLine(string message) => WriteStream("DEBUG: ", message, PSStyle.Instance.Formatting.Debug);

    public override void WriteVerboseLine(string message) => WriteStream("VERBOSE: ", message, PSStyle.Instance.Formatting.Verbose);

    public override void WriteWarningLine(string message) => WriteStream("WARNING: ", message, PSStyle.Instance.Formatting.Warning);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        lock (_gate) _progress.Show(sourceId, record);
    }

    /// <summary>Takes the progress line away; called when a pipeline has ended.</summary>
    public void EraseProgress()
    {
        lock (_gate) _progress.Erase();
    }

    public override string ReadLine()
    {
        ThrowIfNotInteractive("a line of input (ReadLine)");
        return LineReader.ReadLine(AnswerCancellation()) ?? "";
    }

    public override SecureString ReadLineAsSecureString()
    {
        ThrowIfNotInteractive("a line of secret input (ReadLineAsSecureString)");
        return LineReader.ReadSecret(AnswerCancellation());
    }

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ThrowIfNotInteractive(Name(caption, message));
        WriteQuestion(caption, message);
        var keys = choices.Select(HotKey).ToArray();
        while (true)
        {
            var defaultText = defaultChoice >= 0 ? $" (default is \"{ShortName(defaultChoice)}\")" : "";
            Write($"{string.Join("  ", choices.Select((choice, i) => $"[{ShortName(i)}] {Label(choice)}"))}  [?] Help{defaultText}: ");
            var answer = ReadAnswer().Trim();
            if (answer.Length == 0 && defaultChoice >= 0) return defaultChoice;
            if (answer == "?")
            {
                for (var i = 0; i < choices.Count; i++) WriteLine($"{ShortName(i)} - {choices[i].HelpMessage}");
                continue;
            }

            var found = Find(answer, keys, choices);
            if (found >= 0) return found;
        }

        string ShortName(int index) => keys[index].Length > 0 ? keys[index] : Label(choices[index]);
    }

    public Collection<int> PromptForChoice(
        string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
    {
        ArgumentNullException.ThrowIfNull(choices);
        ThrowIfNotInteractive(Name(caption, message));
        WriteQuestion(caption, message);
        var keys = choices.Select(HotKey).ToArray();
        var chosen = new Collection<int>();
        WriteLine(string.Join("  ", choices.Select((choice, i) => $"[{(keys[i].Length > 0 ? keys[i] : Label(choice))}] {Label(choice)}")));
        while (true)
        {
            Write($"Choice[{chosen.Count}]: ");
            var answer = ReadAnswer().Trim();
            if (answer.Length == 0) return chosen.Count > 0 ? chosen : [.. defaultChoices ?? []];

            var found = Find(answer, keys, choices);
            if (found >= 0) chosen.Add(found);
        }
    }

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
    {
        ArgumentNullException.ThrowIfNull(descriptions);
        ThrowIfNotInteractive($"{Name(caption, message)} ({string.Join(", ", descriptions.Select(field => field.Name))})");
        WriteQuestion(caption, message);
        var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
        foreach (var field in descriptions) answers[field.Name] = PSObject.AsPSObject(AskField(field));

        return answers;
    }

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        PromptForCredential(caption, message, userName, targetName, PSCredentialTypes.Default, PSCredentialUIOptions.Default);

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options)
    {
        ThrowIfNotInteractive(Name(caption, message));
        WriteQuestion(caption, message);
        while (string.IsNullOrEmpty(userName))
        {
            Write("User: ");
            userName = ReadAnswer();
        }

        Write($"Password for user {userName}: ");
        return new PSCredential(userName, LineReader.ReadSecret(AnswerCancellation()));
    }

    private static string Label(ChoiceDescription choice) => choice.Label.Replace("&", "", StringComparison.Ordinal);

    private static string HotKey(ChoiceDescription choice)
    {
        var at = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return at >= 0 && at + 1 < choice.Label.Length ? choice.Label[(at + 1)..(at + 2)].ToUpperInvariant() : "";
    }

    private static int Find(string answer, string[] keys, Collection<ChoiceDescription> choices)
    {
        for (var i = 0; i < keys.Length; i++)
            if (string.Equals(answer, keys[i], StringComparison.OrdinalIgnoreCase) ||
                string.Equals(answer, Label(choices[i]), StringComparison.OrdinalIgnoreCase))
                return i;

        return -1;
    }

    private static string Name(string? caption, string? message) =>
        string.Join(": ", new[] { caption, message }.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!.Trim()));

    private static string Colored(string text, string color, bool isColored) =>
        !isColored || text.Contains('\u001b', StringComparison.Ordinal) ? text : color + text + PSStyle.Instance.Reset;

    // The engine puts the assembly-qualified type name where the property says assembly name.
    private static Type FieldType(FieldDescription field) =>
        LanguagePrimitives.TryConvertTo<Type>(field.ParameterAssemblyFullName, out var type) && type is not null ? type
        : LanguagePrimitives.TryConvertTo(field.ParameterTypeFullName, out type) && type is not null ? type
        : typeof(string);

    private object AskField(FieldDescription field)
    {
        var type = FieldType(field);
        if (type == typeof(PSCredential)) return PromptForCredential("", field.Label, "", "");
        if (typeof(IList).IsAssignableFrom(type)) return AskList(field.Name, type.IsArray ? type.GetElementType()! : typeof(object));

        while (true)
        {
            Write($"{field.Name}: ");
            if (type == typeof(SecureString)) return LineReader.ReadSecret(AnswerCancellation());

            var answer = ReadAnswer();
            if (answer == "!?")
            {
                WriteLine(string.IsNullOrEmpty(field.HelpMessage) ? "No help is available." : field.HelpMessage);
                continue;
            }

            if (answer.Length == 0 && field.DefaultValue is not null) return field.DefaultValue;
            if (LanguagePrimitives.TryConvertTo(answer, type, CultureInfo.InvariantCulture, out var value)) return value;
            WriteErrorLine($"\"{answer}\" is no {type.Name}.");
        }
    }

    private Array AskList(string name, Type elementType)
    {
        var elements = new ArrayList();
        while (true)
        {
            Write($"{name}[{elements.Count}]: ");
            if (elementType == typeof(SecureString))
            {
                var secret = LineReader.ReadSecret(AnswerCancellation());
                if (secret.Length == 0) return elements.ToArray(elementType);
                elements.Add(secret);
                continue;
            }

            var answer = ReadAnswer();
            if (answer.Length == 0) return elements.ToArray(elementType);
            if (LanguagePrimitives.TryConvertTo(answer, elementType, CultureInfo.InvariantCulture, out var value)) elements.Add(value);
            else WriteErrorLine($"\"{answer}\" is no {elementType.Name}.");
        }
    }

    private string ReadAnswer() => LineReader.ReadLine(AnswerCancellation()) ?? "";

    // A stopped pipeline must not hang on a question, and its stop is no failure of the question.
    private CancellationToken AnswerCancellation()
    {
        if (Interrupted.IsCancellationRequested) throw new PipelineStoppedException();
        return Interrupted;
    }

    private void ThrowIfNotInteractive(string question)
    {
        if (_isInteractive)
        {
            LineReader.StopEcho();
            return;
        }

        throw new PSInvalidOperationException(
            $"The session is not interactive, so this cannot be asked: {question.ReplaceLineEndings(" ").TrimEnd('.')}. " +
            "Give the answer as a parameter (such as -Confirm:$false or -Force, where the command has it), " +
            "or run the script in a terminal without -NonInteractive.");
    }

    private void WriteQuestion(string? caption, string? message)
    {
        WriteLine("");
        if (!string.IsNullOrEmpty(caption)) WriteLine(Colored(caption, PSStyle.Instance.Bold, ConsoleTerminal.IsOutputColored));
        if (!string.IsNullOrEmpty(message)) WriteLine(message);
    }

    private void WriteStream(string prefix, string message, string color) =>
        WriteText(Colored(prefix + message, color, ConsoleTerminal.IsOutputColored) + Environment.NewLine, isError: false);

    private void WriteText(string text, bool isError)
    {
        lock (_gate)
        {
            _progress.Erase();
            if (isError) Console.Error.Write(GetOutputString(text, ConsoleTerminal.IsErrorColored));
            else Console.Write(GetOutputString(text, ConsoleTerminal.IsOutputColored));
        }
    }
}
