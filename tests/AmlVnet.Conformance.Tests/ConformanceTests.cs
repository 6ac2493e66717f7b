using System.Reflection;
using AmlVnet.Arm.Clients;
using AmlVnet.Simulator;

namespace AmlVnet.Conformance.Tests;

/// <summary>The module's requests and the simulator's answers, against the official specifications.</summary>
public sealed class ConformanceTests(ITestOutputHelper output)
{
    /// <summary>What the module sends has no excuse but a next link; what plain requests send is listed in the guide as well.</summary>
    [Fact]
    public async Task Requests_and_answers_are_as_the_specifications_say_but_for_the_listed_deviations()
    {
        var cancel = TestContext.Current.CancellationToken;
        var conformance = new Conformance(SpecLibrary.Official);
        foreach (var exchange in await ModuleTraffic.RecordAsync(cancel)) conformance.Check(exchange);
        var ours = conformance.Deviations.Where(static d => d.Side == "request").Select(static d => d.Key).ToArray();
        foreach (var exchange in await PlainTraffic.RecordAsync(cancel)) conformance.Check(exchange);

        Print(conformance);
        // The address of a poll is the service's own, and it is signed.
        Assert.All(ours.Where(static key => !key.StartsWith("OperationStatus_Get | request | ?", StringComparison.Ordinal)
                && key != TrafficComparison.LegacyMode),
            static key => Assert.EndsWith(" | request | ?$skipToken | undeclared", key, StringComparison.Ordinal));
        var table = DeviationTable.OfTheGuide();
        Assert.Empty(table.Unlisted(conformance.Deviations).Select(static d => $"{d.Key} ({d.Detail})"));
        Assert.Empty(table.Stale(conformance.Deviations));
        Assert.True(conformance.Operations.Count > 60, $"Only {conformance.Operations.Count} operations were covered.");
        Assert.True(conformance.Validated > 500, $"Only {conformance.Validated} exchanges were compared.");
    }

    /// <summary>
    /// Every request that the module sends goes through one of its clients. What each of their methods asks for has to be among what was
    /// compared; the last ones in the list have no specification at hand, and are counted instead.
    /// </summary>
    [Fact]
    public async Task Every_client_method_of_the_module_was_compared()
    {
        var conformance = new Conformance(SpecLibrary.Official);
        foreach (var exchange in await ModuleTraffic.RecordAsync(TestContext.Current.CancellationToken)) conformance.Check(exchange);

        const BindingFlags Own = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public | BindingFlags.DeclaredOnly;
        var methods = typeof(ComputesClient).Assembly.GetTypes()
            .Where(static t => t.Namespace == typeof(ComputesClient).Namespace && t.Name.EndsWith("Client", StringComparison.Ordinal))
            .SelectMany(static t => t.GetMethods(Own).Where(static m => m.IsAssembly && m.Name.EndsWith("Async", StringComparison.Ordinal))
                .Select(m => $"{t.Name}.{m.Name}"));
        Assert.Equal(methods.Distinct().Order(StringComparer.Ordinal), Asks.Keys.Order(StringComparer.Ordinal));
        Assert.Empty(Asks.Values.SelectMany(static a => a).Except(conformance.Operations).Except(conformance.Unspecified.Keys));
    }

