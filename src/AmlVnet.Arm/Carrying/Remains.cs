namespace AmlVnet.Arm.Carrying;

/// <summary>What goes with a compute, and what stays after it.</summary>
internal sealed class Remains(AzureReader azure)
{
    /// <summary>What dies with the cluster of a compute: the cluster, its node resource group, and what is seen in it.</summary>
    internal async Task<IReadOnlyList<string>> ListDoomedAsync(ArmId id, CancellationToken cancel)
    {
        var compute = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
        if (!ArmId.TryParse(compute?.Properties?.ResourceId, ResourceTypes.Cluster, out var clusterId, out _)) return [];
        var cluster = await azure.ManagedClusters.FindAsync(clusterId, cancel).ConfigureAwait(false);
        if (cluster is null) return [];
        var doomed = new List<string> { $"cluster {clusterId}" };
        if (cluster.Properties?.NodeResourceGroup is not { } nodeGroupName) return doomed;
        var nodeGroup = ArmId.ForResourceGroup(clusterId.SubscriptionId!, nodeGroupName);
        doomed.Add($"resource group {nodeGroupName} with all in it");
        try
        {
            await foreach (var balancer in azure.Networks.ListLoadBalancersAsync(nodeGroup, cancel).ConfigureAwait(false))
                doomed.Add($"load balancer {balancer.Name}");
            await foreach (var address in azure.Networks.ListPublicIPAddressesAsync(nodeGroup, cancel).ConfigureAwait(false))
                doomed.Add($"public IP address {address.Properties?.IpAddress} ({address.Name})");
        }
        catch (AmlVnetException e) when (e.Kind is ProblemKind.PermissionDenied or ProblemKind.NotFound)
        {
            doomed.Add("(what is in it can't be read with this sign-in)");
        }

        return doomed;
    }

    /// <summary>
    /// What a removal leaves behind: the cluster with its load balancers and public addresses when it is only detached, and in any case the
    /// roles of the cluster's identity on the network.
    /// </summary>
    internal async Task<List<string>> ListAfterAsync(AksCompute compute, UnderlyingResourceAction action, CancellationToken cancel)
    {
        var remains = new List<string>();
        if (!ArmId.TryParse(compute.ClusterId, ResourceTypes.Cluster, out var clusterId, out _)) return remains;
        try
        {
            var found = await azure.Clusters.FindAsync(clusterId, cancel).ConfigureAwait(false);
            if (action == UnderlyingResourceAction.Detach)
            {
                remains.Add($"cluster {clusterId}");
                foreach (var balancer in (await azure.Facts.ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false)).Value ?? [])
                    remains.Add($"load balancer {AnswerIds.Read(balancer.Id).Name} with "
                        + string.Join(", ", balancer.Frontends.Select(static f => f.PrivateIPAddress ?? f.PublicIPAddress ?? f.Name)));
            }

            if (!ArmId.TryParse(found.SubnetId, ResourceTypes.Subnet, out var subnet, out _)) return remains;
            remains.AddRange(await ListScoringAsync(compute, subnet, cancel).ConfigureAwait(false));
            var identity = await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false);
            var (assignments, definitions) = await azure.Rights.ListAsync(subnet, identity.PrincipalId, cancel).ConfigureAwait(false);
            foreach (var assignment in assignments)
            {
                var role = definitions.Find(d => d.Id.EndsWith(LastPart(assignment.RoleDefinitionId), StringComparison.OrdinalIgnoreCase));
                remains.Add($"role {role?.RoleName ?? assignment.RoleDefinitionId} of {identity.PrincipalId} at {assignment.Scope}");
            }
        }
        // It is read before the removal, which does not begin when the service does not answer.
        catch (AmlVnetException e) when (FactsReader.IsAnswer(e) || e.Kind == ProblemKind.InvalidState)
        {
            remains.Add($"what else there is can't be read ({e.Message})");
        }

        return remains;

        static string LastPart(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
    }

    /// <summary>The rules that this module made for a compute, as far as they can be read.</summary>
    private async Task<IReadOnlyList<string>> ListScoringAsync(AksCompute compute, ArmId subnetId, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadNetworkAsync(subnetId, cancel).ConfigureAwait(false);
        return facts.Subnet.Value?.NetworkSecurityGroup.Value is { } group
            ? [.. group.Rules.Where(rule => ScoringRules.IsOf(compute, rule))
                .Select(rule => $"rule {rule.Name} of {AnswerIds.Read(group.Id).Name}")]
            : [];
    }
}
