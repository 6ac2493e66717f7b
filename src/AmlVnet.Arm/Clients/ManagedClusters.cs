using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace AmlVnet.Arm.Clients;

/// <summary>
/// Microsoft.ContainerService/managedClusters, read with a version that has what the checks look at,
/// or else with the newest that the cloud lists.
/// </summary>
/// <param name="arm">The endpoint.</param>
/// <param name="versions">The version to ask with, by subscription: a cloud has one list,
/// which is asked for once in the life of a connection.</param>
internal sealed class ManagedClustersClient(ResourceEndpoint arm, ConcurrentDictionary<string, string> versions)
{
    private const string ProvidersVersion = "2021-04-01";

    internal async Task<WireManagedCluster?> FindAsync(ArmId id, CancellationToken cancel)
    {
        var version = VersionOf(id);
        try
        {
            return await FindAsync(id, version, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (IsUnknownVersion(e))
        {
            return await FindAsync(id, await FallBackAsync(id, version, e, cancel).ConfigureAwait(false), cancel).ConfigureAwait(false);
        }
    }

    internal async IAsyncEnumerable<WireManagedCluster> ListAsync(ArmId scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        var version = VersionOf(scope);
        var pages = List(scope, version, cancel).GetAsyncEnumerator(cancel);
        bool hasOne;
        try
        {
            hasOne = await pages.MoveNextAsync().ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (IsUnknownVersion(e))
        {
            await pages.DisposeAsync().ConfigureAwait(false);
            version = await FallBackAsync(scope, version, e, cancel).ConfigureAwait(false);
            pages = List(scope, version, cancel).GetAsyncEnumerator(cancel);
            hasOne = await pages.MoveNextAsync().ConfigureAwait(false);
        }

        await using (pages.ConfigureAwait(false))
            for (; hasOne; hasOne = await pages.MoveNextAsync().ConfigureAwait(false))
                yield return pages.Current with { ApiVersion = version };
    }

    /// <summary>The Kubernetes versions that AKS offers in a region, asked with the version that clusters are read with.</summary>
    internal Task<WireKubernetesVersions> GetVersionsAsync(string subscriptionId, string location, CancellationToken cancel) =>
        arm.GetAsync(
        $"/subscriptions/{subscriptionId}/providers/Microsoft.ContainerService/locations/{location}/kubernetesVersions",
        versions.GetValueOrDefault(subscriptionId, ManagedClusterVersions.Preferred), WireJson.Default.WireKubernetesVersions, cancel);

    private async Task<WireManagedCluster?> FindAsync(ArmId id, string version, CancellationToken cancel) =>
        await arm.FindAsync(id.ToString(), version, WireJson.Default.WireManagedCluster, cancel).ConfigureAwait(false) is { } found
            ? found with { ApiVersion = version } : null;

    private IAsyncEnumerable<WireManagedCluster> List(ArmId scope, string version, CancellationToken cancel) =>
        arm.ListAsync($"{scope}/providers/Microsoft.ContainerService/managedClusters", version, WireJson.Default.PageWireManagedCluster,
            cancel);

    private string VersionOf(ArmId id) => versions.GetValueOrDefault(id.SubscriptionId!, ManagedClusterVersions.Preferred);

    private static bool IsUnknownVersion(ArmRequestException e) =>
        e.Status is 400 or 404
            && e.Code is "NoRegisteredProviderFound" or "InvalidApiVersionParameter" or "InvalidResourceType" or "UnsupportedApiVersion";

    private async Task<string> FallBackAsync(ArmId id, string tried, ArmRequestException refused, CancellationToken cancel)
    {
        var provider = await arm.GetAsync($"/subscriptions/{id.SubscriptionId}/providers/Microsoft.ContainerService", ProvidersVersion,
            WireJson.Default.WireProvider, cancel).ConfigureAwait(false);
        var type = provider.ResourceTypes?.FirstOrDefault(
            static one => string.Equals(one.ResourceType, "managedClusters", StringComparison.OrdinalIgnoreCase));
        if (ManagedClusterVersions.NewestOf(type?.ApiVersions ?? []) is not { } newest || newest == tried) throw refused;
        return versions[id.SubscriptionId!] = newest;
    }
}

/// <summary>
/// Which member of a managed cluster came with which api-version. Source: the types of the Bicep compiler 0.49.2. A cloud that has no
/// version with a member can't show it, and then its absence tells nothing.
/// </summary>
internal static class ManagedClusterVersions
{
    /// <summary>The version that is asked for first: it has all members that are read here.</summary>
    internal const string Preferred = "2026-05-01";

    /// <summary>The first version with <c>hostedSystemProfile</c> and its subnets.</summary>
    internal const string HostedSystem = "2026-02-01";

    /// <summary>The first version with <c>agentPoolProfiles[].virtualMachinesProfile</c>.</summary>
    internal const string VirtualMachines = "2025-04-01";

    internal static bool Has(string? version, string since) => version is not null && string.CompareOrdinal(version, since) >= 0;

    /// <summary>The newest version of a list that is no preview, and no newer than <see cref="Preferred"/> where there is one;
    /// null when there is none.</summary>
    internal static string? NewestOf(IEnumerable<string> versions)
    {
        string[] stable = [.. versions.Where(static version => version.Length == 10).Order(StringComparer.Ordinal)];
        return stable.LastOrDefault(static version => string.CompareOrdinal(version, Preferred) <= 0) ?? stable.LastOrDefault();
    }
}
