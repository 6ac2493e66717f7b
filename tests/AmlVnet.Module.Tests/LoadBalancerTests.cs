using System.Management.Automation;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace AmlVnet.Module.Tests;

/// <summary>Set-AmlAksLoadBalancer.</summary>
public sealed partial class LoadBalancerTests
{
    private const string Set = Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type InternalLoadBalancer";
    private const string Grant = Rehearsal.Get + " | Grant-AksNetworkContributor";

    [Fact]
    public void A_compute_is_bound_from_whatever_names_it()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Runspace.SetVariable("copy", Rehearsal.Copy(Assert.Single(world.Run(Rehearsal.Get))));
        world.Runspace.SetVariable("access", Rehearsal.Copy(Assert.Single(world.Run(Grant))));
        var first = world.One(Set);
        Assert.True(first.IsPrivate);
        string[] ways =
        [
            "Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type InternalLoadBalancer",
            $"Set-AmlAksLoadBalancer -ResourceId '{SimulatedCloud.Compute}' -LoadBalancerType InternalLoadBalancer",
            $"'{SimulatedCloud.Compute}' | Set-AmlAksLoadBalancer -Type InternalLoadBalancer",
            $"[pscustomobject]@{{ Id = '{SimulatedCloud.Compute}' }} | Set-AmlAksLoadBalancer -Type InternalLoadBalancer",
            "$copy | Set-AmlAksLoadBalancer -Type InternalLoadBalancer",
            "$access | Set-AmlAksLoadBalancer -Type InternalLoadBalancer",
            Rehearsal.Get + " | Get-AksClusterIdentity | Set-AmlAksLoadBalancer -Type InternalLoadBalancer",
        ];

