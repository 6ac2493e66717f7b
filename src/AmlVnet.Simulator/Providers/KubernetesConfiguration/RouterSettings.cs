using System.Text;

namespace AmlVnet.Simulator.Providers.KubernetesConfiguration;

/// <summary>What an extension's two maps of settings say of the router. The names of members are compared as Helm does: by case.</summary>
internal sealed record RouterSettings(JsonObject Open, JsonObject Protected)
{
    public bool HasInference => IsTrue("enableInference");

    public bool HasTraining => IsTrue("enableTraining");

    /// <summary>LoadBalancer, NodePort or ClusterIP in any case; null where it is none of them.</summary>
    public string? ServiceType =>
        Array.Find(["LoadBalancer", "NodePort", "ClusterIP"], known => known.Same(Value("inferenceRouterServiceType")));

    public string? LoadBalancerProvider => Value("internalLoadBalancerProvider") is { Length: > 0 } given ? given : null;

    public bool IsInternal => LoadBalancerProvider.Same("azure") && IsTrue("scoringFe.serviceType.internalLoadBalancer");

    /// <summary>Three routers, unless it is said otherwise.</summary>
    public bool IsHighlyAvailable => !Value("inferenceRouterHA").Same("false");

    public bool IsInsecure => IsTrue("allowInsecureConnections");

    public bool UpgradesOldRouter => IsTrue("scoringFe.enableUpgrade");

    public bool InstallsPrometheus => !Value("installPromOp").Same("false");

    public bool InstallsVolcano => !Value("installVolcano").Same("false");

    public string? Secret => Value("scoringFe.sslSecret");

    public string? Cname => Value("sslCname");

    /// <summary>Whether the two protected settings hold a certificate and a key: PEM text in base64.</summary>
    public bool HasCertificate => IsPem("scoringFe.sslCert") && IsPem("scoringFe.sslKey");

    private string? Value(string name) => Open.Text(name) ?? Protected.Text(name);

    private bool IsTrue(string name) => Value(name).Same("true");

    private bool IsPem(string name)
    {
        var bytes = new byte[(Protected.Text(name)?.Length ?? 0) + 4];
        return Protected.Text(name) is { } text && Convert.TryFromBase64String(text, bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length).TrimStart().StartsWith("-----BEGIN ", StringComparison.Ordinal);
    }
}
