namespace AmlVnet.Core;

/// <summary>Rules about the workspace's storage.</summary>
internal static class StorageRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-STORAGE-001", "Storage that is behind a virtual network is in the cluster's one", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.SecureInferencing, facts => NodeSubnets.Each(facts, SameNetwork)),
    ];

    private static Finding[] SameNetwork(NetworkFacts facts)
    {
        if (!facts.Storage.TryGet(out var accounts))
            return [Finding.Missing(facts.Storage, "workspace storage")];
        if (!facts.Subnet.TryGet(out var subnet) || !ArmId.TryParse(subnet.Id, out var id, out _))
            return [Finding.Missing(facts.Subnet, "subnet")];
        return accounts.Select(account => One(account, subnet, id)).ToArray();
    }

    private static Finding One(StorageFacts account, SubnetFacts subnet, ArmId id)
    {
        var isShut = Is(account.PublicNetworkAccess, "Disabled");
        var hasPerimeter = Is(account.PublicNetworkAccess, "SecuredByPerimeter");
        if (!isShut && !hasPerimeter && Is(account.DefaultAction, "Allow"))
            return Finding.Passed(account.Id, "The account is open to all networks.");
        if (!isShut && !hasPerimeter && !Is(account.DefaultAction, "Deny"))
            return Finding.Unknown(account.Id, $"Whether the account is open to all networks is not known: its default action is '{account.DefaultAction}'.");
        var network = id.Parent!;
        if (account.PrivateEndpointSubnetIds?.Any(InNetwork) == true)
            return Finding.Passed(account.Id, $"The account is reached from {network} by a private endpoint.");
        if (hasPerimeter)
            return Finding.Unknown(account.Id, "The account is in a network security perimeter, whose rules are not read here.");
        if (!isShut && account.AllowedSubnetIds.Any(allowed => ArmId.AreSame(allowed, subnet.Id)))
            return Finding.Passed(account.Id, $"The account is reached from {id} by a virtual network rule.");
        if (account.PrivateEndpointSubnetIds is null)
            return Finding.Unknown(account.Id, $"No virtual network rule lets the subnet {id.Name} in, and the private endpoints could not be read.");
        return Finding.Failed(
            account.Id,
            !isShut && account.AllowedSubnetIds.Any(InNetwork)
                ? $"The account is closed, and its rules let in another subnet of {network} only, not the nodes' subnet {id.Name}."
                : $"The account is closed, and neither a rule nor a private endpoint leads to it from {network}.",
            isShut ? null : Endpoint()
                + $"az storage account network-rule add {Commands.AzName(account.Id, "--account-name")} --subnet {Commands.Quote(id.ToString())}");

        bool InNetwork(string other) => ArmId.TryParse(other, out var parsed, out _) && network.Holds(parsed);

        // The command replaces the list, so those that are there are named again.
        string Endpoint() => subnet.ServiceEndpoints.Any(service => Is(service, "Microsoft.Storage") || Is(service, "Microsoft.Storage.Global")) ? ""
            : $"az network vnet subnet update --ids {Commands.Quote(id.ToString())} --service-endpoints "
                + $"{string.Join(" ", subnet.ServiceEndpoints.Append("Microsoft.Storage"))}; ";
    }

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
