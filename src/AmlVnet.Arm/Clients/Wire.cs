using System.Text.Json;
using System.Text.Json.Serialization;

namespace AmlVnet.Arm.Clients;

/// <summary>What every ARM resource carries.</summary>
internal record WireResource
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Location { get; init; }

    public Dictionary<string, string>? Tags { get; init; }
}

/// <summary>A resource of a type that is read for its id only.</summary>
internal sealed record WireId
{
    public string? Id { get; init; }
}

internal sealed record WireIdentity
{
    public string? Type { get; init; }

    public string? PrincipalId { get; init; }

    public string? TenantId { get; init; }

    public Dictionary<string, WireUserIdentity>? UserAssignedIdentities { get; init; }
}

internal sealed record WireUserIdentity
{
    public string? PrincipalId { get; init; }

    public string? ClientId { get; init; }
}

/// <summary>Microsoft.MachineLearningServices/workspaces, 2023-10-01.</summary>
internal sealed record WireWorkspace : WireResource
{
    public WireIdentity? Identity { get; init; }

    public string? Kind { get; init; }

    public WireWorkspaceProperties? Properties { get; init; }
}

internal sealed record WireWorkspaceProperties
{
    public string? FriendlyName { get; init; }

    public string? StorageAccount { get; init; }

    public string? KeyVault { get; init; }

    public string? ContainerRegistry { get; init; }

    public string? ProvisioningState { get; init; }

    public string? PublicNetworkAccess { get; init; }

    public bool? V1LegacyMode { get; init; }

    public string? PrimaryUserAssignedIdentity { get; init; }

    public WireManagedNetwork? ManagedNetwork { get; init; }

    public WirePrivateEndpointConnection[]? PrivateEndpointConnections { get; init; }
}

internal sealed record WireManagedNetwork
{
    public string? IsolationMode { get; init; }
}

internal sealed record WirePrivateEndpointConnection
{
    public WirePrivateEndpointConnectionProperties? Properties { get; init; }
}

internal sealed record WirePrivateEndpointConnectionProperties
{
    public WireId? PrivateEndpoint { get; init; }

    public WireConnectionState? PrivateLinkServiceConnectionState { get; init; }
}

internal sealed record WireConnectionState
{
    public string? Status { get; init; }
}

/// <summary>Microsoft.MachineLearningServices/workspaces/computes, 2023-10-01,
/// as far as computes of the types AKS and Kubernetes need it.</summary>
internal sealed record WireCompute : WireResource
{
    public WireIdentity? Identity { get; init; }

    public JsonElement? Sku { get; init; }

    public WireComputeProperties? Properties { get; init; }

    internal ComputeType? ComputeType => Properties?.ComputeType;

    internal ProvisioningState? State => Properties?.ProvisioningState;
}

internal sealed record WireComputeProperties
{
    public string? ComputeType { get; init; }

    public string? ComputeLocation { get; init; }

    public string? Description { get; init; }

    public string? ResourceId { get; init; }

    public bool? DisableLocalAuth { get; init; }

    public string? ProvisioningState { get; init; }

    public DateTimeOffset? CreatedOn { get; init; }

    public DateTimeOffset? ModifiedOn { get; init; }

    public bool? IsAttachedCompute { get; init; }

    public JsonElement? ProvisioningErrors { get; init; }

    public WireAksProperties? Properties { get; init; }
}

internal sealed record WireAksProperties
{
    public string? ClusterFqdn { get; init; }

    public WireSystemService[]? SystemServices { get; init; }

    public int? AgentCount { get; init; }

    public string? AgentVmSize { get; init; }

    public string? ClusterPurpose { get; init; }

    public WireSslConfiguration? SslConfiguration { get; init; }

    public WireAksNetworking? AksNetworkingConfiguration { get; init; }

    public string? LoadBalancerType { get; init; }

    public string? LoadBalancerSubnet { get; init; }

    // What follows has a compute of type Kubernetes.

    public string? Namespace { get; init; }

    public string? DefaultInstanceType { get; init; }

    public JsonElement? InstanceTypes { get; init; }

    public string? ExtensionPrincipalId { get; init; }

    public string? ExtensionInstanceReleaseTrain { get; init; }
}

internal sealed record WireSystemService
{
    public string? SystemServiceType { get; init; }

    public string? PublicIpAddress { get; init; }

    public string? Version { get; init; }
}

