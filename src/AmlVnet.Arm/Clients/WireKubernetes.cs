using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.KubernetesConfiguration/extensions, 2023-05-01.</summary>
internal sealed record WireExtension : WireResource
{
    public WireIdentity? Identity { get; init; }

    public WireExtensionProperties? Properties { get; init; }
}

internal sealed record WireExtensionProperties
{
    public string? ExtensionType { get; init; }

    public bool? AutoUpgradeMinorVersion { get; init; }

    public string? ReleaseTrain { get; init; }

    public string? Version { get; init; }

    public string? CurrentVersion { get; init; }

    public WireExtensionScope? Scope { get; init; }

    public string? ProvisioningState { get; init; }

    public Dictionary<string, string?>? ConfigurationSettings { get; init; }

    /// <summary>What is sent and never given back: an answer has its keys, with empty values.</summary>
    public Dictionary<string, string?>? ConfigurationProtectedSettings { get; init; }

    public WireExtensionStatus[]? Statuses { get; init; }

    public JsonElement? ErrorInfo { get; init; }

    public WireIdentity? AksAssignedIdentity { get; init; }

    /// <summary>Never the settings, of which some are secrets.</summary>
    public override string ToString() => $"{ExtensionType} {ProvisioningState}";
}

internal sealed record WireExtensionScope
{
    public WireClusterScope? Cluster { get; init; }

    public WireNamespaceScope? Namespace { get; init; }
}

internal sealed record WireClusterScope
{
    public string? ReleaseNamespace { get; init; }
}

internal sealed record WireNamespaceScope
{
    public string? TargetNamespace { get; init; }
}

internal sealed record WireExtensionStatus
{
    public string? Code { get; init; }

    public string? DisplayStatus { get; init; }

    public string? Level { get; init; }

    public string? Message { get; init; }

    public string? Time { get; init; }
}

/// <summary>Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings, 2023-11-01.</summary>
internal sealed record WireTrustedAccess
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public WireTrustedAccessProperties? Properties { get; init; }
}

internal sealed record WireTrustedAccessProperties
{
    public string? ProvisioningState { get; init; }

    public string? SourceResourceId { get; init; }

    public string[]? Roles { get; init; }
}

/// <summary>Microsoft.ContainerService/managedClusters/runCommand, 2023-11-01: what is asked.</summary>
internal sealed record WireRunCommand(string Command, string? ClusterToken)
{
    /// <summary>Never the token.</summary>
    public override string ToString() => Command;
}

/// <summary>Microsoft.ContainerService/managedClusters/commandResults, 2023-11-01.</summary>
internal sealed record WireCommandResult
{
    public string? Id { get; init; }

    public WireCommandResultProperties? Properties { get; init; }
}

internal sealed record WireCommandResultProperties
{
    public string? ProvisioningState { get; init; }

    public int? ExitCode { get; init; }

    public string? Logs { get; init; }

    public string? Reason { get; init; }
}

/// <summary>Microsoft.Network/privateDnsZones, 2020-06-01.</summary>
internal sealed record WirePrivateZone : WireResource;

/// <summary>Microsoft.Network/privateDnsZones/A, 2020-06-01.</summary>
internal sealed record WireAddressRecord
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Etag { get; init; }

    public WireAddressRecordProperties? Properties { get; init; }
}

internal sealed record WireAddressRecordProperties
{
    public Dictionary<string, string>? Metadata { get; init; }

    public long? Ttl { get; init; }

    public string? Fqdn { get; init; }

    public bool? IsAutoRegistered { get; init; }

    [JsonPropertyName("aRecords")]
    public WireAddress[]? Addresses { get; init; }
}

internal sealed record WireAddress
{
    [JsonPropertyName("ipv4Address")]
    public string? Ipv4Address { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(WireExtension))]
[JsonSerializable(typeof(Page<WireExtension>))]
[JsonSerializable(typeof(WireTrustedAccess))]
[JsonSerializable(typeof(Page<WireTrustedAccess>))]
[JsonSerializable(typeof(WireRunCommand))]
[JsonSerializable(typeof(WireCommandResult))]
[JsonSerializable(typeof(WirePrivateZone))]
[JsonSerializable(typeof(Page<WirePrivateZone>))]
[JsonSerializable(typeof(WireAddressRecord))]
internal sealed partial class KubernetesJson : JsonSerializerContext;
