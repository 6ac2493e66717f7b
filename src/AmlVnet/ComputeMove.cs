using System.Diagnostics.CodeAnalysis;

namespace AmlVnet;

/// <summary>The ways from an AKS compute (v1) to a Kubernetes compute on the same cluster.</summary>
public enum MovePath
{
    /// <summary>The old router is removed first, as Microsoft Learn has it. Scoring stops until the models are deployed anew.</summary>
    Clean,

    /// <summary>The old router stays beside the new one. A preview, documented in Azure/AML-Kubernetes only.</summary>
    Coexist,
}

/// <summary>Something that is other for clients after a move.</summary>
/// <param name="What">What it is.</param>
/// <param name="Before">What it was.</param>
/// <param name="After">What it is now.</param>
public sealed record MoveChange(string What, string? Before, string? After)
{
    /// <inheritdoc/>
    public override string ToString() => $"{What}: {Before ?? "none"} -> {After ?? "none"}";
}

/// <summary>The outcome of Move-AmlAksCompute: that of making the Kubernetes compute private, and what is left of the AKS compute.</summary>
public sealed record ComputeMove : PrivateInference
{
    /// <summary>An outcome that is described.</summary>
    public ComputeMove()
    {
    }

    [SetsRequiredMembers]
    internal ComputeMove(PrivateInference outcome, MovePath path, string status, Uri source, string oldComputeId, bool isDetached)
        : base(outcome) => (Path, Status, Source, OldComputeId, IsDetached) = (path, status, source.AbsoluteUri, oldComputeId, isDetached);

    /// <summary>The way that was gone.</summary>
    public required MovePath Path { get; init; }

    /// <summary>How far the way is supported: documented, or a preview.</summary>
    public required string Status { get; init; }

    /// <summary>The public document that it comes from.</summary>
    public required string Source { get; init; }

    /// <summary>The ARM id of the AKS compute.</summary>
    public required string OldComputeId { get; init; }

    /// <summary>What was found before the first write.</summary>
    public CheckResult[] Readiness { get; init; } = [];

    /// <summary>What changes for clients.</summary>
    public MoveChange[] ClientChanges { get; init; } = [];

    /// <summary>The certificate and key that have to be carried over, and how; empty where the old endpoint has no TLS.</summary>
    public string[] TlsMaterial { get; init; } = [];

    /// <summary>What is left to be done, each a command or a sentence.</summary>
    public string[] Remaining { get; init; } = [];

    /// <summary>Whether the AKS compute was detached.</summary>
    public required bool IsDetached { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{OldComputeId} -> {ComputeId} ({Path})";
}
