using System.Runtime.CompilerServices;

namespace AmlVnet.Arm.Reading;

/// <summary>What a command asks all at once.</summary>
/// <param name="ManagementGroups">The management groups whose subscriptions are meant; null means all that the sign-in sees.</param>
internal sealed record FleetScope(IReadOnlyList<string>? ManagementGroups);

/// <summary>A compute as the list of its workspace shows it.</summary>
internal sealed record ListedCompute(ArmId Id, WireCompute Wire);

/// <summary>
/// The workspaces of many subscriptions, page by page, and nothing of them is kept. Resource Graph tells them, a thousand in one request;
/// where it refuses, each subscription is asked. The graph has no computes: these each workspace lists itself.
/// </summary>
internal sealed class Fleet(AzureReader azure)
{
    /// <summary>What the graph is asked. The table "resources" has workspaces,
    /// and what is asked of them is what their list has too.</summary>
    internal const string WorkspaceQuery = "resources | where type =~ 'microsoft.machinelearningservices/workspaces' "
        + "| project id, name, type, location, tags, identity, kind, properties | order by id asc";

    /// <summary>The workspaces, each once.</summary>
    /// <param name="scope">Whose.</param>
    /// <param name="failed">Hears of each subscription or row that can't be read; the others go on.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async IAsyncEnumerable<Workspace> WorkspacesAsync(FleetScope scope, Action<AmlVnetException> failed,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        AmlVnetException? refusal = null;
        await using var pages = azure.ResourceGraph.PagesAsync(WorkspaceQuery, scope.ManagementGroups,
            WireJson.Default.WireGraphPageWireWorkspace, cancel).GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await pages.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (AmlVnetException e) when (IsRefusal(e))
            {
                refusal = e;
                break;
            }

            if (pages.Current.IsCut)
                ActivityLog.Current.Warning("Azure Resource Graph has more than it tells: not all workspaces are here. Ask smaller "
                    + "management groups with -ManagementGroupId, or each subscription with -SubscriptionId.");
            foreach (var row in pages.Current.Data)
                if (Known(row, seen, failed) is { } workspace)
                    yield return workspace;
        }

        ActivityLog.Current.Verbose($"Azure Resource Graph does not answer, so each subscription is asked. ({refusal.Message})");
        await foreach (var subscription in SubscriptionsAsync(scope, cancel).ConfigureAwait(false))
        {
            await foreach (var row in ListAsync(subscription, failed, cancel).ConfigureAwait(false))
                if (Known(row, seen, failed) is { } workspace)
                    yield return workspace;
        }
    }

    /// <summary>The computes of a workspace that stand for clusters. What was read of the workspace and of them is forgotten after them:
    /// no other workspace needs it.</summary>
    internal async IAsyncEnumerable<ListedCompute> ComputesAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        azure.Rights.IsForMany = true;
        try
        {
            await foreach (var wire in azure.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
                if (wire.ComputeType == ComputeType.Aks || wire.IsKubernetes())
                    yield return new ListedCompute(AnswerIds.Of(wire), wire);
        }
        finally
        {
            azure.Forget(workspace.ToString());
        }
    }

    /// <summary>Whether the graph is not to be had here, or not for this sign-in. What is wrong with the sign-in itself, and a network
    /// without Azure, is no matter of the graph.</summary>
    private static bool IsRefusal(AmlVnetException e) => e is ArmRequestException { Status: not 401 }
        || e.ErrorId is nameof(Problems.NotFromAzure) or nameof(Problems.AnswerUnreadable) or nameof(Problems.AnswerMisshapen)
            or nameof(Problems.EndlessList);

    private static Workspace? Known(WireWorkspace row, HashSet<string> seen, Action<AmlVnetException> failed)
    {
        try
        {
            var workspace = row.ToWorkspace();
            return seen.Add(workspace.Id) ? workspace : null;
        }
        catch (AmlVnetException e)
        {
            failed(e);
            return null;
        }
    }

    private async IAsyncEnumerable<string> SubscriptionsAsync(FleetScope scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        if (scope.ManagementGroups is null)
        {
            await foreach (var (id, _, _) in azure.Subscriptions.ListAsync(cancel).ConfigureAwait(false)) yield return id;
            yield break;
        }

        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var group in scope.ManagementGroups)
            await foreach (var id in azure.ManagementGroups.ListSubscriptionsAsync(group, cancel).ConfigureAwait(false))
                if (seen.Add(id))
                    yield return id;
    }

    private async IAsyncEnumerable<WireWorkspace> ListAsync(string subscription, Action<AmlVnetException> failed,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await using var rows = azure.Connection.Services.Workspaces.ListAsync(ArmId.ForSubscription(subscription), cancel)
            .GetAsyncEnumerator(cancel);
        while (true)
        {
            try
            {
                if (!await rows.MoveNextAsync().ConfigureAwait(false)) yield break;
            }
            catch (AmlVnetException e) when (e is not ArmRequestException { Status: 401 })
            {
                failed(Problems.On(e, $"This was for the subscription '{subscription}'.", null));
                yield break;
            }

            yield return rows.Current;
        }
    }
}
