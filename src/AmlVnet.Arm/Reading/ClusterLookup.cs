namespace AmlVnet.Arm.Reading;

/// <summary>An AKS cluster with what is known of the compute that led to it.</summary>
internal sealed record ResolvedCluster(ArmId ClusterId, WireManagedCluster Cluster, ArmId? ComputeId, WireCompute? Compute)
{
    /// <summary>
    /// The compute as results of both kinds show it: one of type Kubernetes has neither address nor TLS of its own, so that its cluster's
    /// router lends them. Null where a cluster was named.
    /// </summary>
    internal AksCompute? Shown { get => field ?? Compute?.ToAksCompute(); init; }

    /// <summary>The extension and what goes with it; null where the compute is of type AKS, or nobody asked.</summary>
    internal KubernetesRouteFacts? Route { get; init; }

    /// <summary>The subnet of the nodes that carry the workloads;
    /// null where AKS made the network, and where the answer does not tell.</summary>
    internal string? SubnetId => SubnetIds.FirstOrDefault() ?? Compute?.Properties?.Properties?.AksNetworkingConfiguration?.SubnetId;

    /// <summary>Why it is not known whether the nodes are in a subnet of the user's; null when it is known.</summary>
    internal string? SubnetUnknown => SubnetId is not null ? null
        : Cluster.Properties?.AgentPoolProfiles is not { Length: > 0 } pools
            ? PoolsUnknown ?? "The cluster has no node pool, and no other member that names a subnet."
        // Without this member AKS makes a network of its own, as the API documents it; a pool that is no object tells nothing.
        : pools.Any(static pool => string.IsNullOrEmpty(pool.Name)) ? "The answer has a node pool without a name." : null;

    /// <summary>Why the list of pools tells nothing; null when it does.</summary>
    internal string? PoolsUnknown => Cluster.Properties?.AgentPoolProfiles is { Length: > 0 } ? null
        : Cluster.Properties?.HostedSystemProfile is { Enabled: true }
            ? "AKS hosts the cluster's system nodes, and the answer lists no other pools; which nodes there are it does not say."
        : ManagedClusterVersions.Has(Cluster.ApiVersion, ManagedClusterVersions.HostedSystem)
            ? $"The answer of api-version {Cluster.ApiVersion} lists no node pools, and no hosted system nodes either; a cluster has some."
            : $"The answer of api-version {Cluster.ApiVersion}, the newest that this cloud has, lists no node pools; pools that AKS hosts "
                + $"are shown from {ManagedClusterVersions.HostedSystem} on.";

    /// <summary>The subnets of all nodes: those of the pools, and of the nodes that AKS hosts or makes itself.</summary>
    internal IEnumerable<ArmId> NodeSubnets => SubnetIds.Append(SubnetId)
        .Select(static text => ArmId.TryParse(text, ResourceTypes.Subnet, out var id, out _) ? id : null).OfType<ArmId>().Distinct();

    /// <summary>The subnets that pools have for their pods alone.</summary>
    internal IEnumerable<ArmId> PodSubnets => (Cluster.Properties?.AgentPoolProfiles ?? [])
        .Select(static pool => ArmId.TryParse(pool.PodSubnetId, ResourceTypes.Subnet, out var id, out _) ? id : null).OfType<ArmId>()
        .Distinct();

    private IEnumerable<string> SubnetIds => (Cluster.Properties?.AgentPoolProfiles ?? []).Select(static pool => pool.VnetSubnetId)
        .Append(Cluster.Properties?.HostedSystemProfile?.NodeSubnetId).Append(Cluster.Properties?.HostedSystemProfile?.SystemNodeSubnetId)
        .Where(static id => !string.IsNullOrEmpty(id)).OfType<string>();

    /// <summary>The subnet of the internal load balancer, where the compute has one.</summary>
    internal IEnumerable<ArmId> LoadBalancerSubnets =>
        Compute?.Properties?.Properties is { LoadBalancerType: "InternalLoadBalancer", LoadBalancerSubnet: { Length: > 0 } name }
            && ArmId.TryParse(SubnetId, ResourceTypes.Subnet, out var nodes, out _) ? [nodes.Parent!.Child("subnets", name)] : [];

