using AmlVnet.Core.Checks;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Arm.Carrying;

/// <summary>Looks why a switch failed or does not end. What it can't look at must not hide the error that it explains.</summary>
internal sealed class SwitchCauses(AzureReader azure)
{
    /// <summary>The one most likely cause of a switch to the internal load balancer that failed, or was waited for too long.</summary>
    /// <param name="id">The compute.</param>
    /// <param name="subnetName">The subnet that was asked for; null takes what the compute says.</param>
    /// <param name="cancel">Stops the reading.</param>
    internal Task<SwitchCause?> FindAsync(ArmId id, string? subnetName, CancellationToken cancel) =>
        LookAsync(id, facts => SwitchTrouble.Cause(
        facts with { Compute = Known.Of(facts.Compute.Value! with { LoadBalancerType = LoadBalancerType.InternalLoadBalancer }) }),
        subnetName, cancel);

    /// <summary>What keeps an operation from ending of which only the compute's state is known.</summary>
    internal Task<SwitchCause?> FindWhileBusyAsync(ArmId id, CancellationToken cancel) =>
        LookAsync(id, SwitchTrouble.CauseWhileBusy, null, cancel);

    /// <summary>Waits for an operation that another command began; the error says what stands in the way of a switch.</summary>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset started, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        var id = accepted.Resource;
        try
        {
            await new ComputeOperation(azure).WaitAsync(accepted, activity, started, cancel, deadline).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.WaitTimedOut) && accepted.Method != "DELETE")
        {
            if (await FindWhileBusyAsync(id, cancel).ConfigureAwait(false) is not { } cause) throw;
            throw Problems.Explained(e, cause.Sentence, cause.Command, cause.IsSure);
        }
        catch (ArmRequestException e)
            when (e.ErrorId == nameof(Problems.OperationFailed) && e.Error is { } error && ProvisioningError.LooksLikeSwitch([error]))
        {
            if (await FindAsync(id, null, cancel).ConfigureAwait(false) is not { } cause) throw;
            throw Problems.OperationFailed(activity, id.ToString(), error, cause.Command, cause.Sentence);
        }
    }

    private async Task<SwitchCause?> LookAsync(ArmId id, Func<NetworkFacts, SwitchCause?> judge, string? subnetName,
        CancellationToken cancel)
    {
        TimeLimit.SetForExplaining();
        try
        {
            azure.ForgetRoles();
            azure.ForgetClusters();
            if (await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false) is not { } wire) return null;
            var compute = wire.ToAksCompute();
            if (!ArmId.TryParse(compute.ClusterId, ResourceTypes.Cluster, out var cluster, out _)) return null;
            var place = subnetName ?? compute.LoadBalancerSubnet;
            var found = await azure.Clusters.FindAsync(cluster, cancel).ConfigureAwait(false) with { ComputeId = id, Compute = wire };
            var facts = await azure.Facts.ReadClusterAsync(found, ComputeFacts.From(compute) with { LoadBalancerSubnet = place }, place,
                cancel).ConfigureAwait(false);
            return judge(facts with { Cloud = facts.Cloud with { Now = azure.Now } });
        }
        catch (AmlVnetException e)
        {
            ActivityLog.Current.Verbose($"Why the switch of '{id}' does not succeed could not be looked at: {e.Message}");
            return null;
        }
    }
}
