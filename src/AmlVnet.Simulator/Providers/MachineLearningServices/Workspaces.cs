using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AmlVnet.Simulator.Arm;
using AmlVnet.Simulator.Kernel;
using AmlVnet.Simulator.Providers.ManagedIdentity;
using AmlVnet.Simulator.Providers.Network;

namespace AmlVnet.Simulator.Providers.MachineLearningServices;

/// <summary>Machine learning workspaces.</summary>
internal sealed partial class Workspaces
{
    public const string Type = "Microsoft.MachineLearningServices/workspaces";

    private static readonly string[] FirstMembers = ["id", "name", "type", "location", "tags", "identity", "properties"];

    private static readonly string[] FirstProperties =
    [
        "workspaceId", "description", "friendlyName", "creationTime", "keyVault", "applicationInsights", "containerRegistry",
            "storageAccount", "discoveryUrl", "provisioningState",
    ];

    /// <summary>The kinds of an identity, of workspaces and their computes.</summary>
    public static Shape Identity { get; } = Shape.Object(
        ("type", Shape.OneOf("SystemAssigned", "UserAssigned", "SystemAssigned,UserAssigned", "SystemAssigned, UserAssigned", "None")),
        ("userAssignedIdentities", Shape.Map(Shape.Object())));

    private static readonly Shape Body = ResourceType.Tracked(
        ("identity", Identity),
        ("kind", Shape.Text),
        ("sku", Shape.Object(("name", Shape.Text), ("tier", Shape.Text))),
        ("properties", Shape.Object(
            ("friendlyName", Shape.Text),
            ("description", Shape.Text),
            ("storageAccount", Shape.Text),
            ("keyVault", Shape.Text),
            ("applicationInsights", Shape.Text),
            ("containerRegistry", Shape.Text),
            ("imageBuildCompute", Shape.Text),
            ("publicNetworkAccess", Shape.OneOf("Enabled", "Disabled")),
            ("hbiWorkspace", Shape.Flag),
            ("v1LegacyMode", Shape.Flag))));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;

    public Workspaces(Cloud cloud, OperationPages pages, Gateway gateway)
    {
        (_cloud, _pages) = (cloud, pages);
        gateway.Add(new ResourceType(OperationPages.MachineLearning, "workspaces", ApiVersions.MachineLearning,
            Handle)
        { Body = Body, Actions = ["listKeys"], Removed = workspace => cloud.Principals.Remove(workspace.Body.Object("identity").Text("principalId")) });
        cloud.Operations.On("workspace.put", (operation, at) =>
        {
            var planned = operation.Payload.Object("plannedError");
            if (cloud.World.Find(operation.Target) is { } workspace)
            {
                workspace.State = planned is null ? "Succeeded" : "Failed";
                cloud.World.Save(workspace);
            }
            return planned;
        });
        cloud.Operations.On("workspace.delete", (operation, _) =>
        {
            if (operation.Payload.Object("plannedError") is { } planned)
            {
                if (cloud.World.Find(operation.Target) is { } workspace)
                {
                    workspace.State = "Failed";
                    cloud.World.Save(workspace);
                }
                return planned;
            }
            foreach (var child in cloud.World.Under(operation.Target).ToList())
                cloud.World.Remove(child.Id);
            cloud.World.Remove(operation.Target);
            return null;
        });
    }

