namespace AmlVnet.Arm.Reading;

/// <summary>Reads what a workspace works with, and the private endpoints that lead there.</summary>
internal sealed class AssociatedResourceReading(AzureReader azure)
{
    internal Task<Known<IReadOnlyList<AssociatedResourceFacts>>> ReadStorageAsync(string? text, CancellationToken cancel) =>
        ReadAsync(text, "Microsoft.Storage/storageAccounts", "storage account", azure.StorageAccounts.FindAsync, static account => new(
            account.Id, account.Properties?.PublicNetworkAccess, account.Properties?.NetworkAcls,
            account.Properties?.PrivateEndpointConnections), cancel);

    internal Task<Known<IReadOnlyList<AssociatedResourceFacts>>> ReadKeyVaultAsync(string? text, CancellationToken cancel) =>
        ReadAsync(text, "Microsoft.KeyVault/vaults", "key vault", azure.KeyVaults.FindAsync, static vault => new(
            vault.Id, vault.Properties?.PublicNetworkAccess, vault.Properties?.NetworkAcls, vault.Properties?.PrivateEndpointConnections),
            cancel);

    internal Task<Known<IReadOnlyList<AssociatedResourceFacts>>> ReadRegistryAsync(string? text, CancellationToken cancel) =>
        ReadAsync(text, "Microsoft.ContainerRegistry/registries", "container registry", azure.ContainerRegistries.FindAsync,
            static registry => new(
            registry.Id, registry.Properties?.PublicNetworkAccess, registry.Properties?.NetworkRuleSet,
            registry.Properties?.PrivateEndpointConnections), cancel);

    private async Task<Known<IReadOnlyList<AssociatedResourceFacts>>> ReadAsync<T>(
        string? text, string type, string what, Func<ArmId, CancellationToken, Task<T?>> find, Func<T, Access> access,
        CancellationToken cancel) where T : class
    {
        if (!ArmId.TryParse(text, type, out var id, out _))
            return Known.None<IReadOnlyList<AssociatedResourceFacts>>($"The workspace names no {what}.");
        var read = await FactsReader.TryAsync(() => find(id, cancel), $"The {what} '{id}' does not exist.").ConfigureAwait(false);
        return read switch
        {
            { Value: { } value } =>
                Known.Of<IReadOnlyList<AssociatedResourceFacts>>([await ToFactsAsync(id, access(value), cancel).ConfigureAwait(false)]),
            { State: KnownState.Unknown } => Known.Unknown<IReadOnlyList<AssociatedResourceFacts>>(read.Why!),
            _ => Known.None<IReadOnlyList<AssociatedResourceFacts>>(read.Why),
        };
    }

    private async Task<AssociatedResourceFacts> ToFactsAsync(ArmId id, Access access, CancellationToken cancel)
    {
        List<PrivateEndpointFacts>? endpoints = [];
        foreach (var connection in access.Connections ?? [])
        {
            // Only an approved connection carries traffic.
            if (!string.Equals(connection.Properties?.PrivateLinkServiceConnectionState?.Status, "Approved",
                StringComparison.OrdinalIgnoreCase)) continue;
            if (!ArmId.TryParse(connection.Properties?.PrivateEndpoint?.Id, out var endpointId, out _)) continue;
            var endpoint = await FactsReader.TryAsync(() => azure.Networks.FindPrivateEndpointAsync(endpointId, cancel),
                "").ConfigureAwait(false);
            if (endpoint.Value?.Properties is { Subnet.Id: { } subnet } properties)
                endpoints?.Add(new PrivateEndpointFacts(endpointId.ToString(), subnet)
                {
                    GroupIds = [
                        .. (properties.PrivateLinkServiceConnections ?? []).Concat(properties.ManualPrivateLinkServiceConnections ?? [])
                        .SelectMany(static one => one.Properties?.GroupIds ?? [])],
                    Zones = await ReadZonesAsync(endpointId, cancel).ConfigureAwait(false),
                });
            else endpoints = null;
        }

        return new AssociatedResourceFacts
        {
            Id = access.Id ?? id.ToString(),
            DefaultAction = access.Rules?.DefaultAction,
            PublicNetworkAccess = access.PublicNetworkAccess,
            AllowedSubnetIds = [.. (access.Rules?.VirtualNetworkRules ?? []).Select(static rule => rule.Id).OfType<string>()],
            PrivateEndpoints = endpoints,
        };
    }

    private Task<Known<IReadOnlyList<PrivateZoneFacts>>> ReadZonesAsync(ArmId endpoint, CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
    {
        var zones = new List<PrivateZoneFacts>();
        await foreach (var group in azure.PrivateZones.ListGroupsAsync(endpoint, cancel).ConfigureAwait(false))
        {
            foreach (var config in group.Properties?.PrivateDnsZoneConfigs ?? [])
            {
                if (!ArmId.TryParse(config.Properties?.PrivateDnsZoneId, out var zone, out _)) continue;
                var linked = new List<string>();
                await foreach (var link in azure.PrivateZones.ListLinksAsync(zone, cancel).ConfigureAwait(false))
                    if (link.Properties is { VirtualNetwork.Id: { } network, VirtualNetworkLinkState: null or "Completed" })
                        linked.Add(network);
                zones.Add(new PrivateZoneFacts(zone.ToString(), linked));
            }
        }

        return (IReadOnlyList<PrivateZoneFacts>?)zones;
    }, "");

    /// <summary>What the three say alike.</summary>
    private sealed record Access(string? Id, string? PublicNetworkAccess, WireNetworkAcls? Rules,
        WirePrivateEndpointConnection[]? Connections);
}
