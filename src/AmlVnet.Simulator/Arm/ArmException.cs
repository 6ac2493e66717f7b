namespace AmlVnet.Simulator.Arm;

/// <summary>How a provider wraps its errors.</summary>
internal enum ErrorShape
{
    /// <summary><c>{"error":{…}}</c>, as the gateway and most providers do.</summary>
    Wrapped,

    /// <summary>The error itself, as the AKS provider does.</summary>
    Flat,

    /// <summary>Wrapped, with the machine learning service's extra members.</summary>
    MachineLearning,
}

/// <summary>An error answer.</summary>
internal sealed class ArmException(int status, string code, string message, string? target = null) : Exception(message)
{
    public int Status { get; } = status;

    public string Code { get; } = code;

    public string? Target { get; } = target;

    public IReadOnlyList<JsonObject> Details { get; init; } = [];

    public ErrorShape Shape { get; init; } = ErrorShape.Wrapped;

    public bool FromGateway { get; init; }

    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether a proxy on the way answered, with a page of HTML.</summary>
    public bool IsPage { get; init; }

    /// <summary>Members that only one code has.</summary>
    public JsonObject? Extra { get; init; }

    public JsonObject ToBody(string? location, DateTimeOffset now)
    {
        var details = Details.Select(d => d.DeepClone()).ToArray();
        switch (Shape)
        {
            case ErrorShape.Flat:
                return new JsonObject
                {
                    ["code"] = Code,
                    ["details"] = details.Length == 0 ? null : new JsonArray(details),
                    ["message"] = Message,
                    ["subcode"] = "",
                    ["target"] = Target,
                };
            case ErrorShape.MachineLearning:
                return new JsonObject
                {
                    ["error"] = new JsonObject
                    {
                        ["code"] = Code,
                        ["severity"] = null,
                        ["message"] = Message,
                        ["messageFormat"] = null,
                        ["messageParameters"] = null,
                        ["referenceCode"] = null,
                        ["detailsUri"] = null,
                        ["target"] = Target,
                        ["details"] = new JsonArray(details),
                        ["innerError"] = null,
                        ["debugInfo"] = null,
                        ["additionalInfo"] = null,
                    },
                    ["correlation"] = new JsonObject
                    {
                        ["operation"] = Guid.NewGuid().ToString("N"),
                        ["request"] = Guid.NewGuid().ToString("N")[..16]
                    },
                    ["environment"] = location,
                    ["location"] = location,
                    ["time"] = Json.Stamp(now),
                    ["componentName"] = "machinelearningcompute",
                };
            default:
                var error = new JsonObject { ["code"] = Code, ["message"] = Message };
                if (Target is not null)
                    error["target"] = Target;
                if (details.Length > 0)
                    error["details"] = new JsonArray(details);
                foreach (var (name, value) in Extra ?? [])
                    error[name] = value?.DeepClone();
                return new JsonObject { ["error"] = error };
        }
    }

    public static JsonObject Detail(string code, string message, string? target = null)
    {
        var detail = new JsonObject { ["code"] = code, ["message"] = message };
        if (target is not null)
            detail["target"] = target;
        return detail;
    }

    private static ArmException Gateway(int status, string code, string message) => new(status, code, message) { FromGateway = true };

    public static ArmException SubscriptionNotFound(string id) =>
        Gateway(404, "SubscriptionNotFound", $"The subscription '{id}' could not be found.");

    public static ArmException ResourceGroupNotFound(string name) =>
        Gateway(404, "ResourceGroupNotFound", $"Resource group '{name}' could not be found.");

    public static ArmException ResourceNotFound(string typeAndName, string? group) =>
        Gateway(404, "ResourceNotFound", $"The Resource '{typeAndName}' under resource group '{group ?? "<null>"}' was not found. "
            + "For more details please go to https://aka.ms/ARMResourceNotFoundFix");

    public static ArmException ParentResourceNotFound(string verb, string type, string parent) =>
        Gateway(404, "ParentResourceNotFound", $"Failed to perform '{verb}' on resource(s) of type '{type}', because the parent resource "
            + $"'{parent}' could not be found.");

    public static ArmException InvalidJson(string what) =>
        Gateway(400, "InvalidRequestContent", $"The request content was invalid and could not be deserialized: '{what}'.");

    public static ArmException MethodNotAllowed(string method, string type) =>
        Gateway(405, "MethodNotAllowed", $"The requested resource of type '{type}' does not support http method '{method}'.");
}
