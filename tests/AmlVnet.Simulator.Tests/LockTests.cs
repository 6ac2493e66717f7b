namespace AmlVnet.Simulator.Tests;

/// <summary>What locks and deny assignments forbid, and what they let through.</summary>
public sealed class LockTests : IDisposable
{
    private const string Group = TestClient.Subscription + "/resourceGroups/mygroup";

    private const string Rules = Group + "/providers/Microsoft.Network/routeTables/table/routes/r";

    private const string Table = Group + "/providers/Microsoft.Network/routeTables/table";

    private readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(TestClient.Subscription)]
    [InlineData(Group)]
    [InlineData(Table)]
    public void A_read_only_lock_refuses_writes_and_deletions_at_its_scope_and_below_and_no_reading(string scope)
    {
        using var client = World();
        Assert.Equal(201, Lock(client, scope, "ReadOnly").Status);

        foreach (var (method, body) in new[] { ("PUT", """{"properties":{"addressPrefix":"10.0.0.0/8","nextHopType":"None"}}"""),
            ("DELETE", null) })
        {
            var refused = client.Send(method, Rules, body);
            Assert.Equal((409, "ScopeLocked"), (refused.Status, refused.Code));
            Assert.Equal(
                $"The scope '{Rules}' cannot perform {(method == "DELETE" ? "delete" : "write")} operation because following scope(s) are "
                + $"locked: '{scope}'. Please remove the lock and try again.", refused.Message);
        }
        Assert.Equal(200, client.Get(Table).Status);
        Assert.Equal("ScopeLocked", client.Grant(AzureSimulator.CallerId, Table).Code);

        Assert.Equal(200, client.Delete(LockId(scope)).Status);
        Assert.Equal(201, client.Put(Rules, """{"properties":{"addressPrefix":"10.0.0.0/8","nextHopType":"None"}}""").Status);
        Assert.Equal(204, client.Delete(LockId(scope)).Status);
    }

    [Fact]
    public void The_lock_of_a_neighbour_refuses_nothing()
    {
        using var client = World();
        Lock(client, TestClient.Subscription + "/resourceGroups/myworkspacegroup", "ReadOnly");
        Lock(client, Group + "/providers/Microsoft.Network/virtualNetworks/mynetwork", "ReadOnly");
        Assert.Equal(201, client.Put(Rules, """{"properties":{"addressPrefix":"10.0.0.0/8","nextHopType":"None"}}""").Status);
    }

    [Fact]
    public void A_lock_against_deletion_lets_writes_through()
    {
        using var client = World();
        Lock(client, Table, "CanNotDelete");
        Assert.Equal(201, client.Put(Rules, """{"properties":{"addressPrefix":"10.0.0.0/8","nextHopType":"None"}}""").Status);
        Assert.Equal("ScopeLocked", client.Delete(Rules).Code);
        Assert.Equal("ScopeLocked", client.Delete(Table).Code);
        Assert.Equal("ScopeLocked", client.Delete(Group).Code);
        client.Delete(LockId(Table));
        Assert.Equal(202, client.Delete(Group).Status);
    }

    [Fact]
    public void A_list_has_the_locks_above_and_below_and_at_scope_those_above_only()
    {
        using var client = World();
        foreach (var scope in new[] { TestClient.Subscription, Group, TestClient.Network, TestClient.Subnet, Table,
            TestClient.Subscription + "/resourceGroups/myworkspacegroup" })
            Lock(client, scope, "CanNotDelete");
        Assert.Equal(6, List(client, TestClient.Subscription).Length);
        Assert.Equal(5, List(client, Group).Length);
        Assert.Equal(4, List(client, TestClient.Network).Length);
        Assert.Equal([Group, TestClient.Subscription], List(client, Group, "&$filter=atScope()"));
        Assert.Equal(409, client.Delete(TestClient.Subnet).Status);
    }

    [Theory]
    [InlineData("2015-01-01", 200)]
    [InlineData("2020-05-01", 200)]
    [InlineData("2022-04-01", 400)]
    public void Locks_have_versions_of_their_own(string version, int status)
    {
        using var client = World();
        Assert.Equal(status, client.Get($"{Group}/providers/Microsoft.Authorization/locks?api-version={version}").Status);
    }

    [Fact]
    public void A_lock_needs_a_level_and_something_to_be_on()
    {
        using var client = World();
        Assert.Equal("InvalidRequestContent", client.Put(LockId(Group), """{"properties":{"notes":"mine"}}""").Code);
        Assert.Equal("InvalidRequestContent", client.Put(LockId(Group), """{"properties":{"level":"Shut"}}""").Code);
        Assert.Equal("ResourceGroupNotFound", Lock(client, Group + "2", "ReadOnly").Code);
        Assert.Equal("ResourceNotFound", Lock(client, Table + "2", "ReadOnly").Code);
    }

    [Theory]
    [InlineData("""[{ "id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined" }]""", false)]
    [InlineData("""[{ "id": "11111111-2222-4333-8444-555555555555", "type": "User" }]""", true)]
    public void A_deny_assignment_outranks_the_right_of_the_cluster_s_identity(string principals, bool works)
    {
        using var client = World(Deny("mygroup", principals,
            more: $$""","excludePrincipals": [{ "id": "{{AzureSimulator.CallerId}}", "type": "User" }]"""));
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Simulator.Control.SetPrincipalDelay(TimeSpan.Zero, TimeSpan.Zero);
        client.CreateCompute();
        client.Grant(client.PrincipalOf());
        Assert.Equal(works ? "Succeeded" : "Failed", client.Switch().Value("status"));
    }

    /// <summary>Kubernetes writes its load balancer into the node group (Azure/AKS issue 329 has such a refusal).</summary>
    [Theory]
    [InlineData("ReadOnly", "Failed")]
    [InlineData("CanNotDelete", "Succeeded")]
    public void A_read_only_lock_on_the_node_group_keeps_kubernetes_from_its_load_balancer(string level, string ends)
    {
        using var client = World();
        client.Simulator.Control.SetAssignmentDelay(TimeSpan.Zero);
        client.Simulator.Control.SetPrincipalDelay(TimeSpan.Zero, TimeSpan.Zero);
        client.CreateCompute();
        client.Grant(client.PrincipalOf());
        var cluster = client.Get(client.Get(TestClient.Compute).Value("properties.resourceId")!);
        Lock(client, $"{TestClient.Subscription}/resourceGroups/{cluster.Value("properties.nodeResourceGroup")}", level);
        Assert.Equal(ends, client.Switch().Value("status"));
    }

    [Theory]
    [InlineData("", "DenyAssignmentAuthorizationFailed")]
    [InlineData(""","excludePrincipals": [{ "id": "CALLER", "type": "User" }]""", null)]
    [InlineData(""","doNotApplyToChildScopes": true""", null)]
    [InlineData(""","denyAssignmentEffect": "Audit" """, null)]
    public void It_takes_from_the_caller_what_it_names_but_from_whom_it_leaves_out(string more, string? code)
    {
        using var client = World(Deny("mygroup", """[{ "id": "00000000-0000-0000-0000-000000000000", "type": "SystemDefined" }]""",
            "Microsoft.Network/*",
            more.Replace("CALLER", AzureSimulator.CallerId, StringComparison.Ordinal)));
        var answer = client.Put(Rules, """{"properties":{"addressPrefix":"10.0.0.0/8","nextHopType":"None"}}""");
        Assert.Equal(code, answer.Code);
        if (code is not null)
            Assert.Contains($"deny assignment with name 'No network' and Id 'd1' at scope '{Group}'", answer.Message,
                StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_system_made_cannot_be_taken_away_and_what_a_person_made_can()
    {
        const string path = Group + "/providers/Microsoft.Authorization/denyAssignments/d1?api-version=";
        foreach (var (isProtected, code) in new[] { ("true", "DenyAssignmentSystemProtected"), ("false", null) })
        {
            using var client = World(Deny("mygroup", "[]", more: $",\"isSystemProtected\": {isProtected}"));
            Assert.Equal("MethodNotAllowed", client.Delete(path + "2022-04-01").Code);
            Assert.Equal(code, client.Delete(path + "2024-07-01-preview").Code);
            Assert.Equal(code is null ? 0 : 1,
                client.Get(TestClient.Network + "/providers/Microsoft.Authorization/denyAssignments?$filter=atScope()")
                    .At("value")!.AsArray().Count);
        }
    }

    private TestClient World(string resources = "")
    {
        File.WriteAllText(_path, $$"""
            {
              "resourceGroups": [{ "name": "mygroup", "location": "eastus2" }, { "name": "myworkspacegroup", "location": "eastus2" }],
              "routeTables": [{ "resourceGroup": "mygroup", "name": "table", "routes": [] }],
              "virtualNetworks": [{ "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
                "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24" }] }],
              "storageAccounts": [{ "resourceGroup": "myworkspacegroup", "name": "account1" }],
              "workspaces": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspace",
                "storageAccount": "myworkspacegroup/Microsoft.Storage/storageAccounts/account1" }],
              "resources": [{{resources}}]
            }
            """);
        return new TestClient(options: new SimulatorOptions { Scenario = _path });
    }

    private static string Deny(string group, string principals, string action = "Microsoft.Network/virtualNetworks/subnets/join/action",
        string more = "") => $$"""
        { "id": "{{group}}/Microsoft.Authorization/denyAssignments/d1", "type": "Microsoft.Authorization/denyAssignments",
          "properties": { "denyAssignmentName": "No network", "permissions": [{ "actions": ["{{action}}"], "notActions": [] }],
            "principals": {{principals}}{{more}} } }
        """;

    private static string LockId(string scope) => $"{scope}/providers/Microsoft.Authorization/locks/l?api-version=2020-05-01";

    private static TestAnswer Lock(TestClient client, string scope, string level) =>
        client.Put(LockId(scope), $$"""{"properties":{"level":"{{level}}"} }""");

    private static string[] List(TestClient client, string scope, string filter = "") =>
        [.. client.Get($"{scope}/providers/Microsoft.Authorization/locks?api-version=2020-05-01{filter}").At("value")!.AsArray()
            .Select(one => one!["id"]!.GetValue<string>()).Select(id => id[..id.LastIndexOf("/providers/", StringComparison.Ordinal)])
            .Order(StringComparer.Ordinal).Reverse()];
}
