using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Core;
using Azure.Core.Pipeline;

namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.Resources/subscriptions: what the sign-in sees.</summary>
internal sealed class SubscriptionsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2022-12-01";

    internal async IAsyncEnumerable<(string Id, string Name, string? TenantId)> ListAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in arm.ListAsync("/subscriptions", ApiVersion, WireJson.Default.PageWireSubscription, cancel)
            .ConfigureAwait(false))
            if (one.SubscriptionId is { } id)
                yield return (id, one.DisplayName ?? id, one.TenantId);
    }

    /// <summary>The regions of a subscription: short form, display name, and the region that it is paired with.</summary>
    internal async IAsyncEnumerable<(string Name, string DisplayName, string? Pair)> ListLocationsAsync(string subscriptionId,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var one in arm.ListAsync($"/subscriptions/{subscriptionId}/locations", ApiVersion,
            WireJson.Default.PageWireLocation, cancel).ConfigureAwait(false))
            if (one.Name is { } name)
                yield return (name, one.DisplayName ?? name, one.Metadata?.PairedRegion is [var pair, ..] ? pair.Name : null);
    }
}

/// <summary>Microsoft.Compute/skus: sizes of virtual machines.</summary>
internal sealed class VmSizesClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2021-07-01";

    /// <summary>The sizes of a region, or of every region that the service lists.</summary>
    internal async IAsyncEnumerable<(string Name, string? Cores, string? Retires, string? MemoryGB)> ListAsync(string subscriptionId,
        string? location,
        [EnumeratorCancellation] CancellationToken cancel)
    {
        var filter = location is null ? "" : $"?$filter={Uri.EscapeDataString($"location eq '{AzureRegion.Normalize(location)}'")}";
        await foreach (var sku in arm.ListAsync($"/subscriptions/{subscriptionId}/providers/Microsoft.Compute/skus{filter}", ApiVersion,
            WireJson.Default.PageWireComputeSku, cancel).ConfigureAwait(false))
            if (sku.Name is not null && string.Equals(sku.ResourceType, "virtualMachines", StringComparison.OrdinalIgnoreCase))
                // A constrained size has the cores of its whole sibling as vCPUs, and its own as vCPUsAvailable.
                yield return (sku.Name, Capability(sku, "vCPUsAvailable") ?? Capability(sku, "vCPUs"), Capability(sku, "RetirementDateUtc"),
                    Capability(sku, "MemoryGB"));
    }

    private static string? Capability(WireComputeSku sku, string name) =>
        sku.Capabilities?.FirstOrDefault(capability => capability.Name == name)?.Value;
}

/// <summary>Microsoft.MachineLearningServices/workspaces.</summary>
internal sealed class WorkspacesClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-10-01";

    /// <summary>Lets v2 in too. The answer shows the mode as it was until the change is felt.</summary>
    internal async Task TurnOffLegacyModeAsync(ArmId id, CancellationToken cancel)
    {
        var body = new WireWorkspace { Properties = new() { V1LegacyMode = false } };
        using var response = await arm.ChangeAsync(RequestMethod.Patch, id.ToString(), ApiVersion,
            JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.WireWorkspace), null, cancel).ConfigureAwait(false);
        if (response.Status == 204) throw Problems.ChangeNotSeen(id.ToString(), "the answer to it is empty");
    }

    internal Task<WireWorkspace?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireWorkspace, cancel);

    /// <summary>All in a resource group or a subscription.</summary>
    internal IAsyncEnumerable<WireWorkspace> ListAsync(ArmId scope, CancellationToken cancel) =>
        arm.ListAsync($"{scope}/providers/Microsoft.MachineLearningServices/workspaces", ApiVersion, WireJson.Default.PageWireWorkspace,
            cancel);
}

/// <summary>Microsoft.MachineLearningServices/workspaces/computes.</summary>
internal sealed class ComputesClient(ResourceEndpoint arm)
{
    // The AKS schema has not changed from here to 2026-05-01, and this version is in every cloud.
    internal const string ApiVersion = "2023-10-01";

