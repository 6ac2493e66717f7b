namespace AmlVnet.Simulator.Kernel;

/// <summary>The time that simulated operations and replication run on.</summary>
public abstract class SimulatorClock
{
    private protected SimulatorClock()
    {
    }

    /// <summary>The simulated time.</summary>
    public abstract DateTimeOffset UtcNow { get; }

    /// <summary>How many simulated seconds pass in one real second; null when simulated time does not follow real time.</summary>
    public abstract double? Scale { get; }

    /// <summary>Waits until the given simulated time has passed. A virtual clock advances at once.</summary>
    /// <param name="simulated">The simulated time to wait; nothing happens when it is not positive.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="OperationCanceledException">The wait was cancelled.</exception>
    public abstract Task DelayAsync(TimeSpan simulated, CancellationToken cancellationToken = default);

    /// <summary>Moves simulated time forward.</summary>
    /// <param name="simulated">By how much; never negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="simulated"/> is negative.</exception>
    public abstract void Advance(TimeSpan simulated);

    /// <summary>A clock on which simulated time passes <paramref name="timeScale"/> times as fast as real time.</summary>
    /// <param name="timeScale">How many simulated seconds pass in one real second; more than 0.</param>
    /// <param name="real">The real time; the system's when null.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="timeScale"/> is not a positive number.</exception>
    public static SimulatorClock Scaled(double timeScale, TimeProvider? real = null) =>
        new ScaledClock(timeScale, real ?? TimeProvider.System);

    /// <summary>A clock that stands still except when <see cref="Advance"/> or <see cref="DelayAsync"/> is called.</summary>
    /// <param name="start">The first time it shows; 2024-06-01T08:00:00Z when null.</param>
    public static SimulatorClock Virtual(DateTimeOffset? start = null) =>
        new VirtualClock(start ?? new DateTimeOffset(2024, 6, 1, 8, 0, 0, TimeSpan.Zero));

    /// <summary>The real wait that stands for a simulated one, at least one millisecond.</summary>
    /// <param name="simulated">The simulated wait.</param>
    public TimeSpan RealWait(TimeSpan simulated) =>
        Scale is { } scale ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(simulated.TotalMilliseconds / scale)))
            : TimeSpan.FromMilliseconds(1);

    /// <summary>What to save so that another process can go on with the same time.</summary>
    internal abstract ClockAnchor Anchor { get; }

    /// <summary>Goes on from a saved anchor.</summary>
    internal abstract void Resume(ClockAnchor anchor);

    private sealed class ScaledClock : SimulatorClock
    {
        private readonly object _gate = new();
        private readonly TimeProvider _real;
        private readonly double _scale;
        private DateTimeOffset _realAnchor;
        private DateTimeOffset _simulatedAnchor;

        public ScaledClock(double scale, TimeProvider real)
        {
            if (!(scale > 0) || double.IsInfinity(scale))
                throw new ArgumentOutOfRangeException(nameof(scale), scale, "The time scale is a positive number.");
            (_scale, _real) = (scale, real);
            _realAnchor = _simulatedAnchor = real.GetUtcNow();
        }

        public override DateTimeOffset UtcNow
        {
            get
            {
                lock (_gate)
                    return _simulatedAnchor + ((_real.GetUtcNow() - _realAnchor) * _scale);
            }
        }

        public override double? Scale => _scale;

        internal override ClockAnchor Anchor
        {
            get
            {
                lock (_gate)
                    return new ClockAnchor(_simulatedAnchor, _realAnchor, _scale);
            }
        }

        public override void Advance(TimeSpan simulated)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(simulated, TimeSpan.Zero);
            lock (_gate)
                _simulatedAnchor += simulated;
        }

        public override Task DelayAsync(TimeSpan simulated, CancellationToken cancellationToken) =>
            simulated <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(RealWait(simulated), _real, cancellationToken);

        internal override void Resume(ClockAnchor anchor)
        {
            var now = _real.GetUtcNow();
            // While no process ran, simulated time went on at the speed it had when it was saved.
            var elapsed = (now > anchor.Real ? now - anchor.Real : TimeSpan.Zero) * (anchor.Scale ?? 0);
            lock (_gate)
            {
                // The same speed keeps the same anchor, so that several processes on one state file agree to the tick.
                (_simulatedAnchor, _realAnchor) = anchor.Scale == _scale && anchor.Real <= now
                    ? (anchor.Simulated, anchor.Real)
                    : (anchor.Simulated + elapsed, now);
            }
        }
    }

    private sealed class VirtualClock(DateTimeOffset start) : SimulatorClock
    {
        private long _ticks = start.UtcTicks;

        public override DateTimeOffset UtcNow => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);

        public override double? Scale => null;

        internal override ClockAnchor Anchor => new(UtcNow, UtcNow, null);

        public override void Advance(TimeSpan simulated)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(simulated, TimeSpan.Zero);
            Interlocked.Add(ref _ticks, simulated.Ticks);
        }

        public override Task DelayAsync(TimeSpan simulated, CancellationToken cancellationToken)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (simulated > TimeSpan.Zero)
                Advance(simulated);
            return Task.CompletedTask;
        }

        internal override void Resume(ClockAnchor anchor)
        {
            var saved = anchor.Simulated.UtcTicks;
            for (var seen = Interlocked.Read(ref _ticks); saved > seen; seen = Interlocked.Read(ref _ticks))
                Interlocked.CompareExchange(ref _ticks, saved, seen);
        }
    }
}

/// <summary>A moment of simulated time, the moment of real time it was taken at, and the speed at which it ran on.</summary>
internal sealed record ClockAnchor(DateTimeOffset Simulated, DateTimeOffset Real, double? Scale);