    /// <summary>What each method of a client asks for; what no specification at hand describes is counted under its outline.</summary>
    private static readonly Dictionary<string, string[]> Asks = new()
    {
        ["ComputesClient.FindAsync"] = ["Compute_Get (2023-10-01)"],
        ["ComputesClient.ListAsync"] = ["Compute_List (2023-10-01)"],
        ["ComputesClient.PutAsync"] = ["Compute_CreateOrUpdate (2023-10-01)"],
        ["ComputesClient.DeleteAsync"] = ["Compute_Delete (2023-10-01)"],
        ["WorkspacesClient.FindAsync"] = ["Workspaces_Get (2023-10-01)"],
        ["WorkspacesClient.ListAsync"] = ["Workspaces_ListBySubscription (2023-10-01)", "Workspaces_ListByResourceGroup (2023-10-01)"],
        ["ManagedClustersClient.FindAsync"] = ["ManagedClusters_Get (2023-11-01)"],
        ["ManagedClustersClient.ListAsync"] = ["ManagedClusters_List (2023-11-01)", "ManagedClusters_ListByResourceGroup (2023-11-01)"],
        ["NetworksClient.FindAsync"] = ["VirtualNetworks_Get (2023-09-01)"],
        ["NetworksClient.ListAsync"] = ["VirtualNetworks_ListAll (2023-09-01)", "VirtualNetworks_List (2023-09-01)"],
        ["NetworksClient.FindSecurityGroupAsync"] = ["NetworkSecurityGroups_Get (2023-09-01)"],
        ["NetworksClient.ListSecurityGroupsAsync"] = ["NetworkSecurityGroups_List (2023-09-01)"],
        ["ManagedClustersClient.GetVersionsAsync"] = ["ManagedClusters_ListKubernetesVersions (2023-11-01)"],
        ["NetworksClient.FindRouteTableAsync"] = ["RouteTables_Get (2023-09-01)"],
        ["NetworksClient.GetServiceTagsAsync"] = ["ServiceTags_List (2023-09-01)"],
        ["NetworksClient.ListLoadBalancersAsync"] = ["LoadBalancers_List (2023-09-01)"],
        ["SecurityRulesClient.PutAsync"] = ["SecurityRules_CreateOrUpdate (2023-09-01)"],
        ["SecurityRulesClient.DeleteAsync"] = ["SecurityRules_Delete (2023-09-01)"],
        ["StorageAccountsClient.FindAsync"] = ["StorageAccounts_GetProperties (2023-01-01)"],
        ["RoleAssignmentsClient.ListAsync"] = ["RoleAssignments_ListForResource (2022-04-01)"],
        ["RoleAssignmentsClient.ListAtAsync"] = ["RoleAssignments_ListForResource (2022-04-01)"],
        ["ResourceGraphClient.PagesAsync"] = ["Resources (2022-10-01)"],
        ["ManagementGroupsClient.ListSubscriptionsAsync"] = ["GET Microsoft.Management/managementGroups/{}/descendants"],
        ["RoleAssignmentsClient.ListAllAsync"] = ["RoleAssignments_ListForResourceGroup (2022-04-01)"],
        ["RoleAssignmentsClient.FindAsync"] = ["RoleAssignments_Get (2022-04-01)"],
        ["RoleAssignmentsClient.FindDefinitionAsync"] = ["RoleDefinitions_Get (2022-04-01)"],
        ["RoleAssignmentsClient.PutAsync"] = ["RoleAssignments_Create (2022-04-01)"],
        ["RoleAssignmentsClient.DeleteAsync"] = ["RoleAssignments_Delete (2022-04-01)"],
        ["PermissionsClient.ListAsync"] = ["Permissions_ListForResourceGroup (2022-04-01)"],
        ["LocksClient.ListAsync"] = ["GET Microsoft.Authorization/locks"],
        ["DenyAssignmentsClient.ListAsync"] = ["GET Microsoft.Authorization/denyAssignments"],
        ["NetworksClient.FindPrivateEndpointAsync"] = ["GET Microsoft.Network/privateEndpoints/{}"],
        ["KeyVaultsClient.FindAsync"] = ["GET Microsoft.KeyVault/vaults/{}"],
        ["ContainerRegistriesClient.FindAsync"] = ["GET Microsoft.ContainerRegistry/registries/{}"],
        ["PrivateZonesClient.ListGroupsAsync"] = ["GET Microsoft.Network/privateEndpoints/{}/privateDnsZoneGroups"],
        ["PrivateZonesClient.ListLinksAsync"] = ["GET Microsoft.Network/privateDnsZones/{}/virtualNetworkLinks"],
        ["NetworksClient.ListPublicIPAddressesAsync"] = ["GET Microsoft.Network/publicIPAddresses"],
        ["ExtensionsClient.FindAsync"] = ["Extensions_Get (2023-05-01)"],
        ["ExtensionsClient.ListAsync"] = ["Extensions_List (2023-05-01)"],
        ["ExtensionsClient.PutAsync"] = ["Extensions_Create (2023-05-01)"],
        ["ExtensionsClient.DeleteAsync"] = ["Extensions_Delete (2023-05-01)"],
        ["WorkspacesClient.TurnOffLegacyModeAsync"] = ["Workspaces_Update (2023-10-01)"],
        ["TrustedAccessClient.FindAsync"] = ["TrustedAccessRoleBindings_Get (2023-11-01)"],
        ["TrustedAccessClient.ListAsync"] = ["TrustedAccessRoleBindings_List (2023-11-01)"],
        ["TrustedAccessClient.PutAsync"] = ["TrustedAccessRoleBindings_CreateOrUpdate (2023-11-01)"],
        ["TrustedAccessClient.DeleteAsync"] = ["TrustedAccessRoleBindings_Delete (2023-11-01)"],
        ["RunCommandClient.StartAsync"] = ["ManagedClusters_RunCommand (2023-11-01)"],
        ["RunCommandClient.FindResultAsync"] = ["ManagedClusters_GetCommandResult (2023-11-01)"],
        ["ProvidersClient.GetStateAsync"] = ["Providers_Get (2022-09-01)"],
        ["ProvidersClient.RegisterAsync"] = ["POST Microsoft.KubernetesConfiguration/register"],
        ["PrivateDnsClient.FindZoneAsync"] = ["GET Microsoft.Network/privateDnsZones/{}"],
        ["PrivateDnsClient.ListZonesAsync"] = ["GET Microsoft.Network/privateDnsZones"],
        ["PrivateDnsClient.FindRecordAsync"] = ["GET Microsoft.Network/privateDnsZones/{}/A/{}"],
        ["PrivateDnsClient.PutRecordAsync"] = ["PUT Microsoft.Network/privateDnsZones/{}/A/{}"],
        ["PrivateDnsClient.DeleteRecordAsync"] = ["DELETE Microsoft.Network/privateDnsZones/{}/A/{}"],
        ["VmSizesClient.ListAsync"] = ["GET Microsoft.Compute/skus"],
        ["SubscriptionsClient.ListAsync"] = ["GET subscriptions"],
        ["SubscriptionsClient.ListLocationsAsync"] = ["GET subscriptions/{}/locations"],
        ["GraphClient.FindServicePrincipalAsync"] = ["GET Microsoft Graph"],
    };

