namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>What AKS asks of the network settings of a new cluster (Microsoft Learn: "Configure Azure CNI networking in AKS").</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="shape">How refusals are wrapped: a compute's or a cluster's.</param>
internal sealed class ClusterNetworkRules(Cloud cloud, ErrorShape shape)
{
    private static readonly AddressRange[] Reserved =
    [
        Range("169.254.0.0/16"), Range("172.30.0.0/16"), Range("172.31.0.0/16"), Range("192.0.2.0/24"),
    ];

    /// <summary>Refuses ranges that are none, or collide with each other, the network or its peers.</summary>
    /// <param name="network">The ranges.</param>
    /// <param name="vnet">The network; null is one that AKS makes for itself.</param>
    public void CheckRanges(JsonObject network, Resource? vnet)
    {
        var service = Service(network.Text("serviceCidr"));
        CheckDns(network.Text("dnsServiceIP"), service);
        var bridge = Bridge(network.Text("dockerBridgeCidr"), service);
        CheckPods(network.Text("podCidr"), service, vnet);
        if (vnet is null)
            return;
        foreach (var range in vnet.Properties.Objects("subnets").SelectMany(SubnetAddresses.Ranges))
        {
            if (service.Overlaps(range))
                throw Refused("ServiceCidrOverlapExistingSubnetsCidr",
                    $"The specified service CIDR {service} is conflicted with an existing subnet CIDR {range}.", "serviceCIDR");
            if (bridge?.Overlaps(range) == true)
                throw Refused("DockerBridgeCidrOverlapExistingSubnetsCidr",
                    $"The dockerBridgeCidr {bridge} overlaps the subnet CIDR {range}.", "dockerBridgeCidr");
        }
        foreach (var space in NetworkRules.Space(vnet))
        {
            if (service.Overlaps(space))
                throw Refused("ServiceCidrOverlapExistingSubnetsCidr",
                    $"The specified service CIDR {service} overlaps the address space {space} of virtual network {vnet.Name}.",
                    "serviceCIDR");
            if (bridge?.Overlaps(space) == true)
                throw Refused("NetworkProfileCIDROverlapVNET",
                    $"The dockerBridgeCidr {bridge} overlaps the address space {space} of virtual network {vnet.Name}.",
                    "dockerBridgeCidr");
        }
        CheckPeers(service, vnet);
    }

    private void CheckPods(string? text, AddressRange service, Resource? vnet)
    {
        if (text is null || !AddressRange.TryParse(text, out var pods))
            return;
        if (pods.Overlaps(service))
            throw Refused("InvalidParameter", $"The podCidr {pods} overlaps the serviceCidr {service}.", "podCIDR");
        if (vnet is null)
            return;
        foreach (var range in vnet.Properties.Objects("subnets").SelectMany(SubnetAddresses.Ranges).Concat(NetworkRules.Space(vnet)))
        {
            if (pods.Overlaps(range))
                throw Refused("PodCidrOverlapExistingSubnetsCidr",
                    $"The specified pod CIDR {pods} is conflicted with {range} of virtual network {vnet.Name}.", "podCIDR");
        }
    }

    private AddressRange Service(string? text)
    {
        if (!AddressRange.TryParse(text, out var service))
            throw Refused("CidrStringParseError", $"The serviceCidr '{text}' is not a valid IPv4 range in CIDR notation.", "serviceCIDR");
        if (service.Length < 12)
            throw Refused("ServiceCidrTooLarge", $"The serviceCidr {service} is larger than /12.", "serviceCIDR");
        foreach (var reserved in Reserved)
        {
            if (service.Overlaps(reserved))
                throw Refused("ServiceCidrOverlapReservedRange",
                    $"The serviceCidr {service} overlaps {reserved}, which AKS keeps for itself.", "serviceCIDR");
        }
        return service;
    }

    private void CheckDns(string? text, AddressRange service)
    {
        if (!AddressRange.TryParseAddress(text, out var dns))
            throw Refused("InvalidDNSServiceIP", $"The dnsServiceIP '{text}' is not an IPv4 address.", "dnsServiceIP");
        if (!service.Contains(dns))
            throw Refused("DnsServiceIpOutOfServiceCidr", $"The dnsServiceIP {text} is not in the serviceCidr {service}.", "dnsServiceIP");
        if (dns == service.First || dns == service.First + 1 || dns == service.Last)
            throw Refused("InvalidDNSServiceIP", $"The dnsServiceIP {text} is the network's, the broadcast or the first address of the "
                + $"serviceCidr {service}; the first one is the Kubernetes API's.", "dnsServiceIP");
    }

    private AddressRange? Bridge(string? text, AddressRange service)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        if (!AddressRange.TryParse(text, out var range, allowHostBits: true)
            || !AddressRange.TryParseAddress(text[..text.IndexOf('/', StringComparison.Ordinal)], out var host))
            throw Refused("CidrStringParseError", $"The dockerBridgeCidr '{text}' is not an IPv4 address with a prefix length.",
                "dockerBridgeCidr");
        if (host == range.First || host == range.Last)
            throw Refused("InvalidDockerBridgeCidr", $"The dockerBridgeCidr '{text}' has to name a usable address of its range, such as "
                + $"{AddressRange.Format(range.First + 1)}/{range.Length}.", "dockerBridgeCidr");
        return !range.Overlaps(service) ? range : throw Refused("DockerBridgeCidrOverlapServiceCidr",
            $"The dockerBridgeCidr {range} overlaps the serviceCidr {service}.", "dockerBridgeCidr");
    }

    private void CheckPeers(AddressRange service, Resource vnet)
    {
        foreach (var peering in vnet.Properties.Objects("virtualNetworkPeerings"))
        {
            var remoteId = peering.Object("properties").Object("remoteVirtualNetwork").Text("id");
            var remote = cloud.World.Find(remoteId, VirtualNetworks.Type)?.Properties.Object("addressSpace")
                ?? peering.Object("properties").Object("remoteAddressSpace");
            foreach (var text in remote.Texts("addressPrefixes"))
            {
                if (AddressRange.TryParse(text, out var range) && service.Overlaps(range))
                    throw Refused("ServiceCidrOverlapExistingSubnetsCidr",
                        $"The specified service CIDR {service} overlaps {range} of the peered virtual network {remoteId}.", "serviceCIDR");
            }
        }
    }

    private ArmException Refused(string code, string message, string target) => new(400, code, message, "networkProfile." + target)
    { Shape = shape };

    private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range
        : throw new ArgumentException(text);
}
