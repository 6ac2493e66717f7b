using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace AmlVnet.Module.Tests;

/// <summary>What a script gave: its output and every stream.</summary>
/// <param name="Output">The objects on the pipeline's end.</param>
/// <param name="Errors">The non-terminating errors.</param>
/// <param name="Warnings">The warnings.</param>
/// <param name="Verbose">The verbose lines.</param>
/// <param name="Debug">The debug lines.</param>
/// <param name="Information">The information records.</param>
/// <param name="Terminating">The error that ended the script; null when it ran to its end.</param>
/// <param name="IsStopped">Whether the script was stopped, as by Ctrl+C.</param>
internal sealed record ScriptResult(
    IReadOnlyList<PSObject> Output,
    IReadOnlyList<ErrorRecord> Errors,
    IReadOnlyList<string> Warnings,
    IReadOnlyList<string> Verbose,
    IReadOnlyList<string> Debug,
    IReadOnlyList<InformationRecord> Information,
    ErrorRecord? Terminating,
    bool IsStopped)
{
    /// <summary>Every error, the terminating one last.</summary>
    public IReadOnlyList<ErrorRecord> AllErrors => Terminating is null ? Errors : [.. Errors, Terminating];

    /// <summary>The output; fails the test with the errors' text when there was any error.</summary>
    public IReadOnlyList<PSObject> OutputWithoutErrors()
    {
        Assert.True(AllErrors.Count == 0, string.Join("\n", AllErrors.Select(error => $"{error.FullyQualifiedErrorId}: {error}")));
        return Output;
    }
}

/// <summary>A script that is still running.</summary>
internal sealed class RunningScript(PowerShell shell, Task<ScriptResult> result)
{
    /// <summary>What it will have given at its end.</summary>
    public Task<ScriptResult> Result { get; } = result;

    /// <summary>Stops it as Ctrl+C does, and waits until the pipeline has stopped.</summary>
    public void Stop() => shell.Stop();
}

/// <summary>A runspace on the real engine, with the staged module imported by its manifest.</summary>
internal sealed class ModuleRunspace : IDisposable
{
    private readonly Runspace _runspace;

    // PowerShell.Stop fails on one that is disposed of while it stops.
    private readonly List<PowerShell> _started = [];

    /// <summary>Opens the runspace.</summary>
    /// <param name="import">Whether to import the module; without, the runspace has the engine's own commands only.</param>
    /// <param name="hostName">Which host this is taken for; the engine asks once, so it has to be known before.</param>
    public ModuleRunspace(bool import = true, string? hostName = null)
    {
        if (hostName is not null) Host.HostName = hostName;
        _runspace = RunspaceFactory.CreateRunspace(Host, InitialSessionState.CreateDefault2());
        _runspace.Open();
        if (!import) return;

        SetVariable("manifest", Repository.StagedManifest);
        Invoke("Import-Module -Name $manifest").OutputWithoutErrors();
    }

    /// <summary>The engine's runspace, for what only the engine's own API does, such as completion.</summary>
    public Runspace Runspace => _runspace;

    /// <summary>The host: its text, progress and prompts, and the answers to them.</summary>
    public CapturingHost Host { get; } = new();

    /// <summary>Sets a variable of the runspace's global scope.</summary>
    public void SetVariable(string name, object? value) => _runspace.SessionStateProxy.SetVariable(name, value);

    /// <summary>Runs a script in the global scope and collects all that it gives. Variables stay from call to call.</summary>
    public ScriptResult Invoke(string script, params object?[] input)
    {
        using var shell = Create(script);
        return Collect(shell, output => shell.Invoke(input.Length == 0 ? null : input, output));
    }

    /// <summary>Starts a script; for tests of Ctrl+C.</summary>
    public RunningScript Start(string script)
    {
        var shell = Create(script);
        _started.Add(shell);
        return new RunningScript(shell, Task.Run(() => Collect(shell, output => shell.Invoke(null, output))));
    }

    /// <summary>Runs a script and shows its output as the console would, by the module's format views.</summary>
    /// <returns>The text that the host was given, errors and warnings too.</returns>
    public string Show(string script)
    {
        Host.ClearText();
        using var shell = Create(script);
        shell.AddCommand("Out-Default");
        shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        shell.Invoke();
        return Host.Text;
    }

    public void Dispose()
    {
        foreach (var shell in _started) shell.Dispose();
        _runspace.Dispose();
    }

    private PowerShell Create(string script)
    {
        var shell = PowerShell.Create();
        shell.Runspace = _runspace;
        return shell.AddScript(script, useLocalScope: false);
    }

    private static ScriptResult Collect(PowerShell shell, Action<List<PSObject>> invoke)
    {
        var output = new List<PSObject>();
        ErrorRecord? terminating = null;
        var stopped = false;
        try
        {
            invoke(output);
        }
        catch (PipelineStoppedException)
        {
            stopped = true;
        }
        catch (RuntimeException failure)
        {
            terminating = failure.ErrorRecord;
        }

        var streams = shell.Streams;
        return new ScriptResult(
            output,
            [.. streams.Error],
            [.. streams.Warning.Select(record => record.Message)],
            [.. streams.Verbose.Select(record => record.Message)],
            [.. streams.Debug.Select(record => record.Message)],
            [.. streams.Information],
            terminating,
            stopped || shell.InvocationStateInfo.State == PSInvocationState.Stopped);
    }
}
