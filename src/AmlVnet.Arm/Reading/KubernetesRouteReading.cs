namespace AmlVnet.Arm.Reading;

/// <summary>Reads what the Kubernetes route has beside a cluster, and lends a Kubernetes compute the address of its router.</summary>
internal sealed class KubernetesRouteReading(AzureReader azure)
{
    /// <summary>Adds the extension and the router's address, where a compute of type Kubernetes led to the cluster.</summary>
    internal async Task<ResolvedCluster> AddAsync(ResolvedCluster found, CancellationToken cancel)
    {
        if (found is not { Compute: { } wire, ComputeId: { } id } || !wire.IsKubernetes()) return found;
        var route = await ReadAsync(found, cancel).ConfigureAwait(false);
        return found with
        {
            Route = route,
            Shown = Show(found, wire, route, await FindRouterAsync(found, id.Parent!, route, cancel).ConfigureAwait(false))
        };
    }

    /// <summary>The extensions of a cluster, and what matters with them: nothing more where there is none.</summary>
    /// <param name="found">The cluster.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="isWished">Whether the extension is to be installed.</param>
    internal async Task<KubernetesRouteFacts> ReadAsync(ResolvedCluster found, CancellationToken cancel, bool isWished = false)
    {
        var route = new KubernetesRouteFacts
        {
            Extensions = await FactsReader.TryAsync(async () => (IReadOnlyList<ExtensionFacts>?)
            [
                .. (await azure.Kubernetes.ListExtensionsAsync(found.ClusterId,
                    cancel).ConfigureAwait(false)).Where(static one => one.IsMachineLearning)
                    .OrderBy(static one => one.State == ProvisioningState.Succeeded ? 0 : one.IsInstalled ? 1 : 2),
            ], "").ConfigureAwait(false),
            IsWished = isWished,
            Namespace = found.Compute is { } wire && wire.IsKubernetes() ? wire.Properties?.Properties?.Namespace ?? "" : null,
        };
        if (!route.IsMeant) return route;
        return route with
        {
            // Where local accounts are enabled nobody needs another way in.
            TrustedAccess = found.Cluster.Properties?.DisableLocalAccounts != true ? default : await FactsReader.TryAsync(
                async () => (IReadOnlyList<TrustedAccessFacts>?)await azure.Kubernetes.ListTrustedAccessAsync(found.ClusterId,
                    cancel).ConfigureAwait(false), "")
                .ConfigureAwait(false),
            Registration = await azure.Kubernetes.ReadRegistrationAsync(found.ClusterId.SubscriptionId!, cancel).ConfigureAwait(false),
        };
    }

    /// <summary>The router's frontend. The AKS computes of the workspace are asked for only where there are several candidates.</summary>
    internal async Task<Known<LoadBalancerFrontendFacts>> FindRouterAsync(ResolvedCluster found, ArmId workspace,
        KubernetesRouteFacts route, CancellationToken cancel)
    {
        var balancers = await azure.Facts.ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false);
        if (RouterFrontend.Find(route, balancers, []) is not { State: KnownState.Unknown } first)
            return RouterFrontend.Find(route, balancers, []);
        if (balancers.State != KnownState.Value || route.Router is null) return first;
        var attached = await azure.Facts.ReadAttachmentsAsync(workspace, cancel).ConfigureAwait(false);
        return RouterFrontend.Find(route, balancers,
            [.. (attached.Value ?? []).Where(one => one.IsAks && ArmId.AreSame(one.ClusterId, found.ClusterId.ToString()))
            .Select(static one => one.ScoringIPAddress).OfType<string>()]);
    }

    private static AksCompute Show(ResolvedCluster found, WireCompute wire, KubernetesRouteFacts route,
        Known<LoadBalancerFrontendFacts> front)
    {
        var router = route.Router;
        return wire.ToAksCompute() with
        {
            Location = found.Cluster.Location is { } region ? AzureRegion.Normalize(region) : null,
            SubnetId = found.SubnetId,
            ServiceCidr = found.Cluster.Properties?.NetworkProfile?.ServiceCidr,
            DnsServiceIP = found.Cluster.Properties?.NetworkProfile?.DnsServiceIP,
            LoadBalancerType = router is not { HasLoadBalancer: true } ? null
                : router.IsInternal ? LoadBalancerType.InternalLoadBalancer : LoadBalancerType.PublicIp,
            LoadBalancerSubnet = (front.Value?.SubnetId ?? (router is { IsInternal: true } ? found.SubnetId : null)) is { } subnet
                && ArmId.TryParse(subnet, out var id, out _) ? id.Name : null,
            ScoringIPAddress = front.Value?.Address,
            IsPrivate = front.Value is { } known ? known.SubnetId is not null : null,
            SslStatus = router?.SslStatus,
            SslCname = router is { IsInsecure: false } ? router.Cname : null,
        };
    }
}
