using AmlVnet.Arm.Resources;
using AmlVnet.Core;

namespace AmlVnet.Arm.Operations;

/// <summary>Runs the checks that concern a command before its first write.</summary>
internal sealed class Preflight(AzureConnection azure)
{
    /// <summary>Checks a cluster that is to be made.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="compute">The compute as it is to be, its defaults filled in.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">The subnet or its virtual network does not exist.</exception>
    internal async Task<IReadOnlyList<CheckResult>> CheckCreateAsync(CreateAksComputeRequest request, ComputeFacts compute, WireWorkspace workspace,
        CancellationToken cancel)
    {
        var settings = request.Settings;
        var facts = ArmId.TryParse(settings.SubnetId, ResourceTypes.Subnet, out var subnet, out _)
            ? await azure.Facts.ReadNetworkAsync(subnet, cancel).ConfigureAwait(false)
            : new NetworkFacts();
        RequireSubnet(facts, subnet);
        facts = await azure.Facts.AddWorkspaceAsync(facts with
        {
            Compute = compute,
            Settings = new AddressSettings
            {
                SubnetId = settings.SubnetId,
                ServiceCidr = settings.ServiceCidr,
                DnsServiceIP = settings.DnsServiceIP,
                DockerBridgeCidr = settings.DockerBridgeCidr,
            },
        }, Known.Of(workspace), cancel).ConfigureAwait(false);
        return CheckCatalogue.Run(facts, CheckStage.Create);
    }

    /// <summary>Checks a cluster that is to be attached.</summary>
    internal async Task<IReadOnlyList<CheckResult>> CheckAttachAsync(ClusterInHand found, ComputeFacts compute, WireWorkspace workspace, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadClusterAsync(found, compute, null, cancel).ConfigureAwait(false);
        facts = await azure.Facts.AddWorkspaceAsync(facts, Known.Of(workspace), cancel).ConfigureAwait(false);
        return CheckCatalogue.Run(facts with
        {
            Attachments = await azure.Facts.ReadAttachmentsAsync(ArmId.Parse(compute.Id).Parent!, cancel).ConfigureAwait(false),
        }, CheckStage.Attach);
    }

    /// <summary>Checks a switch to an internal load balancer; also tells when the right that it needs was granted.</summary>
    internal async Task<(IReadOnlyList<CheckResult> Findings, DateTimeOffset? GrantedOn)> CheckInternalLoadBalancerAsync(ComputeFacts wanted,
        ClusterInHand found, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadClusterAsync(found, wanted, wanted.LoadBalancerSubnet, cancel).ConfigureAwait(false);
        var place = facts.LoadBalancerSubnet.State == KnownState.NotGathered ? facts.Subnet : facts.LoadBalancerSubnet;
        DateTimeOffset? grantedOn = null;
        if (place.Value?.Id is { } placeId && facts.Identity.Value is { } identity && facts.Roles.Value is { } roles)
        {
            var right = new EffectiveRights(roles.Assignments, roles.Definitions).EvaluateSubnetJoin(identity.PrincipalId, ArmId.Parse(placeId), roles.GroupIds);
            if (right.Granted == Answer.Yes) grantedOn = right.Assignment?.CreatedOn;
        }

        return (CheckCatalogue.Run(facts, CheckStage.SwitchLoadBalancer), grantedOn);
    }

    /// <summary>Reads all that the checks of an existing cluster look at; the compute is null for a bare cluster.</summary>
    internal async Task<(NetworkFacts Facts, AksCompute? Compute)> ReadPostureAsync(ArmId id, CancellationToken cancel)
    {
        var found = await azure.Clusters.FindAsync(id, cancel).ConfigureAwait(false);
        var compute = found.Compute?.ToAksCompute();
        var facts = await azure.Facts.ReadClusterAsync(found, compute is null ? null : ComputeFacts.From(compute), compute?.LoadBalancerSubnet, cancel)
            .ConfigureAwait(false);
        if (found.ComputeId is not { Parent: { } workspace }) return (facts, compute);
        facts = await azure.Facts.AddWorkspaceAsync(facts, workspace, cancel).ConfigureAwait(false);
        return (facts with { Attachments = await azure.Facts.ReadAttachmentsAsync(workspace, cancel).ConfigureAwait(false) }, compute);
    }

    internal static void RequireSubnet(NetworkFacts facts, ArmId? subnet)
    {
        if (subnet is null) return;
        if (facts.VirtualNetwork.State == KnownState.None) throw Problems.ResourceNotFound("virtual network", subnet.Parent!.ToString());
        if (facts.Subnet.State == KnownState.None) throw Problems.ResourceNotFound("subnet", subnet.ToString(), facts.Subnet.Why);
    }
}