    internal Task<WireCompute?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireCompute, cancel);

    internal IAsyncEnumerable<WireCompute> ListAsync(ArmId workspace, CancellationToken cancel) =>
        arm.ListAsync($"{workspace}/computes", ApiVersion, WireJson.Default.PageWireCompute, cancel);

    internal Task<Accepted> PutAsync(ArmId id, WireCompute body, CancellationToken cancel) =>
        ChangeAsync(RequestMethod.Put, id, id.ToString(), JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.WireCompute), cancel);

    internal Task<Accepted> DeleteAsync(ArmId id, UnderlyingResourceAction action, CancellationToken cancel) =>
        ChangeAsync(RequestMethod.Delete, id, $"{id}?underlyingResourceAction={action}", null, cancel);

    private async Task<Accepted> ChangeAsync(RequestMethod method, ArmId id, string path, byte[]? body, CancellationToken cancel)
    {
        using var response = await arm.ChangeAsync(method, path, ApiVersion, body is null ? null : body.AsMemory(), null,
            cancel).ConfigureAwait(false);
        return Accepted.From(response, method, arm.Address(id.ToString(), ApiVersion), id, arm.Destinations);
    }
}

/// <summary>Microsoft.Network: what is read of virtual networks, load balancers and their neighbours.</summary>
internal sealed class NetworksClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-09-01";

    internal Task<WireVirtualNetwork?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireVirtualNetwork, cancel);

    internal IAsyncEnumerable<WireVirtualNetwork> ListAsync(ArmId scope, CancellationToken cancel) =>
        arm.ListAsync($"{scope}/providers/Microsoft.Network/virtualNetworks", ApiVersion, WireJson.Default.PageWireVirtualNetwork, cancel);

    internal Task<WireSecurityGroup?> FindSecurityGroupAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireSecurityGroup, cancel);

    internal IAsyncEnumerable<WireSecurityGroup> ListSecurityGroupsAsync(ArmId group, CancellationToken cancel) =>
        arm.ListAsync($"{group}/providers/Microsoft.Network/networkSecurityGroups", ApiVersion, WireJson.Default.PageWireSecurityGroup,
            cancel);

    internal Task<WireRouteTable?> FindRouteTableAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireRouteTable, cancel);

    internal Task<WirePrivateEndpoint?> FindPrivateEndpointAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WirePrivateEndpoint, cancel);

    internal Task<WireServiceTags> GetServiceTagsAsync(string subscriptionId, string location, CancellationToken cancel) => arm.GetAsync(
        $"/subscriptions/{subscriptionId}/providers/Microsoft.Network/locations/{location}/serviceTags", ApiVersion,
        WireJson.Default.WireServiceTags, cancel);

    internal IAsyncEnumerable<WireLoadBalancer> ListLoadBalancersAsync(ArmId group, CancellationToken cancel) =>
        arm.ListAsync($"{group}/providers/Microsoft.Network/loadBalancers", ApiVersion, WireJson.Default.PageWireLoadBalancer, cancel);

    internal IAsyncEnumerable<WirePublicIPAddress> ListPublicIPAddressesAsync(ArmId group, CancellationToken cancel) =>
        arm.ListAsync($"{group}/providers/Microsoft.Network/publicIPAddresses", ApiVersion, WireJson.Default.PageWirePublicIPAddress,
            cancel);
}

/// <summary>Microsoft.Network/networkSecurityGroups/securityRules, each written as a resource of its own.</summary>
internal sealed class SecurityRulesClient(ResourceEndpoint arm)
{
    internal async Task<Accepted> PutAsync(ArmId id, WireSecurityRule rule, CancellationToken cancel)
    {
        using var response = await arm.ChangeAsync(RequestMethod.Put, id.ToString(), NetworksClient.ApiVersion,
            JsonSerializer.SerializeToUtf8Bytes(rule, WireJson.Default.WireSecurityRule), rule.Etag, cancel).ConfigureAwait(false);
        return Accepted.From(response, RequestMethod.Put, arm.Address(id.ToString(), NetworksClient.ApiVersion), id, arm.Destinations);
    }

