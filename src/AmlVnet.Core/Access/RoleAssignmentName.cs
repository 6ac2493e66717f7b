using System.Security.Cryptography;
using System.Text;

namespace AmlVnet.Core.Access;

/// <summary>
/// The name of a role assignment, derived from what it assigns, so that a second run finds the first one's work and two runs at
/// once make one assignment. It also tells our assignments from other people's.
/// </summary>
public static class RoleAssignmentName
{
    /// <summary>
    /// The namespace of these names: the version 5 UUID of <c>https://github.com/AmlVnet/AmlVnet#role-assignments</c> in RFC 4122's
    /// URL namespace. It never changes, or earlier assignments would not be recognised.
    /// </summary>
    public static Guid Namespace { get; } =
        Version5(new Guid("6ba7b811-9dad-11d1-80b4-00c04fd430c8"), "https://github.com/AmlVnet/AmlVnet#role-assignments");

    /// <summary>The name for one scope, principal and role.
    /// Case, a slash at the end and the path before the role's GUID make no difference.</summary>
    /// <param name="scope">The ARM id of the scope.</param>
    /// <param name="principalId">The principal's object id.</param>
    /// <param name="roleDefinitionId">The role definition's ARM id or GUID.</param>
    public static Guid Derive(string scope, string principalId, string roleDefinitionId)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(principalId);
        ArgumentNullException.ThrowIfNull(roleDefinitionId);
        var role = roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
        return Version5(Namespace, $"{scope.Trim().TrimEnd('/')}|{principalId.Trim()}|{role.Trim()}".ToLowerInvariant());
    }

    /// <summary>A name-based UUID with SHA-1 (RFC 4122, section 4.3).</summary>
    public static Guid Version5(Guid space, string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        var input = new byte[16 + Encoding.UTF8.GetByteCount(name)];
        space.TryWriteBytes(input, bigEndian: true, out _);
        Encoding.UTF8.GetBytes(name, input.AsSpan(16));
        // RFC 4122 prescribes SHA-1 here; nothing is protected by it.
#pragma warning disable CA5350
        var hash = SHA1.HashData(input).AsSpan(0, 16);
#pragma warning restore CA5350
        hash[6] = (byte)((hash[6] & 0x0f) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3f) | 0x80);
        return new(hash, bigEndian: true);
    }
}
