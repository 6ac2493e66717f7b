using System.Management.Automation;
using System.Runtime.CompilerServices;
using AmlVnet.Arm.Http;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>Shows what the work of one record tells.</summary>
internal sealed class RecordLog(ICommandStreams streams) : ActivityLog
{
    private static int _lastActivity;
    private readonly ConditionalWeakTable<object, StrongBox<int>> _activities = [];

    /// <summary>Those of the command whose work asks.</summary>
    internal static ICommandStreams? CurrentStreams => (Current as RecordLog)?.Streams;

    internal override RepeatedRequests Repeated { get; } = new();

    private ICommandStreams Streams => streams;

    internal override void Verbose(string text) => streams.Verbose(text);

    internal override void Debug(string text) => streams.Debug(text);

    internal override void Warning(string text) => streams.Warning(text);

    internal override void OnStop(object owner, string? lastWords) => streams.OnStop(owner, lastWords);

    internal override void Progress(object activity, ActivityProgress progress)
    {
        var number = _activities.GetValue(activity, static _ => new StrongBox<int>(Interlocked.Increment(ref _lastActivity))).Value;
        var status = string.IsNullOrEmpty(progress.Status) ? "…" : progress.Status;
        streams.Progress(new ProgressRecord(number, progress.Activity, $"{status}, {progress.Elapsed:hh\\:mm\\:ss}")
        {
            RecordType = progress.IsCompleted ? ProgressRecordType.Completed : ProgressRecordType.Processing,
        });
    }
}
