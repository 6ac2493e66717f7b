using System.Collections.Concurrent;
using System.Collections.ObjectModel;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using System.Text;

namespace AmlVnet.Module.Tests;

/// <summary>A question that the engine or a cmdlet put to the user.</summary>
/// <param name="Caption">The headline.</param>
/// <param name="Message">The question.</param>
/// <param name="Choices">The choices' labels without <c>&amp;</c>, or the fields' names.</param>
internal sealed record AskedPrompt(string Caption, string Message, IReadOnlyList<string> Choices);

/// <summary>
/// A host that remembers what it was told and answers from a script. With <see cref="IsInteractive"/> off it refuses every question, as
/// pwsh -NonInteractive does.
/// </summary>
internal sealed class CapturingHost : PSHost
{
    private readonly CapturingInterface _ui;

    public CapturingHost() => _ui = new CapturingInterface(this);

    /// <summary>Whether questions are answered (from <see cref="Answers"/>) or refused.</summary>
    public bool IsInteractive { get; set; } = true;

    /// <summary>
    /// Answers in the order of the questions: a choice's label without <c>&amp;</c> (such as <c>Yes to All</c>) or its index, a line for
    /// ReadLine or a field, a <see cref="SecureString"/> or string for secure fields, a <see cref="PSCredential"/>.
    /// </summary>
    public ConcurrentQueue<object> Answers { get; } = new();

    /// <summary>The questions asked so far.</summary>
    public ConcurrentQueue<AskedPrompt> Prompts { get; } = new();

    /// <summary>Every progress record so far.</summary>
    public ConcurrentQueue<ProgressRecord> Progress { get; } = new();

    /// <summary>How long each progress record takes to show.</summary>
    public TimeSpan ProgressTakes { get; set; }

    /// <summary>All text written so far, every stream, as it came.</summary>
    public string Text => _ui.TextSoFar;

    /// <summary>The console's width in characters. Set it before text is formatted.</summary>
    public int Width { get; set; } = 160;

    /// <summary>Forgets the text written so far.</summary>
    public void ClearText() => _ui.Clear();

    public override CultureInfo CurrentCulture => CultureInfo.InvariantCulture;

    public override CultureInfo CurrentUICulture => CultureInfo.GetCultureInfo("en-US");

    public override Guid InstanceId { get; } = Guid.NewGuid();

    public override string Name => HostName;

    /// <summary>Which host this one is taken for.</summary>
    public string HostName { get; set; } = "AmlVnet test host";

    public override PSHostUserInterface UI => _ui;

    public override Version Version { get; } = new(1, 0);

    public override void EnterNestedPrompt() => throw new NotSupportedException();

    public override void ExitNestedPrompt() => throw new NotSupportedException();

    public override void NotifyBeginApplication()
    {
    }

    public override void NotifyEndApplication()
    {
    }

    public override void SetShouldExit(int exitCode)
    {
    }

    private sealed class CapturingInterface(CapturingHost host) : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
    {
        private readonly StringBuilder _text = new();
        private readonly CapturingRawInterface _raw = new(host);

        public string TextSoFar
        {
            get
            {
                lock (_text) return _text.ToString();
            }
        }

        public override PSHostRawUserInterface RawUI => _raw;

        public override bool SupportsVirtualTerminal => false;

        public void Clear()
        {
            lock (_text) _text.Clear();
        }

        public override void Write(string value)
        {
            lock (_text) _text.Append(value);
        }

        public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

        public override void WriteLine(string value) => Write(value + "\n");

        public override void WriteErrorLine(string value) => Write("ERROR: " + value + "\n");

        public override void WriteDebugLine(string message) => Write("DEBUG: " + message + "\n");

        public override void WriteVerboseLine(string message) => Write("VERBOSE: " + message + "\n");

        public override void WriteWarningLine(string message) => Write("WARNING: " + message + "\n");

        public override void WriteProgress(long sourceId, ProgressRecord record)
        {
            host.Progress.Enqueue(record);
            if (host.ProgressTakes > TimeSpan.Zero) Thread.Sleep(host.ProgressTakes);
        }

        public override string ReadLine() => (string)Ask(new AskedPrompt("", "", []));

        public override SecureString ReadLineAsSecureString() => Secure(Ask(new AskedPrompt("", "", [])));

        public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice)
        {
            var labels = choices.Select(choice => choice.Label.Replace("&", "", StringComparison.Ordinal)).ToArray();
            return Choice(labels, Ask(new AskedPrompt(caption, message, labels)));
        }

        public Collection<int> PromptForChoice(
            string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices)
        {
            var labels = choices.Select(choice => choice.Label.Replace("&", "", StringComparison.Ordinal)).ToArray();
            return [Choice(labels, Ask(new AskedPrompt(caption ?? "", message ?? "", labels)))];
        }

        public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions)
        {
            var answers = new Dictionary<string, PSObject>(StringComparer.OrdinalIgnoreCase);
            foreach (var field in descriptions)
            {
                var answer = Ask(new AskedPrompt(caption, message, [field.Name]));
                var secure = string.Equals(field.ParameterTypeName, nameof(SecureString), StringComparison.Ordinal);
                answers[field.Name] = PSObject.AsPSObject(secure ? Secure(answer) : answer);
            }

            return answers;
        }

        public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
            (PSCredential)Ask(new AskedPrompt(caption, message, [userName]));

        public override PSCredential PromptForCredential(
            string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes,
            PSCredentialUIOptions options) =>
            PromptForCredential(caption, message, userName, targetName);

        private static int Choice(string[] labels, object answer)
        {
            if (answer is int index) return index;

            var found = Array.IndexOf(labels, (string)answer);
            return found >= 0 ? found : throw new InvalidOperationException($"'{answer}' is none of: {string.Join(", ", labels)}.");
        }

        private static SecureString Secure(object answer)
        {
            if (answer is SecureString already) return already;

            var secret = new SecureString();
            foreach (var character in (string)answer) secret.AppendChar(character);
            return secret;
        }

        private object Ask(AskedPrompt prompt)
        {
            host.Prompts.Enqueue(prompt);
            if (!host.IsInteractive)
                throw new PSInvalidOperationException("The test's host is not interactive.");

            return host.Answers.TryDequeue(out var answer)
                ? answer
                : throw new InvalidOperationException($"The test gave no answer to \"{prompt.Caption} {prompt.Message}\".");
        }
    }

    private sealed class CapturingRawInterface(CapturingHost host) : PSHostRawUserInterface
    {
        public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

        public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

        public override Size BufferSize
        {
            get => new(host.Width, 1000);
            set => host.Width = value.Width;
        }

        public override Coordinates CursorPosition { get; set; }

        public override int CursorSize { get; set; } = 1;

        public override bool KeyAvailable => false;

        public override Size MaxPhysicalWindowSize => BufferSize;

        public override Size MaxWindowSize => BufferSize;

        public override Coordinates WindowPosition { get; set; }

        public override Size WindowSize
        {
            get => new(host.Width, 50);
            set => host.Width = value.Width;
        }

        public override string WindowTitle { get; set; } = "";

        public override void FlushInputBuffer()
        {
        }

        public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw new NotSupportedException();

        public override KeyInfo ReadKey(ReadKeyOptions options) => throw new NotSupportedException();

        public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
            throw new NotSupportedException();

        public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw new NotSupportedException();

        public override void SetBufferContents(Rectangle rectangle, BufferCell fill) => throw new NotSupportedException();
    }
}
