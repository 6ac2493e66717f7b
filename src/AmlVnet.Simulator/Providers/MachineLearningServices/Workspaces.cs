using System.Text.RegularExpressions;

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

    private static readonly string[] Changeable =
    [
        "friendlyName", "description", "publicNetworkAccess", "imageBuildCompute", "containerRegistry", "applicationInsights",
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
        gateway.Add(new ResourceType(OperationPages.MachineLearning, "workspaces", ApiVersions.MachineLearning, Frame().Handle)
        {
            Body = Body,
            Actions = ["listKeys"],
            Removed = workspace => cloud.Principals.Remove(workspace.Body.Object("identity").Text("principalId")),
        });
        cloud.OnWritten("workspace.put");
        cloud.Operations.On("workspace.legacymode", (operation, _) =>
        {
            if (operation.PlannedError is null && cloud.World.Find(operation.Target, Type) is { } workspace)
            {
                workspace.Properties["v1LegacyMode"] = operation.Payload.Flag("v1LegacyMode");
                cloud.World.Save(workspace);
            }
            return operation.PlannedError;
        });
        cloud.OnDeleted("workspace.delete", (_, workspace) =>
        {
            foreach (var child in cloud.World.Under(workspace.Id).ToList())
                cloud.World.Remove(child.Id);
            cloud.World.Remove(workspace.Id);
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
                ["managedNetwork"] = new JsonObject { ["isolationMode"] = "Disabled" },
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

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type, Show) with
    {
        List = (request, items) => Answer.Page(request, items, _cloud.Settings.PageSize),
        Put = Put,
        Patch = Patch,
        Delete = (request, workspace) =>
        {
            workspace.State = "Deleting";
            _cloud.World.Save(workspace);
            return _pages.Workspace(request, _cloud.Operations.Start("workspace.delete", workspace.Id, _cloud.Settings.Delete),
                workspace.Location!);
        },
        Act = (request, workspace) => Answer.Ok(new JsonObject
        {
            ["userStorageKey"] = "simulated-" + _cloud.Identifiers.Hex(40),
            // The first versions name it otherwise (recorded).
            [string.CompareOrdinal(request.ApiVersion, "2021-07-01") <= 0 ? "userStorageArmId" : "userStorageResourceId"] =
                workspace.Properties.Text("storageAccount"),
            ["appInsightsInstrumentationKey"] = null,
            ["containerRegistryCredentials"] = null,
            ["notebookAccessKeys"] = new JsonObject
            {
                ["primaryAccessKey"] = "simulated-" + _cloud.Identifiers.Hex(40),
                ["secondaryAccessKey"] = "simulated-" + _cloud.Identifiers.Hex(40),
            },
        }),
    };

    private Answer Patch(ArmRequest request, Resource workspace)
    {
        request.Retag(workspace);
        Take(workspace, request.Body().Object("properties"), Changeable);
        _cloud.World.Save(workspace);
        // It takes half an hour and more until a change shows (Microsoft Learn: "Network isolation change with our new API platform on
        // Azure Resource Manager").
        if (request.Body().Object("properties").Flag("v1LegacyMode") is { } legacy && legacy != workspace.Properties.Flag("v1LegacyMode"))
            _cloud.Operations.Start("workspace.legacymode", workspace.Id, _cloud.Settings.LegacyMode,
                new JsonObject { ["v1LegacyMode"] = legacy });
        return Answer.Ok(Show(workspace, request.ApiVersion));
    }

    private static void Take(Resource workspace, JsonObject? sent, IEnumerable<string> members)
    {
        foreach (var member in members.Where(member => sent?.ContainsKey(member) == true))
            workspace.Properties[member] = sent![member]?.DeepClone();
    }

    /// <summary>A workspace as an api-version shows it. What came after the first ones is left out (Azure REST API
    /// specifications).</summary>
    private static JsonObject Show(Resource workspace, string apiVersion)
    {
        var shown = (JsonObject)workspace.Body.DeepClone();
        if (string.CompareOrdinal(apiVersion, "2023-10-01") < 0)
            shown.Object("properties")!.Remove("managedNetwork");
        if (string.CompareOrdinal(apiVersion, "2024-04-01") >= 0)
            AddLater(shown.Object("properties")!, workspace);
        if (string.CompareOrdinal(apiVersion, "2019-05-01") >= 0)
            return shown;
        Keep(shown, FirstMembers);
        Keep(shown.Object("properties")!, FirstProperties);
        return shown;
    }

    /// <summary>What the service shows with the first version of which an answer is recorded, and what it no longer shows where there is
    /// nothing to show.</summary>
    private static void AddLater(JsonObject properties, Resource workspace)
    {
        var id = properties.Text("workspaceId")!;
        foreach (var (member, value) in new JsonObject
        {
            ["allowRoleAssignmentOnRG"] = true,
            ["softDeleteEnabled"] = false,
            ["creationTime"] = workspace.Body.Object("systemData").Text("createdAt"),
            ["notebookInfo"] = new JsonObject
            {
                ["resourceId"] = id.Replace("-", "", StringComparison.Ordinal),
                ["fqdn"] = $"ml-{workspace.Name}-{workspace.Location}-{id}.{workspace.Location}.notebooks.azure.net",
                ["isPrivateLinkEnabled"] = false,
                ["notebookPreparationError"] = null,
            },
            ["storageHnsEnabled"] = false,
            ["linkedModelInventoryArmId"] = null,
            ["ipAllowlist"] = new JsonArray(),
            ["serverlessComputeSettings"] = null,
            ["EnableSoftwareBillOfMaterials"] = false,
            ["sdkTelemetryAppInsightsKey"] = id,
            ["sasGetterUri"] = "",
            ["enableDataIsolation"] = false,
        })
        {
            if (!properties.ContainsKey(member))
                properties[member] = value?.DeepClone();
        }
        if (properties.Object("managedNetwork") is { } network && network.Text("isolationMode").Same("Disabled"))
            network["changeableIsolationModes"] = new JsonArray("AllowInternetOutbound", "AllowOnlyApprovedOutbound");
        foreach (var member in new[] { "containerRegistry", "privateEndpointConnections" })
        {
            if (properties[member] is null or JsonArray { Count: 0 })
                properties.Remove(member);
        }
        if (properties.Flag("allowPublicAccessWhenBehindVnet") == false)
            properties.Remove("allowPublicAccessWhenBehindVnet");
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
        Take(workspace, sent, [.. Changeable, "hbiWorkspace", "v1LegacyMode"]);
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