    /// <summary>Null when there was none to delete.</summary>
    internal async Task<Accepted?> DeleteAsync(ArmId id, CancellationToken cancel)
    {
        try
        {
            using var response = await arm.ChangeAsync(RequestMethod.Delete, id.ToString(), NetworksClient.ApiVersion, null, null,
                cancel).ConfigureAwait(false);
            return response.Status == 204 ? null
                : Accepted.From(response, RequestMethod.Delete, arm.Address(id.ToString(), NetworksClient.ApiVersion), id,
                    arm.Destinations);
        }
        catch (ArmRequestException e) when (e.Status == 404)
        {
            return null;
        }
    }
}

/// <summary>Microsoft.Storage/storageAccounts.</summary>
internal sealed class StorageAccountsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-01-01";

    internal Task<WireStorageAccount?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireStorageAccount, cancel);
}

/// <summary>Microsoft.KeyVault/vaults.</summary>
internal sealed class KeyVaultsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-07-01";

    internal Task<WireKeyVault?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireKeyVault, cancel);
}

/// <summary>Microsoft.ContainerRegistry/registries.</summary>
internal sealed class ContainerRegistriesClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-07-01";

    internal Task<WireContainerRegistry?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireContainerRegistry, cancel);
}

/// <summary>Microsoft.Network/privateDnsZones: the virtual networks that a zone answers.</summary>
internal sealed class PrivateZonesClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2020-06-01";

    /// <summary>The zones that hold the name of a private endpoint.</summary>
    internal IAsyncEnumerable<WirePrivateZoneGroup> ListGroupsAsync(ArmId endpoint, CancellationToken cancel) =>
        arm.ListAsync($"{endpoint}/privateDnsZoneGroups", NetworksClient.ApiVersion, WireJson.Default.PageWirePrivateZoneGroup, cancel);

    internal IAsyncEnumerable<WirePrivateZoneLink> ListLinksAsync(ArmId zone, CancellationToken cancel) =>
        arm.ListAsync($"{zone}/virtualNetworkLinks", ApiVersion, WireJson.Default.PageWirePrivateZoneLink, cancel);
}

/// <summary>Microsoft.Authorization: role assignments and the roles that they name.</summary>
internal sealed class RoleAssignmentsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2022-04-01";

    /// <summary>Those at the scope and above it that the principal has, its groups' included.</summary>
    internal IAsyncEnumerable<WireRoleAssignment> ListAsync(ArmId scope, string principalId, CancellationToken cancel) => arm.ListAsync(
        $"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter="
            + $"{Uri.EscapeDataString($"atScope() and assignedTo('{principalId}')")}",
        ApiVersion, WireJson.Default.PageWireRoleAssignment, cancel);

    /// <summary>Those at the scope and above it, whoever has them; whose groups have one it does not tell.</summary>
    internal IAsyncEnumerable<WireRoleAssignment> ListAtAsync(ArmId scope, CancellationToken cancel) => arm.ListAsync(
        $"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={Uri.EscapeDataString("atScope()")}",
        ApiVersion, WireJson.Default.PageWireRoleAssignment, cancel);

    /// <summary>The principal's own at the scope, above it and below it.</summary>
    internal IAsyncEnumerable<WireRoleAssignment> ListAllAsync(ArmId scope, string principalId, CancellationToken cancel) => arm.ListAsync(
        $"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={Uri.EscapeDataString($"principalId eq '{principalId}'")}",
        ApiVersion, WireJson.Default.PageWireRoleAssignment, cancel);

    internal Task<WireRoleAssignment?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, WireJson.Default.WireRoleAssignment, cancel);

    internal Task<WireRoleDefinition?> FindDefinitionAsync(string id, CancellationToken cancel) =>
        arm.FindAsync(id, ApiVersion, WireJson.Default.WireRoleDefinition, cancel);

    /// <summary>The assignment as the service answers it; null where it answers with nothing.</summary>
    internal async Task<WireRoleAssignment?> PutAsync(ArmId id, string roleDefinitionId, string principalId, CancellationToken cancel)
    {
        var body = new WireRoleAssignment
        {
            Properties = new() { RoleDefinitionId = roleDefinitionId, PrincipalId = principalId, PrincipalType = "ServicePrincipal" },
        };
        using var response = await arm.ChangeAsync(RequestMethod.Put, id.ToString(), ApiVersion,
            JsonSerializer.SerializeToUtf8Bytes(body, WireJson.Default.WireRoleAssignment), null, cancel).ConfigureAwait(false);
        return response.Status is 202 or 204 ? null : ResourceEndpoint.Read(response, WireJson.Default.WireRoleAssignment, id.ToString());
    }

    /// <summary>True when there was one to delete.</summary>
    internal async Task<bool> DeleteAsync(ArmId id, CancellationToken cancel)
    {
        using var response = await arm.ChangeAsync(RequestMethod.Delete, id.ToString(), ApiVersion, null, null,
            cancel).ConfigureAwait(false);
        return response.Status != 204;
    }
}

