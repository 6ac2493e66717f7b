namespace AmlVnet.Simulator.Providers;

/// <summary>
/// What the types of all providers answer alike: the list, GET, HEAD, PUT, PATCH, DELETE and actions. A provider fills in what is its own;
/// what it
/// leaves out is not allowed.
/// </summary>
/// <typeparam name="T">A resource, or the document of a child that is kept inside its parent.</typeparam>
internal sealed record ResourceFrame<T>
    where T : class
{
    /// <summary>What is in the collection that a request names.</summary>
    public required Func<ArmRequest, IEnumerable<T>> All { get; init; }

    /// <summary>What a request names, or null where there is none.</summary>
    public required Func<ArmRequest, T?> Find { get; init; }

    /// <summary>It as GET and the list show it.</summary>
    public required Func<ArmRequest, T, JsonObject> Show { get; init; }

    /// <summary>The answer with a list.</summary>
    public Func<ArmRequest, IEnumerable<JsonObject>, Answer> List { get; init; } = static (_, items) => Answer.List(items);

    /// <summary>The ETag header of GET; null where the provider has none.</summary>
    public Func<ArmRequest, T, string?> Etag { get; init; } = static (_, _) => null;

    /// <summary>How the absence of what a request names is refused.</summary>
    public Func<ArmRequest, ArmException> Missing { get; init; } = static request => request.NotFound();

    /// <summary>Refuses a write at a bad moment, or on a condition that does not hold.</summary>
    public Action<ArmRequest, T?> Check { get; init; } = static (_, _) => { };

    /// <summary>Creates or replaces.</summary>
    public Func<ArmRequest, T?, Answer>? Put { get; init; }

    public Func<ArmRequest, T, Answer>? Patch { get; init; }

    public Func<ArmRequest, T, Answer>? Delete { get; init; }

    /// <summary>The answer to the deletion of what is not there.</summary>
    public Func<ArmRequest, Answer> DeleteAbsent { get; init; } = static _ => Answer.NoContent;

    /// <summary>Does one of the type's actions, by POST where nothing else is said.</summary>
    public Func<ArmRequest, T, Answer>? Act { get; init; }

    /// <summary>The method of the actions.</summary>
    public string ActMethod { get; init; } = "POST";

    public Answer Handle(ArmRequest request)
    {
        if (request.Tail is { } tail)
        {
            return request.Type!.Actions.Any(action => action.Same(tail)) ? DoAction(request)
                : request.Method == "GET" ? List(request, All(request).Select(item => Show(request, item))) : throw request.NotAllowed();
        }
        var existing = Find(request);
        switch (request.Method)
        {
            case "GET":
                var found = existing ?? throw Missing(request);
                return Answer.Ok(Show(request, found)).With("ETag", Etag(request, found));
            case "HEAD":
                return new Answer(existing is null ? 404 : 204);
            case "PUT" when Put is not null:
                Check(request, existing);
                return Put(request, existing);
            case "PATCH" when Patch is not null:
                Check(request, existing ?? throw Missing(request));
                return Patch(request, existing);
            case "DELETE" when Delete is not null:
                if (existing is null)
                    return DeleteAbsent(request);
                Check(request, existing);
                return Delete(request, existing);
            default:
                throw request.NotAllowed();
        }
    }

    private Answer DoAction(ArmRequest request)
    {
        var target = Find(request) ?? throw Missing(request);
        return request.Method == ActMethod && Act is not null ? Act(request, target) : throw request.NotAllowed();
    }
}

/// <summary>The frames of what is kept as a resource of its own.</summary>
internal static class ResourceFrame
{
    /// <summary>A frame for a list that can only be read, and only as a whole.</summary>
    public static ResourceFrame<JsonObject> ReadOnly(Func<ArmRequest, IEnumerable<JsonObject>> all) => new()
    {
        All = all,
        Find = static request => throw request.NotAllowed(),
        Show = static (_, item) => item,
    };

    /// <summary>A frame for the resources of a type, each by its id and listed by what holds it.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="type">The full type.</param>
    /// <param name="show">A resource as a request's api-version shows it; as it is kept when null.</param>
    public static ResourceFrame<Resource> Of(Cloud cloud, string type, Func<Resource, string, JsonObject>? show = null) => new()
    {
        All = request => cloud.World.OfType(type, request.Path.ParentId ?? request.Path.Container),
        Find = request => cloud.World.Find(request.Id, type),
        Show = (request, resource) => show?.Invoke(resource, request.ApiVersion) ?? (JsonObject)resource.Body.DeepClone(),
        List = (request, items) => Answer.Page(request, items, Math.Max(cloud.Settings.PageSize, 50), "$skipToken"),
    };
}
