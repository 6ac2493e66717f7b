namespace AmlVnet.Core.Checks;

/// <summary>Rules about locks on what this module's commands and the cluster itself write.</summary>
internal static class LockRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-LOCK-001", "No lock refuses what is to be changed or undone", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.Locks, Find),
    ];

    private static Finding[] Find(NetworkFacts facts)
    {
        var places = LockTargets.Of(facts);
        if (places.Count == 0 || facts.Locks.Count == 0)
            return [Finding.NotApplicable("locks", "Locks were not asked for.")];
        var read = places.Select(place => (Place: place, Locks: facts.LocksOn(place.Id, andBelow: place.IsNodeGroup))).ToArray();
        var found = read.SelectMany(one => (one.Locks.Value ?? []).Select(its => (Lock: its, one.Place)))
            .GroupBy(one => one.Lock.Id, StringComparer.OrdinalIgnoreCase)
            .Select(same => Of(same.First().Lock, [.. same.Select(one => one.Place)]));
        var unread = read.Where(one => one.Locks.Value is null).GroupBy(one => one.Locks.Why)
            .Select(same => Finding.Unknown(same.First().Place.Id,
                $"The locks on {Names(same.Select(one => one.Place))} could not be read: {same.Key}"));
        Finding[] all = [.. found, .. unread];
        return all.Length > 0 ? all : [Finding.Passed(places[0].Id, $"No lock is on {Names(places)}.")];
    }

    private static Finding Of(LockFacts its, LockTarget[] places)
    {
        var what = $"The lock '{its.Name}' ({its.Level ?? "of no level"}) at {its.Scope}";
        var remedy = $"az lock delete --ids {Commands.Quote(its.Id)}";
        var kubernetes = places.Any(place => place.IsNodeGroup);
        if (its.IsReadOnly)
            return Finding.Failed(its.Id, $"{what} refuses every change of {Names(places)}: commands that write there end with ScopeLocked"
                + (kubernetes ? ", and Kubernetes cannot write its load balancer." : "."), remedy);
        return string.Equals(its.Level, "CanNotDelete", StringComparison.OrdinalIgnoreCase)
            ? Finding.Warning(its.Id,
                $"{what} lets changes of {Names(places)} through but no deletion: rules, role assignments and computes that are "
                + "to be undone stay" + (kubernetes ? ", and Kubernetes cannot delete what it no longer needs." : "."), remedy)
            : Finding.Unknown(its.Id, $"{what} is of a level that is not known here.", remedy);
    }

    private static string Names(IEnumerable<LockTarget> places)
    {
        var names = places.Select(place => place.What).Distinct().ToArray();
        return names.Length == 1 ? names[0] : $"{string.Join(", ", names[..^1])} and {names[^1]}";
    }
}
