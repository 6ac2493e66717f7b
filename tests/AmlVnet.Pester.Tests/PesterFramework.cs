using System.IO.Enumeration;
using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions.Messages;
using Microsoft.Testing.Platform.Extensions.TestFramework;
using Microsoft.Testing.Platform.Requests;

namespace AmlVnet.Pester.Tests;

/// <summary>Pester as a framework of the test platform: each file of tests/Pester is run, each of its tests reported.</summary>
/// <param name="options">The command line.</param>
internal sealed class PesterFramework(ICommandLineOptions options) : ITestFramework, IDataProducer
{
    private const string Suffix = ".Tests.ps1";

    public string Uid => nameof(PesterFramework);

    public string Version => "1.0.0";

    public string DisplayName => "Pester";

    public string Description => "Runs Pester files on pwsh.";

    public Type[] DataTypesProduced => [typeof(TestNodeUpdateMessage)];

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public Task<CreateTestSessionResult> CreateTestSessionAsync(CreateTestSessionContext context) =>
        Task.FromResult(new CreateTestSessionResult { IsSuccess = true });

    public Task<CloseTestSessionResult> CloseTestSessionAsync(CloseTestSessionContext context) =>
        Task.FromResult(new CloseTestSessionResult { IsSuccess = true });

    public async Task ExecuteRequestAsync(ExecuteRequestContext context)
    {
        var session = context.Request.Session.SessionUid;
        switch (context.Request)
        {
            case RunTestExecutionRequest:
                await RunAsync(Publish, context.CancellationToken).ConfigureAwait(false);
                break;
            // Only pwsh finds the tests of a file: a list is of files.
            case DiscoverTestExecutionRequest:
                foreach (var file in Files())
                {
                    var found = new PropertyBag(DiscoveredTestNodeStateProperty.CachedInstance);
                    var node = new TestNode { Uid = Name(file), DisplayName = Name(file), Properties = found };
                    await context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(session, node)).ConfigureAwait(false);
                }

                break;
        }

        context.Complete();

        Task Publish(TestNode node) => context.MessageBus.PublishAsync(this, new TestNodeUpdateMessage(session, node));
    }

    private async Task RunAsync(Func<TestNode, Task> publish, CancellationToken cancellation)
    {
        using var traffic = new RunTraffic();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount, CancellationToken = cancellation };
        await Parallel.ForEachAsync(Files(), parallel, async (file, stop) =>
        {
            foreach (var node in Nodes(Name(file), await PesterFile.RunAsync(file, traffic.NewFile(), stop).ConfigureAwait(false)))
                await publish(node).ConfigureAwait(false);
        }).ConfigureAwait(false);
        foreach (var node in Nodes("Conformance", [traffic.Compare()])) await publish(node).ConfigureAwait(false);
    }

    private static IEnumerable<TestNode> Nodes(string file, IReadOnlyList<PesterTest> tests)
    {
        // Two tests of a file may have the same name, and each counts.
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var test in tests)
        {
            var number = seen[test.Name] = seen.GetValueOrDefault(test.Name) + 1;
            var end = DateTimeOffset.UtcNow;
            var duration = TimeSpan.FromMilliseconds(test.Milliseconds);
            yield return new TestNode
            {
                Uid = $"{file}/{test.Name}/{number}",
                DisplayName = $"{file}: {test.Name}",
                Properties = new PropertyBag(State(test), new TimingProperty(new TimingInfo(end - duration, end, duration))),
            };
        }
    }

    private static TestNodeStateProperty State(PesterTest test) => test switch
    {
        { Result: "Passed" } => PassedTestNodeStateProperty.CachedInstance,
        { Result: "Skipped", Message.Length: > 0 } => new SkippedTestNodeStateProperty(test.Message),
        { Result: "Skipped" } => Failed("It was skipped without a reason. Use: Set-ItResult -Skipped -Because '…'"),
        { Message.Length: > 0 } => Failed($"{test.Message}\n{test.Trace}"),
        _ => Failed($"Pester says {test.Result}."),
    };

    private static FailedTestNodeStateProperty Failed(string message) => new(message);

    private static string Name(string path) => Path.GetFileName(path)[..^Suffix.Length];

    private IEnumerable<string> Files()
    {
        string[] wanted = options.TryGetOptionArgumentList(FileOption.Name, out var patterns) ? patterns : ["*"];
        return Directory.EnumerateFiles(Places.Files, "*" + Suffix)
            .Where(path =>
                wanted.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, Name(path)) || pattern == Path.GetFileName(path)))
            .Order(StringComparer.Ordinal);
    }
}
