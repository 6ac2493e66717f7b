namespace AmlVnet.Cmdlets.Streams;

/// <summary>What a command says while it runs off the pipeline thread. Every call may come from any thread.</summary>
internal interface ICommandStreams
{
    void Output(object value);

    void Error(ErrorRecord error);

    /// <summary>Ends the whole command with an error, where there is a pipeline to end.</summary>
    void Terminate(ErrorRecord error);

    void Warning(string text);

    void Verbose(string text);

    void Debug(string text);

    void Progress(ProgressRecord record);

    /// <summary>Shows a line as Write-Host does: on the host, and in the information stream.</summary>
    void HostLine(string text);

    /// <summary>Runs something on the pipeline thread, which alone may run commands of the session;
    /// null in a job, which has none.</summary>
    /// <exception cref="ObjectDisposedException">The command has ended meanwhile.</exception>
    Task<T>? OnPipelineAsync<T>(Func<T> work, CancellationToken cancel);

    /// <summary>Asks for one step of a plan; false under -WhatIf, or when the user says no.</summary>
    Task<bool> ShouldProcessAsync(string sentence, string question, string caption, CancellationToken cancel);

    /// <summary>Asks a question that -Confirm:$false does not answer; only -Force skips it.</summary>
    Task<bool> ShouldContinueAsync(string question, string caption, CancellationToken cancel);

    /// <summary>What to tell the user if the command is stopped from now on; null takes it back.</summary>
    void OnStop(object owner, string? lastWords);
}