internal sealed record WireSslConfiguration
{
    public string? Status { get; init; }

    public string? Cert { get; init; }

    public string? Key { get; init; }

    public string? Cname { get; init; }

    public string? LeafDomainLabel { get; init; }

    public bool? OverwriteExistingDomain { get; init; }

    /// <summary>Never the certificate, never the key.</summary>
    public override string ToString() => $"TLS {Status} {Cname ?? LeafDomainLabel}";
}

internal sealed record WireAksNetworking
{
    public string? SubnetId { get; init; }

    public string? ServiceCidr { get; init; }

    [JsonPropertyName("dnsServiceIP")]
    public string? DnsServiceIP { get; init; }

    public string? DockerBridgeCidr { get; init; }
}

/// <summary>Microsoft.ContainerService/locations/kubernetesVersions.</summary>
internal sealed record WireKubernetesVersions(WireKubernetesVersion[]? Values);

/// <summary>A minor version of Kubernetes that AKS offers.</summary>
internal sealed record WireKubernetesVersion(string? Version, bool? IsPreview, Dictionary<string, JsonElement>? PatchVersions);

/// <summary>
/// Microsoft.ContainerService/managedClusters, 2026-05-01 or the newest version that the cloud has.
/// Which member came with which version is in
/// <see cref="ManagedClusterVersions"/>.
/// </summary>
internal sealed record WireAadProfile
{
    public bool? Managed { get; init; }
}

internal sealed record WireManagedCluster : WireResource
{
    /// <summary>The api-version that this was read with; no member of the answer.</summary>
    [JsonIgnore]
    public string? ApiVersion { get; init; }

    public WireSku? Sku { get; init; }

    public WireIdentity? Identity { get; init; }

    public WireManagedClusterProperties? Properties { get; init; }
}

internal sealed record WireManagedClusterProperties
{
    public string? ProvisioningState { get; init; }

    public WirePowerState? PowerState { get; init; }

    public string? Fqdn { get; init; }

    public string? PrivateFQDN { get; init; }

    public string? NodeResourceGroup { get; init; }

    public string? KubernetesVersion { get; init; }

    public string? CurrentKubernetesVersion { get; init; }

    public bool? DisableLocalAccounts { get; init; }

    public WireAadProfile? AadProfile { get; init; }

    public WireServicePrincipalProfile? ServicePrincipalProfile { get; init; }

    public WireAgentPool[]? AgentPoolProfiles { get; init; }

    public WireHostedSystem? HostedSystemProfile { get; init; }

    public WireNodeProvisioning? NodeProvisioningProfile { get; init; }

    public WireClusterNetwork? NetworkProfile { get; init; }

    public WireApiServerAccess? ApiServerAccessProfile { get; init; }
}

internal sealed record WireHostedSystem
{
    public bool? Enabled { get; init; }

    [JsonPropertyName("nodeSubnetID")]
    public string? NodeSubnetId { get; init; }

    [JsonPropertyName("systemNodeSubnetID")]
    public string? SystemNodeSubnetId { get; init; }
}

internal sealed record WireNodeProvisioning
{
    public string? Mode { get; init; }
}

internal sealed record WirePowerState
{
    public string? Code { get; init; }
}

internal sealed record WireServicePrincipalProfile
{
    public string? ClientId { get; init; }
}

internal sealed record WireAgentPool
{
    public string? Name { get; init; }

    public int? Count { get; init; }

    public string? VmSize { get; init; }

    [JsonPropertyName("vnetSubnetID")]
    public string? VnetSubnetId { get; init; }

    [JsonPropertyName("podSubnetID")]
    public string? PodSubnetId { get; init; }

    public int? MaxPods { get; init; }

    public string? Mode { get; init; }

    public string? OsType { get; init; }

    public string? ScaleSetPriority { get; init; }

    public WirePowerState? PowerState { get; init; }

    public string?[]? NodeTaints { get; init; }

    [JsonPropertyName("podIPAllocationMode")]
    public string? PodIPAllocationMode { get; init; }

    public bool? EnableAutoScaling { get; init; }

    public int? MinCount { get; init; }

    public int? MaxCount { get; init; }

    public WireUpgradeSettings? UpgradeSettings { get; init; }

    public WireVirtualMachinesProfile? VirtualMachinesProfile { get; init; }

    public WireNodesOfSize[]? VirtualMachineNodesStatus { get; init; }
}

