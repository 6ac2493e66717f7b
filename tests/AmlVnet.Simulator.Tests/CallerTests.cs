namespace AmlVnet.Simulator.Tests;

/// <summary>What the caller may do is what his role assignments say.</summary>
public sealed class CallerTests : IDisposable
{
    private const string Group = TestClient.Subscription + "/resourceGroups/g";

    private const string Other = TestClient.Subscription + "/resourceGroups/other";

    private const string Network = Group + "/providers/Microsoft.Network/virtualNetworks/v1";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    private TestClient World(string people)
    {
        File.WriteAllText(_path, $$"""
            {
              "resourceGroups": [{ "name": "g", "location": "eastus2" }, { "name": "other", "location": "eastus2" }],
              "virtualNetworks": [{ "resourceGroup": "g", "name": "v1", "addressPrefixes": ["10.8.0.0/16"],
                "subnets": [{ "name": "s", "addressPrefix": "10.8.0.0/24" }] }],
              {{people}}
            }
            """);
        return new TestClient(options: new SimulatorOptions { Scenario = _path });
    }

    private static string[] Permissions(TestClient client, string scope) =>
        [.. client.Get(scope + "/providers/Microsoft.Authorization/permissions").At("value")!.AsArray()
            .Select(p => $"{string.Join(' ', p!["actions"]!.AsArray())} - {string.Join(' ', p["notActions"]!.AsArray())}".TrimEnd())];

    [Fact]
    public void Without_a_word_about_him_he_owns_the_subscription()
    {
        using var client = World(""" "settings": {} """);
        Assert.Equal(["* -"], Permissions(client, Group));
        Assert.Equal(["* -"], Permissions(client, Network));
        Assert.Equal(["* -"], Permissions(client, Network + "/subnets/s"));
    }

