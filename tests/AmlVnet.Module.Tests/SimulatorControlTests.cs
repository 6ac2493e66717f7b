namespace AmlVnet.Module.Tests;

/// <summary>Driving the simulator from the shell: faults, delays, permissions, the clock and the log.</summary>
public sealed class SimulatorControlTests
{
    [Fact]
    public void A_failed_operation_can_be_rehearsed_and_the_command_run_again()
    {
        using var runspace = AttachTests.Connected("how-to");
        runspace.Invoke("""
            Set-AmlSimulator -Fault @{ Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Nth = 2; Times = 1; Kind = 'FailOperation'; Code = 'InternalServerError'; Message = 'Rehearsed.' }
            """).OutputWithoutErrors();

        var first = runspace.Invoke(ChainTests.Chain);
        var second = runspace.Invoke(ChainTests.Chain);

        var error = Assert.Single(first.AllErrors);
        Assert.StartsWith("OperationFailed", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Rehearsed.", error.ToString(), StringComparison.Ordinal);
        dynamic compute = Assert.Single(second.OutputWithoutErrors()).BaseObject;
        Assert.True(compute.IsPrivate);
    }

    [Fact]
    public void A_caller_without_the_right_to_assign_roles_gets_Azures_refusal()
    {
        using var runspace = AttachTests.Connected("existing-cluster");
        runspace.Invoke("Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/roleAssignments/write'").OutputWithoutErrors();

        var result = runspace.Invoke("""
            Get-AmlAksCompute myworkspacegroup myworkspace myaks | Grant-AksNetworkContributor -ScopeLevel Subnet -PrincipalId 11111111-2222-3333-4444-555555555555
            """);

        var error = Assert.Single(result.AllErrors);
        Assert.Equal("PermissionDenied", error.CategoryInfo.Category.ToString());
        Assert.Contains("AuthorizationFailed", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_log_shows_the_requests_and_the_clock_can_be_driven()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            $before = (Set-AmlSimulator -ClearLog -PassThru).Time
            $null = Get-AmlWorkspace
            Get-AmlSimulatorLog
            $after = (Set-AmlSimulator -Advance 01:00:00 -PassThru).Time
            ($after - $before).TotalHours
            """).OutputWithoutErrors();

        Assert.Equal(2, result.Count);
        dynamic request = result[0].BaseObject;
        Assert.Equal("GET", request.Method);
        Assert.False(request.IsWrite);
        Assert.True((double)result[1].BaseObject >= 1);
    }

    [Theory]
    [InlineData("-Fault @{ Metod = 'PUT' }", "Metod")]
    [InlineData("-Setting @{ nosuch = 1 }", "nosuch")]
    [InlineData("-Scenario nosuch", "nosuch")]
    [InlineData("-Fault @{ Kind = 'Nope' }", "FailOperation")]
    [InlineData("-Fault @{ Nth = 0 }", "'nth'")]
    [InlineData("-Setting @{ caller = @{ notaction = 'x' } }", "notaction")]
    [InlineData("-Advance -00:05:00", "-Advance")]
    [InlineData("-Advance 40000.00:00:00", "ten years")]
    [InlineData("-PrincipalDelay -00:05:00", "-PrincipalDelay")]
    [InlineData("-RoleAssignmentDelay -00:05:00", "-RoleAssignmentDelay")]
    public void What_it_does_not_know_is_an_error(string arguments, string named)
    {
        using var runspace = AttachTests.Connected("how-to");

        var error = Assert.Single(runspace.Invoke("Set-AmlSimulator " + arguments).AllErrors);

        Assert.StartsWith("InvalidValue,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(named, error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("(Parameter", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("System.", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_setting_may_be_written_in_any_case_and_a_secret_is_not_told()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            (Set-AmlSimulator -Setting @{ AssignmentSeconds = 3 } -PassThru).Setting['assignmentSeconds']
            $said = Set-AmlSimulator -Setting @{ ClientSecret = 'S3CRET'; identityHeader = 'S3CRET' } -Verbose 4>&1
            "$said"
            """).OutputWithoutErrors();

        Assert.Equal("3", result[0].BaseObject);
        Assert.Contains("***", result[1].BaseObject.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("S3CRET", result[1].BaseObject.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_scenario_that_is_refused_leaves_the_world_alone()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            Set-AmlSimulator -Scenario nosuch -ErrorAction SilentlyContinue
            @(Get-AmlWorkspace).Count
            """);

        Assert.Equal(1, Assert.Single(result.Output).BaseObject);
    }

    [Theory]
    [InlineData("-Fault @{ Id = 'good' }, @{ Nth = 0 }")]
    [InlineData("-Fault @{ Id = 'good' } -ClearLog -Advance -00:05:00")]
    [InlineData("-Scenario fleet -Fault @{ Nth = 0 }")]
    public void What_is_refused_in_part_changes_nothing(string arguments)
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke($$"""
            $null = Set-AmlSimulator -Setting @{ pageSize = 7 } -ClearLog
            $null = Get-AmlWorkspace
            Set-AmlSimulator -PrincipalDelay 00:00:05 -CallerNotAction 'x' -Setting @{ coreQuota = 3 } {{arguments}} -ErrorAction SilentlyContinue
            $now = Set-AmlSimulator -PassThru
            $now.Setting['principalSeconds'], $now.Setting['coreQuota'], $now.Setting['pageSize'], $now.Setting.ContainsKey('caller'), $now.Fault.Count -join ' '
            @(Get-AmlSimulatorLog).Count
            @(Get-AmlWorkspace).Count
            """);

        Assert.Equal(["60 10000 7 False 0", 1, 1], result.Output.Select(static o => o.BaseObject));
    }

    [Fact]
    public void WhatIf_leaves_the_world_alone()
    {
        using var runspace = AttachTests.Connected("how-to");

        var result = runspace.Invoke("""
            Set-AmlSimulator -Scenario fleet -WhatIf
            @(Get-AmlWorkspace).Count
            """).OutputWithoutErrors();

        Assert.Equal(1, Assert.Single(result).BaseObject);
    }
}
