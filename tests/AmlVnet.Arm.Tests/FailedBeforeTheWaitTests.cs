using AmlVnet.Arm.Resources;
using AmlVnet.Arm.Simulation;
using AmlVnet.Core;

namespace AmlVnet.Arm.Tests;

/// <summary>An operation that was over before anybody waited for it.</summary>
public sealed class FailedBeforeTheWaitTests
{
    [Fact]
    public async Task Waiting_for_an_operation_that_has_failed_already_fails()
    {
        var cancel = TestContext.Current.CancellationToken;
        var context = await SimulatorSignIn.ConnectAsync(new SimulatorSettings("existing-cluster", null, null), null, cancel);
        using var azure = (AzureConnection)context.Connection!;
        var id = ArmId.ForCompute(context.SubscriptionId, "myworkspacegroup", "myworkspace", "myaks");
        var now = (await azure.Computes.FindAsync(id, cancel))!;
        // The cluster's identity has no right on the subnet.
        var accepted = await azure.Computes.PutAsync(id,
            Operations.LoadBalancerSwitch.UpdateOf(now, LoadBalancerType.InternalLoadBalancer, "default"), cancel);
        SimulatorDesk.Of(azure).Advance(TimeSpan.FromHours(1));

        var failure = await Assert.ThrowsAsync<ArmRequestException>(() => azure.Wait.WaitAsync(accepted, "switch", azure.Pace.UtcNow, null, cancel));

        Assert.Contains("Scoring FE IP address not updated yet", failure.Error!.Message, StringComparison.Ordinal);
    }
}
