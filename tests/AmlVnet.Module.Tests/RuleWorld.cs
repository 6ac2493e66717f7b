using System.Text.Json.Nodes;

namespace AmlVnet.Module.Tests;

/// <summary>What <c>Test-AmlAksNetwork</c> is given in a world.</summary>
internal enum RuleInput
{
    /// <summary>Typed address ranges, without a connection.</summary>
    Offline,

    /// <summary>A workspace and a subnet, before a cluster exists.</summary>
    Preflight,

    /// <summary>A compute that exists.</summary>
    Posture,
}

/// <summary>
/// A world to check: a scenario document for the simulator, made from one in which everything is in order, and the arguments of
/// <c>Test-AmlAksNetwork</c>. It is written down and changed by the rows of <see cref="RuleWorlds"/>.
/// </summary>
internal sealed class RuleWorld
{
    public const string Subscription = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";
    public const string Network = Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork";
    public const string Cluster = Subscription + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";
    public const string Workspace = Subscription + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace";
    public const string Storage = Subscription + "/resourceGroups/myworkspacegroup/providers/Microsoft.Storage/storageAccounts/myworkspacestorage";

    private const string Good = """
        {
          "settings": { "assignmentSeconds": 0, "principalSeconds": 0, "principalWithTypeSeconds": 0, "networkSeconds": 0, "pollSeconds": 1 },
          "resourceGroups": [
            { "name": "myworkspacegroup", "location": "eastus2" },
            { "name": "mygroup", "location": "eastus2" },
            { "name": "myaksgroup", "location": "eastus2" }
          ],
          "networkSecurityGroups": [{ "resourceGroup": "mygroup", "name": "mynsg", "securityRules": [] }],
          "routeTables": [{ "resourceGroup": "mygroup", "name": "myroutes", "routes": [] }],
          "virtualNetworks": [
            {
              "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
              "subnets": [
                { "name": "default", "addressPrefix": "10.1.0.0/24", "networkSecurityGroup": "mynsg", "routeTable": "myroutes" },
                { "name": "internal", "addressPrefix": "10.1.1.0/29" }
              ],
              "peerings": []
            }
          ],
          "storageAccounts": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspacestorage" }],
          "workspaces": [
            {
              "resourceGroup": "myworkspacegroup", "name": "myworkspace",
              "storageAccount": "myworkspacegroup/Microsoft.Storage/storageAccounts/myworkspacestorage",
              "keyVault": "myworkspacegroup/Microsoft.KeyVault/vaults/myworkspacevault"
            }
          ],
          "resources": []
        }
        """;

    private const string GoodCluster = """
        {
          "resourceGroup": "myaksgroup", "name": "myakscluster", "nodes": 3, "vmSize": "Standard_D3_v2", "identity": "SystemAssigned",
          "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
          "serviceCidr": "10.0.0.0/16", "dnsServiceIP": "10.0.0.10", "dockerBridgeCidr": "172.17.0.1/16",
          "properties": { "networkProfile": {} }
        }
        """;

    private const string GoodCompute = """
        {
          "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
          "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster", "clusterPurpose": "FastProd", "loadBalancerSubnet": "default"
        }
        """;

    private const string GoodAssignment = """
        {
          "role": "Network Contributor", "cluster": "myaksgroup/Microsoft.ContainerService/managedClusters/myakscluster",
          "scope": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default"
        }
        """;

    private readonly JsonObject _document = (JsonObject)JsonNode.Parse(Good)!;

    public RuleWorld(RuleInput input)
    {
        Input = input;
        switch (input)
        {
            case RuleInput.Offline:
                Arguments["VirtualNetworkAddressPrefix"] = "10.1.0.0/16";
                Arguments["SubnetAddressPrefix"] = "10.1.0.0/24";
                break;
            case RuleInput.Preflight:
                Arguments["ResourceGroupName"] = "myworkspacegroup";
                Arguments["WorkspaceName"] = "myworkspace";
                Arguments["SubnetId"] = Network + "/subnets/default";
                break;
            default:
                Arguments["ResourceGroupName"] = "myworkspacegroup";
                Arguments["WorkspaceName"] = "myworkspace";
                Arguments["Name"] = "myaks";
                _document["clusters"] = new JsonArray(JsonNode.Parse(GoodCluster));
                _document["computes"] = new JsonArray(JsonNode.Parse(GoodCompute));
                _document["roleAssignments"] = new JsonArray(JsonNode.Parse(GoodAssignment));
                return;
        }

        Arguments["ServiceCidr"] = "10.0.0.0/16";
        Arguments["DnsServiceIP"] = "10.0.0.10";
        Arguments["DockerBridgeCidr"] = "172.17.0.1/16";
    }