    [Fact]
    public void Operations_are_read_from_all_the_files() =>
        Assert.True(SpecLibrary.Official.Count > 400, $"{SpecLibrary.Official.Count} operations");

    private void Print(Conformance conformance)
    {
        output.WriteLine($"{conformance.Operations.Count} operations covered, {conformance.Validated} requests validated with their "
            + $"answers, {conformance.Deviations.Count} deviations");
        foreach (var operation in conformance.Operations) output.WriteLine($"  {operation}");
        output.WriteLine($"{conformance.Unspecified.Values.Sum()} requests to what no specification at hand describes");
        foreach (var (what, count) in conformance.Unspecified) output.WriteLine($"  {count} x {what}");
        output.WriteLine("Deviations");
        foreach (var deviation in conformance.Deviations.OrderBy(static d => d.Key, StringComparer.Ordinal))
            output.WriteLine($"  {deviation.Key} ({deviation.Detail})");
        output.WriteLine($"References that lead nowhere: {string.Join(", ", SpecLibrary.Official.Dangling)}");
    }
}

/// <summary>The comparison itself has to find what is wrong, and to pass what is right.</summary>
public sealed class PlantedErrorTests
{
    private const string Right = """
        {"location":"eastus2","properties":{"computeType":"AKS","computeLocation":"eastus2","resourceId":null,"properties":{"agentCount":3,
        "aksNetworkingConfiguration":{"subnetId":"/subscriptions/s/resourceGroups/g","serviceCidr":"10.0.0.0/16"},
        "sslConfiguration":{"status":"Auto","cert":null}}}}
        """;

