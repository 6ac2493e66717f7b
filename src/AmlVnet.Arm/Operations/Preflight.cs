using AmlVnet.Arm.Resources;
using AmlVnet.Core;

namespace AmlVnet.Arm.Operations;

/// <summary>Reads what the checks before a first write need, and runs them.</summary>
internal sealed class Preflight(AzureConnection azure)
{
    /// <summary>Checks a cluster that is to be made.</summary>
    internal async Task<IReadOnlyList<CheckResult>> CheckCreateAsync(CreateAksComputeRequest request, string location, WireWorkspace workspace,
        CancellationToken cancel)
    {
        _ = workspace;
        var settings = request.Settings;
        if (settings.SubnetId is null) return [];
        var subnet = ArmId.Parse(settings.SubnetId);
        var network = await azure.Networks.FindAsync(subnet.Parent!, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("virtual network", subnet.Parent!.ToString());
        _ = network.Properties?.Subnets?.FirstOrDefault(s => ArmId.AreSame(s.Id, settings.SubnetId))
            ?? throw Problems.ResourceNotFound("subnet", settings.SubnetId,
                $"The virtual network has: {string.Join(", ", network.Properties?.Subnets?.Select(static s => s.Name) ?? [])}.");
        _ = location;
        return [];
    }

    /// <summary>Checks that the cluster's identity may take an address of the subnet; also tells when that right was granted.</summary>
    internal async Task<(List<CheckResult> Findings, DateTimeOffset? GrantedOn)> CheckInternalLoadBalancerAsync(AksCompute compute, ClusterInHand found,
        ArmId subnet, CancellationToken cancel)
    {
        var network = await azure.Networks.FindAsync(subnet.Parent!, cancel).ConfigureAwait(false);
        if (network is not null && network.Properties?.Subnets?.Any(s => ArmId.AreSame(s.Id, subnet.ToString())) != true)
            throw Problems.ResourceNotFound("subnet", subnet.ToString(),
                $"The cluster's virtual network has: {string.Join(", ", network.Properties?.Subnets?.Select(static s => s.Name) ?? [])}.");
        var identity = await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false);
        SubnetJoinRight right;
        try
        {
            right = await azure.Rights.ReadAsync(subnet, identity.PrincipalId, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.Status == 403)
        {
            ActivityLog.Current.Warning($"Whether {identity.PrincipalId} has the right on '{subnet}' can't be read: {e.Message}");
            return ([], null);
        }

        if (right.Granted == Answer.Yes) return ([], right.Assignment?.CreatedOn);
        return (
        [
            new CheckResult
            {
                Id = "AMLVNET-RBAC-001",
                Title = "The cluster's identity may use the subnet",
                Severity = CheckSeverity.Error,
                Status = right.Granted == Answer.No ? CheckStatus.Failed : CheckStatus.Unknown,
                Target = subnet.ToString(),
                Evidence = right.Reason,
                Recommendation = $"Grant-AksNetworkContributor -Cluster '{compute.Id}'",
            },
        ], right.Assignment?.CreatedOn);
    }
}
