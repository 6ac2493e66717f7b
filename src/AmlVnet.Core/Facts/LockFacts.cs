namespace AmlVnet.Core.Facts;

/// <summary>A management lock (ARM: <c>Microsoft.Authorization/locks</c>).</summary>
/// <param name="Id">The lock's ARM id.</param>
/// <param name="Scope">What it is on: a subscription, a resource group or a resource. It holds there and everywhere below.</param>
/// <param name="Level">ReadOnly (no change and no deletion) or CanNotDelete (no deletion); null where the service does not say.</param>
public sealed record LockFacts(string Id, string Scope, string? Level)
{
    /// <summary>The lock's name.</summary>
    public string Name => Id[(Id.LastIndexOf('/') + 1)..];

    /// <summary>Whether it refuses changes.</summary>
    public bool IsReadOnly => string.Equals(Level, "ReadOnly", StringComparison.OrdinalIgnoreCase);
}

/// <summary>
/// The locks that were read at one scope: those on it, above and below it (Az.Resources, Get-AzResourceLock: without <c>-AtScope</c> it
/// returns the locks at, above and below the scope).
/// </summary>
/// <param name="Scope">The ARM id of the subscription, group or resource that was asked.</param>
/// <param name="Locks">The locks, or why they could not be read.</param>
public sealed record LockList(string Scope, Known<IReadOnlyList<LockFacts>> Locks);
