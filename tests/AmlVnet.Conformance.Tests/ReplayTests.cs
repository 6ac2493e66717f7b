using System.Text;
using AmlVnet.Simulator;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Conformance.Tests;

/// <summary>
/// What clients sent to the real services in public test suites is sent to the simulator: it answers with the same status and the same
/// members,
/// or the difference stands here by name with its reason.
/// </summary>
public sealed class ReplayTests(ITestOutputHelper output)
{
    private const string Recorded = "00000000-0000-0000-0000-000000000000";

    /// <summary>What the simulator does not model, by a part of the path: the recorded answers cannot be had of it.</summary>
    private static readonly (string Path, string Reason)[] NotModelled =
    [
        ("/connections/", "connections of workspaces are not modelled"),
        ("/computes/asotestrggjat", "computes of virtual machines are not modelled"),
        ("graph.windows.net", "the directory's old API, which was shut down, is not modelled"),
    ];

    /// <summary>Members of one side only, by a part of the path of what has them: <c>-</c> is one that only the recording has.</summary>
    private static readonly (string Path, string Member, string Reason)[] OtherMembers =
    [
        ("/virtualNetworks/", "-properties.enableVmProtection",
            "shown by 2020-06-01 and no more by later versions; from when on no recording says"),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.config", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.enabled", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.identity", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.identity.clientId", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.identity.objectId", Dashboard),
        ("/managedClusters/", "-properties.addonProfiles.KubeDashboard.identity.resourceId", Dashboard),
        ("/extensions/", "-systemData.createdBy", IsNull),
        ("/extensions/", "-systemData.createdByType", IsNull),
        ("/extensions/", "-systemData.lastModifiedBy", IsNull),
        ("/extensions/", "-systemData.lastModifiedByType", IsNull),
        ("/extensions/", "-properties.aksAssignedIdentity.type", IsNull),
        ("/extensions/", "-error.additionalInfo", "an empty list of an error that is not there"),
        ("/managedClusters/", "-properties.agentPoolProfiles.nodeLabels", "empty labels are in no later answer"),
    ];

    private const string IsNull = "null in the recording, which the specification does not allow; left out here";

    private const string Dashboard = "the dashboard, which every cluster had then, is gone";

    [Theory]
    [InlineData("network/aso-nsg-20250301")]
    [InlineData("ml/aso-workspace-compute-20240401")]
    [InlineData("aks/vnet-msi-network-contributor-on-subnet")]
    [InlineData("authorization/cli-create-for-rbac-idempotent")]
    [InlineData("extensions/aso-aks-extension-20241101")]
    public void A_recording_is_answered_alike(string name)
    {
        using var replay = new Replay(name);
        var (all, modelled, status, members) = (0, 0, 0, 0);
        var different = new List<string>();
        foreach (var interaction in Reference.Recording(name)["interactions"]!.AsArray().Select(static one => one!.AsObject()))
        {
            all++;
            var (request, response) = (interaction["request"]!, interaction["response"]!);
            var (method, url) = (request["method"]!.GetValue<string>(), request["url"]!.GetValue<string>());
            if (Array.Find(NotModelled, one => url.Contains(one.Path, StringComparison.OrdinalIgnoreCase)) is { Reason: { } reason })
            {
                output.WriteLine($"{interaction["n"]} {method} {Short(url)}: not replayed, {reason}");
                continue;
            }

            modelled++;
            var answer = replay.Send(interaction);
            var who = $"{interaction["n"]} {method} {Short(url)}";
            if (answer.Status != response["status"]!.GetValue<int>())
            {
                different.Add($"{who}: {answer.Status} instead of {response["status"]}: {Encoding.UTF8.GetString(answer.Body.Span)}");
                continue;
            }

            status++;
            var odd = Difference(response["body"], answer.Body.IsEmpty ? null : JsonNode.Parse(answer.Body.Span))
                .Where(member => !Array.Exists(OtherMembers, one =>
                    url.Contains(one.Path, StringComparison.OrdinalIgnoreCase) && one.Member == member))
                .ToList();
            if (odd.Count == 0) members++;
            else different.Add($"{who}: {string.Join(", ", odd)}");
        }

        Say($"{name}: {all} interactions, {modelled} on modelled types, {status} with the same status, {members} with the same members");
        Assert.True(different.Count == 0, string.Join(Environment.NewLine, different));
        Assert.Equal(modelled, status);
    }

