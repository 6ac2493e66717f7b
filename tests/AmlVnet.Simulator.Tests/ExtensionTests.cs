namespace AmlVnet.Simulator.Tests;

public sealed class ExtensionTests
{
    private static readonly string Certificate = Convert.ToBase64String("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----"u8);

    [Fact]
    public void The_extension_puts_the_router_on_an_address_of_the_node_subnet()
    {
        using var world = new KubernetesWorld();
        world.Grant();
        var put = world.Put();
        Assert.Equal(201, put.Status);
        Assert.Equal("Creating", put.Value("properties.provisioningState"));
        // The Location leads to a host of the provider's own, which is no operation (recorded).
        var location = new Uri(put.Header("Location")!);
        Assert.Equal("eastus2.rp.kubernetesconfiguration.simulator.invalid", location.Host);
        Assert.EndsWith("/extensions/azureml", location.AbsolutePath, StringComparison.Ordinal);
        Assert.Equal("Creating", world.Client.Get(put.Header("Azure-AsyncOperation")!).Value("status"));
        Assert.Empty(world.Frontends());
        Assert.Equal("Succeeded", world.Wait(put).Value("status"));
        Assert.StartsWith("10.1.0.", Assert.Single(world.Frontends()), StringComparison.Ordinal);
        Assert.Equal("Succeeded", world.Get(KubernetesWorld.Extension, "properties.provisioningState")!.ToString());
        Assert.NotNull(world.Get(KubernetesWorld.Extension, "properties.aksAssignedIdentity.principalId"));
        Assert.Contains(world.Frontends()[0]!, world.Run("kubectl get svc azureml-fe -n azureml -o json").Logs, StringComparison.Ordinal);

        var delete = world.Client.Delete(KubernetesWorld.Extension + "?api-version=2023-05-01");
        Assert.Equal(202, delete.Status);
        Assert.Null(delete.Header("Location"));
        Assert.Equal("Deleting", world.Client.Get(delete.Header("Azure-AsyncOperation")!).Value("status"));
        Assert.Equal("Succeeded", world.Wait(delete).Value("status"));
        Assert.Empty(world.Frontends());
        Assert.Equal(404, world.Client.Get(KubernetesWorld.Extension + "?api-version=2023-05-01").Status);
        Assert.Equal(204, world.Client.Delete(KubernetesWorld.Extension + "?api-version=2023-05-01").Status);
    }

    [Fact]
    public void Without_a_right_on_the_subnet_the_router_gets_no_address()
    {
        using var world = new KubernetesWorld();
        var end = world.Wait(world.Put());
        Assert.Equal("Failed", end.Value("status"));
        Assert.Equal("ExtensionOperationFailed", end.Value("error.code"));
        Assert.Equal("E40001", world.Code);
        Assert.Equal("ExtensionOperationFailed", world.Get(KubernetesWorld.Extension, "properties.errorInfo.code")!.ToString());
        var service = JsonNode.Parse(world.Run("kubectl get service azureml-fe -n azureml -o json").Logs)!;
        Assert.Empty(service["status"]!["loadBalancer"]!.AsObject());
        Assert.Equal("true", service["metadata"]!["annotations"]!["service.beta.kubernetes.io/azure-load-balancer-internal"]!.ToString());
        Assert.Contains("ErrorCode: E40001", world.Run("kubectl get cm arcml-healthcheck -n azureml -o json").Logs,
            StringComparison.Ordinal);
        world.Grant();
        Assert.Equal("Succeeded", world.Wait(world.Put()).Value("status"));
        Assert.Null(world.Get(KubernetesWorld.Extension, "properties.errorInfo"));
    }

    public static TheoryData<string, string> Causes => new()
    {
        { "E40003", KubernetesWorld.Internal.Replace("\"azure\"", "\"aws\"", StringComparison.Ordinal) },
        { "E40007", KubernetesWorld.Internal.Replace("\"allowInsecureConnections\":\"True\"", "\"sslCname\":\"x.contoso.internal\"",
            StringComparison.Ordinal) },
        { "E40007", KubernetesWorld.Internal.Replace("\"allowInsecureConnections\":\"True\"",
            "\"sslCname\":\"x.contoso.internal\",\"scoringFe.sslSecret\":\"nosuch\"", StringComparison.Ordinal) },
        { "E40007", KubernetesWorld.Internal.Replace("\"allowInsecureConnections\":\"True\"", "\"scoringFe.sslSecret\":\"scoring-tls\"",
            StringComparison.Ordinal) },
        { "", KubernetesWorld.Internal.Replace("\"allowInsecureConnections\":\"True\"",
            "\"sslCname\":\"x.contoso.internal\",\"scoringFe.sslSecret\":\"scoring-tls\"", StringComparison.Ordinal) },
    };

    [Theory]
    [MemberData(nameof(Causes))]
    public void The_health_check_names_what_is_wrong(string code, string settings)
    {
        using var world = new KubernetesWorld();
        world.Grant();
        Assert.Equal(code.Length == 0 ? "Succeeded" : "Failed", world.Wait(world.Put(settings)).Value("status"));
        Assert.Equal(code, world.Code ?? "");
    }

    [Theory]
    [InlineData("", "E40002")]
    [InlineData(",\"inferenceRouterHA\":\"False\"", null)]
    public void Three_routers_need_three_nodes(string more, string? code)
    {
        using var world = new KubernetesWorld();
        world.Grant();
        world.Client.Wait(world.Client.Put(KubernetesWorld.Cluster,
            """{"location":"eastus2","properties":{"agentPoolProfiles":[{"name":"nodepool1","count":2}]}}"""));
        world.Wait(world.Put(KubernetesWorld.Internal + more));
        Assert.Equal(code, world.Code);
    }

