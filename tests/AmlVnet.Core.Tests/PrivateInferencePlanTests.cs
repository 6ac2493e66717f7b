using System.Reflection;
using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

/// <summary>The order of a whole job is data: it is walked here without a server.</summary>
public sealed class PrivateInferencePlanTests
{
    private const string Group = "/subscriptions/" + Worlds.Sub
        + "/resourceGroups/mygroup/providers/Microsoft.Network/networkSecurityGroups/mygroup";

    private static readonly ArmId Compute = ArmId.ForWorkspace(Worlds.Sub, "mygroup", "myworkspace").Child("computes", "myaks");
    private static readonly ArmId Nodes = ArmId.ForSubnet(Worlds.Sub, "mygroup", "mynetwork", "default");
    private static readonly AksComputeSettings Settings = new() { SubnetId = Nodes.ToString() };
    private static readonly PrivateInferenceWish Wish = new() { Compute = Compute, Sources = ["10.9.0.0/16"] };

    private static PhasedPlan Created => PrivateInferencePlan.OfCreated(Wish, Settings, Nodes);

    private static PhasedPlan Attached => PrivateInferencePlan.OfAttached(Wish, Worlds.Cluster, null);

    private static PhasedPlan Existing => PrivateInferencePlan.OfExisting(Wish);

    private static PhasedPlan Undone => PrivateInferencePlan.Undo(Compute, TimeSpan.FromHours(1));

    [Fact]
    public void Phases_are_data_of_a_closed_set()
    {
        var phases = typeof(Phase).Assembly.GetTypes().Where(static type => type.IsSubclassOf(typeof(Phase)) && !type.IsAbstract).ToArray();
        Assert.NotEmpty(phases);
        Assert.All(phases.Append(typeof(PhasedPlan)).Append(typeof(JobState)), static type => Assert.All(
            type.GetProperties(BindingFlags.Instance | BindingFlags.Public),
            static property => Assert.False(typeof(Delegate).IsAssignableFrom(property.PropertyType), property.Name)));
        Assert.All(phases,
            static type => Assert.True(type.IsSealed && type.IsAssignableTo(typeof(Gate)) != type.IsAssignableTo(typeof(WorkPhase))));
    }

