namespace AmlVnet.Simulator.Arm;

/// <summary>Management locks, as Resource Manager looks at them before a provider hears of a request.</summary>
internal static class Locks
{
    public const string Type = "Microsoft.Authorization/locks";

    public const string ReadOnly = "ReadOnly";

    /// <summary>What a lock is on: its id up to its own type.</summary>
    public static string ScopeOf(Resource one) =>
        one.Id[..one.Id.LastIndexOf("/providers/" + Type + "/", StringComparison.OrdinalIgnoreCase)];

    /// <summary>The scopes at and above an id whose locks forbid an operation; every lock forbids a deletion, a read-only one a write
    /// too.</summary>
    /// <param name="world">The world.</param>
    /// <param name="id">What is to be written or deleted.</param>
    /// <param name="isDeletion">Whether it is to be deleted.</param>
    /// <param name="andBelow">Whether what is locked below the id counts too.</param>
    public static IReadOnlyList<string> On(World world, string id, bool isDeletion, bool andBelow = false) =>
        [.. world.OfType(Type).Where(one => isDeletion || one.Properties.Text("level").Same(ReadOnly)).Select(ScopeOf)
            .Where(scope => IsAtOrBelow(id, scope) || (andBelow && IsAtOrBelow(scope, id))).Distinct(StringComparer.OrdinalIgnoreCase)];

    private static bool IsAtOrBelow(string id, string scope) =>
        id.Same(scope) || id.StartsWith(scope + "/", StringComparison.OrdinalIgnoreCase);
}
