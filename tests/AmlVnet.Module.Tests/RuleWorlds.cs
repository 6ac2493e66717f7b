namespace AmlVnet.Module.Tests;

/// <summary>How a rule's recommendation is carried out.</summary>
internal enum Remedy
{
    /// <summary>It plans; the plan, used in place of the typed values, passes.</summary>
    Plan,

    /// <summary>It is run as it stands, and the same check passes.</summary>
    Run,

    /// <summary>It creates the compute that was planned; the check of that compute passes.</summary>
    Create,

    /// <summary>Its Azure CLI commands are run by the real az on the simulator's server, see <see cref="RuleRemedyTests"/>.</summary>
    AzureCli,

    /// <summary>It cannot be run here, or there is none; the row says why.</summary>
    None,
}

/// <summary>A rule with a world in which it passes and a change after which only it does not.</summary>
internal sealed record RuleRow(string Id, RuleInput Input, Action<RuleWorld> Break, string Target, string Evidence)
{
    /// <summary>What the good world needs besides everything being in order.</summary>
    public Action<RuleWorld> Arrange { get; init; } = static _ => { };

    /// <summary>What the broken world's result says.</summary>
    public string Status { get; init; } = "Failed";

    public Remedy Remedy { get; init; } = Remedy.Run;

    /// <summary>Another way to break it, where the recommendation of the first one is none.</summary>
    public Action<RuleWorld>? BreakForRemedy { get; init; }

    /// <summary>The recommendation takes the ground from under the rule instead of making it pass.</summary>
    public bool EndsNotApplicable { get; init; }

    /// <summary>Why the recommendation is not run.</summary>
    public string? Why { get; init; }

    /// <summary>Other rules that fail with it, each with the reason.</summary>
    public IReadOnlyDictionary<string, string> Companions { get; init; } = new Dictionary<string, string>();

    /// <summary>The world in which the rule passes, perhaps looked at by another input than the row's own.</summary>
    public RuleWorld Good(RuleInput? input = null)
    {
        var world = new RuleWorld(input ?? Input);
        Arrange(world);
        return world;
    }

    public RuleWorld Broken(bool forRemedy = false)
    {
        var world = Good();
        (forRemedy ? BreakForRemedy ?? Break : Break)(world);
        return world;
    }

    public override string ToString() => Id;
}

/// <summary>The two worlds of each rule of the catalogue.</summary>
internal static class RuleWorlds
{
    private const string OtherSubscription = "/subscriptions/00000000-1111-2222-3333-444444444444";
    private const string OtherNetwork = OtherSubscription + "/resourceGroups/elsewhere/providers/Microsoft.Network/virtualNetworks/other";

