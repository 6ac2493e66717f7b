namespace AmlVnet.Simulator.Tests;

/// <summary>Members that Azure sends although nobody asked for them.</summary>
public sealed class SentMembersTests
{
    private const string Group = TestClient.Subscription + "/resourceGroups/mygroup/providers/";

    [Fact]
    public void A_storage_account_is_encrypted()
    {
        using var client = new TestClient();
        const string Known = TestClient.Subscription
            + "/resourceGroups/myworkspacegroup/providers/Microsoft.Storage/storageAccounts/myworkspacestorage";
        Assert.Equal(("Microsoft.Storage", "true"), (client.Get(Known).Value("properties.encryption.keySource"),
            client.Get(Known).Value("properties.encryption.services.blob.enabled")));
        client.Put(Group + "Microsoft.Storage/storageAccounts/another1", """
            {"location":"eastus2","kind":"StorageV2","sku":{"name":"Standard_LRS"},
            "properties":{"encryption":{"requireInfrastructureEncryption":true}}}
            """);
        client.Clock.Advance(TimeSpan.FromMinutes(1));
        var made = client.Get(Group + "Microsoft.Storage/storageAccounts/another1");
        Assert.Equal(("true", "Microsoft.Storage"), (made.Value("properties.encryption.requireInfrastructureEncryption"),
            made.Value("properties.encryption.keySource")));
    }

    [Fact]
    public void A_new_identity_says_where_it_is_with_lower_case_resourcegroups()
    {
        using var client = new TestClient();
        var made = client.Put(Group + "Microsoft.ManagedIdentity/userAssignedIdentities/identity1", """{"location":"eastus2"}""");
        Assert.Equal(201, made.Status);
        Assert.StartsWith(TestClient.Subscription + "/resourcegroups/mygroup/", made.Value("id"), StringComparison.Ordinal);
        Assert.Equal(made.Value("id"), made.Header("Location"));
        Assert.Equal(made.Value("id"), client.Get(Group + "Microsoft.ManagedIdentity/userAssignedIdentities/identity1").Value("id"));
        var again = client.Put(Group + "Microsoft.ManagedIdentity/userAssignedIdentities/identity1", """{"location":"eastus2"}""");
        Assert.Null(again.Header("Location"));
    }

    [Fact]
    public void A_load_balancers_parts_have_defaults_and_name_their_rules()
    {
        using var client = new TestClient();
        const string Balancer = Group + "Microsoft.Network/loadBalancers/lb1";
        var put = client.Put(Balancer, $$"""
            {"location":"eastus2","sku":{"name":"Standard"},"properties":{
              "frontendIPConfigurations":[{"name":"f","properties":{"subnet":{"id":"{{TestClient.Subnet}}"} } }],
              "backendAddressPools":[{"name":"b"}],"probes":[{"name":"p","properties":{"protocol":"Tcp","port":80} }],
              "loadBalancingRules":[{"name":"r","properties":{"protocol":"Tcp","frontendPort":80,"backendPort":80,
                "frontendIPConfiguration":{"id":"{{Balancer}}/frontendIPConfigurations/f"},
                "backendAddressPool":{"id":"{{Balancer}}/backendAddressPools/b"},"probe":{"id":"{{Balancer}}/probes/p"} } }]} }
            """);
        Assert.True(put.Status == 201, put.Text);
        client.Wait(put);
        var shown = client.Get(Balancer).At("properties")!;
        Assert.Equal("Dynamic IPv4", $"{shown["frontendIPConfigurations"]![0]!["properties"]!["privateIPAllocationMethod"]} "
            + shown["frontendIPConfigurations"]![0]!["properties"]!["privateIPAddressVersion"]);
        var rule = shown["loadBalancingRules"]![0]!["properties"]!;
        Assert.Equal("Default 4 false", $"{rule["loadDistribution"]} {rule["idleTimeoutInMinutes"]} {rule["enableFloatingIP"]}");
        foreach (var collection in new[] { "frontendIPConfigurations", "backendAddressPools", "probes" })
            Assert.Equal(Balancer + "/loadBalancingRules/r",
                shown[collection]![0]!["properties"]!["loadBalancingRules"]![0]!["id"]!.ToString());
    }

    [Fact]
    public void An_assignment_at_a_management_group_is_inherited()
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, """
                { "resourceGroups": [{ "name": "g", "location": "eastus2" }],
                  "caller": { "roles": [{ "role": "Reader", "scope": "/providers/Microsoft.Management/managementGroups/root" }] } }
                """);
            using var client = new TestClient(options: new SimulatorOptions { Scenario = path });
            Assert.Equal(200, client.Get(TestClient.Subscription + "/resourceGroups/g").Status);
            Assert.Equal(403, client.Delete(TestClient.Subscription + "/resourceGroups/g").Status);
            var listed = client.Get(TestClient.Subscription
                + "/resourceGroups/g/providers/Microsoft.Authorization/roleAssignments?$filter=atScope()");
            Assert.Equal("/providers/Microsoft.Management/managementGroups/root", listed.Value("value.0.properties.scope"));
        }
        finally
        {
            File.Delete(path);
        }
    }
}