    [Fact]
    public void Each_of_his_roles_is_one_permission_where_it_reaches_and_nowhere_else()
    {
        using var client = World("""
            "roleDefinitions": [{ "roleName": "Joiner", "actions": ["Microsoft.Network/*/join/action"],
            "notActions": ["Microsoft.Network/x"] }],
            "caller": { "roles": [{ "role": "Reader" }, { "role": "Joiner", "scope": "g" },
              { "role": "Network Contributor", "scope": "g/Microsoft.Network/virtualNetworks/v1/subnets/s" }] }
            """);
        Assert.Equal(["*/read -"], Permissions(client, Other));
        Assert.Equal(["*/read -", "Microsoft.Network/*/join/action - Microsoft.Network/x"], Permissions(client, Group).Order());
        Assert.Equal(3, Permissions(client, Network + "/subnets/s").Length);
        Assert.Equal(2, Permissions(client, Network).Length);
        // The subnet may be written, and what it lies in may not.
        Assert.Equal(200, client.Put(Network + "/subnets/s", """{"properties":{"addressPrefix":"10.8.0.0/24"}}""").Status);
        var denied = client.Put(Network, """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.8.0.0/16"]}}}""");
        Assert.Equal((403, "AuthorizationFailed"), (denied.Status, denied.Code));
        Assert.Contains($"with object id '{AzureSimulator.CallerId}' does not have authorization to perform action "
            + $"'Microsoft.Network/virtualNetworks/write' over scope '{Network}'", denied.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void His_permissions_come_in_pages()
    {
        using var client = World("""
            "settings": { "pageSize": 1 },
            "caller": { "roles": [{ "role": "Reader" }, { "role": "Network Contributor", "scope": "g" }] }
            """);
        var first = client.Get(Group + "/providers/Microsoft.Authorization/permissions");
        Assert.Single(first.At("value")!.AsArray());
        var second = client.Get(first.Value("nextLink")!);
        Assert.Single(second.At("value")!.AsArray());
        Assert.Null(second.At("nextLink"));
        Assert.NotEqual(first.Value("value.0.actions"), second.Value("value.0.actions"));
    }

    [Fact]
    public void What_he_has_no_right_to_see_is_not_in_his_lists()
    {
        using var client = World(""" "caller": { "roles": [{ "role": "Contributor", "scope": "g" }] } """);
        Assert.Equal("g", Assert.Single(client.Get(TestClient.Subscription
            + "/resourceGroups").At("value")!.AsArray())!["name"]!.ToString());
        Assert.Single(client.Get("/subscriptions").At("value")!.AsArray());
        Assert.Equal(200, client.Get(TestClient.Subscription).Status);
        Assert.Single(client.Get(TestClient.Subscription + "/resources").At("value")!.AsArray());
        Assert.Equal(403, client.Get(Other).Status);
        Assert.Equal(403, client.Get(Other + "/providers/Microsoft.Authorization/permissions").Status);
        Assert.Equal(200, client.Get(Group + "/providers/Microsoft.Network/virtualNetworks").Status);
        Assert.Equal(403, client.Get(TestClient.Subscription + "/providers/Microsoft.Network/virtualNetworks").Status);
        Assert.Equal("AuthorizationFailed",
            client.Put(Group + "/providers/Microsoft.Authorization/roleAssignments/" + Guid.NewGuid(), "{}").Code);
    }

    [Fact]
    public void He_who_has_no_role_sees_nothing()
    {
        using var client = World(""" "caller": { "roles": [] } """);
        Assert.Empty(client.Get("/subscriptions").At("value")!.AsArray());
        Assert.Equal(403, client.Get(TestClient.Subscription).Status);
        Assert.Equal(403, client.Get(TestClient.Subscription + "/resourceGroups").Status);
        Assert.Equal(403, client.Get(Network).Status);
    }

    [Fact]
    public void A_role_of_a_group_is_the_role_of_who_is_in_it_or_in_a_group_of_it()
    {
        using var client = World("""
            "users": [{ "name": "Ada", "userPrincipalName": "ada@simulator.invalid", "objectId": "0b7a1f5e-1111-4222-8333-944455556666" }],
            "groups": [{ "name": "builders", "objectId": "0b7a1f5e-2222-4222-8333-944455556666", "members": ["Ada"] },
              { "name": "staff", "objectId": "0b7a1f5e-3333-4222-8333-944455556666", "members": ["builders"] }],
            "roleAssignments": [{ "role": "Reader", "scope": "g", "principal": "staff" }],
            "caller": { "principal": "Ada", "roles": [] }
            """);
        Assert.Equal(["*/read -"], Permissions(client, Group));
        var denied = client.Delete(Group);
        Assert.Contains("The client 'ada@simulator.invalid' with object id '0b7a1f5e-1111-4222-8333-944455556666'", denied.Message,
            StringComparison.Ordinal);
        var assignment = client.Get(Group + "/providers/Microsoft.Authorization/roleAssignments?$filter="
            + Uri.EscapeDataString("atScope() and assignedTo('0b7a1f5e-1111-4222-8333-944455556666')"));
        Assert.Equal("Group", assignment.Value("value.0.properties.principalType"));
        Assert.Empty(client.Get(Group + "/providers/Microsoft.Authorization/roleAssignments?$filter="
            + Uri.EscapeDataString("principalId eq '0b7a1f5e-1111-4222-8333-944455556666'")).At("value")!.AsArray());
    }

    [Fact]
    public void The_directory_knows_him_his_groups_and_who_is_in_them()
    {
        using var client = World("""
            "users": [{ "name": "Ada", "userPrincipalName": "ada@simulator.invalid", "objectId": "0b7a1f5e-1111-4222-8333-944455556666" }],
            "groups": [{ "name": "builders", "objectId": "0b7a1f5e-2222-4222-8333-944455556666", "members": ["Ada"] },
              { "name": "staff", "objectId": "0b7a1f5e-3333-4222-8333-944455556666", "members": ["builders"] }],
            "caller": { "principal": "Ada" }
            """);
        TestAnswer Graph(string path) => client.Send("GET", AzureSimulator.GraphEndpoint + "v1.0/" + path);
        string Names(string path) => string.Join(' ', Graph(path).At("value")!.AsArray()
            .Select(one => one!["displayName"]!.ToString()).Order());
        Assert.Equal("Ada", Graph("me").Value("displayName"));
        Assert.Equal("0b7a1f5e-1111-4222-8333-944455556666", Graph("users/ada@simulator.invalid").Value("id"));
        Assert.Equal("Ada", Names("users?$filter=" + Uri.EscapeDataString("userPrincipalName eq 'ada@simulator.invalid'")));
        Assert.Equal("builders staff", Names("groups"));
        Assert.Equal("Ada", Names("groups/0b7a1f5e-2222-4222-8333-944455556666/members"));
        Assert.Equal("builders", Names("users/0b7a1f5e-1111-4222-8333-944455556666/memberOf"));
        Assert.Equal("builders staff", Names("users/0b7a1f5e-1111-4222-8333-944455556666/transitiveMemberOf"));
        Assert.Equal(404, Graph("groups/0b7a1f5e-1111-4222-8333-944455556666").Status);
    }

    [Fact]
    public void A_role_that_he_gives_himself_acts_after_a_while()
    {
        using var client = World(""" "caller": { "roles": [{ "role": "User Access Administrator" }] } """);
        Assert.Equal(403, client.Delete(Network).Status);
        Assert.Equal(201, client.Grant(AzureSimulator.CallerId, Group, type: "User").Status);
        Assert.Equal(403, client.Delete(Network).Status);
        client.Clock.Advance(TimeSpan.FromMinutes(6));
        Assert.Equal(202, client.Delete(Network).Status);
    }

    [Fact]
    public void Who_signs_in_as_a_principal_of_the_directory_is_that_principal()
    {
        using var client = World("""
            "servicePrincipals": [{ "name": "pipeline", "appId": "3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b" }],
            "roleAssignments": [{ "role": "Reader", "principal": "pipeline" }]
            """);
        var token = client.Send("POST",
            $"https://{AzureSimulator.ArmEndpoint.Host}/{AzureSimulator.TenantId}/oauth2/v2.0/token?api-version=1",
            "grant_type=client_credentials&client_id=3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b&client_secret=s").Value("access_token");
        var bearer = ("Authorization", "Bearer " + token);
        Assert.Equal(200, client.Send("GET", Network, null, bearer).Status);
        var denied = client.Send("DELETE", Network, null, bearer);
        Assert.Equal(403, denied.Status);
        Assert.Contains("The client '3b4c1f0e-7d2a-4c55-9b0e-5a6f1d2e3c4b'", denied.Message, StringComparison.Ordinal);
        Assert.Equal(202, client.Delete(Network).Status);
    }

    [Theory]
    [InlineData("Contributor", "g", 201, null)]
    [InlineData("Contributor", "other", 403, "LinkedAuthorizationFailed")]
    public void To_attach_a_cluster_he_needs_its_credential(string role, string clustersScope, int status, string? code)
    {
        using var client = World($$"""
            "storageAccounts": [{ "resourceGroup": "other", "name": "account1" }],
            "workspaces": [{ "resourceGroup": "other", "name": "work",
            "storageAccount": "other/Microsoft.Storage/storageAccounts/account1" }],
            "clusters": [{ "resourceGroup": "g", "name": "c", "subnet": "g/Microsoft.Network/virtualNetworks/v1/subnets/s" }],
            "caller": { "roles": [{ "role": "Reader" }, { "role": "Contributor", "scope": "other" }, { "role": "{{role}}",
            "scope": "{{clustersScope}}" }] }
            """);
        var put = client.Put(Other + "/providers/Microsoft.MachineLearningServices/workspaces/work/computes/att", $$$"""
            {"location":"eastus2","properties":{"computeType":"AKS",
            "resourceId":"{{{Group}}}/providers/Microsoft.ContainerService/managedClusters/c"}}
            """);
        Assert.Equal((status, code), (put.Status, put.Code));
    }

    [Theory]
    [InlineData(""" "caller": { "principal": "nobody" } """)]
    [InlineData(""" "caller": { "roles": [{ "role": "No such role" }] } """)]
    [InlineData(""" "caller": { "roles": [{ "scope": "g" }] } """)]
    [InlineData(""" "groups": [{ "name": "a", "members": ["nobody"] }] """)]
    [InlineData(""" "settings": { "callerId": "0b7a1f5e-1111-4222-8333-944455556666" } """)]
    public void A_world_whose_people_do_not_exist_is_refused(string people) =>
        Assert.Throws<ArgumentException>(() => World(people).Dispose());
}
