using System.Globalization;

namespace AmlVnet.Simulator.Arm;

/// <summary>The addresses and status pages of long-running operations, each provider's in its own form.</summary>
internal sealed class OperationPages(CloudState state, Operations operations)
{
    public const string MachineLearning = "Microsoft.MachineLearningServices";

    public const string Network = "Microsoft.Network";

    public const string ContainerService = "Microsoft.ContainerService";

    public const string Storage = "Microsoft.Storage";

    public void AddTo(Gateway gateway)
    {
        gateway.AddStatus(MachineLearning, "computeOperationsStatus", Status);
        gateway.AddStatus(MachineLearning, "workspaceOperationsStatus", r => r.QueryValue("type").Same("location") ? Result(r) : Status(r));
        gateway.AddStatus(Network, "operations", Status);
        gateway.AddStatus(Network, "operationResults", Result);
        gateway.AddStatus(ContainerService, "operations", Status);
        gateway.AddStatus(ContainerService, "operationresults", Result);
        gateway.AddStatus(Storage, "asyncoperations", Result);
    }

    /// <summary>A compute's operation: only Azure-AsyncOperation (recorded, also for DELETE).</summary>
    public Answer Compute(ArmRequest request, Operation operation, int status, JsonNode? body, string location) =>
        Waiting(status, body, operation)
        .With("Azure-AsyncOperation", Signed(request, operation, MachineLearning, location, "computeOperationsStatus", request.ApiVersion,
            "service=new"));

    /// <summary>A workspace's operation: 202 with both headers (recorded).</summary>
    public Answer Workspace(ArmRequest request, Operation operation, string location) => Waiting(202, null, operation)
        .With("Azure-AsyncOperation", Signed(request, operation, MachineLearning, location, "workspaceOperationsStatus", request.ApiVersion,
            "type=async"))
        .With("Location", Signed(request, operation, MachineLearning, location, "workspaceOperationsStatus", request.ApiVersion,
            "type=location"));

    /// <summary>A network write, with Azure-AsyncNotification; a DELETE has Location too (recorded).</summary>
    public Answer NetworkWrite(ArmRequest request, Operation operation, int status, JsonNode? body, string location)
    {
        var answer = Waiting(status, body, operation, real: true, seconds: 1)
            .With("Azure-AsyncNotification", "Enabled")
            .With("Azure-AsyncOperation", Signed(request, operation, Network, location, "operations", request.ApiVersion, null));
        return status == 202 ? answer.With("Location", Signed(request, operation, Network, location, "operationResults", request.ApiVersion,
            null)) : answer;
    }

    /// <summary>An AKS operation, polled under another api-version than the request's (recorded).</summary>
    public Answer Cluster(ArmRequest request, Operation operation, int status, JsonNode? body, string location)
    {
        var answer = Waiting(status, body, operation)
            .With("Azure-AsyncOperation", Signed(request, operation, ContainerService, location, "operations", "2016-03-30", null));
        return status == 202 ? answer.With("Location", Signed(request, operation, ContainerService, location, "operationresults",
            "2016-03-30", null)) : answer;
    }

    /// <summary>
    /// A cluster extension's operation: a page below the extension itself, and beside it, after a PUT, a Location on a host of the
    /// provider's own (recorded).
    /// </summary>
    public Answer Extension(ArmRequest request, Operation operation, int status, JsonNode? body, string location)
    {
        var signature = operation.Name.Replace("-", "", StringComparison.Ordinal);
        var answer = Waiting(status, body, operation).With("Azure-AsyncOperation", string.Create(CultureInfo.InvariantCulture,
            $"{request.Origin}{operation.Target}/operations/{operation.Name}?api-version={request.ApiVersion}")
            + string.Create(CultureInfo.InvariantCulture,
                $"&t={operation.Started.UtcTicks}&c={signature}simulated&s={signature[..16]}&h={signature[16..]}"));
        return request.Method != "PUT" ? answer
            : answer.With("Location", $"https://{location}.rp.kubernetesconfiguration.simulator.invalid{operation.Target}");
    }

    /// <summary>The page of an extension's operation: while it runs, its status is what is being done (recorded).</summary>
    public Answer ExtensionStatus(ArmRequest request)
    {
        var operation = Find(request);
        var isRunning = operation.Status == "InProgress";
        var body = new JsonObject
        {
            ["id"] = $"{operation.Target}/operations/{operation.Name}",
            ["name"] = operation.Name,
            ["status"] = isRunning ? operation.Payload.Text("doing") : operation.Status,
        };
        if (operation.Error is { } error)
            body["error"] = error.DeepClone();
        return isRunning ? Waiting(200, body, operation) : Answer.Ok(body);
    }

