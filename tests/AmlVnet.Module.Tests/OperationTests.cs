using System.Management.Automation;
using System.Text;
using System.Text.Json.Nodes;

namespace AmlVnet.Module.Tests;

/// <summary>-NoWait and Wait-AmlOperation, -AsJob, and Ctrl+C.</summary>
public sealed class OperationTests
{
    [Fact]
    public void The_same_creation_again_gives_the_operation_that_runs()
    {
        using var world = new Rehearsal();
        var first = world.One(Rehearsal.New + " -NoWait");
        world.Run("Set-AmlSimulator -Advance 00:02:00");

        var second = world.One(Rehearsal.New + " -NoWait");

        Assert.Equal("CreateAksCompute", second.Kind);
        Assert.True(second.StartedOn - first.StartedOn < TimeSpan.FromMinutes(1), $"{first.StartedOn} {second.StartedOn}");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" -NoWait | Wait-AmlOperation")]
    public void A_creation_whose_answer_is_lost_is_followed(string more)
    {
        using var world = new Rehearsal();
        world.Cloud.Fail("""{ "method": "PUT", "times": 1, "kind": "LostAnswer", "resourceType": "Microsoft.MachineLearningServices/workspaces/computes" }""");

        Assert.Equal("Succeeded", world.One(Rehearsal.New + more).ProvisioningState);
    }

    [Fact]
    public void A_switch_whose_answer_is_lost_is_followed()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Rehearsal.Get + " | Grant-AksNetworkContributor");
        world.Cloud.Fail("""{ "method": "PUT", "times": 1, "kind": "LostAnswer", "resourceType": "Microsoft.MachineLearningServices/workspaces/computes" }""");

        Assert.True(world.One(Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type InternalLoadBalancer").IsPrivate);
    }

    [Fact]
    public void A_copy_that_is_a_table_is_resumed_too()
    {
        using var world = new Rehearsal();
        var operation = world.One(Rehearsal.New + " -NoWait");
        world.Runspace.SetVariable("table", new System.Collections.Hashtable { ["Token"] = (string)operation.Token });

        Assert.Equal("Succeeded", world.One("Wait-AmlOperation $table").ProvisioningState);
    }

    [Fact]
    public void What_NoWait_returned_is_resumed_in_each_form()
    {
        using var world = new Rehearsal();
        foreach (var (i, form) in "object clixml json token tokenText id".Split(' ').Index())
        {
            var name = $"way{i}";
            var operation = world.One($"New-AmlAksCompute myworkspacegroup myworkspace {name} -AgentCount 1 -ClusterPurpose DevTest -NoWait");
            Assert.Equal("CreateAksCompute", operation.Kind);
            Assert.Equal($"{SimulatedCloud.Workspace}/computes/{name}", operation.ResourceId);
            Assert.Equal("Creating", (string)world.Cloud.GetCompute(name)["properties"]!["provisioningState"]!);
            world.Runspace.SetVariable("operation", form switch
            {
                "clixml" => Rehearsal.Copy((object)operation),
                "json" => Rehearsal.JsonCopy(operation),
                "tokenText" => operation.Token,
                _ => operation,
            });

            var compute = world.One(form switch
            {
                "token" => "Wait-AmlOperation -Token $operation.Token",
                "id" => "Wait-AmlOperation -ResourceId $operation.ResourceId",
                _ => "$operation | Wait-AmlOperation",
            });

            Assert.Equal(name, compute.Name);
            Assert.Equal("Succeeded", compute.ProvisioningState);
            Assert.Empty(world.Cloud.Writes);
        }
    }

    [Fact]
    public void A_switch_is_resumed_too()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Set("assignmentSeconds", "0");
        world.Run(Rehearsal.Get + " | Grant-AksNetworkContributor");

        var operation = world.One(Rehearsal.Get + " | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait");

        Assert.Equal("SetAksLoadBalancer", operation.Kind);
        world.Runspace.SetVariable("operation", operation);
        Assert.True(world.One("$operation | Wait-AmlOperation").IsPrivate);
        // What is done already is not waited for again.
        Assert.True(world.One("$operation | Wait-AmlOperation").IsPrivate);
    }

    [Fact]
    public void Several_are_waited_for_at_once_and_an_old_failure_keeps_its_details()
    {
        using var world = new Rehearsal();
        world.Run("New-AmlAksCompute myworkspacegroup myworkspace good -AgentCount 1 -ClusterPurpose DevTest");
        world.Cloud.Fail("""
            { "method": "PUT", "pathContains": "/computes/bad", "kind": "FailOperation", "code": "QuotaExceeded", "message": "No cores are left." }
            """);

        var result = world.Try("""
            $all = 'good1', 'bad1', 'good2' | ForEach-Object { New-AmlAksCompute myworkspacegroup myworkspace $_ -AgentCount 1 -ClusterPurpose DevTest -NoWait }
            $all | Wait-AmlOperation
            """);

        Assert.Equal(["good1", "good2"], result.Output.Select(static one => (string)one.Properties["Name"].Value).Order());
        Assert.Single(result.Errors).Is("OperationFailed", ErrorCategory.InvalidResult, $"{SimulatedCloud.Workspace}/computes/bad1", "QuotaExceeded", "No cores are left.");
    }

    [Fact]
    public async Task Another_process_goes_on_where_this_one_left_off()
    {
        var state = Path.Combine(Path.GetTempPath(), $"amlvnet-{Guid.NewGuid():N}.state");
        string token;
        using (var world = new Rehearsal(clock: $"-VirtualClock -StatePath '{state}'"))
            token = world.One(Rehearsal.New + " -NoWait").Token;

        var run = await ShellProcess.RunAsync("-Command",
            $"$null = Connect-AmlVnet -Simulator -VirtualClock -StatePath '{state}'; $c = Wait-AmlOperation -Token '{token}'; \"$($c.Name) $($c.ProvisioningState) $($c.AgentCount)\"");

        Assert.DoesNotContain("Error", run.Error, StringComparison.Ordinal);
        Assert.Contains("myaks Succeeded 3", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
        File.Delete(state);
    }

    [Fact]
    public void A_wait_can_be_limited_and_taken_up_again()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New + " -NoWait");

        world.Error($"Wait-AmlOperation -ResourceId '{SimulatedCloud.Compute}' -TimeoutSeconds 120")
            .Is("WaitTimedOut", ErrorCategory.OperationTimeout, SimulatedCloud.Compute, "was not done after 2 minutes", "Creating")
            .Recommends($"Wait-AmlOperation -ResourceId '{SimulatedCloud.Compute}'");

        Assert.Equal("Succeeded", world.One($"Wait-AmlOperation -ResourceId '{SimulatedCloud.Compute}'").ProvisioningState);
    }

    [Fact]
    public void A_token_tells_what_it_is_of_without_a_request()
    {
        using var world = new Rehearsal();
        var operation = world.One(Rehearsal.New + " -NoWait");
        world.Runspace.SetVariable("token", operation.Token);

        Assert.Equal(operation, world.One("Get-AmlOperation -Token $token"));

        Assert.Empty(world.Cloud.Requests);
        world.Error("Get-AmlOperation -Token damaged").Is("InvalidOperationToken", ErrorCategory.InvalidArgument, null, "-Token");
    }

    [Fact]
    public void A_token_that_leads_to_another_host_is_refused_before_anything_is_asked()
    {
        using var world = new Rehearsal();
        var operation = world.One(Rehearsal.New + " -NoWait");
        foreach (var member in new[] { "poll", "request" })
        {
            var json = JsonNode.Parse(Convert.FromBase64String((string)operation.Token))!;
            json[member] = "https://management.example.com/subscriptions/x";
            world.Runspace.SetVariable("token", Convert.ToBase64String(Encoding.UTF8.GetBytes(json.ToJsonString())));

            world.Error("Wait-AmlOperation -Token $token").Is("InvalidOperationToken", ErrorCategory.InvalidArgument, null, "management.example.com")
                .Recommends("Wait-AmlOperation -ResourceId");

            Assert.Empty(world.Cloud.Requests);
        }
    }

    [Fact]
    public void An_operation_holds_scalars_only()
    {
        using var world = new Rehearsal();
        var operation = Assert.Single(world.Run(Rehearsal.New + " -NoWait"));
        Assert.Equal(["Kind", "OperationId", "ResourceId", "StartedOn", "Token"], operation.Properties.Select(static property => property.Name).Order(StringComparer.Ordinal));
        Assert.All(operation.Properties, static property => Assert.True(property.Value is string or DateTimeOffset));
    }

    [Fact]
    public void An_operation_shows_no_polling_address()
    {
        using var world = new Rehearsal();
        world.Runspace.SetVariable("operation", world.One(Rehearsal.New + " -NoWait"));
        dynamic operation = world.One("$operation");
        var poll = (string)JsonNode.Parse(Convert.FromBase64String((string)operation.Token))!["poll"]!;

        var result = world.Try("$operation | Wait-AmlOperation -Verbose -Debug");

        var streams = string.Join("\n", result.Verbose.Concat(result.Debug)) + world.Runspace.Show("$operation") + operation;
        Assert.Contains("CreateAksCompute", streams, StringComparison.Ordinal);
        Assert.DoesNotContain((string)operation.Token, streams, StringComparison.Ordinal);
        Assert.DoesNotContain(new Uri(poll).Query, streams, StringComparison.Ordinal);
        Assert.All(((PSObject)PSObject.AsPSObject(operation)).Properties.Where(static p => p.Name != "Token"),
            property => Assert.DoesNotContain("operationsStatus", property.Value?.ToString() ?? "", StringComparison.OrdinalIgnoreCase));
        foreach (var (name, value) in System.Web.HttpUtility.ParseQueryString(new Uri(poll).Query).AllKeys.Select(key => (key, System.Web.HttpUtility.ParseQueryString(new Uri(poll).Query)[key]!)))
            if (value.Length > 20)
                Assert.DoesNotContain(value, streams, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Rehearsal.New, "Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'")]
    [InlineData("Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'", "Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "'")]
    [InlineData("Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type PublicIp", "Run the same command again to go on.")]
    public async Task CtrlC_stops_the_waiting_and_says_how_to_go_on(string command, string words)
    {
        // On a clock of real seconds the ten minutes of a creation are far away when the command is stopped.
        using var world = new Rehearsal(clock: "-TimeScale 1");
        if (command != Rehearsal.New) world.Run(Rehearsal.New + " -NoWait");
        var running = world.Runspace.Start(command);
        while (!world.Host.Progress.Any(static record => record.RecordType == ProgressRecordType.Processing)) await Task.Delay(10, TestContext.Current.CancellationToken);

        running.Stop();
        var result = await running.Result;

        Assert.True(result.IsStopped);
        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Contains("WARNING: Stopped waiting", world.Host.Text, StringComparison.Ordinal);
        Assert.Contains(words, world.Host.Text, StringComparison.Ordinal);
        Assert.Equal("Creating", (string)world.Cloud.GetCompute()["properties"]!["provisioningState"]!);
    }

    [Fact]
    public async Task CtrlC_between_two_tries_of_a_switch_says_how_to_go_on()
    {
        using var world = new Rehearsal("existing-cluster", "-TimeScale 200");
        world.Cloud.Set("assignmentSeconds", "3600");
        world.Cloud.Set("switchMinutes", "0.1");
        var running = world.Runspace.Start(Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer");
        while (!world.Host.Progress.Any(static record => record.StatusDescription.Contains("min ago", StringComparison.Ordinal))) await Task.Delay(10, TestContext.Current.CancellationToken);

        running.Stop();

        Assert.True((await running.Result).IsStopped);
        Assert.Contains("WARNING: Stopped", world.Host.Text, StringComparison.Ordinal);
        Assert.Contains("again", world.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task CtrlC_while_the_directory_is_waited_for_says_how_to_go_on()
    {
        using var world = new Rehearsal(clock: "-TimeScale 20");
        world.Cloud.Set("principalWithTypeSeconds", "100000");
        world.Run(Rehearsal.New + " -NoWait");
        world.Cloud.Advance(TimeSpan.FromMinutes(11));
        var running = world.Runspace.Start(Rehearsal.Get + " | Grant-AksNetworkContributor");
        while (!world.Host.Progress.Any(static record => record.StatusDescription.Contains("waiting for the directory", StringComparison.Ordinal))) await Task.Delay(10, TestContext.Current.CancellationToken);

        running.Stop();

        Assert.True((await running.Result).IsStopped);
        Assert.Contains("WARNING: Stopped", world.Host.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void AsJob_gives_a_job_whose_end_is_the_result()
    {
        using var world = new Rehearsal();

        var job = (Job)world.One(Rehearsal.New + " -AsJob");
        world.Runspace.SetVariable("job", job);
        world.Run("$null = $job | Wait-Job");

        Assert.Equal(JobState.Completed, job.JobStateInfo.State);
        dynamic compute = Assert.Single(job.Output).BaseObject;
        Assert.Equal("Succeeded", compute.ProvisioningState);
        Assert.Contains(job.Progress, static record => record.Activity == "Creating AKS compute myaks");
        Assert.Equal("myaks", world.One("$job | Receive-Job").Name);
        Assert.Contains("New-AmlAksCompute", job.Command, StringComparison.Ordinal);
        Assert.Contains(world.Run("Get-Job"), one => ReferenceEquals(one.BaseObject, job));
    }

    [Fact]
    public void A_job_that_fails_is_failed_and_keeps_the_error()
    {
        using var world = new Rehearsal();

        var job = (Job)world.One(Rehearsal.New.Replace("10.0.0.0/16", "10.1.0.0/16", StringComparison.Ordinal) + " -AsJob");
        world.Runspace.SetVariable("job", job);
        world.Run("$null = $job | Wait-Job");

        Assert.Equal(JobState.Failed, job.JobStateInfo.State);
        Assert.Contains("AMLVNET-CIDR-002", Assert.Single(job.Error).ToString(), StringComparison.Ordinal);
        Assert.Empty(job.Output);
    }

    [Theory]
    [InlineData("$job | Stop-Job")]
    [InlineData("$job.StopJob()")]
    public async Task Stopping_a_job_stops_the_work_here(string stop)
    {
        using var world = new Rehearsal(clock: "-TimeScale 1");
        var job = (Job)world.One(Rehearsal.New + " -AsJob");
        world.Runspace.SetVariable("job", job);
        while (job.Progress.Count == 0) await Task.Delay(10, TestContext.Current.CancellationToken);
        Assert.Equal(JobState.Running, job.JobStateInfo.State);

        world.Run(stop);
        world.Run("$null = $job | Wait-Job");

        Assert.Equal(JobState.Stopped, job.JobStateInfo.State);
        Assert.Contains($"Wait-AmlOperation -ResourceId '{SimulatedCloud.Compute}'", Assert.Single(job.Warning).Message, StringComparison.Ordinal);
        Assert.Empty(job.Output);
        Assert.Equal("Creating", (string)world.Cloud.GetCompute()["properties"]!["provisioningState"]!);
    }

    [Fact]
    public void A_job_of_several_records_gives_them_all()
    {
        using var world = new Rehearsal("fleet");

        var job = (Job)world.One("Get-AmlWorkspace -Name 'fleetworkspace00[012]' | New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -AsJob -ThrottleLimit 2");
        world.Runspace.SetVariable("job", job);
        world.Run("$null = $job | Wait-Job");

        Assert.Equal(3, job.Output.Count);
    }

    [Theory]
    [InlineData("Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type InternalLoadBalancer -AsJob", "InternalLoadBalancer")]
    [InlineData("Remove-AmlAksCompute myworkspacegroup myworkspace myaks -PassThru -AsJob", null)]
    [InlineData("Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "' -AsJob", "PublicIp")]
    public void The_other_commands_that_wait_run_as_jobs_too(string command, string? type)
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Rehearsal.Get + " | Grant-AksNetworkContributor");

        var job = (Job)world.One(command);
        world.Runspace.SetVariable("job", job);
        world.Run("$null = $job | Wait-Job");

        Assert.Equal(JobState.Completed, job.JobStateInfo.State);
        dynamic result = Assert.Single(job.Output).BaseObject;
        if (type is null) Assert.Equal(true, result);
        else Assert.Equal(type, result.LoadBalancerType.ToString());
    }

    [Fact]
    public void A_job_cannot_ask()
    {
        using var world = new Rehearsal();
        var error = world.Error(Rehearsal.New + " -AsJob -Confirm");
        Assert.StartsWith("InvalidCombination,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("A job can't ask", error.ToString(), StringComparison.Ordinal);
        Assert.Empty(world.Run(Rehearsal.New + " -AsJob -WhatIf"));
        Assert.Contains("What if:", world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
    }
}
