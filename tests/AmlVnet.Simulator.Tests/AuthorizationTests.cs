namespace AmlVnet.Simulator.Tests;

public sealed class AuthorizationTests
{
    private const string Roles = TestClient.Subscription + "/providers/Microsoft.Authorization/roleDefinitions";

    private const string Right = """
        {"actions":["Microsoft.Network/virtualNetworks/subnets/join/action","Microsoft.Network/virtualNetworks/subnets/read"],
        "notActions":[]}
        """;

    /// <summary>Roles, the scope they are given at, and whether the switch works with them.</summary>
    public static TheoryData<string, string, bool> Grants => new()
    {
        { TestClient.NetworkContributor, TestClient.Subnet, true },
        { TestClient.NetworkContributor, TestClient.Network, true },
        { TestClient.NetworkContributor, TestClient.Subscription + "/resourceGroups/mygroup", true },
        { TestClient.NetworkContributor, TestClient.Subscription, true },
        { TestClient.NetworkContributor, TestClient.Subscription + "/resourceGroups/myworkspacegroup", false },
        { Roles + "/8e3af657-a8ff-443c-a75c-2fe8c4bcb635", TestClient.Network, true },
        { Roles + "/b24988ac-6180-42a0-ab88-20f7382dd24c", TestClient.Network, true },
        { Roles + "/acdd72a7-3385-48ef-bd42-f606fba81ae7", TestClient.Network, false },
        { "custom:" + Right, TestClient.Subnet, true },
        {
            """custom:{"actions":["Microsoft.Network/virtualNetworks/*"],"""
            + "\"notActions\":[\"Microsoft.Network/virtualNetworks/subnets/join/action\"]}",
            TestClient.Subnet, false
        },
        { """custom:{"actions":["Microsoft.Network/*/join/action"],"notActions":[]}""", TestClient.Subnet, false },
        { """custom:{"actions":["*/read","*/join/action"],"notActions":["Microsoft.Compute/*"]}""", TestClient.Subnet, true },
    };

    [Theory]
    [MemberData(nameof(Grants))]
    public void The_switch_depends_on_the_right_the_identity_really_has(string role, string scope, bool works)
    {
        using var client = new TestClient();
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Simulator.Control.SetPrincipalDelay(TimeSpan.Zero, TimeSpan.Zero);
        client.CreateCompute();
        if (role.StartsWith("custom:", StringComparison.Ordinal))
        {
            var id = Roles + "/" + Guid.NewGuid();
            Assert.Equal(201, client.Put(id, $$"""
                {"properties":{"roleName":"Joiner","assignableScopes":["{{TestClient.Subscription}}"],"permissions":[{{role[7..]}}]} }
                """).Status);
            role = id;
        }
        Assert.Equal(201, client.Grant(client.PrincipalOf(), scope, role).Status);
        Assert.Equal(works ? "Succeeded" : "Failed", client.Switch().Value("status"));
    }

    [Fact]
    public void Two_halves_of_the_right_from_two_roles_make_it_whole()
    {
        using var client = new TestClient();
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Simulator.Control.SetPrincipalDelay(TimeSpan.Zero, TimeSpan.Zero);
        client.CreateCompute();
        client.Grant(client.PrincipalOf(), role: Roles + "/acdd72a7-3385-48ef-bd42-f606fba81ae7");
        Assert.Equal("Failed", client.Switch().Value("status"));
        client.Grant(client.PrincipalOf(), role: Roles + "/9980e02c-c2be-4d73-94e8-173b1dc7cf3c");
        Assert.Equal("Succeeded", client.Switch().Value("status"));
    }

