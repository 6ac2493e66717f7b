using System.Globalization;
using System.Text.Json.Nodes;

namespace AmlVnet.Benchmarks;

/// <summary>
/// What all subscriptions at once cost: requests, the cloud's time under its documented token buckets, refusals on the way, and memory, for
/// more and more workspaces. All of it is counted on the simulator's virtual clock; nothing depends on the machine.
/// </summary>
internal static class FleetRun
{
    private const int WorkspacesInSubscription = 500;
    private const string First = "5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";

    // Microsoft Learn, "Understand how Azure Resource Manager throttles requests".
    private const string Script = """
        Import-Module $env:FLEET_MODULE
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $env:FLEET_WORLD -Subscription $env:FLEET_SUBSCRIPTION
        Set-AmlSimulator -Setting @{ throttling = @{ reads = @{ capacity = 250; perSecond = 25 } } }
        $size = [int]$env:FLEET_SIZE
        foreach ($command in 'Get-AmlWorkspace', 'Get-AmlAksCompute', 'Test-AmlAksNetwork') {
            $served = @(Get-AmlSimulatorLog)[-1].Number
            Set-AmlSimulator -ClearLog
            $count, $early, $due = 0, 0, [math]::Max(1, $size / 10)
            $failures = $null
            & $command -AllSubscriptions -ThrottleLimit 16 -ErrorVariable failures -ErrorAction SilentlyContinue | ForEach-Object {
                $count++
                if ($count -eq $due) { $early = [GC]::GetTotalMemory($true) }
            }
            $late = [GC]::GetTotalMemory($true)
            $log = @(Get-AmlSimulatorLog)
            # The log keeps the last 20,000.
            $requests = $log[-1].Number - $served
            $refused = @($log | Where-Object Status -EQ 429).Count
            $seconds = ($log[-1].Time - $log[0].Time).TotalSeconds
            '{0,6} {1,-20} {2,8} {3,8} {4,9:0.00} {5,6} {6,6} {7,8:0} {8,8:0.0}' -f $size, $command, $count, $requests,
                ($requests / $size), $refused, @($failures).Count, $seconds, (($late - $early) / 1MB)
        }
        """;

    /// <summary>Prints a line for each size and command.</summary>
    internal static void Run(Layout layout, IReadOnlyList<int> sizes)
    {
        Console.WriteLine("   all command               objects requests   for one    429  failed  seconds   MB more");
        foreach (var size in sizes)
        {
            var file = Path.GetTempFileName();
            try
            {
                File.WriteAllText(file, World(size).ToJsonString());
                Console.Write(layout.Pwsh(Script, new Dictionary<string, string>
                {
                    ["NO_COLOR"] = "1",
                    ["FLEET_MODULE"] = layout.Manifest,
                    ["FLEET_WORLD"] = file,
                    ["FLEET_SUBSCRIPTION"] = First,
                    ["FLEET_SIZE"] = size.ToString(CultureInfo.InvariantCulture),
                }).Output);
            }
            finally
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>So many workspaces with a compute each; five hundred share a subscription, its network, storage and vault.</summary>
    private static JsonObject World(int size)
    {
        var world = new JsonObject { ["settings"] = new JsonObject { ["coreQuota"] = 1_000_000 } };
        var owner = First;
        JsonArray Section(string name) => (JsonArray)(world[name] ??= new JsonArray());
        for (var i = 0; i < size; i++)
        {
            var place = (i / WorkspacesInSubscription).ToString(CultureInfo.InvariantCulture);
            var group = "group" + place;
            if (i % WorkspacesInSubscription == 0)
            {
                owner = i == 0 ? First : new Guid(i, 0, 0x4000, 0x80, 0, 0, 0, 0, 0, 0, 1).ToString();
                if (i > 0) Section("subscriptions").Add(Item(("id", owner), ("name", "Subscription " + place)));
                Section("resourceGroups").Add(Item(("name", group), ("subscription", owner)));
                Section("storageAccounts").Add(Item(("resourceGroup", group), ("name", "storage" + place)));
                var network = Item(("resourceGroup", group), ("name", "network" + place));
                network["addressPrefixes"] = new JsonArray("10.0.0.0/12");
                network["subnets"] = new JsonArray(Item(("name", "nodes"), ("addressPrefix", "10.0.0.0/13")));
                Section("virtualNetworks").Add(network);
            }

            var name = "work" + i.ToString(CultureInfo.InvariantCulture);
            Section("workspaces").Add(Item(("resourceGroup", group), ("name", name),
                ("storageAccount", $"{group}/Microsoft.Storage/storageAccounts/storage{place}"),
                ("keyVault", $"{group}/Microsoft.KeyVault/vaults/vault{place}")));
            var compute = Item(("workspace", $"{group}/Microsoft.MachineLearningServices/workspaces/{name}"), ("name", "aks"),
                ("vmSize", "Standard_D4s_v3"),
                ("subnet", $"{group}/Microsoft.Network/virtualNetworks/network{place}/subnets/nodes"));
            compute["nodes"] = 1;
            Section("computes").Add(compute);
        }

        return world;
    }

    private static JsonObject Item(params (string Name, string Value)[] members)
    {
        var item = new JsonObject();
        foreach (var (name, value) in members) item[name] = value;
        return item;
    }
}