    /// <summary>The service principal, or the user-assigned identities,
    /// by which the control plane acts: what clusters can have in common.</summary>
    internal IEnumerable<string> SharedIdentities =>
        (Cluster.Identity?.UserAssignedIdentities?.Keys.AsEnumerable() ?? [])
        .Concat(ClusterLookup.ServicePrincipalOf(Cluster) is { } clientId ? [clientId] : Array.Empty<string>());

    internal ArmId RequireSubnet() =>
        ArmId.TryParse(SubnetId, ResourceTypes.Subnet, out var subnet, out _) ? subnet
            : throw (SubnetUnknown is { } why ? Problems.NotReadable("subnet of the cluster", ClusterId.ToString(), why)
                : Problems.NotInVirtualNetwork(ClusterId.ToString()));
}

/// <summary>Finds clusters, and the identity by which each acts on the network.</summary>
internal sealed class ClusterLookup(AzureReader azure)
{
    // What a cluster without a service principal carries in its place (Microsoft Learn, "Use a managed identity in AKS").
    private const string ManagedIdentityClientId = "msi";

    /// <summary>The cluster behind the id of a cluster or of a compute.</summary>
    /// <param name="id">The id.</param>
    /// <param name="cancel">Stops the look-up.</param>
    /// <param name="wait">Whether to wait for a compute that has no cluster yet.</param>
    /// <exception cref="AmlVnetException">There is none, or none yet.</exception>
    internal async Task<ResolvedCluster> FindAsync(ArmId id, CancellationToken cancel, bool wait = true)
    {
        WireCompute? compute = null;
        var clusterId = id;
        if (id.IsType(ResourceTypes.Compute))
        {
            compute = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false)
                ?? throw Problems.ResourceNotFound("compute", id.ToString());
            RequireAks(id, compute, orKubernetes: true);
            if (string.IsNullOrEmpty(compute.Properties?.ResourceId) && compute.State is { IsBusy: true } state && !wait)
                throw Problems.NotReadyYet(id.ToString(), state.ToString());
            if (string.IsNullOrEmpty(compute.Properties?.ResourceId))
                compute = await new ComputeWait(azure).UntilReadyAsync(id, compute, $"Waiting for the cluster of {id.Name}", null,
                    cancel).ConfigureAwait(false);
            if (!ArmId.TryParse(compute.Properties?.ResourceId, ResourceTypes.Cluster, out clusterId, out _))
                throw Problems.ComputeFailed(id.ToString(), compute.ToAksCompute().Errors.FirstOrDefault()?.ToString());
        }
        else if (!id.IsType(ResourceTypes.Cluster))
        {
            throw Problems.WrongResourceType("Cluster", id, "an AKS cluster or a compute");
        }

        var cluster = await azure.FindClusterAsync(clusterId, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("cluster", clusterId.ToString());
        return await new KubernetesRouteReading(azure).AddAsync(
            new ResolvedCluster(clusterId, cluster, compute is null ? null : id, compute), cancel)
            .ConfigureAwait(false);
    }

    internal static void RequireAks(ArmId id, WireCompute compute, bool orKubernetes = false)
    {
        if (orKubernetes && compute.IsKubernetes()) return;
        if (compute.ComputeType != ComputeType.Aks)
            throw Problems.NotAnAksCompute(id.ToString(), compute.Properties?.ComputeType);
    }

