using System.Reflection;
using System.Text;

namespace AmlVnet.Module.Tests;

/// <summary>One request that the simulator was asked.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path without its query.</param>
/// <param name="Status">The HTTP status of the answer.</param>
/// <param name="IsWrite">Whether it could change something.</param>
internal sealed record LoggedRequest(string Method, string Path, int Status, bool IsWrite)
{
    public override string ToString() => $"{Method} {Path} {Status}";
}

/// <summary>
/// The simulator behind a runspace's connection, reached past the module: what it was asked, and its settings.
/// The module lives in a load context of its own, so the way in is reflection.
/// </summary>
internal sealed class SimulatedCloud
{
    private const string Subscription = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";
    internal const string Workspace = Subscription
        + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace";
    internal const string Compute = Workspace + "/computes/myaks";
    internal const string ExistingCluster = Subscription
        + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";

    private const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly Uri Endpoint = new("https://management.simulator.invalid");

    private readonly object _simulator;
    private readonly MethodInfo _handle;
    private long _mark;

    private SimulatedCloud(object simulator)
    {
        _simulator = simulator;
        _handle = simulator.GetType().GetMethod("Handle")!;
    }

    /// <summary>That of the runspace's connection; everything asked so far is left out of <see cref="Requests"/>.</summary>
    public static SimulatedCloud Behind(ModuleRunspace runspace) =>
        Behind(runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors().Single().BaseObject);

    /// <summary>That of a context.</summary>
    private static SimulatedCloud Behind(object context)
    {
        var connection = context.GetType().GetProperty("Connection", Any)!.GetValue(context)!;
        var options = connection.GetType().GetProperty("Options", Any)!.GetValue(connection)!;
        var front = options.GetType().GetProperty("Handler", Any)!.GetValue(options)!;
        var cloud = new SimulatedCloud(front.GetType().GetProperty("Simulator", Any)!.GetValue(front)!);
        cloud.Mark();
        return cloud;
    }

    /// <summary>What was asked since the last <see cref="Mark"/>.</summary>
    public IReadOnlyList<LoggedRequest> Requests => [.. Entries().Select(static entry =>
        new LoggedRequest((string)entry["method"]!, (string)entry["path"]!, (int)entry["status"]!, (bool)entry["isWrite"]!))];

    /// <summary>The requests since the last mark that could change something.</summary>
    public IReadOnlyList<LoggedRequest> Writes => [.. Requests.Where(static request => request.IsWrite)];

    /// <summary>Forgets the requests so far.</summary>
    public void Mark() => _mark = Entries().Select(static entry => (long)entry["number"]!).DefaultIfEmpty(_mark).Max();

    /// <summary>Changes a setting; the value is JSON.</summary>
    public void Set(string name, string json) => Send("PATCH", "/simulator/settings", $$"""{ "{{name}}": {{json}} }""");

    /// <summary>Sends one request past the module; fails the test when the simulator refuses it.</summary>
    private JsonNode Send(string method, string pathAndQuery, string? body = null)
    {
        var type = _handle.GetParameters()[0].ParameterType;
        var headers = new Dictionary<string, string> { ["Content-Type"] = "application/json" };
        ReadOnlyMemory<byte> bytes = body is null ? default : Encoding.UTF8.GetBytes(body);
        dynamic answer =
            _handle.Invoke(_simulator, [Activator.CreateInstance(type, method, new Uri(Endpoint, pathAndQuery), headers, bytes)])!;
        ReadOnlyMemory<byte> content = answer.Body;
        Assert.True((int)answer.Status is >= 200 and < 300,
            $"{method} {pathAndQuery}: {(int)answer.Status} {Encoding.UTF8.GetString(content.Span)}");
        return content.IsEmpty ? new JsonObject() : JsonNode.Parse(content.Span)!;
    }

    private JsonNode[] Entries() =>
        [.. Send("GET", string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/simulator/log?after={_mark}"))["value"]!
        .AsArray().Select(static entry => entry!)];
}
