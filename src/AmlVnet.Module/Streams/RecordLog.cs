using System.Runtime.CompilerServices;
using AmlVnet.Arm.Http;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>Shows what the work of one record tells.</summary>
internal sealed class RecordLog(ICommandStreams streams) : ActivityLog
{
    private static int _lastActivity;
    private readonly ConditionalWeakTable<object, StrongBox<int>> _activities = [];
    private readonly Dictionary<object, string> _waits = [];
    private readonly List<Action> _ends = [];
    private bool _isOver;
    private Deeds? _deeds;
    private string? _told;

    /// <summary>Those of the command whose work asks.</summary>
    internal static ICommandStreams? CurrentStreams => (Current as RecordLog)?.Streams;

    internal override RepeatedRequests Repeated { get; } = new();

    internal override Deeds Deeds => _deeds ??= new Deeds(TellOnStop);

    /// <summary>How the command goes on after it was stopped, in a sentence; null where that can't be written down.</summary>
    internal string? GoesOn { get; init; }

    private ICommandStreams Streams => streams;

    internal override void OnStop(object owner, string? lastWords)
    {
        lock (_waits)
        {
            if (lastWords is null) _waits.Remove(owner);
            else _waits[owner] = lastWords;
            TellOnStop(_told);
        }
    }

    /// <inheritdoc/>
    /// <remarks>Who says so ends it.</remarks>
    internal override bool IsRecord => IsEnded;

    /// <summary>Whether <see cref="End"/> is called when the work is over.</summary>
    internal bool IsEnded { get; init; }

    internal override void OnEnd(Action act)
    {
        lock (_ends)
        {
            if (!_isOver)
            {
                _ends.Add(act);
                return;
            }
        }

        act();
    }

    /// <summary>The record's work has ended, in whatever way.</summary>
    internal void End()
    {
        lock (_ends)
        {
            if (_isOver) return;
            _isOver = true;
        }

        foreach (var act in _ends) act();
    }

    /// <summary>The record has come to its end: nothing is left to say.</summary>
    internal void EndWords() => streams.OnStop(this, null);

    /// <summary>What a wait says of itself, what was changed so far, and how it goes on, as one warning.</summary>
    private void TellOnStop(string? told)
    {
        lock (_waits)
        {
            _told = told;
            var waits = string.Join(' ', _waits.Values.Distinct());
            streams.OnStop(this, told is null ? waits.Length == 0 ? null : waits
                : $"{(waits.Length == 0 ? "Stopped." : waits)} {told} {GoesOn}".TrimEnd());
        }
    }

    internal override void Verbose(string text) => streams.Verbose(text);

    internal override void Debug(string text) => streams.Debug(text);

    internal override void Warning(string text) => streams.Warning(text);

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