    [Fact]
    public void Assignments_answer_as_recorded()
    {
        using var client = new TestClient("existing-cluster");
        var principal = client.PrincipalOf();
        var group = TestClient.Subscription + "/resourceGroups/mygroup";
        var name = "11111111-2222-5333-8444-555555555555";
        var made = client.Grant(principal, name: name);
        Assert.Equal(201, made.Status);
        Assert.Equal((principal, group, "ServicePrincipal"), (made.Value("properties.principalId"), made.Value("properties.scope"),
            made.Value("properties.principalType")));
        Assert.StartsWith("2024-06-01T08:00:00", made.Value("properties.createdOn"), StringComparison.Ordinal);
        Assert.Equal(201, client.Grant(principal, name: name).Status);
        var twice = client.Grant(principal);
        Assert.Equal((409, "RoleAssignmentExists", "The role assignment already exists."), (twice.Status, twice.Code, twice.Message));
        Assert.Equal((400, "RoleAssignmentUpdateNotPermitted"),
            Pair(client.Grant(principal, role: Roles + "/8e3af657-a8ff-443c-a75c-2fe8c4bcb635", name: name)));
        Assert.Equal((400, "UnmatchedPrincipalType"), Pair(client.Grant(principal, TestClient.Subnet, type: "User")));
        Assert.Equal((400, "InvalidPrincipalId"), Pair(client.Grant("wow")));
        Assert.Equal((400, "PrincipalNotFound"), Pair(client.Grant(Guid.NewGuid().ToString())));
        Assert.Equal((404, "RoleDefinitionDoesNotExist"),
            Pair(client.Grant(principal, TestClient.Subnet, role: Roles + "/" + Guid.NewGuid())));
        Assert.Equal((404, "ResourceNotFound"), Pair(client.Grant(principal, TestClient.Network + "/subnets/none")));

        var id = group.ToUpperInvariant().Replace("/SUBSCRIPTIONS", "/subscriptions", StringComparison.Ordinal)
            + "/providers/Microsoft.Authorization/roleAssignments/" + name;
        Assert.Equal(200, client.Get(id).Status);
        Assert.Equal(200, client.Delete(id).Status);
        Assert.Equal(204, client.Delete(id).Status);
        Assert.Equal((404, "RoleAssignmentNotFound"), Pair(client.Get(id)));
    }

    [Fact]
    public void Filters_choose_by_scope_and_principal()
    {
        using var client = new TestClient("existing-cluster");
        var principal = client.PrincipalOf();
        foreach (var scope in new[] { TestClient.Subscription, TestClient.Subscription + "/resourceGroups/mygroup", TestClient.Subnet })
            client.Grant(principal, scope);
        int Count(string scope, string filter) =>
            client.Get($"{scope}/providers/Microsoft.Authorization/roleAssignments?$filter={Uri.EscapeDataString(filter)}")
            .At("value")!.AsArray().Count;
        Assert.Equal(3, Count(TestClient.Network, "atScope()"));
        Assert.Equal(4, Count(TestClient.Subnet, "atScope()"));
        Assert.Equal(3, Count(TestClient.Subscription, $"principalId eq '{principal}'"));
        Assert.Equal(1, Count(TestClient.Subscription, $"atScope() and assignedTo('{principal}')"));
        Assert.Equal(4, Count(TestClient.Subscription, ""));
        var bad = client.Get($"{TestClient.Subnet}/providers/Microsoft.Authorization/roleAssignments?$filter=scope%20eq%20'x'");
        Assert.Equal((400, "UnsupportedQuery"), Pair(bad));
    }

    [Fact]
    public void Role_definitions_are_found_by_name()
    {
        using var client = new TestClient();
        var found = client.Get(TestClient.Subnet
            + "/providers/Microsoft.Authorization/roleDefinitions?$filter=roleName%20eq%20%27Network%20Contributor%27"
            + "&api-version=2018-01-01-preview");
        var role = Assert.Single(found.At("value")!.AsArray())!;
        Assert.Equal(TestClient.NetworkContributor, role["id"]!.ToString());
        Assert.Empty(client.Get(Roles + "?$filter=roleName%20eq%20'Nobody'").At("value")!.AsArray());
        Assert.Equal(200, client.Get(TestClient.NetworkContributor).Status);
        Assert.Equal("*", client.Get(TestClient.Subscription
            + "/resourceGroups/mygroup/providers/Microsoft.Authorization/permissions").Value("value.0.actions.0"));
    }

