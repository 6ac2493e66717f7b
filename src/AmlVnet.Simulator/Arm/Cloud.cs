using AmlVnet.Simulator.Control;
using AmlVnet.Simulator.Directory;
using AmlVnet.Simulator.Kernel;
using AmlVnet.Simulator.Providers.Authorization;

namespace AmlVnet.Simulator.Arm;

/// <summary>What all providers share: the world, its time, its rules.</summary>
internal sealed class Cloud
{
    private DateTimeOffset? _at;

    public Cloud(SimulatorClock clock, int seed, bool alwaysRetryAfter)
    {
        (Clock, AlwaysRetryAfter) = (clock, alwaysRetryAfter);
        Settings = new Settings(World);
        Identifiers = new Identifiers(World, seed);
        Principals = new Principals(this);
        Access = new Access(this);
        Faults = new Faults(this);
        Operations = new Operations(this);
    }

    public World World { get; } = new();

    public SimulatorClock Clock { get; }

    public Settings Settings { get; }

    public Identifiers Identifiers { get; }

    public Principals Principals { get; }

    public Access Access { get; }

    public Faults Faults { get; }

    public Operations Operations { get; }

    public bool AlwaysRetryAfter { get; }

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
