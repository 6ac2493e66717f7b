using System.Globalization;
using System.Text;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Tests;

/// <summary>An answer with its body read as JSON.</summary>
internal sealed record TestAnswer(SimulatorResponse Response)
{
    public int Status => Response.Status;

    public JsonNode? Json { get; } = Response.Body.IsEmpty
        || Response.Header("Content-Type")?.Contains("json", StringComparison.Ordinal) != true ? null : JsonNode.Parse(Response.Body.Span);

    public string Text => Encoding.UTF8.GetString(Response.Body.Span);

    public string? Header(string name) => Response.Header(name);

    /// <summary>How long, in simulated time, the answer asks the client to wait; null when it does not ask.</summary>
    public TimeSpan? SimulatedWait =>
        int.TryParse(Header("Retry-After"), CultureInfo.InvariantCulture, out var seconds) ? TimeSpan.FromSeconds(seconds) : null;

    public string? Code => (Json?["error"]?["code"] ?? Json?["code"])?.GetValue<string>();

    public string? Message => (Json?["error"]?["message"] ?? Json?["message"])?.GetValue<string>();

    /// <summary>A value by a path such as <c>properties.provisioningState</c>.</summary>
    public JsonNode? At(string path)
    {
        var node = Json;
        foreach (var part in path.Split('.'))
            node = int.TryParse(part, CultureInfo.InvariantCulture, out var index) ? node?[index] : node?[part];
        return node;
    }

    public string? Value(string path) => At(path)?.ToString();
}

/// <summary>Talks to a simulator on a virtual clock as a client would.</summary>
internal sealed class TestClient : IDisposable
{
    public const string Subscription = "/subscriptions/" + AzureSimulator.SubscriptionId;

    public const string Workspace = Subscription
        + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace";

    public const string Compute = Workspace + "/computes/myaks";

    public const string Network = Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork";

    public const string Subnet = Network + "/subnets/default";

    public const string NetworkContributor = Subscription
        + "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7";

    public TestClient(string scenario = "how-to", SimulatorOptions? options = null)
    {
        Clock = options?.Clock ?? SimulatorClock.Virtual();
        Simulator = new AzureSimulator((options ?? new SimulatorOptions { Scenario = scenario }) with { Clock = Clock });
    }

    public AzureSimulator Simulator { get; }

    public SimulatorClock Clock { get; }

    public string Version { get; set; } = "2023-10-01";

    public void Dispose() => Simulator.Dispose();

    public TestAnswer Send(string method, string path, string? body = null, params (string Name, string Value)[] headers)
    {
        var uri = path.StartsWith("https:", StringComparison.Ordinal) ? new Uri(path) : new Uri(AzureSimulator.ArmEndpoint, path);
        if (!uri.Query.Contains("api-version", StringComparison.Ordinal) && !path.StartsWith("/simulator", StringComparison.Ordinal))
            uri = new Uri(uri + (uri.Query.Length == 0 ? "?" : "&") + "api-version=" + VersionFor(uri.AbsolutePath));
        var map = headers.ToDictionary(h => h.Name, h => h.Value);
        return new TestAnswer(Simulator.Handle(new SimulatorRequest(method, uri, map, body is null ? default
            : Encoding.UTF8.GetBytes(body))));
    }

    public TestAnswer Get(string path) => Send("GET", path);

    public TestAnswer Put(string path, string body, params (string Name, string Value)[] headers) => Send("PUT", path, body, headers);

    public TestAnswer Delete(string path) => Send("DELETE", path);

    /// <summary>Follows an operation to its end on the virtual clock and gives the last status page.</summary>
    public TestAnswer Wait(TestAnswer started)
    {
        var page = started.Header("Azure-AsyncOperation");
        Assert.NotNull(page);
        var answer = started;
        for (var polls = 0; polls < 1000; polls++)
        {
            Clock.Advance(answer.SimulatedWait ?? TimeSpan.FromSeconds(10));
            answer = Send("GET", page);
            Assert.Equal(200, answer.Status);
            if (answer.Value("status") != "InProgress")
                return answer;
        }
        throw new InvalidOperationException("The operation does not end.");
    }

    /// <summary>Makes the how-to's compute and waits for it.</summary>
    public TestAnswer CreateCompute(string name = "myaks", string? inner = null)
    {
        var put = Put(Workspace + "/computes/" + name, ComputeBody(inner));
        Assert.Equal(201, put.Status);
        return Wait(put);
    }

    public static string ComputeBody(string? inner = null) => $$"""
        {"location":"eastus2","properties":{"computeType":"AKS","properties":{{inner ?? HowToInner()}} } }
        """;

    public static string HowToInner(
        string? subnet = null, string service = "10.0.0.0/16", string dns = "10.0.0.10", string bridge = "172.17.0.1/16", int count = 3,
        string size = "Standard_D3_v2") => $$"""
        {"agentCount":{{count}},"agentVmSize":"{{size}}","clusterPurpose":"FastProd",
          "aksNetworkingConfiguration":{"subnetId":"{{subnet ?? Subnet}}","serviceCidr":"{{service}}","dnsServiceIP":"{{dns}}",
          "dockerBridgeCidr":"{{bridge}}"} }
        """;

    /// <summary>The object id that acts for the compute's cluster.</summary>
    public string PrincipalOf(string compute = "myaks")
    {
        var cluster = Get(Get(Workspace + "/computes/" + compute).Value("properties.resourceId")!);
        return cluster.Value("identity.principalId")
            ?? (cluster.At("identity.userAssignedIdentities") as JsonObject)?.First().Value?["principalId"]?.ToString()
            ?? Send("GET", AzureSimulator.GraphEndpoint
                + $"v1.0/servicePrincipals(appId='{cluster.Value("properties.servicePrincipalProfile.clientId")}')").Value("id")!;
    }

    public TestAnswer Grant(string principal, string? scope = null, string? role = null, string? type = "ServicePrincipal",
        string? name = null) => Put(
        (scope ?? Subscription + "/resourceGroups/mygroup") + "/providers/Microsoft.Authorization/roleAssignments/"
            + (name ?? Guid.NewGuid().ToString()),
 $$"""
            {"properties":{"roleDefinitionId":"{{role ?? NetworkContributor}}",
            "principalId":"{{principal}}"{{(type is null ? "" : $",\"principalType\":\"{type}\"")}} } }
            """);

    public TestAnswer Switch(string compute = "myaks",
        string inner = """{"loadBalancerType":"InternalLoadBalancer","loadBalancerSubnet":"default"}""") =>
        Wait(Put(Workspace + "/computes/" + compute, ComputeBody(inner)));

    private string VersionFor(string path) =>
        path.Contains("Microsoft.Authorization", StringComparison.OrdinalIgnoreCase) ? "2022-04-01"
        : path.Contains("Microsoft.Network", StringComparison.OrdinalIgnoreCase) ? "2023-09-01"
        : path.Contains("Microsoft.ContainerService", StringComparison.OrdinalIgnoreCase) ? "2023-11-01"
        : path.Contains("Microsoft.Storage", StringComparison.OrdinalIgnoreCase) ? "2023-01-01"
        : path.Contains("Microsoft.ManagedIdentity", StringComparison.OrdinalIgnoreCase) ? "2023-01-31"
        : path.Contains("Microsoft.Compute", StringComparison.OrdinalIgnoreCase) ? "2023-07-01"
        : path.Contains("Microsoft.MachineLearningServices", StringComparison.OrdinalIgnoreCase) ? Version
        : "2022-09-01";
}
