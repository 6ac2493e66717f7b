using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Arm.Simulation;

/// <summary>
/// Lets records that run side by side wait at the same time on a clock that stands still: simulated time goes on to the next moment that
/// somebody waits for when every record waits, and not with each wait by itself, which would have ten records take ten times as long as one.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class SharedTime(SimulatorClock clock)
{
    // A record may be held up by something else than the clock, such as a question. Who has done nothing for so long holds up nobody.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(15);

    private readonly object _gate = new();
    private readonly Dictionary<ActivityLog, int> _records = [];
    private readonly PriorityQueue<Waiter, DateTimeOffset> _waiting = new();
    private long _moves;

    /// <summary>A record of the running command does something here.</summary>
    internal void Touch()
    {
        if (!ActivityLog.Current.IsRecord) return;
        var record = ActivityLog.Current;
        lock (_gate)
        {
            _moves++;
            if (!_records.TryAdd(record, 0)) return;
        }

        record.OnEnd(() =>
        {
            lock (_gate)
            {
                _moves++;
                _records.Remove(record);
                Advance();
            }
        });
    }

    /// <summary>Waits until the simulated time has passed.</summary>
    internal async Task WaitAsync(TimeSpan span, CancellationToken stop)
    {
        var record = ActivityLog.Current;
        Waiter waiter;
        lock (_gate)
        {
            waiter = new Waiter(record, clock.UtcNow + span);
            if (_records.TryGetValue(record, out var waits)) _records[record] = waits + 1;
            _waiting.Enqueue(waiter, waiter.Due);
            _moves++;
            if (!record.IsRecord) Advance(isForced: true, upTo: waiter.Due);
            else Advance();
        }

        while (!waiter.Over.Task.IsCompleted)
        {
            long before;
            lock (_gate) before = _moves;
            await Task.WhenAny(waiter.Over.Task, Task.Delay(Quiet, stop)).ConfigureAwait(false);
            stop.ThrowIfCancellationRequested();
            lock (_gate)
                if (_moves == before)
                    Advance(isForced: true);
        }
    }

    /// <summary>Lets those go whose time has come, where somebody else has moved the clock.</summary>
    internal void Release()
    {
        lock (_gate) Advance();
    }

    /// <summary>Goes on to the next moment that is waited for, as long as no record is at work.</summary>
    private void Advance(bool isForced = false, DateTimeOffset? upTo = null)
    {
        while (_waiting.TryPeek(out var next, out var due))
        {
            if (due > clock.UtcNow)
            {
                if (!isForced && _records.Values.Any(static waits => waits == 0)) return;
                if (upTo is { } end && due > end) return;
                clock.Advance(due - clock.UtcNow);
                // One moment at a time: who is let go may wait for an earlier one than the next.
                isForced = upTo is not null;
            }

            _waiting.Dequeue();
            if (_records.TryGetValue(next.Record, out var waits)) _records[next.Record] = Math.Max(0, waits - 1);
            next.Over.TrySetResult();
        }
    }

    private sealed record Waiter(ActivityLog Record, DateTimeOffset Due)
    {
        internal TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
