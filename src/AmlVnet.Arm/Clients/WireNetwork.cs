namespace AmlVnet.Arm.Clients;

/// <summary>Microsoft.Network/virtualNetworks, 2023-09-01.</summary>
internal sealed record WireVirtualNetwork : WireResource
{
    public string? Etag { get; init; }

    public WireVirtualNetworkProperties? Properties { get; init; }
}

internal sealed record WireVirtualNetworkProperties
{
    public WireAddressSpace? AddressSpace { get; init; }

    public WireSubnet[]? Subnets { get; init; }

    public WirePeering[]? VirtualNetworkPeerings { get; init; }

    public WireDhcpOptions? DhcpOptions { get; init; }

    public string? ProvisioningState { get; init; }
}

internal sealed record WireDhcpOptions
{
    public string[]? DnsServers { get; init; }
}

internal sealed record WireAddressSpace
{
    public string[]? AddressPrefixes { get; init; }
}

internal sealed record WirePeering
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public WirePeeringProperties? Properties { get; init; }
}

internal sealed record WirePeeringProperties
{
    public string? PeeringState { get; init; }

    public bool? AllowVirtualNetworkAccess { get; init; }

    public bool? UseRemoteGateways { get; init; }

    public WireId? RemoteVirtualNetwork { get; init; }

    public WireAddressSpace? RemoteAddressSpace { get; init; }

    public WireAddressSpace? RemoteVirtualNetworkAddressSpace { get; init; }
}

internal sealed record WireSubnet
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Etag { get; init; }

    public WireSubnetProperties? Properties { get; init; }
}

internal sealed record WireSubnetProperties
{
    public string? AddressPrefix { get; init; }

    public string[]? AddressPrefixes { get; init; }

    public WireId? NetworkSecurityGroup { get; init; }

    public WireId? RouteTable { get; init; }

    public WireId? NatGateway { get; init; }

    public WireServiceEndpoint[]? ServiceEndpoints { get; init; }

    public WireDelegation[]? Delegations { get; init; }

    public WireId[]? IpConfigurations { get; init; }

    public bool? DefaultOutboundAccess { get; init; }

    public string? ProvisioningState { get; init; }
}

internal sealed record WireServiceEndpoint
{
    public string? Service { get; init; }
}

internal sealed record WireDelegation
{
    public string? Name { get; init; }

    public WireDelegationProperties? Properties { get; init; }
}

internal sealed record WireDelegationProperties
{
    public string? ServiceName { get; init; }
}

/// <summary>Microsoft.Network/loadBalancers, 2023-09-01.</summary>
internal sealed record WireLoadBalancer : WireResource
{
    public WireSku? Sku { get; init; }

    public WireLoadBalancerProperties? Properties { get; init; }
}

internal sealed record WireSku
{
    public string? Name { get; init; }
}

internal sealed record WireLoadBalancerProperties
{
    public WireFrontend[]? FrontendIPConfigurations { get; init; }

    public WireProbe[]? Probes { get; init; }

    public WireBalancingRule[]? LoadBalancingRules { get; init; }
}

internal sealed record WireBalancingRule
{
    public WireBalancingRuleProperties? Properties { get; init; }
}

internal sealed record WireBalancingRuleProperties
{
    public WireId? FrontendIPConfiguration { get; init; }

    public int? FrontendPort { get; init; }
}

internal sealed record WireProbe
{
    public WireProbeProperties? Properties { get; init; }
}

internal sealed record WireProbeProperties
{
    public int? Port { get; init; }
}

internal sealed record WireFrontend
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public WireFrontendProperties? Properties { get; init; }
}

internal sealed record WireFrontendProperties
{
    public string? PrivateIPAddress { get; init; }

    public WireId? Subnet { get; init; }

    public WireId? PublicIPAddress { get; init; }
}

/// <summary>Microsoft.Network/publicIPAddresses, 2023-09-01.</summary>
internal sealed record WirePublicIPAddress : WireResource
{
    public WirePublicIPAddressProperties? Properties { get; init; }
}

internal sealed record WirePublicIPAddressProperties
{
    public string? IpAddress { get; init; }
}

/// <summary>Microsoft.Network/networkSecurityGroups, 2023-09-01.</summary>
internal sealed record WireSecurityGroup : WireResource
{
    public string? Etag { get; init; }

    public WireSecurityGroupProperties? Properties { get; init; }
}

internal sealed record WireSecurityGroupProperties
{
    public WireSecurityRule[]? SecurityRules { get; init; }

    public WireSecurityRule[]? DefaultSecurityRules { get; init; }

    public WireId[]? Subnets { get; init; }

    public WireId[]? NetworkInterfaces { get; init; }
}

internal sealed record WireSecurityRule
{
    public string? Id { get; init; }

    public string? Name { get; init; }

    public string? Etag { get; init; }

    public WireSecurityRuleProperties? Properties { get; init; }
}

internal sealed record WireSecurityRuleProperties
{
    public string? Description { get; init; }

    public string? Protocol { get; init; }

    public string? SourcePortRange { get; init; }

    public string[]? SourcePortRanges { get; init; }

