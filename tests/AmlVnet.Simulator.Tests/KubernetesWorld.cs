namespace AmlVnet.Simulator.Tests;

/// <summary>A world of the Kubernetes route, with what its tests ask of it.</summary>
internal sealed class KubernetesWorld : IDisposable
{
    public const string Cluster = TestClient.Subscription
        + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";

    public const string Extension = Cluster + "/providers/Microsoft.KubernetesConfiguration/extensions/azureml";

    public const string Provider = TestClient.Subscription + "/providers/Microsoft.KubernetesConfiguration";

    public const string Internal = """
        "enableInference":"True","inferenceRouterServiceType":"LoadBalancer","internalLoadBalancerProvider":"azure",
        "scoringFe.serviceType.internalLoadBalancer":"True","allowInsecureConnections":"True"
        """;

    public KubernetesWorld(string scenario = "kubernetes", SimulatorOptions? options = null, bool registers = true)
    {
        Client = new TestClient(scenario, options);
        if (registers)
            Register();
    }

    public TestClient Client { get; }

    public void Dispose() => Client.Dispose();

    public void Register()
    {
        Client.Send("POST", Provider + "/register");
        Client.Clock.Advance(TimeSpan.FromMinutes(3));
    }

    /// <summary>Lets the cluster take addresses of the network.</summary>
    public void Grant()
    {
        Assert.Equal(201, Client.Grant(Client.Get(Cluster).Value("identity.principalId")!).Status);
        Client.Clock.Advance(TimeSpan.FromMinutes(10));
    }

    public TestAnswer Put(string settings = Internal, string id = Extension, string protectedSettings = "") => Client.Put(
        id + "?api-version=2023-05-01", $$"""
        {"identity":{"type":"SystemAssigned"},"properties":{"extensionType":"Microsoft.AzureML.Kubernetes","releaseTrain":"stable",
        "autoUpgradeMinorVersion":true,"scope":{"cluster":{"releaseNamespace":"azureml"} },
        "configurationSettings":{ {{settings}} },"configurationProtectedSettings":{ {{protectedSettings}} } } }
        """);

    /// <summary>Follows an operation whose page says what is being done for as long as it runs.</summary>
    public TestAnswer Wait(TestAnswer started)
    {
        var page = started.Header("Azure-AsyncOperation");
        Assert.True(page is not null, started.Text);
        Client.Clock.Advance(TimeSpan.FromHours(1));
        return Client.Get(page);
    }

    public JsonNode? Get(string path, string value) => Client.Get(path + "?api-version=2023-05-01").At(value);

    /// <summary>The code of the health check in the extension's statuses, or null.</summary>
    public string? Code => (Get(Extension, "properties.statuses") as JsonArray)?.FirstOrDefault()?["code"]?.ToString();

    /// <summary>Runs a command in the cluster.</summary>
    public (int Code, string Logs) Run(string command)
    {
        var started = Client.Send("POST", Cluster + "/runCommand?api-version=2023-11-01",
            new JsonObject { ["command"] = command }.ToJsonString());
        Assert.True(started.Status == 202, started.Text);
        Assert.Equal(202, Client.Get(started.Header("Location")!).Status);
        Client.Clock.Advance(TimeSpan.FromMinutes(1));
        var result = Client.Get(started.Header("Location")!);
        Assert.Equal("Succeeded", result.Value("properties.provisioningState"));
        return (result.At("properties.exitCode")!.GetValue<int>(), result.Value("properties.logs")!);
    }

    public TestAnswer Attach(string space = "inferencing", string name = "kube") => Client.Put(
        TestClient.Workspace + "/computes/" + name, $$"""
        {"location":"eastus2","identity":{"type":"SystemAssigned"},"properties":{"computeType":"Kubernetes","resourceId":"{{Cluster}}",
        "properties":{"namespace":"{{space}}"} } }
        """);

    /// <summary>The front ends of a load balancer of the node group, by their private addresses.</summary>
    public IReadOnlyList<string?> Frontends(string balancer = "kubernetes-internal") => [.. (Client.Get(TestClient.Subscription
        + "/resourceGroups/MC_myaksgroup_myakscluster_eastus2/providers/Microsoft.Network/loadBalancers/" + balancer)
        .At("properties.frontendIPConfigurations") as JsonArray ?? []).Select(one => one?["properties"]?["privateIPAddress"]?.ToString())];
}
