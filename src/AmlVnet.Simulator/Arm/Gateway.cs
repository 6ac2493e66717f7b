using System.Text.Json.Nodes;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Arm;

/// <summary>Resource Manager's own part: what it checks before a provider hears of a request, and the manners of every answer.</summary>
internal sealed class Gateway(Cloud cloud)
{
    private readonly Dictionary<string, ResourceType> _types = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<ArmRequest, Answer>> _status = new(StringComparer.OrdinalIgnoreCase);

    public Cloud Cloud => cloud;

    public IEnumerable<ResourceType> Types => _types.Values;

    public ResourceType? Type(string fullName) => _types.GetValueOrDefault(fullName);

    public void Add(params ResourceType[] types)
    {
        foreach (var type in types)
            _types[type.FullName] = type;
    }

    /// <summary>Registers the status pages of a provider's operations below <c>/providers/{ns}/locations/{location}/</c>.</summary>
    public void AddStatus(string ns, string collection, Func<ArmRequest, Answer> handle) => _status[$"{ns}/{collection}"] = handle;

    /// <summary>The type or page that a path leads to, for the log and for fault rules.</summary>
    public string? NameOf(ResourcePath path)
    {
        if (path.Namespace is null)
            return path.Segments.Count == 0 ? null : path.Group is not null || path.Segments[^1].Same("resourceGroups")
                ? "Microsoft.Resources/resourceGroups" : "Microsoft.Resources/subscriptions";
        if (IsStatus(path))
            return "operations";
        return Match(path)?.FullName ?? (path.Types.Count == 0 ? "Microsoft.Resources/providers"
            : $"{path.Namespace}/{string.Join('/', path.Types)}");
    }

    public Answer Handle(ArmRequest request)
    {
        var path = request.Path;
        CheckVersion(request);
        if (path.Segments.Count > 0 && path.Segments[0].Same("tenants"))
            return Tenants(request);
        if (path.Subscription is { } subscription)
            CheckSubscription(subscription);
        if (path.Namespace is null)
            return Resources.Handle(request);
        if (path.Extends)
            throw UnknownType(request);
        if (path.Types.Count == 0 && path.Group is null)
            return Resources.Providers(request);
        if (path is { Subscription: null, Scope: null })
        {
            throw new ArmException(404, "MissingSubscription",
                "The request did not have a subscription or a valid tenant level resource provider.")
            { FromGateway = true };
        }
        if (IsStatus(path))
            return _status[$"{path.Namespace}/{path.Types[1]}"](request);
        if (path is { Group: null, Types.Count: 1, Names.Count: 0 } && path.Types[0].Same("register"))
            return Resources.Providers(request);

        var type = request.Type = Match(path) ?? throw UnknownType(request);
        if (!type.Accepts(request.ApiVersion))
            throw UnsupportedVersion(type, request.ApiVersion);
        Authorize(request, type);
        if (path.Scope is null)
            CheckContainers(request, type);
        if (request.Method is "PUT" or "PATCH" && type.Body is { } shape)
            request.Body(shape);
        return type.Handle(request);
    }

    /// <summary>The providers of groups, subscriptions and provider lists.</summary>
    public required Providers.Resources.ResourcesProvider Resources { get; init; }

    private ResourceType? Match(ResourcePath path)
    {
        if (path.Namespace is null)
            return null;
        var full = $"{path.Namespace}/{string.Join('/', path.Types)}";
        if (_types.TryGetValue(full, out var type))
            return type;
        // The last segment may be an action of the type before it.
        return path.Types.Count > path.Names.Count && path.Types.Count > 1
            && _types.TryGetValue($"{path.Namespace}/{string.Join('/', path.Types.Take(path.Types.Count - 1))}", out type)
            && type.Actions.Any(action => action.Same(path.Types[^1]))
            ? type
            : null;
    }

    private bool IsStatus(ResourcePath path) =>
        path.Types.Count >= 2 && path.Types[0].Same("locations") && _status.ContainsKey($"{path.Namespace}/{path.Types[1]}");

    private void CheckVersion(ArmRequest request)
    {
        if (request.ApiVersion.Length == 0)
        {
            throw new ArmException(400, "MissingApiVersionParameter",
                "The api-version query parameter (?api-version=) is required for all requests.")
            { FromGateway = true };
        }
        var bare = request.Path.Namespace is null || request.Path.Types.Count == 0;
        if (!ApiVersions.IsWellFormed(request.ApiVersion)
            || (bare && (string.CompareOrdinal(request.ApiVersion[..10], ApiVersions.Resources[^1]) < 0
                || string.CompareOrdinal(request.ApiVersion[..10], ApiVersions.Resources[0]) > 0)))
        {
            // A status page has its provider's versions.
            var known = bare ? ApiVersions.Resources
                : (Match(request.Path) ?? _types.Values.FirstOrDefault(t => t.Namespace.Same(request.Path.Namespace)))?.Versions;
            throw new ArmException(400, "InvalidApiVersionParameter",
                $"The api-version '{request.ApiVersion}' is invalid. The supported versions are "
                    + $"'{string.Join(',', known ?? ApiVersions.Resources)}'.")
            { FromGateway = true };
        }
    }

    private static ArmException UnknownType(ArmRequest request) => new(
        404,
        "InvalidResourceType",
        $"The resource type '{string.Join('/', request.Path.Types)}' could not be found in the namespace '{request.Path.Namespace}' for api "
            + $"version '{request.ApiVersion}'.")
    { FromGateway = true };

