using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Carrying;

internal sealed record LoadBalancerRequest
{
    internal required ArmId Compute { get; init; }

    internal required LoadBalancerType Type { get; init; }

    /// <summary>The subnet of the internal load balancer; null takes the nodes' own.</summary>
    internal string? SubnetName { get; init; }

    /// <summary>How long the switch may take, and before it the wait until the compute is ready, each in the cloud's time.</summary>
    internal TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    internal bool Wait { get; init; } = true;

    /// <summary>When the right was granted, where the caller knows it and the assignments can't be read.</summary>
    internal DateTimeOffset? GrantedOn { get; init; }

    /// <summary>Whether a compute that is still creating is waited for; not under -WhatIf.</summary>
    internal bool WaitUntilReady { get; init; } = true;
}

/// <summary>Moves a compute's scoring endpoint to an internal load balancer, and back.</summary>
internal sealed class LoadBalancerSwitch(AzureConnection azure)
{
    internal const string Kind = "SetAksLoadBalancer";

    // Microsoft Learn, "Use a managed identity in AKS": permissions granted to a cluster's identity can take up to 60 minutes to populate.
    private static readonly TimeSpan RightMayBeFresh = TimeSpan.FromMinutes(60);
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestRetry = TimeSpan.FromMinutes(5);

    internal async Task<PlannedWork<object>> PlanAsync(LoadBalancerRequest request, CancellationToken cancel)
    {
        var id = request.Compute;
        var wire = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) ?? throw Problems.ResourceNotFound("compute", id.ToString());
        ClusterLookup.RequireAks(id, wire);
        if (request.WaitUntilReady) wire = await WaitUntilReadyAsync(id, wire, request.Timeout, cancel).ConfigureAwait(false);
        var before = wire.ToAksCompute();
        if (before.ClusterId is null && OperationWait.IsBusy(before.ProvisioningState)) throw Problems.NotReadyYet(id.ToString(), before.ProvisioningState);
        if (before.ClusterId is null) throw Problems.ComputeFailed(id.ToString(), before.Errors.FirstOrDefault()?.ToString());

        IReadOnlyList<CheckResult> findings = [];
        var isAlreadySo = request.Type == LoadBalancerType.PublicIp && IsAlreadySo(before, request.Type, null);
        string? subnetName = null;
        DateTimeOffset? grantedOn = null;
        if (request.Type == LoadBalancerType.InternalLoadBalancer)
        {
            var found = await azure.Clusters.FindAsync(ArmId.Parse(before.ClusterId), cancel).ConfigureAwait(false) with { ComputeId = id, Compute = wire };
            var nodes = found.RequireSubnet();
            subnetName = request.SubnetName ?? nodes.Name;
            // An address that is none of a private network may be the virtual network's all the same; its frontend tells.
            isAlreadySo = IsAlreadySo(before, request.Type, subnetName)
                && (before.IsPrivate == true || (await azure.Endpoints.GetAsync(found, cancel).ConfigureAwait(false)).IsPrivate == true);
            if (!isAlreadySo)
                (findings, grantedOn) = await azure.Preflight.CheckInternalLoadBalancerAsync(
                    ComputeFacts.From(before) with { LoadBalancerType = request.Type, LoadBalancerSubnet = subnetName }, found, cancel).ConfigureAwait(false);
            grantedOn ??= request.GrantedOn;
            foreach (var finding in findings.Where(static f => f is { Status: CheckStatus.Unknown, Severity: CheckSeverity.Error }))
                ActivityLog.Current.Warning("Not checked: " + Problems.Describe(finding));
        }
        else if (request.SubnetName is not null)
        {
            throw Problems.InvalidCombination("-SubnetName goes with -Type InternalLoadBalancer only: a public load balancer takes no address from a subnet.");
        }

        if (isAlreadySo)
        {
            ActivityLog.Current.Verbose($"'{id}' has {request.Type}{(subnetName is null ? "" : $" in subnet {subnetName}")} already; nothing is sent.");
            return new(new OperationPlan(), static (_, _) => Task.CompletedTask, _ => Task.FromResult<object>(before));
        }

