namespace AmlVnet.Core.Facts;

/// <summary>What a workspace is.</summary>
public readonly record struct WorkspaceKind(Word Word)
{
    /// <summary>One for machine learning.</summary>
    public static WorkspaceKind Default { get; } = new(new Word("Default"));

    /// <summary>One that projects are in.</summary>
    public static WorkspaceKind Hub { get; } = new(new Word("Hub"));

    /// <summary>One in a hub.</summary>
    public static WorkspaceKind Project { get; } = new(new Word("Project"));

    /// <summary>A store of features.</summary>
    public static WorkspaceKind FeatureStore { get; } = new(new Word("FeatureStore"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator WorkspaceKind?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>What a workspace's managed network lets out.</summary>
public readonly record struct IsolationMode(Word Word)
{
    /// <summary>There is none.</summary>
    public static IsolationMode Disabled { get; } = new(new Word("Disabled"));

    /// <summary>Everything.</summary>
    public static IsolationMode AllowInternetOutbound { get; } = new(new Word("AllowInternetOutbound"));

    /// <summary>What was approved.</summary>
    public static IsolationMode AllowOnlyApprovedOutbound { get; } = new(new Word("AllowOnlyApprovedOutbound"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator IsolationMode?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}

/// <summary>What a compute of a workspace is.</summary>
public readonly record struct ComputeType(Word Word)
{
    /// <summary>A cluster by the v1 route.</summary>
    public static ComputeType Aks { get; } = new(new Word("AKS"));

    /// <summary>A cluster with the extension.</summary>
    public static ComputeType Kubernetes { get; } = new(new Word("Kubernetes"));

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator ComputeType?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}