    /// <summary>A resource group's deletion: Location alone (recorded).</summary>
    public Answer Group(ArmRequest request, Operation operation) => Waiting(202, null, operation, real: true, seconds: 15)
        .With("Location", $"{Subscription(request)}/operationresults/{operation.Name}?api-version={request.ApiVersion}");

    private static string Subscription(ArmRequest request) => $"{request.Origin}/subscriptions/{request.Path.Subscription}";

    /// <summary>A storage account's creation: Location alone (recorded).</summary>
    public Answer StorageWrite(ArmRequest request, Operation operation, string location) =>
        Waiting(202, null, operation, real: true, seconds: 17)
        .With("Location", Signed(request, operation, Storage, location, "asyncoperations", request.ApiVersion, null));

    /// <summary>The page behind Azure-AsyncOperation: always 200, the state in the body.</summary>
    public Answer Status(ArmRequest request)
    {
        var operation = Find(request);
        var body = new JsonObject { ["status"] = operation.Status };
        if (request.Path.Namespace.Same(ContainerService))
        {
            body = new JsonObject
            {
                ["name"] = operation.Name,
                ["status"] = operation.Status,
                ["startTime"] = Json.Stamp(operation.Started)
            };
            if (operation.Record.Body.Time("ended") is { } ended)
                body["endTime"] = Json.Stamp(ended);
        }
        else if (request.Path.Namespace.Same(MachineLearning) && operation.Status == "Succeeded")
        {
            body["percentComplete"] = 100.0;
        }
        if (operation.Error is { } error)
            body["error"] = error.DeepClone();
        return operation.Status == "InProgress" ? Waiting(200, body, operation, real: request.Path.Namespace.Same(Network))
            : Answer.Ok(body);
    }

    /// <summary>The page behind Location: 202 until done, then the final answer.</summary>
    public Answer Result(ArmRequest request)
    {
        var operation = Find(request);
        if (operation.Status == "InProgress")
        {
            return Waiting(202, null, operation, real: true, seconds: 10)
                .With("Location", request.Http.Uri.AbsoluteUri);
        }
        if (operation.Error is { } error)
        {
            return request.Path.Namespace is null ? new Answer(409, new JsonObject { ["Error"] = Capitalized(error) })
                : throw new ArmException(409, error.Text("code") ?? "Conflict", error.Text("message") ?? "The operation failed.");
        }
        return state.World.Find(operation.Target) is { } made && !operation.Kind.EndsWith("delete", StringComparison.Ordinal)
            ? Answer.Ok(made.Body.DeepClone()) : new Answer(request.Path.Namespace.Same(Network) ? 204 : 200);
    }

    /// <summary>An error as the jobs of Resource Manager itself write it: every member is there, with a capital (recorded).</summary>
    private static JsonObject Capitalized(JsonObject error) => new()
    {
        ["Code"] = error["code"]?.DeepClone(),
        ["Target"] = error["target"]?.DeepClone(),
        ["Message"] = error["message"]?.DeepClone(),
        ["Details"] = error.Array("details") is null ? null
            : new JsonArray([.. error.Objects("details").Select(detail => (JsonNode)Capitalized(detail))]),
        ["AdditionalInfo"] = null,
    };

    public Operation Find(ArmRequest request)
    {
        var name = request.Path.Namespace is null ? request.Path.Segments[^1] : request.Path.Names[^1];
        return operations.Find(name) ?? throw new ArmException(404, "NotFound", $"The operation '{name}' was not found.");
    }

    private Answer Waiting(int status, JsonNode? body, Operation operation, bool real = false, int? seconds = null)
    {
        // Never a longer wait than the operation needs: what is nearly done is asked for soon.
        var left = operation.Due - state.Now;
        var ask = TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling(Math.Min((seconds is { } s ? TimeSpan.FromSeconds(s)
            : state.Settings.Poll).TotalSeconds, left.TotalSeconds))));
        return new Answer(status, body) { Wait = ask, RealProviderWaits = real };
    }

    /// <summary>The address of a status page. The real ones are signed; these have the same parameters, made up.</summary>
    private static string Signed(ArmRequest request, Operation operation, string ns, string location, string page, string version,
        string? extra)
    {
        var signature = operation.Name.Replace("-", "", StringComparison.Ordinal);
        return string.Create(CultureInfo.InvariantCulture,
            $"{Subscription(request)}/providers/{ns}/locations/{location}/{page}/{operation.Name}?api-version={version}")
            + (extra is null ? "" : "&" + extra)
            + string.Create(CultureInfo.InvariantCulture,
                $"&t={operation.Started.UtcTicks}&c={signature}simulated&s={signature[..16]}&h={signature[16..]}");
    }
}