    public string? DestinationPortRange { get; init; }

    public string[]? DestinationPortRanges { get; init; }

    public string? SourceAddressPrefix { get; init; }

    public string[]? SourceAddressPrefixes { get; init; }

    public WireId[]? SourceApplicationSecurityGroups { get; init; }

    public string? DestinationAddressPrefix { get; init; }

    public string[]? DestinationAddressPrefixes { get; init; }

    public WireId[]? DestinationApplicationSecurityGroups { get; init; }

    public string? Access { get; init; }

    public int? Priority { get; init; }

    public string? Direction { get; init; }

    public string? ProvisioningState { get; init; }
}

/// <summary>Microsoft.Network/routeTables, 2023-09-01.</summary>
internal sealed record WireRouteTable : WireResource
{
    public WireRouteTableProperties? Properties { get; init; }
}

internal sealed record WireRouteTableProperties
{
    public WireRoute[]? Routes { get; init; }
}

internal sealed record WireRoute
{
    public string? Name { get; init; }

    public WireRouteProperties? Properties { get; init; }
}

internal sealed record WireRouteProperties
{
    public string? AddressPrefix { get; init; }

    public string? NextHopType { get; init; }

    public string? NextHopIpAddress { get; init; }
}

/// <summary>Microsoft.Network/locations/serviceTags, 2023-09-01.</summary>
internal sealed record WireServiceTags
{
    public WireServiceTag[]? Values { get; init; }
}

internal sealed record WireServiceTag
{
    public string? Name { get; init; }

    public WireServiceTagProperties? Properties { get; init; }
}

internal sealed record WireServiceTagProperties
{
    public string[]? AddressPrefixes { get; init; }
}

/// <summary>Microsoft.Storage/storageAccounts, 2023-01-01.</summary>
internal sealed record WireStorageAccount : WireResource
{
    public WireStorageAccountProperties? Properties { get; init; }
}

internal sealed record WireStorageAccountProperties
{
    public string? PublicNetworkAccess { get; init; }

    public WireNetworkAcls? NetworkAcls { get; init; }

    public WirePrivateEndpointConnection[]? PrivateEndpointConnections { get; init; }
}

/// <summary>Microsoft.KeyVault/vaults, 2023-07-01: a vault without <c>networkAcls</c> takes all networks.</summary>
internal sealed record WireKeyVault : WireResource
{
    public WireStorageAccountProperties? Properties { get; init; }
}

/// <summary>Microsoft.ContainerRegistry/registries, 2023-07-01.</summary>
internal sealed record WireContainerRegistry : WireResource
{
    public WireContainerRegistryProperties? Properties { get; init; }
}

internal sealed record WireContainerRegistryProperties
{
    public string? PublicNetworkAccess { get; init; }

    public WireNetworkAcls? NetworkRuleSet { get; init; }

    public WirePrivateEndpointConnection[]? PrivateEndpointConnections { get; init; }
}

internal sealed record WireNetworkAcls
{
    public string? DefaultAction { get; init; }

    public WireVirtualNetworkRule[]? VirtualNetworkRules { get; init; }
}

internal sealed record WireVirtualNetworkRule
{
    public string? Id { get; init; }
}

/// <summary>Microsoft.Network/privateEndpoints, 2023-09-01.</summary>
internal sealed record WirePrivateEndpoint : WireResource
{
    public WirePrivateEndpointProperties? Properties { get; init; }
}

internal sealed record WirePrivateEndpointProperties
{
    public WireId? Subnet { get; init; }

    public WirePrivateLinkConnection[]? PrivateLinkServiceConnections { get; init; }

    public WirePrivateLinkConnection[]? ManualPrivateLinkServiceConnections { get; init; }
}

internal sealed record WirePrivateLinkConnection
{
    public WirePrivateLinkConnectionProperties? Properties { get; init; }
}

internal sealed record WirePrivateLinkConnectionProperties
{
    public string? PrivateLinkServiceId { get; init; }

    public string[]? GroupIds { get; init; }
}

/// <summary>Microsoft.Network/privateEndpoints/privateDnsZoneGroups, 2023-09-01.</summary>
internal sealed record WirePrivateZoneGroup
{
    public WirePrivateZoneGroupProperties? Properties { get; init; }
}

internal sealed record WirePrivateZoneGroupProperties
{
    public WirePrivateZoneConfig[]? PrivateDnsZoneConfigs { get; init; }
}

internal sealed record WirePrivateZoneConfig
{
    public WirePrivateZoneConfigProperties? Properties { get; init; }
}

internal sealed record WirePrivateZoneConfigProperties
{
    public string? PrivateDnsZoneId { get; init; }
}

/// <summary>Microsoft.Network/privateDnsZones/virtualNetworkLinks, 2020-06-01.</summary>
internal sealed record WirePrivateZoneLink
{
    public WirePrivateZoneLinkProperties? Properties { get; init; }
}

internal sealed record WirePrivateZoneLinkProperties
{
    public WireId? VirtualNetwork { get; init; }

    public string? VirtualNetworkLinkState { get; init; }
}
