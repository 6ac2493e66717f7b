namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.Authorization/permissions: what the caller's roles let it do at a place.</summary>
internal sealed class PermissionsClient(ResourceEndpoint arm)
{
    // azure-rest-api-specs, authorization, stable/2022-04-01 (RoleDefinitionsCalls: Permissions_ListForResourceGroup,
    // Permissions_ListForResource).
    internal const string ApiVersion = "2022-04-01";

    /// <summary>One for each role that acts at a resource group, or at a resource.</summary>
    internal IAsyncEnumerable<WirePermission> ListAsync(ArmId place, CancellationToken cancel) =>
        arm.ListAsync($"{place}/providers/Microsoft.Authorization/permissions", ApiVersion, WireJson.Default.PageWirePermission, cancel);
}
