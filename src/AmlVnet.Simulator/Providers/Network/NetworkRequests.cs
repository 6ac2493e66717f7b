using System.Text.Json.Nodes;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Kernel;

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
        cloud.Operations.On("network.put", (operation, _) =>
        {
            if (cloud.World.Find(operation.Target) is not { } resource)
                return null;
            var planned = operation.Payload.Object("plannedError");
            Mark(resource, planned is null ? "Succeeded" : "Failed");
            return planned;
        });
        cloud.Operations.On("network.delete", (operation, _) =>
        {
            var resource = cloud.World.Find(operation.Target);
            if (resource is null)
                return null;
            var planned = operation.Payload.Object("plannedError");
            var (collection, child) = (operation.Payload.Text("collection"), operation.Payload.Text("child"));
            if (planned is null && collection is null)
            {
                addresses.Release(resource.Id);
                cloud.World.Remove(resource.Id);
                return null;
            }
            if (planned is null && resource.Properties.Array(collection!) is { } children)
                children.Remove(children.OfType<JsonObject>().FirstOrDefault(c => c.Text("name").Same(child)));
            Mark(resource, planned is null ? "Succeeded" : "Failed");
            return planned;
        });
    }

    /// <summary>Answers a request for a top-level resource, or for the list of its type.</summary>
    /// <param name="request">The request.</param>
    /// <param name="show">The resource as GET shows it.</param>
    /// <param name="put">Creates or replaces it; this has not yet called <see cref="Check"/>.</param>
    /// <param name="refuse">Refuses the deletion of what is in use.</param>
    public Answer Handle(
        ArmRequest request, Func<Resource, JsonObject> show, Func<ArmRequest, Resource?, Answer> put, Action<Resource> refuse)
    {
        var type = request.Type!.FullName;
        if (request.Path.Names.Count == 0)
            return List(request, _cloud.World.OfType(type, request.Path.Container).Select(show));
        var existing = _cloud.World.Find(request.Id, type);
        switch (request.Method)
        {
            case "GET":
                var shown = show(existing ?? throw request.NotFound());
                return Answer.Ok(shown).With("ETag", shown.Text("etag"));
            case "PUT":
                return put(request, existing);
            case "PATCH":
                Check(request, existing ?? throw request.NotFound());
                request.Retag(existing);
                existing.Body["etag"] = NewEtag();
                _cloud.World.Save(existing);
                return Answer.Ok(show(existing));
            case "DELETE":
                if (existing is null)
                    return Answer.NoContent;
                Check(request, existing);
                refuse(existing);
                return Delete(request, existing);
            default:
                throw request.NotAllowed();
        }
    }

    /// <summary>Answers a request for a resource that lives in one of its parent's collections, or for the list of them.</summary>
    /// <param name="request">The request.</param>
    /// <param name="collection">The member of the parent's properties, which is also the last part of the type's name.</param>
    /// <param name="show">The child as GET shows it.</param>
    /// <param name="make">The child that replaces the one of this name, or null for the latter when there is none.</param>
    /// <param name="refuse">Refuses the deletion of what is in use.</param>
    public Answer HandleChild(
        ArmRequest request, string collection, Func<Resource, JsonObject, JsonObject> show,
        Func<Resource, string, JsonObject?, JsonObject> make, Action<Resource, JsonObject>? refuse = null)
    {
        var parent = _cloud.World.Find(request.Path.ParentId)!;
        var children = parent.Properties.Objects(collection);
        if (request.Path.Names.Count == 1)
            return List(request, children.Select(child => show(parent, child)));
        var existing = children.FirstOrDefault(child => child.Text("name").Same(request.Name));
        switch (request.Method)
        {
            case "GET":
                return existing is not null
                    ? Answer.Ok(show(parent, existing)).With("ETag", parent.Body.Text("etag"))
                    : throw new ArmException(404, "NotFound", $"Resource {parent.Id}/{collection}/{request.Name} not found.");
            case "PUT":
                Check(request, parent);
                var made = make(parent, existing?.Text("name") ?? request.Name, existing);
                var list = parent.Properties.Array(collection)!;
                if (existing is null)
                    list.Add((JsonNode)made);
                else
                    list[list.IndexOf(existing)] = made;
                Begin(parent, out var operation);
                return Written(request, parent, existing is null, show(parent, made), operation);
            case "DELETE":
                if (existing is null)
                    return Answer.NoContent;
                Check(request, parent);
                refuse?.Invoke(parent, existing);
                return Delete(request, parent, collection, request.Name);
            default:
                throw request.NotAllowed();
        }
    }

    /// <summary>The same for children that are written with their parent only.</summary>
    public Answer ReadChild(ArmRequest request, string collection) => request.Method == "GET"
        ? HandleChild(request, collection, WithEtag, (_, _, _) => throw request.NotAllowed())
        : throw request.NotAllowed();

    /// <summary>A page of a list.</summary>
    public Answer List(ArmRequest request, IEnumerable<JsonObject> shown) => request.Method == "GET"
        ? Answer.Page(request, [.. shown], Math.Max(_cloud.Settings.PageSize, 50), "$skipToken")
        : throw request.NotAllowed();

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
    public void Check(ArmRequest request, Resource? existing)
    {
        var match = request.Http.Header("If-Match");
        if (existing is null)
        {
            if (match is not null and not "*")
                throw Precondition($"Etag provided in if-match header {match} does not match etag null of resource {request.Id} in NRP data "
                    + "store.");
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
                        $"Operation {name}{Title(existing.Type)}Operation ({running.Name}) is updating resource {existing.Id}. The call can "
                            + $"be retried in {left} seconds."),
                ],
            };
        }
        if (match is not null and not "*" && match != existing.Body.Text("etag"))
            throw Precondition($"Etag provided in if-match header {match} does not match etag {existing.Body.Text("etag")} of resource "
                + $"{existing.Id} in NRP data store.");
        if (request.Http.Header("If-None-Match") == "*" && request.Path.ParentId is null && request.Method == "PUT")
            throw Precondition($"Resource {existing.Id} exists already.");
    }

    /// <summary>Saves a new or changed top-level resource and begins the operation that settles it.</summary>
    public void Begin(Resource resource, out Operation operation)
    {
        Mark(resource, "Updating");
        operation = _cloud.Operations.Start("network.put", resource.Id, _cloud.Settings.Network);
    }

    public Answer Written(ArmRequest request, Resource resource, bool isNew, JsonNode shown, Operation operation) =>
        _pages.NetworkWrite(request, operation, isNew ? 201 : 200, shown, resource.Location ?? "eastus2");

    public Answer Delete(ArmRequest request, Resource resource, string? collection = null, string? child = null)
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
    public void Mark(Resource resource, string state)
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

    public string NewEtag() => $"W/\"{_cloud.Identifiers.Text()}\"";

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
