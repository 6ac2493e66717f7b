using AmlVnet.Core.Access;
using AmlVnet.Core.Checks;

namespace AmlVnet.Arm.Reading;

/// <summary>Reads what refuses a change whatever roles give: locks, and deny assignments.</summary>
internal sealed class LockReading(AzureReader azure)
{
    /// <summary>
    /// The locks of each subscription that is named: one list has those of all its groups and resources. Begin it early; the rest of the
    /// facts is read meanwhile.
    /// </summary>
    internal async Task<IReadOnlyList<LockList>> BeginAsync(IEnumerable<string?> ids, CancellationToken cancel) => await Task.WhenAll(
        ids.Select(SubscriptionOf).OfType<ArmId>().Distinct().Select(subscription => ReadAsync(subscription, cancel))).ConfigureAwait(
            false);

    /// <summary>
    /// The facts with the locks on all that they name. Who may not ask a subscription asks the resource group, and who may not ask that the
    /// resource itself: its list has what is above it too.
    /// </summary>
    internal async Task<NetworkFacts> AddAsync(NetworkFacts facts, IReadOnlyList<LockList> begun, CancellationToken cancel)
    {
        var targets = LockTargets.Of(facts).Select(static target => ArmId.TryParse(target.Id, out var id, out _) ? id : null)
            .OfType<ArmId>().ToArray();
        foreach (var level in new Func<ArmId, ArmId?>[] { static id => SubscriptionOf(id.ToString()), GroupOf, static id => id })
        {
            var asked = facts.Locks.Concat(begun).DistinctBy(static list => list.Scope, StringComparer.OrdinalIgnoreCase).ToArray();
            facts = facts with { Locks = asked };
            var scopes = targets.Where(id => facts.LocksOn(id.ToString()).State != KnownState.Value).Select(level).OfType<ArmId>()
                .Distinct()
                .Where(scope => !asked.Any(list => ArmId.AreSame(list.Scope, scope.ToString()))).ToArray();
            begun = await Task.WhenAll(scopes.Select(scope => ReadAsync(scope, cancel))).ConfigureAwait(false);
        }

        return facts with { Locks = [.. facts.Locks, .. begun] };
    }

    /// <summary>The deny assignments on some resources, in them and above them.</summary>
    internal Task<Known<IReadOnlyList<DenyAssignmentFacts>>> ReadDenyAssignmentsAsync(IEnumerable<ArmId> scopes,
        CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
        {
            var found = new List<DenyAssignmentFacts>();
            foreach (var scope in scopes.Distinct())
                await foreach (var wire in azure.DenyAssignments.ListAsync(scope, cancel).ConfigureAwait(false))
                    if (!string.Equals(wire.Properties?.DenyAssignmentEffect, "Audit", StringComparison.OrdinalIgnoreCase))
                        found.Add(wire.ToFacts());
            return (IReadOnlyList<DenyAssignmentFacts>?)[.. found.DistinctBy(static one => one.Id, StringComparer.OrdinalIgnoreCase)];
        }, "");

    /// <summary>The locks that refuse a change of a resource, which the service does not name; none where they can't be read: they explain
    /// an error, and must not take its place.</summary>
    internal async Task<IReadOnlyList<string>> FindRefusingAsync(string target, bool isDelete, CancellationToken cancel)
    {
        if (!ArmId.TryParse(target, out var id, out _)) return [];
        LockList? read = null;
        try
        {
            // The list at the group has those above it too; what is to be made has none of its own yet.
            read = await ReadAsync(GroupOf(id) ?? id, cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e)
        {
            ActivityLog.Current.Verbose($"Which lock refuses the change of '{target}' could not be looked at: {e.Message}");
        }

        return [.. (read?.Locks.Value ?? []).Where(one => $"{target}/".StartsWith($"{one.Scope}/", StringComparison.OrdinalIgnoreCase)
            && (isDelete || string.Equals(one.Level, "ReadOnly", StringComparison.OrdinalIgnoreCase))).Select(static one => one.Id)];
    }

    private async Task<LockList> ReadAsync(ArmId scope, CancellationToken cancel) =>
        new(scope.ToString(), await FactsReader.TryAsync(async () =>
    {
        var found = new List<LockFacts>();
        await foreach (var wire in azure.Locks.ListAsync(scope, cancel).ConfigureAwait(false)) found.Add(wire.ToFacts());
        return (IReadOnlyList<LockFacts>?)found;
    }, "").ConfigureAwait(false));

    private static ArmId? SubscriptionOf(string? id) =>
        ArmId.TryParse(id, out var parsed, out _) && parsed.SubscriptionId is { } subscription ? ArmId.ForSubscription(subscription) : null;

    private static ArmId? GroupOf(ArmId id) =>
        id.ResourceGroupName is { } group ? ArmId.ForResourceGroup(id.SubscriptionId!, group) : null;
}