internal sealed record WireVirtualMachinesProfile
{
    public WireVirtualMachinesScale? Scale { get; init; }
}

internal sealed record WireVirtualMachinesScale
{
    public WireNodesOfSize[]? Manual { get; init; }

    [JsonConverter(typeof(OneOrManyConverter))]
    public WireNodesOfSize[]? Autoscale { get; init; }
}

/// <summary>The nodes of one size: how many there are (or are to be), or the bounds of the autoscaler.</summary>
internal sealed record WireNodesOfSize
{
    public string? Size { get; init; }

    public int? Count { get; init; }

    public int? MinCount { get; init; }

    public int? MaxCount { get; init; }
}

internal sealed record WireUpgradeSettings
{
    public string? MaxSurge { get; init; }
}

internal sealed record WireClusterNetwork
{
    public string? NetworkPlugin { get; init; }

    public string? NetworkPluginMode { get; init; }

    public string? PodCidr { get; init; }

    public string[]? PodCidrs { get; init; }

    public string[]? ServiceCidrs { get; init; }

    public string? ServiceCidr { get; init; }

    [JsonPropertyName("dnsServiceIP")]
    public string? DnsServiceIP { get; init; }

    public string? OutboundType { get; init; }

    public string? LoadBalancerSku { get; init; }

    public WireOutboundProfile? LoadBalancerProfile { get; init; }

    public WireOutboundProfile? NatGatewayProfile { get; init; }
}

/// <summary>The public addresses that AKS gave the cluster's load balancer or NAT gateway for outbound traffic.</summary>
internal sealed record WireOutboundProfile
{
    public WireId[]? EffectiveOutboundIPs { get; init; }
}

internal sealed record WireApiServerAccess
{
    [JsonPropertyName("authorizedIPRanges")]
    public string[]? AuthorizedIPRanges { get; init; }

    public bool? EnablePrivateCluster { get; init; }

    [JsonPropertyName("enablePrivateClusterPublicFQDN")]
    public bool? EnablePrivateClusterPublicFqdn { get; init; }

    public bool? EnableVnetIntegration { get; init; }

    public string? SubnetId { get; init; }
}

/// <summary>Microsoft.Authorization/roleAssignments, 2022-04-01.</summary>
internal sealed record WireRoleAssignment
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public WireRoleAssignmentProperties? Properties { get; init; }
}

internal sealed record WireRoleAssignmentProperties
{
    public string? RoleDefinitionId { get; init; }

    public string? PrincipalId { get; init; }

    public string? PrincipalType { get; init; }

    public string? Scope { get; init; }

    public string? Condition { get; init; }

    public string? Description { get; init; }

    public DateTimeOffset? CreatedOn { get; init; }
}

/// <summary>Microsoft.Authorization/locks, 2020-05-01.</summary>
internal sealed record WireLock
{
    public string? Id { get; init; }

    public WireLockProperties? Properties { get; init; }
}

internal sealed record WireLockProperties
{
    public string? Level { get; init; }
}

/// <summary>Microsoft.Authorization/denyAssignments, 2022-04-01.</summary>
internal sealed record WireDenyAssignment
{
    public string? Id { get; init; }

    public WireDenyAssignmentProperties? Properties { get; init; }
}

internal sealed record WireDenyAssignmentProperties
{
    public string? DenyAssignmentName { get; init; }

    public string? Scope { get; init; }

    public bool? DoNotApplyToChildScopes { get; init; }

    public bool? IsSystemProtected { get; init; }

    /// <summary>Enforced or Audit; only the preview 2024-07-01 has it.</summary>
    public string? DenyAssignmentEffect { get; init; }

    public string? Condition { get; init; }

    public WirePermission[]? Permissions { get; init; }

    public WireDeniedPrincipal[]? Principals { get; init; }

    public WireDeniedPrincipal[]? ExcludePrincipals { get; init; }
}

internal sealed record WireDeniedPrincipal
{
    public string? Id { get; init; }

    public string? Type { get; init; }
}

/// <summary>Microsoft.Authorization/roleDefinitions, 2022-04-01.</summary>
internal sealed record WireRoleDefinition
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public WireRoleDefinitionProperties? Properties { get; init; }
}

internal sealed record WireRoleDefinitionProperties
{
    public string? RoleName { get; init; }

    public WirePermission[]? Permissions { get; init; }
}

