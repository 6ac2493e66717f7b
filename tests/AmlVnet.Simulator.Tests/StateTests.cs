using System.Text;
using AmlVnet.Simulator.Kernel;

namespace AmlVnet.Simulator.Tests;

public sealed class StateTests : IDisposable
{
    private readonly string _folder = System.IO.Directory.CreateTempSubdirectory("amlvnet").FullName;

    private string Path => System.IO.Path.Combine(_folder, "state.json");

    public void Dispose() => System.IO.Directory.Delete(_folder, recursive: true);

    [Fact]
    public void An_operation_goes_on_in_another_process()
    {
        var real = new MovingTime();
        string page;
        using (var first = Open(SimulatorClock.Scaled(60, real)))
        {
            var put = first.Put(TestClient.Compute, TestClient.ComputeBody());
            page = put.Header("Azure-AsyncOperation")!;
            Assert.Equal("InProgress", first.Send("GET", page).Value("status"));
        }
        real.Now += TimeSpan.FromSeconds(9);
        using (var second = Open(SimulatorClock.Scaled(60, real)))
            Assert.Equal("InProgress", second.Send("GET", page).Value("status"));
        real.Now += TimeSpan.FromSeconds(2);
        using var third = Open(SimulatorClock.Scaled(1, real));
        Assert.Equal("Succeeded", third.Send("GET", page).Value("status"));
        Assert.Equal("Succeeded", third.Get(TestClient.Compute).Value("properties.provisioningState"));
    }

    [Fact]
    public void Two_processes_see_each_others_writes()
    {
        using var one = Open(SimulatorClock.Virtual());
        using var two = Open(SimulatorClock.Virtual());
        for (var i = 0; i < 10; i++)
        {
            var (writer, reader) = i % 2 == 0 ? (one, two) : (two, one);
            Assert.Equal(201, writer.Put($"{TestClient.Subscription}/resourceGroups/group{i}", """{"location":"eastus2"}""").Status);
            Assert.Equal(200, reader.Get($"{TestClient.Subscription}/resourceGroups/group{i}").Status);
        }
        one.Clock.Advance(TimeSpan.FromHours(1));
        one.Get(TestClient.Network);
        two.Get(TestClient.Network);
        Assert.Equal(one.Clock.UtcNow, two.Clock.UtcNow);
    }

