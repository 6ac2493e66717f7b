namespace AmlVnet.Simulator.Providers.Network;

/// <summary>
/// What every network resource answers alike: lists, ETags, If-Match, one write at a time on each top-level resource, the operation's end.
/// </summary>
internal sealed class NetworkRequests
{
    private readonly Cloud _cloud;
    private readonly OperationPages _pages;

    public NetworkRequests(Cloud cloud, OperationPages pages, SubnetAddresses addresses)
    {
        (_cloud, _pages) = (cloud, pages);
        cloud.OnWritten("network.put", Mark);
        cloud.OnDeleted("network.delete", (operation, resource) =>
        {
            if (operation.Payload.Text("collection") is not { } collection)
            {
                addresses.Release(resource.Id);
                cloud.World.Remove(resource.Id);
                return;
            }
            if (resource.Properties.Array(collection) is { } children)
                children.Remove(children.OfType<JsonObject>().FirstOrDefault(c => c.Text("name").Same(operation.Payload.Text("child"))));
            Mark(resource, "Succeeded");
        }, Mark);
    }

    /// <summary>The frame of a top-level type.</summary>
    /// <param name="type">The full type.</param>
    /// <param name="show">The resource as GET shows it.</param>
    /// <param name="put">Creates or replaces it.</param>
    /// <param name="inUse">Why it cannot be deleted, when some of its users go too; null where it can.</param>
    public ResourceFrame<Resource> Frame(
        string type, Func<Resource, JsonObject> show, Func<ArmRequest, Resource?, Answer> put,
        Func<Resource, Func<string, bool>, ArmException?> inUse) =>
        ResourceFrame.Of(_cloud, type, (resource, _) => show(resource)) with
        {
            Etag = (_, resource) => resource.Body.Text("etag"),
            Check = Check,
            Put = (request, existing) =>
            {
                if (existing is null)
                    NetworkRules.CheckName(request.Name, type == VirtualNetworks.Type ? 2 : 1, type == VirtualNetworks.Type ? 64 : 80);
                return put(request, existing);
            },
            Patch = (request, resource) =>
            {
                request.Retag(resource);
                resource.Body["etag"] = NewEtag();
                _cloud.World.Save(resource);
                return Answer.Ok(show(resource));
            },
            Delete = (request, resource) =>
            {
                return inUse(resource, _ => false) is { } refusal ? throw refusal : Delete(request, resource);
            },
        };

    /// <summary>The frame of a type that lives in one of its parent's collections, and is written with its parent only.</summary>
    /// <param name="collection">The member of the parent's properties, which is also the last part of the type's name.</param>
    /// <param name="show">The child as GET shows it.</param>
    public ResourceFrame<JsonObject> ChildFrame(string collection, Func<Resource, JsonObject, JsonObject> show) => new()
    {
        All = request => Parent(request).Properties.Objects(collection),
        Find = request => Parent(request).Properties.Objects(collection).FirstOrDefault(child => child.Text("name").Same(request.Name)),
        Show = (request, child) => show(Parent(request), child),
        List = List,
        Etag = (request, _) => Parent(request).Body.Text("etag"),
        Missing = request =>
            new ArmException(404, "NotFound", $"Resource {Parent(request).Id}/{collection}/{request.Name} not found."),
        Check = (request, _) => Check(request, Parent(request)),
    };

    /// <summary>The frame of one that is written by itself too.</summary>
    /// <param name="collection">The member of the parent's properties, which is also the last part of the type's name.</param>
    /// <param name="show">The child as GET shows it.</param>
    /// <param name="make">The child that replaces the one of this name, or null for the latter when there is none.</param>
    /// <param name="refuse">Refuses the deletion of what is in use.</param>
    public ResourceFrame<JsonObject> ChildFrame(
        string collection, Func<Resource, JsonObject, JsonObject> show, Func<ArmRequest, Resource, string, JsonObject?, JsonObject> make,
        Action<Resource, JsonObject>? refuse = null) => ChildFrame(collection, show) with
        {
            Put = (request, existing) =>
            {
                var parent = Parent(request);
                var made = make(request, parent, existing?.Text("name") ?? request.Name, existing);
                var list = parent.Properties.Array(collection)!;
                if (existing is null)
                    list.Add((JsonNode)made);
                else
                    list[list.IndexOf(existing)] = made;
                Begin(parent, out var operation);
                return Written(request, parent, existing is null, show(parent, made), operation);
            },
            Delete = (request, existing) =>
            {
                refuse?.Invoke(Parent(request), existing);
                return Delete(request, Parent(request), collection, request.Name);
            },
        };

    private Resource Parent(ArmRequest request) => _cloud.World.Find(request.Path.ParentId)!;

    private Answer List(ArmRequest request, IEnumerable<JsonObject> shown) =>
        Answer.Page(request, [.. shown], Math.Max(_cloud.Settings.PageSize, 50), "$skipToken");

    /// <summary>A child with the ETag of its parent; a parent that a scenario gave without one has none to show.</summary>
    public static JsonObject WithEtag(Resource parent, JsonObject child)
    {
        var shown = (JsonObject)child.DeepClone();
        GiveEtag(parent, shown);
        return shown;
    }

