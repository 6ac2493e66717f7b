namespace AmlVnet.Core.Facts;

/// <summary>
/// What the Kubernetes route has beside a cluster and its network: the Azure Machine Learning extension, trusted access, and the
/// registration of their provider.
/// </summary>
public sealed record KubernetesRouteFacts
{
    /// <summary>The Azure Machine Learning extensions of the cluster, the one that works first; empty where there is none.</summary>
    public Known<IReadOnlyList<ExtensionFacts>> Extensions { get; init; }

    /// <summary>Who has trusted access to the cluster.</summary>
    public Known<IReadOnlyList<TrustedAccessFacts>> TrustedAccess { get; init; }

    /// <summary>The role assignments, on the cluster and above it, of the workspace's user-assigned identity; not gathered where the
    /// workspace works by a system-assigned one.</summary>
    public Known<RoleFacts> WorkspaceRoles { get; init; }

    /// <summary>The state of the provider of cluster extensions in the cluster's subscription.</summary>
    public Known<string> Registration { get; init; }

    /// <summary>Whether the extension is to be installed,
    /// or the cluster to be attached: the rules speak though there is nothing yet.</summary>
    public bool IsWished { get; init; }

    /// <summary>The settings that the extension is to have; null takes those that it has.</summary>
    public IReadOnlyDictionary<string, string>? WishedSettings { get; init; }

    /// <summary>The namespace of the compute's deployments; null where no compute was looked at.</summary>
    public string? Namespace { get; init; }

    /// <summary>The extension that serves; null where there is none, or it is not known.</summary>
    public ExtensionFacts? Extension => Extensions.Value is [var first, ..] ? first : null;

    /// <summary>What the settings, as they are or are to be, say of the router; null where they are not known.</summary>
    public RouterSettings? Router => (WishedSettings ?? Extension?.Settings) is { } settings ? new RouterSettings(settings) : null;

    /// <summary>Whether the Kubernetes route is what the facts are about.</summary>
    public bool IsMeant => IsWished || Namespace is not null || Extensions.Value is { Count: > 0 };
}

/// <summary>The frontend of the router among those of a cluster's load balancers.</summary>
public static class RouterFrontend
{
    /// <summary>
    /// Finds it: no name tells it, so it is the only frontend of its kind that serves scoring's port and is no AKS compute's. Where there
    /// are several, only the cluster itself can tell.
    /// </summary>
    /// <param name="route">The extension, whose settings say what kind it is.</param>
    /// <param name="balancers">The cluster's load balancers.</param>
    /// <param name="others">The scoring addresses of AKS computes on the same cluster.</param>
    public static Known<LoadBalancerFrontendFacts> Find(
        KubernetesRouteFacts route, Known<IReadOnlyList<LoadBalancerFacts>> balancers, IReadOnlyList<string> others)
    {
        ArgumentNullException.ThrowIfNull(route);
        ArgumentNullException.ThrowIfNull(others);
        if (route.Router is not { } router)
            return Known.Unknown<LoadBalancerFrontendFacts>(route.Extensions.Why ?? "The settings of the extension are not known.");
        if (!router.HasInference)
            return Known.None<LoadBalancerFrontendFacts>("The extension serves no models, so that it has no router.");
        if (!router.HasLoadBalancer)
            return Known.None<LoadBalancerFrontendFacts>(
                $"The router is of type {router.ServiceType ?? "(none)"}, which has no load balancer.");
        if (!balancers.TryGet(out var all))
            return Known.Unknown<LoadBalancerFrontendFacts>(balancers.Why ?? "The load balancers were not read.");
        var port = SslStatus.PortOf(router.SslStatus);
        LoadBalancerFrontendFacts[] serving =
        [
            .. all.SelectMany(static one => one.Frontends).Where(one => one.Ports.Contains(port)
                && (router.IsInternal ? one.SubnetId is not null : one.SubnetId is null && one.PublicIPAddress is not null)),
        ];
        LoadBalancerFrontendFacts[] found = [.. serving.Where(one => !others.Contains(one.Address))];
        return found switch
        {
            [var only] => only,
            // Unless both may be there, the extension came up without the old router, and may have got the address that was its own.
            [] when serving is [var heir] && !router.UpgradesOldRouter && route.Extension?.State == ProvisioningState.Succeeded => heir,
            [] => Known.None<LoadBalancerFrontendFacts>(
                $"No {(router.IsInternal ? "private" : "public")} frontend of the cluster's load balancers "
                + $"serves port {port}{(others.Count > 0 ? " beside the AKS compute's" : "")}: the router's service still waits for its "
                + "address, or never got it."),
            _ => Known.Unknown<LoadBalancerFrontendFacts>(
                $"{found.Length} {(router.IsInternal ? "private" : "public")} frontends of the cluster's load "
                + $"balancers serve port {port} ({string.Join(", ", found.Select(static one => one.Address))}); which is the router's only "
                + "the cluster can tell."),
        };
    }
}