    [Theory]
    [InlineData(JobFacts.None,
        "FindCompute FindRoom FindMakeable CreateCompute FindSound GrantRight SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    [InlineData(JobFacts.Compute, "FindCompute CreateCompute FindSound GrantRight SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    [InlineData(JobFacts.FailedCompute,
        "FindCompute FindRoom FindMakeable ClearFailed CreateCompute FindSound GrantRight SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    public void A_compute_is_made_before_its_identity_has_a_right(JobFacts found, string order) =>
        Assert.Equal(order, Walk(Created, found));

    [Theory]
    [InlineData(JobFacts.None,
        "FindCompute FindRoom FindAttachable GrantRight AttachCluster FindSound SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    [InlineData(JobFacts.Compute, "FindCompute AttachCluster FindSound GrantRight SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    [InlineData(JobFacts.FailedCompute,
        "FindCompute FindRoom FindAttachable ClearFailed GrantRight AttachCluster FindSound SwitchLoadBalancer VerifyAddress OpenEndpoint")]
    public void A_cluster_has_its_right_before_it_is_attached(JobFacts found, string order) => Assert.Equal(order, Walk(Attached, found));

    [Fact]
    public void A_compute_that_exists_is_looked_at_first_and_its_undoing_looks_at_nothing()
    {
        Assert.Equal("FindSound GrantRight SwitchLoadBalancer VerifyAddress OpenEndpoint", Walk(Existing, default));
        Assert.Equal("SwitchLoadBalancer CloseEndpoint RevokeRight", Walk(Undone, default));
        Assert.Null(Undone.OpenTo);
        Assert.Equal(Wish.Sources, Existing.OpenTo);
    }

    [Theory]
    [InlineData(NetworkScopeLevel.Subnet, "/subnets/default")]
    [InlineData(NetworkScopeLevel.VirtualNetwork, "/virtualNetworks/mynetwork")]
    [InlineData(NetworkScopeLevel.ResourceGroup, "/resourceGroups/mygroup")]
    public void What_follows_a_creation_is_said_while_the_compute_is_not_there(NetworkScopeLevel level, string scope)
    {
        var said = Said(PrivateInferencePlan.OfCreated(Wish with { Level = level }, Settings, Nodes));
        Assert.Equal(3, said.Length);
        Assert.EndsWith(scope, said[0].Target, StringComparison.Ordinal);
        Assert.EndsWith("an address of subnet default", said[1].Sentence, StringComparison.Ordinal);
        Assert.Contains("10.9.0.0/16", said[2].Sentence, StringComparison.Ordinal);
        Assert.All(said, static one => Assert.NotEmpty(one.Unknown));
        Assert.EndsWith("an address of subnet lb",
            Said(PrivateInferencePlan.OfCreated(Wish with { LoadBalancerSubnet = "lb" }, Settings, Nodes))[1].Sentence,
            StringComparison.Ordinal);
    }

    [Fact]
    public void What_an_attachment_or_a_switch_says_itself_is_not_said_again()
    {
        Assert.Equal(["the address that the switch gives"], Said(Attached).Select(static one => one.Unknown));
        Assert.Equal(["the address that the switch gives"], Said(Existing).Select(static one => one.Unknown));
        Assert.Empty(Said(Undone));
    }

    [Fact]
    public void What_is_ahead_is_known_before_the_first_write_with_what_the_caller_must_be_allowed_to_do()
    {
        var state = new JobState { Nodes = Nodes, Place = Nodes, SecurityGroup = Group };
        var created = Created;
        var create = Assert.Single(created.Phases.OfType<CreateCompute>());
        Assert.Equal([("Grant", false), ("Switch", false), ("Open", false)], Ahead(created, create, state));
        var group = $"/subscriptions/{Worlds.Sub}/resourceGroups/mygroup";
        Assert.Equal(
            [
                new NeededAction(Nodes.ToString(), "Microsoft.Authorization/roleAssignments/read"),
                new NeededAction(group, "Microsoft.Authorization/roleAssignments/write"),
                new NeededAction(Compute.ToString(), "Microsoft.MachineLearningServices/workspaces/computes/write")
                {
                    AskAt = Compute.Parent!.ToString(),
                },
                new NeededAction(Group, "Microsoft.Network/networkSecurityGroups/securityRules/write"),
            ],
            created.Ahead(create, state).SelectMany(ahead => ahead.Phase.Needs(state)));
        // Two subnets of one group are one scope, and two scopes where the right is given on each subnet.
        var narrow = PrivateInferencePlan.OfExisting(Wish with { Level = NetworkScopeLevel.Subnet, LoadBalancerSubnet = "lb" });
        var both = state with { Facts = JobFacts.Compute, Place = Nodes.Parent!.Child("subnets", "lb") };
        Assert.Equal([Nodes.ToString(), both.Place.ToString()], Assert.Single(narrow.Phases.OfType<GrantRight>()).Needs(both)
            .Where(static need => need.Action == "Microsoft.Authorization/roleAssignments/write").Select(static need => need.Scope));
        // What an earlier phase will have done is not done again, and what is there can be planned.
        var attached = Attached;
        Assert.Equal([("Grant", true), ("Attach", true), ("Switch", false), ("Open", false)],
            Ahead(attached, Assert.Single(attached.Phases.OfType<ClearFailed>()), state.With(JobFacts.FailedCompute)));
        Assert.Equal([("Close", true), ("Revoke", true)], Ahead(Undone, null, state));
    }

    private static IEnumerable<(string, bool)> Ahead(PhasedPlan job, Phase? after, JobState state) =>
        job.Ahead(after ?? job.Phases[0], state).Select(static ahead => (ahead.Phase.Name, ahead.CanBePlanned));

    /// <summary>The phases that have their turn where every one is carried out; what looks for the compute finds this.</summary>
    private static string Walk(PhasedPlan job, JobFacts found)
    {
        var state = job.Start;
        var order = new List<string>();
        foreach (var phase in job.Phases)
        {
            var turn = phase.TurnIn(state);
            Assert.NotEqual(PhaseTurn.Later, turn);
            if (turn == PhaseTurn.Skipped) continue;
            order.Add(phase.GetType().Name);
            state = state.With(phase is FindCompute ? found : phase.Gives);
        }

        return string.Join(' ', order);
    }

    /// <summary>What is said in words where nothing is carried out.</summary>
    private static Later[] Said(PhasedPlan job) =>
        [.. job.Phases.Where(phase => phase.TurnIn(job.Start) == PhaseTurn.Later).Select(static phase => phase.Later).OfType<Later>()];
}
