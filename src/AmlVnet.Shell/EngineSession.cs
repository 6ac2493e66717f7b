using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;
using Microsoft.PowerShell;

namespace AmlVnet.Shell;

/// <summary>One runspace, and the ways to run something in it.</summary>
internal sealed class EngineSession : IDisposable
{
    /// <summary>What a process returns that Ctrl+C ended (128 + SIGINT).</summary>
    public const int InterruptedExitCode = 130;

    private static readonly TimeSpan HintDelay = TimeSpan.FromSeconds(1);
    private readonly ShellHost _host;
    private readonly Runspace _runspace;
    private readonly Lock _gate = new();
    private readonly Stack<PowerShell> _running = new();
    private readonly List<string> _history = [];
    private CancellationTokenSource _interrupt = new();
    private bool _isStopping;

    public EngineSession(ShellHost host)
    {
        _host = host;
        host.NestedPrompt = () => Loop(isNested: true);
        var state = InitialSessionState.CreateDefault2();
        // As pwsh's own default for a machine without a policy, so that the module's scripts load.
        if (OperatingSystem.IsWindows()) state.ExecutionPolicy = ExecutionPolicy.RemoteSigned;
        if (!ConsoleTerminal.IsOutputColored) PSStyle.Instance.OutputRendering = OutputRendering.PlainText;
        _runspace = RunspaceFactory.CreateRunspace(host, state);
        _runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        _runspace.Open();
        Console.CancelKeyPress += OnInterrupt;
    }

