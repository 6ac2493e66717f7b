namespace AmlVnet.Module.Tests;

/// <summary>Every cmdlet that changes anything is safe to run twice, also after an answer that got lost on its way.</summary>
public sealed class RunTwiceTests
{
    private const string Internal = " | Set-AmlAksLoadBalancer -Type InternalLoadBalancer";

    /// <summary>An attached cluster whose subnet's security group denies what is not allowed.</summary>
    private const string Guarded = """
        { "resourceGroups": [{ "name": "myworkspacegroup", "location": "eastus2" }, { "name": "mygroup", "location": "eastus2" }],
          "networkSecurityGroups": [{ "resourceGroup": "mygroup", "name": "mynsg", "securityRules": [
            { "name": "DenyAllIn", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*", "sourceAddressPrefix": "*",
              "destinationAddressPrefix": "*", "access": "Deny", "priority": 4000, "direction": "Inbound" } },
            { "name": "DenyInternetOut", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*", "sourceAddressPrefix": "*",
              "destinationAddressPrefix": "Internet", "access": "Deny", "priority": 4000, "direction": "Outbound" } }] }],
          "virtualNetworks": [{ "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
            "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24", "networkSecurityGroup": "mynsg" }] }],
          "workspaces": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspace" }],
          "clusters": [{ "resourceGroup": "mygroup", "name": "mycluster", "nodes": 3, "vmSize": "Standard_D3_v2",
            "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default" }],
          "computes": [{ "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
            "cluster": "mygroup/Microsoft.ContainerService/managedClusters/mycluster" }] }
        """;

    private const string MakePrivate = Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer";

    /// <summary>Commands that change files or the simulator itself, not the cloud.</summary>
    private static readonly string[] Elsewhere = ["Export-AmlCheckResult", "Set-AmlSimulator"];

    /// <summary>Scenario, what goes before, and the command.</summary>
    public static TheoryData<string, string, string> Commands => new()
    {
        { "how-to", "", Rehearsal.New },
        { "how-to", "", Rehearsal.New + " -SslLeafDomainLabel contoso -Tag @{ team = 'ml' }" },
        { "existing-cluster", "", Rehearsal.Get + " | Grant-AksNetworkContributor" },
        { "user-assigned", "", "'" + SimulatedCloud.ExistingCluster + "' | Grant-AksNetworkContributor -ScopeLevel Subnet" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + " | Revoke-AksNetworkContributor" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + Internal },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor", Rehearsal.Get + Internal + " -SubnetName aks-subnet" },
        { "existing-cluster", Rehearsal.Get + " | Grant-AksNetworkContributor" + Internal, Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type PublicIp" },
        { "existing-cluster", "", "Remove-AmlAksCompute myworkspacegroup myworkspace myaks" },
        { "how-to", Rehearsal.New, "Remove-AmlAksCompute myworkspacegroup myworkspace myaks -UnderlyingResourceAction Delete -Force" },
        { "user-assigned", "", "Add-AmlAksCompute myworkspacegroup myworkspace myaks -Cluster '" + SimulatedCloud.ExistingCluster + "'" },
        { Guarded, MakePrivate, Rehearsal.Get + " | Enable-AmlScoringAccess" },
        { Guarded, MakePrivate + "; " + Rehearsal.Get + " | Enable-AmlScoringAccess", Rehearsal.Get + " | Disable-AmlScoringAccess" },
        { Guarded, "", Rehearsal.Get + " | Enable-AmlStudioAccess" },
        { Guarded, Rehearsal.Get + " | Enable-AmlStudioAccess", Rehearsal.Get + " | Disable-AmlStudioAccess" },
        { Guarded, "", Rehearsal.Get + " | Enable-AmlPrivateInference" },
        { Guarded, Rehearsal.Get + " | Enable-AmlPrivateInference", Rehearsal.Get + " | Disable-AmlPrivateInference" },
    };

    [Fact]
    public void Every_cmdlet_that_changes_the_cloud_is_tried()
    {
        using var runspace = new ModuleRunspace();
        var changing = runspace.Invoke("Get-Command -Module AmlVnet | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name").OutputWithoutErrors()
            .Select(static name => name.ToString()).Except(Elsewhere);
        var tried = string.Join(" ", Commands.Select(static row => row.Data.Item3));
        Assert.All(changing, name => Assert.Contains(name + " ", tried + " ", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Commands))]
    public void The_second_run_sends_nothing_and_ends_the_same(string scenario, string before, string command)
    {
        using var world = Open(scenario);
        world.Run(before);
        world.Run(command);
        Assert.NotEmpty(world.Cloud.Writes);
        var after = State(world);

        world.Run(command);

        Assert.Empty(world.Cloud.Writes);
        Assert.Equal(after, State(world));
    }

    [Theory, MemberData(nameof(Commands))]
    public void A_run_whose_answer_got_lost_is_followed_by_one_that_ends_the_same(string scenario, string before, string command)
    {
        using var straight = Open(scenario);
        straight.Run(before);
        straight.Run(command);
        using var world = Open(scenario);
        world.Run(before);
        foreach (var method in new[] { "PUT", "DELETE" })
            world.Cloud.Fail($$"""{ "method": "{{method}}", "times": 1, "kind": "LostAnswer", "status": 400, "code": "Lost", "message": "The answer got lost." }""");

        Assert.NotEmpty(world.Try(command).AllErrors);
        world.Cloud.ClearFaults();
        world.Run(command);

        Assert.Equal(State(straight), State(world));
    }

    [Fact]
    public void The_whole_chain_goes_on_wherever_it_was_cut()
    {
        foreach (var path in new[] { "/computes/myaks", "/roleAssignments/" })
        {
            using var world = new Rehearsal();
            world.Cloud.Set("principalWithTypeSeconds", "0");
            world.Cloud.Fail($$"""{ "method": "PUT", "pathContains": "{{path}}", "times": 1, "kind": "LostAnswer", "status": 400, "code": "Lost", "message": "Lost." }""");
            Assert.NotEmpty(world.Try(ChainTests.Chain).AllErrors);

            Assert.True(world.One(ChainTests.Chain).IsPrivate);
        }
    }

    private static Rehearsal Open(string scenario)
    {
        if (!scenario.StartsWith('{')) return new Rehearsal(scenario);
        var path = Rehearsal.WriteScenario(scenario);
        try
        {
            return new Rehearsal(path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>What the cloud has to show for it: the compute, the assignments on the subnet, and the rules of its security group.</summary>
    private static string State(Rehearsal world)
    {
        var compute = world.Try("Get-AmlAksCompute myworkspacegroup myworkspace").OutputWithoutErrors().Select(static one => (dynamic)one.BaseObject)
            .Select(static one => $"{one.Name} {one.ProvisioningState} {one.LoadBalancerType} {one.LoadBalancerSubnet} {one.IsPrivate} {one.SslStatus}");
        var rights = world.Cloud.Assignments(SimulatedCloud.Subnet).Select(static one => $"{one!["properties"]!["scope"]} {one["properties"]!["roleDefinitionId"]}".ToUpperInvariant());
        var group = (string?)world.Cloud.Get(SimulatedCloud.Subnet, "2023-09-01")["properties"]!["networkSecurityGroup"]?["id"];
        var rules = group is null ? [] : world.Cloud.Get(group, "2023-09-01")["properties"]!["securityRules"]!.AsArray().Select(static one => (string)one!["name"]!);
        return string.Join('\n', compute.Concat(rights.Order(StringComparer.Ordinal)).Concat(rules.Order(StringComparer.Ordinal)));
    }
}
