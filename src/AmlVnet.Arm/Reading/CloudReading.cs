namespace AmlVnet.Arm.Reading;

/// <summary>Reads what the cloud says of a region: Kubernetes versions, sizes of virtual machine,
/// and the region that it is paired with.</summary>
internal sealed class CloudReading(AzureReader azure)
{
    /// <summary>Adds what the rules about this cluster, or the one that is to be made, ask for.</summary>
    internal async Task<NetworkFacts> AddAsync(NetworkFacts facts, CancellationToken cancel)
    {
        var cluster = facts.Cluster.Value;
        var owner = cluster?.Id ?? facts.Compute.Value?.Id ?? facts.Workspace.Value?.Id;
        var location = cluster?.Location ?? facts.Compute.Value?.Location ?? facts.Workspace.Value?.Location;
        if (!ArmId.TryParse(owner, out var id, out _) || id.SubscriptionId is not { } subscription || string.IsNullOrEmpty(location))
            return facts;
        location = AzureRegion.Normalize(location);
        var cloud = new CloudFacts
        {
            Now = azure.Now,
            VmSizes = await azure.Facts.ReadVmSizesAsync(subscription, location, cancel).ConfigureAwait(false),
            KubernetesVersions = cluster is null ? default : await ReadVersionsAsync(subscription, location, cancel).ConfigureAwait(false),
        };
        // Only an API server that is shut to others asks who has to get in.
        if (cluster is not { IsPrivateCluster: false, AuthorizedIPRanges.Count: > 0 }) return facts with { Cloud = cloud };
        var home = facts.Workspace.Value?.Location is { Length: > 0 } own ? AzureRegion.Normalize(own) : location;
        var tags = await azure.Facts.ReadServiceTagsAsync(subscription, home, cancel).ConfigureAwait(false);
        return facts with
        {
            Cloud = cloud with { PairedRegion = await ReadPairAsync(subscription, home, cancel).ConfigureAwait(false) },
            ServiceTags = facts.ServiceTags.Count > 0 || tags.Value is null ? facts.ServiceTags
                : (tags.Value.Values ?? []).Where(static tag => tag.Name is not null).DistinctBy(static tag => tag.Name)
                    .ToDictionary(static tag => tag.Name!, static tag => (IReadOnlyList<string>)(tag.Properties?.AddressPrefixes ?? [])),
        };
    }

    private Task<Known<IReadOnlyList<KubernetesVersionFacts>>> ReadVersionsAsync(string subscription, string location,
        CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
        {
            var list = await azure.OnceAsync($"kubernetesVersions {subscription} {location}",
                () => azure.ManagedClusters.GetVersionsAsync(subscription, location, cancel)).ConfigureAwait(false);
            return (IReadOnlyList<KubernetesVersionFacts>?)(list.Values ?? []).Where(static one => one.Version is not null)
                .Select(static one => new KubernetesVersionFacts(one.Version!, one.IsPreview == true,
                    [.. one.PatchVersions?.Keys.AsEnumerable() ?? []])).ToArray();
        }, "");

    /// <summary>The regions in which a subscription may work, in their short form; read once for each connection.</summary>
    internal Task<Known<IReadOnlyList<string>>> ReadRegionsAsync(string subscription, CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
        (IReadOnlyList<string>?)await azure.OnceAsync($"locations {subscription}", async () =>
        {
            var names = new List<string>();
            await foreach (var (name, _, _) in azure.Subscriptions.ListLocationsAsync(subscription, cancel).ConfigureAwait(false))
                names.Add(name);
            return names;
        }).ConfigureAwait(false), "");

    private Task<Known<string>> ReadPairAsync(string subscription, string location, CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
    {
        await foreach (var (name, _, pair) in azure.Subscriptions.ListLocationsAsync(subscription, cancel).ConfigureAwait(false))
            if (AzureRegion.AreSame(name, location))
                return pair;
        return null;
    }, $"The region {location} is paired with none.");
}
