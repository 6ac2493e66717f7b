namespace AmlVnet.Cmdlets.Streams;

/// <summary>A command that runs on after its pipeline has ended. Stopping the job stops the work here; Azure's own goes on.</summary>
internal sealed class AmlJob : Job, ICommandStreams
{
    private readonly CancellationTokenSource _stop = new();
    private readonly object _gate = new();
    private readonly SemaphoreSlim _atOnce;
    private readonly List<Task> _records = [];
    private readonly Dictionary<object, string> _lastWords = [];
    private bool _isStopped;
    private readonly CommandInfo _source;
    private Exception? _reason;
    private string _status = "";

    internal AmlJob(InvocationInfo invocation, string name, string location, int recordsAtOnce) : base(invocation.Line.Trim(), name)
    {
        _source = invocation.MyCommand;
        PSJobTypeName = nameof(AmlJob);
        Location = location;
        _atOnce = new SemaphoreSlim(Math.Max(1, recordsAtOnce));
        // First of all who are told of a state, so that nobody who waits for the end sees it without its reason.
        StateChanged += (_, _) => TellReason();
        SetJobState(JobState.Running);
    }

    public override string StatusMessage => _status;

    public override bool HasMoreData => Output.Count + Error.Count + Warning.Count + Verbose.Count + Debug.Count + Information.Count > 0;

    /// <summary>Where the work is done.</summary>
    public override string Location { get; }

    internal CancellationToken Stopping => _stop.Token;

    /// <summary>Runs one record's work, when it is its turn.</summary>
    internal void Add(Func<Task> work) => _records.Add(Task.Run(async () =>
    {
        try
        {
            await _atOnce.WaitAsync(_stop.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            await work().ConfigureAwait(false);
        }
        finally
        {
            _atOnce.Release();
        }
    }));

    /// <summary>No record comes any more: the job ends when the last one does.</summary>
    internal void EndWhenDone() => _ = Task.WhenAll(_records).ContinueWith(_ =>
    {
        lock (_gate)
        {
            if (_isStopped) SetJobState(JobState.Stopped);
            else SetJobState(_reason is null ? JobState.Completed : JobState.Failed);
        }
    }, TaskScheduler.Default);

    public override void StopJob()
    {
        lock (_gate)
        {
            if (_isStopped || IsFinished) return;
            _isStopped = true;
            SetJobState(JobState.Stopping);
        }

        foreach (var words in _lastWords.Values.Distinct().ToArray()) Warn(words);
        _stop.Cancel();
        Task.WhenAny(Task.WhenAll(_records), Task.Delay(TimeSpan.FromSeconds(1))).Wait();
    }

    void ICommandStreams.Output(object value) => Tell(() => Output.Add(PSObject.AsPSObject(value)));

    void ICommandStreams.Error(ErrorRecord error) => Fail(error);

    void ICommandStreams.Terminate(ErrorRecord error) => Fail(error);

    void ICommandStreams.HostLine(string text) =>
        Tell(() => Information.Add(new InformationRecord(new HostInformationMessage { Message = text }, Name) { Tags = { "PSHOST" } }));

    Task<T>? ICommandStreams.OnPipelineAsync<T>(Func<T> work, CancellationToken cancel) => null;

    void ICommandStreams.Warning(string text) => Warn(text);

    void ICommandStreams.Verbose(string text) => Tell(() => Verbose.Add(new VerboseRecord(text)));

    void ICommandStreams.Debug(string text) => Tell(() => Debug.Add(new DebugRecord(text)));

    void ICommandStreams.Progress(ProgressRecord record) => Tell(() =>
    {
        if (record.RecordType != ProgressRecordType.Completed) _status = $"{record.Activity}: {record.StatusDescription}";
        Progress.Add(record);
    });

    /// <summary>A job has nobody to ask; what PowerShell would ask before its start was asked then.</summary>
    Task<bool> ICommandStreams.ShouldProcessAsync(string sentence, string question, string caption, CancellationToken cancel) =>
        Task.FromResult(true);

    Task<bool> ICommandStreams.ShouldContinueAsync(string question, string caption, CancellationToken cancel) =>
        throw new PSInvalidOperationException("A job can't ask.");

    void ICommandStreams.OnStop(object owner, string? lastWords)
    {
        lock (_lastWords)
        {
            if (lastWords is null) _lastWords.Remove(owner);
            else _lastWords[owner] = lastWords;
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _stop.Cancel();
            _atOnce.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsFinished => JobStateInfo.State is JobState.Completed or JobState.Failed or JobState.Stopped;

    // Receive-Job empties the stream, so that it does not tell afterwards.
    private void Fail(ErrorRecord error) => Tell(() =>
    {
        _reason ??= error.Exception;
        Error.Add(Signed(error));
    });

    /// <summary>
    /// Shows the first error as the reason of the state. The engine's own member is for its own jobs, and Receive-Job would write what it
    /// holds a
    /// second time, under another id.
    /// </summary>
    private void TellReason()
    {
        if (JobStateInfo.State == JobState.Failed && _reason is { } reason)
            PSObject.AsPSObject(JobStateInfo).Members.Add(new PSNoteProperty(nameof(JobStateInfo.Reason), reason), preValidated: true);
    }

    /// <summary>In the foreground the engine adds the command to an error and to its id; a job's error has the same.</summary>
    private ErrorRecord Signed(ErrorRecord error)
    {
        if (_source is not CmdletInfo cmdlet) return error;
        var signed = new ErrorRecord(error.Exception, $"{error.FullyQualifiedErrorId},{cmdlet.ImplementingType.FullName}",
            error.CategoryInfo.Category,
            error.TargetObject)
        { ErrorDetails = error.ErrorDetails };
        signed.CategoryInfo.Activity = cmdlet.Name;
        return signed;
    }

    private void Warn(string text) => Tell(() => Warning.Add(new WarningRecord(text)));

    private void Tell(Action add)
    {
        try
        {
            lock (_gate) add();
        }
        catch (PSInvalidOperationException)
        {
            // The job has ended and its streams are closed.
        }
    }
}
