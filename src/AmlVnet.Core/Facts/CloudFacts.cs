namespace AmlVnet.Core.Facts;

/// <summary>What the cloud says of a region and what it offers there.</summary>
public sealed record CloudFacts
{
    /// <summary>The Kubernetes versions that AKS offers in the cluster's region.</summary>
    public Known<IReadOnlyList<KubernetesVersionFacts>> KubernetesVersions { get; init; }

    /// <summary>The sizes of virtual machine that the region offers, by name.</summary>
    public Known<IReadOnlyDictionary<string, VmSizeFacts>> VmSizes { get; init; }

    /// <summary>The region that the workspace's region is paired with, in its short form; not gathered where nothing asks for it.</summary>
    public Known<string> PairedRegion { get; init; }

    /// <summary>Today, in the cloud's time; null without a connection, where the checks take this computer's.</summary>
    public DateTimeOffset? Now { get; init; }
}

/// <summary>A minor version of Kubernetes that AKS offers.</summary>
/// <param name="Version">Major and minor (<c>1.30</c>).</param>
/// <param name="IsPreview">Whether it is offered for trial only.</param>
/// <param name="Patches">The patch versions (<c>1.30.4</c>).</param>
public sealed record KubernetesVersionFacts(string Version, bool IsPreview, IReadOnlyList<string> Patches);

/// <summary>A size of virtual machine.</summary>
/// <param name="Cores">The virtual CPUs that it really has; null when the list does not say.</param>
/// <param name="Retires">The day on which it is retired, as the list says it; null when it says nothing of it.</param>
/// <param name="MemoryGB">Its memory in GiB; null when the list does not say.</param>
public sealed record VmSizeFacts(int? Cores, string? Retires, double? MemoryGB = null);
