using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text;

namespace AmlVnet.Simulator.Tests;

/// <summary>
/// The server is killed with SIGKILL while clients write, again and again on the same state. Whatever it acknowledged must be there
/// afterwards; a request that was under way may have been carried out or not, but nothing in between.
/// </summary>
public sealed class ServerCrashTests : IDisposable
{
    private const int Writers = 6;
    private const string Group = "subscriptions/" + AzureSimulator.SubscriptionId + "/resourceGroups/";
    private const string Principal = "9e8d7c6b-5a49-4837-a625-1c0b9f8e7d6a";
    private const string NetworkContributor = "/subscriptions/" + AzureSimulator.SubscriptionId
        + "/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7";

    private readonly ServerFolder _folder = new();
    private readonly ConcurrentDictionary<string, Expectation> _expected = new(StringComparer.OrdinalIgnoreCase);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>How often the server is killed: AMLVNET_KILLS, or 20.</summary>
    private static int Kills =>
        int.TryParse(Environment.GetEnvironmentVariable("AMLVNET_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out var kills)
            ? kills : 20;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Nothing_that_was_acknowledged_is_lost_by_SIGKILL()
    {
        var random = new Random(20240601);
        var acknowledged = 0;
        string? operation = null;
        for (var kill = 0; kill < Kills; kill++)
        {
            using var server = await StartAsync();
            await VerifyAsync(server.Client, operation);
            operation = await StartOperationAsync(server.Client, kill);

            var left = random.Next(10, 150);
            var writing = Enumerable.Range(0, Writers).Select(w => WriteAsync(server.Client, w, () =>
            {
                Interlocked.Increment(ref acknowledged);
                // Killed by whichever writer gets there, while the others are in the middle of theirs.
                if (Interlocked.Decrement(ref left) == 0)
                    server.Kill();
            })).ToList();
            await Task.WhenAll(writing);
        }
        using var last = await StartAsync();
        await VerifyAsync(last.Client, operation);

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{Kills} kills, {acknowledged} acknowledged changes, {_expected.Count} resources followed, nothing lost; "
            + $"the state file has {new FileInfo(_folder["world.state"]).Length} bytes");
        Assert.True(acknowledged >= Kills * 10);
    }

    private Task<ServerProcess> StartAsync() => ServerProcess.StartAsync(
        "--port", "0", "--cert-folder", _folder.Path, "--virtual-clock",
        "--scenario", "service-principal", "--state", _folder["world.state"]);

    /// <summary>Changes groups and assignments of its own until the server is gone.</summary>
    private async Task WriteAsync(HttpClient client, int writer, Action acknowledge)
    {
        for (var n = 0; ; n++)
        {
            var group = string.Create(CultureInfo.InvariantCulture, $"{Group}crash-{writer}-{n % 5}");
            var assignment = $"{group}/providers/Microsoft.Authorization/roleAssignments/{Name(writer, n % 5)}";
            var exists = _expected.TryGetValue(assignment, out var known) && known.Certain is not null;
            var stamp = Guid.NewGuid().ToString("N");
            var done = (n % 3) switch
            {
                0 => await SendAsync(client, assignment, exists ? null : "assigned", "2022-04-01", new JsonObject
                {
                    ["properties"] = new JsonObject
                    {
                        ["roleDefinitionId"] = NetworkContributor,
                        ["principalId"] = Principal,
                        ["principalType"] = "ServicePrincipal",
                    },
                }, group),
                _ => await SendAsync(client, group, stamp, "2022-09-01", new JsonObject
                {
                    ["location"] = "eastus2",
                    ["tags"] = Tags(stamp),
                }),
            };
            if (done is null)
                return;
            if (done == true)
                acknowledge();
        }
    }

    /// <summary>Sends a change. True: acknowledged; false: there was nothing to send; null: the server is gone.</summary>
    private async Task<bool?> SendAsync(
        HttpClient client, string path, string? value, string version, JsonObject body, string? needs = null)
    {
        if (needs is not null && !(_expected.TryGetValue(needs, out var holder) && holder.Certain is not null))
            return false;
        var expectation = _expected.GetOrAdd(path, _ => new Expectation());
        expectation.Attempt(value);
        try
        {
            using var request = new HttpRequestMessage(value is null ? HttpMethod.Delete : HttpMethod.Put, $"{path}?api-version={version}");
            if (value is not null)
                request.Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request, Cancel);
            var said = await answer.Content.ReadAsStringAsync(Cancel);
            Assert.True(answer.IsSuccessStatusCode, $"{request.Method} {path}: {answer.StatusCode} {said}");
            expectation.Acknowledge(value);
            return true;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    /// <summary>Starts an operation that no time passes for, and gives the path of its status.</summary>
    private static async Task<string> StartOperationAsync(HttpClient client, int round)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"crash-{round}");
        var path = $"{Group}mygroup/providers/Microsoft.Network/networkSecurityGroups/{name}?api-version=2023-09-01";
        using var body = new StringContent("""{"location":"eastus2"}""", Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync(path, body, Cancel);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return new Uri(answer.Headers.GetValues("Azure-AsyncOperation").Single()).PathAndQuery;
    }

    private async Task VerifyAsync(HttpClient client, string? operation)
    {
        if (operation is not null)
        {
            using var status = await client.GetAsync(operation, Cancel);
            Assert.Equal(HttpStatusCode.OK, status.StatusCode);
        }
        var found = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var page = $"subscriptions/{AzureSimulator.SubscriptionId}/resourceGroups?api-version=2022-09-01";
        while (page is not null)
        {
            var groups = JsonNode.Parse(await client.GetStringAsync(page, Cancel))!;
            foreach (var group in groups["value"]!.AsArray())
            {
                if (group!["tags"]?["stamp"] is { } stamp)
                    found[group["id"]!.GetValue<string>().TrimStart('/')] = stamp.GetValue<string>();
            }
            page = groups["nextLink"]?.GetValue<string>();
        }
        page = $"subscriptions/{AzureSimulator.SubscriptionId}/providers/Microsoft.Authorization/roleAssignments"
            + $"?$filter=principalId%20eq%20%27{Principal}%27&api-version=2022-04-01";
        while (page is not null)
        {
            var assignments = JsonNode.Parse(await client.GetStringAsync(page, Cancel))!;
            foreach (var assignment in assignments["value"]!.AsArray())
                found[assignment!["id"]!.GetValue<string>().TrimStart('/')] = "assigned";
            page = assignments["nextLink"]?.GetValue<string>();
        }
        foreach (var (path, expectation) in _expected)
            expectation.Check(path, found.GetValueOrDefault(path));
        var ours = found.Keys.Where(static id => id.Contains("/crash-", StringComparison.Ordinal));
        Assert.All(ours, id => Assert.True(_expected.ContainsKey(id), id));
    }

    /// <summary>A stamp among so much else (10 KB) that the state file grows enough to be rewritten on the way.</summary>
    private static JsonObject Tags(string stamp)
    {
        var tags = new JsonObject { ["stamp"] = stamp };
        for (var n = 0; n < 40; n++)
            tags[string.Create(CultureInfo.InvariantCulture, $"padding{n}")] = new string('x', 240);
        return tags;
    }

    private static Guid Name(int writer, int number) => new(writer, (short)number, 1, 1, 2, 3, 4, 5, 6, 7, 8);

    /// <summary>What one resource may be: what was acknowledged last, or was asked for since without an answer. Null is absent.</summary>
    private sealed class Expectation
    {
        private string? _pending;
        private bool _isPending;

        public string? Certain { get; private set; }

        public void Attempt(string? value) => (_pending, _isPending) = (value, true);

        public void Acknowledge(string? value) => (Certain, _pending, _isPending) = (value, null, false);

        public void Check(string path, string? found)
        {
            Assert.True(
                found == Certain || (_isPending && found == _pending),
                $"{path} is '{found}', was acknowledged as '{Certain}'{(_isPending ? $", and last asked to be '{_pending}'" : "")}");
            Acknowledge(found);
        }
    }
}
