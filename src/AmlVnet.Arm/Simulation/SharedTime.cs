using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Arm.Simulation;

/// <summary>
/// Lets records that run side by side wait at the same time on a clock that stands still: simulated time goes on to the next moment that
/// somebody waits for when every record waits, and not with each wait by itself,
/// which would have ten records take ten times as long as one.
/// </summary>
/// <param name="clock">The clock.</param>
internal sealed class SharedTime(SimulatorClock clock)
{
    // A record may be held up by something else than the clock, such as a question. Who has done nothing for so long holds up nobody,
    // until it does something again.
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(15);

    private readonly object _gate = new();
    private readonly Dictionary<ActivityLog, int> _records = [];
    private readonly HashSet<ActivityLog> _heldUp = [];
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
            _heldUp.Remove(record);
            if (!_records.TryAdd(record, 0)) return;
        }

        record.OnEnd(() =>
        {
            lock (_gate)
            {
                _moves++;
                _records.Remove(record);
                _heldUp.Remove(record);
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
            _heldUp.Remove(record);
            Advance(record.IsRecord ? null : waiter.Due);
        }

        while (!waiter.Over.Task.IsCompleted)
        {
            long before;
            lock (_gate) before = _moves;
            await Task.WhenAny(waiter.Over.Task, Task.Delay(Quiet, stop)).ConfigureAwait(false);
            lock (_gate)
            {
                if (stop.IsCancellationRequested && waiter.Over.TrySetCanceled(stop)) Done(waiter);
                if (_moves == before)
                {
                    _heldUp.UnionWith(_records.Where(static one => one.Value == 0).Select(static one => one.Key));
                    Advance();
                }
            }
        }

        await waiter.Over.Task.ConfigureAwait(false);
    }

    /// <summary>Lets those go whose time has come, where somebody else has moved the clock.</summary>
    internal void Release()
    {
        lock (_gate) Advance();
    }

    /// <summary>Goes on to the next moment that is waited for, as long as no record is at work; or up to a moment, whoever is.</summary>
    private void Advance(DateTimeOffset? upTo = null)
    {
        while (_waiting.TryPeek(out var next, out var due))
        {
            // Nobody waits for it any more.
            if (next.Over.Task.IsCompleted)
            {
                _waiting.Dequeue();
                continue;
            }

            if (due > clock.UtcNow)
            {
                if (upTo is null && _records.Any(one => one.Value == 0 && !_heldUp.Contains(one.Key))) return;
                if (upTo is { } end && due > end) return;
                clock.Advance(due - clock.UtcNow);
            }

            _waiting.Dequeue();
            Done(next);
            next.Over.TrySetResult();
        }
    }

    private void Done(Waiter waiter)
    {
        if (_records.TryGetValue(waiter.Record, out var waits)) _records[waiter.Record] = Math.Max(0, waits - 1);
    }

    private sealed record Waiter(ActivityLog Record, DateTimeOffset Due)
    {
        internal TaskCompletionSource Over { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