    public RuleInput Input { get; }

    /// <summary>The arguments of <c>Test-AmlAksNetwork</c>, by parameter.</summary>
    public SortedDictionary<string, string> Arguments { get; } = new(StringComparer.Ordinal);

    /// <summary>What is run on the simulator after the scenario was made.</summary>
    public string? Script { get; set; }

    public JsonObject VirtualNetwork => (JsonObject)_document["virtualNetworks"]![0]!;

    public JsonObject Nodes => (JsonObject)VirtualNetwork["subnets"]![0]!;

    public JsonObject Internal => (JsonObject)VirtualNetwork["subnets"]![1]!;

    public JsonObject AksCluster => (JsonObject)_document["clusters"]![0]!;

    public JsonObject Profile => (JsonObject)AksCluster["properties"]!["networkProfile"]!;

    public JsonObject Compute => (JsonObject)_document["computes"]![0]!;

    public JsonObject Assignment => (JsonObject)_document["roleAssignments"]![0]!;

    public JsonObject StorageAccount => (JsonObject)_document["storageAccounts"]![0]!;

    /// <summary>Adds an item to a section.</summary>
    public void Add(string section, string json) => (_document[section]!.AsArray()).Add(JsonNode.Parse(json));

    /// <summary>Adds a security rule to the nodes' group.</summary>
    public void AddRule(string name, int priority, string direction, string access, string from, string to, string ports, string protocol = "Tcp") =>
        _document["networkSecurityGroups"]![0]!["securityRules"]!.AsArray().Add(JsonNode.Parse($$"""
            { "name": "{{name}}", "properties": { "protocol": "{{protocol}}", "sourcePortRange": "*", "destinationPortRange": "{{ports}}",
              "sourceAddressPrefix": "{{from}}", "destinationAddressPrefix": "{{to}}", "access": "{{access}}", "priority": {{priority}}, "direction": "{{direction}}" } }
            """));

    /// <summary>Allows what a restricted subnet needs outbound, for the cluster and for the studio.</summary>
    public void AllowNeeds()
    {
        string[] tags =
        [
            "AzureActiveDirectory", "AzureMachineLearning", "AzureResourceManager", "Storage.EastUS2", "AzureContainerRegistry.EastUS2",
            "MicrosoftContainerRegistry.EastUS2", "AzureFrontDoor.FirstParty", "AzureMonitor", "AzureFrontDoor.Frontend",
        ];
        for (var i = 0; i < tags.Length; i++) AddRule(tags[i], 200 + i, "Outbound", "Allow", "VirtualNetwork", tags[i], "443");
    }

    public void DenyInternet() => AddRule("DenyInternetOut", 4000, "Outbound", "Deny", "*", "Internet", "*", "*");

    public void RemoveRule(string name)
    {
        var rules = _document["networkSecurityGroups"]![0]!["securityRules"]!.AsArray();
        rules.Remove(rules.Single(rule => rule!["name"]!.GetValue<string>() == name));
    }

    /// <summary>Gives the cluster's identity the role at another place too.</summary>
    public void Assign(string scope)
    {
        var more = (JsonObject)Assignment.DeepClone();
        more["scope"] = scope;
        _document["roleAssignments"]!.AsArray().Add((JsonNode)more);
    }

    /// <summary>Takes away an assignment by its place in the list.</summary>
    public void Unassign(int index) => _document["roleAssignments"]!.AsArray().RemoveAt(index);

    public void AddRoute(string prefix, string nextHop) => _document["routeTables"]![0]!["routes"]!.AsArray().Add(JsonNode.Parse(
        $$"""{ "name": "default-route", "properties": { "addressPrefix": "{{prefix}}", "nextHopType": "{{nextHop}}" } }"""));

    /// <summary>Changes a resource of the finished world, as a JSON merge patch does.</summary>
    public void Change(string id, string json)
    {
        var change = (JsonObject)JsonNode.Parse(json)!;
        change["id"] = id;
        _document["resources"]!.AsArray().Add((JsonNode)change);
    }

    /// <summary>Changes the compute as the service shows it.</summary>
    public void ChangeCompute(string json) => Change(Workspace + "/computes/myaks", json);

    /// <summary>Writes the scenario to a file.</summary>
    public void Write(string path) => File.WriteAllText(path, _document.ToJsonString());

    /// <summary>The command that checks this world.</summary>
    public string Command => "Test-AmlAksNetwork " + string.Join(' ', Arguments.Select(static a => $"-{a.Key} '{a.Value}'"));
}
