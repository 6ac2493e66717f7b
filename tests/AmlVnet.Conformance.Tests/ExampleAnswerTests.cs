using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Ids;

namespace AmlVnet.Conformance.Tests;

/// <summary>The answers of the official examples (x-ms-examples), read as the module reads Azure's.</summary>
public sealed class ExampleAnswerTests
{
    /// <summary>Examples of what the module never asks for.</summary>
    private static readonly string[] NotRead =
    [
        "AgentPoolsGet", "AgentPoolsList", "ManagedClustersDelete", "GetPermissions", "listKeysAKSCompute", "compute-listKeys",
        "compute-delete", "IdentityCreate", "IdentityGet", "DefaultSecurityRuleList", "NetworkSecurityGroupRuleDelete",
        "NetworkSecurityGroupRuleList", "SubnetList", "VirtualNetworkCheckIPAddressAvailability", "VirtualNetworkPeeringList",
        "ResourcesBasicQuery", "ResourcesFilterQuery", "ResourcesFirstPageQuery", "ResourcesNextPageQuery", "ResourcesPropertiesQuery",
        "CreateResourceGroup", "GetProvider", "GetProviderResourceTypes", "GetProviders", "GetRoleDefinitionAtScope",
    ];

    [Fact]
    public void Every_example_is_read_or_is_of_something_that_the_module_never_asks_for()
    {
        var read = 0;
        foreach (var path in Directory.EnumerateFiles(Path.Combine(Reference.Require(), "examples"), "*.json", SearchOption.AllDirectories))
        {
            var name = Path.GetFileNameWithoutExtension(path);
            if (NotRead.Contains(name)) continue;
            var answers = JsonNode.Parse(File.ReadAllText(path))!["responses"]!.AsObject().Select(static r => r.Value?["body"])
                .OfType<JsonObject>().ToArray();
            Assert.NotEmpty(answers);
            foreach (var answer in answers) Read(name, answer);
            read++;
        }

        Assert.True(read >= 38, $"{read} examples were read.");
    }

    [Fact]
    public void An_AKS_compute_has_all_that_its_example_shows()
    {
        var compute = Parse(Reference.Example("ml-2018-11-19/updateAKSCompute")["responses"]!["200"]!["body"]!,
            WireJson.Default.WireCompute).ToAksCompute();
        Assert.Equal("compute123", compute.Name);
        Assert.Equal("workspaces123", compute.WorkspaceName);
        Assert.NotNull(compute.ClusterId);
        Assert.NotNull(compute.ProvisioningState);
    }

    [Fact]
    public void A_role_definition_has_its_actions()
    {
        var role = Parse(Reference.Example("authorization-2022-04-01/GetRoleDefinitionById")["responses"]!["200"]!["body"]!,
            WireJson.Default.WireRoleDefinition).ToFacts();
        Assert.NotEmpty(role!.Permissions);
    }

    /// <summary>
    /// The comparison passes what Microsoft itself shows; where an example is at odds with its own specification, it is named.
    /// </summary>
    [Fact]
    public void The_examples_of_the_modelled_requests_agree_with_the_specifications()
    {
        var library = SpecLibrary.Official;
        var found = new List<string>();
        foreach (var (example, path) in new[]
        {
            ("ml-2023-10-01/compute-createOrUpdate-BasicAKSCompute",
                "Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123"),
            ("ml-2023-10-01/compute-createOrUpdate-AKSCompute",
                "Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123"),
            ("ml-2023-10-01/compute-createOrUpdate-KubernetesCompute",
                "Microsoft.MachineLearningServices/workspaces/workspaces123/computes/compute123"),
            ("aks-2023-11-01/ManagedClustersCreate_Update", "Microsoft.ContainerService/managedClusters/clustername1"),
            ("network-2023-09-01/SubnetCreate", "Microsoft.Network/virtualNetworks/vnetname/subnets/subnet1"),
            ("network-2023-09-01/NetworkSecurityGroupCreateWithRule", "Microsoft.Network/networkSecurityGroups/testnsg"),
            ("storage-2023-01-01/StorageAccountCreate", "Microsoft.Storage/storageAccounts/sto4445"),
            ("msi-2023-01-31/IdentityCreate", "Microsoft.ManagedIdentity/userAssignedIdentities/name"),
        })
        {
            var parameters = Reference.Example(example)["parameters"]!.AsObject();
            var body = parameters.Select(static p => p.Value).OfType<JsonObject>().Single();
            var address = new Uri($"https://management.azure.com/subscriptions/{Guid.Empty}/resourceGroups/rg/providers/{path}"
                + $"?api-version={parameters["api-version"]}");
            found.AddRange(new Conformance(library).Check(new Exchange("PUT", address, body.ToJsonString(), 201, null, false))
                .Where(static d => d.Side == "request").Select(static d => $"{d.Operation} {d.Member} {d.What}"));
        }

        // The first two give a quantity as null where a string is declared; the third names a tier of 2022, which is called Base since.
        Assert.Equal(
        [
            "Compute_CreateOrUpdate properties.properties.instanceTypes.*.resources.requests.* null",
            "Compute_CreateOrUpdate properties.properties.instanceTypes.*.resources.limits.* null",
            "ManagedClusters_CreateOrUpdate sku.name enum",
        ], found);
    }

