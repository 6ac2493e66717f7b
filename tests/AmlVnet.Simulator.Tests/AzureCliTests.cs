using System.Net;
using System.Text;

namespace AmlVnet.Simulator.Tests;

/// <summary>One server and one signed-in az; each test makes its own world of it.</summary>
public sealed class AzureCliFixture : IAsyncLifetime
{
    private readonly ServerFolder _folder = new();
    private ServerProcess? _server;
    private AzureCli? _az;

    internal ServerProcess Server => _server!;

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _server?.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    internal string FolderOf(string name) => _folder[name];

    /// <summary>The server with a fresh world.</summary>
    internal async Task<ServerProcess> ServeAsync(string scenario)
    {
        _server ??= await ServerProcess.StartAsync(
            "--port", "0", "--http-port", "0", "--cert-folder", _folder["certificates"], "--virtual-clock");
        using var body = new StringContent($$"""{"scenario":"{{scenario}}"}""", Encoding.UTF8, "application/json");
        using var reset = await _server.Client.PostAsync("simulator/reset", body);
        Assert.Equal(HttpStatusCode.OK, reset.StatusCode);
        return _server;
    }

    /// <summary>az, signed in to a fresh world.</summary>
    internal async Task<AzureCli> BeginAsync(string scenario)
    {
        AzureCli.SkipWhenMissing();
        await ServeAsync(scenario);
        if (_az is null)
        {
            System.IO.Directory.CreateDirectory(_folder["az"]);
            var az = new AzureCli(Server, _folder["az"]);
            await az.SignInAsync();
            _az = az;
        }
        return _az;
    }
}

/// <summary>
/// The commands of the how-to "Secure an Azure Machine Learning inferencing environment with virtual networks", as it prints them but for
/// the placeholders and the host, run by the real Azure CLI.
/// </summary>
public sealed class AzureCliTests(AzureCliFixture fixture) : IClassFixture<AzureCliFixture>
{
    private const string Subscription = AzureSimulator.SubscriptionId;
    private const string NetworkGroup = $"/subscriptions/{Subscription}/resourceGroups/mygroup";
    private const string Cluster =
        $"/subscriptions/{Subscription}/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";

    private const string Computes = $"/subscriptions/{Subscription}/resourceGroups/myworkspacegroup/providers"
        + "/Microsoft.MachineLearningServices/workspaces/myworkspace/computes";

    private const string NetworkContributor = "4d97b98b-1d4f-4787-a291-c67834d212e7";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_cluster_s_identity_and_the_network_s_group_are_shown()
    {
        var az = await fixture.BeginAsync("existing-cluster");

        var client = await az.LineAsync("az aks show -n myakscluster --resource-group myaksgroup --query servicePrincipalProfile.clientId");
        var principal = await az.LineAsync("az aks show -n myakscluster --resource-group myaksgroup --query identity.principalId");
        var group = await az.LineAsync("az group show -n mygroup --query id");

        Assert.Equal("\"msi\"", client);
        var cluster = await GetAsync(Cluster, "2023-11-01");
        Assert.Equal($"\"{cluster["identity"]!["principalId"]!.GetValue<string>()}\"", principal);
        Assert.Equal($"\"{NetworkGroup}\"", group);
    }

