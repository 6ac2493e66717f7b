namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// Writes progress at a bounded rate. A terminal that does not answer where its cursor is costs PowerShell two seconds for each record, and
/// a command must not wait for its progress longer than for Azure.
/// </summary>
/// <param name="write">Writes a record; on the pipeline thread.</param>
/// <param name="time">The clock that says what writing costs.</param>
internal sealed class ProgressPace(Action<ProgressRecord> write, TimeProvider time)
{
    // After each record as many times its cost goes by without one: what writing adds to a long wait is a tenth.
    private const int Rest = 10;

    // A console that takes less for a record than this costs a command nothing that is felt.
    private static readonly TimeSpan Cheap = TimeSpan.FromMilliseconds(100);

    // The same words with another time are read no faster than this.
    private static readonly TimeSpan Repetition = TimeSpan.FromMilliseconds(200);

    // What each activity showed last.
    private readonly Dictionary<int, string> _shown = [];
    private TimeSpan _cost;
    private long? _ended;

    /// <summary>Writes the record, or drops it because the next will do. The first is written, and the last of what was shown.</summary>
    /// <param name="record">The record.</param>
    public void Write(ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            if (_shown.Remove(record.ActivityId)) Timed(record);
            return;
        }

        var words = Words(record.StatusDescription);
        var pause = _cost >= Cheap ? _cost * Rest
            : _shown.TryGetValue(record.ActivityId, out var shown) && shown == words ? Repetition
            : TimeSpan.Zero;
        if (_ended is { } ended && time.GetElapsedTime(ended) < pause) return;

        _shown[record.ActivityId] = words;
        Timed(record);
    }

    // Without the time, which comes last.
    private static string Words(string status) => status.LastIndexOf(", ", StringComparison.Ordinal) is > 0 and var end ? status[..end]
        : status;

    private void Timed(ProgressRecord record)
    {
        var began = time.GetTimestamp();
        write(record);
        _ended = time.GetTimestamp();
        _cost = time.GetElapsedTime(began, _ended.Value);
    }
}