    /// <summary>
    /// Recorded refusals whose cause lies in the request, or in what is not there: the same is sent to a world in which nothing but the
    /// resource
    /// group is there, where it was.
    /// </summary>
    [Fact]
    public void Recorded_refusals_are_refused_alike()
    {
        var (all, tried, alike) = (0, 0, 0);
        var different = new List<string>();
        foreach (var sample in Reference.Recording("errors/error-samples")["errors"]!.AsArray().Select(static one => one!.AsObject()))
        {
            all++;
            var (method, url, code) = (sample["method"]!.GetValue<string>(), sample["url"]!.GetValue<string>(),
                sample["code"]!.GetValue<string>());
            if (!Causes.Contains(code) || sample["status"]!.GetValue<int>() < 400
                || Array.Exists(OtherTypes, one => url.Contains(one, StringComparison.OrdinalIgnoreCase)))
                continue;
            tried++;
            var answer = Replay.Refused(method, url, sample["requestBody"] is JsonObject body ? body.ToJsonString()
                : null, code != "ResourceGroupNotFound");
            if (answer.Status == sample["status"]!.GetValue<int>()) alike++;
            else different.Add($"{method} {url}: {answer.Status} instead of {sample["status"]} {code}: {Text(answer)}");
        }

        Say($"{all} recorded refusals, {tried} on modelled types of a cause that can be made here, {alike} with the same status");
        Assert.True(different.Count == 0, string.Join(Environment.NewLine, different));
        Assert.True(tried >= 15, $"{tried} refusals were tried.");
    }

    /// <summary>Writes that met another one: the same is sent while something else of the network, or what is referred to,
    /// is written.</summary>
    [Fact]
    public void Recorded_conflicts_of_writes_are_refused_alike()
    {
        var (all, alike, others) = (0, 0, new List<string>());
        foreach (var conflict in Reference.Recording("network/write-conflicts-409-429")["interactions"]!.AsArray()
            .Select(static one => one!.AsObject()))
        {
            all++;
            var (request, error) = (conflict["request"]!, conflict["response"]!["body"]!["error"]!);
            var answer = Replay.Busy(request["url"]!.GetValue<string>(), request["body"]!.ToJsonString());
            var who = $"{conflict["n"]} PUT {Short(request["url"]!.GetValue<string>())}";
            // Which of its two refusals the service gives does not follow from the request: one of both is recorded for the same one.
            if (error["code"]!.GetValue<string>() == "AnotherOperationInProgress" && answer.Status == 429)
            {
                others.Add($"{who}: 429 RetryableError instead of 409 AnotherOperationInProgress, as recorded for the same request");
                continue;
            }

            Assert.True(answer.Status == conflict["response"]!["status"]!.GetValue<int>(), $"{who}: {answer.Status} {Text(answer)}");
            var odd = Difference(conflict["response"]!["body"], JsonNode.Parse(answer.Body.Span));
            Assert.True(!odd.Any(), $"{who}: {string.Join(", ", odd)}");
            Assert.Equal(error["details"]![0]!["code"]!.GetValue<string>(),
                JsonNode.Parse(answer.Body.Span)!["error"]!["details"]![0]!["code"]!.GetValue<string>());
            alike++;
        }

        foreach (var other in others) output.WriteLine(other);
        Say($"{all} recorded conflicts of writes, {alike} with the same status and the same members, {others.Count} with the other one of "
            + "the two refusals");
        Assert.Equal(all, alike + others.Count);
        Assert.True(alike >= 4, $"{alike}");
    }

    private static readonly string[] Causes =
    [
        "ResourceGroupNotFound", "ResourceNotFound", "LocationNotAvailableForResourceGroup", "AccountNameInvalid", "InvalidPrincipalId",
            "PrincipalNotFound",
        "RoleDefinitionDoesNotExist", "ParentResourceNotFound",
    ];

    /// <summary>Parts of the addresses of types that are not modelled.</summary>
    private static readonly string[] OtherTypes =
    [
        "/fleets/", "/dnsResolvers/", "/trustedaccess", "/registries/", "/federatedIdentityCredentials", "/blobServices/",
            "/managementPolicies/", "/privateDnsZones/",
        "/policyDefinitions/", "/deployments/", "/connections/", "/dnszones/", "/templateSpecs/", "/queries/",
            "/Microsoft.Resources/deployments",
    ];

    private static string Text(SimulatorResponse answer) => Encoding.UTF8.GetString(answer.Body.Span);

    /// <summary>Prints a count, also where all is well.</summary>
    private void Say(string count)
    {
        output.WriteLine(count);
        Console.WriteLine(count);
    }

    private static string Short(string url) => new Uri(url).AbsolutePath is var path && path.Length > 140 ? path[..140] : path;

    /// <summary>The paths of the members that one side has and the other has not.</summary>
    private static IEnumerable<string> Difference(JsonNode? recorded, JsonNode? said)
    {
        var (theirs, ours) = (Paths(recorded), Paths(said));
        return theirs.Except(ours).Select(static path => "-" + path).Concat(ours.Except(theirs).Select(static path => "+" + path)).Order();
    }

