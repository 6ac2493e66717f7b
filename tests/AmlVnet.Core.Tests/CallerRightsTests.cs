using AmlVnet.Core.Errors;

namespace AmlVnet.Core.Tests;

/// <summary>The caller's rights by what Azure answers of permissions.</summary>
public sealed class CallerRightsTests
{
    private const string Group = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/g";
    private const string Network = Group + "/providers/Microsoft.Network/virtualNetworks/n";
    private const string Write = "Microsoft.Authorization/roleAssignments/write";

    [Theory]
    [InlineData(Group, Group)]
    [InlineData(Network + "/subnets/s", Group, Network, Network + "/subnets/s")]
    [InlineData("/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36")]
    [InlineData("/providers/Microsoft.Management/managementGroups/m")]
    public void Places_are_the_group_and_what_is_in_it(string scope, params string[] places) =>
        Assert.Equal(places, CallerRights.PlacesFor(new(scope, Write)).Select(static place => place.ToString()));

    [Fact]
    public void What_does_not_exist_is_asked_for_around_it() =>
        Assert.Equal([Group, Network],
            CallerRights.PlacesFor(new(Network + "/subnets/s", Write) { AskAt = Network }).Select(static place => place.ToString()));

    [Theory]
    // One permission for each role: actions/notActions; roles with a semicolon between.
    [InlineData("*", Answer.Yes)]
    [InlineData("MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE", Answer.Yes)]
    [InlineData("microsoft.authorization/*", Answer.Yes)]
    [InlineData("*/write", Answer.Yes)]
    [InlineData("*-Microsoft.Authorization/*/Write", Answer.No)]
    [InlineData("*-microsoft.AUTHORIZATION/*", Answer.No)]
    [InlineData("*/read", Answer.No)]
    [InlineData("Microsoft.Authorization/roleAssignments/writes", Answer.No)]
    // What one role leaves out another gives, in either order.
    [InlineData("*-Microsoft.Authorization/*/Write;Microsoft.Authorization/roleAssignments/*", Answer.Yes)]
    [InlineData("Microsoft.Authorization/roleAssignments/*;*-Microsoft.Authorization/*/Write", Answer.Yes)]
    [InlineData("*-Microsoft.Authorization/*/Write;*/read", Answer.No)]
    // An empty list is an answer read whole.
    [InlineData("", Answer.No)]
    public void Permissions_are_united_each_by_itself(string roles, Answer expected) =>
        Assert.Equal(expected, CallerRights.Judge(new(Group, Write), [Read(Group, roles)]).Granted);

    [Fact]
    public void What_was_not_read_is_not_known()
    {
        var unread = new CallerPermissions(ArmId.Parse(Group), null, "403");
        var right = CallerRights.Judge(new(Group, Write), [unread]);
        Assert.Equal((Answer.Unknown, "403", true), (right.Granted, right.Reason, right.IsUnread));
        // The answer from around a resource says nothing of what is given on it.
        Assert.Equal(Answer.Unknown,
            CallerRights.Judge(new(Network, Write), [Read(Group, ""), new(ArmId.Parse(Network), null, "404")]).Granted);
        Assert.Equal(Answer.No, CallerRights.Judge(new(Network, Write), [unread, Read(Network, "*/read")]).Granted);
        Assert.Equal(Answer.Yes, CallerRights.Judge(new(Network, Write), [unread, Read(Network, "*")]).Granted);
        // One that does not say its actions may hold any.
        Assert.Equal(Answer.Unknown,
            CallerRights.Judge(new(Group, Write), [Read(Group, "*/read") with { Why = "one does not say" }]).Granted);
        Assert.Equal(Answer.Yes, CallerRights.Judge(new(Group, Write), [Read(Group, "*") with { Why = "one does not say" }]).Granted);
        Assert.Equal(Answer.Unknown, CallerRights.Judge(new("/", Write), []).Granted);
    }

    [Fact]
    public void What_is_missing_in_a_part_is_missing_in_the_whole_and_what_is_given_there_is_not_known()
    {
        var need = new NeededAction("/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36", Write) { AskAt = Group };
        Assert.Equal(Answer.No, CallerRights.Judge(need, [Read(Group, "*/read")]).Granted);
        var given = CallerRights.Judge(need, [Read(Group, "*")]);
        Assert.Equal((Answer.Unknown, false), (given.Granted, given.IsUnread));
    }

