namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// A cmdlet whose work is asynchronous. Each record runs off the pipeline thread on a copy of the cmdlet, so that the binder
/// may bind the next record meanwhile; everything the user sees is pumped on the pipeline thread.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    /// <summary>How long a stopped command waits for its tasks to let go.</summary>
    private static readonly TimeSpan StopGrace = TimeSpan.FromMilliseconds(400);

    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _stop = new();
    private PipelinePump _pump = null!;
    private AmlJob? _job;

    /// <summary>How many records run side by side.</summary>
    private protected virtual int RecordsAtOnce => 1;

    private protected ICommandStreams Streams { get; private set; } = null!;

    /// <summary>The parameters that the user gave, as they were bound for this record.</summary>
    private protected IReadOnlyDictionary<string, object?> Given { get; private set; } = new Dictionary<string, object?>();

    private HashSet<string> _typed = [];

    /// <summary>Whether the parameter was given with the command, and not by what is piped.</summary>
    private protected bool IsTyped(string parameter) => _typed.Contains(parameter);

    internal bool IsGiven(string parameter) => Given.ContainsKey(parameter);

    /// <summary>The parameter set that this record was bound to.</summary>
    private protected string BoundSet { get; private set; } = "";

    /// <summary>The name of the job to run as; null to run in the pipeline.</summary>
    private protected virtual string? RunAsJob => null;

    /// <summary>Where the work of a job is done.</summary>
    private protected virtual string JobLocation => "localhost";

    /// <summary>How this command speaks; on the pipeline thread.</summary>
    private protected virtual LogFormat SpokenFormat => AzurePipelinesStreams.Usual;

    /// <summary>What a record needs from the pipeline thread before its work starts, such as a file path made absolute.</summary>
    /// <exception cref="AmlVnetException">The record can't be worked on.</exception>
    private protected virtual void Prepare()
    {
    }

    /// <summary>The work for one record; runs off the pipeline thread.</summary>
    private protected abstract Task ProcessAsync(CancellationToken cancel);

    /// <summary>What is left to do on the pipeline thread when the last record's work has ended.</summary>
    /// <exception cref="AmlVnetException">It can't be done.</exception>
    private protected virtual void Finish()
    {
    }

    /// <summary>Turns what went wrong in a record into an error record; true if it ends the whole command.</summary>
    private protected abstract (ErrorRecord Record, bool IsTerminating) Describe(Exception exception);

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _pump = new PipelinePump(this, _stop.Token);
        Streams = _pump;
        // Nothing of the pipeline is bound yet.
        _typed = new(MyInvocation.BoundParameters.Keys, StringComparer.OrdinalIgnoreCase);
    }

    /// <inheritdoc/>
    protected sealed override void ProcessRecord()
    {
        var record = (AsyncCmdlet)MemberwiseClone();
        record.Given = new Dictionary<string, object?>(MyInvocation.BoundParameters, StringComparer.OrdinalIgnoreCase);
        record.BoundSet = ParameterSetName;
        try
        {
            record.Prepare();
        }
        catch (AmlVnetException e)
        {
            Tell(e);
            return;
        }

        if (RunAsJob is { } name)
        {
            var job = _job ??= StartJob(name);
            record.Streams = Speak(job);
            job.Add(() => RunAsync(record, job.Stopping));
            return;
        }

        record.Streams = Speak(_pump);
        var task = Task.Run(() => RunAsync(record, _stop.Token));
        _running.Add(task);
        _ = task.ContinueWith(_ => _pump.Wake(), TaskScheduler.Default);
        PumpUntil(() =>
        {
            _running.RemoveAll(static t => t.IsCompleted);
            return _running.Count < Math.Max(1, RecordsAtOnce);
        });
    }

    /// <inheritdoc/>
    protected sealed override void EndProcessing()
    {
        _job?.EndWhenDone();
        PumpUntil(() => _running.TrueForAll(static t => t.IsCompleted));
        try
        {
            Finish();
        }
        catch (AmlVnetException e)
        {
            Tell(e);
        }
    }

    /// <inheritdoc/>
    protected sealed override void StopProcessing() => _stop.Cancel();

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Lets go of the pump.</summary>
    protected virtual void Dispose(bool disposing)
    {
        if (!disposing) return;
        _stop.Cancel();
        _pump?.Dispose();
        _stop.Dispose();
    }

    /// <summary>Ends the command with an error that is no record's; on the pipeline thread.</summary>
    private protected void Fail(AmlVnetException problem)
    {
        Speak(_pump).Terminate(problem.ToErrorRecord());
        PumpUntil(static () => true);
    }

    /// <summary>The same of a path that need not be given.</summary>
    private protected string? ToFilePathIfGiven(string parameter, string? path) =>
        string.IsNullOrEmpty(path) ? path : ToFilePath(parameter, path);

    /// <summary>A path as the file system knows it, or an error that names the parameter.</summary>
    private protected string ToFilePath(string parameter, string path, bool toWrite = false)
    {
        AmlVnetException Refuse(string why) =>
            toWrite ? Problems.FileNotWritten(parameter, path, why) : Problems.FileUnreadable(parameter, path, why);
        try
        {
            // .NET would fail on it where the file is opened, without a word about the parameter.
            if (path.Contains('\0', StringComparison.Ordinal)) throw Refuse("it holds a null character.");
            var file = SessionState.Path.GetUnresolvedProviderPathFromPSPath(path, out var provider, out _);
            return provider.Name == "FileSystem" ? file : throw Refuse($"it is a path of the provider {provider.Name}, not of a file.");
        }
        catch (Exception e) when (e is RuntimeException or ArgumentException or NotSupportedException)
        {
            throw Refuse(e.Message);
        }
    }

    private ICommandStreams Speak(ICommandStreams streams) => SpokenFormat == LogFormat.AzurePipelines && AzurePipelinesStreams.IsAgent
        ? new AzurePipelinesStreams(streams, IsShown("WarningAction", "WarningPreference"), IsShown("ErrorAction", "ErrorActionPreference"))
        : streams;

    private bool IsShown(string parameter, string variable) =>
        (MyInvocation.BoundParameters.TryGetValue(parameter, out var given) ? given : SessionState.PSVariable.GetValue(variable))
            is not (ActionPreference.SilentlyContinue or ActionPreference.Ignore);

    private void Tell(AmlVnetException problem)
    {
        var (error, isTerminating) = Describe(problem);
        if (isTerminating) Speak(_pump).Terminate(error);
        else Speak(_pump).Error(error);
        PumpUntil(static () => true);
    }

    private AmlJob StartJob(string name)
    {
        var job = new AmlJob(MyInvocation, name, JobLocation, RecordsAtOnce);
        JobRepository.Add(job);
        WriteObject(job);
        return job;
    }

    private static async Task RunAsync(AsyncCmdlet record, CancellationToken stopping)
    {
        try
        {
            await record.ProcessAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
        }
        catch (PipelineStoppedException)
        {
        }
        catch (Exception e)
        {
            var (error, isTerminating) = record.Describe(e);
            if (isTerminating) record.Streams.Terminate(error);
            else record.Streams.Error(error);
        }
    }

    private void PumpUntil(Func<bool> done)
    {
        try
        {
            _pump.RunUntil(done);
            _pump.Drain();
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            LetGo();
            // The pipeline takes no more output once it stops; the host still shows a line.
            foreach (var words in _pump.LastWords) Host.UI.WriteWarningLine(words);
        }
        catch
        {
            // A downstream command stopped the pipeline, or -ErrorAction Stop did: nothing of ours may go on unseen.
            _stop.Cancel();
            LetGo();
            foreach (var words in _pump.LastWords) Host.UI.WriteWarningLine(words);
            throw;
        }
    }

    private void LetGo()
    {
        try
        {
            Task.WaitAll([.. _running], StopGrace);
        }
        catch (AggregateException)
        {
            // Each task has already told its own story.
        }
    }
}