    public static IReadOnlyList<RuleRow> All { get; } =
    [
        Planned("AMLVNET-CIDR-001", static w => w.Arguments["ServiceCidr"] = "10.0.0.1/16", "ServiceCidr", "10.0.0.0/16"),
        Planned("AMLVNET-CIDR-002", static w => w.Arguments["VirtualNetworkAddressPrefix"] = "10.0.0.0/15", "ServiceCidr", "10.0.0.0/15"),
        new(
            "AMLVNET-CIDR-003", RuleInput.Preflight, static w => (w.Arguments["ServiceCidr"], w.Arguments["DnsServiceIP"]) = ("10.2.0.0/16", "10.2.0.10"),
            "ServiceCidr", "10.2.0.0/16")
        {
            Remedy = Remedy.Plan,
            Arrange = static w =>
            {
                w.Add("virtualNetworks", """{ "resourceGroup": "mygroup", "name": "hub", "addressPrefixes": ["10.2.0.0/16"], "subnets": [] }""");
                w.VirtualNetwork["peerings"]!.AsArray().Add(System.Text.Json.Nodes.JsonNode.Parse(
                    """{ "name": "to-hub", "remoteVirtualNetwork": "mygroup/Microsoft.Network/virtualNetworks/hub" }"""));
            },
        },
        Planned("AMLVNET-CIDR-004", static w => w.Arguments["ReservedAddressPrefix"] = "10.0.128.0/17", "ServiceCidr", "10.0.128.0/17") with
        {
            Arrange = static w => w.Arguments["ReservedAddressPrefix"] = "192.168.0.0/16",
        },
        Planned(
            "AMLVNET-CIDR-005", static w => (w.Arguments["ServiceCidr"], w.Arguments["DnsServiceIP"]) = ("172.30.0.0/16", "172.30.0.10"),
            "ServiceCidr", "172.30.0.0/16"),
        Planned(
            "AMLVNET-CIDR-006", static w => (w.Arguments["ServiceCidr"], w.Arguments["DnsServiceIP"]) = ("100.64.0.0/11", "100.64.0.10"),
            "ServiceCidr", "/12"),
        Planned("AMLVNET-CIDR-007", static w => w.Arguments["DnsServiceIP"] = "10.0.0.1", "DnsServiceIP", "first usable address"),
        Planned("AMLVNET-CIDR-008", static w => w.Arguments["DockerBridgeCidr"] = "172.17.0.0/16", "DockerBridgeCidr", "172.17.0.1/16"),
        Planned("AMLVNET-CIDR-009", static w => w.Arguments["DockerBridgeCidr"] = "10.1.0.1/16", "DockerBridgeCidr", "10.1.0.0/16"),
        Planned("AMLVNET-CIDR-010", static w => w.Arguments.Remove("DockerBridgeCidr"), "network settings", "DockerBridgeCidr is not"),
        Planned("AMLVNET-CIDR-011", static w => w.Arguments["PodCidr"] = "10.1.128.0/17", "PodCidr", "10.1.0.0/16") with
        {
            Arrange = static w => w.Arguments["PodCidr"] = "10.244.0.0/16",
        },
        Planned("AMLVNET-CIDR-012", static w => w.Arguments["SubnetAddressPrefix"] = "10.2.0.0/24", "SubnetAddressPrefix", "10.1.0.0/16"),
        new("AMLVNET-CIDR-013", RuleInput.Posture, static w => Asked(w, "10.9.0.0/16", "10.9.0.10"), "myakscluster", "asked for 10.9.0.0/16")
        {
            Arrange = static w => Asked(w, "10.0.0.0/16", "10.0.0.10"),
            Remedy = Remedy.None,
            Why = "The service CIDR of a cluster cannot be changed. That a plan makes a new compute which passes is a test of its own.",
        },

        Planned("AMLVNET-SUBNET-001", static w => w.Arguments["SubnetAddressPrefix"] = "10.1.0.0/26", "10.1.0.0/26", "/24 would fit"),
        new(
            "AMLVNET-SUBNET-002", RuleInput.Preflight, static w => w.Nodes["delegations"] = Texts("Microsoft.Web/serverFarms"),
            "/subnets/default", "Microsoft.Web/serverFarms") { Remedy = Remedy.AzureCli },
        new(
            "AMLVNET-SUBNET-003", RuleInput.Posture, static w => w.ChangeCompute("""{ "properties": { "properties": { "loadBalancerSubnet": "gone" } } }"""),
            "/computes/myaks", "gone"),
        new("AMLVNET-SUBNET-004", RuleInput.Posture, LoseFrontend, "/subnets/internal", "3 addresses")
        {
            Arrange = static w =>
            {
                w.Compute["loadBalancerSubnet"] = "internal";
                w.Assign(RuleWorld.Network + "/subnets/internal");
            },
            Remedy = Remedy.AzureCli,
            Companions = new Dictionary<string, string>
            {
                ["AMLVNET-COMPUTE-005"] = "Only a load balancer that lost its frontend looks for an address, and then none has the compute's.",
            },
        },

        new("AMLVNET-REGION-001", RuleInput.Preflight, static w => w.Arguments["Location"] = "westus2", "/virtualNetworks/mynetwork", "westus2")
        {
            Remedy = Remedy.Create,
        },
        new(
            "AMLVNET-REGION-002", RuleInput.Preflight,
            static w =>
            {
                w.Arguments["Location"] = "westus2";
                w.VirtualNetwork["location"] = "westus2";
            },
            "/workspaces/myworkspace", "private endpoint")
        {
            Arrange = static w => w.Change(RuleWorld.Workspace, """
                { "properties": { "privateEndpointConnections": [{ "properties": {
                  "privateEndpoint": { "id": "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/mygroup/providers/Microsoft.Network/privateEndpoints/pe" },
                  "privateLinkServiceConnectionState": { "status": "Approved" } } }] } }
                """),
            // With the network in the cluster's wrong region nothing but another network helps; with the network in the right one, the location does.
            BreakForRemedy = static w => w.Arguments["Location"] = "westus2",
            Remedy = Remedy.Create,
        },
        new("AMLVNET-REGION-003", RuleInput.Preflight, Elsewhere, "/virtualNetworks/other/subnets/default", "00000000-1111-2222-3333-444444444444")
        {
            Remedy = Remedy.None,
            Why = "A network does not move to another subscription by a command; another network has to be chosen.",
        },

        new(
            "AMLVNET-STORAGE-001", RuleInput.Preflight,
            static w =>
            {
                w.Nodes.Remove("serviceEndpoints");
                w.StorageAccount["virtualNetworkRules"] = Texts();
            },
            "/storageAccounts/myworkspacestorage", "closed")
        {
            Arrange = static w =>
            {
                w.Nodes["serviceEndpoints"] = Texts("Microsoft.Storage");
                w.StorageAccount["defaultAction"] = "Deny";
                w.StorageAccount["virtualNetworkRules"] = Texts(RuleWorld.Network + "/subnets/default");
            },
            Remedy = Remedy.AzureCli,
        },

        new("AMLVNET-RBAC-001", RuleInput.Posture, static w => w.Unassign(0), "/subnets/default", "subnets/join/action"),
        new("AMLVNET-RBAC-002", RuleInput.Posture, static w => w.Unassign(0), "/subnets/default", "subnets/join/action")
        {
            Arrange = static w =>
            {
                w.Compute["loadBalancerSubnet"] = "internal";
                w.Assign(RuleWorld.Network + "/subnets/internal");
            },
        },
        new("AMLVNET-RBAC-003", RuleInput.Posture, static w => w.Unassign(1), "/routeTables/myroutes", "routeTables/write")
        {
            Arrange = Kubenet,
            Remedy = Remedy.AzureCli,
        },
        new(
            "AMLVNET-RBAC-004", RuleInput.Posture,
            static w =>
            {
                w.Unassign(0);
                w.Script = $"Grant-AksNetworkContributor -Cluster '{RuleWorld.Cluster}'";
            },
            "/roleAssignments/", "/resourceGroups/mygroup") { Status = "Warning", Remedy = Remedy.AzureCli },
        new(
            "AMLVNET-RBAC-005", RuleInput.Posture,
            static w => w.Change(RuleWorld.Cluster, """{ "identity": null, "properties": { "identityProfile": null } }"""),
            "/managedClusters/myakscluster", "neither a service principal nor a managed identity") { Remedy = Remedy.AzureCli },

        new("AMLVNET-COMPUTE-001", RuleInput.Preflight, static w => w.Arguments["AgentCount"] = "1", "/computes/planned", "there are 1")
        {
            Arrange = static w => w.Arguments["AgentVmSize"] = "Standard_D5_v2",
            Remedy = Remedy.Create,
        },
        new("AMLVNET-COMPUTE-002", RuleInput.Preflight, static w => w.Arguments["AgentVmSize"] = "Standard_D2_v2", "/computes/planned", "have 6")
        {
            Remedy = Remedy.Create,
        },
        new(
            "AMLVNET-COMPUTE-003", RuleInput.Posture,
            static w =>
            {
                var again = (System.Text.Json.Nodes.JsonObject)w.Compute.DeepClone();
                again.Remove("loadBalancerSubnet");
                again["name"] = "twice";
                w.Add("computes", again.ToJsonString());
            },
            "/managedClusters/myakscluster", "/computes/twice"),
        new(
            "AMLVNET-COMPUTE-004", RuleInput.Posture,
            static w =>
            {
                w.Compute.Remove("loadBalancerSubnet");
                w.ChangeCompute("""
                    { "properties": { "provisioningState": "Failed", "provisioningErrors": [{ "error": { "code": "BadRequest", "message": "Scoring FE IP address not updated yet." } }] } }
                    """);
            },
            "/computes/myaks", "no address yet")
        {
            // Until it is private, the endpoint is asked for from the internet.
            Arrange = static w => w.AddRule("AllowScoring", 300, "Inbound", "Allow", "Internet", "*", "80"),
        },
        new(
            "AMLVNET-COMPUTE-005", RuleInput.Posture,
            static w =>
            {
                w.Compute.Remove("loadBalancerSubnet");
                w.ChangeCompute("""{ "properties": { "properties": { "loadBalancerType": "InternalLoadBalancer", "loadBalancerSubnet": "default" } } }""");
            },
            "/computes/myaks", "public")
        {
            Companions = new Dictionary<string, string>
            {
                ["AMLVNET-NSG-001"] = "A public address is not in VirtualNetwork, where clients of a private endpoint are, so that the default rules deny it.",
            },
        },
        new(
            "AMLVNET-COMPUTE-006", RuleInput.Posture,
            static w => w.ChangeCompute("""{ "properties": { "properties": { "sslConfiguration": { "status": "Auto", "leafDomainLabel": "scoring" } } } }"""),
            "/computes/myaks", "scoring") { EndsNotApplicable = true },
        new("AMLVNET-COMPUTE-007", RuleInput.Posture, Kubenet, "/managedClusters/myakscluster", "31 March 2028")
        {
            Status = "Warning",
            Remedy = Remedy.None,
            Why = "az aks update of azure-cli 2.45.0, which Debian 12 has, knows neither --network-plugin nor --network-plugin-mode.",
        },
        new("AMLVNET-COMPUTE-008", RuleInput.Posture, static w => w.Profile["loadBalancerSku"] = "basic", "/managedClusters/myakscluster", "Basic")
        {
            Status = "Warning",
            Remedy = Remedy.None,
            Why = "az aks update of azure-cli 2.45.0, which Debian 12 has, does not know --load-balancer-sku.",
        },
        new(
            "AMLVNET-COMPUTE-009", RuleInput.Posture,
            static w => w.AksCluster["properties"]!["apiServerAccessProfile"]!["enablePrivateClusterPublicFQDN"] = true,
            "/managedClusters/myakscluster", "public name")
        {
            Arrange = static w => w.AksCluster["properties"]!["apiServerAccessProfile"] =
                System.Text.Json.Nodes.JsonNode.Parse("""{ "enablePrivateCluster": true, "enablePrivateClusterPublicFQDN": false }"""),
            Remedy = Remedy.AzureCli,
        },

        new("AMLVNET-OUTBOUND-001", RuleInput.Preflight, static w => w.AddRoute("0.0.0.0/0", "None"), "/routeTables/myroutes", "dropped")
        {
            Remedy = Remedy.AzureCli,
        },
        new(
            "AMLVNET-OUTBOUND-002", RuleInput.Posture, static w => w.Profile["outboundType"] = "userAssignedNATGateway", "/subnets/default", "NAT gateway")
        {
            Remedy = Remedy.AzureCli,
        },

        new(
            "AMLVNET-NSG-001", RuleInput.Posture,
            static w => w.AddRule("DenyScoring", 300, "Inbound", "Deny", "VirtualNetwork", "*", "80"), "/networkSecurityGroups/mynsg", "DenyScoring"),
        new(
            "AMLVNET-NSG-002", RuleInput.Posture,
            static w => w.AddRule("DenyNodePorts", 300, "Inbound", "Deny", "*", "*", "30000-32767"), "/networkSecurityGroups/mynsg", "DenyNodePorts"),
        new("AMLVNET-NSG-003", RuleInput.Posture, static w => w.DenyInternet(), "/networkSecurityGroups/mynsg", "DenyInternetOut")
        {
            Arrange = static w => w.AllowNeeds(),
            Remedy = Remedy.AzureCli,
        },
        new("AMLVNET-NSG-004", RuleInput.Posture, static w => w.RemoveRule("Storage.EastUS2"), "/networkSecurityGroups/mynsg", "Storage.eastus2")
        {
            Arrange = Restricted,
        },
        new(
            "AMLVNET-NSG-005", RuleInput.Posture, static w => w.RemoveRule("AzureFrontDoor.Frontend"), "/networkSecurityGroups/mynsg",
            "AzureFrontDoor.Frontend") { Arrange = Restricted },
        new(
            "AMLVNET-NSG-006", RuleInput.Posture,
            static w =>
            {
                w.AddRule("DenyAdmin", 300, "Inbound", "Deny", "VirtualNetwork", "*", "8080");
                w.AddRule("AllowAdmin", 400, "Inbound", "Allow", "VirtualNetwork", "*", "8080");
            },
            "/networkSecurityGroups/mynsg", "AllowAdmin")
        {
            Status = "Warning",
            Remedy = Remedy.AzureCli,
        },
    ];

