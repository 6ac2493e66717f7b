namespace AmlVnet.Core.Checks;

/// <summary>
/// Rules about what a workspace works with: storage, key vault and container registry. One text for all three; what differs is in
/// <see cref="Kind"/>.
/// </summary>
internal static class AssociatedResourceRules
{
    private const CheckStage Stages = CheckStage.Create | CheckStage.Attach | CheckStage.Posture;

    private static readonly Kind[] Kinds =
    [
        new(
            "STORAGE", "Storage", "storage account", "workspace storage", "blob", "Microsoft.Storage",
            "az storage account network-rule add", "--account-name", facts => facts.Storage) { AlwaysHasRules = true },
        new("KEYVAULT", "A key vault", "key vault", "key vault", "vault", "Microsoft.KeyVault", "az keyvault network-rule add", "--name",
            facts => facts.KeyVaults),
        new("REGISTRY", "A container registry", "container registry", "container registry", "registry", null, null, "--name",
            facts => facts.ContainerRegistries),
    ];

    public static IEnumerable<CheckRule> All { get; } =
    [
        .. Kinds.Select(kind => new CheckRule(
            $"AMLVNET-{kind.Area}-001", $"{kind.Title} that is behind a virtual network is reached from the cluster's one",
            CheckSeverity.Error, Stages,
            Sources.SecureInferencing, facts => NodeSubnets.Each(facts, one => Each(one, kind, Reached)))),
        .. Kinds.Select(kind => new CheckRule(
            $"AMLVNET-{kind.Area}-002", $"The private name of the {kind.Name} is answered in the cluster's network", CheckSeverity.Warning,
            Stages,
            Sources.SecureKubernetesInferencing, facts => Each(facts, kind, Named))),
    ];

    private static Finding[] Each(NetworkFacts facts, Kind kind,
        Func<NetworkFacts, Kind, AssociatedResourceFacts, SubnetFacts, ArmId, Finding> rule)
    {
        if (!kind.Of(facts).TryGet(out var resources))
            return [Finding.Missing(kind.Of(facts), kind.Part)];
        if (!facts.Subnet.TryGet(out var subnet) || !ArmId.TryParse(subnet.Id, out var id, out _))
            return [Finding.Missing(facts.Subnet, "subnet")];
        return [.. resources.Select(resource => rule(facts, kind, resource, subnet, id))];
    }

    private static Finding Reached(NetworkFacts facts, Kind kind, AssociatedResourceFacts resource, SubnetFacts subnet, ArmId id)
    {
        if (IsOpen(kind, resource) is not { } open)
            return Finding.Unknown(
                resource.Id,
                $"Whether the {kind.Name} is open to all networks is not known: its default action is '{resource.DefaultAction}', "
                    + $"and public network access is '{resource.PublicNetworkAccess}'.");
        if (open)
            return Finding.Passed(resource.Id, $"The {kind.Name} is open to all networks.");
        var network = id.Parent!;
        var endpoints = (resource.PrivateEndpoints ?? []).Where(
            endpoint => endpoint.GroupIds.Count == 0 || endpoint.GroupIds.Any(group => Is(group, kind.Group))).ToArray();
        if (endpoints.FirstOrDefault(endpoint => IsIn(endpoint.SubnetId, network)) is { } own)
            return Finding.Passed(resource.Id, $"The {kind.Name} is reached from {network} by the private endpoint {NameOf(own.Id)}.");
        if (endpoints.FirstOrDefault(endpoint => Peered(facts, endpoint.SubnetId) is not null) is { } peered)
            return AtPeer(facts, kind, resource, peered);
        if (resource.PublicNetworkAccess == NetworkAccessState.SecuredByPerimeter)
            return Finding.Unknown(resource.Id, $"The {kind.Name} is in a network security perimeter, whose rules are not read here.");
        var isShut = resource.PublicNetworkAccess == NetworkAccessState.Disabled;
        var isLetIn = !isShut && resource.AllowedSubnetIds.Any(allowed => ArmId.AreSame(allowed, subnet.Id));
        if (isLetIn && HasServiceEndpoint(subnet, kind))
            return Finding.Passed(resource.Id, $"The {kind.Name} is reached from {id} by a virtual network rule.");
        if (resource.PrivateEndpoints is null)
            return Finding.Unknown(resource.Id,
                $"No virtual network rule lets the subnet {id.Name} in, and the private endpoints could not be read.");
        return Finding.Failed(
            resource.Id,
            isLetIn ? $"The {kind.Name} is closed, and its rule for the subnet {id.Name} does not work without the service endpoint "
                + $"{kind.Service} there."
                : !isShut && resource.AllowedSubnetIds.Any(allowed => IsIn(allowed, network))
                ? $"The {kind.Name} is closed, and its rules let in another subnet of {network} only, not the nodes' subnet {id.Name}."
                : $"The {kind.Name} is closed, and neither a rule nor a private endpoint leads to it from {network}.",
            isShut || kind.Service is null ? NewEndpoint(facts, kind, resource, id)
                : ServiceEndpoint(subnet, kind, id) + (isLetIn ? "" : Rule(kind, resource, id)));
    }