        foreach (var way in ways)
        {
            var result = world.Try(way + " -Verbose");
            dynamic compute = Assert.Single(result.OutputWithoutErrors()).BaseObject;
            Assert.Equal(first.ScoringIPAddress, compute.ScoringIPAddress);
            Assert.Contains(result.Verbose, static line => line.Contains("already; nothing is sent", StringComparison.Ordinal));
            Assert.Empty(world.Cloud.Writes);
        }
    }

    [Fact]
    public void The_address_moves_to_the_clusters_own_subnet_and_old_and_new_are_told()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        var before = (string)world.One(Rehearsal.Get).ScoringIPAddress;

        var result = world.Try(Set + " -Verbose");

        dynamic compute = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        // There is a subnet named aks-subnet too; it is not taken for its name.
        Assert.Equal("default", compute.LoadBalancerSubnet);
        Assert.StartsWith("10.1.0.", (string)compute.ScoringIPAddress, StringComparison.Ordinal);
        Assert.Equal(before, compute.PreviousScoringIPAddress);
        Assert.Contains(result.Verbose, line => line == $"Scoring address of myaks: {before} -> {compute.ScoringIPAddress}.");
    }

    [Fact]
    public void Another_subnet_of_the_network_can_be_named()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);

        var compute = world.One(Set + " -SubnetName aks-subnet");

        Assert.Equal("aks-subnet", compute.LoadBalancerSubnet);
        Assert.StartsWith("10.1.1.", (string)compute.ScoringIPAddress, StringComparison.Ordinal);
        compute = world.One(Set + " -SubnetName default");
        Assert.StartsWith("10.1.0.", (string)compute.ScoringIPAddress, StringComparison.Ordinal);
        Assert.StartsWith("10.1.1.", (string)compute.PreviousScoringIPAddress, StringComparison.Ordinal);
    }

    [Fact]
    public void And_back_to_a_public_address()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        var inside = world.One(Set);

        var compute = world.One(Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type PublicIp");

        Assert.Equal("PublicIp", compute.LoadBalancerType.ToString());
        Assert.False(compute.IsPrivate);
        Assert.Equal(inside.ScoringIPAddress, compute.PreviousScoringIPAddress);
        Assert.Null(compute.LoadBalancerSubnet);
        world.Run(Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type PublicIp");
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Without_the_right_it_refuses_with_the_finding_and_the_command_that_mends_it()
    {
        using var world = new Rehearsal("existing-cluster");

        var error = world.Error(Set).Is("CheckFailed", ErrorCategory.InvalidOperation, SimulatedCloud.Subnet, "AMLVNET-RBAC-001", "subnets/join/action", "Nothing was changed.");

        error.Recommends("Grant-AksNetworkContributor -Cluster '");
        error.Recommends("-SkipCheck AMLVNET-RBAC-001 goes on all the same.");
        Assert.Empty(world.Cloud.Writes);
        var command = error.ErrorDetails.RecommendedAction.Split('\n')[0].Trim();
        Assert.True(world.One(command).IsGranted);
        Assert.True(world.One(Set).IsPrivate);
    }

    [Fact]
    public void The_check_can_be_skipped_and_the_service_then_says_why_not()
    {
        using var world = new Rehearsal("existing-cluster");

        var result = world.Try(Set + " -SkipCheck AMLVNET-RBAC-001");

        Assert.Contains(result.Warnings, static warning => warning.StartsWith("AMLVNET-RBAC-001: ", StringComparison.Ordinal));
        var error = Assert.Single(result.AllErrors).Is("OperationFailed", ErrorCategory.InvalidResult, SimulatedCloud.Compute, "Scoring FE IP address not updated yet.",
            "does not have authorization to perform action 'Microsoft.Network/virtualNetworks/subnets/read'");
        dynamic exception = error.Exception;
        Assert.Equal("BadRequest", exception.Code);
        Assert.Equal("LoadBalancerNotReady", exception.Error.Details[0].Code);
        Assert.Single(world.Cloud.Writes);
        var compute = world.One(Rehearsal.Get);
        Assert.Equal("Failed", compute.ProvisioningState);
        Assert.Equal("Scoring FE IP address not updated yet.", compute.Errors[0].Message);

        // A compute whose last switch failed can be switched once the right is there.
        world.Run(Grant);
        Assert.True(world.One(Set).IsPrivate);
    }

    [Fact]
    public void A_switch_is_sent_again_while_the_right_is_fresh()
    {
        using var world = new Rehearsal();
        world.Cloud.Set("assignmentSeconds", "1500");

        var compute = world.One(ChainTests.Chain);

        Assert.True(compute.IsPrivate);
        Assert.True(world.Cloud.Writes.Count(static write => write.Path.EndsWith("/computes/myaks", StringComparison.Ordinal)) > 3);
        var ages = world.Host.Progress.Select(static record => GrantedAgo().Match(record.StatusDescription)).Where(static match => match.Success)
            .Select(static match => int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.True(ages.Count > 2);
        Assert.Equal(ages.Order(), ages);
        Assert.InRange(ages[^1], 5, 59);
    }

    [Fact]
    public void A_right_that_is_never_felt_is_given_up_after_an_hour()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("assignmentSeconds", "10000000");
        world.Run(Grant);
        var start = world.Cloud.Now;

        world.Error(Set + " -TimeoutSeconds 86400").Is("OperationFailed", ErrorCategory.InvalidResult, SimulatedCloud.Compute, "Scoring FE IP address not updated yet.");

        Assert.InRange(world.Cloud.Now - start, TimeSpan.FromMinutes(50), TimeSpan.FromMinutes(75));
    }

    [Fact]
    public void The_retries_end_with_the_timeout()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("assignmentSeconds", "10000000");
        world.Run(Grant);
        var start = world.Cloud.Now;

        world.Error(Set + " -TimeoutSeconds 600").Is("WaitTimedOut", ErrorCategory.OperationTimeout, SimulatedCloud.Compute, "The try before failed:", "Scoring FE IP address not updated yet.");

        Assert.True(world.Cloud.Now - start < TimeSpan.FromMinutes(15));
    }

    [Fact]
    public void A_wait_that_outlasts_the_timeout_is_an_error_that_says_how_to_go_on()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        world.Cloud.Set("switchMinutes", "600.0");

        world.Error(Set + " -TimeoutSeconds 300").Is("WaitTimedOut", ErrorCategory.OperationTimeout, SimulatedCloud.Compute, "It may still go on.")
            .Recommends($"Wait-AmlOperation -ResourceId '{SimulatedCloud.Compute}'");
    }

    [Fact]
    public void A_compute_that_is_being_made_is_waited_for()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");
        Assert.Equal("Creating", world.One(Rehearsal.Get).ProvisioningState);

        var compute = world.One(Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");

        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void A_compute_that_another_change_is_at_is_waited_for()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("assignmentSeconds", "0");
        world.Run(Grant);
        world.Run(Set + " -NoWait");
        Assert.Equal("Updating", world.One(Rehearsal.Get).ProvisioningState);

        Assert.True(world.One(Set).IsPrivate);

        Assert.Empty(world.Cloud.Writes);
        Assert.Contains(world.Host.Progress, static record => record.Activity == "Waiting for myaks to be ready" && record.StatusDescription.StartsWith("Updating", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_shows_before_and_after_and_waits_for_nothing()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        var address = (string)world.One(Rehearsal.Get).ScoringIPAddress;
        var before = world.Cloud.Now;

        Assert.Empty(world.Run(Set + " -WhatIf"));

        Assert.Contains($"What if: [simulator] Set the load balancer of myaks: PublicIp -> InternalLoadBalancer with an address of subnet default "
            + $"(scoring address now {address}) (\"{SimulatedCloud.Compute}\").", world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
        Assert.Equal(before, world.Cloud.Now);
    }

    [Theory]
    [InlineData(Set)]
    [InlineData(Rehearsal.Get + " | Grant-AksNetworkContributor")]
    [InlineData("Enable-AmlScoringAccess myworkspacegroup myworkspace myaks")]
    [InlineData(Rehearsal.Get + " | Enable-AmlPrivateInference")]
    [InlineData(Rehearsal.Get + " | Revoke-AksNetworkContributor")]
    public void WhatIf_on_a_compute_that_is_being_made_says_so_and_waits_for_nothing(string command)
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");
        var before = world.Cloud.Now;

        world.Error(command + " -WhatIf").Is("WrongState", ErrorCategory.InvalidOperation, SimulatedCloud.Compute, "Creating").Recommends("Wait-AmlOperation");

        Assert.Equal(before, world.Cloud.Now);
    }

    [Fact]
    public void A_compute_that_is_not_ready_in_time_is_said_not_to_be_switched()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");

        world.Error(Set + " -TimeoutSeconds 30").Is("NotSwitched", ErrorCategory.OperationTimeout, SimulatedCloud.Compute, "was not switched", "Creating")
            .Recommends("Run the same command again");

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void What_can_not_be_checked_is_warned_of_and_a_failure_names_the_grant()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run("Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/*'");

        var result = world.Try(Set + " -SubnetName aks-subnet");

        Assert.Contains(result.Warnings, static text => text.Contains("Not checked: AMLVNET-RBAC-001", StringComparison.Ordinal));
        Assert.Single(result.AllErrors).Recommends("Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName 'aks-subnet'");
    }

    [Fact]
    public void A_grant_that_is_piped_tells_its_age_where_the_assignments_can_not_be_read()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("assignmentSeconds", "600.0");
        world.Runspace.SetVariable("access", world.One(Grant));
        world.Run("Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/*'");

        dynamic compute = Assert.Single(world.Try("$access | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").OutputWithoutErrors()).BaseObject;

        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void WhatIf_without_the_right_says_so()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Error(Set + " -WhatIf").Is("CheckFailed", ErrorCategory.InvalidOperation, SimulatedCloud.Subnet, "AMLVNET-RBAC-001");
    }

    [Fact]
    public void Confirm_asks_with_before_and_after()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Grant);
        world.Host.Answers.Enqueue("No");

        Assert.Empty(world.Run(Set + " -Confirm"));

        Assert.Contains("PublicIp -> InternalLoadBalancer", Assert.Single(world.Host.Prompts).Message, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
        world.Host.Answers.Enqueue("Yes");
        Assert.True(world.One(Set + " -Confirm").IsPrivate);
    }

    [Fact]
    public void Access_from_a_bare_cluster_names_no_compute()
    {
        using var world = new Rehearsal("existing-cluster");

        var result = world.Try($"'{SimulatedCloud.ExistingCluster}' | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");

        Assert.Empty(result.Output);
        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith("ComputeNotNamed,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        error.Recommends("-ResourceGroupName");
        error.Recommends("-WorkspaceName");
        error.Recommends("-Name");
        Assert.DoesNotContain(world.Cloud.Writes, static write => write.Path.Contains("/computes/", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void What_else_the_compute_has_stays_as_it_is()
    {
        using var world = new Rehearsal();
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=www.contoso.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var folder = Directory.CreateTempSubdirectory("amlvnet").FullName;
        File.WriteAllText(Path.Combine(folder, "cert.pem"), certificate.ExportCertificatePem());
        File.WriteAllText(Path.Combine(folder, "key.pem"), key.ExportPkcs8PrivateKeyPem());
        world.Run(Rehearsal.New + $" -SslCertificatePath '{folder}/cert.pem' -SslKeyPath '{folder}/key.pem' -SslCname www.contoso.com"
            + " -Description 'for scoring' -Tag @{ team = 'ml' } -AgentCount 4 -ClusterPurpose DenseProd");
        var before = world.Cloud.GetCompute();

        var compute = world.One(Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");

        Assert.Equal("Enabled", compute.SslStatus);
        Assert.Equal("www.contoso.com", compute.SslCname);
        Assert.Equal("for scoring", compute.Description);
        Assert.Equal("ml", compute.Tags["team"]);
        Assert.Equal(4, compute.AgentCount);
        var after = world.Cloud.GetCompute();
        foreach (var one in new[] { before, after })
        {
            one["properties"]!.AsObject().Remove("modifiedOn");
            foreach (var changed in new[] { "loadBalancerType", "loadBalancerSubnet", "systemServices" }) one["properties"]!["properties"]!.AsObject().Remove(changed);
        }

        Assert.Equal(before.ToJsonString(), after.ToJsonString());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_certificate_of_Microsofts_cannot_go_private()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -SslLeafDomainLabel contoso");
        world.Run(Grant);

        world.Error(Set).Is("CheckFailed", ErrorCategory.InvalidOperation, SimulatedCloud.Compute, "AMLVNET-COMPUTE-006", "contoso");

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void A_subnet_without_a_free_address_is_refused_before_anything_is_sent()
    {
        var scenario = Rehearsal.WriteScenario("""
            { "resourceGroups": [{ "name": "myworkspacegroup", "location": "eastus2" }, { "name": "mygroup", "location": "eastus2" }],
              "virtualNetworks": [{ "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"], "subnets": [
                { "name": "nodes", "addressPrefix": "10.1.0.0/24" }, { "name": "tiny", "addressPrefix": "10.1.1.0/29" }] }],
              "workspaces": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspace" }],
              "computes": [COMPUTES] }
            """.Replace("COMPUTES", string.Join(", ", "myaks one two three".Split(' ').Select(static name => $$"""
                { "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "{{name}}", "nodes": 1, "maxPods": 10,
                  "clusterPurpose": "DevTest", "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/nodes" }
                """)), StringComparison.Ordinal));
        using var world = new Rehearsal(scenario);
        File.Delete(scenario);
        world.Run(Grant);
        world.Run("""
            'one', 'two', 'three' | ForEach-Object { Get-AmlAksCompute myworkspacegroup myworkspace $_ } | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName tiny
            """);

        world.Error(Set + " -SubnetName tiny").Is("CheckFailed", ErrorCategory.InvalidOperation, SimulatedCloud.Network + "/subnets/tiny", "AMLVNET-SUBNET-004");

        Assert.Empty(world.Cloud.Writes);
    }

    [GeneratedRegex("granted (\\d+) min ago")]
    private static partial Regex GrantedAgo();
}
