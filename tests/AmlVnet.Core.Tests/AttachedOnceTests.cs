namespace AmlVnet.Core.Tests;

/// <summary>Which computes stand for the same cluster, where an answer does not say for which one a compute stands.</summary>
public sealed class AttachedOnceTests
{
    [Theory]
    [InlineData("Kubernetes", "Succeeded", CheckStatus.Unknown)]
    [InlineData("Kubernetes", "Creating", CheckStatus.Unknown)]
    [InlineData("AKS", "Succeeded", CheckStatus.Unknown)]
    [InlineData("AKS", null, CheckStatus.Unknown)]
    [InlineData("AKS", "Creating", CheckStatus.Passed)]
    [InlineData("AKS", "Failed", CheckStatus.Passed)]
    public void A_compute_that_hides_its_cluster_may_stand_for_this_one(string type, string? state, CheckStatus expected)
    {
        var own = Worlds.Good.Attachments.Value!;
        var facts = Worlds.Good with
        {
            Attachments =
                Known.Of<IReadOnlyList<AttachedClusterFacts>>([.. own, new("/subscriptions/x/computes/other", null, type, state)]),
        };

        Assert.Equal(expected, CheckCatalogue.Find("AMLVNET-COMPUTE-003")!.Evaluate(facts).Single().Status);
    }
}