    // The page for AksCompute (v1) asks for the same virtual network, the one for Kubernetes computes (v2) for the same or a peered one.
    private static Finding AtPeer(NetworkFacts facts, Kind kind, AssociatedResourceFacts resource, PrivateEndpointFacts endpoint)
    {
        var words = $"The {kind.Name} is reached by the private endpoint {NameOf(endpoint.Id)}, in the peered network of "
            + $"{Peered(facts, endpoint.SubnetId)!.Name}";
        return facts.Compute.State == KnownState.NotGathered
            ? Finding.Passed(resource.Id, $"{words}.")
            : Finding.Warning(
                resource.Id,
                $"{words}. For an AKS compute the page of v1 ({Sources.SecureInferencing}) asks for the cluster's own network; "
                    + $"that of v2 ({Sources.SecureKubernetesInferencing}) takes a peered one.",
                ArmId.TryParse(facts.Subnet.Value?.Id, out var id, out _) ? NewEndpoint(facts, kind, resource, id) : null);
    }

    private static Finding Named(NetworkFacts facts, Kind kind, AssociatedResourceFacts resource, SubnetFacts subnet, ArmId id)
    {
        var endpoint = resource.PrivateEndpoints?.FirstOrDefault(
            one => IsIn(one.SubnetId, id.Parent!) || Peered(facts, one.SubnetId) is not null);
        if (endpoint is null)
            return Finding.NotApplicable(resource.Id,
                $"No private endpoint leads to the {kind.Name} from the cluster's network; AMLVNET-{kind.Area}-001 speaks of it.");
        if (facts.VirtualNetwork.Value?.DnsServers.Any(server => server != NetworkSpace.ProbeAddress.ToString()) == true)
            return Finding.Unknown(resource.Id,
                "DNS servers of the network's own answer it; whether they know the private name is asked from a pod: nslookup.");
        if (!endpoint.Zones.TryGet(out var zones))
            return Finding.Missing(endpoint.Zones, "private DNS zones of the endpoint");
        if (zones.Count == 0)
            return Finding.Failed(
                resource.Id, $"The private endpoint {NameOf(endpoint.Id)} has no private DNS zone: the name of the {kind.Name} leads to "
                    + "its public address.",
                Commands.AzName(endpoint.Id) is { } show ? $"az network private-endpoint show {show} --query customDnsConfigs" : null);
        var network = id.Parent!.ToString();
        return zones.FirstOrDefault(zone => !zone.LinkedNetworkIds.Any(linked => ArmId.AreSame(linked, network))) is not { } lonely
            ? Finding.Passed(resource.Id, $"{string.Join(", ", zones.Select(zone => NameOf(zone.Id)))} of the private endpoint "
                + $"{NameOf(endpoint.Id)} answers {network}.")
            : Finding.Failed(
                resource.Id, $"The private DNS zone {NameOf(lonely.Id)} of the endpoint {NameOf(endpoint.Id)} is not linked to {network}: "
                    + $"the name of the {kind.Name} leads to its public address there.",
                Commands.AzName(lonely.Id, "--zone-name") is { } zone
                    ? $"az network private-dns link vnet create {zone} --name {Commands.Quote(id.Parent!.Name)} --virtual-network "
                        + $"{Commands.Quote(network)} --registration-enabled false"
                    : null);
    }

