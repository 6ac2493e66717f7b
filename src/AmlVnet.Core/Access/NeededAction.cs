namespace AmlVnet.Core.Access;

/// <summary>An operation of Azure's that somebody needs the right to.</summary>
/// <param name="Scope">The ARM id that it is done at.</param>
/// <param name="Action">The operation, such as <c>Microsoft.Network/networkSecurityGroups/securityRules/write</c>.</param>
public sealed record NeededAction(string Scope, string Action)
{
    /// <summary>Where the right is asked for in the scope's place: what is around a scope that does not exist yet,
    /// or in one that can't be asked.</summary>
    public string? AskAt { get; init; }
}