internal sealed record WirePermission
{
    public string[]? Actions { get; init; }

    public string[]? NotActions { get; init; }
}

/// <summary>Microsoft.Compute/skus, 2021-07-01.</summary>
internal sealed record WireComputeSku
{
    public string? Name { get; init; }

    public string? ResourceType { get; init; }

    public WireSkuCapability[]? Capabilities { get; init; }
}

internal sealed record WireSkuCapability
{
    public string? Name { get; init; }

    public string? Value { get; init; }
}

/// <summary>Microsoft Graph v1.0 servicePrincipal.</summary>
internal sealed record WireServicePrincipal
{
    public string? Id { get; init; }

    public string? AppId { get; init; }

    public string? DisplayName { get; init; }
}

/// <summary>Microsoft.Resources: a resource provider with its types, 2021-04-01.</summary>
internal sealed record WireProvider
{
    public string? RegistrationState { get; init; }

    public WireProviderType[]? ResourceTypes { get; init; }
}

internal sealed record WireProviderType
{
    public string? ResourceType { get; init; }

    public string[]? ApiVersions { get; init; }
}

/// <summary>Microsoft.Resources/subscriptions, 2022-12-01.</summary>
internal sealed record WireSubscription
{
    public string? SubscriptionId { get; init; }

    public string? DisplayName { get; init; }

    public string? TenantId { get; init; }
}

/// <summary>A region of a subscription.</summary>
internal sealed record WireLocation
{
    public string? Name { get; init; }

    public string? DisplayName { get; init; }

    public WireLocationMetadata? Metadata { get; init; }
}

internal sealed record WireLocationMetadata
{
    public WireLocation[]? PairedRegion { get; init; }
}

[JsonSourceGenerationOptions(GenerationMode = JsonSourceGenerationMode.Metadata,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, PropertyNameCaseInsensitive = true,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Page<WireSubscription>))]
[JsonSerializable(typeof(Page<WireLocation>))]
[JsonSerializable(typeof(WireWorkspace))]
[JsonSerializable(typeof(Page<WireWorkspace>))]
[JsonSerializable(typeof(WireCompute))]
[JsonSerializable(typeof(Page<WireCompute>))]
[JsonSerializable(typeof(WireManagedCluster))]
[JsonSerializable(typeof(WireKubernetesVersions))]
[JsonSerializable(typeof(Page<WireManagedCluster>))]
[JsonSerializable(typeof(WireRoleAssignment))]
[JsonSerializable(typeof(Page<WireRoleAssignment>))]
[JsonSerializable(typeof(Page<WireLock>))]
[JsonSerializable(typeof(Page<WireDenyAssignment>))]
[JsonSerializable(typeof(WireRoleDefinition))]
[JsonSerializable(typeof(Page<WireRoleDefinition>))]
[JsonSerializable(typeof(Page<WirePermission>))]
[JsonSerializable(typeof(WireVirtualNetwork))]
[JsonSerializable(typeof(Page<WireVirtualNetwork>))]
[JsonSerializable(typeof(Page<WireLoadBalancer>))]
[JsonSerializable(typeof(WireSecurityGroup))]
[JsonSerializable(typeof(Page<WireSecurityGroup>))]
[JsonSerializable(typeof(WireSecurityRule))]
[JsonSerializable(typeof(WireRouteTable))]
[JsonSerializable(typeof(WireServiceTags))]
[JsonSerializable(typeof(WireStorageAccount))]
[JsonSerializable(typeof(WirePrivateEndpoint))]
[JsonSerializable(typeof(WireKeyVault))]
[JsonSerializable(typeof(WireContainerRegistry))]
[JsonSerializable(typeof(Page<WirePrivateZoneGroup>))]
[JsonSerializable(typeof(Page<WirePrivateZoneLink>))]
[JsonSerializable(typeof(Page<WirePublicIPAddress>))]
[JsonSerializable(typeof(WireSubnet))]
[JsonSerializable(typeof(Page<WireComputeSku>))]
[JsonSerializable(typeof(WireServicePrincipal))]
[JsonSerializable(typeof(WireGraphQuery))]
[JsonSerializable(typeof(WireGraphPage<WireWorkspace>))]
[JsonSerializable(typeof(Page<WireDescendant>))]
[JsonSerializable(typeof(WireProvider))]
internal sealed partial class WireJson : JsonSerializerContext;