    public static RuleRow Of(string id) => All.Single(row => row.Id == id);

    /// <summary>The compute says which ranges it asked for.</summary>
    public static void Asked(RuleWorld world, string serviceCidr, string dns) => world.ChangeCompute($$"""
        { "properties": { "properties": { "aksNetworkingConfiguration": { "subnetId": "{{RuleWorld.Network}}/subnets/default",
          "serviceCidr": "{{serviceCidr}}", "dnsServiceIP": "{{dns}}", "dockerBridgeCidr": "172.17.0.1/16" } } } }
        """);

    private static RuleRow Planned(string id, Action<RuleWorld> spoil, string target, string evidence) =>
        new(id, RuleInput.Offline, spoil, target, evidence) { Remedy = Remedy.Plan };

    private static System.Text.Json.Nodes.JsonArray Texts(params string[] texts) => new([.. texts.Select(static t => (System.Text.Json.Nodes.JsonNode)t)]);

    private static void Restricted(RuleWorld world)
    {
        world.AllowNeeds();
        world.DenyInternet();
    }

    private static void Kubenet(RuleWorld world)
    {
        world.AksCluster["networkPlugin"] = "kubenet";
        world.Assign("mygroup/Microsoft.Network/routeTables/myroutes");
    }

    /// <summary>The internal load balancer's service was deleted, and others took all addresses since.</summary>
    private static void LoseFrontend(RuleWorld world)
    {
        world.Compute.Remove("loadBalancerSubnet");
        world.Internal["usedAddresses"] = 3;
        world.ChangeCompute("""
            { "properties": { "properties": { "loadBalancerType": "InternalLoadBalancer", "loadBalancerSubnet": "internal",
              "systemServices": [{ "systemServiceType": "ScoringFrontEnd", "publicIpAddress": "10.1.1.5", "version": "1" }] } } }
            """);
    }

    private static void Elsewhere(RuleWorld world)
    {
        world.Arguments["SubnetId"] = OtherNetwork + "/subnets/default";
        world.Change(OtherSubscription, $$"""
            { "type": "Microsoft.Resources/subscriptions", "subscriptionId": "{{OtherSubscription[15..]}}", "displayName": "other", "state": "Enabled" }
            """);
        world.Change(OtherSubscription + "/resourceGroups/elsewhere", """
            { "type": "Microsoft.Resources/resourceGroups", "location": "eastus2", "properties": { "provisioningState": "Succeeded" } }
            """);
        world.Change(OtherNetwork, $$"""
            {
              "type": "Microsoft.Network/virtualNetworks", "location": "eastus2",
              "properties": {
                "provisioningState": "Succeeded", "addressSpace": { "addressPrefixes": ["10.1.0.0/16"] }, "virtualNetworkPeerings": [],
                "subnets": [{ "name": "default", "id": "{{OtherNetwork}}/subnets/default", "properties": { "addressPrefix": "10.1.0.0/24" } }]
              }
            }
            """);
    }
}
