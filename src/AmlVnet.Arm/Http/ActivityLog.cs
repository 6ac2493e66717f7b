namespace AmlVnet.Arm.Http;

/// <summary>How far a long wait has come.</summary>
/// <param name="Activity">What is being done, for the user.</param>
/// <param name="Status">The state that the service reports.</param>
/// <param name="Elapsed">Since when, in the time of the cloud (simulated time on the simulator).</param>
/// <param name="IsCompleted">True takes the line away.</param>
internal readonly record struct ActivityProgress(string Activity, string Status, TimeSpan Elapsed, bool IsCompleted = false);

/// <summary>Where work tells what it does. The one of the running record flows with its asynchronous calls.</summary>
internal abstract class ActivityLog
{
    private static readonly AsyncLocal<ActivityLog?> Flowing = new();
    private static readonly ActivityLog Silence = new Silent();

    internal static ActivityLog Current => Flowing.Value ?? Silence;

    /// <summary>Makes this the log of all that the caller awaits from here on.</summary>
    internal void Begin() => Flowing.Value = this;

    /// <summary>Whether it is the log of one record's work, which ends.</summary>
    internal virtual bool IsRecord => false;

    /// <summary>What is to be done when the record's work has ended.</summary>
    internal virtual void OnEnd(Action act)
    {
    }

    internal abstract void Verbose(string text);

    /// <summary>Which requests this log has told already; null where nobody listens.</summary>
    internal virtual RepeatedRequests? Repeated => null;

    /// <summary>Tells how often what was told once was asked again; at the end of the work.</summary>
    internal void TellRepeated()
    {
        foreach (var line in Repeated?.TakeSums() ?? []) Verbose(line);
    }

    /// <summary>What the work has changed so far; null where nobody keeps count.</summary>
    internal virtual Deeds? Deeds => null;

    internal abstract void Debug(string text);

    internal abstract void Warning(string text);

    internal abstract void Progress(object activity, ActivityProgress progress);

    /// <summary>What to say if the user stops the command from now on; null takes it back.</summary>
    internal abstract void OnStop(object owner, string? lastWords);

    private sealed class Silent : ActivityLog
    {
        internal override void Verbose(string text)
        {
        }

        internal override void Debug(string text)
        {
        }

        internal override void Warning(string text)
        {
        }

        internal override void Progress(object activity, ActivityProgress progress)
        {
        }

        internal override void OnStop(object owner, string? lastWords)
        {
        }
    }
}