    /// <summary>Every member by its path; the items of a list together, and the keys of a map that are ids as one.</summary>
    private static HashSet<string> Paths(JsonNode? node)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        Collect(node, "");
        return paths;

        void Collect(JsonNode? one, string path)
        {
            if (one is JsonArray items)
            {
                foreach (var item in items) Collect(item, path);
                return;
            }

            if (one is not JsonObject members || path.EndsWith("tags", StringComparison.Ordinal)) return;
            foreach (var (member, value) in members)
            {
                var inner = path.Length == 0 ? member : $"{path}.{(member.StartsWith('/') ? "{id}" : member)}";
                // The recordings leave out what was long.
                if (member == "_trimmedFrom") continue;
                paths.Add(inner);
                Collect(value, inner);
            }
        }
    }

    /// <summary>A simulator, and what has to be put into the place of the recorded ids.</summary>
    private sealed class Replay : IDisposable
    {
        private readonly SimulatorClock _clock = SimulatorClock.Virtual();
        private readonly AzureSimulator _simulator;
        private readonly Dictionary<string,
            string> _ids = new(StringComparer.OrdinalIgnoreCase) { [Recorded] = AzureSimulator.SubscriptionId };
        private readonly string _name;
        private Uri? _poll;

        internal Replay(string name)
        {
            _name = name;
            _simulator = new AzureSimulator(new SimulatorOptions { Clock = _clock, Scenario = "how-to" });
            if (name.StartsWith("ml/", StringComparison.Ordinal))
            {
                const string Group = $"/subscriptions/{Recorded}/resourceGroups/asotest-rg-ecospd";
                Put(Group + "?api-version=2022-09-01", """{"location":"westus3"}""");
                Put(Group + "/providers/Microsoft.Storage/storageAccounts/asoteststorynomwe?api-version=2023-01-01",
                    """{"location":"westus3","kind":"StorageV2","sku":{"name":"Standard_LRS"},"properties":{}}""");
                _clock.Advance(TimeSpan.FromMinutes(1));
            }
            else if (name.StartsWith("extensions/", StringComparison.Ordinal))
            {
                const string Group = $"/subscriptions/{Recorded}/resourceGroups/asotest-rg-ohmkqq";
                Put(Group + "?api-version=2022-09-01", """{"location":"westus3"}""");
                Put(Group + "/providers/Microsoft.ContainerService/managedClusters/asotest-mc-nficfg?api-version=2023-11-01", """
                    {"location":"westus3","identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"aso",
                    "agentPoolProfiles":[{"name":"ap1","count":1,"vmSize":"Standard_DS2_v2","mode":"System"}]}}
                    """);
                _ = Ask("POST", new Uri(AzureSimulator.ArmEndpoint,
                    Replace($"/subscriptions/{Recorded}/providers/Microsoft.KubernetesConfiguration/register"
                    + "?api-version=2022-09-01")), null);
                _clock.Advance(TimeSpan.FromHours(1));
            }
            else if (name.StartsWith("aks/", StringComparison.Ordinal))
            {
                Put($"/subscriptions/{Recorded}/resourceGroups/clitest000001?api-version=2020-06-01",
                    """{"location":"westus2","tags":{"product":"azurecli"}}""");
            }
        }

        public void Dispose() => _simulator.Dispose();

        /// <summary>The answer to one request where nothing is there, or nothing but its resource group.</summary>
        internal static SimulatorResponse Refused(string method, string url, string? body, bool hasGroup)
        {
            using var replay = new Replay("one");
            var address = new Uri(url);
            var segments = address.AbsolutePath.Split('/');
            replay._ids[segments[2]] = AzureSimulator.SubscriptionId;
            var group = string.Join('/', segments.Take(5)) + "?api-version=2022-09-01";
            if (hasGroup && segments[3].Equals("resourceGroups", StringComparison.OrdinalIgnoreCase) && segments.Length > 5)
                replay.Put(group, """{"location":"eastus2"}""");
            return replay.Ask(method, new Uri(AzureSimulator.ArmEndpoint, replay.Replace(address.PathAndQuery)), body);
        }

        /// <summary>The answer to a write while its network, or the public address that it refers to, is being written.</summary>
        internal static SimulatorResponse Busy(string url, string body)
        {
            using var replay = new Replay("one");
            var path = new Uri(url).AbsolutePath;
            var group = string.Join('/', path.Split('/').Take(5));
            replay.Put(group + "?api-version=2022-09-01", """{"location":"westcentralus"}""");
            if (path.Contains("/subnets/", StringComparison.Ordinal))
            {
                var network = path[..path.IndexOf("/subnets/", StringComparison.Ordinal)];
                replay.Put(network + "?api-version=2020-11-01",
                    """{"location":"westcentralus","properties":{"addressSpace":{"addressPrefixes":["10.0.0.0/8"]}}}""");
                replay._clock.Advance(TimeSpan.FromMinutes(1));
                replay.Put(network + "/subnets/other?api-version=2020-11-01", """{"properties":{"addressPrefix":"10.250.0.0/24"}}""");
            }
            else
            {
                replay.Put(group + "/providers/Microsoft.Network/publicIPAddresses/samplepublicip?api-version=2020-11-01",
                    """{"location":"westcentralus","sku":{"name":"Standard"},"properties":{"publicIPAllocationMethod":"Static"}}""");
            }

            return replay.Ask("PUT", new Uri(AzureSimulator.ArmEndpoint, replay.Replace(new Uri(url).PathAndQuery)), body);
        }

        internal SimulatorResponse Send(JsonObject interaction)
        {
            var (request, response) = (interaction["request"]!, interaction["response"]!);
            var (method, url) = (request["method"]!.GetValue<string>(), request["url"]!.GetValue<string>());
            Prepare(interaction["n"]!.GetValue<int>());
            var isPoll = url.Contains("/operations/", StringComparison.OrdinalIgnoreCase)
                || url.Contains("operationresults", StringComparison.OrdinalIgnoreCase)
                || url.Contains("OperationsStatus", StringComparison.OrdinalIgnoreCase);
            // Between two requests five simulated seconds pass; before the last poll of an operation as many as it takes.
            if (!isPoll) _clock.Advance(TimeSpan.FromSeconds(5));
            else if (response["body"]?["status"]?.GetValue<string>() != "InProgress") _clock.Advance(TimeSpan.FromHours(2));
            var answer = isPoll && _poll is not null ? Ask(method, _poll, null)
                : Ask(method, new Uri(AzureSimulator.ArmEndpoint, Replace(new Uri(url).PathAndQuery)), request["body"]?.ToJsonString());
            if (!isPoll && (answer.Header("Azure-AsyncOperation") ?? answer.Header("Location")) is { } next) _poll = new Uri(next);
            Learn(response["body"], answer);
            return answer;
        }

        /// <summary>What happened between two interactions and was not recorded.</summary>
        private void Prepare(int number)
        {
            switch (_name, number)
            {
                // The application's service principal becomes known to role assignments.
                case ("authorization/cli-create-for-rbac-idempotent", 7):
                    Put($"/subscriptions/{Recorded}/resourceGroups/mygroup/providers/Microsoft.ManagedIdentity/userAssignedIdentities/app1"
                        + "?api-version=2023-01-31",
                        """{"location":"eastus2"}""", out var identity);
                    _ids["db5b81e8-3587-4464-ba05-1b39adbfa3ca"] = identity!["properties"]!["principalId"]!.GetValue<string>();
                    _clock.Advance(TimeSpan.FromMinutes(5));
                    break;
                case ("ml/aso-workspace-compute-20240401", 77):
                    _ = Ask("DELETE", new Uri(AzureSimulator.ArmEndpoint,
                        Replace($"/subscriptions/{Recorded}/resourceGroups/asotest-rg-ecospd?api-version=2022-09-01")), null);
                    _clock.Advance(TimeSpan.FromHours(2));
                    break;
                default:
                    break;
            }
        }

        /// <summary>The identity of a cluster that was made is another one here.</summary>
        private void Learn(JsonNode? recorded, SimulatorResponse answer)
        {
            if (recorded?["identity"]?["principalId"]?.GetValue<string>() is { } theirs && !answer.Body.IsEmpty
                && JsonNode.Parse(answer.Body.Span)?["identity"]?["principalId"]?.GetValue<string>() is { } ours)
                _ids[theirs] = ours;
        }

        private void Put(string path, string body) => Put(path, body, out _);

        private void Put(string path, string body, out JsonNode? said)
        {
            var answer = Ask("PUT", new Uri(AzureSimulator.ArmEndpoint, Replace(path)), body);
            Assert.True(answer.Status is 200 or 201 or 202, Encoding.UTF8.GetString(answer.Body.Span));
            said = answer.Body.IsEmpty ? null : JsonNode.Parse(answer.Body.Span);
        }

        private SimulatorResponse Ask(string method, Uri address, string? body) => _simulator.Handle(new SimulatorRequest(
            method, address, new Dictionary<string, string>(), body is null ? default : Encoding.UTF8.GetBytes(Replace(body))));

        private string Replace(string text) =>
            _ids.Aggregate(text, static (now, one) => now.Replace(one.Key, one.Value, StringComparison.OrdinalIgnoreCase));
    }
}