    private static void Read(string name, JsonObject body)
    {
        switch (name)
        {
            case "compute-list":
                Assert.All(Parse(body, WireJson.Default.PageWireCompute).Value,
                    static c => Assert.NotEmpty(c.ToAksCompute().WorkspaceName));
                break;
            case "workspace-listByResourceGroup":
                Assert.All(Parse(body, WireJson.Default.PageWireWorkspace).Value, static w => Assert.NotEmpty(w.ToWorkspace().Name));
                break;
            case var _ when name.Contains("ompute", StringComparison.Ordinal):
                Assert.Equal("workspaces123", Parse(body, WireJson.Default.WireCompute).ToAksCompute().WorkspaceName);
                break;
            case var _ when name.StartsWith("workspace-", StringComparison.Ordinal):
                Assert.NotNull(Parse(body, WireJson.Default.WireWorkspace).ToWorkspace().StorageAccountId);
                break;
            case "ManagedClustersListByResourceGroup":
                Assert.All(Parse(body, WireJson.Default.PageWireManagedCluster).Value, Cluster);
                break;
            case var _ when name.StartsWith("ManagedClusters", StringComparison.Ordinal):
                Cluster(Parse(body, WireJson.Default.WireManagedCluster));
                break;
            case var _ when name.StartsWith("GetRoleDefinition", StringComparison.Ordinal):
                Assert.NotEmpty(Parse(body, WireJson.Default.WireRoleDefinition).ToFacts()!.Permissions);
                break;
            case var _ when name.StartsWith("RoleAssignments_List", StringComparison.Ordinal):
                Assert.All(Parse(body, WireJson.Default.PageWireRoleAssignment).Value, static a => Assert.NotNull(a.ToFacts()));
                break;
            case var _ when name.StartsWith("RoleAssignments", StringComparison.Ordinal):
                Assert.NotNull(Parse(body, WireJson.Default.WireRoleAssignment).ToFacts());
                break;
            default:
                ReadOfNetwork(name, body);
                break;
        }
    }

    private static void ReadOfNetwork(string name, JsonObject body)
    {
        switch (name)
        {
            case "LoadBalancerList":
                Assert.All(Parse(body, WireJson.Default.PageWireLoadBalancer).Value,
                    static b => Assert.NotNull(b.Properties!.FrontendIPConfigurations));
                break;
            case var _ when name.StartsWith("LoadBalancer", StringComparison.Ordinal):
                Assert.NotEmpty(Parse(body, WireJson.Default.PageWireLoadBalancer, asPage: true).Value[0]
                    .Properties!.FrontendIPConfigurations!);
                break;
            case var _ when name.StartsWith("NetworkSecurityGroupRule", StringComparison.Ordinal):
                Assert.InRange(Parse(body, WireJson.Default.WireSecurityRule).ToFacts().Priority, 100, 4096);
                break;
            case var _ when name.StartsWith("NetworkSecurityGroup", StringComparison.Ordinal):
                Assert.Equal(6, Parse(body, WireJson.Default.WireSecurityGroup).ToFacts().DefaultRules.Count);
                break;
            case "ServiceTagsList":
                Assert.All(Parse(body, WireJson.Default.WireServiceTags).Values!,
                    static t => Assert.NotEmpty(t.Properties!.AddressPrefixes!));
                break;
            case var _ when name.StartsWith("Subnet", StringComparison.Ordinal):
                Assert.True(ArmId.TryParse(Parse(body, WireJson.Default.WireSubnet).Id, ResourceTypes.Subnet, out _, out var why), why);
                break;
            case "VirtualNetworkList":
                Assert.All(Parse(body, WireJson.Default.PageWireVirtualNetwork).Value, Network);
                break;
            case var _ when name.StartsWith("VirtualNetwork", StringComparison.Ordinal):
                Network(Parse(body, WireJson.Default.WireVirtualNetwork));
                break;
            case var _ when name.StartsWith("StorageAccount", StringComparison.Ordinal):
                Assert.NotNull(Parse(body, WireJson.Default.WireStorageAccount).Id);
                break;
            default:
                Assert.Fail($"{name} is read by nothing here.");
                break;
        }
    }

    private static void Cluster(WireManagedCluster cluster)
    {
        Assert.True(ArmId.TryParse(cluster.Id, ResourceTypes.Cluster, out _, out var why), why);
        Assert.NotEmpty(cluster.Properties!.AgentPoolProfiles!);
    }

    private static void Network(WireVirtualNetwork network)
    {
        Assert.True(ArmId.TryParse(network.Id, ResourceTypes.VirtualNetwork, out _, out var why), why);
        Assert.NotEmpty(network.Properties!.AddressSpace!.AddressPrefixes!);
    }

    private static T Parse<T>(JsonNode body, JsonTypeInfo<T> type, bool asPage = false) =>
        JsonSerializer.Deserialize(asPage ? new JsonObject { ["value"] = new JsonArray(body.DeepClone()) }.ToJsonString()
            : body.ToJsonString(), type)!;
}
