using System.Text;

namespace AmlVnet.Simulator.Arm;

/// <summary>Resource Manager's own part: what it checks before a provider hears of a request, and the manners of every answer.</summary>
internal sealed class Gateway(CloudState state, ICallerRights caller) : IService
{
    /// <summary>What a claims challenge asks for, as it stands in the WWW-Authenticate header.</summary>
    private static readonly string ChallengeClaims = Convert.ToBase64String(
        """{"access_token":{"acrs":{"essential":true,"value":"c1"}}}"""u8);

    private readonly Dictionary<string, ResourceType> _types = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, Func<ArmRequest, Answer>> _status = new(StringComparer.OrdinalIgnoreCase);

    public IEnumerable<ResourceType> Types => _types.Values.Select(Limited);

    /// <summary>Answers for paths without a provider: subscriptions, resource groups.</summary>
    public Func<ArmRequest, Answer> Root { private get; set; } = request => throw request.NotAllowed();

    /// <summary>Answers for lists of providers.</summary>
    public Func<ArmRequest, Answer> Providers { private get; set; } = request => throw request.NotAllowed();

    public bool IsResourceManager => true;

    public bool Takes(Uri address) => true;

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
            return Root(request);
        if (path.Extends)
            throw UnknownType(request);
        if (path.Types.Count == 0 && path.Group is null)
            return Providers(request);
        if (path is { Subscription: null, Scope: null } && Match(path) is not { InTenant: true })
        {
            throw new ArmException(404, "MissingSubscription",
                "The request did not have a subscription or a valid tenant level resource provider.")
            { FromGateway = true };
        }
        if (IsStatus(path))
            return _status[$"{path.Namespace}/{path.Types[1]}"](request);
        if (path is { Group: null, Types.Count: 1, Names.Count: 0 } && path.Types[0].Same("register"))
            return Providers(request);