    /// <summary>Makes a workspace, settled.</summary>
    public static Resource New(Cloud cloud, string groupId, string name, string location, string storage, string keyVault,
        string? insights = null, string? registry = null)
    {
        var id = $"{groupId}/providers/{Type}/{name}";
        var principal = cloud.Principals.AddServicePrincipal(name, "ManagedIdentity", null, alternative: id);
        var stamp = Json.Stamp(cloud.Now);
        return cloud.World.Save(new Resource(id, Type, new JsonObject
        {
            ["id"] = id,
            ["name"] = name,
            ["type"] = Type,
            ["location"] = location,
            ["tags"] = new JsonObject(),
            ["etag"] = null,
            ["kind"] = "Default",
            ["sku"] = new JsonObject { ["name"] = "Basic", ["tier"] = "Basic" },
            ["identity"] = new JsonObject
            {
                ["type"] = "SystemAssigned",
                ["principalId"] = principal.Body.Text("id"),
                ["tenantId"] = Tenancy.TenantId
            },
            ["properties"] = new JsonObject
            {
                ["friendlyName"] = name,
                ["description"] = "",
                ["storageAccount"] = storage,
                ["keyVault"] = keyVault,
                ["applicationInsights"] = insights,
                ["containerRegistry"] = registry,
                ["hbiWorkspace"] = false,
                ["tenantId"] = Tenancy.TenantId,
                ["imageBuildCompute"] = null,
                ["provisioningState"] = "Succeeded",
                ["v1LegacyMode"] = false,
                ["workspaceId"] = cloud.Identifiers.Text(),
                ["privateLinkCount"] = 0,
                ["publicNetworkAccess"] = "Enabled",
                ["allowPublicAccessWhenBehindVnet"] = false,
                ["privateEndpointConnections"] = new JsonArray(),
                ["discoveryUrl"] = $"https://{location}.api.azureml.ms/discovery",
                ["mlFlowTrackingUri"] = $"azureml://{location}.api.azureml.ms/mlflow/v1.0{id}",
            },
            ["systemData"] = SystemData(stamp),
        }));
    }

    public static JsonObject SystemData(string stamp) => new()
    {
        ["createdAt"] = stamp,
        ["createdBy"] = Tenancy.CallerName,
        ["createdByType"] = "User",
        ["lastModifiedAt"] = stamp,
        ["lastModifiedBy"] = Tenancy.CallerName,
        ["lastModifiedByType"] = "User",
    };

    private Answer Handle(ArmRequest request)
    {
        if (request.Path.Names.Count == 0)
        {
            return request.Method == "GET"
                ? Answer.Page(request, _cloud.World.OfType(Type, request.Path.Container).Select(w => Show(w, request.ApiVersion)),
                    _cloud.Settings.PageSize)
                : throw request.NotAllowed();
        }
        var existing = _cloud.World.Find(request.Id, Type);
        if (request.Tail is not null)
        {
            if (existing is null)
                throw request.NotFound();
            if (request.Method == "POST")
                return Answer.Ok(new JsonObject
                {
                    ["userStorageKey"] = "simulated-" + _cloud.Identifiers.Hex(40),
                    ["userStorageResourceId"] = existing.Properties.Text("storageAccount"),
                    ["appInsightsInstrumentationKey"] = null,
                    ["containerRegistryCredentials"] = null,
                });
            throw request.NotAllowed();
        }
        switch (request.Method)
        {
            case "GET":
                return Answer.Ok(Show(existing ?? throw request.NotFound(), request.ApiVersion));
            case "PUT":
                return Put(request, existing);
            case "PATCH":
                var patch = request.Body();
                request.Retag(existing ?? throw request.NotFound());
                foreach (var member in new[] { "friendlyName", "description", "publicNetworkAccess", "imageBuildCompute",
                    "containerRegistry", "applicationInsights" })
                {
                    if (patch.Object("properties") is { } changed && changed.ContainsKey(member))
                        existing.Properties[member] = changed[member]?.DeepClone();
                }
                _cloud.World.Save(existing);
                return Answer.Ok(Show(existing, request.ApiVersion));
            case "DELETE":
                if (existing is null)
                    return Answer.NoContent;
                existing.State = "Deleting";
                _cloud.World.Save(existing);
                return _pages.Workspace(request, _cloud.Operations.Start("workspace.delete", existing.Id, _cloud.Settings.Delete),
                    existing.Location!);
            default:
                throw request.NotAllowed();
        }
    }

