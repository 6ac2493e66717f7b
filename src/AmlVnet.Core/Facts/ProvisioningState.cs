namespace AmlVnet.Core.Facts;

/// <summary>How far a change of a resource is. A word that is not known here is one of a change that goes on.</summary>
public readonly record struct ProvisioningState(Word Word)
{
    /// <summary>It is done.</summary>
    public static ProvisioningState Succeeded { get; } = new(new Word("Succeeded"));

    /// <summary>It failed.</summary>
    public static ProvisioningState Failed { get; } = new(new Word("Failed"));

    /// <summary>Somebody stopped it.</summary>
    public static ProvisioningState Canceled { get; } = new(new Word("Canceled"));

    /// <summary>The resource is being made.</summary>
    public static ProvisioningState Creating { get; } = new(new Word("Creating"));

    /// <summary>The resource is being removed.</summary>
    public static ProvisioningState Deleting { get; } = new(new Word("Deleting"));

    /// <summary>The service does not know either.</summary>
    public static ProvisioningState Unknown { get; } = new(new Word("Unknown"));

    /// <summary>Whether it ended otherwise than it was to.</summary>
    public bool HasFailed => this == Failed || this == Canceled;

    /// <summary>Whether it ended.</summary>
    public bool IsOver => this == Succeeded || HasFailed;

    /// <summary>Whether it goes on.</summary>
    public bool IsBusy => !IsOver && this != Unknown;

    /// <summary>The state of a compute; null where the service does not say.</summary>
    public static ProvisioningState? Of(AksCompute compute) => compute.ProvisioningState;

    /// <inheritdoc cref="Of(AksCompute)"/>
    public static ProvisioningState? Of(KubernetesCompute compute) => compute.ProvisioningState;

    /// <inheritdoc/>
    public override string ToString() => Word.ToString();

    /// <summary>What the service says; nothing where it says nothing.</summary>
    public static implicit operator ProvisioningState?(string? text) => Word.Of(text) is { } word ? new(word) : null;
}
