using System.Collections.Concurrent;
using System.Net;
using System.Text;
using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core.Access;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;

namespace AmlVnet.Conformance.Tests;

/// <summary>Answers that the real services gave in public test suites, read by the module's clients.</summary>
public sealed class RecordingTests(ITestOutputHelper output)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_workspace_is_read()
    {
        using var azure = Replay("ml/aso-workspace-compute-20240401", out var recording);
        var workspace = (await azure.Services.Workspaces.FindAsync(ArmId.Parse(PathOf(recording, 13)), Cancel))!.ToWorkspace();
        Assert.Equal("westus3", workspace.Location);
        Assert.Equal("Succeeded", workspace.ProvisioningState);
        Assert.False(workspace.HasPrivateEndpoint);
        Assert.True(ArmId.TryParse(workspace.StorageAccountId, "Microsoft.Storage/storageAccounts", out _, out var why), why);
        // Written by the service as Microsoft.Keyvault.
        Assert.True(ArmId.TryParse(workspace.KeyVaultId, "Microsoft.KeyVault/vaults", out _, out why), why);
    }

    [Fact]
    public async Task A_compute_is_made_waited_for_read_and_removed()
    {
        using var azure = Replay("ml/aso-workspace-compute-20240401", out var recording);
        var id = ArmId.Parse(PathOf(recording, 59));
        var made = await azure.Services.Computes.PutAsync(id, new WireCompute { Properties = new() { ComputeType = "VirtualMachine" } },
            Cancel);
        Assert.Equal("AzureAsyncOperation", made.HeaderSource);
        await azure.Wait.WaitAsync(made, "make", azure.Now, null, Cancel);
        var wire = (await azure.Services.Computes.FindAsync(id, Cancel))!;
        var compute = wire.ToAksCompute();
        Assert.True(compute.IsAttached);
        Assert.Equal("Succeeded", compute.ProvisioningState);
        Assert.Empty(compute.Errors);
        Assert.Empty(compute.Tags);
        // It is a virtual machine, and is not taken for an AKS compute.
        Assert.Throws<AmlVnetException>(() => ClusterLookup.RequireAks(id, wire));
        var removed = await azure.Services.Computes.DeleteAsync(id, UnderlyingResourceAction.Detach, Cancel);
        Assert.Equal("AzureAsyncOperation", removed.HeaderSource);
        await azure.Wait.WaitAsync(removed, "remove", azure.Now, null, Cancel);
    }

    [Fact]
    public async Task A_clusters_identity_and_its_rights_on_the_subnet_are_read()
    {
        using var azure = Replay("aks/vnet-msi-network-contributor-on-subnet", out var recording);
        var cluster = await new AzureWork(azure).Clusters.FindAsync(ArmId.Parse(PathOf(recording, 15)), Cancel);
        var identity = await new AzureWork(azure).Clusters.GetIdentityAsync(cluster, Cancel);
        Assert.Equal(ClusterIdentityKind.SystemAssigned, identity.Kind);
        var granted = Of(recording, 17);
        var principal = granted["response"]!["body"]!["properties"]!["principalId"]!.GetValue<string>();
        Assert.Equal(principal, identity.PrincipalId);
        var subnet = cluster.RequireSubnet();
        var role = granted["response"]!["body"]!["properties"]!["roleDefinitionId"]!.GetValue<string>();
        var assignment =
            (await azure.Services.RoleAssignments.PutAsync(ArmId.Parse(PathOf(recording, 17)), role, principal, Cancel))!.ToFacts()!;
        Assert.Equal(principal, assignment.PrincipalId);
        Assert.True(ArmId.AreSame(subnet.ToString(), assignment.Scope));
        // The list was asked for before the grant, and after it.
        Assert.DoesNotContain(await ListAsync(), a => a.PrincipalId == principal);
        Assert.Contains(await ListAsync(), a => a.PrincipalId == principal);

        async Task<List<RoleAssignmentFacts>> ListAsync()
        {
            var all = new List<RoleAssignmentFacts>();
            await foreach (var one in azure.Services.RoleAssignments.ListAsync(subnet, principal, Cancel)) all.Add(one.ToFacts()!);
            return all;
        }
    }

    [Fact]
    public async Task A_clusters_creation_is_waited_for()
    {
        using var azure = Replay("aks/vnet-msi-network-contributor-on-subnet", out var recording);
        var put = Of(recording, 7);
        var header = put["response"]!["headers"]!["azure-asyncoperation"]!.GetValue<string>();
        var accepted = new Accepted(ArmId.Parse(PathOf(recording, 7)), "PUT", new Uri(put["request"]!["url"]!.GetValue<string>()),
            new Uri(header), "AzureAsyncOperation");
        var before = azure.Now;
        await azure.Wait.WaitAsync(accepted, "make", before, null, Cancel);
        Assert.True(azure.Now > before);
    }

    [Fact]
    public async Task A_security_group_and_its_rules_are_read_and_written()
    {
        using var azure = Replay("network/aso-nsg-20250301", out var recording);
        var id = ArmId.Parse(PathOf(recording, 5));
        Assert.Null(await azure.Services.Networks.FindSecurityGroupAsync(id, Cancel));
        var group = (await azure.Services.Networks.FindSecurityGroupAsync(id, Cancel))!.ToFacts();
        // The service's own answer has the six default rules with the priorities and names that the module takes for granted.
        Assert.Equal(NetworkSecurityGroupFacts.Defaults.Select(static r => (r.Name, r.Priority, r.Direction, r.Access)).Order(),
            group.DefaultRules.Select(static r => (r.Name, r.Priority, r.Direction, r.Access)).Order());
        var rule = ArmId.Parse(PathOf(recording, 10));
        var written = await azure.Services.SecurityRules.PutAsync(rule, new WireSecurityRule { Properties = new() }, Cancel);
        await azure.Wait.WaitAsync(written, "rule", azure.Now, null, Cancel);
        Assert.Null(await azure.Services.SecurityRules.DeleteAsync(rule, Cancel));
    }

    /// <summary>The one recorded provider whose Location leads to a host of its own: the token stays with Azure Resource Manager.</summary>
    [Fact]
    public async Task An_extension_is_made_waited_for_and_removed_without_a_request_to_its_providers_own_host()
    {
        var recording = Reference.Recording("extensions/aso-aks-extension-20241101")["interactions"]!.AsArray()
            .Select(static i => i!.AsObject()).ToArray();
        var id = ArmId.Parse(PathOf(recording, 14));
        var foreign = new Uri(Of(recording, 14)["response"]!["headers"]!["Location"]!.GetValue<string>());
        Assert.EndsWith(".rp.kubernetesconfiguration.azure.com", foreign.Host, StringComparison.Ordinal);
        // The module reads it once more than the recorder did: after the wait it looks whether it is so.
        var recorded = new Recorded(recording.Prepend(Of(recording, 24)));
        using var azure = Connect(recorded);
        var log = new Told();
        log.Begin();

        var made = await azure.Services.Extensions.PutAsync(id,
            new WireExtension { Properties = new() { ExtensionType = "microsoft.flux" } },
            Cancel);
        Assert.Equal("AzureAsyncOperation", made.HeaderSource);
        var steps = new ExtensionSteps(new AzureWork(azure));
        await steps.WaitAsync(made, "make", azure.Now, Cancel);
        var extension = (await azure.Services.Extensions.FindAsync(id, Cancel))!.ToFacts();
        Assert.Equal(("microsoft.flux", "Succeeded", "1.19.5", "kube-system"),
            (extension.Type, extension.State, extension.CurrentVersion, extension.ReleaseNamespace));
        Assert.Equal((false, true, true), (extension.IsMachineLearning, extension.UpgradesItself, extension.PrincipalId is not null));
        // An empty map is a map, and no answer of this service holds a secret.
        Assert.Empty(extension.Settings!);
        Assert.Empty(extension.ProtectedKeys);
        await steps.DeleteAsync(new DeleteExtension { Target = id.ToString(), Sentence = "remove" }, Cancel);

        Assert.Null(await azure.Services.Extensions.FindAsync(id, Cancel));
        Assert.All(recorded.Hosts, static host => Assert.Equal("management.azure.com", host));
        Assert.Contains(log.Lines,
            line => line.Contains($"its Location leads to https://{foreign.Host}:443 and is ignored", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Refused_role_assignments_say_why()
    {
        using var azure = Replay("authorization/cli-create-for-rbac-idempotent", out var recording);
        var codes = new List<string?>();
        foreach (var put in recording.Where(static i => i["request"]!["method"]!.GetValue<string>() == "PUT"))
        {
            try
            {
                await azure.Services.RoleAssignments.PutAsync(ArmId.Parse(PathOf(put)), "r", "p", Cancel);
                codes.Add(null);
            }
            catch (ArmRequestException e)
            {
                Assert.Equal(put["response"]!["status"]!.GetValue<int>(), e.Status);
                codes.Add(e.Code);
            }
        }

        Assert.Equal(recording.Where(static i => i["request"]!["method"]!.GetValue<string>() == "PUT")
            .Select(static i => i["response"]!["body"]?["error"]?["code"]?.GetValue<string>()), codes);
        Assert.Contains("PrincipalNotFound", codes);
        Assert.Contains("RoleAssignmentExists", codes);
    }

    /// <summary>
    /// The legacy Azure AD Graph, which the module never calls, has another form; a proxy's page and a resource have none.
    /// </summary>
    [Fact]
    public void Every_recorded_error_gives_its_code_and_message()
    {
        var others = new List<string>();
        var read = 0;
        foreach (var error in Reference.Recording("errors/error-samples")["errors"]!.AsArray())
        {
            var code = error!["code"]!.GetValue<string>();
            var body = error["responseBody"];
            var found = ArmErrors.Read(Encoding.UTF8.GetBytes(body is JsonValue text && text.TryGetValue<string>(out var raw) ? raw
                : body?.ToJsonString() ?? ""));
            if (found is null || (found.Code != code && code.Length > 0))
            {
                others.Add($"{error["provider"]} {error["method"]} {error["status"]} '{code}': "
                    + $"read as {found?.Code ?? "nothing"} from {Cut(body?.ToJsonString())}");
                continue;
            }

            Assert.False(string.IsNullOrEmpty(found.Message), code);
            read++;
        }

        foreach (var other in others) output.WriteLine(other);
        Assert.True(read >= 110, $"{read} errors were read.");
        Assert.All(others, static o => Assert.True(o.Contains("odata.error", StringComparison.Ordinal)
            || o.Contains("'': read as nothing", StringComparison.Ordinal), o));
    }

    [Fact]
    public void Conflicts_of_network_writes_are_read_with_their_cause()
    {
        var conflicts = Reference.Recording("network/write-conflicts-409-429")["interactions"]!.AsArray();
        Assert.NotEmpty(conflicts);
        foreach (var conflict in conflicts)
        {
            var error = ArmErrors.Read(Encoding.UTF8.GetBytes(conflict!["response"]!["body"]!.ToJsonString()))!;
            Assert.True(error.Code is "RetryableError" or "AnotherOperationInProgress", error.Code);
            if (error.Code == "RetryableError") Assert.NotEmpty(error.GetDetails());
        }
    }

    [Fact]
    public async Task A_poll_that_says_Failed_or_Canceled_ends_the_waiting_with_its_code()
    {
        var failed = Reference.Recording("errors/error-samples")["errors"]!.AsArray().Where(static e => e!["status"]!.GetValue<int>() == 200
            && e["method"]!.GetValue<string>() == "GET"
                && (e["responseBody"] as JsonObject)?["status"]?.GetValue<string>() is "Failed" or "Canceled").ToArray();
        Assert.NotEmpty(failed);
        foreach (var sample in failed)
        {
            var poll = new Uri(sample!["url"]!.GetValue<string>());
            using var azure = Connect([new JsonObject
            {
                ["request"] = new JsonObject { ["method"] = "GET", ["url"] = poll.AbsoluteUri },
                ["response"] = new JsonObject { ["status"] = 200, ["body"] = sample["responseBody"]!.DeepClone() },
            }]);
            var id = ArmId.ForCluster(Guid.Empty.ToString(), "g", "c");
            var accepted = new Accepted(id, "PUT", new Uri(poll, id.ToString()), poll, "AzureAsyncOperation");
            var refused = await Assert.ThrowsAsync<ArmRequestException>(
                () => azure.Wait.WaitAsync(accepted, "make", azure.Now, null, Cancel));
            if (sample["responseBody"]!["error"]?["code"]?.GetValue<string>() is { } code) Assert.Equal(code, refused.Code);
        }
    }

    private static string Cut(string? text) => text is null ? "nothing" : text[..Math.Min(60, text.Length)];

    private static AzureConnection Replay(string name, out JsonObject[] recording)
    {
        recording = [.. Reference.Recording(name)["interactions"]!.AsArray().Select(static i => i!.AsObject())];
        return Connect(recording);
    }

    private static AzureConnection Connect(IEnumerable<JsonObject> recording) => Connect(new Recorded(recording));

    private static AzureConnection Connect(Recorded recorded)
    {
        var time = new NoTime();
        return new AzureConnection(new ConnectionOptions(AzureCloud.Public, SimulatorFront.Credential, "AccessToken")
        {
            Handler = recorded,
            Time = time,
            RealWait = time.RealWait,
        });
    }

    private static JsonObject Of(JsonObject[] recording, int number) => recording.Single(i => i["n"]!.GetValue<int>() == number);

    private static string PathOf(JsonObject[] recording, int number) => PathOf(Of(recording, number));

    private static string PathOf(JsonObject interaction) => new Uri(interaction["request"]!["url"]!.GetValue<string>()).AbsolutePath;

    /// <summary>
    /// Gives the recorded answers to a method and path in their order; the last one stays. What was deleted is gone also where nobody
    /// looked while it was recorded.
    /// </summary>
    private sealed class Recorded(IEnumerable<JsonObject> recording) : HttpMessageHandler
    {
        private readonly Dictionary<string, Queue<JsonObject>> _answers = recording
            .GroupBy(static i => $"{i["request"]!["method"]} {PathOf(i)}", StringComparer.OrdinalIgnoreCase)
            .ToDictionary(static g => g.Key, static g => new Queue<JsonObject>(g.Select(static i => i["response"]!.AsObject())),
                StringComparer.OrdinalIgnoreCase);

        private readonly ConcurrentDictionary<string, bool> _deleted = new(StringComparer.OrdinalIgnoreCase);

        /// <summary>The hosts that were asked.</summary>
        public ConcurrentBag<string> Hosts { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Hosts.Add(request.RequestUri!.Host);
            var key = $"{request.Method} {request.RequestUri!.AbsolutePath}";
            if (!_answers.TryGetValue(key, out var queue)) throw new InvalidOperationException($"Nothing was recorded for {key}.");
            if (request.Method == HttpMethod.Delete) _deleted[request.RequestUri.AbsolutePath] = true;
            var answer = queue.Count > 1 ? queue.Dequeue()
                : request.Method == HttpMethod.Get && _deleted.ContainsKey(request.RequestUri.AbsolutePath)
                    ? new JsonObject { ["status"] = 404 }
                : queue.Peek();
            var response = new HttpResponseMessage((HttpStatusCode)answer["status"]!.GetValue<int>()) { RequestMessage = request };
            response.Content = new StringContent(answer["body"]?.ToJsonString() ?? "", Encoding.UTF8, "application/json");
            foreach (var (name, value) in answer["headers"]?.AsObject() ?? [])
                if (!name.StartsWith("content-", StringComparison.OrdinalIgnoreCase))
                    response.Headers.TryAddWithoutValidation(name, value!.ToString());
            return Task.FromResult(response);
        }
    }

    private sealed class Told : ActivityLog
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        internal override void Verbose(string text) => Lines.Enqueue(text);

        internal override void Debug(string text)
        {
        }

        internal override void Warning(string text)
        {
        }

        internal override void Progress(object activity, ActivityProgress progress)
        {
        }

        internal override void OnStop(object owner, string? lastWords)
        {
        }
    }

    /// <summary>Time that nobody waits for.</summary>
    private sealed class NoTime : TimeProvider
    {
        private DateTimeOffset _now = DateTimeOffset.UnixEpoch;

        public override DateTimeOffset GetUtcNow() => _now;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Timeout.InfiniteTimeSpan) _now += dueTime;
            return System.CreateTimer(callback, state, dueTime == Timeout.InfiniteTimeSpan ? dueTime : TimeSpan.Zero, period);
        }

        internal TimeSpan RealWait(TimeSpan span)
        {
            _now += span;
            return TimeSpan.Zero;
        }
    }
}