    /// <summary>Gives a child, as it is to be shown, the ETag of its parent.</summary>
    public static void GiveEtag(Resource parent, JsonObject shown)
    {
        if (parent.Body.Text("etag") is { } etag)
            shown["etag"] = etag;
        else
            shown.Remove("etag");
    }

    /// <summary>Refuses a write while another one runs, and one whose If-Match is out of date.</summary>
    private void Check(ArmRequest request, Resource? existing)
    {
        var match = request.Http.Header("If-Match");
        if (existing is null)
        {
            if (match is not null and not "*")
                throw Precondition($"Etag provided in if-match header {match} does not match etag null of resource {request.Id} in "
                    + "NRP data store.");
            return;
        }
        if (_cloud.Operations.Running(existing.Id) is { } running)
        {
            var left = Math.Max(1, (int)Math.Ceiling((running.Due - _cloud.Now).TotalSeconds));
            var name = running.Kind == "network.delete" ? "Delete" : "Put";
            throw new ArmException(429, "RetryableError", "A retryable error occurred.")
            {
                RetryAfter = TimeSpan.FromSeconds(left),
                Details =
                [
                    ArmException.Detail("RetryableErrorDueToAnotherOperation",
                        $"Operation {name}{Title(existing.Type)}Operation ({running.Name}) is updating resource {existing.Id}. The "
                            + $"call can be retried in {left} seconds."),
                ],
            };
        }
        if (match is not null and not "*" && match != existing.Body.Text("etag"))
            throw Precondition($"Etag provided in if-match header {match} does not match etag {existing.Body.Text("etag")} of resource "
                + $"{existing.Id} in NRP data store.");
        if (request.Http.Header("If-None-Match") == "*" && request.Path.ParentId is null && request.Method == "PUT")
            throw Precondition($"Resource {existing.Id} exists already.");
    }

    /// <summary>Refuses a reference to what is being written (recorded).</summary>
    /// <param name="referenced">What is referred to.</param>
    /// <param name="from">The id of what refers to it.</param>
    public void RefuseUnsettled(Resource referenced, string from)
    {
        if (_cloud.Operations.Running(referenced.Id) is not { } running) return;
        var name = running.Kind == "network.delete" ? "Delete" : "Put";
        throw new ArmException(429, "RetryableError", "A retryable error occurred.")
        {
            Details =
            [
                ArmException.Detail("ReferencedResourceNotProvisioned",
                    $"Cannot proceed with operation because resource {referenced.Id} used by resource {from} is not in Succeeded state. "
                        + $"Resource is in {referenced.State} state and the last operation that updated/is updating the resource is "
                        + $"{name}{Title(referenced.Type)}Operation."),
            ],
        };
    }

    /// <summary>Saves a new or changed top-level resource and begins the operation that settles it.</summary>
    public void Begin(Resource resource, out Operation operation)
    {
        Mark(resource, "Updating");
        operation = _cloud.Operations.Start("network.put", resource.Id, _cloud.Settings.Network);
    }

    public Answer Written(ArmRequest request, Resource resource, bool isNew, JsonNode shown, Operation operation) =>
        _pages.NetworkWrite(request, operation, isNew ? 201 : 200, shown, resource.Location ?? "eastus2");

    private Answer Delete(ArmRequest request, Resource resource, string? collection = null, string? child = null)
    {
        var payload = new JsonObject();
        if (collection is not null)
        {
            (payload["collection"], payload["child"]) = (collection, child);
            if (resource.Properties.Objects(collection).FirstOrDefault(c =>
                c.Text("name").Same(child))?.Object("properties") is { } properties)
                properties["provisioningState"] = "Deleting";
            resource.Body["etag"] = NewEtag();
            resource.State = "Updating";
        }
        else
        {
            resource.State = "Deleting";
        }
        _cloud.World.Save(resource);
        return _pages.NetworkWrite(request, _cloud.Operations.Start("network.delete", resource.Id, _cloud.Settings.Network, payload), 202,
            null, resource.Location ?? "eastus2");
    }

    /// <summary>Sets the state of a resource and of all that is in it, with a new ETag.</summary>
    private void Mark(Resource resource, string state)
    {
        resource.State = state;
        resource.Body["etag"] = NewEtag();
        foreach (var (_, value) in resource.Properties)
        {
            foreach (var child in (value as JsonArray ?? []).OfType<JsonObject>())
            {
                if (child.Object("properties") is { } properties && properties.ContainsKey("provisioningState"))
                    properties["provisioningState"] = state;
            }
        }
        _cloud.World.Save(resource);
    }

    private string NewEtag() => $"W/\"{_cloud.Identifiers.Text()}\"";

    private static string Title(string type) => type switch
    {
        "Microsoft.Network/virtualNetworks" => "VirtualNetwork",
        "Microsoft.Network/networkSecurityGroups" => "NetworkSecurityGroup",
        "Microsoft.Network/loadBalancers" => "LoadBalancer",
        "Microsoft.Network/publicIPAddresses" => "PublicIpAddress",
        _ => type[(type.LastIndexOf('/') + 1)..],
    };

    private static ArmException Precondition(string message) => new(412, "PreconditionFailed", "Precondition failed.")
    {
        Details = [ArmException.Detail("PreconditionFailedEtagMismatch", message)],
    };
}