    [Fact]
    public void There_is_one_extension_of_this_type_in_a_cluster()
    {
        using var world = new KubernetesWorld();
        world.Grant();
        world.Wait(world.Put());
        var other = KubernetesWorld.Extension + "2";
        var end = world.Wait(world.Put(id: other));
        Assert.Equal("Failed", end.Value("status"));
        Assert.Contains("invalid ownership metadata", end.Value("error.message"), StringComparison.Ordinal);
        Assert.Single(world.Frontends());
        // To remove the one that failed does not harm the other.
        world.Wait(world.Client.Delete(other + "?api-version=2023-05-01"));
        Assert.Single(world.Frontends());
    }

    [Fact]
    public void A_service_principal_is_no_identity_for_it()
    {
        using var world = new KubernetesWorld("service-principal");
        Assert.Contains("managed identity", world.Wait(world.Put()).Value("error.message"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prometheuses.monitoring.coreos.com", "installPromOp", "E45002")]
    [InlineData("jobs.batch.volcano.sh", "installVolcano", null)]
    public void What_somebody_else_installed_is_in_the_way(string definition, string setting, string? code)
    {
        using var file = new ScenarioFile("kubernetes", scenario => scenario["clusters"]![0]!["objects"]!.AsArray().Add(
            (JsonNode)new JsonObject { ["kind"] = "CustomResourceDefinition", ["name"] = definition }));
        using var world = new KubernetesWorld(options: new SimulatorOptions { Scenario = file.Path });
        world.Grant();
        Assert.Equal("Failed", world.Wait(world.Put()).Value("status"));
        Assert.Equal(code, world.Code);
        Assert.Equal("Succeeded", world.Wait(world.Put($"{KubernetesWorld.Internal},\"{setting}\":\"False\"")).Value("status"));
    }

    [Fact]
    public void Protected_settings_are_never_given_back_and_are_forgotten_by_an_update_without_them()
    {
        using var world = new KubernetesWorld();
        world.Grant();
        var settings = KubernetesWorld.Internal.Replace("\"allowInsecureConnections\":\"True\"", "\"sslCname\":\"x.contoso.internal\"",
            StringComparison.Ordinal);
        var put = world.Put(settings, protectedSettings: $"\"scoringFe.sslCert\":\"{Certificate}\",\"scoringFe.sslKey\":\"{Certificate}\"");
        Assert.Equal("Succeeded", world.Wait(put).Value("status"));
        var shown = world.Client.Get(KubernetesWorld.Extension + "?api-version=2023-05-01");
        Assert.DoesNotContain(Certificate, put.Text + shown.Text, StringComparison.Ordinal);
        Assert.Equal("", shown.At("properties.configurationProtectedSettings")!["scoringFe.sslCert"]!.ToString());
        var patch = world.Client.Send("PATCH", KubernetesWorld.Extension + "?api-version=2023-05-01",
            """{"properties":{"configurationSettings":{"inferenceRouterHA":"True"}}}""");
        Assert.Equal(202, patch.Status);
        Assert.Equal("Updating", world.Client.Get(patch.Header("Azure-AsyncOperation")!).Value("status"));
        Assert.Equal("Failed", world.Wait(patch).Value("status"));
        Assert.Equal("E40007", world.Code);
    }

    [Fact]
    public void A_provider_that_is_not_registered_answers_409_until_it_is()
    {
        using var world = new KubernetesWorld(registers: false);
        Assert.Equal("NotRegistered", world.Client.Get(KubernetesWorld.Provider).Value("registrationState"));
        var refused = world.Put();
        Assert.Equal((409, "MissingSubscriptionRegistration"), (refused.Status, refused.Code));
        Assert.Equal("Registering", world.Client.Send("POST", KubernetesWorld.Provider + "/register").Value("registrationState"));
        Assert.Equal(409, world.Put().Status);
        world.Client.Clock.Advance(TimeSpan.FromMinutes(3));
        Assert.Equal("Registered", world.Client.Get(KubernetesWorld.Provider).Value("registrationState"));
        Assert.Equal(201, world.Put().Status);
    }

    [Theory]
    [InlineData("""{"properties":{}}""")]
    [InlineData("""{"properties":{"extensionType":"microsoft.flux","version":"1.0.0"}}""")]
    [InlineData("""
        {"properties":{"extensionType":"microsoft.flux","configurationSettings":{"a":"1"},"configurationProtectedSettings":{"a":"2"}}}
        """)]
    [InlineData("""{"properties":{"extensionType":"microsoft.flux","configurationSettings":{"a":true}}}""")]
    [InlineData("""{"properties":{"extensionType":"microsoft.flux","scope":{"cluster":{},"namespace":{}}}}""")]
    public void What_cannot_be_is_refused_at_once(string body)
    {
        using var world = new KubernetesWorld();
        Assert.Equal(400, world.Client.Put(KubernetesWorld.Extension + "?api-version=2023-05-01", body).Status);
        Assert.Equal(404, world.Client.Get(KubernetesWorld.Extension + "?api-version=2023-05-01").Status);
    }

    [Fact]
    public void A_cluster_that_is_not_there_has_no_extensions()
    {
        using var world = new KubernetesWorld();
        var missing = KubernetesWorld.Extension.Replace("myakscluster", "nosuch", StringComparison.Ordinal);
        Assert.Equal((404, "ResourceNotFound"), (world.Put(id: missing).Status, world.Put(id: missing).Code));
    }
}
