using System.Collections.Concurrent;
using AmlVnet.Core.Access;

namespace AmlVnet.Arm.Reading;

/// <summary>Reads what the caller may do. Each place is asked once for a command.</summary>
internal sealed class CallerReading(AzureReader azure)
{
    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Who asks; null where the token does not say.</summary>
    internal CallerIdentity? Identity => azure.Connection.Caller;

    /// <summary>Whether the caller has each right, in the order of the needs; one that is needed twice is told once.</summary>
    internal async Task<IReadOnlyList<CallerRight>> JudgeAsync(IEnumerable<NeededAction> needs, CancellationToken cancel)
    {
        var rights = new List<CallerRight>();
        foreach (var need in needs.DistinctBy(static need => $"{need.Action} {need.Scope}", StringComparer.OrdinalIgnoreCase))
        {
            var asked = new List<CallerPermissions>();
            foreach (var place in CallerRights.PlacesFor(need))
            {
                var answer = await ReadAsync(place, cancel).ConfigureAwait(false);
                asked.Add(answer);
                if (answer.Give(need.Action)) break;
            }

            rights.Add(CallerRights.Judge(need, asked));
        }

        return rights;
    }

    /// <summary>Whether something was not told yet by this command.</summary>
    internal bool TakeTelling(string text) => _told.TryAdd(text, true);

    /// <summary>What Azure refuses to tell, or does not know, is not known here; that it did not answer ends the command.</summary>
    private async Task<CallerPermissions> ReadAsync(ArmId place, CancellationToken cancel)
    {
        var permissions = new List<RolePermission>();
        string? why = null;
        try
        {
            await foreach (var wire in azure.Permissions.ListAsync(place, cancel).ConfigureAwait(false))
                if (wire.Actions is { } actions) permissions.Add(new(actions, wire.NotActions ?? []));
                else why = $"a permission at {place} does not say its actions";
            return new(place, permissions, why);
        }
        catch (ArmRequestException e) when (e.Status is >= 400 and < 500 and not (401 or 408 or 429))
        {
            return new(place, null, $"the permissions at {place} can't be read ({(e.Code is { } code ? code : $"HTTP {e.Status}")})");
        }
    }
}
