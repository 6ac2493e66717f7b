namespace AmlVnet.Core;

/// <summary>Rules about the workspace's storage.</summary>
internal static class StorageRules
{
    public static IEnumerable<CheckRule> All { get; } =
    [
        new(
            "AMLVNET-STORAGE-001", "Storage that is behind a virtual network is in the cluster's one", CheckSeverity.Error,
            CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.SecureInferencing, SameNetwork),
    ];

    private static Finding[] SameNetwork(NetworkFacts facts)
    {
        if (!facts.Storage.TryGet(out var accounts))
            return [Finding.Missing(facts.Storage, "workspace storage")];
        if (!ArmId.TryParse(facts.Subnet.Value?.Id, out var subnet, out _))
            return [Finding.Missing(facts.Subnet, "subnet")];
        return accounts.Select(account => One(account, subnet)).ToArray();
    }

    private static Finding One(StorageFacts account, ArmId subnet)
    {
        var isOpen = !Is(account.DefaultAction, "Deny") && !Is(account.PublicNetworkAccess, "Disabled");
        if (isOpen)
            return Finding.Passed(account.Id, "The account is open to all networks.");
        var network = subnet.Parent!;
        var ruled = !Is(account.PublicNetworkAccess, "Disabled") && account.AllowedSubnetIds.Any(InNetwork);
        if (ruled || account.PrivateEndpointSubnetIds?.Any(InNetwork) == true)
            return Finding.Passed(account.Id, $"The account is reached from {network} by {(ruled ? "a virtual network rule" : "a private endpoint")}.");
        if (account.PrivateEndpointSubnetIds is null)
            return Finding.Unknown(account.Id, "No virtual network rule lets the cluster's network in, and the private endpoints could not be read.");
        return Finding.Failed(
            account.Id, $"The account is closed, and neither a rule nor a private endpoint leads to it from {network}.",
            Is(account.PublicNetworkAccess, "Disabled") ? null
                : $"az network vnet subnet update --ids {Commands.Quote(subnet.ToString())} --service-endpoints Microsoft.Storage; "
                    + $"az storage account network-rule add {Commands.AzName(account.Id, "--account-name")} --subnet {Commands.Quote(subnet.ToString())}");

        bool InNetwork(string id) => ArmId.TryParse(id, out var parsed, out _) && network.Holds(parsed);
    }

    private static bool Is(string? value, string word) => string.Equals(value, word, StringComparison.OrdinalIgnoreCase);
}