        var type = request.Type = Limited(Match(path) ?? throw UnknownType(request));
        if (!type.Accepts(request.ApiVersion))
            throw UnsupportedVersion(type, request.ApiVersion);
        if (!type.InTenant)
            Authorize(request, type);
        if (!state.Settings.IsRegistered(type.Namespace))
            throw NotRegistered(type.Namespace);
        if (path.Scope is null)
            CheckContainers(request, type);
        RefuseIfDeprovisioning(request);
        RefuseIfLocked(request);
        if (request.Method is "PUT" or "PATCH" && type.Body is { } shape)
            request.Body(shape);
        return type.Handle(request);
    }

    public Answer Refuse(ArmRequest request, ArmException problem)
    {
        if (problem.IsPage)
            return Page(problem);
        var answer = new Answer(problem.Status, problem.ToBody("eastus2", request.Now))
        {
            Wait = problem.RetryAfter,
            RealProviderWaits = true,
        };
        if (problem.FromGateway)
            answer.With("x-ms-failure-cause", "gateway");
        return problem.Status == 401 ? answer.With("WWW-Authenticate", Challenge(request, problem)) : answer;
    }

    /// <summary>The page that a proxy on the way answers with.</summary>
    private static Answer Page(ArmException problem)
    {
        var title = $"{problem.Status} {problem.Code}";
        var page = $"<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n<hr>"
            + "<center>nginx</center>\r\n</body>\r\n</html>\r\n";
        return new Answer(problem.Status)
        {
            Raw = (Encoding.UTF8.GetBytes(page), "text/html"),
            Wait = problem.RetryAfter,
            RealProviderWaits = true,
        };
    }

    private static string Challenge(ArmRequest request, ArmException problem)
    {
        var authority = $"authorization_uri=\"{request.Origin}/{Tenancy.TenantId}\"";
        return problem.Code == "InvalidAuthenticationToken"
            ? $"Bearer realm=\"\", {authority}, error=\"insufficient_claims\", claims=\"{ChallengeClaims}\""
            : $"Bearer {authority}, error=\"invalid_token\", error_description=\"The authentication failed.\"";
    }

    /// <summary>A type with the versions that this cloud has: another cloud may be behind.</summary>
    private ResourceType Limited(ResourceType type) => state.Settings.NewestApiVersion(type.Namespace) is { } newest
        ? type with { Versions = [.. type.Versions.Where(version => string.CompareOrdinal(version[..10], newest) <= 0)] }
        : type;

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
        $"The resource type '{string.Join('/', request.Path.Types)}' could not be found in the namespace '{request.Path.Namespace}' for "
        + $"api version '{request.ApiVersion}'.")
    { FromGateway = true };

    private static ArmException UnsupportedVersion(ResourceType type, string version) => new(
        400,
        "NoRegisteredProviderFound",
        $"No registered resource provider found for location 'eastus2' and API version '{version}' for type '{type.Name}'. "
            + $"The supported api-versions are '{string.Join(", ", type.Versions)}'. The supported locations are "
                + $"'{string.Join(", ", Regions.Names)}'.")
    { FromGateway = true };

    private static ArmException NotRegistered(string provider) => new(409, "MissingSubscriptionRegistration",
        $"The subscription is not registered to use namespace '{provider}'. See https://aka.ms/rps-not-found for how to register "
        + "subscriptions.")
    { FromGateway = true };

    private void CheckSubscription(string subscription)
    {
        if (!Guid.TryParse(subscription, out _))
            throw new ArmException(400, "InvalidSubscriptionId",
                $"The provided subscription identifier '{subscription}' is malformed or invalid.")
            { FromGateway = true };
        if (state.World.Find("/subscriptions/" + subscription) is null)
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
        if (!caller.CallerMay(action, request.Path.Id))
            throw Forbidden(caller, action, request.Path.Id);
        RefuseIfDenied(caller, action, request.Path.Id);
    }

    /// <summary>Refuses what a deny assignment takes away, whatever roles give (the words: from public reports).</summary>
    public static void RefuseIfDenied(ICallerRights caller, string action, string scope)
    {
        if (caller.CallerDenied(action, scope) is not { } deny)
            return;
        throw new ArmException(
            403,
            "DenyAssignmentAuthorizationFailed",
            $"The client '{caller.Caller.Name}' with object id '{caller.Caller.Id}' has permission to perform action '{action}' on scope "
                + $"'{scope}'; however, the access is denied because of the deny assignment with name "
                + $"'{deny.Name}' and Id '{deny.Id}' at scope '{deny.Scope}'.")
        { FromGateway = true };
    }

    public static ArmException Forbidden(ICallerRights caller, string action, string scope) => new(
        403,
        "AuthorizationFailed",
        $"The client '{caller.Caller.Name}' with object id '{caller.Caller.Id}' does not have authorization to perform action "
            + $"'{action}' over scope '{scope}' or the scope is invalid. If access was recently granted, please refresh your credentials.")
    { FromGateway = true };

    /// <summary>Refuses a write that links to a resource on which the caller lacks a right, such as that to join it.</summary>
    public static void AuthorizeLink(ICallerRights caller, ArmRequest request, string action, string linked)
    {
        var isDenied = caller.CallerDenied(action, linked) is not null;
        if (caller.CallerMay(action, linked) && !isDenied)
            return;
        throw new ArmException(
            403,
            "LinkedAuthorizationFailed",
            $"The client '{caller.Caller.Name}' with object id '{caller.Caller.Id}' has permission to perform action "
                + $"'{request.Type!.FullName}/write' on scope '{request.Path.Id}'; "
                + $"however, it does not have permission to perform action '{action}' on the linked scope(s) '{linked}' or the linked "
                    + $"scope(s) are invalid{(isDenied ? $" and is blocked by deny assignments on the linked scope(s) '{linked}'" : "")}.")
        { FromGateway = true };
    }

    /// <summary>Refuses a write in a resource group that is being deleted.</summary>
    public void RefuseIfDeprovisioning(ArmRequest request)
    {
        if (request.Method is "PUT" or "PATCH" && request.Path.Group is not null
            && state.World.Find(request.Path.Container) is { State: "Deleting" } group)
        {
            throw new ArmException(409, "ResourceGroupBeingDeleted",
                $"The resource group '{group.Name}' is in deprovisioning state and cannot perform this operation.")
            { FromGateway = true };
        }
    }

    /// <summary>Refuses what a lock forbids: every write below a read-only one, and every deletion below any.
    /// Locks themselves can be taken away.</summary>
    public void RefuseIfLocked(ArmRequest request)
    {
        if (request.Method is "GET" or "HEAD" || request.Type is { FullName: Locks.Type })
            return;
        var target = request.Path.Id;
        var isDeletion = request.Method == "DELETE";
        // A group's deletion would take along what is locked in it.
        var locked = Locks.On(state.World, target, isDeletion, andBelow: isDeletion && request.Path.Namespace is null);
        if (locked.Count == 0)
            return;
        throw new ArmException(409, "ScopeLocked",
            $"The scope '{target}' cannot perform {(isDeletion ? "delete" : "write")} operation because following scope(s) are locked: "
                + $"'{string.Join(',', locked)}'. Please remove the lock and try again.")
        { FromGateway = true };
    }

    private void CheckContainers(ArmRequest request, ResourceType type)
    {
        var path = request.Path;
        // Below a subscription there are only lists of what lives in resource groups.
        if (type.InGroups && path.Group is null && !(request.Method == "GET" && path.Names.Count == 0))
            throw UnknownType(request);
        if (path.Group is { } group && state.World.Find($"/subscriptions/{path.Subscription}/resourceGroups/{group}") is null)
            throw ArmException.ResourceGroupNotFound(group);
        if (type.ChecksParent && path.Types.Count > 1 && type.Name.Contains('/', StringComparison.Ordinal) && path.ParentId is { } parent
            && state.World.Find(parent) is null)
        {
            var verb = request.Method switch { "GET" or "HEAD" => "read", "DELETE" => "delete", "POST" => "action", _ => "write" };
            throw ArmException.ParentResourceNotFound(verb, type.Name, parent);
        }
    }

    private static Answer Tenants(ArmRequest request) => request.Method == "GET"
        ? Answer.List([new JsonObject
        {
            ["id"] = "/tenants/" + Tenancy.TenantId,
            ["tenantId"] = Tenancy.TenantId,
            ["displayName"] = "AmlVnet rehearsal",
            ["tenantCategory"] = "Home",
        }])
        : throw request.NotAllowed();
}
