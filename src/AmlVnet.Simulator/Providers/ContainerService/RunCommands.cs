namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>Commands that Resource Manager runs inside a cluster: long-running, with a right of their own.</summary>
internal sealed class RunCommands
{
    public const string Action = "runCommand";

    private const string Namespace = "Microsoft.ContainerService";

    private readonly Cloud _cloud;

    public RunCommands(Cloud cloud, ClusterFleet clusters, Gateway gateway)
    {
        _cloud = cloud;
        var kubectl = new Kubectl(new ClusterObjects(cloud), clusters);
        gateway.Add(new ResourceType(Namespace, "managedClusters/commandResults", ApiVersions.ContainerService, Result));
        cloud.Operations.On("cluster.command", (operation, _) =>
        {
            if (operation.PlannedError is not null || cloud.World.Find(operation.Target, ClusterFleet.Type) is not { } cluster)
                return operation.PlannedError ?? ArmException.Detail("NotFound", "The cluster is gone.");
            var (code, logs) = kubectl.Run(cluster, operation.Payload.Text("command")!);
            (operation.Payload["exitCode"], operation.Payload["logs"]) = (code, logs);
            return null;
        });
    }

    /// <summary>Begins a command; its result is below the cluster.</summary>
    public Answer Start(ArmRequest request, Resource cluster)
    {
        if (request.Body().Text("command") is not { Length: > 0 } command)
            throw Refused("InvalidParameter", "Required parameter command is missing.", "command");
        if (cluster.Properties.Object("apiServerAccessProfile").Flag("disableRunCommand") == true)
            throw Refused("RunCommandDisabled", $"Run command is disabled on the managed cluster {cluster.Name}.", null);
        if (cluster.Properties.Object("powerState").Text("code").Same("Stopped"))
            throw Refused("OperationNotAllowed", $"Operation is not allowed: the managed cluster {cluster.Name} is stopped.", null);
        var operation = _cloud.Operations.Start("cluster.command", cluster.Id, _cloud.Settings.RunCommand,
            new JsonObject { ["command"] = command });
        return Waiting(request, operation, $"{cluster.Id}/commandResults/{operation.Name}");
    }

    private Answer Result(ArmRequest request)
    {
        if (request.Method != "GET" || request.Tail is not null)
            throw request.NotAllowed();
        if (_cloud.Operations.Find(request.Name) is not { Kind: "cluster.command" } operation
            || !operation.Target.Same(request.Path.ParentId))
            throw new ArmException(404, "NotFound", $"The command '{request.Name}' was not found.") { Shape = ErrorShape.Flat };
        if (operation.Status == "InProgress")
            return Waiting(request, operation, request.Http.Uri.AbsolutePath);
        var properties = new JsonObject
        {
            ["provisioningState"] = operation.Error is null ? "Succeeded" : "Failed",
            ["startedAt"] = Json.Stamp(operation.Started),
            ["finishedAt"] = Json.Stamp(operation.Due),
        };
        if (operation.Error is { } error)
            properties["reason"] = error.Text("message");
        else
            (properties["exitCode"], properties["logs"]) = (operation.Payload.Whole("exitCode"), operation.Payload.Text("logs"));
        return Answer.Ok(new JsonObject { ["id"] = operation.Name, ["properties"] = properties });
    }

    private Answer Waiting(ArmRequest request, Operation operation, string path) =>
        new Answer(202) { Wait = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Math.Min(5, (operation.Due - _cloud.Now).TotalSeconds)))) }
            .With("Location", $"{request.Origin}{path}?api-version={request.ApiVersion}");

    private static ArmException Refused(string code, string message, string? target) => new(400, code, message, target)
    { Shape = ErrorShape.Flat };
}
