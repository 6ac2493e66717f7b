namespace AmlVnet.Simulator.Providers.KubernetesConfiguration;

/// <summary>Cluster extensions; that of Azure Machine Learning with what it does in the cluster, others only as documents.</summary>
internal sealed class Extensions
{
    public const string Type = Namespace + "/extensions";

    private const string Namespace = "Microsoft.KubernetesConfiguration";

    /// <summary>The version that is installed where none is asked for.</summary>
    private const string NewestVersion = "1.1.85";

    private static readonly Shape Body = Shape.Object(
        ("identity", Shape.Object(("type", Shape.OneOf("SystemAssigned")))),
        ("properties", Shape.Object(
            ("extensionType", Shape.Text),
            ("autoUpgradeMinorVersion", Shape.Flag),
            ("releaseTrain", Shape.Text),
            ("version", Shape.Text),
            ("scope", Shape.Object(
                ("cluster", Shape.Object(("releaseNamespace", Shape.Text))),
                ("namespace", Shape.Object(("targetNamespace", Shape.Text))))),
            ("configurationSettings", Shape.Map(Shape.Text)),
            ("configurationProtectedSettings", Shape.Map(Shape.Text)))));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;
    private readonly ExtensionRelease _release;

    public Extensions(Cloud cloud, OperationPages pages, ClusterFleet clusters, Gateway gateway)
    {
        (_cloud, _pages, _release) = (cloud, pages, new ExtensionRelease(cloud, clusters));
        gateway.Add(
            new ResourceType(Namespace, "extensions", ApiVersions.KubernetesConfiguration, Frame().Handle)
            {
                InGroups = false,
                Body = Body
            },
            new ResourceType(Namespace, "extensions/operations", ApiVersions.KubernetesConfiguration, pages.ExtensionStatus)
            {
                InGroups = false,
                ChecksParent = false
            });
        cloud.Operations.On("extension.put", (operation, _) => Finish(operation));
        cloud.OnDeleted("extension.delete", (_, extension) => Uninstall(extension));
    }

    public static bool IsMachineLearning(Resource extension) =>
        extension.Properties.Text("extensionType").Same("microsoft.azureml.kubernetes");

