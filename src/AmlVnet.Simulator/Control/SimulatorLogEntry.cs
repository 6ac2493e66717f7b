namespace AmlVnet.Simulator.Control;

/// <summary>One request that the simulator answered. Headers and bodies are not kept: they may hold secrets.</summary>
public sealed record SimulatorLogEntry
{
    /// <summary>The request's number, from 1.</summary>
    public required long Number { get; init; }

    /// <summary>The simulated time of the request.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>The path, without the query.</summary>
    public required string Path { get; init; }

    /// <summary>The <c>api-version</c>; null when the request had none.</summary>
    public string? ApiVersion { get; init; }

    /// <summary>The resource type the request went to, such as <c>Microsoft.Network/virtualNetworks</c>; null where there is
    /// none.</summary>
    public string? ResourceType { get; init; }

    /// <summary>The HTTP status of the answer.</summary>
    public required int Status { get; init; }

    /// <summary>The error code of the answer; null when it has none.</summary>
    public string? ErrorCode { get; init; }

    /// <summary>The fault rule that shaped the answer; null when none did.</summary>
    public string? FaultId { get; init; }

    /// <summary>Whether the request could change something: any method but GET, HEAD and the reading POSTs.</summary>
    public bool IsWrite { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} {Status}{(ErrorCode is null ? "" : " " + ErrorCode)}";
}
