namespace AmlVnet.Core.Tests;

/// <summary>Whom a deny assignment meets, and where a lock holds.</summary>
public sealed class DenyAndLockTests
{
    private const string Join = "Microsoft.Network/virtualNetworks/subnets/join/action";

    private static readonly DenyAssignmentFacts Everybody = new()
    {
        Id = "/d",
        Scope = Worlds.Group.ToString(),
        Permissions = [new(["Microsoft.Network/*"], ["*/read"])],
        Principals = [new(DenyAssignmentFacts.Everyone, "SystemDefined")],
    };

    private static Answer Takes(DenyAssignmentFacts deny, string action = Join) => deny.Takes("me", action, Worlds.Subnet, "group-of-mine");

    [Fact]
    public void Everybody_is_everybody() => Assert.Equal(Answer.Yes, Takes(Everybody));

    [Fact]
    public void What_it_leaves_out_of_its_actions_stays() =>
        Assert.Equal(Answer.No, Takes(Everybody, "Microsoft.Network/virtualNetworks/subnets/read"));

    [Theory]
    [InlineData("me", "ServicePrincipal", Answer.No)]
    [InlineData("group-of-mine", "Group", Answer.No)]
    [InlineData("another", "User", Answer.Yes)]
    [InlineData("another-group", "Group", Answer.Unknown)]
    public void Who_is_left_out_keeps_his_right(string id, string type, Answer expected) =>
        Assert.Equal(expected, Takes(Everybody with { ExcludedPrincipals = [new(id, type)] }));

    [Theory]
    [InlineData("me", "ServicePrincipal", Answer.Yes)]
    [InlineData("ME", null, Answer.Yes)]
    [InlineData("group-of-mine", "Group", Answer.Yes)]
    [InlineData("another", "User", Answer.No)]
    [InlineData("another-group", "Group", Answer.Unknown)]
    [InlineData("another", null, Answer.Unknown)]
    public void Who_is_named_loses_it(string id, string? type, Answer expected) =>
        Assert.Equal(expected, Takes(Everybody with { Principals = [new(id, type)] }));

    [Fact]
    public void It_holds_below_its_scope_unless_it_says_otherwise()
    {
        var own = Everybody with { DoNotApplyToChildScopes = true };
        Assert.Equal(Answer.No, Takes(own));
        Assert.Equal(Answer.Yes, Takes(own with { Scope = Worlds.Subnet.ToString().ToUpperInvariant() }));
        Assert.Equal(Answer.No, Takes(Everybody with { Scope = Worlds.InternalSubnet.ToString() }));
    }

    [Fact]
    public void A_condition_is_not_worked_out() =>
        Assert.Equal(Answer.Unknown, Takes(Everybody with { Condition = "@Resource[x] StringEquals 'y'" }));

    [Fact]
    public void A_lock_holds_below_and_what_nobody_asked_is_unknown()
    {
        var group = ArmId.ForResourceGroup(Worlds.Group.SubscriptionId!, "other").ToString();
        var its = new LockFacts(group + "/providers/Microsoft.Authorization/locks/l", group, "ReadOnly");
        var facts = new NetworkFacts
        {
            Locks = [new(group, Known.Of<IReadOnlyList<LockFacts>>([its])),
                new(Worlds.Group.ToString(), Known.Unknown<IReadOnlyList<LockFacts>>("Forbidden."))],
        };
        Assert.Equal([its], facts.LocksOn(group + "/providers/Microsoft.Network/routeTables/t").Value!);
        Assert.Equal([its], facts.LocksOn(group).Value!);
        Assert.Equal("Forbidden.", facts.LocksOn(Worlds.Subnet.ToString()).Why);
        Assert.Equal(KnownState.Unknown,
            facts.LocksOn(Worlds.Workspace.ToString().Replace("resourceGroups/", "resourceGroups/x", StringComparison.Ordinal)).State);
        Assert.Equal(KnownState.NotGathered, new NetworkFacts().LocksOn(group).State);
    }

    [Theory]
    [InlineData("ReadOnly", CheckStatus.Failed)]
    [InlineData("CanNotDelete", CheckStatus.Warning)]
    [InlineData("NotSpecified", CheckStatus.Unknown)]
    [InlineData(null, CheckStatus.Unknown)]
    public void A_lock_is_judged_by_its_level(string? level, CheckStatus expected)
    {
        var scope = Worlds.Network.ToString();
        var facts = Worlds.Good with
        {
            Locks = [new($"/subscriptions/{Worlds.Group.SubscriptionId}",
                Known.Of<IReadOnlyList<LockFacts>>([new($"{scope}/providers/Microsoft.Authorization/locks/l", scope, level)]))],
        };
        var check = Assert.Single(CheckCatalogue.Find("AMLVNET-LOCK-001")!.Evaluate(facts));
        Assert.Equal((expected, $"az lock delete --ids '{scope}/providers/Microsoft.Authorization/locks/l'"),
            (check.Status, check.Recommendation));
    }
}
