using AmlVnet.Arm.Reading;

namespace AmlVnet.Cmdlets;

/// <summary>What cmdlets share that can be run for all workspaces of many subscriptions at once; which those are, they say by the
/// parameters that they declare.</summary>
public abstract class FleetCmdlet : ArmCmdlet
{
    private protected const string ByAllSubscriptions = "ByAllSubscriptions";
    private protected const string ByManagementGroup = "ByManagementGroup";

    private const string GroupPrefix = "/providers/Microsoft.Management/managementGroups/";

    /// <summary>The workspaces that are meant; null where the command is not run for all.</summary>
    private protected FleetScope? Fleet(bool all, string[]? managementGroups)
    {
        if (BoundSet is not (ByAllSubscriptions or ByManagementGroup)) return null;
        if (BoundSet == ByAllSubscriptions && !all)
            throw Problems.InvalidCombination("-AllSubscriptions:$false says nothing of which workspaces are meant.",
                "Leave it out, and give their names.");
        if (IsTyped(nameof(SubscriptionId)))
            throw Problems.InvalidCombination("-SubscriptionId names one subscription, and the command is to go over many.",
                "Leave it out, or -AllSubscriptions and -ManagementGroupId.");
        return new FleetScope(BoundSet == ByAllSubscriptions ? null : [.. managementGroups!.Select(static group =>
            References.RequireName(group.StartsWith(GroupPrefix, StringComparison.OrdinalIgnoreCase) ? group[GroupPrefix.Length..] : group,
                "ManagementGroupId", ResourceNames.CheckManagementGroup))]);
    }

    /// <summary>
    /// Works on each workspace, as many side by side as -ThrottleLimit says. One that fails is told, and the others go on; none is read
    /// before what was found in the earlier ones has gone down the pipeline.
    /// </summary>
    /// <returns>Whether all of them, and of the subscriptions, could be read.</returns>
    private protected async Task<bool> ForEachWorkspaceAsync(FleetScope scope, int sideBySide,
        Func<Workspace, CancellationToken, Task> work, CancellationToken cancel)
    {
        var failed = 0;
        await Parallel.ForEachAsync(Azure.Fleet.WorkspacesAsync(scope, Report, cancel),
            new ParallelOptions { MaxDegreeOfParallelism = sideBySide, CancellationToken = cancel },
            async (workspace, stop) =>
            {
                if (!await TryAsync(workspace.Id, () => work(workspace, stop), stop).ConfigureAwait(false))
                    Interlocked.Exchange(ref failed, 1);
                // Else a slow pipeline would have all that is read wait in memory.
                if (Streams.OnPipelineAsync(static () => true, stop) is { } written) await written.ConfigureAwait(false);
            }).ConfigureAwait(false);
        return failed == 0;

        void Report(AmlVnetException problem)
        {
            Interlocked.Exchange(ref failed, 1);
            Streams.Error(Describe(problem).Record);
        }
    }

    /// <summary>Works on one of many; false where it failed, which is told.</summary>
    private protected async Task<bool> TryAsync(string subject, Func<Task> work, CancellationToken cancel)
    {
        try
        {
            await work().ConfigureAwait(false);
            return true;
        }
        // A sign-in that fails here fails everywhere.
        catch (AmlVnetException e) when (!e.IsTerminating())
        {
            Streams.Error(Describe(e.Message.Contains(subject, StringComparison.OrdinalIgnoreCase) ? e
                : Problems.On(e, $"This was for '{subject}'.", null)).Record);
        }
        catch (Exception e) when (e is not (AmlVnetException or PipelineStoppedException or OperationCanceledException)
            && !cancel.IsCancellationRequested)
        {
            Streams.Error(Describe(Problems.Unexpected(e, subject)).Record);
        }

        return false;
    }
}