    /// <summary>The Azure Machine Learning extension of a cluster that is up, or null.</summary>
    public static Resource? Of(World world, Resource cluster) => world.OfType(Type, cluster.Id)
        .FirstOrDefault(one => IsMachineLearning(one) && one.State is "Succeeded" or "Updating");

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, Type, Show) with
    {
        All = request => _cloud.World.OfType(Type, ClusterOf(request).Id),
        Find = request => _cloud.World.Find($"{ClusterOf(request).Id}/providers/{Type}/{request.Name}", Type),
        Missing = request => new ArmException(404, "ResourceNotFound", $"Extension instance with name '{request.Name}' not found."),
        Check = (_, extension) =>
        {
            if (extension is not null && _cloud.Operations.Running(extension.Id) is not null)
                throw new ArmException(409, "Conflict",
                    $"An operation is in progress on the extension '{extension.Name}' ({extension.State}).");
        },
        Put = Put,
        Patch = Patch,
        Delete = (request, extension) =>
        {
            extension.State = "Deleting";
            return Begin(request, extension, "extension.delete", "Deleting", 202, null);
        },
    };

    private Resource ClusterOf(ArmRequest request) => _cloud.World.Find(request.Path.Scope, ClusterFleet.Type)
        ?? throw ArmException.ResourceNotFound((request.Path.Scope ?? "")[((request.Path.Scope ?? "").LastIndexOf("/providers/",
            StringComparison.OrdinalIgnoreCase) + 11)..], request.Path.Group);

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var cluster = ClusterOf(request);
        var body = request.Body();
        var sent = body.Object("properties") ?? [];
        var type = sent.Text("extensionType");
        if (string.IsNullOrEmpty(type))
            throw Refused("The extensionType of an extension is required.", "extensionType");
        if (existing is not null && !existing.Properties.Text("extensionType").Same(type))
            throw Refused($"The extensionType of '{existing.Name}' is {existing.Properties.Text("extensionType")} and cannot be changed.",
                "extensionType");
        if (sent.Object("scope") is { } scope && scope.Object("cluster") is not null && scope.Object("namespace") is not null)
            throw Refused("The scope of an extension is a cluster or a namespace, not both.", "scope");
        CheckVersion(sent);
        CheckTwins(sent);
        var id = existing?.Id ?? $"{cluster.Id}/providers/{Type}/{request.Name}";
        var stamp = Stamp(_cloud.Now);
        var extension = new Resource(id, Type, new JsonObject
        {
            ["id"] = id,
            ["name"] = id[(id.LastIndexOf('/') + 1)..],
            ["type"] = Type,
            ["properties"] = new JsonObject
            {
                ["extensionType"] = type.ToLowerInvariant(),
                ["autoUpgradeMinorVersion"] = sent.Flag("autoUpgradeMinorVersion") ?? true,
                ["releaseTrain"] = sent.Text("releaseTrain") ?? "Stable",
                ["version"] = sent.Text("version"),
                ["currentVersion"] = existing?.Properties.Text("currentVersion"),
                ["scope"] = sent.Object("scope")?.DeepClone()
                    ?? new JsonObject { ["cluster"] = new JsonObject { ["releaseNamespace"] = ClusterObjects.Extension } },
                ["provisioningState"] = existing is null ? "Creating" : "Updating",
                ["configurationSettings"] = sent.Object("configurationSettings")?.DeepClone() ?? new JsonObject(),
                ["statuses"] = new JsonArray(),
                ["aksAssignedIdentity"] = existing?.Properties.Object("aksAssignedIdentity")?.DeepClone(),
                ["isSystemExtension"] = false,
            },
            ["systemData"] = existing?.Body.Object("systemData")?.DeepClone() ?? new JsonObject { ["createdAt"] = stamp },
        });
        extension.Body.Object("systemData")!["lastModifiedAt"] = stamp;
        extension.Hidden["protected"] = sent.Object("configurationProtectedSettings")?.DeepClone() ?? new JsonObject();
        return Begin(request, extension, "extension.put", extension.State, existing is null ? 201 : 200, extension);
    }

    private Answer Patch(ArmRequest request, Resource extension)
    {
        var sent = request.Body().Object("properties") ?? [];
        CheckVersion(sent);
        CheckTwins(sent);
        var own = extension.Properties;
        foreach (var member in new[] { "autoUpgradeMinorVersion", "releaseTrain", "version" })
        {
            if (sent.ContainsKey(member))
                own[member] = sent[member]?.DeepClone();
        }
        foreach (var (name, value) in sent.Object("configurationSettings") ?? [])
            own.Object("configurationSettings")![name] = value?.DeepClone();
        // Protected settings that an update does not carry are forgotten (Microsoft Learn: "Deploy and manage cluster extensions by using
        // the Azure CLI").
        extension.Hidden["protected"] = sent.Object("configurationProtectedSettings")?.DeepClone() ?? new JsonObject();
        extension.State = "Updating";
        extension.Body.Object("systemData")!["lastModifiedAt"] = Stamp(_cloud.Now);
        return Begin(request, extension, "extension.put", "Updating", 202, extension);
    }

    private Answer Begin(ArmRequest request, Resource extension, string kind, string doing, int status, Resource? shown)
    {
        _cloud.World.Save(extension);
        var operation = _cloud.Operations.Start(kind, extension.Id, _cloud.Settings.Extension, new JsonObject { ["doing"] = doing });
        return _pages.Extension(
            request, operation, status, shown is null ? null : Show(shown, request.ApiVersion), ClusterOf(request).Location!);
    }

    private JsonObject? Finish(Operation operation)
    {
        if (_cloud.World.Find(operation.Target, Type) is not { } extension
            || _cloud.World.Find(ClusterIdOf(extension), ClusterFleet.Type) is not { } cluster)
            return ArmException.Detail("ResourceNotFound", "The extension or its cluster is gone.");
        var own = extension.Properties;
        var isNew = own.Text("currentVersion") is null;
        var trouble = operation.PlannedError is null && IsMachineLearning(extension)
            ? _release.Install(cluster, extension, Settings(extension), isNew) : null;
        var error = operation.PlannedError?.DeepClone() as JsonObject ?? (trouble is null ? null : Failure(extension, trouble, isNew));
        extension.State = error is null ? "Succeeded" : "Failed";
        own["statuses"] = trouble?.Code is null ? new JsonArray() : new JsonArray(new JsonObject
        {
            ["code"] = trouble.Code,
            ["displayStatus"] = trouble.Name,
            ["level"] = "Error",
            ["message"] = ExtensionRelease.Report(trouble),
            ["time"] = Stamp(_cloud.Now),
        });
        own.Remove("errorInfo");
        if (error is not null)
            own["errorInfo"] = error.DeepClone();
        else
        {
            own["currentVersion"] = own.Text("version") ?? NewestVersion;
            if (own.Object("aksAssignedIdentity") is null)
                own["aksAssignedIdentity"] = NewIdentity(extension);
        }
        _cloud.World.Save(extension);
        return error;
    }

    private JsonObject NewIdentity(Resource extension) => new()
    {
        ["principalId"] = _cloud.Principals.AddServicePrincipal(extension.Name, "ManagedIdentity", _cloud.Now, alternative: extension.Id)
            .Body.Text("id"),
        ["tenantId"] = Tenancy.TenantId,
    };

    private void Uninstall(Resource extension)
    {
        if (IsMachineLearning(extension) && _cloud.World.Find(ClusterIdOf(extension), ClusterFleet.Type) is { } cluster)
            _release.Uninstall(cluster, extension);
        _cloud.Principals.Remove(extension.Properties.Object("aksAssignedIdentity").Text("principalId"));
        _cloud.World.Remove(extension.Id);
    }

    /// <summary>The error of an installation (azure-cli-extensions issue 5477, terraform-provider-azurerm issue 24547): it does not name
    /// the code of the health check, which is in the extension's statuses and in the cluster.</summary>
    private static JsonObject Failure(Resource extension, Trouble trouble, bool isNew) => ArmException.Detail("ExtensionOperationFailed",
        "The extension operation failed with the following error:  Error: [ InnerError: [Helm "
        + (isNew ? "installation" : "upgrade") + " failed : Unable to create/update Kubernetes resources for the extension : "
        + "Recommendation Please check that there are no policies blocking the resource creation/update for the extension : InnerError "
        + (trouble.Code is null ? $"[{trouble.Message}]"
            : $"[release {extension.Name} failed, and has been uninstalled due to atomic being set: failed pre-install: pod healthcheck "
                + "failed]")
        + $"]] occurred while doing the operation : [{(isNew ? "Create" : "Update")}] on the config, For more application specific "
        + "troubleshooting visit: https://aka.ms/arcmltsg.");

    private static RouterSettings Settings(Resource extension) =>
        new(extension.Properties.Object("configurationSettings") ?? [], extension.Hidden.Object("protected") ?? []);

    private static string ClusterIdOf(Resource extension) =>
        extension.Id[..extension.Id.LastIndexOf("/providers/" + Type, StringComparison.OrdinalIgnoreCase)];

    /// <summary>An extension as it is shown: the names of the protected settings, and no value.</summary>
    private static JsonObject Show(Resource extension, string apiVersion)
    {
        var shown = (JsonObject)extension.Body.DeepClone();
        var names = new JsonObject();
        foreach (var (name, _) in extension.Hidden.Object("protected") ?? [])
            names[name] = "";
        shown.Object("properties")!["configurationProtectedSettings"] = names;
        return shown;
    }

    private static void CheckVersion(JsonObject sent)
    {
        if (sent.Text("version") is not null && sent.Flag("autoUpgradeMinorVersion") != false)
            throw Refused("To use version, autoUpgradeMinorVersion must be false.", "version");
    }

    private static void CheckTwins(JsonObject sent)
    {
        if (sent.Object("configurationSettings") is { } open
            && (sent.Object("configurationProtectedSettings") ?? []).FirstOrDefault(one => open.ContainsKey(one.Key)).Key is { } twin)
            throw Refused($"The setting '{twin}' is both in configurationSettings and in configurationProtectedSettings.",
                "configurationProtectedSettings");
    }

    private static string Stamp(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fffffff'+00:00'", System.Globalization.CultureInfo.InvariantCulture);

    private static ArmException Refused(string message, string target) => new(400, "BadRequest", message, target);
}
