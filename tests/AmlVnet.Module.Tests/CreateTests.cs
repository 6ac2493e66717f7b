using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>New-AmlAksCompute.</summary>
public sealed class CreateTests
{
    [Fact]
    public void A_workspace_is_bound_from_whatever_names_it()
    {
        using var world = new Rehearsal();
        world.Runspace.SetVariable("copy", Rehearsal.Copy(Assert.Single(world.Run("Get-AmlWorkspace"))));
        var settings = "-AgentCount 1 -ClusterPurpose DevTest";
        string[] ways =
        [
            $"New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name way0 {settings}",
            $"New-AmlAksCompute myworkspacegroup myworkspace -ComputeName way1 {settings}",
            $"Get-AmlWorkspace | New-AmlAksCompute -Name way2 {settings}",
            $"'{SimulatedCloud.Workspace}' | New-AmlAksCompute -Name way3 {settings}",
            $"[pscustomobject]@{{ Id = '{SimulatedCloud.Workspace}' }} | New-AmlAksCompute -Name way4 {settings}",
            $"[pscustomobject]@{{ ResourceId = '{SimulatedCloud.Workspace}' }} | New-AmlAksCompute -Name way5 {settings}",
            $"@{{ Id = '{SimulatedCloud.Workspace}' }} | New-AmlAksCompute -Name way6 {settings}",
            $"$copy | New-AmlAksCompute -Name way7 {settings}",
            $"New-AmlAksCompute -Workspace (Get-AmlWorkspace) -Name way8 {settings}",
            $"New-AmlAksCompute -InputObject '{SimulatedCloud.Workspace}' -Name way9 {settings}",
        ];

        for (var i = 0; i < ways.Length; i++)
        {
            var compute = world.One(ways[i]);
            Assert.Equal($"{SimulatedCloud.Workspace}/computes/way{i}", compute.Id);
            Assert.Equal("Succeeded", compute.ProvisioningState);
        }
    }

    [Fact]
    public void Every_setting_arrives()
    {
        using var world = new Rehearsal();

        var compute = world.One("New-AmlAksCompute myworkspacegroup myworkspace myaks -NodeCount 4 -VmSize Standard_D4s_v3 -ClusterPurpose DenseProd"
            + $" -SubnetId '{SimulatedCloud.Subnet.ToUpperInvariant().Replace("/SUBSCRIPTIONS", "/subscriptions", StringComparison.Ordinal)}'"
            + " -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -Location 'East US 2'"
            + " -SslLeafDomainLabel contoso -SslOverwriteExistingDomain -Description 'for scoring' -Tag @{ team = 'ml'; cost = 7 }");

        Assert.Equal(4, compute.AgentCount);
        Assert.Equal("Standard_D4s_v3", compute.AgentVmSize);
        Assert.Equal("DenseProd", compute.ClusterPurpose.ToString());
        Assert.Equal(SimulatedCloud.Subnet, (string)compute.SubnetId, ignoreCase: true);
        Assert.Equal("10.0.0.0/16", compute.ServiceCidr);
        Assert.Equal("10.0.0.10", compute.DnsServiceIP);
        Assert.Equal("172.17.0.1/16", compute.DockerBridgeCidr);
        Assert.Equal("eastus2", compute.Location);
        Assert.Equal("Auto", compute.SslStatus);
        Assert.Equal("contoso", compute.SslLeafDomainLabel);
        Assert.Equal("for scoring", compute.Description);
        Assert.Equal("ml", compute.Tags["team"]);
        Assert.Equal("7", compute.Tags["cost"]);
        Assert.Equal("PublicIp", compute.LoadBalancerType.ToString());
        Assert.False(compute.IsPrivate);
        Assert.False(compute.IsAttached);
        Assert.NotNull(compute.CreatedOn);
        Assert.Empty((object[])compute.Errors);
        Assert.Equal("myworkspace", compute.WorkspaceName);
        Assert.Equal("myworkspacegroup", compute.ResourceGroupName);
        Assert.NotEqual("myaks", ((string)compute.ClusterId).Split('/')[^1]);
    }

