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
    public void Quiet_gives_one_answer_about_the_rules_that_are_asked_for(string command, bool expected) =>
        Assert.Equal(expected, Assert.Single(fixture.Runspace.Invoke(command + " -Quiet").OutputWithoutErrors()).BaseObject);

    [Theory]
    [InlineData(Bad + " -Severity Warning -Quiet", "InvalidCombination", "Nothing was checked")]
    [InlineData("Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -Rule AMLVNET-NSG-001 -Quiet", "InvalidCombination", "Nothing was checked")]
    [InlineData("Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.0.0.0/8 -Rule AMLVNET-CIDR-011 -Quiet", "InvalidCombination", "Nothing was checked")]
    [InlineData(Bad + " -Rule AMLVNET-CDIR-* -Quiet", "InvalidValue", "Rule: there is no rule 'AMLVNET-CDIR-*'")]
    [InlineData(Bad + " -ExcludeRule AMLVNET-XX -Quiet", "InvalidValue", "ExcludeRule: there is no rule 'AMLVNET-XX'")]
    public void What_checks_nothing_is_an_error_and_no_answer(string command, string id, string words)
    {
        var result = fixture.Runspace.Invoke(command);

        Assert.Empty(result.Output);
        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(words, error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.1.300.0/24")]
    [InlineData("fd00::/8")]
    public void A_source_that_is_no_range_is_not_taken_for_a_tag(string source)
    {
        var world = new RuleWorld(RuleInput.Posture);
        fixture.Check(world);

        var error = Assert.Single(fixture.Runspace.Invoke($"{world.Command} -SourceAddressPrefix {source}").AllErrors);

        Assert.StartsWith("InvalidValue", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("SourceAddressPrefix", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reserved_ranges_are_added_to_a_plans_own_and_other_values_are_refused()
    {
        const string Plan = "New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -ReservedAddressPrefix 192.168.0.0/16";

        var failed = fixture.Runspace.Invoke($"{Plan} | Test-AmlAksNetwork -ReservedAddressPrefix 10.0.0.0/16").OutputWithoutErrors()
            .Single(static r => Of(r, "Id") == "AMLVNET-CIDR-004");
        var kept = fixture.Runspace.Invoke($"{Plan} | Test-AmlAksNetwork -Rule AMLVNET-CIDR-004").OutputWithoutErrors();

        Assert.Equal("Failed", Of(failed, "Status"));
        Assert.Equal("Passed", Of(Assert.Single(kept), "Status"));
        foreach (var given in new[] { "-ServiceCidr 10.1.0.0/16", "-AgentCount 1", "-PodCidr 10.1.0.0/16", "-SourceAddressPrefix Internet" })
        {
            var error = Assert.Single(fixture.Runspace.Invoke($"{Plan} | Test-AmlAksNetwork {given}").AllErrors);
            Assert.StartsWith("InvalidCombination", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Contains(given.Split(' ')[0], error.ToString(), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("-ServiceCidr 10.1.0.0/16")]
    [InlineData("-PodCidr 10.1.0.0/16")]
    [InlineData("-ClusterPurpose DevTest")]
    [InlineData("-SubnetId junk")]
    public void Values_of_a_planned_cluster_are_refused_for_one_that_exists(string given)
    {
        fixture.Enter(new RuleWorld(RuleInput.Posture));

        var error = Assert.Single(fixture.Runspace.Invoke(
            $"Get-AmlAksCompute myworkspacegroup myworkspace myaks | Test-AmlAksNetwork {given}").AllErrors);

        Assert.StartsWith("InvalidCombination", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(given.Split(' ')[0], error.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SubnetId", "/virtualNetworks/mynetwork/subnets/nope", "subnet")]
    [InlineData("SubnetId", "/virtualNetworks/nonet/subnets/default", "virtual network")]
    [InlineData("WorkspaceName", "nows", "workspace")]
    public void Before_creating_what_does_not_exist_is_an_error_and_not_a_pass(string parameter, string value, string what)
    {
        var world = new RuleWorld(RuleInput.Preflight);
        fixture.Enter(world);
        world.Arguments[parameter] = parameter == "SubnetId" ? RuleWorld.Network.Replace("/virtualNetworks/mynetwork", value, StringComparison.Ordinal) : value;

        var result = fixture.Runspace.Invoke(world.Command + " -Quiet");

        Assert.Empty(result.Output);
        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith("ResourceNotFound", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith($"The {what} '", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_range_stays_whole_in_the_table()
    {
        fixture.Runspace.Host.ClearText();

        var shown = fixture.Runspace.Show(Good + " -Rule AMLVNET-SUBNET-001");

        Assert.Contains("10.1.0.0/24 ", shown, StringComparison.Ordinal);
    }

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
        string[] order = ["Failed", "Warning", "Unknown", "Passed", "NotApplicable", "NotLookedAt"];

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
