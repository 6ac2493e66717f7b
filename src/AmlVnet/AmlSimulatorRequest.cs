namespace AmlVnet;

/// <summary>A request that the simulator answered.</summary>
public sealed record AmlSimulatorRequest
{
    /// <summary>The request's number, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>When it was answered, in simulated time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without its query.</summary>
    public required string Path { get; init; }

    /// <summary>The api-version that was asked for.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The resource type that the path names.</summary>
    public string? ResourceType { get; init; }

    /// <summary>The HTTP status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>The code of the error in the answer.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The id of the fault rule that hit the request.</summary>
    public string? FaultId { get; init; }

    /// <summary>Whether the request would change something.</summary>
    public required bool IsWrite { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} {Status}{(ErrorCode is null ? "" : " " + ErrorCode)}";
}

/// <summary>A rule by which the simulator makes requests fail.</summary>
public sealed record AmlSimulatorFault
{
    /// <summary>The rule's name.</summary>
    public required string Id { get; init; }

    /// <summary>Error, Html, LostAnswer, FailOperation, ForeignLocation or ForeignOperation.</summary>
    public required string Kind { get; init; }

    /// <summary>The HTTP method it hits; null is any.</summary>
    public string? Method { get; init; }

    /// <summary>The resource type it hits; null is any.</summary>
    public string? ResourceType { get; init; }

    /// <summary>The HTTP status it answers with.</summary>
    public required int Status { get; init; }

    /// <summary>The error code it answers with.</summary>
    public required string Code { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Id}: {Kind} {Status} {Code} on {Method ?? "any method"} {ResourceType ?? "any type"}";
}

/// <summary>What the simulator is set to.</summary>
public sealed record AmlSimulatorState
{
    /// <summary>The simulated time.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The settings and their values, as JSON text.</summary>
    public required IReadOnlyDictionary<string, string> Setting { get; init; }

    /// <summary>The fault rules, in the order in which they are tried.</summary>
    public required AmlSimulatorFault[] Fault { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Time:u}, {Fault.Length} fault rule{(Fault.Length == 1 ? "" : "s")}";
}
