using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>Remove-AmlAksCompute.</summary>
public sealed class RemoveTests
{
    private const string Remove = "Remove-AmlAksCompute myworkspacegroup myworkspace myaks";

    [Fact]
    public void A_compute_is_bound_from_whatever_names_it()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Runspace.SetVariable("copy", Rehearsal.Copy(Assert.Single(world.Run(Rehearsal.Get))));
        string[] ways =
        [
            Remove,
            Rehearsal.Get + " | Remove-AmlAksCompute",
            $"Remove-AmlAksCompute -ResourceId '{SimulatedCloud.Compute}'",
            $"'{SimulatedCloud.Compute}' | Remove-AmlAksCompute",
            $"[pscustomobject]@{{ ResourceId = '{SimulatedCloud.Compute}' }} | Remove-AmlAksCompute",
            "$copy | Remove-AmlAksCompute",
        ];

        foreach (var way in ways)
        {
            Assert.Empty(world.Run(way + " -WhatIf"));
            Assert.Contains($"What if: [simulator] Detach AKS compute myaks; the cluster {SimulatedCloud.ExistingCluster} stays (\"{SimulatedCloud.Compute}\").",
                world.Host.Text, StringComparison.OrdinalIgnoreCase);
            world.Host.ClearText();
            Assert.Empty(world.Cloud.Writes);
        }
    }

    [Fact]
    public void Detach_is_the_default_and_the_cluster_stays()
    {
        using var world = new Rehearsal("existing-cluster");

        Assert.Empty(world.Run(Remove));

        Assert.StartsWith("ResourceNotFound,", world.Error(Rehearsal.Get).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Succeeded", (string)world.Cloud.Get(SimulatedCloud.ExistingCluster, "2023-11-01")["properties"]!["provisioningState"]!);
        Assert.Empty(world.Host.Prompts);
    }

    [Fact]
    public void Removed_twice_it_says_that_there_was_nothing()
    {
        using var world = new Rehearsal("existing-cluster");
        Assert.Equal(true, world.One(Remove + " -PassThru"));

        var again = world.Try(Remove);

        Assert.Empty(again.OutputWithoutErrors());
        Assert.Contains("nothing was removed", Assert.Single(again.Warnings), StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Delete_asks_with_the_list_of_what_dies()
    {
        using var world = new Rehearsal();
        var compute = world.One(Rehearsal.New);
        world.Host.Answers.Enqueue("No");

        Assert.Empty(world.Run(Remove + " -UnderlyingResourceAction Delete"));

        var question = Assert.Single(world.Host.Prompts).Message;
        var nodeGroup = (string)world.Cloud.Get((string)compute.ClusterId, "2023-11-01")["properties"]!["nodeResourceGroup"]!;
        Assert.Contains("This deletes for good:", question, StringComparison.Ordinal);
        Assert.Contains($"cluster {compute.ClusterId}", question, StringComparison.OrdinalIgnoreCase);
        Assert.Contains($"resource group {nodeGroup} with all in it", question, StringComparison.Ordinal);
        Assert.StartsWith("MC_", nodeGroup, StringComparison.Ordinal);
        Assert.Contains("load balancer kubernetes", question, StringComparison.Ordinal);
        Assert.Contains($"public IP address {compute.ScoringIPAddress}", question, StringComparison.Ordinal);
        Assert.Empty(world.Cloud.Writes);

        world.Host.Answers.Enqueue("Yes");
        Assert.Empty(world.Run(Remove + " -UnderlyingResourceAction Delete"));
        Assert.Equal("DELETE", Assert.Single(world.Cloud.Writes).Method);
        Assert.StartsWith("ResourceNotFound,", world.Error(Rehearsal.Get).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Confirm_false_does_not_answer_the_question_but_Force_does()
    {
        using var world = new Rehearsal();
        world.Run(Rehearsal.New);
        world.Host.IsInteractive = false;

        world.Error(Remove + " -UnderlyingResourceAction Delete -Confirm:$false")
            .Is("CannotAsk", ErrorCategory.InvalidOperation, null, "can't ask", "This deletes for good").Recommends("-Force");
        Assert.Empty(world.Cloud.Writes);

        Assert.Empty(world.Run(Remove + " -UnderlyingResourceAction Delete -Force"));
        Assert.Single(world.Cloud.Writes);
    }

    [Fact]
    public void WhatIf_of_Delete_asks_nothing()
    {
        using var world = new Rehearsal();
        var compute = world.One(Rehearsal.New);

        Assert.Empty(world.Run(Remove + " -UnderlyingResourceAction Delete -WhatIf"));

        Assert.Contains($"Delete AKS compute myaks and its cluster {compute.ClusterId}", world.Host.Text, StringComparison.Ordinal);
        Assert.Empty(world.Host.Prompts);
        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Delete_of_an_attached_compute_is_refused()
    {
        using var world = new Rehearsal("existing-cluster");

        world.Error(Remove + " -UnderlyingResourceAction Delete -Force")
            .Is("AttachedNotDeleted", ErrorCategory.InvalidOperation, SimulatedCloud.Compute, "was attached from outside")
            .Recommends("-UnderlyingResourceAction Detach");

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void Confirm_declined_removes_nothing()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Host.Answers.Enqueue("No");

        Assert.Empty(world.Run(Remove + " -Confirm -PassThru"));

        Assert.Empty(world.Cloud.Writes);
    }

    [Fact]
    public void NoWait_gives_an_operation_that_can_be_waited_for()
    {
        using var world = new Rehearsal("existing-cluster");

        var operation = world.One(Remove + " -NoWait");

        Assert.Equal("RemoveAksCompute", operation.Kind);
        Assert.Equal("Deleting", world.One(Rehearsal.Get).ProvisioningState);
        Assert.Empty(world.Run($"Wait-AmlOperation -Token '{operation.Token}'"));
        Assert.StartsWith("ResourceNotFound,", world.Error(Rehearsal.Get).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void One_that_is_being_deleted_is_waited_for_and_not_deleted_twice()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Run(Remove + " -NoWait");

        Assert.Empty(world.Run(Remove));

        Assert.Empty(world.Cloud.Writes);
        Assert.StartsWith("ResourceNotFound,", world.Error(Rehearsal.Get).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_removal_that_fails_is_an_error_and_the_next_run_succeeds()
    {
        using var world = new Rehearsal("existing-cluster");
        world.Cloud.Fail("""{ "method": "DELETE", "times": 1, "kind": "FailOperation", "code": "Conflict", "message": "The cluster is locked." }""");

        world.Error(Remove).Is("OperationFailed", ErrorCategory.InvalidResult, SimulatedCloud.Compute, "Conflict", "The cluster is locked.");

        Assert.Empty(world.Run(Remove));
        Assert.StartsWith("ResourceNotFound,", world.Error(Rehearsal.Get).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Many_are_removed_side_by_side()
    {
        using var world = new Rehearsal("fleet");

        var results = world.Run("Get-AmlWorkspace -Name fleetworkspace000 | Get-AmlAksCompute | Remove-AmlAksCompute -PassThru -ThrottleLimit 10");

        Assert.Equal(10, results.Count);
        Assert.Empty(world.Run("Get-AmlWorkspace -Name fleetworkspace000 | Get-AmlAksCompute"));
    }
}
