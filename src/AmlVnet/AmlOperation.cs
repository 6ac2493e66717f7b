namespace AmlVnet;

/// <summary>A long-running operation that was not waited for. It survives Export-Clixml and JSON; Wait-AmlOperation resumes it.</summary>
public sealed record AmlOperation
{
    /// <summary>The id that the service gave the operation.</summary>
    public required string OperationId { get; init; }

    /// <summary>The ARM id of the resource that the operation makes, changes or removes.</summary>
    public required string ResourceId { get; init; }

    /// <summary>What is being done, such as <c>CreateAksCompute</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>When the operation was accepted.</summary>
    public required DateTimeOffset StartedOn { get; init; }

    /// <summary>What Wait-AmlOperation needs in order to resume. It is no credential: polling still needs a sign-in.</summary>
    public required string Token { get; init; }

    /// <summary>Names the operation without its token.</summary>
    public override string ToString() => $"{Kind} {ResourceId}";
}