    [Fact]
    public void A_caller_without_a_right_is_turned_away_in_azures_words()
    {
        using var client = new TestClient("existing-cluster");
        client.Simulator.Control.SetCallerPermissions(["*"], ["Microsoft.Authorization/*/write"]);
        var denied = client.Grant(client.PrincipalOf());
        Assert.Equal((403, "AuthorizationFailed"), Pair(denied));
        Assert.Contains("does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope "
            + "'/subscriptions/", denied.Message, StringComparison.Ordinal);
        client.Simulator.Control.SetCallerPermissions(["*"], ["Microsoft.Network/virtualNetworks/subnets/join/action"]);
        Assert.Equal((403, "LinkedAuthorizationFailed"),
            Pair(client.Put(TestClient.Workspace + "/computes/other", TestClient.ComputeBody())));
        client.Simulator.Control.SetCallerPermissions(null);
        Assert.Equal(201, client.Grant(client.PrincipalOf()).Status);
    }

    /// <summary>Who may write a resource, but not join what it refers to.</summary>
    [Theory]
    [InlineData("networkSecurityGroups/join", "virtualNetworks/mynetwork/subnets/s",
        """{"properties":{"addressPrefix":"10.1.8.0/24","networkSecurityGroup":{"id":"G/networkSecurityGroups/linked"}}}""")]
    [InlineData("routeTables/join", "virtualNetworks/mynetwork/subnets/s",
        """{"properties":{"addressPrefix":"10.1.8.0/24","routeTable":{"id":"G/routeTables/linked"}}}""")]
    [InlineData("natGateways/join", "virtualNetworks/mynetwork/subnets/s",
        """{"properties":{"addressPrefix":"10.1.8.0/24","natGateway":{"id":"G/natGateways/linked"}}}""")]
    [InlineData("publicIPAddresses/join", "loadBalancers/balancer", """
        {"location":"eastus2","sku":{"name":"Standard"},"properties":{"frontendIPConfigurations":[{"name":"fe",
          "properties":{"publicIPAddress":{"id":"G/publicIPAddresses/linked"}}}]}}
        """)]
    [InlineData("publicIPAddresses/join", "natGateways/gateway", """
        {"location":"eastus2","sku":{"name":"Standard"},"properties":{"publicIpAddresses":[{"id":"G/publicIPAddresses/linked"}]}}
        """)]
    [InlineData("virtualNetworks/peer", "virtualNetworks/mynetwork/virtualNetworkPeerings/p",
        """{"properties":{"remoteVirtualNetwork":{"id":"G/virtualNetworks/linked"}}}""")]
    public void A_caller_who_may_not_join_what_is_referred_to_is_turned_away(string action, string path, string body)
    {
        const string Group = TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network";
        using var client = new TestClient();
        foreach (var type in new[] { "networkSecurityGroups", "routeTables", "natGateways", "publicIPAddresses" })
            client.Wait(client.Put($"{Group}/{type}/linked", """{"location":"eastus2","sku":{"name":"Standard"}}"""));
        client.Wait(client.Put(Group + "/virtualNetworks/linked",
            """{"location":"eastus2","properties":{"addressSpace":{"addressPrefixes":["10.99.0.0/16"]}}}"""));
        body = body.Replace("\"G/", $"\"{Group}/", StringComparison.Ordinal);
        client.Simulator.Control.SetCallerPermissions(["*"], [$"Microsoft.Network/{action}/action"]);

        var refused = client.Put($"{Group}/{path}", body);

        Assert.Equal((403, "LinkedAuthorizationFailed"), Pair(refused));
        Assert.Contains($"'Microsoft.Network/{action}/action' on the linked scope(s) '{Group}/", refused.Message, StringComparison.Ordinal);
        client.Simulator.Control.SetCallerPermissions(null);
        var taken = client.Put($"{Group}/{path}", body);
        Assert.True(taken.Status == 201, taken.Text);
    }

    private static (int, string?) Pair(TestAnswer answer) => (answer.Status, answer.Code);
}
