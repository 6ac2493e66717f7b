using System.Runtime.CompilerServices;
using AmlVnet.Arm.SignIn;

namespace AmlVnet.Arm.Reading;

/// <summary>A subnet as a list of virtual networks shows it.</summary>
internal sealed record ListedSubnet(ArmId Id, string Prefixes);

/// <summary>A virtual network as a list shows it.</summary>
internal sealed record ListedNetwork(ArmId Id, string? Location, string Prefixes, IReadOnlyList<ListedSubnet> Subnets);

/// <summary>A cluster as a list shows it.</summary>
internal sealed record ListedCluster(ArmId Id, string? Location, string? KubernetesVersion);

/// <summary>What there is, for those who choose: page by page, and nothing of it is kept.</summary>
internal sealed class Listings(AzureConnection connection)
{
    /// <summary>The workspaces of a resource group or a subscription.</summary>
    internal async IAsyncEnumerable<Workspace> WorkspacesAsync(ArmId scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in connection.Services.Workspaces.ListAsync(scope, cancel).ConfigureAwait(false))
            yield return wire.ToWorkspace();
    }

    /// <summary>A workspace; null where it does not exist.</summary>
    internal async Task<Workspace?> FindWorkspaceAsync(ArmId id, CancellationToken cancel) =>
        (await connection.Services.Workspaces.FindAsync(id, cancel).ConfigureAwait(false))?.ToWorkspace();

    /// <summary>The virtual networks of a resource group or a subscription.</summary>
    internal async IAsyncEnumerable<ListedNetwork> NetworksAsync(ArmId scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in connection.Services.Networks.ListAsync(scope, cancel).ConfigureAwait(false))
            if (ToListed(wire) is { } network)
                yield return network;
    }

    /// <summary>A virtual network; null where it does not exist.</summary>
    internal async Task<ListedNetwork?> FindNetworkAsync(ArmId id, CancellationToken cancel) =>
        await connection.Services.Networks.FindAsync(id, cancel).ConfigureAwait(false) is { } wire ? ToListed(wire) : null;

    /// <summary>The clusters of a resource group or a subscription.</summary>
    internal async IAsyncEnumerable<ListedCluster> ClustersAsync(ArmId scope, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in connection.Services.ManagedClusters.ListAsync(scope, cancel).ConfigureAwait(false))
            if (ArmId.TryParse(wire.Id, out var id, out _))
                yield return new ListedCluster(id, wire.Location, wire.Properties?.KubernetesVersion);
    }

    /// <summary>The names of the service tags that Azure lists in a region.</summary>
    internal async Task<IReadOnlyList<string>> ServiceTagsAsync(string subscription, string region, CancellationToken cancel)
    {
        var tags = await connection.Services.Networks.GetServiceTagsAsync(subscription, region, cancel).ConfigureAwait(false);
        return [.. (tags.Values ?? []).Select(static one => one.Name).OfType<string>()];
    }

    private static ListedNetwork? ToListed(WireVirtualNetwork wire) => !ArmId.TryParse(wire.Id, out var id, out _) ? null
        : new ListedNetwork(id, wire.Location, string.Join(", ", wire.Properties?.AddressSpace?.AddressPrefixes ?? []),
            [.. (wire.Properties?.Subnets ?? []).Select(static one => ArmId.TryParse(one.Id, out var subnet, out _)
                ? new ListedSubnet(subnet, one.Properties?.AddressPrefix ?? string.Join(", ", one.Properties?.AddressPrefixes ?? []))
                : null)
                .OfType<ListedSubnet>()]);
}
