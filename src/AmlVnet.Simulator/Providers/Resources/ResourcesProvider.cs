namespace AmlVnet.Simulator.Providers.Resources;

/// <summary>Microsoft.Resources: subscriptions, regions, resource groups, providers.</summary>
internal sealed class ResourcesProvider
{
    public const string GroupType = "Microsoft.Resources/resourceGroups";

    public const string SubscriptionType = "Microsoft.Resources/subscriptions";

    private static readonly Shape GroupBody = ResourceType.Tracked();

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly Gateway _gateway;

    public ResourcesProvider(Cloud cloud, OperationPages pages, Gateway gateway)
    {
        (_cloud, _pages, _gateway) = (cloud, pages, gateway);
        (gateway.Root, gateway.Providers) = (Handle, Providers);
        cloud.Operations.On("provider.register", (operation, _) =>
        {
            if (operation.PlannedError is null)
                cloud.Settings.Register(operation.Payload.Text("provider")!);
            return operation.PlannedError;
        });
        cloud.Operations.On("group.delete", (operation, _) => cloud.World.Find(operation.Target) is { } group
            ? operation.PlannedError is { } planned ? Keep(group, "Failed", planned) : Delete(group) : operation.PlannedError);
    }

    /// <summary>Deletes what is in a group and then the group. What something outside uses stays, and so does the group.</summary>
    private JsonObject? Delete(Resource group)
    {
        var inside = _cloud.World.Under(group.Id).ToList();
        // What a resource here manages in a group of its own, such as a cluster's nodes, goes with it.
        var groups = _cloud.World.OfType(GroupType)
            .Where(g => inside.Exists(r => r.Id.Same(g.Body.Text("managedBy")))).Select(g => g.Id).Append(group.Id).ToList();
        var blocked = new Dictionary<string, ArmException>(StringComparer.OrdinalIgnoreCase);
        bool Goes(string id) => groups.Exists(g => IsIn(id, g)) && !blocked.Keys.Any(b => id.Same(b) || IsIn(id, b));
        for (var before = -1; before < blocked.Count;)
        {
            before = blocked.Count;
            foreach (var resource in inside.Where(r => !blocked.ContainsKey(r.Id)))
            {
                if (_gateway.Type(resource.Type)?.InUse?.Invoke(resource, Goes) is { } refusal)
                    blocked[resource.Id] = refusal;
            }
        }
        foreach (var resource in inside.Where(r => !blocked.ContainsKey(r.Id)))
        {
            _gateway.Type(resource.Type)?.Removed?.Invoke(resource);
            _cloud.World.Remove(resource.Id);
        }
        if (blocked.Count > 0)
            return Keep(group, "Succeeded", Blocked(group, blocked));
        _cloud.World.Remove(group.Id);
        return null;
    }

    private static bool IsIn(string id, string holder) => id.StartsWith(holder + "/", StringComparison.OrdinalIgnoreCase);

    private JsonObject Keep(Resource group, string state, JsonObject error)
    {
        group.State = state;
        _cloud.World.Save(group);
        return error;
    }

