namespace AmlVnet.Core.Tests;

/// <summary>Workspaces of kinds and with networks that do not go with a cluster of one's own.
/// The specification forbids some of these worlds.</summary>
public sealed class WorkspaceRuleTests
{
    [Theory]
    [InlineData("Disabled", CheckStatus.Passed)]
    [InlineData("disabled", CheckStatus.Passed)]
    [InlineData("AllowInternetOutbound", CheckStatus.Failed)]
    [InlineData("AllowOnlyApprovedOutbound", CheckStatus.Failed)]
    [InlineData("AllowSomethingNew", CheckStatus.Unknown)]
    [InlineData("", CheckStatus.Unknown)]
    [InlineData(null, CheckStatus.Unknown)]
    public void A_managed_network_of_an_unknown_mode_is_unknown(string? mode, CheckStatus expected)
    {
        var result = Check("AMLVNET-WORKSPACE-001", one => one with { ManagedNetworkMode = mode });

        Assert.Equal(expected, result.Status);
        if (mode == "AllowSomethingNew") Assert.Contains("'AllowSomethingNew'", result.Evidence, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Default", CheckStatus.Passed)]
    [InlineData("Hub", CheckStatus.Failed)]
    [InlineData("project", CheckStatus.Failed)]
    [InlineData("FeatureStore", CheckStatus.Unknown)]
    [InlineData("Foundry", CheckStatus.Unknown)]
    [InlineData(null, CheckStatus.Unknown)]
    public void A_kind_of_which_no_page_speaks_is_unknown(string? kind, CheckStatus expected) =>
        Assert.Equal(expected, Check("AMLVNET-WORKSPACE-002", one => one with { Kind = kind }).Status);

    private static CheckResult Check(string rule, Func<WorkspaceFacts, WorkspaceFacts> change) => CheckCatalogue.Find(rule)!
        .Evaluate(Worlds.Good with { Workspace = Known.Of(change(Worlds.Good.Workspace.Value!)) }).Single();
}
