namespace AmlVnet.Arm.Reading;

/// <summary>Looks what there is in the place of something that is not there. What it can't look at must not hide that it is not.</summary>
internal sealed class Alternatives(AzureReader azure)
{
    // Of a subscription with thousands of resources no message tells more.
    private const int MostRead = 200;

    /// <summary>The error with the names that there are, the nearest first.</summary>
    internal async Task<AmlVnetException> ExplainAsync(AmlVnetException failure, CancellationToken cancel)
    {
        if (!ArmId.TryParse(failure.Target, out var missing, out _)) return failure;
        try
        {
            return await FindAsync(missing, cancel).ConfigureAwait(false) is { Length: > 0 } found
                ? Problems.WithAlternatives(failure, found) : failure;
        }
        catch (AmlVnetException e)
        {
            ActivityLog.Current.Verbose($"What there is in the place of '{missing}' could not be looked at: {e.Message}");
            return failure;
        }
    }

    private async Task<string?> FindAsync(ArmId missing, CancellationToken cancel)
    {
        if (missing.IsType(ResourceTypes.Compute)) return await OfComputeAsync(missing, cancel).ConfigureAwait(false);
        if (missing.IsType(ResourceTypes.Workspace)) return await OfGroupAsync(missing, WorkspacesAsync, "workspaces",
            cancel).ConfigureAwait(false);
        if (missing.IsType(ResourceTypes.Cluster)) return await OfGroupAsync(missing, ClustersAsync, "clusters",
            cancel).ConfigureAwait(false);
        if (missing.IsType(ResourceTypes.VirtualNetwork))
            return await OfGroupAsync(missing, NetworksAsync, "virtual networks", cancel).ConfigureAwait(false);
        return null;
    }

    private async Task<string?> OfComputeAsync(ArmId missing, CancellationToken cancel)
    {
        var workspace = missing.Parent!;
        var names = await ReadAsync(Computes(workspace, cancel), cancel).ConfigureAwait(false);
        if (names is null)
            return await OfGroupAsync(workspace, WorkspacesAsync, "workspaces", cancel).ConfigureAwait(false) is { } others
                ? $"There is no workspace '{workspace.Name}' in the resource group {workspace.ResourceGroupName}. {others}" : null;
        return names.Count == 0 ? $"The workspace {workspace.Name} has no AKS computes." : NearNames.Describe(missing.Name, names);
    }

    /// <summary>Those of the resource group; where there are none in it, those of the subscription.</summary>
    private static async Task<string?> OfGroupAsync(ArmId missing, Func<ArmId, CancellationToken, IAsyncEnumerable<ArmId>> list,
        string what,
        CancellationToken cancel)
    {
        var group = ArmId.ForResourceGroup(missing.SubscriptionId!, missing.ResourceGroupName!);
        if (await ReadAsync(Names(list(group, cancel), group), cancel).ConfigureAwait(false) is { Count: > 0 } here)
            return NearNames.Describe(missing.Name, here);
        var everywhere = await ReadAsync(Names(list(ArmId.ForSubscription(missing.SubscriptionId!), cancel), group),
            cancel).ConfigureAwait(false);
        return everywhere is { Count: > 0 }
            ? $"The resource group {missing.ResourceGroupName} has no {what}. In the subscription: "
                + NearNames.Describe(missing.Name, everywhere)
            : $"This sign-in sees no {what} in the subscription.";
    }

    private async IAsyncEnumerable<string> Computes(ArmId workspace,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in azure.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (Words.Is(one.Properties?.ComputeType, "AKS") && one.Name is { } name)
                yield return name;
    }

    private static async IAsyncEnumerable<string> Names(IAsyncEnumerable<ArmId> ids, ArmId group)
    {
        await foreach (var id in ids.ConfigureAwait(false))
            yield return group.Holds(id) ? id.Name : $"{id.ResourceGroupName}/{id.Name}";
    }

    private async IAsyncEnumerable<ArmId> WorkspacesAsync(ArmId scope,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in azure.Workspaces.ListAsync(scope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(one.Id, out var id, out _))
                yield return id;
    }

    private async IAsyncEnumerable<ArmId> ClustersAsync(ArmId scope,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in azure.ManagedClusters.ListAsync(scope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(one.Id, out var id, out _))
                yield return id;
    }

    private async IAsyncEnumerable<ArmId> NetworksAsync(ArmId scope,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in azure.Networks.ListAsync(scope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(one.Id, out var id, out _))
                yield return id;
    }

    /// <summary>The names; null where what they would be in does not exist.</summary>
    private static async Task<List<string>?> ReadAsync(IAsyncEnumerable<string> names, CancellationToken cancel)
    {
        var read = new List<string>();
        try
        {
            await foreach (var name in names.WithCancellation(cancel).ConfigureAwait(false))
            {
                read.Add(name);
                if (read.Count == MostRead) break;
            }
        }
        catch (ArmRequestException e) when (e.Status == 404)
        {
            return null;
        }

        return read;
    }
}
