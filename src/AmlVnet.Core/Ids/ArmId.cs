using System.Diagnostics.CodeAnalysis;

namespace AmlVnet.Core.Ids;

/// <summary>
/// An Azure Resource Manager id, taken apart. Ids are compared without regard to case, because providers answer in another
/// case than they were asked in (AKS returns <c>resourcegroups</c>); the text keeps the names as they were given.
/// </summary>
public sealed class ArmId : IEquatable<ArmId>
{
    private const string SubscriptionType = "Microsoft.Resources/subscriptions";
    private const string ResourceGroupType = "Microsoft.Resources/resourceGroups";
    private const string TenantType = "Microsoft.Resources/tenants";

    private readonly string _text;

    private ArmId(ArmId? parent, string resourceType, string name, string text)
    {
        Parent = parent;
        ResourceType = resourceType;
        Name = name;
        _text = text;
    }

    /// <summary>The root scope <c>/</c>.</summary>
    public static ArmId Tenant { get; } = new(null, TenantType, "", "/");

    /// <summary>
    /// The scope right above: the parent resource of a sub-resource, the resource under an extension resource (a role
    /// assignment), the resource group of a top-level resource, the subscription of a group; null for <see cref="Tenant"/>.
    /// </summary>
    public ArmId? Parent { get; }

    /// <summary>The provider namespace and types, such as <c>Microsoft.Network/virtualNetworks/subnets</c>.</summary>
    public string ResourceType { get; }

    /// <summary>The last name in the id; the subscription's id for a subscription; empty for <see cref="Tenant"/>.</summary>
    public string Name { get; }

    /// <summary>The subscription, or null for what lies above subscriptions.</summary>
    public string? SubscriptionId => Ancestor(SubscriptionType)?.Name;

    /// <summary>The resource group's name, or null for what lies above resource groups.</summary>
    public string? ResourceGroupName => Ancestor(ResourceGroupType)?.Name;

    /// <summary>Whether this id is of the type given, such as <c>Microsoft.Network/virtualNetworks</c>.</summary>
    public bool IsType(string resourceType) => ResourceType.Equals(resourceType, StringComparison.OrdinalIgnoreCase);

    /// <summary>This id or the nearest one above it that is of the type given; null when there is none.</summary>
    public ArmId? Ancestor(string resourceType)
    {
        for (var id = this; id is not null; id = id.Parent)
            if (id.IsType(resourceType))
                return id;
        return null;
    }

    /// <summary>Whether <paramref name="other"/> is this scope or lies beneath it.
    /// Management groups are not known to hold anything.</summary>
    public bool Holds(ArmId other)
    {
        ArgumentNullException.ThrowIfNull(other);
        for (var id = other; id is not null; id = id.Parent)
            if (id.Equals(this))
                return true;
        return Equals(Tenant);
    }

