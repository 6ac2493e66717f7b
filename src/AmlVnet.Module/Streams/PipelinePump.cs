using System.Collections.Concurrent;
using System.Management.Automation.Host;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// Carries what tasks say to the pipeline thread. PowerShell takes output, errors and questions on that thread only,
/// and only while it is inside one of the cmdlet's own methods, so these methods pump.
/// </summary>
internal sealed class PipelinePump(PSCmdlet cmdlet, CancellationToken stopping) : ICommandStreams, IDisposable
{
    private readonly BlockingCollection<Action> _queue = [];
    private readonly ProgressPace _progress = new(cmdlet.WriteProgress, TimeProvider.System);
    private readonly ConcurrentDictionary<object, string> _lastWords = new();
    private readonly CancellationTokenSource _ended = new();

    internal IEnumerable<string> LastWords => _lastWords.Values.Distinct();

    public void Output(object value) => Post(() => cmdlet.WriteObject(value));

    public void Error(ErrorRecord error) => Post(() => cmdlet.WriteError(error));

    public void Warning(string text) => Post(() => cmdlet.WriteWarning(text));

    public void Verbose(string text) => Post(() => cmdlet.WriteVerbose(text));

    public void Debug(string text) => Post(() => cmdlet.WriteDebug(text));

    public void Progress(ProgressRecord record) => Post(() => _progress.Write(record));

    public void HostLine(string text) => Post(() => cmdlet.WriteInformation(new HostInformationMessage { Message = text }, ["PSHOST"]));

    public void Terminate(ErrorRecord error) => Post(() => cmdlet.ThrowTerminatingError(error));

    public async Task<T> OnPipelineAsync<T>(Func<T> work, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(work());
            }
            catch (PipelineStoppedException e)
            {
                answer.SetException(e);
                throw;
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        // A task that outlives the command, such as the renewal of a token, must not wait for a thread that will never come.
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _ended.Token);
        try
        {
            return await answer.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(PipelinePump));
        }
    }

    public Task<bool> ShouldProcessAsync(string sentence, string question, string caption, CancellationToken cancel) =>
        AskAsync(() =>
        {
            RequireAnswer(cmdlet);
            return cmdlet.ShouldProcess(sentence, question, caption);
        }, cancel);

    public Task<bool> ShouldContinueAsync(string question, string caption, CancellationToken cancel) =>
        AskAsync(() =>
        {
            RequireSomebody(cmdlet);
            return cmdlet.ShouldContinue(question, caption);
        }, cancel);

    public void OnStop(object owner, string? lastWords)
    {
        if (lastWords is null) _lastWords.TryRemove(owner, out _);
        else _lastWords[owner] = lastWords;
    }

    /// <summary>Runs what arrives, on this thread, until <paramref name="done"/> holds.</summary>
    /// <exception cref="OperationCanceledException">The command is being stopped.</exception>
    internal void RunUntil(Func<bool> done)
    {
        while (!done()) _queue.Take(stopping)();
    }

    /// <summary>Runs what has arrived already.</summary>
    internal void Drain()
    {
        while (_queue.TryTake(out var action)) action();
    }

    /// <summary>Makes a waiting <see cref="RunUntil"/> look at its condition again.</summary>
    internal void Wake() => Post(static () => { });

    public void Dispose()
    {
        _ended.Cancel();
        _queue.Dispose();
    }

    /// <summary>
    /// Whether a question failed because the host has nobody to ask, as in a runbook. A console whose input ends answers with null, which
    /// PowerShell takes for a line.
    /// </summary>
    internal static bool MeansNobodyAnswers(Exception e) =>
        e is PSInvalidOperationException or HostException or NotImplementedException or NullReferenceException;

    // Where ShouldProcess will ask, there has to be somebody.
    private static void RequireAnswer(PSCmdlet cmdlet)
    {
        if (Interaction.WouldConfirm(cmdlet) && !Interaction.IsWhatIf(cmdlet)) RequireSomebody(cmdlet);
    }

    // Before the host asks: one whose input was closed waits for ever.
    private static void RequireSomebody(PSCmdlet cmdlet)
    {
        if (Interaction.WhyNot(cmdlet.Host) is { } nobody) throw new HostException(nobody);
    }

    /// <summary>Whether a file may be written; for the pipeline's own thread.</summary>
    /// <exception cref="AmlVnetException">It has to be asked, and nobody can answer.</exception>
    internal static bool MayWrite(PSCmdlet cmdlet, string path, string action)
    {
        try
        {
            RequireAnswer(cmdlet);
            return cmdlet.ShouldProcess(path, action);
        }
        catch (Exception e) when (MeansNobodyAnswers(e))
        {
            throw Problems.CannotAsk($"{action} to {path}?", "-Confirm:$false", e);
        }
    }

    private void Post(Action action)
    {
        try
        {
            _queue.Add(action, CancellationToken.None);
        }
        catch (ObjectDisposedException)
        {
            // A task that outlived a stopped command has nobody left to tell.
        }
    }

    private async Task<bool> AskAsync(Func<bool> ask, CancellationToken cancel)
    {
        var answer = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        Post(() =>
        {
            try
            {
                answer.SetResult(ask());
            }
            catch (Exception e)
            {
                answer.SetException(e);
                // Only the record that asked learns that nobody answers; anything else ends the pipeline.
                if (!MeansNobodyAnswers(e)) throw;
            }
        });
        return await answer.Task.WaitAsync(cancel).ConfigureAwait(false);
    }
}