    [Fact]
    public void A_right_body_passes() => Assert.Empty(Check(Right));

    [Theory]
    [InlineData("\"serviceCidr\"", "\"serviceCird\"", "properties.properties.aksNetworkingConfiguration.serviceCird", "undeclared")]
    [InlineData("\"agentCount\":3", "\"agentCount\":\"3\"", "properties.properties.agentCount", "type")]
    [InlineData("\"computeType\":\"AKS\"", "\"computeType\":\"AKS\",\"provisioningState\":\"Succeeded\"", "properties.provisioningState",
        "read-only")]
    [InlineData("\"agentCount\":3", "\"agentCount\":-1", "properties.properties.agentCount", "range")]
    [InlineData("\"status\":\"Auto\"", "\"status\":\"On\"", "properties.properties.sslConfiguration.status", "enum")]
    [InlineData("10.0.0.0/16", "10.0.0.0/33", "properties.properties.aksNetworkingConfiguration.serviceCidr", "pattern")]
    [InlineData("\"AKS\"", "\"AKZ\"", "properties.computeType", "discriminator")]
    [InlineData("\"computeType\":\"AKS\",", "", "properties.computeType", "missing")]
    [InlineData("\"agentCount\"", "\"agentcount\"", "properties.properties.agentcount", "spelling")]
    [InlineData("\"status\":\"Auto\"", "\"status\":null", "properties.properties.sslConfiguration.status", "null")]
    public void A_planted_error_is_caught(string right, string wrong, string member, string what) =>
        Assert.Contains(Check(Right.Replace(right, wrong, StringComparison.Ordinal)), d => d.Member == member && d.What == what
            && d.Side == "request");

    [Fact]
    public void What_is_set_at_creation_only_may_not_be_in_an_update()
    {
        var found = Check(Right, status: 200);
        Assert.Equal(["properties.computeLocation"], found.Where(static d => d.What == "no update").Select(static d => d.Member));
    }

    [Fact]
    public void A_secret_in_an_answer_is_caught()
    {
        var found = Check(null, "GET", 200, Right.Replace("\"cert\":null", "\"cert\":\"x\"", StringComparison.Ordinal));
        Assert.Contains(found, static d => d is { Member: "properties.properties.sslConfiguration.cert", What: "secret", Side: "200" });
    }

    [Fact]
    public void A_member_of_another_kind_of_compute_is_caught() =>
        Assert.Contains(Check(Right.Replace("\"agentCount\":3", "\"scaleSettings\":{}", StringComparison.Ordinal)),
            static d => d.What == "undeclared");

    [Fact]
    public void A_missing_query_parameter_is_caught() =>
        Assert.Contains(Check(null, "DELETE", 202), static d => d is { Member: "?underlyingResourceAction", What: "missing" });

    [Fact]
    public void An_undeclared_status_is_caught() =>
        Assert.Contains(Check(Right, status: 202), static d => d is { What: "status", Side: "202" });

    private static IReadOnlyList<Deviation> Check(string? body, string method = "PUT", int status = 201, string? answer = null) =>
        new Conformance(SpecLibrary.Official).Check(new Exchange(method, new Uri(AzureSimulator.ArmEndpoint,
            $"{RecordedWorld.Subscription}/resourceGroups/g/providers/Microsoft.MachineLearningServices/workspaces/workspace/computes/c"
            + "?api-version=2023-10-01"),
            body, status, answer, false));
}
