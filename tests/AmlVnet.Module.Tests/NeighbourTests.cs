using System.Text.Json;

namespace AmlVnet.Module.Tests;

/// <summary>Computes that share a network security group, a name, an identity or a load balancer's probe with others.</summary>
public sealed class NeighbourTests
{
    private const string DenyAll = "\"sourceAddressPrefix\": \"*\", \"destinationPortRange\": \"*\"";
    private const string DenyProbe = "\"sourceAddressPrefix\": \"AzureLoadBalancer\", \"destinationPortRange\": \"*\"";
    private const string DenySsh = "\"sourceAddressPrefix\": \"*\", \"destinationPortRange\": \"22\"";
    private const string Subnet = RuleWorld.Subscription + "/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/";

    [Fact]
    public void Computes_of_one_name_in_two_workspaces_keep_their_rules()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/myaks", "ws2/myaks"]));

        var first = Rules(runspace, "Enable-AmlScoringAccess g ws1 myaks");
        var second = Rules(runspace, "Enable-AmlScoringAccess g ws2 myaks");
        dynamic again = Assert.Single(runspace.Invoke("Enable-AmlScoringAccess g ws1 myaks").OutputWithoutErrors()).BaseObject;

        Assert.False(again.IsChanged);
        Assert.Equal(2, first.Length);
        Assert.Single(first.Intersect(second), "AmlVnet-LoadBalancerProbe");
    }

    [Fact]
    public void A_compute_whose_name_begins_like_anothers_leaves_the_others_rules_alone()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aks", "ws1/aks-two"]));
        var others = Rules(runspace, "Enable-AmlScoringAccess g ws1 aks-two");

        runspace.Invoke("Enable-AmlScoringAccess g ws1 aks; Disable-AmlScoringAccess g ws1 aks").OutputWithoutErrors();

        Assert.Equal(others.Order(), Rules(runspace, "Enable-AmlScoringAccess g ws1 aks-two").Order());
        dynamic again = Assert.Single(runspace.Invoke("Enable-AmlScoringAccess g ws1 aks-two").OutputWithoutErrors()).BaseObject;
        Assert.False(again.IsChanged);
    }

    [Fact]
    public void The_probe_gets_no_rule_where_only_another_port_is_denied()
    {
        using var runspace = Connected(World(DenySsh, ["ws1/aaa"], isInternal: true));

        dynamic access = Assert.Single(runspace.Invoke("Enable-AmlScoringAccess g ws1 aaa").OutputWithoutErrors()).BaseObject;

        Assert.False(access.IsChanged);
        Assert.True(access.IsOpen);
    }

    [Fact]
    public void The_probes_rule_stays_while_another_cluster_is_behind_the_group()
    {
        using var runspace = Connected(World(DenyProbe, ["ws1/aaa", "ws1/bbb"], isInternal: true));
        runspace.Invoke("Enable-AmlScoringAccess g ws1 aaa; Enable-AmlScoringAccess g ws1 bbb").OutputWithoutErrors();

        var kept = Rules(runspace, "Disable-AmlScoringAccess g ws1 aaa");
        dynamic other = Assert.Single(runspace.Invoke("Enable-AmlScoringAccess g ws1 bbb").OutputWithoutErrors()).BaseObject;

        Assert.Equal(["AmlVnet-LoadBalancerProbe"], kept);
        Assert.False(other.IsChanged);
    }

    [Fact]
    public void A_role_that_two_clusters_have_by_one_identity_is_not_taken_from_the_other()
    {
        using var runspace = Connected(SharedIdentity);
        runspace.Invoke("Get-AmlAksCompute g ws1 | Enable-AmlPrivateInference").OutputWithoutErrors();

        var result = runspace.Invoke("Get-AmlAksCompute g ws1 c-k1 | Disable-AmlPrivateInference");
        var right = runspace.Invoke("Get-AmlAksCompute g ws1 c-k2 | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001 | ForEach-Object { \"$($_.Status)\" }");
        var revoked = runspace.Invoke("Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor");

        Assert.Contains(result.Warnings, static text => text.Contains("k2", StringComparison.Ordinal) && text.Contains("stays", StringComparison.Ordinal));
        Assert.Equal("Passed", Assert.Single(right.OutputWithoutErrors()).BaseObject);
        Assert.Contains(revoked.Warnings, static text => text.Contains("k2", StringComparison.Ordinal) && text.Contains("goes for all", StringComparison.Ordinal));
        Assert.False(((dynamic)Assert.Single(revoked.OutputWithoutErrors()).BaseObject).IsGranted);
    }

    [Fact]
    public void A_role_on_the_others_load_balancer_subnet_is_left_to_the_other()
    {
        using var runspace = Connected(SharedIdentity);
        runspace.Invoke("""
            Get-AmlAksCompute g ws1 c-k1 | Enable-AmlPrivateInference -ScopeLevel Subnet
            Get-AmlAksCompute g ws1 c-k2 | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb
            """).OutputWithoutErrors();
        const string Right = "Get-AmlAksCompute g ws1 c-k2 | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001 | ForEach-Object { \"$($_.Status)\" }";

        runspace.Invoke("Get-AmlAksCompute g ws1 c-k1 | Disable-AmlPrivateInference").OutputWithoutErrors();
        var afterDisable = Assert.Single(runspace.Invoke(Right).OutputWithoutErrors()).BaseObject;
        runspace.Invoke("Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor").OutputWithoutErrors();
        var afterRevoke = Assert.Single(runspace.Invoke(Right).OutputWithoutErrors()).BaseObject;
        dynamic named = Assert.Single(runspace.Invoke($"Get-AmlAksCompute g ws1 c-k1 | Revoke-AksNetworkContributor -Scope '{Subnet}lb'").OutputWithoutErrors()).BaseObject;

        Assert.Equal("Passed", afterDisable);
        Assert.Equal("Passed", afterRevoke);
        Assert.True(named.IsChanged);
    }

    [Fact]
    public void A_right_that_is_granted_in_half_ends_the_command()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"]));
        foreach (var answer in new[] { "No", "Yes" }) runspace.Host.Answers.Enqueue(answer);

        var result = runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb -Confirm");

        Assert.Empty(result.AllErrors);
        Assert.Empty(result.Output);
        Assert.Single(runspace.Host.Answers);
    }

    [Fact]
    public void A_rule_whose_effect_can_not_be_known_is_written_once()
    {
        using var runspace = Connected(SplitDefaultRoute);
        const string Open = "Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix Internet -Force";

        dynamic first = Assert.Single(runspace.Invoke(Open).OutputWithoutErrors()).BaseObject;
        dynamic second = Assert.Single(runspace.Invoke(Open).OutputWithoutErrors()).BaseObject;
        dynamic studio = Assert.Single(runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Enable-AmlStudioAccess").OutputWithoutErrors()).BaseObject;

        Assert.True(first.IsChanged);
        Assert.False(second.IsChanged);
        Assert.False(studio.IsOpen);
        Assert.Contains("0.0.0.0/1 to None", (string)studio.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_balancer_in_another_subnet_gets_the_right_there_too_and_Disable_takes_both()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"]));

        dynamic report = Assert.Single(runspace.Invoke(
            "Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -ScopeLevel Subnet -LoadBalancerSubnetName lb").OutputWithoutErrors()).BaseObject;
        dynamic undone = Assert.Single(runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Disable-AmlPrivateInference").OutputWithoutErrors()).BaseObject;
        var rights = runspace.Invoke($"foreach ($name in 's', 'lb') {{ Get-AmlAksCompute g ws1 aaa | Grant-AksNetworkContributor -Scope ('{Subnet}' + $name) | ForEach-Object IsChanged }}");

        Assert.True(report.IsPrivate);
        Assert.StartsWith("10.1.8.", (string)report.ScoringIPAddress, StringComparison.Ordinal);
        Assert.False(undone.IsPrivate);
        Assert.Equal([true, true], rights.OutputWithoutErrors().Select(static one => (bool)one.BaseObject));
    }

    [Fact]
    public void A_failed_check_after_a_change_does_not_say_that_nothing_was_changed()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"], delegatedTo: "Microsoft.Web/serverFarms"));

        var error = Assert.Single(runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -LoadBalancerSubnetName lb").AllErrors);

        Assert.Contains("AMLVNET-SUBNET", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("Done before: Grant", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Nothing was changed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_load_balancer_subnet_that_does_not_exist_is_refused_before_anything_is_changed()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"]));

        var result = runspace.Invoke("$VerbosePreference = 'Continue'; Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -LoadBalancerSubnetName nosuch");

        Assert.StartsWith("ResourceNotFound", Assert.Single(result.AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.DoesNotContain(result.Verbose, static line => line.Contains(" PUT ", StringComparison.Ordinal));
    }

    [Fact]
    public void The_shared_address_space_is_private_and_running_again_changes_nothing()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"], prefix: "100.64"));
        const string Enable = "Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference";

        dynamic report = Assert.Single(runspace.Invoke(Enable).OutputWithoutErrors()).BaseObject;
        dynamic again = Assert.Single(runspace.Invoke(Enable).OutputWithoutErrors()).BaseObject;

        Assert.True(report.IsPrivate);
        Assert.False(again.IsChanged);
    }

    [Fact]
    public void A_virtual_network_of_public_addresses_is_judged_by_the_frontend()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"], prefix: "131.107"));
        const string Enable = "Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference";

        runspace.Invoke(Enable).OutputWithoutErrors();
        dynamic again = Assert.Single(runspace.Invoke(Enable).OutputWithoutErrors()).BaseObject;
        dynamic endpoint = Assert.Single(runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Get-AmlAksEndpoint").OutputWithoutErrors()).BaseObject;

        Assert.False(again.IsChanged);
        Assert.True(endpoint.IsPrivate);
    }

    [Fact]
    public void WhatIf_shows_as_many_steps_as_the_real_run_takes()
    {
        using var runspace = Connected("locked-down");
        const string Open = "Enable-AmlStudioAccess -Profile All -SubnetId '"
            + RuleWorld.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'";

        runspace.Invoke(Open + " -WhatIf").OutputWithoutErrors();
        var shown = runspace.Host.Text.Split("What if:").Length - 1;
        dynamic access = Assert.Single(runspace.Invoke(Open).OutputWithoutErrors()).BaseObject;

        Assert.True(shown > 1);
        Assert.Equal(((string[])access.RuleName).Length, shown);
    }

    [Fact]
    public void WhatIf_over_a_switch_to_come_names_no_rule_for_the_address_that_goes()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"]));

        runspace.Invoke("Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference -SourceAddressPrefix Internet -WhatIf").OutputWithoutErrors();

        Assert.Contains("Let Internet in to the scoring endpoint of aaa", runspace.Host.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Add rule", runspace.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_asks_nothing_where_nobody_can_answer()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa"]));
        runspace.Host.IsInteractive = false;

        var result = runspace.Invoke("Enable-AmlScoringAccess g ws1 aaa -SourceAddressPrefix * -WhatIf");

        Assert.Empty(result.AllErrors);
        Assert.Contains("Add rule AmlVnet-Scoring-aaa-", runspace.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIf_over_a_failed_creation_prints_the_whole_plan()
    {
        using var runspace = Connected("how-to");
        const string Enable = """
            Get-AmlWorkspace myworkspacegroup myworkspace | Enable-AmlPrivateInference -Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 `
                -DockerBridgeCidr 172.17.0.1/16 -SubnetId
            """ + " '" + RuleWorld.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'";
        runspace.Invoke("Set-AmlSimulator -Fault @{ method = 'PUT'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; nth = 1; "
            + "kind = 'FailOperation'; code = 'Boom'; message = 'boom' }; " + Enable);

        var result = runspace.Invoke(Enable + " -WhatIf");

        Assert.Empty(result.AllErrors);
        Assert.Contains("Detach AKS compute myaks", runspace.Host.Text, StringComparison.Ordinal);
        Assert.Contains("Create AKS compute myaks", runspace.Host.Text, StringComparison.Ordinal);
        Assert.Contains("PublicIp -> InternalLoadBalancer", runspace.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_group_on_the_nodes_interfaces_counts_also_without_one_on_the_subnet()
    {
        using var runspace = Connected(InterfaceGroup);

        dynamic access = Assert.Single(runspace.Invoke("Enable-AmlScoringAccess g ws1 aaa").OutputWithoutErrors()).BaseObject;

        Assert.False(access.IsChanged);
        Assert.False(access.IsOpen);
        Assert.Contains("DenyIn", (string)access.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compute_of_an_attached_cluster_in_another_network_is_not_the_one_asked_for()
    {
        using var runspace = Connected("existing-cluster");

        var error = Assert.Single(runspace.Invoke("""
            $cluster = Get-AksClusterIdentity -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myaks
            New-AmlAksCompute myworkspacegroup myworkspace myaks -SubnetId ($cluster.SubnetId -replace 'default$', 'aks-subnet') `
                -ServiceCidr 10.9.0.0/16 -DnsServiceIP 10.9.0.10 -DockerBridgeCidr 172.17.0.1/16
            """).AllErrors);

        Assert.StartsWith("ComputeDiffers", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("10.9.0.0/16", error.ToString(), StringComparison.Ordinal);
        Assert.Contains("aks-subnet", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_workspace_that_can_not_be_read_hides_no_operation_of_another_one()
    {
        using var runspace = Connected(World(DenyAll, ["ws1/aaa", "ws2/bbb"]));

        var result = runspace.Invoke("""
            $started = Get-AmlAksCompute g ws2 bbb | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait
            Set-AmlSimulator -Fault @{ method = 'GET'; pathContains = '/workspaces/ws1/computes'; status = 403; code = 'AuthorizationFailed'; message = 'no' }
            Get-AmlOperation
            """);

        Assert.EndsWith("/computes/bbb", (string)((dynamic)Assert.Single(result.Output).BaseObject).ResourceId, StringComparison.Ordinal);
        Assert.Contains("AuthorizationFailed", Assert.Single(result.AllErrors).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_job_that_had_an_error_ends_failed_also_when_the_error_was_received_before()
    {
        using var runspace = Connected("existing-cluster");

        var state = Assert.Single(runspace.Invoke("""
            $compute = Get-AmlAksCompute myworkspacegroup myworkspace myaks
            $job = [pscustomobject]@{ Id = $compute.Id -replace 'myaks$', 'nosuch' }, $compute | Enable-AmlPrivateInference -AsJob -ThrottleLimit 1
            while ($job.Error.Count -eq 0) { [System.Threading.Thread]::Sleep(20) }
            $null = $job | Receive-Job -ErrorAction SilentlyContinue
            $null = $job | Wait-Job
            "$($job.State)"
            """).Output).BaseObject;

        Assert.Equal("Failed", state);
    }

    private const string InterfaceGroup = """
        {
          "resourceGroups": [{ "name": "g", "location": "eastus2" }],
          "virtualNetworks": [{ "resourceGroup": "g", "name": "v", "addressPrefixes": ["10.1.0.0/16"], "subnets": [{ "name": "s", "addressPrefix": "10.1.0.0/22" }] }],
          "storageAccounts": [{ "resourceGroup": "g", "name": "accws1" }],
          "workspaces": [{ "resourceGroup": "g", "name": "ws1", "storageAccount": "g/Microsoft.Storage/storageAccounts/accws1" }],
          "clusters": [{ "resourceGroup": "g", "name": "kk", "nodes": 3, "vmSize": "Standard_D3_v2", "identity": "SystemAssigned", "subnet": "g/Microsoft.Network/virtualNetworks/v/subnets/s" }],
          "computes": [{ "workspace": "g/Microsoft.MachineLearningServices/workspaces/ws1", "name": "aaa", "cluster": "g/Microsoft.ContainerService/managedClusters/kk", "clusterPurpose": "FastProd", "loadBalancerSubnet": "s" }],
          "resources": [{
            "id": "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/MC_g_kk_eastus2/providers/Microsoft.Network/networkSecurityGroups/aks-agentpool-nsg",
            "type": "Microsoft.Network/networkSecurityGroups", "location": "eastus2",
            "properties": {
              "provisioningState": "Succeeded",
              "networkInterfaces": [{ "id": "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/MC_g_kk_eastus2/providers/Microsoft.Network/networkInterfaces/n1" }],
              "securityRules": [{
                "id": "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/MC_g_kk_eastus2/providers/Microsoft.Network/networkSecurityGroups/aks-agentpool-nsg/securityRules/DenyIn",
                "name": "DenyIn",
                "properties": {
                  "provisioningState": "Succeeded", "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*", "sourceAddressPrefix": "*",
                  "destinationAddressPrefix": "*", "access": "Deny", "priority": 200, "direction": "Inbound"
                }
              }]
            }
          }]
        }
        """;

    private const string SharedIdentity = """
        {
          "settings": { "assignmentSeconds": 0 },
          "resourceGroups": [{ "name": "g", "location": "eastus2" }],
          "virtualNetworks": [{ "resourceGroup": "g", "name": "v", "addressPrefixes": ["10.1.0.0/16"], "subnets": [
            { "name": "s", "addressPrefix": "10.1.0.0/22" }, { "name": "lb", "addressPrefix": "10.1.8.0/24" }
          ] }],
          "storageAccounts": [{ "resourceGroup": "g", "name": "accws1" }],
          "workspaces": [{ "resourceGroup": "g", "name": "ws1", "storageAccount": "g/Microsoft.Storage/storageAccounts/accws1" }],
          "userAssignedIdentities": [{ "resourceGroup": "g", "name": "idn" }],
          "clusters": [
            { "resourceGroup": "g", "name": "k1", "nodes": 3, "vmSize": "Standard_D3_v2", "identity": "UserAssigned", "userAssignedIdentity": "g/Microsoft.ManagedIdentity/userAssignedIdentities/idn", "subnet": "g/Microsoft.Network/virtualNetworks/v/subnets/s" },
            { "resourceGroup": "g", "name": "k2", "nodes": 3, "vmSize": "Standard_D3_v2", "identity": "UserAssigned", "userAssignedIdentity": "g/Microsoft.ManagedIdentity/userAssignedIdentities/idn", "subnet": "g/Microsoft.Network/virtualNetworks/v/subnets/s" }
          ],
          "computes": [
            { "workspace": "g/Microsoft.MachineLearningServices/workspaces/ws1", "name": "c-k1", "cluster": "g/Microsoft.ContainerService/managedClusters/k1", "clusterPurpose": "FastProd" },
            { "workspace": "g/Microsoft.MachineLearningServices/workspaces/ws1", "name": "c-k2", "cluster": "g/Microsoft.ContainerService/managedClusters/k2", "clusterPurpose": "FastProd" }
          ]
        }
        """;

    private static readonly string SplitDefaultRoute = World(DenyProbe.Replace("AzureLoadBalancer", "198.51.100.0/24", StringComparison.Ordinal), ["ws1/aaa"])
        .Replace("\"virtualNetworks\"", """
            "routeTables": [{ "resourceGroup": "g", "name": "rt", "routes": [
              { "name": "low", "properties": { "addressPrefix": "0.0.0.0/1", "nextHopType": "None" } },
              { "name": "high", "properties": { "addressPrefix": "128.0.0.0/1", "nextHopType": "None" } }
            ] }],
            "virtualNetworks"
            """, StringComparison.Ordinal)
        .Replace("\"networkSecurityGroup\": \"nsg\"", "\"networkSecurityGroup\": \"nsg\", \"routeTable\": \"rt\"", StringComparison.Ordinal);

    /// <summary>Computes in one subnet, behind one network security group with one deny rule.</summary>
    private static string World(string deny, string[] computes, bool isInternal = false, string prefix = "10.1", string? delegatedTo = null)
    {
        const string Workspaces = "g/Microsoft.MachineLearningServices/workspaces/";
        var places = computes.Select(static one => one.Split('/')).ToArray();
        var names = places.Select(static place => place[0]).Distinct().ToArray();
        return $$"""
            {
              "settings": { "assignmentSeconds": 0, "principalSeconds": 0, "principalWithTypeSeconds": 0 },
              "resourceGroups": [{ "name": "g", "location": "eastus2" }],
              "networkSecurityGroups": [{ "resourceGroup": "g", "name": "nsg", "securityRules": [{ "name": "Theirs", "properties": {
                "protocol": "Tcp", "sourcePortRange": "*", "destinationAddressPrefix": "*", "access": "Deny", "priority": 200, "direction": "Inbound", {{deny}}
              } }] }],
              "virtualNetworks": [{ "resourceGroup": "g", "name": "v", "addressPrefixes": ["{{prefix}}.0.0/16"], "subnets": [
                { "name": "s", "addressPrefix": "{{prefix}}.0.0/22", "networkSecurityGroup": "nsg" }, { "name": "lb", "addressPrefix": "{{prefix}}.8.0/24"{{(delegatedTo is null ? "" : $$""", "delegations": ["{{delegatedTo}}"]""")}} }
              ] }],
              "storageAccounts": {{JsonSerializer.Serialize(names.Select(static name => new { resourceGroup = "g", name = "acc" + name }))}},
              "workspaces": {{JsonSerializer.Serialize(names.Select(static name => new { resourceGroup = "g", name, storageAccount = "g/Microsoft.Storage/storageAccounts/acc" + name }))}},
              "computes": [{{string.Join(", ", places.Select(place => $$"""
                { "workspace": "{{Workspaces}}{{place[0]}}", "name": "{{place[1]}}", "nodes": 1, "vmSize": "Standard_D4s_v3", "clusterPurpose": "DevTest",
                  {{(isInternal ? "\"loadBalancerSubnet\": \"s\"," : "")}} "subnet": "g/Microsoft.Network/virtualNetworks/v/subnets/s" }
                """))}}]
            }
            """;
    }

    private static string[] Rules(ModuleRunspace runspace, string command) =>
        (string[])((dynamic)Assert.Single(runspace.Invoke(command).OutputWithoutErrors()).BaseObject).RuleName;

    private static ModuleRunspace Connected(string scenario)
    {
        if (!scenario.Contains('{', StringComparison.Ordinal)) return AttachTests.Connected(scenario);
        var file = Path.Combine(Path.GetTempPath(), $"amlvnet-{Guid.NewGuid():N}.json");
        File.WriteAllText(file, scenario);
        try
        {
            return AttachTests.Connected(file);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