    private static ArmException UnsupportedVersion(ResourceType type, string version) => new(
        400,
        "NoRegisteredProviderFound",
        $"No registered resource provider found for location 'eastus2' and API version '{version}' for type '{type.Name}'. "
            + $"The supported api-versions are '{string.Join(", ", type.Versions)}'. The supported locations are "
                + $"'{string.Join(", ", Regions.Names)}'.")
    { FromGateway = true };

    private void CheckSubscription(string subscription)
    {
        if (!Guid.TryParse(subscription, out _))
            throw new ArmException(400, "InvalidSubscriptionId",
                $"The provided subscription identifier '{subscription}' is malformed or invalid.")
            { FromGateway = true };
        if (cloud.World.Find("/subscriptions/" + subscription) is null)
            throw ArmException.SubscriptionNotFound(subscription);
    }

    private void Authorize(ArmRequest request, ResourceType type)
    {
        var action = request.Method switch
        {
            "GET" or "HEAD" => $"{type.FullName}/read",
            "DELETE" => $"{type.FullName}/delete",
            "POST" => $"{type.FullName}/{request.Tail ?? "write"}/action",
            _ => $"{type.FullName}/write",
        };
        if (!cloud.Access.CallerMay(action))
            throw Forbidden(action, request.Path.Id);
    }

    public static ArmException Forbidden(string action, string scope) => new(
        403,
        "AuthorizationFailed",
        $"The client '{AzureSimulator.CallerName}' with object id '{AzureSimulator.CallerId}' does not have authorization to perform action "
            + $"'{action}' over scope "
            + $"'{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.")
    { FromGateway = true };

    /// <summary>Refuses a write that links to a resource which the caller may not join.</summary>
    public static void AuthorizeJoin(Cloud cloud, ArmRequest request, string action, string linked)
    {
        if (cloud.Access.CallerMay(action))
            return;
        throw new ArmException(
            403,
            "LinkedAuthorizationFailed",
            $"The client '{AzureSimulator.CallerName}' with object id '{AzureSimulator.CallerId}' has permission to perform action "
                + $"'{request.Type!.FullName}/write' on scope '{request.Path.Id}'; "
                + $"however, it does not have permission to perform action '{action}' on the linked scope(s) '{linked}' or the linked "
                    + "scope(s) are invalid.")
        { FromGateway = true };
    }

    private void CheckContainers(ArmRequest request, ResourceType type)
    {
        var path = request.Path;
        // Below a subscription there are only lists of what lives in resource groups.
        if (type.InGroups && path.Group is null && !(request.Method == "GET" && path.Names.Count == 0))
            throw UnknownType(request);
        if (path.Group is { } group && cloud.World.Find($"/subscriptions/{path.Subscription}/resourceGroups/{group}") is null)
            throw ArmException.ResourceGroupNotFound(group);
        if (type.ChecksParent && path.Types.Count > 1 && type.Name.Contains('/', StringComparison.Ordinal) && path.ParentId is { } parent
            && cloud.World.Find(parent) is null)
        {
            var verb = request.Method switch { "GET" or "HEAD" => "read", "DELETE" => "delete", "POST" => "action", _ => "write" };
            throw ArmException.ParentResourceNotFound(verb, type.Name, parent);
        }
    }

    private static Answer Tenants(ArmRequest request) => request.Method == "GET"
        ? Answer.List([new JsonObject
        {
            ["id"] = "/tenants/" + AzureSimulator.TenantId,
            ["tenantId"] = AzureSimulator.TenantId,
            ["displayName"] = "AmlVnet rehearsal",
            ["tenantCategory"] = "Home",
        }])
        : throw request.NotAllowed();
}

/// <summary>The regions of the simulated cloud, by short and display name.</summary>
internal static class Regions
{
    private static readonly (string Short, string Display)[] All =
    [
        ("eastus", "East US"), ("eastus2", "East US 2"), ("southcentralus", "South Central US"), ("westus2", "West US 2"),
            ("westus3", "West US 3"),
        ("australiaeast", "Australia East"), ("southeastasia", "Southeast Asia"), ("northeurope", "North Europe"),
            ("swedencentral", "Sweden Central"),
        ("uksouth", "UK South"), ("westeurope", "West Europe"), ("centralus", "Central US"), ("southafricanorth", "South Africa North"),
        ("centralindia", "Central India"), ("eastasia", "East Asia"), ("japaneast", "Japan East"), ("koreacentral", "Korea Central"),
        ("canadacentral", "Canada Central"), ("francecentral", "France Central"), ("germanywestcentral", "Germany West Central"),
        ("switzerlandnorth", "Switzerland North"), ("uaenorth", "UAE North"), ("brazilsouth", "Brazil South"),
            ("northcentralus", "North Central US"),
        ("westus", "West US"), ("westcentralus", "West Central US"), ("japanwest", "Japan West"), ("canadaeast", "Canada East"),
            ("ukwest", "UK West"),
    ];

    public static IEnumerable<string> Names => All.Select(r => r.Short);

    public static IEnumerable<string> DisplayNames => All.Select(r => r.Display);

    public static IEnumerable<(string Short, string Display)> Both => All;

    public static string DisplayNameOf(string region) => Array.Find(All, r => r.Short == region).Display;

    /// <summary>The short form of a region's name, or null when there is no such region.</summary>
    public static string? Normalize(string? name)
    {
        var compact = name?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return Array.Exists(All, r => r.Short == compact) ? compact : null;
    }

    public static bool Same(string? left, string? right) => Compact(left) == Compact(right);

    private static string? Compact(string? name) => name?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