    [Fact]
    public async Task What_is_not_there_ends_with_3()
    {
        var az = await fixture.BeginAsync("how-to");

        var (exitCode, _, errors) = await az.TryAsync("aks", "show", "-n", "nobody", "--resource-group", "mygroup");

        Assert.Equal(3, exitCode);
        Assert.Contains("(ResourceNotFound)", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("Traceback", errors, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("existing-cluster", "identity.principalId")]
    [InlineData("service-principal", "servicePrincipalProfile.clientId")]
    public async Task The_role_is_assigned_to_either_kind_of_identity_once(string scenario, string query)
    {
        AzureCli.SkipWhenRoleIsBroken();
        var az = await fixture.BeginAsync(scenario);
        await AdvanceAsync(TimeSpan.FromHours(1));
        var assignee = await az.LineAsync($"az aks show -n myakscluster --resource-group myaksgroup --query {query}");

        var line = $"az role assignment create --assignee {assignee} --role 'Network Contributor' --scope {NetworkGroup}";
        var first = JsonNode.Parse(await az.LineAsync(line))!;
        var second = JsonNode.Parse(await az.LineAsync(line))!;

        Assert.Equal(first["name"]!.GetValue<string>(), second["name"]!.GetValue<string>());
        Assert.Equal("ServicePrincipal", first["principalType"]!.GetValue<string>());
        Assert.Equal(NetworkGroup, first["scope"]!.GetValue<string>());
        var assignments = await GetAsync($"{NetworkGroup}/providers/Microsoft.Authorization/roleAssignments", "2022-04-01");
        var made = Assert.Single(assignments["value"]!.AsArray(), a =>
            a!["properties"]!["principalId"]!.GetValue<string>() == first["principalId"]!.GetValue<string>())!;
        Assert.EndsWith("/" + NetworkContributor, made["properties"]!["roleDefinitionId"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_how_to_s_body_makes_an_existing_cluster_private()
    {
        var az = await fixture.BeginAsync("existing-cluster");
        await GrantAsync($"{Computes}/myaks");

        await PutTheHowTosBodyAsync(az);
        await AdvanceAsync(TimeSpan.FromMinutes(30));
        var compute = JsonNode.Parse(await az.RunAsync("resource", "show", "--ids", $"{Computes}/myaks"))!["properties"]!;

        Assert.Equal("Succeeded", compute["provisioningState"]!.GetValue<string>());
        Assert.Equal("InternalLoadBalancer", compute["properties"]!["loadBalancerType"]!.GetValue<string>());
        Assert.Equal("aks-subnet", compute["properties"]!["loadBalancerSubnet"]!.GetValue<string>());
        var address = compute["properties"]!["systemServices"]![0]!["publicIpAddress"]!.GetValue<string>();
        Assert.StartsWith("10.1.1.", address, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_how_to_s_body_fails_where_no_subnet_has_the_default_name()
    {
        var az = await fixture.BeginAsync("how-to");
        await CreateAsync();
        await GrantAsync($"{Computes}/myaks");

        await PutTheHowTosBodyAsync(az);
        await AdvanceAsync(TimeSpan.FromMinutes(30));
        var compute = JsonNode.Parse(await az.RunAsync("resource", "show", "--ids", $"{Computes}/myaks"))!["properties"]!;

        Assert.Equal("Failed", compute["provisioningState"]!.GetValue<string>());
        Assert.NotEmpty(compute["provisioningErrors"]!.AsArray());
        Assert.Equal("PublicIp", compute["properties"]!["loadBalancerType"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_cloud_is_found_by_its_metadata_alone()
    {
        AzureCli.SkipWhenMissing();
        var server = await fixture.ServeAsync("how-to");
        var az = new AzureCli(server, fixture.FolderOf("metadata"));
        az.Variables["ARM_CLOUD_METADATA_URL"] = server.Environment["ARM_CLOUD_METADATA_URL"];

        await az.LogInAsync();

        Assert.Equal($"\"{NetworkGroup}\"", await az.LineAsync("az group show -n mygroup --query id"));
    }

    [Fact]
    public async Task A_managed_identity_signs_in()
    {
        AzureCli.SkipWhenMissing();
        var server = await fixture.ServeAsync("how-to");
        var az = new AzureCli(server, fixture.FolderOf("identity"));
        az.Variables["ARM_CLOUD_METADATA_URL"] = server.Environment["ARM_CLOUD_METADATA_URL"];
        az.Variables["APPSETTING_WEBSITE_SITE_NAME"] = "rehearsal";
        az.Variables["MSI_ENDPOINT"] = server.Environment["MSI_ENDPOINT"];
        az.Variables["MSI_SECRET"] = server.Environment["MSI_SECRET"];

        await az.RunAsync("login", "--identity", "-o", "none");

        Assert.Equal($"\"{NetworkGroup}\"", await az.LineAsync("az group show -n mygroup --query id"));
    }

    /// <summary>The how-to's update: its body, filled from what the compute shows, put by az rest.</summary>
    private async Task PutTheHowTosBodyAsync(AzureCli az)
    {
        var compute = (await GetAsync($"{Computes}/myaks", "2023-10-01"))["properties"]!;
        var body = $$"""
            {
                "location": "eastus2",
                "properties": {
                    "resourceId": "{{compute["resourceId"]}}",
                    "computeType": "AKS",
                    "provisioningState": "Succeeded",
                    "properties": {
                        "loadBalancerType": "InternalLoadBalancer",
                        "agentCount": {{compute["properties"]!["agentCount"]}},
                        "agentVmSize": "{{compute["properties"]!["agentVmSize"]}}",
                        "clusterFqdn": "{{compute["properties"]!["clusterFqdn"]}}"
                    }
                }
            }
            """;
        await File.WriteAllTextAsync(Path.Combine(fixture.FolderOf("az"), "body.json"), body, Cancel);

        var origin = fixture.Server.Address.AbsoluteUri.TrimEnd('/');
        var answer = JsonNode.Parse(await az.LineAsync(
            $"az rest --method put --uri {origin}{Computes}/myaks?api-version=2018-11-19 --body @body.json"))!;

        Assert.Equal("Updating", answer["properties"]!["provisioningState"]!.GetValue<string>());
    }

    private async Task CreateAsync()
    {
        await PutAsync($"{Computes}/myaks", "2023-10-01", new JsonObject
        {
            ["location"] = "eastus2",
            ["properties"] = new JsonObject
            {
                ["computeType"] = "AKS",
                ["properties"] = new JsonObject
                {
                    ["agentCount"] = 3,
                    ["agentVmSize"] = "Standard_D3_v2",
                    ["aksNetworkingConfiguration"] = new JsonObject
                    {
                        ["subnetId"] = $"{NetworkGroup}/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
                        ["serviceCidr"] = "10.0.0.0/16",
                        ["dnsServiceIP"] = "10.0.0.10",
                        ["dockerBridgeCidr"] = "172.17.0.1/16",
                    },
                },
            },
        });
        await AdvanceAsync(TimeSpan.FromMinutes(30));
    }

    /// <summary>Gives the compute's cluster its right on the network's group, and lets it take effect.</summary>
    private async Task GrantAsync(string compute)
    {
        var cluster = (await GetAsync(compute, "2023-10-01"))["properties"]!["resourceId"]!.GetValue<string>();
        var principal = (await GetAsync(cluster, "2023-11-01"))["identity"]!["principalId"]!.GetValue<string>();
        await PutAsync($"{NetworkGroup}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}", "2022-04-01", new JsonObject
        {
            ["properties"] = new JsonObject
            {
                ["roleDefinitionId"] =
                    $"/subscriptions/{Subscription}/providers/Microsoft.Authorization/roleDefinitions/{NetworkContributor}",
                ["principalId"] = principal,
                ["principalType"] = "ServicePrincipal",
            },
        });
        await AdvanceAsync(TimeSpan.FromMinutes(30));
    }

    private async Task AdvanceAsync(TimeSpan by)
    {
        var content = new JsonObject { ["advanceSeconds"] = by.TotalSeconds }.ToJsonString();
        using var body = new StringContent(content, Encoding.UTF8, "application/json");
        using var answer = await fixture.Server.Client.PostAsync("simulator/clock", body, Cancel);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<JsonNode> GetAsync(string id, string version) =>
        JsonNode.Parse(await fixture.Server.Client.GetStringAsync($"{id}?api-version={version}", Cancel))!;

    private async Task PutAsync(string id, string version, JsonObject content)
    {
        using var body = new StringContent(content.ToJsonString(), Encoding.UTF8, "application/json");
        using var answer = await fixture.Server.Client.PutAsync($"{id}?api-version={version}", body, Cancel);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync(Cancel));
    }
}
