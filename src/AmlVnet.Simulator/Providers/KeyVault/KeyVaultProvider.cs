namespace AmlVnet.Simulator.Providers.KeyVault;

/// <summary>Microsoft.KeyVault: vaults, as far as their network is asked for.
/// They can be read; a scenario makes and changes them.</summary>
internal sealed class KeyVaultProvider
{
    public const string Type = "Microsoft.KeyVault/vaults";

    public KeyVaultProvider(Cloud cloud, Gateway gateway) => gateway.Add(
        new ResourceType("Microsoft.KeyVault", "vaults", ApiVersions.KeyVault, ResourceFrame.Of(cloud, Type).Handle));

    /// <summary>Makes a vault that is open to all networks; the service shows no network rules then.</summary>
    public static Resource New(Cloud cloud, string id, string location) => cloud.World.Save(new Resource(id, Type, new JsonObject
    {
        ["id"] = id,
        ["name"] = id[(id.LastIndexOf('/') + 1)..],
        ["type"] = Type,
        ["location"] = location,
        ["tags"] = new JsonObject(),
        ["properties"] = new JsonObject
        {
            ["sku"] = new JsonObject { ["family"] = "A", ["name"] = "standard" },
            ["tenantId"] = Tenancy.TenantId,
            ["accessPolicies"] = new JsonArray(),
            ["enabledForDeployment"] = false,
            ["enableSoftDelete"] = true,
            ["enableRbacAuthorization"] = true,
            ["vaultUri"] = $"https://{id[(id.LastIndexOf('/') + 1)..]}.vault.azure.net/",
            ["provisioningState"] = "Succeeded",
            ["publicNetworkAccess"] = "Enabled",
        },
    }));
}