/// <summary>Microsoft.Authorization/locks: management locks.</summary>
internal sealed class LocksClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2020-05-01";

    /// <summary>Those at the scope, above and below it (Az.Resources, Get-AzResourceLock: what it does without -AtScope).</summary>
    internal IAsyncEnumerable<WireLock> ListAsync(ArmId scope, CancellationToken cancel) => arm.ListAsync(
        $"{scope}/providers/Microsoft.Authorization/locks", ApiVersion, WireJson.Default.PageWireLock, cancel);
}

/// <summary>Microsoft.Authorization/denyAssignments.</summary>
internal sealed class DenyAssignmentsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2022-04-01";

    /// <summary>Those at the scope, above and below it (Microsoft Learn,
    /// "List Azure deny assignments": what is listed without a filter).</summary>
    internal IAsyncEnumerable<WireDenyAssignment> ListAsync(ArmId scope, CancellationToken cancel) => arm.ListAsync(
        $"{scope}/providers/Microsoft.Authorization/denyAssignments", ApiVersion, WireJson.Default.PageWireDenyAssignment, cancel);
}

/// <summary>Microsoft Graph v1.0, for the one thing that ARM does not know: the object id behind a client id.</summary>
internal sealed class GraphClient(Lazy<HttpPipeline> pipeline, Uri endpoint, Snapshot? snapshot = null)
{
    /// <summary>The same, but for what is kept of what it reads.</summary>
    internal GraphClient With(Snapshot kept) => new(pipeline, endpoint, kept);

    internal Task<WireServicePrincipal?> FindServicePrincipalAsync(string clientId, CancellationToken cancel)
    {
        var address = new Uri(endpoint, $"/v1.0/servicePrincipals(appId='{Uri.EscapeDataString(clientId)}')?$select=id,appId,displayName");
        return snapshot is null ? AskAsync(address, cancel) : snapshot.ReadAsync(address, () => AskAsync(address, cancel));
    }

    private async Task<WireServicePrincipal?> AskAsync(Uri address, CancellationToken cancel)
    {
        var path = address.PathAndQuery;
        using var request = pipeline.Value.CreateRequest();
        request.Method = RequestMethod.Get;
        request.Uri.Reset(address);
        request.Headers.Add("Accept", "application/json");
        try
        {
            using var response = await TimeLimit.BoundAsync(path,
                async token => await pipeline.Value.SendRequestAsync(request, token).ConfigureAwait(false), cancel).ConfigureAwait(false);
            return ResourceEndpoint.IsAbsent(response, path) ? null
                : ResourceEndpoint.ReadResource(response, WireJson.Default.WireServicePrincipal, path);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw ArmErrors.From(e, path);
        }
    }
}