    /// <summary>A workspace as an api-version shows it. What came after the first ones is left out (Azure REST API specifications).</summary>
    private static JsonObject Show(Resource workspace, string apiVersion)
    {
        var shown = (JsonObject)workspace.Body.DeepClone();
        if (string.CompareOrdinal(apiVersion, "2019-05-01") >= 0)
            return shown;
        Keep(shown, FirstMembers);
        Keep(shown.Object("properties")!, FirstProperties);
        return shown;
    }

    private static void Keep(JsonObject members, string[] names)
    {
        foreach (var (name, value) in members.ToArray())
        {
            if (value is null || !names.Contains(name))
                members.Remove(name);
        }
    }

    private Answer Put(ArmRequest request, Resource? existing)
    {
        if (!Name().IsMatch(request.Name))
            throw new ArmException(400, "BadRequest", $"Workspace name '{request.Name}' is invalid. It has to be 3 to 33 letters, digits, "
                + "'-' and '_' and begin with a letter or digit.")
            { Shape = ErrorShape.MachineLearning };
        var body = request.Body();
        var location = NetworkRules.Location(body, existing);
        var sent = body.Object("properties") ?? [];
        var workspace = existing;
        if (workspace is null)
        {
            foreach (var member in new[] { "storageAccount", "keyVault" })
            {
                if (sent.Text(member) is null)
                    throw new ArmException(400, "ValidationError", $"Missing dependent resources in workspace json: {member}")
                    { Shape = ErrorShape.MachineLearning };
            }
            workspace = New(_cloud, _cloud.World.Find(request.Path.Container)!.Id, request.Name, location, sent.Text("storageAccount")!,
                sent.Text("keyVault")!,
                sent.Text("applicationInsights"), sent.Text("containerRegistry"));
        }
        workspace.Body["tags"] = body["tags"]?.DeepClone() ?? new JsonObject();
        foreach (var member in new[] { "friendlyName", "description", "publicNetworkAccess", "hbiWorkspace", "imageBuildCompute",
            "containerRegistry", "applicationInsights", "v1LegacyMode" })
        {
            if (sent.ContainsKey(member))
                workspace.Properties[member] = sent[member]?.DeepClone();
        }
        SetIdentity(workspace, body.Object("identity"));
        workspace.State = existing is null ? "Creating" : "Updating";
        _cloud.World.Save(workspace);
        return _pages.Workspace(request, _cloud.Operations.Start("workspace.put", workspace.Id, TimeSpan.FromSeconds(30)), location);
    }

    /// <summary>The identity that was asked for; a system-assigned one keeps its principal.</summary>
    private void SetIdentity(Resource workspace, JsonObject? asked)
    {
        if (asked.Text("type") is not { } type)
            return;
        var identity = new JsonObject { ["type"] = type };
        if (type.Contains("SystemAssigned", StringComparison.OrdinalIgnoreCase))
        {
            identity["principalId"] = workspace.Body.Object("identity").Text("principalId")
                ?? _cloud.Principals.AddServicePrincipal(workspace.Name, "ManagedIdentity", _cloud.Now,
                    alternative: workspace.Id).Body.Text("id");
            identity["tenantId"] = Tenancy.TenantId;
        }
        if (type.Contains("UserAssigned", StringComparison.OrdinalIgnoreCase))
        {
            var given = new JsonObject();
            foreach (var (id, _) in asked.Object("userAssignedIdentities") ?? [])
            {
                var found = _cloud.World.Find(id, ManagedIdentityProvider.Type) ?? throw new ArmException(400, "FailedIdentityOperation",
                    $"Identity operation for resource '{workspace.Id}' failed with error 'Failed to perform resource identity operation. "
                        + $"The identity {id} was not found.'.");
                given[id] = new JsonObject
                {
                    ["principalId"] = found.Properties.Text("principalId"),
                    ["clientId"] = found.Properties.Text("clientId")
                };
            }
            identity["userAssignedIdentities"] = given;
        }
        workspace.Body["identity"] = identity;
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]{2,32}$")]
    private static partial Regex Name();
}
