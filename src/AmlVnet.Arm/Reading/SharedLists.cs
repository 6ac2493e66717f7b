using System.Collections.Concurrent;

namespace AmlVnet.Arm.Reading;

/// <summary>
/// One list for many records: the first that asks gets its own answer; from the second on, the list of the subscription answers. What that
/// list does not hold is asked for by itself, for a list shows only what the sign-in may see; but where one of the lists holds something of
/// a resource group, the sign-in sees that group.
/// </summary>
internal sealed class SharedLists
{
    private readonly ConcurrentDictionary<string, string> _first = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<ArmId, bool> _visible = new();

    /// <summary>The resources of one type in a resource group.</summary>
    /// <param name="type">The type, to tell lists apart.</param>
    /// <param name="group">The resource group.</param>
    /// <param name="list">Lists the resources of a resource group or a subscription.</param>
    /// <param name="id">A resource's ARM id.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<List<T>> OfGroupAsync<T>(string type, ArmId group, Func<ArmId, CancellationToken, IAsyncEnumerable<T>> list,
        Func<T, string?> id,
        CancellationToken cancel)
    {
        if (await FromSubscriptionAsync(type, group, list, cancel).ConfigureAwait(false) is { } all)
        {
            var here = all.FindAll(one => ArmId.TryParse(id(one), out var found, out _) && group.Holds(found));
            if (here.Count > 0) _visible[group] = true;
            if (_visible.ContainsKey(group)) return here;
        }

        return await ReadAsync(list(group, cancel), cancel).ConfigureAwait(false);
    }

    /// <summary>One resource.</summary>
    /// <param name="type">The type, to tell lists apart.</param>
    /// <param name="resource">The resource.</param>
    /// <param name="list">Lists the resources of a subscription.</param>
    /// <param name="find">Reads the resource alone; null where it does not exist.</param>
    /// <param name="id">A resource's ARM id.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal async Task<T?> FindAsync<T>(string type, ArmId resource, Func<ArmId, CancellationToken, IAsyncEnumerable<T>> list,
        Func<ArmId, CancellationToken, Task<T?>> find, Func<T, string?> id, CancellationToken cancel) where T : class =>
        (await FromSubscriptionAsync(type, resource, list,
            cancel).ConfigureAwait(false))?.Find(one => ArmId.AreSame(id(one), resource.ToString()))
            ?? await find(resource, cancel).ConfigureAwait(false);

    private async Task<List<T>?> FromSubscriptionAsync<T>(string type, ArmId asked,
        Func<ArmId, CancellationToken, IAsyncEnumerable<T>> list,
        CancellationToken cancel)
    {
        if (asked.SubscriptionId is not { } subscription) return null;
        if (ArmId.AreSame(_first.GetOrAdd($"{type} {subscription}", asked.ToString()), asked.ToString())) return null;
        try
        {
            return await ReadAsync(list(ArmId.ForSubscription(subscription), cancel), cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.Kind == ProblemKind.PermissionDenied)
        {
            return null;
        }
    }

    private static async Task<List<T>> ReadAsync<T>(IAsyncEnumerable<T> list, CancellationToken cancel)
    {
        var items = new List<T>();
        await foreach (var item in list.WithCancellation(cancel).ConfigureAwait(false)) items.Add(item);
        return items;
    }
}
