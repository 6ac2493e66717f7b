namespace AmlVnet.Simulator.Kernel;

/// <summary>The state of the simulated cloud: what exists, at what time, under which settings.</summary>
internal sealed class CloudState
{
    private DateTimeOffset? _at;

    public CloudState(SimulatorClock clock, int seed)
    {
        Clock = clock;
        Settings = new Settings(World);
        Identifiers = new Identifiers(World, seed);
    }

    public World World { get; } = new();

    public SimulatorClock Clock { get; }

    public Settings Settings { get; }

    public Identifiers Identifiers { get; }

    /// <summary>The object id in the token of the request that is being worked on;
    /// null where it carries none of this simulator's.</summary>
    public string? SignedIn { get; set; }

    /// <summary>The time of what is being worked on: the request's, or a due operation's.</summary>
    public DateTimeOffset Now => _at ?? Clock.UtcNow;

    /// <summary>Does something at a given time.</summary>
    public T At<T>(DateTimeOffset time, Func<T> action)
    {
        var before = _at;
        _at = time;
        try
        {
            return action();
        }
        finally
        {
            _at = before;
        }
    }
}
