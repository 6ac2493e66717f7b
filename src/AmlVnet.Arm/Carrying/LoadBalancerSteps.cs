namespace AmlVnet.Arm.Carrying;

/// <summary>Moves a compute's scoring endpoint to an internal load balancer, and back.</summary>
internal sealed class LoadBalancerSteps(AzureReader azure)
{
    internal const string Kind = "SetAksLoadBalancer";

    internal async Task<Outcome> SetAsync(SetLoadBalancer step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var title = $"Switching {id.Name} to {step.Type}";
        var begun = azure.Now;
        // From here on: the time in which somebody thought about the question does not count.
        var deadline = begun + step.Timeout;
        TimeLimit.Set(deadline, azure.Connection.Time);
        ArmRequestException? before = null;
        try
        {
            return await azure.Wait.Patience.TryAsync(
                new Waiting(title, begun, deadline,
                    PauseWords: $"Stopped between two tries; the load balancer of '{id}' is not switched. Run the same command again to go "
                        + "on."),
                // Only a right that was granted lately may not have taken effect yet.
                step.GrantedOn is null ? [] : [Retries.RightFresh],
                async token =>
                {
                    try
                    {
                        return await TryAsync(step, id, title, deadline, token).ConfigureAwait(false);
                    }
                    catch (ArmRequestException e) when (Retries.RightFresh.Applies(e))
                    {
                        before = e;
                        // It ended, and switched nothing.
                        ActivityLog.Current.Deeds?.Refused();
                        throw;
                    }
                }, cancel, delay =>
                    $"the right may not have taken effect yet: granted {Age(step)} min ago; trying again in {delay.TotalSeconds:0} s",
                step.GrantedOn).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.WaitTimedOut))
        {
            var late = before is null ? e
                : Problems.WaitTimedOut(id.ToString(), azure.Now - begun, "the right may not have taken effect yet", before);
            if (step.Type == LoadBalancerType.InternalLoadBalancer
                && await new SwitchCauses(azure).FindAsync(id, step.SubnetName, cancel).ConfigureAwait(false) is { } cause)
                late = Problems.Explained(late, cause.Sentence, cause.Command, cause.IsSure);
            if (late == e) throw;
            throw late;
        }
        catch (ArmRequestException e) when (ReferenceEquals(e, before) && step.Type == LoadBalancerType.InternalLoadBalancer)
        {
            var cause = await new SwitchCauses(azure).FindAsync(id, step.SubnetName, cancel).ConfigureAwait(false);
            throw Problems.OperationFailed(title, id.ToString(), e.Error, cause is { IsSure: true, Command: { } mend } ? mend
                : $"Get-AmlAksCompute -ResourceId '{id}' | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer"
                    + (step.IsSubnetGiven ? $" -SubnetName '{step.SubnetName}'" : ""), cause?.Sentence);
        }
    }

    private int Age(SetLoadBalancer step) => Math.Max(0, (int)(azure.Now - (step.GrantedOn ?? azure.Now)).TotalMinutes);

    private async Task<Outcome> TryAsync(SetLoadBalancer step, ArmId id, string title, DateTimeOffset deadline, CancellationToken cancel)
    {
        while (true)
        {
            var now = await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false)
                ?? throw Problems.ResourceNotFound("compute", id.ToString());
            var started = azure.Now;
            try
            {
                var accepted = await azure.Connection.Services.Computes.PutAsync(id, UpdateOf(now, step.Type, step.SubnetName),
                    cancel).ConfigureAwait(false);
                if (!step.Wait && accepted.IsRunning) return new Outcome { Step = step, Running = accepted.ToOperation(Kind, started) };
                await new ComputeOperation(azure).WaitAsync(accepted, title, started, cancel, deadline, step.Type).ConfigureAwait(false);
                return new Outcome { Step = step };
            }
            catch (ArmRequestException e) when (e.Status == 409 && step.Wait && azure.Now < deadline)
            {
                // Another change is at it; it may be this one, when its answer was lost and the request was sent again.
                var busy = await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false);
                var isBusy = busy?.State is { IsBusy: true };
                if (isBusy) busy = await WaitUntilReadyAsync(id, busy!, deadline - azure.Now, cancel).ConfigureAwait(false);
                if (busy is not null && LoadBalancerPlan.IsSo(busy.ToAksCompute(), step.Type, step.SubnetName))
                    return new Outcome { Step = step };
                if (!isBusy) throw;
                ActivityLog.Current.Verbose($"{title}: {e.Message} It has ended; trying again.");
            }
        }
    }

    /// <summary>Waits until a compute is at nothing else.</summary>
    /// <exception cref="AmlVnetException">It took too long, so that nothing was switched.</exception>
    internal async Task<WireCompute> WaitUntilReadyAsync(ArmId id, WireCompute now, TimeSpan patience, CancellationToken cancel)
    {
        var begun = azure.Now;
        try
        {
            return await new ComputeWait(azure).UntilReadyAsync(id, now, $"Waiting for {id.Name} to be ready", azure.Now + patience,
                cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.WaitTimedOut))
        {
            var cause = await new SwitchCauses(azure).FindWhileBusyAsync(id, cancel).ConfigureAwait(false);
            throw Problems.NotSwitched(id.ToString(), now.Properties?.ProvisioningState, azure.Now - begun, e, cause?.Sentence,
                cause?.Command);
        }
    }

    /// <summary>
    /// What is written back: all that the service lets a client change, as it was read, and the load balancer. TLS stays out, for its
    /// certificate and key are never returned; what is set at creation only and what is read-only stay out too.
    /// </summary>
    internal static WireCompute UpdateOf(WireCompute now, LoadBalancerType type, string? subnetName) => new()
    {
        Location = now.Location,
        Tags = now.Tags,
        Sku = now.Sku,
        Identity = now.Identity is { } identity
            ? new WireIdentity
            {
                Type = identity.Type,
                UserAssignedIdentities = identity.UserAssignedIdentities?.ToDictionary(static i => i.Key,
                    static _ => new WireUserIdentity()),
            }
            : null,
        Properties = new()
        {
            ComputeType = ComputeType.Aks.ToString(),
            Description = now.Properties!.Description,
            ResourceId = now.Properties.ResourceId,
            Properties = new()
            {
                AgentCount = now.Properties.Properties?.AgentCount,
                ClusterFqdn = now.Properties.Properties?.ClusterFqdn,
                LoadBalancerType = type.ToString(),
                LoadBalancerSubnet = subnetName,
            },
        },
    };
}