    [Theory]
    [InlineData(Write, "Role Based Access Control Administrator", "User Access Administrator", "Owner")]
    [InlineData("Microsoft.Network/networkSecurityGroups/securityRules/write", "Network Contributor", "Contributor", "Owner")]
    [InlineData("Microsoft.MachineLearningServices/workspaces/computes/delete", "AzureML Compute Operator", "Contributor", "Owner")]
    [InlineData("Microsoft.ContainerService/managedClusters/write", "Azure Kubernetes Service Contributor Role", "Contributor", "Owner")]
    [InlineData("Microsoft.KubernetesConfiguration/extensions/write", "Contributor", "Owner")]
    public void Roles_are_named_the_narrowest_first(string action, params string[] roles) =>
        Assert.Equal(roles, BuiltInRoles.Giving(action));

    [Fact]
    public void The_error_names_rights_roles_and_the_line()
    {
        CallerRight[] missing = [CallerRights.Judge(new(Group, Write), [Read(Group, "*/read")])];
        var known = Problems.CallerLacksRight(missing, new("11111111-2222-3333-4444-555555555555", "User"));
        Assert.Equal(("CallerLacksRight", ProblemKind.PermissionDenied, Group), (known.ErrorId, known.Kind, known.Target));
        Assert.Contains($"{Write} over '{Group}'", known.Message, StringComparison.Ordinal);
        Assert.EndsWith("Nothing was changed.", known.Message, StringComparison.Ordinal);
        Assert.Contains("Role Based Access Control Administrator, User Access Administrator, Owner", known.RecommendedAction!,
            StringComparison.Ordinal);
        Assert.Contains(
            "az role assignment create --assignee-object-id 11111111-2222-3333-4444-555555555555 --assignee-principal-type User "
            + $"--role 'Role Based Access Control Administrator' --scope '{Group}'", known.RecommendedAction!, StringComparison.Ordinal);
        var unknown = Problems.CallerLacksRight(missing, null, "Create").RecommendedAction!;
        Assert.Contains("--assignee-object-id '<object id>' --role", unknown, StringComparison.Ordinal);
        Assert.Contains("# <object id> stands for yours", unknown, StringComparison.Ordinal);
        Assert.Contains("Done before: Create.", Problems.CallerLacksRight(missing, null, "Create").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("AuthorizationFailed",
        $"The client 'x' with object id '11111111-2222-3333-4444-555555555555' does not have authorization to perform action '{Write}' "
            + $"over scope '{Group}' or the scope is invalid.",
        $"--assignee-object-id 11111111-2222-3333-4444-555555555555 --role 'Role Based Access Control Administrator' --scope '{Group}'")]
    [InlineData("LinkedAuthorizationFailed",
        "The client has permission to perform action 'a/write' on scope '/a'; however, it does not have permission to perform action(s) "
            + $"'Microsoft.Network/virtualNetworks/subnets/join/action' on the linked scope(s) '{Network}/subnets/s,{Network}/subnets/t' "
            + "(respectively) or the linked scope(s) are invalid.",
        $"--assignee-object-id '<object id>' --role 'Network Contributor' --scope '{Network}/subnets/t'")]
    [InlineData("DenyAssignmentAuthorizationFailed",
        "The client 'x' has permission to perform action 'a/write' on scope '/a'; however, the access is denied because of the deny "
            + "assignment with name 'stack' and Id 'd1' at scope '/a'.",
        "No role helps: the deny assignment 'stack' and Id 'd1' at scope '/a'")]
    [InlineData("Forbidden", "No.", "Ask for the role that gives the action")]
    public void A_refusal_says_the_same(string code, string message, string advice)
    {
        var refused = Problems.RequestRefused(Group, 403, new ArmErrorDetail { Code = code, Message = message, Inner = [] }, null, null);
        Assert.Equal(ProblemKind.PermissionDenied, refused.Kind);
        Assert.Contains(advice, refused.RecommendedAction!, StringComparison.Ordinal);
    }

    private static CallerPermissions Read(string place, string roles) => new(ArmId.Parse(place),
        [.. roles.Split(';', StringSplitOptions.RemoveEmptyEntries)
            .Select(static role => new RolePermission([role.Split('-')[0]], role.Split('-')[1..]))], null);
}