    [Fact]
    public void What_is_not_given_has_the_defaults_of_the_services_own_client()
    {
        using var world = new Rehearsal();

        var compute = world.One("New-AmlAksCompute myworkspacegroup myworkspace myaks -VnetResourceGroupName mygroup -VnetName mynetwork -SubnetName default"
            + " -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16");

        Assert.Equal(3, compute.AgentCount);
        Assert.Equal("Standard_D3_v2", compute.AgentVmSize);
        Assert.Equal("FastProd", compute.ClusterPurpose.ToString());
        Assert.Equal(SimulatedCloud.Subnet, compute.SubnetId);
    }

    [Theory]
    [InlineData(Rehearsal.New + " -WhatIf")]
    [InlineData("$WhatIfPreference = $true; " + Rehearsal.New)]
    public void WhatIf_reads_checks_and_says_what_it_would_make(string script)
    {
        using var world = new Rehearsal();

        Assert.Empty(world.Run(script));

        Assert.Contains(
            "What if: [simulator] Create AKS compute myaks in eastus2: 3 x Standard_D3_v2, FastProd in subnet default of mynetwork, service CIDR 10.0.0.0/16; "
                + $"its endpoint is public at first (\"{SimulatedCloud.Compute}\").",
            world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
        Assert.Contains(world.Cloud.Requests, static request => request.Path.EndsWith("/virtualNetworks/mynetwork", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIf_finds_what_is_wrong()
    {
        using var world = new Rehearsal();
        world.Error(Rehearsal.New.Replace("10.0.0.0/16", "10.1.0.0/16", StringComparison.Ordinal) + " -WhatIf")
            .Is("CheckFailed", ErrorCategory.InvalidOperation, "ServiceCidr", "AMLVNET-CIDR-002", "Nothing was changed");
    }

    [Fact]
    public void WhatIf_emits_nothing_where_the_compute_is_there_already()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");
        var before = world.Cloud.Now;

        Assert.Empty(world.Run(Rehearsal.New + " -WhatIf"));

        Assert.Empty(world.Cloud.Writes);
        Assert.Equal(before, world.Cloud.Now);
    }

    [Fact]
    public void In_a_chain_under_WhatIf_only_the_first_step_shows()
    {
        using var world = new Rehearsal();

        Assert.Empty(world.Run("$WhatIfPreference = $true; " + ChainTests.Chain));

        Assert.Single(world.Host.Text.Split('\n'), static line => line.StartsWith("What if: ", StringComparison.Ordinal));
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void A_step_declined_skips_what_depends_on_it()
    {
        using var world = new Rehearsal();
        world.Host.Answers.Enqueue("No");

        Assert.Empty(world.Run("Get-AmlWorkspace | New-AmlAksCompute -Name myaks -Confirm | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer"));

        Assert.Contains("Create AKS compute myaks", Assert.Single(world.Host.Prompts).Message, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Yes_makes_one_and_no_passes_the_other_by()
    {
        using var world = new Rehearsal("fleet");
        world.Host.Answers.Enqueue("Yes");
        world.Host.Answers.Enqueue("No");

        var made = world.Run("Get-AmlWorkspace -Name 'fleetworkspace00[01]' | New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -Confirm");

        Assert.Single(made);
        Assert.Equal(2, world.Host.Prompts.Count);
        Assert.Single(world.Cloud.Writes);
    }

    [Fact]
    public void Yes_to_all_is_asked_once()
    {
        using var world = new Rehearsal("fleet");
        world.Host.Answers.Enqueue("Yes to All");

        var made = world.Run("Get-AmlWorkspace -Name 'fleetworkspace00[012]' | New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -Confirm");

        Assert.Equal(3, made.Count);
        Assert.Single(world.Host.Prompts);
    }

    [Fact]
    public void A_host_that_cannot_ask_gets_an_error_that_names_the_parameter()
    {
        using var world = new Rehearsal();
        world.Host.IsInteractive = false;

        world.Error(Rehearsal.New + " -Confirm").Is("CannotAsk", ErrorCategory.InvalidOperation, null, "can't ask", "Create AKS compute myaks").Recommends("-Confirm:$false");

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void The_same_again_is_found_and_nothing_is_sent()
    {
        using var world = new Rehearsal();
        var first = world.One(Rehearsal.New);
        string[] again =
        [
            Rehearsal.New,
            "New-AmlAksCompute myworkspacegroup myworkspace myaks",
            Rehearsal.New + " -Location 'East US 2' -AgentVmSize standard_d3_V2 -AgentCount 3",
            $"New-AmlAksCompute myworkspacegroup myworkspace myaks -SubnetId '{SimulatedCloud.Subnet.Replace("resourceGroups", "resourcegroups", StringComparison.Ordinal)}'",
            Rehearsal.New + " -Tag @{ team = 'ml' }",
        ];

        foreach (var script in again)
        {
            var result = world.Try(script + " -Verbose");
            dynamic found = Assert.Single(result.OutputWithoutErrors()).BaseObject;
            Assert.Equal(first.ScoringIPAddress, found.ScoringIPAddress);
            Assert.Contains(result.Verbose, static line => line.StartsWith("Found existing compute", StringComparison.Ordinal));
            Assert.Empty(world.Cloud.Writes);
        }
    }

    [Fact]
    public void One_with_other_settings_is_an_error_that_lists_each_difference()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -Description mine");

        world.Error("New-AmlAksCompute myworkspacegroup myworkspace myaks -AgentCount 5 -AgentVmSize Standard_D4s_v3 -ClusterPurpose DevTest -ServiceCidr 10.2.0.0/16"
            + " -Description yours")
            .Is("ComputeDiffers", ErrorCategory.ResourceExists, SimulatedCloud.Compute, "AgentCount is 3, not 5", "AgentVmSize is Standard_D3_v2, not Standard_D4s_v3",
                "ClusterPurpose is FastProd, not DevTest", "ServiceCidr is 10.0.0.0/16, not 10.2.0.0/16",
                "Description is mine, not yours")
            .Recommends($"Remove-AmlAksCompute -ResourceId '{SimulatedCloud.Compute}'");

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void One_that_is_still_being_made_is_waited_for()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");

        var compute = world.One(Rehearsal.New);

        Assert.Equal("Succeeded", compute.ProvisioningState);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void A_creation_that_fails_says_what_the_service_says_and_a_second_run_says_what_to_do()
    {
        using var world = new Rehearsal();
        world.Cloud.Fail("""
            { "method": "PUT", "resourceType": "Microsoft.MachineLearningServices/workspaces/computes", "times": 1, "kind": "FailOperation",
              "code": "QuotaExceeded", "message": "The regional quota of cores is used up." }
            """);

        world.Error(Rehearsal.New).Is("OperationFailed", ErrorCategory.InvalidResult, SimulatedCloud.Compute, "QuotaExceeded", "The regional quota of cores is used up.");
        world.Error(Rehearsal.New).Is("ComputeFailed", ErrorCategory.InvalidOperation, SimulatedCloud.Compute, "QuotaExceeded").Recommends("Remove-AmlAksCompute");
        Assert.Empty(world.Cloud.Writes);

        world.Run("Remove-AmlAksCompute myworkspacegroup myworkspace myaks");
        Assert.Equal("Succeeded", world.One(Rehearsal.New).ProvisioningState);
    }

    [Fact]
    public void What_the_service_refuses_keeps_its_code_and_its_request_id()
    {
        using var world = new Rehearsal();
        world.Cloud.Fail("""{ "method": "PUT", "status": 400, "code": "BadArgument", "message": "Not today." }""");

        var error = world.Error(Rehearsal.New).Is("RequestRefused", ErrorCategory.InvalidArgument, SimulatedCloud.Compute, "BadArgument: Not today.", "HTTP 400");

        dynamic exception = error.Exception;
        Assert.Equal("BadArgument", exception.Code);
        Assert.Equal(400, exception.Status);
        Assert.NotNull(exception.RequestId);
        Assert.NotNull(exception.CorrelationId);
    }

    [Fact]
    public void A_check_can_be_skipped_and_then_the_service_judges()
    {
        using var world = new Rehearsal();

        var result = world.Try(Rehearsal.New + " -AgentCount 2 -SkipCheck amlvnet-compute-001,AMLVNET-COMPUTE-002");

        Assert.Contains(result.Warnings, static warning => warning.StartsWith("AMLVNET-COMPUTE-001: ", StringComparison.Ordinal));
        Assert.Single(result.AllErrors).Is("OperationFailed", ErrorCategory.InvalidResult, SimulatedCloud.Compute, "At least 3 machine(s) are required");
    }

    [Fact]
    public void Records_run_side_by_side_up_to_the_limit()
    {
        var workspaces = string.Join(", ", Enumerable.Range(0, 10).Select(i => $$"""{ "resourceGroup": "group", "name": "workspace{{i}}" }"""));
        var scenario = Rehearsal.WriteScenario($$"""{ "resourceGroups": [{ "name": "group", "location": "eastus2" }], "workspaces": [{{workspaces}}] }""");

        // The wait is real here, and short: how far a clock runs ahead that nobody waits for says nothing of what runs beside what.
        var (starts, ends) = Make("-TimeScale 120", 10);
        Assert.True(starts.Max() < ends.Min(), "A creation began only when another one had ended.");

        (starts, ends) = Make("-VirtualClock", 1);
        Assert.All(Enumerable.Range(1, 9), i => Assert.True(starts[i] >= ends[i - 1], "Two creations ran side by side."));
        File.Delete(scenario);

        (List<DateTimeOffset> Starts, List<DateTimeOffset> Ends) Make(string clock, int limit)
        {
            using var world = new Rehearsal(scenario, clock);
            var made = world.Run($"Get-AmlWorkspace | New-AmlAksCompute -Name myaks -AgentCount 1 -ClusterPurpose DevTest -ThrottleLimit {limit}");
            Assert.Equal(10, made.Count);
            var times = made.Select(one => ((DateTimeOffset)one.Properties["CreatedOn"].Value, (DateTimeOffset)one.Properties["ModifiedOn"].Value)).OrderBy(t => t.Item1).ToList();
            return (times.ConvertAll(t => t.Item1), times.ConvertAll(t => t.Item2));
        }
    }

    [Fact]
    public void One_record_that_fails_does_not_hold_the_others_up()
    {
        using var world = new Rehearsal("fleet");
        world.Cloud.Fail("""{ "method": "PUT", "pathContains": "fleetworkspace001", "status": 400, "code": "BadArgument", "message": "Not this one." }""");

        var result = world.Try("Get-AmlWorkspace -Name 'fleetworkspace00[012]' | New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest");

        Assert.Equal(2, result.Output.Count);
        Assert.Contains("fleetworkspace001", Assert.Single(result.Errors).TargetObject.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Progress_tells_the_elapsed_time_and_the_services_state()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New);

        var shown = world.Host.Progress.Where(static record => record.Activity == "Creating AKS compute myaks").ToList();

        Assert.Contains(shown, static record => record.StatusDescription.StartsWith("InProgress, 00:0", StringComparison.Ordinal));
        Assert.Equal(ProgressRecordType.Completed, shown[^1].RecordType);
        Assert.Single(shown.Select(static record => record.ActivityId).Distinct());
    }

    [Fact]
    public void A_path_that_names_no_file_system_is_one_error()
    {
        using var world = new Rehearsal();
        foreach (var path in new[] { "nodrive:/cert.pem", "Variable:/cert.pem" })
        {
            var result = world.Try(Rehearsal.New + $" -SslCertificatePath '{path}' -SslKeyPath key.pem -SslCname www.contoso.com");
            Assert.Null(result.Terminating);
            Assert.Single(result.Errors).Is("FileUnreadable", ErrorCategory.InvalidArgument, path, "-SslCertificatePath", path);
            Assert.Empty(world.Cloud.Writes);
        }
    }
}
