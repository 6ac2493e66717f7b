namespace AmlVnet.Simulator.Control;

/// <summary>What a fault does to a request that its rule matches.</summary>
public enum FaultKind
{
    /// <summary>The request is refused with a status and an error body; nothing is done.</summary>
    Error,

    /// <summary>The request is refused with a status and an HTML page instead of JSON, as a proxy does; nothing is done.</summary>
    Html,

    /// <summary>The request is carried out, and then the answer is replaced by an error: the client cannot know.</summary>
    LostAnswer,

    /// <summary>The operation that the request starts ends as Failed with this code and message.</summary>
    FailOperation,

    /// <summary>The request is carried out, and a Location beside the good headers leads to a host that is not Azure Resource Manager's, as
    /// the one of KubernetesConfiguration does.</summary>
    ForeignLocation,

    /// <summary>The request is carried out, and every address in its headers leads to such a host.</summary>
    ForeignOperation,
}

/// <summary>A rule that makes requests fail. Empty conditions match everything.</summary>
public sealed record FaultRule
{
    /// <summary>The rule's name, which no other rule has; made up when null.</summary>
    public string? Id { get; init; }

    /// <summary>The HTTP method; null is any.</summary>
    public string? Method { get; init; }

    /// <summary>The full resource type, such as <c>Microsoft.Network/virtualNetworks/subnets</c>, or <c>operations</c> for polls; null is
    /// any.</summary>
    public string? ResourceType { get; init; }

    /// <summary>A text that the path contains; null is any.</summary>
    public string? PathContains { get; init; }

    /// <summary>Only the n-th matching request, from 1; null is every one.</summary>
    public int? Nth { get; init; }

    /// <summary>How many requests it hits before it is spent; null is no limit.</summary>
    public int? Times { get; init; }

    /// <summary>The chance, above 0 and up to 1, that a matching request is hit, drawn from the simulator's seed; null is always.</summary>
    public double? Probability { get; init; }

    /// <summary>What happens.</summary>
    public FaultKind Kind { get; init; } = FaultKind.Error;

    /// <summary>The HTTP status.</summary>
    public int Status { get; init; } = 500;

    /// <summary>The error code.</summary>
    public string Code { get; init; } = "InternalServerError";

    /// <summary>The error message.</summary>
    public string Message { get; init; } = "Encountered internal server error.";

    /// <summary>Simulated seconds for <c>Retry-After</c>; null sends none.</summary>
    public int? RetryAfterSeconds { get; init; }
}
