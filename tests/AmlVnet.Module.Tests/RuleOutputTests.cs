using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>What <c>Test-AmlAksNetwork</c> gives: filters, one answer, the order, the table; and the how-to's own values.</summary>
public sealed class RuleOutputTests(RuleWorldFixture fixture) : IClassFixture<RuleWorldFixture>
{
    private const string Good =
        "Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16";

    private const string Bad =
        "Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/16 -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16";

    [Fact]
    public void The_how_tos_values_pass_offline_before_creating_and_after_the_chain()
    {
        var offline = fixture.Runspace.Invoke(Good).OutputWithoutErrors();
        fixture.Runspace.Invoke("$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario how-to").OutputWithoutErrors();
        var preflight = fixture.Runspace.Invoke($"""
            Get-AmlWorkspace myworkspacegroup myworkspace | Test-AmlAksNetwork -SubnetId '{RuleWorld.Network}/subnets/default' `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
            """).OutputWithoutErrors();
        var posture = fixture.Runspace.Invoke($"{ChainTests.Chain} | Test-AmlAksNetwork").OutputWithoutErrors();

        foreach (var results in new[] { offline, preflight, posture })
        {
            var wrong = results.Where(static r => Of(r, "Status") is "Failed" or "Unknown").ToArray();
            Assert.True(wrong.Length == 0, RuleWorldTests.Lines(wrong));
        }

        // The how-to grants at the resource group, which is more than the subnet needs: said, and no more than a warning.
        Assert.Equal(["AMLVNET-RBAC-004"], posture.Where(static r => Of(r, "Status") == "Warning").Select(static r => Of(r, "Id")));
        Assert.Contains(preflight, static r => Of(r, "Id") == "AMLVNET-NSG-001" && Of(r, "Status") == "Passed");
    }

    [Fact]
    public void Before_creating_the_rules_of_security_groups_are_looked_at_too()
    {
        var world = new RuleWorld(RuleInput.Preflight);
        world.AddRule("DenyScoring", 300, "Inbound", "Deny", "VirtualNetwork", "*", "80");

        var result = fixture.Check(world).Single(static r => Of(r, "Id") == "AMLVNET-NSG-001");

        Assert.Equal("Failed", Of(result, "Status"));
        Assert.Contains("az network nsg rule create", Of(result, "Recommendation"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_public_endpoint_is_looked_at_from_the_internet_and_a_source_that_is_given_wins()
    {
        var world = new RuleWorld(RuleInput.Posture);
        world.Compute.Remove("loadBalancerSubnet");
        world.AddRule("AllowOffice", 300, "Inbound", "Allow", "198.51.100.0/24", "*", "80");

        var byDefault = fixture.Check(world).Single(static r => Of(r, "Id") == "AMLVNET-NSG-001");
        var fromOffice = Assert.Single(fixture.Runspace.Invoke(world.Command + " -Rule AMLVNET-NSG-001 -SourceAddressPrefix 198.51.100.0/24").OutputWithoutErrors());

        Assert.Equal("Failed", Of(byDefault, "Status"));
        Assert.Contains("Internet", Of(byDefault, "Evidence"), StringComparison.Ordinal);
        Assert.Equal("Passed", Of(fromOffice, "Status"));
    }

    [Theory]
    [InlineData(Good, true)]
    [InlineData(Bad, false)]
    [InlineData(Bad + " -ExcludeRule AMLVNET-CIDR-002", true)]
    [InlineData(Bad + " -Rule AMLVNET-COMPUTE-*", true)]
    [InlineData(Bad + " -Severity Warning", true)]
    public void Quiet_gives_one_answer_about_the_rules_that_are_asked_for(string command, bool expected) =>
        Assert.Equal(expected, Assert.Single(fixture.Runspace.Invoke(command + " -Quiet").OutputWithoutErrors()).BaseObject);

    [Fact]
    public void Filters_choose_rules_by_id_pattern_and_severity()
    {
        var all = Ids(Bad);

        Assert.Equal(["AMLVNET-CIDR-002"], Ids(Bad + " -Rule amlvnet-cidr-002"));
        Assert.Equal(all.Where(static id => id.StartsWith("AMLVNET-CIDR", StringComparison.Ordinal)), Ids(Bad + " -Rule AMLVNET-CIDR-*"));
        Assert.Equal(all.Where(static id => !id.Contains("-CIDR-", StringComparison.Ordinal)), Ids(Bad + " -ExcludeRule AMLVNET-CIDR-*"));
        Assert.Equal(["AMLVNET-CIDR-003"], Ids(Bad + " -Rule AMLVNET-CIDR-002,AMLVNET-CIDR-003 -ExcludeRule AMLVNET-CIDR-002"));
        var world = RuleWorlds.Of("AMLVNET-NSG-003").Broken();
        Assert.Contains(fixture.Check(world), static r => Of(r, "Severity") == "Error");
        var warnings = fixture.Runspace.Invoke(world.Command + " -Severity Warning").OutputWithoutErrors();
        Assert.Contains(warnings, static r => Of(r, "Id") == "AMLVNET-NSG-003");
        Assert.All(warnings, static r => Assert.Equal("Warning", Of(r, "Severity")));

        string[] Ids(string command) =>
            [.. fixture.Runspace.Invoke(command).OutputWithoutErrors().Select(static r => Of(r, "Id")).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Failed_ones_come_first_and_errors_before_warnings()
    {
        var world = RuleWorlds.Of("AMLVNET-NSG-004").Broken();
        world.ChangeCompute("""{ "properties": { "provisioningState": "Updating" } }""");
        string[] order = ["Failed", "Warning", "Unknown", "Passed", "NotApplicable"];

        var results = fixture.Check(world);

        var statuses = results.Select(static r => Of(r, "Status")).ToArray();
        Assert.Equal(statuses.OrderBy(status => Array.IndexOf(order, status)), statuses);
        var failed = results.Where(static r => Of(r, "Status") == "Failed").Select(static r => Of(r, "Severity")).ToArray();
        Assert.Equal(["Error", "Warning"], failed.Distinct());
        Assert.Equal(failed.OrderBy(static severity => severity == "Error" ? 0 : 1), failed);
        Assert.Contains("Warning", statuses);
    }

    [Fact]
    public void The_table_is_grouped_by_status_with_the_failed_ones_at_the_top()
    {
        fixture.Runspace.Host.ClearText();

        var shown = fixture.Runspace.Show(Bad).ReplaceLineEndings("\n");

        var groups = shown.Split('\n').Where(static line => line.Contains("Status:", StringComparison.Ordinal)).Select(static line => line.Split(':')[1].Trim()).ToArray();
        Assert.Equal(["Failed", "Passed", "NotApplicable"], groups);
        Assert.InRange(
            shown.IndexOf("AMLVNET-CIDR-002", StringComparison.Ordinal),
            shown.IndexOf("Failed", StringComparison.Ordinal),
            shown.IndexOf("Status: Passed", StringComparison.Ordinal));
        Assert.Single(shown.Split('\n'), static line => line.Contains("AMLVNET-CIDR-002", StringComparison.Ordinal));
    }

    private static string Of(PSObject value, string property) => RuleWorldTests.Text(value, property);
}
