using System.Management.Automation;

namespace AmlVnet.Cmdlets;

/// <summary>What a command says while it runs off the pipeline thread. Every call may come from any thread.</summary>
internal interface ICommandStreams
{
    void Output(object value);

    void Error(ErrorRecord error);

    void Warning(string text);

    void Verbose(string text);

    void Debug(string text);

    void Progress(ProgressRecord record);

    /// <summary>Asks for one step of a plan; false under -WhatIf, or when the user says no.</summary>
    Task<bool> ShouldProcessAsync(string sentence, string question, string caption, CancellationToken cancel);

    /// <summary>Asks a question that -Confirm:$false does not answer; only -Force skips it.</summary>
    Task<bool> ShouldContinueAsync(string question, string caption, CancellationToken cancel);

    /// <summary>What to tell the user if the command is stopped from now on; null takes it back.</summary>
    void OnStop(object owner, string? lastWords);
}
