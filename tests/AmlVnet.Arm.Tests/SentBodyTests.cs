using System.Text.Json;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Clients;
using AmlVnet.Core.Changes;

namespace AmlVnet.Arm.Tests;

/// <summary>What goes over the wire when something is made or changed.</summary>
public sealed class SentBodyTests
{
    private static readonly AksComputeSettings Settings = new()
    {
        SubnetId = TestCloud.Subnet.ToString(),
        ServiceCidr = "10.0.0.0/16",
        DnsServiceIP = "10.0.0.10",
        DockerBridgeCidr = "172.17.0.1/16",
        Tags = new Dictionary<string, string> { ["team"] = "ml" },
    };

    [Fact]
    public async Task A_creation_sends_what_was_asked_and_no_load_balancer()
    {
        using var cloud = new TestCloud("how-to");

        await CreateAsync(cloud, Tls());

        var put = Assert.Single(cloud.Handler.Changes);
        Assert.Equal("PUT", put.Method);
        Assert.EndsWith("/computes/myaks?api-version=2023-10-01", put.Uri.PathAndQuery, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            {
              "location": "eastus2", "tags": { "team": "ml" },
              "properties": {
                "computeType": "AKS", "computeLocation": "eastus2", "description": "for scoring",
                "properties": {
                  "agentCount": 3, "agentVmSize": "Standard_D3_v2", "clusterPurpose": "FastProd",
                  "aksNetworkingConfiguration": {
                    "subnetId": "{{TestCloud.Subnet}}", "serviceCidr": "10.0.0.0/16",
                    "dnsServiceIP": "10.0.0.10", "dockerBridgeCidr": "172.17.0.1/16"
                  },
                  "sslConfiguration": { "status": "Enabled", "cert": "the certificate", "key": "the key", "cname": "www.contoso.com" }
                }
              }
            }
            """), put.Json), put.Body);
    }

    [Fact]
    public async Task A_creation_that_is_to_be_internal_says_so_and_names_the_subnet()
    {
        using var cloud = new TestCloud("how-to");
        var work = await cloud.Azure.AksComputes.PlanCreateAsync(
            new ComputeRequest(TestCloud.Compute, Settings with { LoadBalancerType = LoadBalancerType.InternalLoadBalancer }), false,
            TestCloud.Cancel);
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, TestCloud.Cancel);

        var sent = Assert.Single(cloud.Handler.Changes).Json["properties"]!["properties"]!;
        Assert.Equal("InternalLoadBalancer", (string)sent["loadBalancerType"]!);
        // Without a name the service would look for a subnet of its own choice.
        Assert.Equal("default", (string)sent["loadBalancerSubnet"]!);
    }

    [Fact]
    public async Task A_switch_sends_the_load_balancer_and_all_that_is_writable_and_nothing_else()
    {
        using var cloud = new TestCloud("how-to");
        await CreateAsync(cloud, Tls());
        await GrantAsync(cloud);
        cloud.Handler.Forget();

        await SwitchAsync(cloud, LoadBalancerType.InternalLoadBalancer);

        var now = (await cloud.Azure.Computes.FindAsync(TestCloud.Compute, TestCloud.Cancel))!;
        var puts = cloud.Handler.Changes.ToList();
        Assert.NotEmpty(puts);
        Assert.All(puts, put => Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            {
              "location": "eastus2", "tags": { "team": "ml" },
              "properties": {
                "computeType": "AKS", "description": "for scoring", "resourceId": "{{now.Properties!.ResourceId}}",
                "properties": {
                  "agentCount": 3, "clusterFqdn": "{{now.Properties.Properties!.ClusterFqdn}}",
                  "loadBalancerType": "InternalLoadBalancer", "loadBalancerSubnet": "default"
                }
              }
            }
            """), put.Json), put.Body));
        // TLS was left out, and is as it was.
        var tls = now.Properties!.Properties!.SslConfiguration!;
        Assert.Equal(("Enabled", "www.contoso.com"), (tls.Status, tls.Cname));
    }

    [Fact]
    public async Task Each_try_of_a_switch_writes_back_what_it_has_just_read()
    {
        using var cloud = new TestCloud("how-to");
        cloud.Simulator.Control.SetAssignmentDelay(TimeSpan.FromMinutes(20));
        await CreateAsync(cloud, null);
        await GrantAsync(cloud);
        cloud.Handler.Forget();

        await SwitchAsync(cloud, LoadBalancerType.InternalLoadBalancer);

        var sent = cloud.Handler.Sent;
        var puts = Enumerable.Range(0, sent.Count).Where(i => sent[i].Method == "PUT").ToList();
        Assert.True(puts.Count > 1);
        Assert.All(puts, i => Assert.Equal(("GET", sent[i].Uri), (sent[i - 1].Method, sent[i - 1].Uri)));
    }

    [Fact]
    public void Back_to_public_sends_no_subnet()
    {
        var body = Update(new WireCompute
        {
            Location = "eastus2",
            Properties = new() { Properties = new() { LoadBalancerSubnet = "default" } }
        }, LoadBalancerType.PublicIp, null);

        Assert.Equal("PublicIp", (string)body["properties"]!["properties"]!["loadBalancerType"]!);
        Assert.False(body["properties"]!["properties"]!.AsObject().ContainsKey("loadBalancerSubnet"));
    }

    [Fact]
    public void Everything_that_the_service_may_return_is_either_written_back_or_left_out_for_a_reason()
    {
        var returned = JsonSerializer.Deserialize("""
            {
              "id": "/subscriptions/s/x", "name": "myaks", "type": "Microsoft.MachineLearningServices/workspaces/computes",
              "location": "eastus2",
              "tags": { "a": "b" }, "sku": { "name": "Basic" },
              "identity": { "type": "UserAssigned", "principalId": "p", "tenantId": "t", 
                "userAssignedIdentities": { "/i": { "principalId": "x", "clientId": "y" } } },
              "systemData": { "createdBy": "me" },
              "properties": {
                "computeType": "AKS", "computeLocation": "eastus2", "provisioningState": "Succeeded",
                "description": "d", "createdOn": "2021-01-01T00:00:00Z",
                "modifiedOn": "2021-01-01T00:00:00Z", "resourceId": "/clusters/c", "provisioningErrors": [],
                "isAttachedCompute": false, "disableLocalAuth": true,
                "properties": {
                  "clusterFqdn": "f", "systemServices": [{ "systemServiceType": "ScoringFrontEnd", "publicIpAddress": "1.2.3.4" }],
                  "agentCount": 3,
                  "agentVmSize": "Standard_D3_v2", "clusterPurpose": "FastProd", "sslConfiguration": { "status": "Enabled", "cname": "n" },
                  "aksNetworkingConfiguration": { "subnetId": "/s" }, "loadBalancerType": "PublicIp", "loadBalancerSubnet": null
                }
              }
            }
            """, WireJson.Default.WireCompute)!;

        var body = Update(returned, LoadBalancerType.InternalLoadBalancer, "default");

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse("""
            {
              "location": "eastus2", "tags": { "a": "b" }, "sku": { "name": "Basic" },
              "identity": { "type": "UserAssigned", "userAssignedIdentities": { "/i": {} } },
              "properties": {
                "computeType": "AKS", "description": "d", "resourceId": "/clusters/c",
                "properties": { "clusterFqdn": "f", "agentCount": 3,
                  "loadBalancerType": "InternalLoadBalancer", "loadBalancerSubnet": "default" }
              }
            }
            """), body), body.ToJsonString());
    }

    [Fact]
    public async Task A_grant_always_says_what_kind_of_principal_it_is_for()
    {
        using var cloud = new TestCloud("existing-cluster");

        await GrantAsync(cloud);

        var put = Assert.Single(cloud.Handler.Changes);
        var principal = (string)put.Json["properties"]!["principalId"]!;
        var definitions = $"/subscriptions/{TestCloud.Subscription}/providers/Microsoft.Authorization/roleDefinitions";
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            { "properties": {
              "roleDefinitionId": "{{definitions}}/4d97b98b-1d4f-4787-a291-c67834d212e7",
              "principalId": "{{principal}}", "principalType": "ServicePrincipal" } }
            """), put.Json), put.Body);
        Assert.Matches("^/subscriptions/[^/]+/resourceGroups/mygroup/providers/Microsoft.Authorization/roleAssignments/[0-9a-f-]{36}$",
            put.Uri.AbsolutePath);
    }

    [Fact]
    public async Task Neither_token_nor_key_is_told()
    {
        using var cloud = new TestCloud("how-to");
        await CreateAsync(cloud, Tls());
        cloud.Handler.Answer = static request => request.Method == "PUT"
            ? TestCloud.Json(System.Net.HttpStatusCode.Forbidden, """{ "error": { "code": "No", "message": "No." } }""") : null;
        var refused = await Assert.ThrowsAsync<ArmRequestException>(() => GrantAsync(cloud));
        cloud.Handler.Answer = static _ => throw new HttpRequestException("The wire is cut.");
        var cut = await Assert.ThrowsAsync<AmlVnetException>(() => cloud.Azure.AksComputes.GetAsync(TestCloud.Compute, TestCloud.Cancel));

        Assert.All(cloud.Handler.Sent, static request => Assert.Equal("Bearer " + TestCloud.Token, request.Authorization));
        Assert.Equal("Unreachable", cut.ErrorId);
        var told = string.Join('\n', cloud.Log.Lines) + refused + cut;
        Assert.Contains("PUT ", told, StringComparison.Ordinal);
        Assert.DoesNotContain(TestCloud.Token, told, StringComparison.Ordinal);
        Assert.DoesNotContain("the key", told, StringComparison.Ordinal);
        Assert.DoesNotContain("the certificate", told, StringComparison.Ordinal);
        Assert.DoesNotContain("the key", Tls().ToString(), StringComparison.Ordinal);
    }

    private static TlsSettings Tls() => new() { CertificatePem = "the certificate", KeyPem = "the key", Cname = "www.contoso.com" };

    private static JsonNode Update(WireCompute now, LoadBalancerType type, string? subnet) =>
        JsonSerializer.SerializeToNode(LoadBalancerSteps.UpdateOf(now, type, subnet), WireJson.Default.WireCompute)!;

    private static async Task CreateAsync(TestCloud cloud, TlsSettings? tls) =>
        await RunAsync(await cloud.Azure.AksComputes.PlanCreateAsync(
        new ComputeRequest(TestCloud.Compute, Settings with { Description = "for scoring" }) { Tls = tls }, true, TestCloud.Cancel));

    private static async Task GrantAsync(TestCloud cloud) =>
        await RunAsync(await cloud.Azure.Access.PlanGrantAsync(new NetworkAccessRequest { Cluster = TestCloud.Compute }, TestCloud.Cancel));

    private static async Task SwitchAsync(TestCloud cloud, LoadBalancerType type) =>
        await RunAsync(await cloud.Azure.LoadBalancers.PlanAsync(
            new LoadBalancerRequest { Compute = TestCloud.Compute, Wish = new() { Type = type } }, TestCloud.Cancel));

    private static async Task RunAsync<T>(PlannedWork<T> work) where T : class
    {
        Assert.Empty(work.Plan.Blocking);
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, TestCloud.Cancel);
        await work.FinishAsync(TestCloud.Cancel);
    }
}
