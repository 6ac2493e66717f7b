namespace AmlVnet.Core.Facts;

/// <summary>What the settings of the Azure Machine Learning extension say of its router. Keys are compared by case, as Helm does.</summary>
/// <param name="Settings">The settings that anybody may see.</param>
public sealed record RouterSettings(IReadOnlyDictionary<string, string> Settings)
{
    /// <summary>Whether models are served.</summary>
    public bool HasInference => IsTrue("enableInference");

    /// <summary>LoadBalancer, NodePort or ClusterIP; null where nothing is said.</summary>
    public string? ServiceType => Value("inferenceRouterServiceType");

    /// <summary>Whether the router is to be on a load balancer.</summary>
    public bool HasLoadBalancer => Is(ServiceType, "LoadBalancer");

    /// <summary>Whether the load balancer is to be an internal one: both of the settings that the Azure CLI sends say so.</summary>
    public bool IsInternal => Is(Value("internalLoadBalancerProvider"), "azure") && IsTrue("scoringFe.serviceType.internalLoadBalancer");

    /// <summary>Whether only one of the two was set, as by a template that knows one key.</summary>
    public bool IsHalfInternal => !IsInternal
        && (Is(Value("internalLoadBalancerProvider"), "azure") || IsTrue("scoringFe.serviceType.internalLoadBalancer"));

    /// <summary>Whether three routers are to run; that is the extension's own default.</summary>
    public bool IsHighlyAvailable => !Is(Value("inferenceRouterHA"), "false");

    /// <summary>Whether scoring goes over HTTP without TLS.</summary>
    public bool IsInsecure => IsTrue("allowInsecureConnections");

    /// <summary>The host name in the certificate.</summary>
    public string? Cname => Value("sslCname");

    /// <summary>The Kubernetes secret with the certificate.</summary>
    public string? SecretName => Value("scoringFe.sslSecret") ?? Value("sslSecret");

    /// <summary>Whether the router of an AKS compute stays beside this one.</summary>
    public bool UpgradesOldRouter => IsTrue("scoringFe.enableUpgrade");

    /// <summary>TLS as a compute says it: Enabled or Disabled.</summary>
    public string SslStatus => IsInsecure ? "Disabled" : "Enabled";

    private string? Value(string key) => Settings.GetValueOrDefault(key) is { Length: > 0 } value ? value : null;

    private bool IsTrue(string key) => Is(Value(key), "true");
}
