namespace AmlVnet.Simulator.Providers;

/// <summary>What all providers share: the state of the cloud, its directory, its long-running operations.</summary>
internal sealed class Cloud(CloudState state, Principals principals, Access access, Operations operations)
{
    public World World => state.World;

    public Settings Settings => state.Settings;

    public Identifiers Identifiers => state.Identifiers;

    /// <summary>The time of what is being worked on: the request's, or a due operation's.</summary>
    public DateTimeOffset Now => state.Now;

    public Principals Principals => principals;

    public Access Access => access;

    public Operations Operations => operations;
}
