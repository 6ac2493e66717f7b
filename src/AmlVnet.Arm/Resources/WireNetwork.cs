namespace AmlVnet.Arm.Resources;

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

    public string? ProvisioningState { get; init; }
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
