using AmlVnet.Arm.Carrying;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Arm.Tests;

/// <summary>kubectl by way of Azure Resource Manager.</summary>
public sealed class ClusterCommandTests
{
    private static readonly ArmId Cluster = ArmId.ForCluster(TestCloud.Subscription, "myaksgroup", "myakscluster");

    [Fact]
    public async Task A_look_says_what_is_there_and_changes_nothing()
    {
        using var cloud = new TestCloud("kubernetes");
        var commands = new ClusterCommands(cloud.Azure);

        var there = await commands.LookAsync(Cluster, Kubectl.FindNamespace("inferencing"), TestCloud.Cancel);
        var missing = await commands.LookAsync(Cluster, Kubectl.FindNamespace("nothing"), TestCloud.Cancel);

        Assert.Equal("namespace/inferencing", there.Value);
        // Nothing was written, and that is an answer.
        Assert.Equal((KnownState.Value, ""), (missing.State, missing.Value));
        Assert.All(cloud.Handler.Changes, static request => Assert.Equal("POST", request.Method));
    }

    [Theory]
    [InlineData("automatic", true)]
    [InlineData("kubernetes", false)]
    public async Task A_command_has_a_token_where_Entra_guards_the_cluster(string scenario, bool isGuarded)
    {
        using var cloud = new TestCloud(scenario);

        await new ClusterCommands(cloud.Azure).LookAsync(Cluster, Kubectl.FindNamespace("default"), TestCloud.Cancel);

        var sent = Assert.Single(cloud.Handler.Changes).Json;
        Assert.Equal(isGuarded, sent.ContainsKey("clusterToken"));
        Assert.NotEmpty(cloud.Log.Lines);
        Assert.DoesNotContain(cloud.Log.Lines, static line => line.Contains(TestCloud.Token, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_step_makes_a_namespace_and_says_why_it_could_not()
    {
        using var cloud = new TestCloud("kubernetes");
        var step = new RunInCluster { Target = Cluster.ToString(), Sentence = "s", Lines = [Kubectl.CreateNamespace("scoring")] };

        await cloud.Azure.Carrier.CarryOutAsync(step, TestCloud.Cancel);
        var again = await Assert.ThrowsAsync<ArmRequestException>(() => cloud.Azure.Carrier.CarryOutAsync(step, TestCloud.Cancel));

        Assert.Contains("already exists", again.Message, StringComparison.Ordinal);
        Assert.Equal("kubectl create namespace scoring", again.RecommendedAction);
        var seen = await new ClusterCommands(cloud.Azure).LookAsync(Cluster, Kubectl.FindNamespace("scoring"), TestCloud.Cancel);
        Assert.Equal("namespace/scoring", seen.Value);
    }

    [Fact]
    public async Task What_may_not_be_run_is_unknown()
    {
        using var cloud = new TestCloud("kubernetes");
        cloud.Handler.Answer = static request => request.Uri.AbsolutePath.EndsWith("/runCommand", StringComparison.Ordinal)
            ? TestCloud.Json(System.Net.HttpStatusCode.Forbidden,
                """{ "error": { "code": "AuthorizationFailed", "message": "No runCommand for you." } }""") : null;

        var seen = await new ClusterCommands(cloud.Azure).LookAsync(Cluster, Kubectl.FindDefinitions(), TestCloud.Cancel);

        Assert.Equal(KnownState.Unknown, seen.State);
        Assert.Contains("No runCommand for you.", seen.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_is_none_goes_into_no_command_line() =>
        Assert.Throws<ArgumentException>(static () => Kubectl.CreateNamespace("x; kubectl delete ns default"));
}