    /// <summary>Whether a resource is open to all networks;
    /// null where the answer says nothing of it, or something that is not known here.</summary>
    private static bool? IsOpen(Kind kind, AssociatedResourceFacts resource) =>
        (resource.PublicNetworkAccess, resource.DefaultAction?.ToUpperInvariant()) switch
        {
            var (access, _) when access == NetworkAccessState.Disabled || access == NetworkAccessState.SecuredByPerimeter => false,
            ({ } access, _) when access != NetworkAccessState.Enabled => null,
            (_, "ALLOW") => true,
            (_, "DENY") => false,
            // A vault or a registry without rules of its own takes all networks; a storage account always says which.
            ({ }, null) when !kind.AlwaysHasRules => true,
            _ => null,
        };

    private static bool HasServiceEndpoint(SubnetFacts subnet, Kind kind) =>
        kind.Service is { } service && subnet.ServiceEndpoints.Any(one => Is(one, service) || Is(one, service + ".Global"));

    // The command replaces the list, so those that are there are named again.
    private static string ServiceEndpoint(SubnetFacts subnet, Kind kind, ArmId id) => HasServiceEndpoint(subnet, kind) ? ""
        : $"az network vnet subnet update --ids {Commands.Quote(id.ToString())} --service-endpoints "
            + $"{string.Join(" ", subnet.ServiceEndpoints.Append(kind.Service))}; ";

    private static string Rule(Kind kind, AssociatedResourceFacts resource, ArmId id) =>
        $"{kind.Command} {Commands.AzName(resource.Id, kind.NameOption)} --subnet {Commands.Quote(id.ToString())}";

    private static string? NewEndpoint(NetworkFacts facts, Kind kind, AssociatedResourceFacts resource, ArmId subnet)
    {
        if (Commands.AzName(subnet.Parent!.ToString()) is null)
            return null;
        var name = Commands.Quote($"{NameOf(resource.Id)}-{kind.Group}");
        return $"az network private-endpoint create --subscription {subnet.SubscriptionId} --resource-group "
            + $"{Commands.Quote(subnet.ResourceGroupName!)} --name {name} --connection-name {name} --subnet "
            + $"{Commands.Quote(subnet.ToString())} --private-connection-resource-id {Commands.Quote(resource.Id)} --group-id {kind.Group}"
            + (facts.VirtualNetwork.Value?.Location is { } location ? $" --location {location}" : "");
    }

    private static bool IsIn(string subnet, ArmId network) => ArmId.TryParse(subnet, out var id, out _) && network.Holds(id);

    private static PeeringFacts? Peered(NetworkFacts facts, string subnet) => facts.VirtualNetwork.Value?.Peerings.FirstOrDefault(peering =>
        peering.CarriesTraffic && ArmId.TryParse(peering.RemoteVirtualNetworkId, out var remote, out _) && IsIn(subnet, remote));

    private static string NameOf(string id) => ArmId.TryParse(id, out var parsed, out _) ? parsed.Name : id;

    /// <summary>What differs from kind to kind.</summary>
    /// <param name="Area">The area of the rules' ids.</param>
    /// <param name="Title">How a sentence about it begins.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Part">What the facts call it.</param>
    /// <param name="Group">The group of private link that the cluster needs.</param>
    /// <param name="Service">The service endpoint; null where its rules take no subnets.</param>
    /// <param name="Command">The command that lets a subnet in.</param>
    /// <param name="NameOption">How that command names it.</param>
    /// <param name="Of">Where it is in the facts.</param>
    private sealed record Kind(
        string Area, string Title, string Name, string Part, string Group, string? Service, string? Command, string NameOption,
        Func<NetworkFacts, Known<IReadOnlyList<AssociatedResourceFacts>>> Of)
    {
        /// <summary>Whether an answer without rules is one that was cut short.</summary>
        public bool AlwaysHasRules { get; init; }
    }
}