    /// <summary>Reads an id. Never throws.</summary>
    /// <param name="text">The text, such as <c>/subscriptions/…/resourceGroups/…/providers/…</c>.</param>
    /// <param name="id">The id, when the result is true.</param>
    /// <param name="reason">A sentence that says what is wrong, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out ArmId? id,
        [NotNullWhen(false)] out string? reason)
    {
        id = null;
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            reason = "The resource id is empty; give one such as /subscriptions/<id>/resourceGroups/<group>/providers/<type>/<name>.";
            return false;
        }

        var trimmed = text.Trim();
        if (trimmed[0] != '/')
        {
            reason = $"'{trimmed}' is not an ARM resource id: an id begins with '/subscriptions/'.";
            return false;
        }

        if (trimmed == "/")
        {
            id = Tenant;
            return true;
        }

        var parts = trimmed[1..].TrimEnd('/').Split('/');
        if (parts.FirstOrDefault(part => NameProblem(part) is not null) is { } bad)
        {
            reason = $"'{trimmed}' is not an ARM resource id: {NameProblem(bad)}";
            return false;
        }

        return TryWalk(trimmed, parts, out id, out reason);
    }

    private static bool TryWalk(string trimmed, string[] parts, [NotNullWhen(true)] out ArmId? id, [NotNullWhen(false)] out string? reason)
    {
        id = null;
        reason = null;
        var at = 0;
        var current = Tenant;
        if (Is(parts, at, "subscriptions"))
        {
            if (parts.Length < 2)
                return Fails(trimmed, "the subscription's id is missing after 'subscriptions'", out reason);
            current = ForSubscription(parts[1]);
            at = 2;
            if (Is(parts, at, "resourceGroups"))
            {
                if (parts.Length < 4)
                    return Fails(trimmed, "the resource group's name is missing after 'resourceGroups'", out reason);
                current = ForResourceGroup(parts[1], parts[3]);
                at = 4;
            }
        }

        while (at < parts.Length)
        {
            if (!Is(parts, at, "providers"))
                return Fails(trimmed, $"'{parts[at]}' stands where 'subscriptions', 'resourceGroups' or 'providers' belongs", out reason);
            var end = at + 1;
            while (end < parts.Length && !((end - at) % 2 == 0 && Is(parts, end, "providers")))
                end++;
            if (end - at < 4)
                return Fails(trimmed, "after 'providers' come a namespace, a type and a name", out reason);
            if ((end - at) % 2 != 0)
                return Fails(trimmed, $"the name after '{parts[end - 1]}' is missing", out reason);
            current = current.Extension(parts[at + 1], parts[at + 2], parts[at + 3]);
            for (var child = at + 4; child < end; child += 2)
                current = current.Child(parts[child], parts[child + 1]);
            at = end;
        }

        id = current;
        return true;
    }

    /// <summary>Reads an id that must be of one type, so that a subnet's id is not taken for its network's.</summary>
    /// <param name="text">The text.</param>
    /// <param name="resourceType">The type wanted, such as <c>Microsoft.Network/virtualNetworks/subnets</c>.</param>
    /// <param name="id">The id, when the result is true.</param>
    /// <param name="reason">A sentence that says what is wrong, when the result is false.</param>
    public static bool TryParse(
        [NotNullWhen(true)] string? text, string resourceType, [NotNullWhen(true)] out ArmId? id, [NotNullWhen(false)] out string? reason)
    {
        if (!TryParse(text, out id, out reason))
            return false;
        if (id.IsType(resourceType))
            return true;
        reason = $"'{id}' is a {id.ResourceType}; a {resourceType} is needed.";
        id = null;
        return false;
    }

    /// <summary>Reads an id.</summary>
    /// <exception cref="FormatException">The text is no ARM id; the message says why.</exception>
    public static ArmId Parse(string? text) => TryParse(text, out var id, out var reason) ? id : throw new FormatException(reason);

    /// <summary>Why a text cannot be one name in an id, as the end of a sentence; null when it can.</summary>
    public static string? NameProblem(string? name)
    {
        if (string.IsNullOrWhiteSpace(name))
            return "a name in it is empty.";
        foreach (var c in name)
        {
            if (c == '/')
                return $"the name '{name}' holds a slash; give the last part of the id only.";
            if (c is '?' or '#' or '%' or '\\' || char.IsControl(c))
                return $"the name '{name}' holds '{(char.IsControl(c) ? "a control character" : c.ToString())}', which no resource name "
                    + "may.";
        }

        return null;
    }

    /// <summary>The id of a subscription.</summary>
    public static ArmId ForSubscription(string subscriptionId) =>
        new(Tenant, SubscriptionType, Checked(subscriptionId), $"/subscriptions/{subscriptionId}");

    /// <summary>The id of a resource group.</summary>
    public static ArmId ForResourceGroup(string subscriptionId, string resourceGroupName)
    {
        var subscription = ForSubscription(subscriptionId);
        return new(subscription, ResourceGroupType, Checked(resourceGroupName), $"{subscription}/resourceGroups/{resourceGroupName}");
    }

    /// <summary>The id of a virtual network.</summary>
    public static ArmId ForVirtualNetwork(string subscriptionId, string resourceGroupName, string name) =>
        ForResourceGroup(subscriptionId, resourceGroupName).Extension("Microsoft.Network", "virtualNetworks", name);

    /// <summary>The id of a subnet.</summary>
    public static ArmId ForSubnet(string subscriptionId, string resourceGroupName, string virtualNetworkName, string name) =>
        ForVirtualNetwork(subscriptionId, resourceGroupName, virtualNetworkName).Child("subnets", name);

    /// <summary>The id of a machine learning workspace.</summary>
    public static ArmId ForWorkspace(string subscriptionId, string resourceGroupName, string name) =>
        ForResourceGroup(subscriptionId, resourceGroupName).Extension("Microsoft.MachineLearningServices", "workspaces", name);

    /// <summary>The id of a compute of a workspace.</summary>
    public static ArmId ForCompute(string subscriptionId, string resourceGroupName, string workspaceName, string name) =>
        ForWorkspace(subscriptionId, resourceGroupName, workspaceName).Child("computes", name);

    /// <summary>The id of an AKS cluster.</summary>
    public static ArmId ForCluster(string subscriptionId, string resourceGroupName, string name) =>
        ForResourceGroup(subscriptionId, resourceGroupName).Extension("Microsoft.ContainerService", "managedClusters", name);

    /// <summary>The id of a role definition as a role assignment names it: under the subscription.</summary>
    public static ArmId ForRoleDefinition(string subscriptionId, string roleDefinitionName) =>
        ForSubscription(subscriptionId).Extension("Microsoft.Authorization", "roleDefinitions", roleDefinitionName);

    /// <summary>The id of a role assignment on this scope.</summary>
    public ArmId RoleAssignment(string name) => Extension("Microsoft.Authorization", "roleAssignments", name);

    /// <summary>The id of a sub-resource of this resource.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a character that no name may.</exception>
    public ArmId Child(string type, string name) => new(this, $"{ResourceType}/{type}", Checked(name), $"{_text}/{type}/{name}");

    /// <summary>The id of a resource in this group, or of an extension resource on this scope.</summary>
    /// <exception cref="ArgumentException">The name is empty or holds a character that no name may.</exception>
    public ArmId Extension(string providerNamespace, string type, string name)
    {
        var start = _text == "/" ? "" : _text;
        return new(this, $"{providerNamespace}/{type}", Checked(name), $"{start}/providers/{providerNamespace}/{type}/{name}");
    }

    /// <summary>Whether two texts are the same id, without regard to case and a slash at the end.</summary>
    public static bool AreSame(string? left, string? right) =>
        left is not null && right is not null
            && left.Trim().TrimEnd('/').Equals(right.Trim().TrimEnd('/'), StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public bool Equals(ArmId? other) => other is not null && _text.Equals(other._text, StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ArmId);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.OrdinalIgnoreCase.GetHashCode(_text);

    /// <summary>The id's text, with ARM's own spelling of <c>subscriptions</c>, <c>resourceGroups</c> and <c>providers</c>.</summary>
    public override string ToString() => _text;

    /// <summary>Whether two ids name the same resource.</summary>
    public static bool operator ==(ArmId? left, ArmId? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether two ids name different resources.</summary>
    public static bool operator !=(ArmId? left, ArmId? right) => !(left == right);

    private static bool Is(string[] parts, int at, string word) =>
        at < parts.Length && parts[at].Equals(word, StringComparison.OrdinalIgnoreCase);

    private static bool Fails(string text, string why, out string reason)
    {
        reason = $"'{text}' is not a whole ARM resource id: {why}.";
        return false;
    }

    private static string Checked(string name) =>
        NameProblem(name) is { } problem ? throw new ArgumentException("This makes no resource id: " + problem, nameof(name)) : name;
}
