using System.Text.Json;
using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.KubernetesConfiguration/extensions of AKS clusters.</summary>
internal sealed class ExtensionsClient(ResourceEndpoint arm)
{
    // The members that are sent and read have not changed from here to 2025-03-01 (the types of the Bicep compiler 0.49.2), and this
    // version is in every cloud.
    internal const string ApiVersion = "2023-05-01";

    internal Task<WireExtension?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, KubernetesJson.Default.WireExtension, cancel);

    internal IAsyncEnumerable<WireExtension> ListAsync(ArmId cluster, CancellationToken cancel) => arm.ListAsync(
        $"{cluster}/providers/{ResourceTypes.Extension}", ApiVersion, KubernetesJson.Default.PageWireExtension, cancel);

    /// <summary>Makes or replaces an extension: protected settings that are not sent are forgotten.</summary>
    internal Task<Accepted> PutAsync(ArmId id, WireExtension body, CancellationToken cancel)
    {
        return arm.PutAsync(id, ApiVersion, JsonSerializer.SerializeToUtf8Bytes(body, KubernetesJson.Default.WireExtension), cancel);
    }

    /// <summary>Null when there was none to delete.</summary>
    internal Task<Accepted?> DeleteAsync(ArmId id, CancellationToken cancel) => arm.DeleteAsync(id, ApiVersion, cancel);
}

/// <summary>Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings.</summary>
internal sealed class TrustedAccessClient(ResourceEndpoint arm)
{
    // The first versions with these bindings are 2023-09-01 and, with a specification that tests hold the module to, this one.
    internal const string ApiVersion = "2023-11-01";

    internal Task<WireTrustedAccess?> FindAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, KubernetesJson.Default.WireTrustedAccess, cancel);

    internal IAsyncEnumerable<WireTrustedAccess> ListAsync(ArmId cluster, CancellationToken cancel) =>
        arm.ListAsync($"{cluster}/trustedAccessRoleBindings", ApiVersion, KubernetesJson.Default.PageWireTrustedAccess, cancel);

    internal Task<Accepted> PutAsync(ArmId id, string sourceResourceId, string role, CancellationToken cancel)
    {
        var body = new WireTrustedAccess { Properties = new() { SourceResourceId = sourceResourceId, Roles = [role] } };
        return arm.PutAsync(id, ApiVersion, JsonSerializer.SerializeToUtf8Bytes(body, KubernetesJson.Default.WireTrustedAccess), cancel);
    }

    /// <summary>Null when there was none to delete.</summary>
    internal Task<Accepted?> DeleteAsync(ArmId id, CancellationToken cancel) => arm.DeleteAsync(id, ApiVersion, cancel);
}

/// <summary>Microsoft.ContainerService/managedClusters/runCommand: commands that Azure Resource Manager runs inside a cluster.</summary>
internal sealed class RunCommandClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2023-11-01";

    /// <summary>Begins a command; with a token for the API server, where Microsoft Entra guards it.</summary>
    /// <returns>Its result, where it is there at once; else where the result will be.</returns>
    internal async Task<(WireCommandResult? Result, Uri? Poll)> StartAsync(ArmId cluster, string command, string? token,
        CancellationToken cancel)
    {
        var path = $"{cluster}/runCommand";
        using var response = await arm.ChangeAsync(RequestMethod.Post, path, ApiVersion,
            JsonSerializer.SerializeToUtf8Bytes(new WireRunCommand(command, token), KubernetesJson.Default.WireRunCommand), null, cancel)
            .ConfigureAwait(false);
        if (response.Status == 200) return (Read(response, path), null);
        var address = response.Headers.TryGetValue("Location", out var text) ? TokenDestinations.Read(arm.Address(path, ApiVersion), text)
            : null;
        return address is not null && arm.Destinations.Allow(address) ? (null, address)
            : throw Problems.AnswerUnreadable(path, "it does not say where the result of the command will be", null);
    }

    /// <summary>The result of a command; null while it runs.</summary>
    internal async Task<WireCommandResult?> FindResultAsync(Uri poll, CancellationToken cancel)
    {
        using var response = await arm.ReadAsync(poll, cancel).ConfigureAwait(false);
        return response.Status == 202 ? null : Read(response, poll.AbsolutePath);
    }

    /// <summary>A result says how the command went; an object that does not is none.</summary>
    private static WireCommandResult Read(Response response, string target) =>
        ResourceEndpoint.Read(response, KubernetesJson.Default.WireCommandResult, target) is
        { Properties: { ExitCode: not null } or { Reason: not null } or { ProvisioningState: "Failed" or "Canceled" } } result ? result
            : throw Problems.AnswerUnreadable(target, "it is no result of a command", null);
}

/// <summary>Microsoft.Resources: registers a subscription with resource providers.</summary>
internal sealed class ProvidersClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = "2021-04-01";

    /// <summary>Registered, Registering, NotRegistered or Unregistering; null where the answer does not say.</summary>
    internal async Task<string?> GetStateAsync(string subscriptionId, string provider, CancellationToken cancel) =>
        (await arm.GetAsync(Path(subscriptionId, provider), ApiVersion, WireJson.Default.WireProvider, cancel).ConfigureAwait(false))
        .RegistrationState;

    internal async Task RegisterAsync(string subscriptionId, string provider, CancellationToken cancel)
    {
        using var response = await arm.ChangeAsync(RequestMethod.Post, $"{Path(subscriptionId, provider)}/register", ApiVersion, null, null,
            cancel)
            .ConfigureAwait(false);
    }

    private static string Path(string subscriptionId, string provider) => $"/subscriptions/{subscriptionId}/providers/{provider}";
}

/// <summary>Microsoft.Network/privateDnsZones with their A records.</summary>
internal sealed class PrivateDnsClient(ResourceEndpoint arm)
{
    internal const string ApiVersion = PrivateZonesClient.ApiVersion;

    internal Task<WirePrivateZone?> FindZoneAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, KubernetesJson.Default.WirePrivateZone, cancel);

    /// <summary>All zones in a resource group or a subscription.</summary>
    internal IAsyncEnumerable<WirePrivateZone> ListZonesAsync(ArmId scope, CancellationToken cancel) =>
        arm.ListAsync($"{scope}/providers/Microsoft.Network/privateDnsZones", ApiVersion, KubernetesJson.Default.PageWirePrivateZone,
            cancel);

    internal Task<WireAddressRecord?> FindRecordAsync(ArmId id, CancellationToken cancel) =>
        arm.FindAsync(id.ToString(), ApiVersion, KubernetesJson.Default.WireAddressRecord, cancel);

    /// <summary>Makes or replaces a record set; with an etag it has to be as it was read.</summary>
    internal async Task<WireAddressRecord> PutRecordAsync(ArmId id, WireAddressRecord record, CancellationToken cancel)
    {
        var body = record with { Id = null, Name = null, Etag = null };
        using var response = await arm.ChangeAsync(RequestMethod.Put, id.ToString(), ApiVersion,
            JsonSerializer.SerializeToUtf8Bytes(body, KubernetesJson.Default.WireAddressRecord), record.Etag, cancel).ConfigureAwait(false);
        return ResourceEndpoint.Read(response, KubernetesJson.Default.WireAddressRecord, id.ToString());
    }

    internal async Task DeleteRecordAsync(ArmId id, string? etag, CancellationToken cancel)
    {
        using var response = await arm.ChangeAsync(RequestMethod.Delete, id.ToString(), ApiVersion, null, etag,
            cancel).ConfigureAwait(false);
    }
}