    /// <summary>Imports a module by its manifest and shows what went wrong.</summary>
    /// <returns>Whether it was imported.</returns>
    public bool ImportModule(string manifest) =>
        Run(shell => shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop)) ==
        PipelineEnd.Completed;

    /// <summary>Runs a script file.</summary>
    /// <returns>The process's exit code.</returns>
    public int RunFile(string path, IReadOnlyList<string> arguments)
    {
        var end = Run(shell =>
        {
            var script = new Command(path, isScript: false, useLocalScope: false);
            foreach (var argument in ScriptArguments.Bind(arguments)) script.Parameters.Add(argument);
            shell.Commands.AddCommand(script);
            HandOnExitOfNextScript();
        });
        return _host.ExitCode ?? ExitCode(end);
    }

    /// <summary>Runs text, as pwsh -Command does.</summary>
    /// <returns>The process's exit code.</returns>
    public int RunText(string text)
    {
        var script = Parser.ParseInput(text, out _, out var problems);
        // Only inside the pipeline can be seen whether its last command succeeded.
        var isPlain = problems.Length == 0 && script is { BeginBlock: null, ProcessBlock: null, EndBlock.Unnamed: true };
        var end = Run(shell => shell.AddScript(isPlain ? text + "\nif (-not $?) { exit 1 }" : text, useLocalScope: false));
        return _host.ExitCode ?? ExitCode(end);
    }

    /// <summary>Reads commands from the terminal until <c>exit</c>.</summary>
    /// <returns>The process's exit code.</returns>
    public int RunInteractive()
    {
        LineReader.StopEcho();
        Loop(isNested: false);
        return _host.ExitCode ?? 0;
    }

    public void Dispose()
    {
        Console.CancelKeyPress -= OnInterrupt;
        _runspace.Dispose();
        _interrupt.Dispose();
    }

    private enum PipelineEnd
    {
        Completed,
        Threw,
        Stopped,
    }

    private static int ExitCode(PipelineEnd end) => end switch
    {
        PipelineEnd.Stopped => InterruptedExitCode,
        PipelineEnd.Threw => 1,
        _ => 0,
    };

    // To a host a script file's own "exit N" is not told apart from one in a script that it calls, unless the engine is asked to, as pwsh
    // does for -File; that is no public member. Without it "exit N" would be lost.
    private void HandOnExitOfNextScript()
    {
        const BindingFlags Internal = BindingFlags.Instance | BindingFlags.NonPublic;
        var context = typeof(Runspace).GetProperty("ExecutionContext", Internal)?.GetValue(_runspace);
        var flag = context?.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Internal)
            ?? throw new MissingMemberException("ExecutionContext", "ScriptCommandProcessorShouldRethrowExit");
        flag.SetValue(context, true);
    }

    private PipelineEnd Run(Action<PowerShell> compose, bool isNested = false)
    {
        using var shell = isNested ? PowerShell.Create(RunspaceMode.CurrentRunspace) : PowerShell.Create(_runspace);
        compose(shell);
        shell.AddCommand("Out-Default");
        shell.Commands.Commands[^1].MergeUnclaimedPreviousCommandResults = PipelineResultTypes.Error | PipelineResultTypes.Output;
        Begin(shell);
        try
        {
            shell.Invoke();
            return shell.InvocationStateInfo.State == PSInvocationState.Stopped ? PipelineEnd.Stopped : PipelineEnd.Completed;
        }
        catch (PipelineStoppedException)
        {
            return PipelineEnd.Stopped;
        }
        catch (RuntimeException failure)
        {
            ShowFailure(failure, isNested);
            return PipelineEnd.Threw;
        }
        finally
        {
            _host.Console.EraseProgress();
            End();
        }
    }

    private void ShowFailure(RuntimeException failure, bool isNested)
    {
        var error = failure.ErrorRecord;
        // The engine's view shows nothing for text that it could not parse: it asks the invocation for the line, and there was none.
        if (failure is ParseException && string.IsNullOrEmpty(error.InvocationInfo?.Line))
        {
            _host.Console.WriteErrorLine($"ParserError: {failure.Message}");
            return;
        }

        using var shell = isNested ? PowerShell.Create(RunspaceMode.CurrentRunspace) : PowerShell.Create(_runspace);
        shell.AddCommand("Out-Default").AddParameter("InputObject", error);
        _host.Console.IsShowingError = true;
        try
        {
            shell.Invoke();
        }
        catch (RuntimeException)
        {
            _host.Console.WriteErrorLine(error.ToString());
        }
        finally
        {
            _host.Console.IsShowingError = false;
        }
    }

    private void Begin(PowerShell shell)
    {
        lock (_gate)
        {
            _running.Push(shell);
            RenewInterrupt();
        }
    }

    private void End()
    {
        lock (_gate)
        {
            _running.Pop();
            _isStopping = false;
        }
    }

    private void RenewInterrupt()
    {
        if (!_interrupt.IsCancellationRequested && _host.Console.Interrupted == _interrupt.Token) return;
        if (_interrupt.IsCancellationRequested) _interrupt = new CancellationTokenSource();
        _host.Console.Interrupted = _interrupt.Token;
    }

    private void OnInterrupt(object? sender, ConsoleCancelEventArgs press)
    {
        lock (_gate)
        {
            // The second press while the first one's stop is under way: somebody does not want to wait for it.
            if (_isStopping) return;

            press.Cancel = true;
            _interrupt.Cancel();
            if (!_running.TryPeek(out var running)) return;

            _isStopping = true;
            running.BeginStop(null, null);
            _ = HintWhileStoppingAsync(running);
        }
    }

    private async Task HintWhileStoppingAsync(PowerShell stopping)
    {
        await Task.Delay(HintDelay).ConfigureAwait(false);
        lock (_gate)
        {
            if (!_isStopping || !_running.TryPeek(out var running) || running != stopping) return;
        }

        _host.Console.WriteErrorLine("Stopping. Press Ctrl+C again to quit without waiting.");
    }

    private void Loop(bool isNested)
    {
        while (_host.ExitCode is null && !(isNested && _host.IsNestedPromptLeft))
        {
            var line = ReadCommand(isNested);
            if (line is null && !isNested) return;
            // The engine counts nested prompts, so the end of input has to leave one in the engine's way too.
            line ??= "exit";
            if (string.IsNullOrWhiteSpace(line)) continue;

            _history.Add(line);
            Run(shell => shell.AddScript(line, useLocalScope: false), isNested);
        }
    }

    // Null when the input has ended.
    private string? ReadCommand(bool isNested)
    {
        var text = new StringBuilder();
        while (true)
        {
            lock (_gate) RenewInterrupt();
            Console.Write(text.Length == 0 ? Prompt(isNested) : ">> ");
            string? line;
            try
            {
                line = LineReader.ReadLine(_interrupt.Token, _history, typed => text.Length == 0 ? Complete(typed, isNested) : []);
            }
            catch (OperationCanceledException)
            {
                Console.WriteLine("^C");
                return "";
            }

            if (line is null) return null;
            if (text.Length > 0) text.Append('\n');
            text.Append(line);
            Parser.ParseInput(text.ToString(), out _, out var problems);
            // An empty line ends what cannot become complete; the engine then says what is missing.
            if (line.Length == 0 || !problems.Any(problem => problem.IncompleteInput)) return text.ToString();
        }
    }

    private string Prompt(bool isNested)
    {
        try
        {
            using var shell = isNested ? PowerShell.Create(RunspaceMode.CurrentRunspace) : PowerShell.Create(_runspace);
            return string.Concat(shell.AddCommand("prompt").Invoke());
        }
        catch (RuntimeException)
        {
            return "PS> ";
        }
    }

    private List<string> Complete(string typed, bool isNested)
    {
        using var shell = isNested ? PowerShell.Create(RunspaceMode.CurrentRunspace) : PowerShell.Create(_runspace);
        var found = CommandCompletion.CompleteInput(typed, typed.Length, null, shell);
        return [.. found.CompletionMatches.Select(match =>
            typed[..found.ReplacementIndex] + match.CompletionText + typed[(found.ReplacementIndex + found.ReplacementLength)..])];
    }
}