    [Fact]
    public void Everything_survives_unchanged()
    {
        string[] paths = [TestClient.Compute, TestClient.Network, TestClient.Workspace, TestClient.Subscription
            + "/providers/Microsoft.ContainerService/managedClusters"];
        string[] before;
        using (var first = Open(SimulatorClock.Virtual()))
        {
            first.Simulator.Control.Set("pageSize", "7");
            first.Simulator.Control.AddFault(new Control.FaultRule { Id = "f", PathContains = "nowhere" });
            first.CreateCompute();
            before = [.. paths.Select(p => first.Get(p).Text)];
        }
        using var second = Open(SimulatorClock.Virtual());
        Assert.Equal(before, paths.Select(p => second.Get(p).Text));
        Assert.Equal("f", Assert.Single(second.Simulator.Control.Faults).Id);
        Assert.Contains("\"pageSize\":7", second.Simulator.Control.SettingsJson, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_a_crash_cut_short_is_dropped_and_what_was_acknowledged_stays()
    {
        using (var first = Open(SimulatorClock.Virtual()))
            first.Put(TestClient.Subscription + "/resourceGroups/kept", """{"location":"eastus2"}""");
        var whole = File.ReadAllBytes(Path);
        var lastLine = Array.LastIndexOf(whole, (byte)'\n', whole.Length - 2) + 1;
        for (var cut = whole.Length - 1; cut > lastLine; cut -= Math.Max(1, (whole.Length - lastLine) / 7))
        {
            File.WriteAllBytes(Path, whole[..cut]);
            using var torn = Open(SimulatorClock.Virtual());
            Assert.Equal(404, torn.Get(TestClient.Subscription + "/resourceGroups/kept").Status);
            Assert.Equal(200, torn.Get(TestClient.Subscription + "/resourceGroups/mygroup").Status);
            Assert.Equal(201, torn.Put(TestClient.Subscription + "/resourceGroups/again", """{"location":"eastus2"}""").Status);
        }
        using var last = Open(SimulatorClock.Virtual());
        Assert.Equal(200, last.Get(TestClient.Subscription + "/resourceGroups/again").Status);
    }

    [Fact]
    public void A_foreign_or_damaged_file_is_refused_and_left_alone()
    {
        File.WriteAllText(Path, "{\"hello\":1}\n");
        Assert.Throws<IOException>(() => Open(SimulatorClock.Virtual()));
        Assert.Equal("{\"hello\":1}\n", File.ReadAllText(Path));
        File.Delete(Path);
        using (var first = Open(SimulatorClock.Virtual()))
        {
            for (var i = 0; i < 3; i++)
                first.Put($"{TestClient.Subscription}/resourceGroups/g{i}", """{"location":"eastus2"}""");
        }
        var lines = File.ReadAllLines(Path);
        lines[1] = "garbage";
        File.WriteAllText(Path, string.Join('\n', lines) + "\n", new UTF8Encoding(false));
        Assert.Throws<IOException>(() => Open(SimulatorClock.Virtual()));
    }

    [Theory]
    [InlineData("""{"amlvnetSimulator":1,"generation":"x"}""")]
    [InlineData("""{"amlvnetSimulator":1,"clock":{"simulated":"2024-01-01","real":"2024-01-01"},"changes":{}}""")]
    [InlineData("""{"amlvnetSimulator":1,"generation":"x","clock":{"simulated":"no"},"changes":{}}""")]
    [InlineData("""{"amlvnetSimulator":1,"generation":"x","clock":{"simulated":"2024-01-01","real":"2024-01-01"},"""
        + "\"changes\":{\"a\":{\"x\":1}}}")]
    [InlineData("""{"amlvnetSimulator":1,"generation":"x","clock":{"simulated":"2024-01-01","real":"2024-01-01"},"changes":{"a":5}}""")]
    [InlineData("""{"amlvnetSimulator":1,"generation":"x","clock":{"simulated":"2024-01-01","real":"2024-01-01"},"""
        + "\"changes\":{\"simulator/operations/o\":{\"id\":\"simulator/operations/o\",\"type\":\"simulator/operations/running\","
        + "\"body\":{\"name\":\"o\"},\"hidden\":{}}}}")]
    public void A_file_of_the_wrong_shape_is_damaged_and_left_alone(string line)
    {
        File.WriteAllText(Path, line + "\n");
        var problem = Assert.Throws<IOException>(() => Open(SimulatorClock.Virtual()));
        Assert.Contains("is damaged at byte 0", problem.Message, StringComparison.Ordinal);
        Assert.Equal(line + "\n", File.ReadAllText(Path));
    }

    [Fact]
    public void A_file_from_before_a_range_of_fault_rules_is_read()
    {
        using (var first = Open(SimulatorClock.Virtual()))
            first.Simulator.Control.AddFault(new Control.FaultRule
            {
                Id = "old",
                Method = "POST",
                Nth = 7,
                Status = 503,
                PathContains = "nowhere"
            });
        File.WriteAllText(Path, File.ReadAllText(Path)
            .Replace("\"nth\":7", "\"nth\":0,\"times\":-1,\"probability\":2", StringComparison.Ordinal)
            .Replace("\"status\":503", "\"status\":302", StringComparison.Ordinal)
                .Replace("\"POST\"", "\"OPTIONS\"", StringComparison.Ordinal));
        using var second = Open(SimulatorClock.Virtual());
        var rule = Assert.Single(second.Simulator.Control.Faults);
        Assert.Equal((0, 302, "OPTIONS"), (rule.Nth, rule.Status, rule.Method));
        Assert.Equal(200, second.Get(TestClient.Network).Status);
    }

    [Fact]
    public void A_front_end_without_a_name_leaves_the_file_whole()
    {
        using (var first = Open(SimulatorClock.Virtual()))
        {
            var put = first.Put(TestClient.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/loadBalancers/l",
 $$"""
                    {"location":"eastus2",
                    "properties":{"frontendIPConfigurations":[{"properties":{"subnet":{"id":"{{TestClient.Subnet}}"} } }]} }
                    """);
            Assert.Equal((400, "InvalidRequestFormat"), (put.Status, put.Code));
        }
        using var second = Open(SimulatorClock.Virtual());
        Assert.Equal(200, second.Get(TestClient.Network).Status);
    }

    [Fact]
    public void What_was_refused_is_not_on_disk()
    {
        var cluster = TestClient.Subscription
            + "/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster";
        string before;
        using (var first = new TestClient(options: new SimulatorOptions { Scenario = "existing-cluster", StatePath = Path }))
        {
            before = first.Get(cluster).Text;
            Assert.Equal(400, first.Put(cluster,
 """
                    {"location":"eastus2","tags":{"evil":"1"},"properties":{"agentPoolProfiles":[{"name":"nodepool1","count":900}]}}
                    """).Status);
            Assert.Equal(400, first.Send("POST", "/simulator/reset", """{"scenario":"nowhere"}""").Status);
            Assert.Throws<ArgumentException>(() => first.Simulator.Control.Reset(WriteWrongScenario()));
        }
        using var second = Open(SimulatorClock.Virtual());
        Assert.Equal(before, second.Get(cluster).Text);

        string WriteWrongScenario()
        {
            var file = System.IO.Path.Combine(_folder, "scenario.json");
            File.WriteAllText(file, """
                { "resourceGroups": [{ "name": "g", "location": "eastus2" }], "workspaces": [{ "resourceGroup": "h", "name": "w" }] }
                """);
            return file;
        }
    }

    [Fact]
    public void Writers_in_parallel_lose_nothing_that_was_acknowledged()
    {
        using (var one = Open(SimulatorClock.Virtual()))
        using (var two = Open(SimulatorClock.Virtual()))
        {
            Parallel.For(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i =>
                Assert.Equal(201, (i % 2 == 0 ? one : two).Put($"{TestClient.Subscription}/resourceGroups/g{i}",
                    """{"location":"eastus2"}""").Status));
        }
        using var three = Open(SimulatorClock.Virtual());
        Assert.Equal(62, three.Get(TestClient.Subscription + "/resourceGroups").At("value")!.AsArray().Count);
    }

    private TestClient Open(SimulatorClock clock) => new(options: new SimulatorOptions { StatePath = Path, Clock = clock });

    private sealed class MovingTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2024, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