        var step = new PlanStep
        {
            Kind = PlanStepKind.Update,
            Target = id.ToString(),
            Sentence = $"Set the load balancer of {id.Name}: {before.LoadBalancerType?.ToString() ?? "unknown"} -> {request.Type}"
                + (subnetName is null ? "" : $" with an address of subnet {subnetName}") + $" (scoring address now {before.ScoringIPAddress ?? "unknown"})",
            Changes =
            [
                new PropertyChange("loadBalancerType", before.LoadBalancerType?.ToString(), request.Type.ToString()),
                new PropertyChange("loadBalancerSubnet", before.LoadBalancerSubnet, subnetName),
            ],
        };
        AmlOperation? left = null;
        return new(new OperationPlan { Steps = [step], Findings = findings },
            async (_, token) => left = await SwitchAsync(request, subnetName, grantedOn, token).ConfigureAwait(false),
            async token =>
            {
                if (left is not null) return left;
                var after = await azure.AksComputes.GetAsync(id, token).ConfigureAwait(false);
                ActivityLog.Current.Verbose($"Scoring address of {id.Name}: {before.ScoringIPAddress ?? "unknown"} -> {after.ScoringIPAddress ?? "unknown"}.");
                return after with { PreviousScoringIPAddress = before.ScoringIPAddress };
            });
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
                UserAssignedIdentities = identity.UserAssignedIdentities?.ToDictionary(static i => i.Key, static _ => new WireUserIdentity()),
            }
            : null,
        Properties = new()
        {
            ComputeType = "AKS",
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

    private static bool IsAlreadySo(AksCompute compute, LoadBalancerType type, string? subnetName) =>
        compute is { ProvisioningState: "Succeeded" } && compute.LoadBalancerType == type
        && (type == LoadBalancerType.PublicIp ? compute.IsPrivate != true
            : string.Equals(compute.LoadBalancerSubnet, subnetName, StringComparison.OrdinalIgnoreCase));

    private async Task<WireCompute> WaitUntilReadyAsync(ArmId id, WireCompute now, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            return await azure.Wait.WaitForComputeAsync(id, now, $"Waiting for {id.Name} to be ready", azure.Pace.UtcNow + patience, cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.WaitTimedOut))
        {
            var cause = await azure.SwitchCauses.FindWhileBusyAsync(id, cancel).ConfigureAwait(false);
            throw Problems.NotSwitched(id.ToString(), now.Properties?.ProvisioningState, patience, e, cause?.Sentence, cause?.Command);
        }
    }

    /// <summary>Whether a failed switch is what a right looks like that has not taken effect yet.</summary>
    private static bool LooksLikeMissingRight(ArmErrorDetail? error) => error is not null
        && (error.Code is "LinkedAuthorizationFailed" or "AuthorizationFailed"
            || (error.Message ?? "").Contains("Scoring FE IP address not updated yet", StringComparison.OrdinalIgnoreCase)
            || error.Details.Any(LooksLikeMissingRight));

    private async Task<AmlOperation?> SwitchAsync(LoadBalancerRequest request, string? subnetName, DateTimeOffset? grantedOn, CancellationToken cancel)
    {
        var id = request.Compute;
        // From here on: the time in which somebody thought about the question does not count.
        var deadline = azure.Pace.UtcNow + request.Timeout;
        var log = ActivityLog.Current;
        var activity = new object();
        var title = $"Switching {id.Name} to {request.Type}";
        var delay = FirstRetry;
        var begun = azure.Pace.UtcNow;
        ArmRequestException? before = null;
        try
        {
            while (true)
            {
                var now = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) ?? throw Problems.ResourceNotFound("compute", id.ToString());
                var started = azure.Pace.UtcNow;
                try
                {
                    var accepted = await azure.Computes.PutAsync(id, UpdateOf(now, request.Type, subnetName), cancel).ConfigureAwait(false);
                    if (!request.Wait && accepted.IsRunning) return accepted.ToOperation(Kind, started);
                    await azure.AksComputes.WaitAsync(accepted, title, started, cancel, deadline, request.Type).ConfigureAwait(false);
                    return null;
                }
                catch (ArmRequestException e) when (e.Status == 409 && request.Wait && azure.Pace.UtcNow < deadline)
                {
                    // Another change is at it; it may be this one, when its answer was lost and the request was sent again.
                    var busy = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
                    var isBusy = OperationWait.IsBusy(busy?.Properties?.ProvisioningState);
                    if (isBusy) busy = await WaitUntilReadyAsync(id, busy!, deadline - azure.Pace.UtcNow, cancel).ConfigureAwait(false);
                    if (busy is not null && IsAlreadySo(busy.ToAksCompute(), request.Type, subnetName)) return null;
                    if (!isBusy) throw;
                    log.Verbose($"{title}: {e.Message} It has ended; trying again.");
                }
                catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.WaitTimedOut))
                {
                    var late = before is null ? e
                        : Problems.WaitTimedOut(id.ToString(), azure.Pace.UtcNow - begun, "the right may not have taken effect yet", before);
                    if (request.Type == LoadBalancerType.InternalLoadBalancer
                        && await azure.SwitchCauses.FindAsync(id, subnetName, cancel).ConfigureAwait(false) is { } cause)
                        late = Problems.Explained(late, cause.Sentence, cause.Command, cause.IsSure);
                    if (late == e) throw;
                    throw late;
                }
                catch (ArmRequestException e) when (e.ErrorId == nameof(Problems.OperationFailed) && LooksLikeMissingRight(e.Error)
                    && grantedOn is { } granted && azure.Pace.UtcNow - granted < RightMayBeFresh && azure.Pace.UtcNow + delay < deadline)
                {
                    before = e;
                    var age = azure.Pace.UtcNow - granted;
                    log.OnStop(activity, $"Stopped between two tries; the load balancer of '{id}' is not switched. Run the same command again to go on.");
                    var status = $"granted {Math.Max(0, (int)age.TotalMinutes)} min ago; trying again in {delay.TotalSeconds:0} s";
                    log.Verbose($"{title}: {e.Message} The right was {status}.");
                    log.Progress(activity, new ActivityProgress(title, $"the right may not have taken effect yet: {status}", azure.Pace.UtcNow - started));
                    await azure.Pace.DelayAsync(delay, cancel).ConfigureAwait(false);
                    log.OnStop(activity, null);
                    delay = TimeSpan.FromTicks(Math.Min(delay.Ticks * 2, LongestRetry.Ticks));
                }
                catch (ArmRequestException e) when (e.ErrorId == nameof(Problems.OperationFailed) && LooksLikeMissingRight(e.Error)
                    && request.Type == LoadBalancerType.InternalLoadBalancer)
                {
                    var cause = await azure.SwitchCauses.FindAsync(id, subnetName, cancel).ConfigureAwait(false);
                    throw Problems.OperationFailed(title, id.ToString(), e.Error, cause is { IsSure: true, Command: { } mend } ? mend
                        : $"Get-AmlAksCompute -ResourceId '{id}' | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer"
                            + (request.SubnetName is null ? "" : $" -SubnetName '{request.SubnetName}'"), cause?.Sentence);
                }
            }
        }
        finally
        {
            log.Progress(activity, new ActivityProgress(title, "", TimeSpan.Zero, IsCompleted: true));
        }
    }
}