    /// <summary>
    /// The principal that needs rights on the network: the control plane's, not the kubelet's. A client id other than "msi" is a
    /// service principal's application id, which Microsoft Graph turns into an object id.
    /// </summary>
    internal async Task<AksClusterIdentity> GetIdentityAsync(ResolvedCluster found, CancellationToken cancel)
    {
        var cluster = found.Cluster;
        if (ServicePrincipalOf(cluster) is { } clientId)
        {
            var principal = await LookUpAsync(found.ClusterId, clientId, cancel).ConfigureAwait(false);
            return Make(ClusterIdentityKind.ServicePrincipal, principal, clientId, null);
        }

        if (cluster.Identity?.UserAssignedIdentities is { Count: > 0 } assigned)
        {
            if (assigned.Count > 1)
                throw Problems.IdentityUnknown(found.ClusterId.ToString(), $"it has {assigned.Count} user-assigned identities.");
            var (resourceId, identity) = assigned.First();
            return identity.PrincipalId is { } objectId
                ? Make(ClusterIdentityKind.UserAssigned, objectId, identity.ClientId, resourceId)
                : throw Problems.IdentityUnknown(found.ClusterId.ToString(), $"its identity {resourceId} shows no object id.");
        }

        return cluster.Identity?.PrincipalId is { } systemAssigned
            ? Make(ClusterIdentityKind.SystemAssigned, systemAssigned, null, null)
            : throw Problems.IdentityUnknown(found.ClusterId.ToString(), "it has neither a service principal nor a managed identity.");

        AksClusterIdentity Make(ClusterIdentityKind kind, string principalId, string? client, string? identityId) => new()
        {
            ClusterId = found.ClusterId.ToString(),
            ClusterName = found.ClusterId.Name,
            ComputeId = found.ComputeId?.ToString(),
            Kind = kind,
            PrincipalId = principalId,
            ClientId = client,
            IdentityResourceId = identityId,
            SubnetId = found.SubnetId,
        };
    }

    /// <summary>The object ids of the managed identities by which the control plane acts, as far as the cluster itself shows them; none
    /// where a service principal is in their place.</summary>
    internal static IReadOnlyList<string> KnownIdentities(WireManagedCluster cluster) => ServicePrincipalOf(cluster) is not null ? []
        : cluster.Identity?.UserAssignedIdentities is { Count: > 0 } assigned
            ? [.. assigned.Values.Select(static one => one.PrincipalId).OfType<string>()]
            : cluster.Identity?.PrincipalId is { } own ? [own] : [];

    /// <summary>The client id of the service principal; null where a managed identity is in its place.</summary>
    internal static string? ServicePrincipalOf(WireManagedCluster cluster) =>
        cluster.Properties?.ServicePrincipalProfile?.ClientId is { Length: > 0 } clientId
            && !clientId.Equals(ManagedIdentityClientId, StringComparison.OrdinalIgnoreCase) ? clientId : null;

    /// <summary>The other clusters of the subscription; null where this sign-in may not list them.</summary>
    internal async Task<IReadOnlyList<ResolvedCluster>?> ListOthersAsync(ArmId clusterId, CancellationToken cancel)
    {
        try
        {
            var others = new List<ResolvedCluster>();
            await foreach (var wire in azure.ManagedClusters.ListAsync(ArmId.ForSubscription(clusterId.SubscriptionId!),
                cancel).ConfigureAwait(false))
                if (ArmId.TryParse(wire.Id, ResourceTypes.Cluster, out var id, out _) && !id.Equals(clusterId))
                    others.Add(new ResolvedCluster(id, wire, null, null));
            return others;
        }
        catch (AmlVnetException e) when (e.Kind == ProblemKind.PermissionDenied)
        {
            return null;
        }
    }

    private async Task<string> LookUpAsync(ArmId clusterId, string clientId, CancellationToken cancel)
    {
        try
        {
            var principal = await azure.Graph.FindServicePrincipalAsync(clientId, cancel).ConfigureAwait(false);
            return principal?.Id ?? throw Problems.IdentityUnknown(clusterId.ToString(),
                $"Microsoft Graph knows no service principal for the client id {clientId} in this tenant.");
        }
        catch (ArmRequestException e) when (e.Status == 403)
        {
            throw Problems.IdentityUnknown(clusterId.ToString(),
                $"this sign-in may not look up the client id {clientId} in Microsoft Graph (Application.Read.All is needed).");
        }
    }
}
