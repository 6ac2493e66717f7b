namespace AmlVnet.Core.Tests;

public sealed class EffectiveRightsTests
{
    private const string Sub = "11111111-2222-3333-4444-555555555555";
    private const string Principal = "aaaaaaaa-0000-0000-0000-000000000001";
    private static readonly ArmId Subnet = ArmId.ForSubnet(Sub, "mygroup", "mynetwork", "default");

    [Fact]
    public void Network_Contributor_on_the_group_reaches_the_subnet_in_any_case()
    {
        var right = Evaluate(
            [Assign($"/SUBSCRIPTIONS/{Sub}/resourcegroups/MyGroup", WellKnownRoles.NetworkContributorId.ToUpperInvariant())]);
        Assert.Equal(Answer.Yes, right.Granted);
        Assert.Equal("Network Contributor", right.RoleName);
        Assert.NotNull(right.Assignment);
    }

    [Theory]
    [InlineData("/", Answer.Yes)]
    [InlineData("/providers/Microsoft.Management/managementGroups/top", Answer.Yes)]
    [InlineData($"/subscriptions/{Sub}", Answer.Yes)]
    [InlineData($"/subscriptions/{Sub}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork", Answer.Yes)]
    [InlineData($"/subscriptions/{Sub}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default",
        Answer.Yes)]
    [InlineData($"/subscriptions/{Sub}/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/other",
        Answer.No)]
    [InlineData($"/subscriptions/{Sub}/resourceGroups/mygroup2", Answer.No)]
    [InlineData("/subscriptions/99999999-2222-3333-4444-555555555555", Answer.No)]
    public void Scopes_inherit_downwards_only(string scope, Answer expected) =>
        Assert.Equal(expected, Evaluate([Assign(scope, WellKnownRoles.NetworkContributorId)]).Granted);

    [Fact]
    public void Somebody_elses_assignment_gives_nothing_and_a_groups_does()
    {
        var other = Assign("/", WellKnownRoles.NetworkContributorId) with { PrincipalId = "group" };
        Assert.Equal(Answer.No, Evaluate([other]).Granted);
        Assert.Equal(Answer.Yes, new EffectiveRights([other], []).EvaluateSubnetJoin(Principal, Subnet, "GROUP").Granted);
    }

    [Fact]
    public void Not_actions_take_away_from_their_own_role_only()
    {
        var custom = Role("custom", ["Microsoft.Network/*"], ["*/join/ACTION"]);
        var reader = Role("join", ["microsoft.network/virtualnetworks/subnets/JOIN/action"], []);
        Assert.Equal(Answer.No, Evaluate([Assign("/", "custom")], custom).Granted);
        Assert.Equal(Answer.Yes, Evaluate([Assign("/", "custom"), Assign($"/subscriptions/{Sub}", "join")], custom, reader).Granted);
    }

    [Fact]
    public void Join_without_read_is_not_enough()
    {
        var right = Evaluate([Assign("/", "join")], Role("join", [WellKnownRoles.SubnetJoinAction], []));
        Assert.Equal(Answer.No, right.Granted);
        Assert.Contains(WellKnownRoles.SubnetReadAction, right.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void One_assignment_that_gives_both_is_named_before_two_halves_and_the_younger_half_tells_since_when()
    {
        var (longAgo, now) =
            (new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2026, 6, 1, 0, 0, 0, TimeSpan.Zero));
        var join = Assign("/", "join") with { CreatedOn = longAgo };
        var read = Assign("/", "read") with { CreatedOn = now };
        var both = Assign("/", WellKnownRoles.NetworkContributorId) with { CreatedOn = now };
        RoleDefinitionFacts[] roles = [Role("join", [WellKnownRoles.SubnetJoinAction], []),
            Role("read", [WellKnownRoles.SubnetReadAction], [])];

        Assert.Equal("Network Contributor", Evaluate([join, both], roles).RoleName);
        Assert.Equal(now, Evaluate([join, both], roles).CreatedOn);
        Assert.Equal(Answer.Yes, Evaluate([join, read], roles).Granted);
        Assert.Equal(now, Evaluate([join, read], roles).CreatedOn);
        Assert.Contains("subnets/read", Evaluate([join, read], roles).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_read_is_unknown_unless_another_assignment_settles_it()
    {
        var conditional = Assign("/", WellKnownRoles.NetworkContributorId) with { Condition = "@Resource[x] StringEquals 'y'" };
        Assert.Equal(Answer.Unknown, Evaluate([conditional]).Granted);
        Assert.Equal(Answer.Unknown, Evaluate([Assign("/", "unreadable")]).Granted);
        Assert.Equal(Answer.Yes,
            Evaluate([conditional, Assign("/", "unreadable"), Assign("/", WellKnownRoles.NetworkContributorId)]).Granted);
    }

    [Theory]
    [InlineData("*", "a/b", true)]
    [InlineData("a/*/read", "A/b/c/READ", true)]
    [InlineData("a/*/read", "a/read", false)]
    [InlineData("a/*", "a/", true)]
    [InlineData("*/read", "a/b/read2", false)]
    [InlineData("a*b*c", "aXbYbZc", true)]
    [InlineData("a", "ab", false)]
    [InlineData("", "a", false)]
    [InlineData("**", "", true)]
    public void Patterns(string pattern, string action, bool matches) => Assert.Equal(matches, ActionPattern.Matches(pattern, action));

    [Fact]
    public void The_assignments_name_is_the_same_for_every_spelling()
    {
        var one = RoleAssignmentName.Derive($"/subscriptions/{Sub}", Principal, WellKnownRoles.NetworkContributorId);
        var two = RoleAssignmentName.Derive(
            $"/SUBSCRIPTIONS/{Sub}/", Principal.ToUpperInvariant(),
            ArmId.ForRoleDefinition(Sub, WellKnownRoles.NetworkContributorId).ToString());
        Assert.Equal(one, two);
        Assert.NotEqual(one,
            RoleAssignmentName.Derive($"/subscriptions/{Sub}/resourceGroups/g", Principal, WellKnownRoles.NetworkContributorId));
        Assert.Equal('5', one.ToString()[14]);
        Assert.Contains(one.ToString()[19], "89ab");
        Assert.Equal(new Guid("6a9d4d7e-b5a1-5612-a130-08df07611a8e"), RoleAssignmentName.Namespace);
    }

    // RFC 9562, appendix A.4.
    [Fact]
    public void Version_5_is_as_in_the_standard() => Assert.Equal(
        new Guid("2ed6657d-e927-568b-95e1-2665a8aea6a2"),
        RoleAssignmentName.Version5(new("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"));

    private static SubnetJoinRight Evaluate(RoleAssignmentFacts[] assignments, params RoleDefinitionFacts[] definitions) =>
        new EffectiveRights(assignments, definitions).EvaluateSubnetJoin(Principal, Subnet);

    private static RoleAssignmentFacts Assign(string scope, string role) => new(
        $"{scope}/providers/Microsoft.Authorization/roleAssignments/{role}", scope, Principal.ToUpperInvariant(),
        $"/subscriptions/{Sub}/providers/Microsoft.Authorization/roleDefinitions/{role}");

    private static RoleDefinitionFacts Role(string id, string[] actions, string[] notActions) => new()
    {
        Id = $"/subscriptions/{Sub}/providers/Microsoft.Authorization/roleDefinitions/{id}",
        RoleName = id,
        Permissions = [new(actions, notActions)],
    };
}
