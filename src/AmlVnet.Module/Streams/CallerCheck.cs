using AmlVnet.Arm.Reading;
using AmlVnet.Core.Access;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>Whether the caller's roles allow what a command is about to do.</summary>
internal static class CallerCheck
{
    /// <summary>Refuses what roles that were read whole do not give; warns, once for a command, of what could not be read.</summary>
    /// <exception cref="AmlVnetException">A right is missing.</exception>
    internal static async Task RequireAsync(AzureReader azure, ICommandStreams streams, IEnumerable<NeededAction> needs,
        IReadOnlyList<string> doneBefore, CancellationToken cancel)
    {
        var rights = await azure.Caller.JudgeAsync(needs, cancel).ConfigureAwait(false);
        if (rights.Where(static right => right.Granted == Answer.No).ToArray() is { Length: > 0 } missing)
            throw Problems.CallerLacksRight(missing, azure.Caller.Identity, doneBefore);
        foreach (var unknown in rights.Where(static right => right.Granted == Answer.Unknown)
            .GroupBy(static right => (right.Reason, right.IsUnread)))
        {
            if (!azure.Caller.TakeTelling(unknown.Key.Reason)) continue;
            Action<string> tell = unknown.Key.IsUnread ? streams.Warning : streams.Verbose;
            tell($"Not checked whether this sign-in may do all of it: {unknown.Key.Reason}. Needed there: {Actions(unknown)}.");
        }

        if (Actions(rights.Where(static right => right.Granted == Answer.Yes)) is { Length: > 0 } allowed
            && azure.Caller.TakeTelling(allowed))
            streams.Verbose($"Allowed by roles, which is no proof: {allowed}. Not looked at: {CallerRights.NotLookedAt}.");
    }

    private static string Actions(IEnumerable<CallerRight> some) =>
        string.Join(", ", some.Select(static right => right.Need.Action).Distinct());
}
