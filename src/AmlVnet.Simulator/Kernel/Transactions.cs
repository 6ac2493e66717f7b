namespace AmlVnet.Simulator.Kernel;

/// <summary>Lets one thing be done at a time, on an up-to-date state, and writes down what it changed.</summary>
/// <param name="state">The state.</param>
/// <param name="file">Where it is kept between processes; null keeps it in memory.</param>
internal sealed class Transactions(CloudState state, StateFile? file) : IDisposable
{
    private readonly object _gate = new();
    private bool _inside;

    /// <summary>Makes the first world, at the time of the first transaction.</summary>
    public required Action Seed { get; init; }

    /// <summary>Finishes what has come due by a time.</summary>
    public required Action<DateTimeOffset> CatchUp { get; init; }

    /// <summary>Does something alone; a transaction inside another is a part of it. What fails leaves no trace.</summary>
    /// <exception cref="IOException">The state file could not be read or written; nothing was acknowledged.</exception>
    public T Do<T>(Func<T> action)
    {
        lock (_gate)
        {
            if (_inside)
                return action();
            _inside = true;
            try
            {
                return Alone(action);
            }
            finally
            {
                _inside = false;
            }
        }
    }

    public void Do(Action action) => Do(() =>
    {
        action();
        return 0;
    });

    public void Dispose() => file?.Dispose();

    private T Alone<T>(Func<T> action)
    {
        var known = file?.Enter(state.World, state.Clock) ?? true;
        try
        {
            if (!known || state.World.Find(Tenancy.Subscription) is null)
                Seed();
            CatchUp(state.Clock.UtcNow);
            state.World.Settle();
            var result = action();
            state.World.Settle();
            file?.Commit(state.World, state.Clock);
            return result;
        }
        catch
        {
            state.World.Undo();
            file?.Abandon(state.World);
            throw;
        }
    }
}