    /// <summary>Why a group stays (recorded: a detail's message is the text of the provider's answer).</summary>
    private JsonObject Blocked(Resource group, Dictionary<string, ArmException> blocked)
    {
        var names = blocked.Keys.Select(id => id[(id.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase) + 11)..]);
        var error = ArmException.Detail("ResourceGroupDeletionBlocked",
            $"Deletion of resource group '{group.Name}' failed as resources with identifiers '{string.Join(',', names)}' could not be "
            + "deleted. The provisioning state of the resource group will be rolled back. The tracking Id is "
            + $"'{_cloud.Identifiers.Text()}'. Please check audit logs for more details.");
        error["details"] = new JsonArray([.. blocked.Select(one => (JsonNode)new JsonObject
        {
            ["code"] = null,
            ["target"] = one.Key,
            ["message"] = one.Value.ToBody(group.Location, _cloud.Now).ToJsonString(Json.Compact),
        })]);
        return error;
    }

    /// <summary>Paths without a provider.</summary>
    private Answer Handle(ArmRequest request)
    {
        var segments = request.Path.Segments;
        if (segments.Count == 0 || !segments[0].Same("subscriptions"))
            throw new ArmException(404, "InvalidResourceType",
                $"The path '{request.Http.Uri.AbsolutePath}' is not one of Resource Manager's.")
            { FromGateway = true };
        if (segments.Count == 1)
            return request.Method != "GET" ? throw request.NotAllowed() : Answer.List(_cloud.World.OfType(SubscriptionType)
                .Where(one => _cloud.Access.CallerSees("Microsoft.Resources/subscriptions/read", one.Id)).Select(Clone));
        if (segments.Count == 2)
            return Get(request, () => Answer.Ok(_cloud.World.Find("/subscriptions/" + segments[1])!.Body.DeepClone()),
                "Microsoft.Resources/subscriptions", _cloud.Access.CallerSees);
        return segments[2].ToLowerInvariant() switch
        {
            "locations" when segments.Count == 3 => Get(request, () => Locations(segments[1]),
                "Microsoft.Resources/subscriptions/locations"),
            "providers" when segments.Count == 3 => Get(request, () => Answer.List(Namespaces().Select(ns => Provider(request, ns))),
                "Microsoft.Resources/subscriptions/providers"),
            "operationresults" when segments.Count == 4 => _pages.Result(request),
            "resources" when segments.Count == 3 => Get(request, () => Generic(request, "/subscriptions/" + segments[1]),
                "Microsoft.Resources/subscriptions/resources", _cloud.Access.CallerSees),
            "resourcegroups" when segments.Count == 3 => Get(request, () => ListGroups(request), GroupType, _cloud.Access.CallerSees),
            "resourcegroups" when segments.Count == 4 => Group(request),
            "resourcegroups" when segments.Count == 5 && segments[4].Same("resources") =>
                Get(request, () => Generic(request, Find(request).Id), GroupType + "/resources", _cloud.Access.CallerSees),
            _ => throw new ArmException(404, "InvalidResourceType",
                $"The path '{request.Http.Uri.AbsolutePath}' is not modelled by the simulator.")
            { FromGateway = true },
        };
    }

    /// <summary>Resource providers and their types, newest api-version first and previews last.</summary>
    private Answer Providers(ArmRequest request)
    {
        var ns = request.Path.Namespace!;
        if (request.Path.Types.Count == 1 ? request.Method != "POST" : request.Method != "GET")
            throw request.NotAllowed();
        if (request.Method == "POST")
            Register(request, ns);
        return Answer.Ok(Provider(request, Namespaces().FirstOrDefault(n => n.Same(ns))
            ?? throw new ArmException(404, "InvalidResourceNamespace",
                $"The resource namespace '{ns}' is invalid.")
            { FromGateway = true }));
    }

    /// <summary>Begins the registration of a provider; it is done some minutes later.</summary>
    private void Register(ArmRequest request, string ns)
    {
        var action = $"{ns}/register/action";
        if (!_cloud.Access.CallerMay(action, request.Path.Container))
            throw Gateway.Forbidden(_cloud.Access, action, request.Path.Container);
        if (Registration(ns) == "NotRegistered" && Namespaces().Any(known => known.Same(ns)))
            _cloud.Operations.Start("provider.register", RegistrationId(ns), _cloud.Settings.Registration,
                new JsonObject { ["provider"] = ns });
    }

    private string Registration(string ns) => _cloud.Settings.IsRegistered(ns) ? "Registered"
        : _cloud.Operations.Running(RegistrationId(ns)) is null ? "NotRegistered" : "Registering";

    private static string RegistrationId(string ns) => "simulator/registrations/" + ns.ToLowerInvariant();

    private IEnumerable<string> Namespaces() => _gateway.Types.Select(t => t.Namespace).Distinct(StringComparer.OrdinalIgnoreCase);

    private JsonObject Provider(ArmRequest request, string ns)
    {
        var types = _gateway.Types.Where(t => t.Namespace.Same(ns)).ToList();
        return new JsonObject
        {
            ["id"] = (request.Path.Subscription is { } id ? "/subscriptions/" + id : "") + "/providers/" + types[0].Namespace,
            ["namespace"] = types[0].Namespace,
            ["resourceTypes"] = new JsonArray([.. types.Select(t => (JsonNode)new JsonObject
            {
                ["resourceType"] = t.Name,
                ["locations"] = Json.List(Regions.DisplayNames),
                ["apiVersions"] = Json.List(t.Versions.OrderBy(v => v.Length > 10)),
                ["capabilities"] = t.InGroups ? "SupportsTags, SupportsLocation" : "None",
            })]),
            ["registrationState"] = Registration(ns),
            ["registrationPolicy"] = "RegistrationRequired",
        };
    }

    public static Resource NewGroup(World world, string subscription, string name, string location, string? managedBy = null)
    {
        var id = $"/subscriptions/{subscription}/resourceGroups/{name}";
        var body = new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["type"] = GroupType,
            ["location"] = location,
            ["properties"] = new JsonObject { ["provisioningState"] = "Succeeded" },
        };
        if (managedBy is not null)
            body["managedBy"] = managedBy;
        return world.Save(new Resource(id, GroupType, body));
    }

    private Answer Group(ArmRequest request)
    {
        Authorize(request, GroupType, _cloud.Access.CallerMay);
        _gateway.RefuseIfDeprovisioning(request);
        _gateway.RefuseIfLocked(request);
        return Groups().Handle(request);
    }

    private ResourceFrame<Resource> Groups() => new()
    {
        All = static _ => [],
        Find = request => _cloud.World.Find(request.Path.Container, GroupType),
        Show = (_, group) => Clone(group),
        Missing = request => ArmException.ResourceGroupNotFound(request.Path.Group!),
        DeleteAbsent = request => throw ArmException.ResourceGroupNotFound(request.Path.Group!),
        Put = Put,
        Patch = (request, group) =>
        {
            request.Body(GroupBody);
            request.Retag(group);
            _cloud.World.Save(group);
            return Answer.Ok(group.Body.DeepClone());
        },
        Delete = (request, group) =>
        {
            if (_cloud.Operations.Running(group.Id) is { } running)
                return _pages.Group(request, running);
            group.State = "Deleting";
            _cloud.World.Save(group);
            return _pages.Group(request, _cloud.Operations.Start("group.delete", group.Id, _cloud.Settings.Delete));
        },
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var body = request.Body(GroupBody);
        if (Regions.Normalize(body.Text("location")) is not { } location)
        {
            throw new ArmException(400, "LocationNotAvailableForResourceGroup",
                $"The provided location '{body.Text("location")}' is not available for resource group. List of available regions is "
                    + $"'{string.Join(',', Regions.Names)}'.")
            { FromGateway = true };
        }
        var name = request.Path.Group!;
        if (name.Length > 90 || name.EndsWith('.') || !name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.' or '(' or ')'))
        {
            throw new ArmException(400, "InvalidParameter",
                $"The provided resource group name '{name}' has these invalid characters or is too long. The name can only be a letter, "
                    + "digit, '-', '.', '(', ')' or '_'.")
            { FromGateway = true };
        }
        if (existing is not null && !Regions.Same(existing.Location, location))
        {
            throw new ArmException(409, "InvalidResourceGroupLocation",
                $"Invalid resource group location '{location}'. The Resource group already exists in location '{existing.Location}'.")
            { FromGateway = true };
        }
        var group = existing ?? NewGroup(_cloud.World, request.Path.Subscription!, name, location);
        if (body.Object("tags") is { } tags)
            group.Body["tags"] = tags.DeepClone();
        else
            group.Body.Remove("tags");
        _cloud.World.Save(group);
        return new Answer(existing is null ? 201 : 200, group.Body.DeepClone());
    }

    private Resource Find(ArmRequest request) =>
        _cloud.World.Find(request.Path.Container, GroupType) ?? throw ArmException.ResourceGroupNotFound(request.Path.Group!);

    private Answer ListGroups(ArmRequest request) => Answer.Page(
        request, _cloud.World.OfType(GroupType, "/subscriptions/" + request.Path.Subscription)
            .Where(group => _cloud.Access.CallerMay("Microsoft.Resources/subscriptions/resourceGroups/read", group.Id))
            .Where(new ResourceFilter(request.QueryValue("$filter")).Takes).Select(Clone),
            Math.Max(_cloud.Settings.PageSize, 100), "$skiptoken");

    private Answer Generic(ArmRequest request, string under)
    {
        var filter = new ResourceFilter(request.QueryValue("$filter"));
        return Answer.Page(request, _cloud.World.Under(under)
            .Where(r => r.Location is not null && r.Body.Text("type") is { } t && t.Count(c => c == '/') == 1 && !t.Same(GroupType))
            .Where(filter.Takes)
            .Where(r => _cloud.Access.CallerMay(r.Body.Text("type") + "/read", r.Id))
            .OrderBy(r => r.Id, StringComparer.OrdinalIgnoreCase)
            .Select(r => new JsonObject
            {
                ["id"] = r.Id,
                ["name"] = r.Name,
                ["type"] = r.Body.Text("type"),
                ["location"] = r.Location,
                ["tags"] = r.Body["tags"]?.DeepClone(),
            }), 1000, "$skiptoken");
    }

    private static Answer Locations(string subscription) => Answer.List(Regions.Both.Select(r => new JsonObject
    {
        ["id"] = $"/subscriptions/{subscription}/locations/{r.Short}",
        ["name"] = r.Short,
        ["type"] = "Region",
        ["displayName"] = r.Display,
        ["regionalDisplayName"] = r.Display,
        ["metadata"] = new JsonObject
        {
            ["regionType"] = "Physical",
            ["pairedRegion"] = Regions.PairOf(r.Short) is { } pair
                ? new JsonArray(new JsonObject { ["name"] = pair, ["id"] = $"/subscriptions/{subscription}/locations/{pair}" })
                : new JsonArray(),
        },
    }));

    /// <param name="request">The request.</param>
    /// <param name="answer">Its answer.</param>
    /// <param name="type">What it goes to.</param>
    /// <param name="may">Who may ask it; null is who may read it.</param>
    private Answer Get(ArmRequest request, Func<Answer> answer, string type, Func<string, string, bool>? may = null)
    {
        Authorize(request, type, may ?? _cloud.Access.CallerMay);
        return request.Method == "GET" ? answer() : throw request.NotAllowed();
    }

    private void Authorize(ArmRequest request, string type, Func<string, string, bool> may)
    {
        // Azure knows resource groups to its access control as a part of the subscription.
        var name = type.StartsWith(GroupType, StringComparison.Ordinal)
            ? type.Replace(GroupType, "Microsoft.Resources/subscriptions/resourceGroups", StringComparison.Ordinal) : type;
        var action = name + (request.Method switch { "GET" or "HEAD" => "/read", "DELETE" => "/delete", _ => "/write" });
        if (!may(action, request.Path.Container))
            throw Gateway.Forbidden(_cloud.Access, action, request.Path.Container);
        Gateway.RefuseIfDenied(_cloud.Access, action, request.Path.Container);
    }

    private static JsonObject Clone(Resource resource) => (JsonObject)resource.Body.DeepClone();
}
