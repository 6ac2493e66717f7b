using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that makes the inferencing of a cluster private, and knows the Kubernetes route.</summary>
public abstract class KubernetesInferenceCmdlet : PrivateInferenceCmdlet
{
    /// <summary>The namespace of a Kubernetes compute's deployments.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string Namespace { get; set; } = KubernetesComputePlans.DefaultNamespace;

    /// <summary>A Kubernetes secret with cert.pem and key.pem in the namespace azureml.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslSecretName { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslCname { get; set; }

    [Parameter]
    public SwitchParameter AllowInsecureConnections { get; set; }

    /// <summary>Lets the command look into the cluster, and change what it needs there,
    /// by kubectl through Azure Resource Manager.</summary>
    [Parameter]
    public SwitchParameter UseRunCommand { get; set; }

    /// <summary>The clients that are let in.</summary>
    [Parameter, ValidateNotNullOrEmpty, SourceTransformation, ArgumentCompleter(typeof(ServiceTagCompleter))]
    public string[] SourceAddressPrefix { get; set; } = ["VirtualNetwork"];

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter Force { get; set; }

    // What goes with the Kubernetes route only.
    private protected static readonly string[] OfKubernetes =
        [nameof(Namespace), nameof(SslCertificatePath), nameof(SslKeyPath), nameof(SslSecretName), nameof(SslCname),
            nameof(AllowInsecureConnections),
            nameof(UseRunCommand)];

    /// <summary>What the extension is to do, of what was given.</summary>
    /// <exception cref="AmlVnetException">A value breaks its rule.</exception>
    private protected async Task<ExtensionWish> ReadExtensionAsync(CancellationToken cancel)
    {
        await ExtensionCmdlet.RequireTlsAsync(IsGiven, SslCertificatePath, SslKeyPath, SslSecretName, SslCname, cancel)
            .ConfigureAwait(false);
        return new ExtensionWish
        {
            CertificateFile = SslCertificatePath,
            KeyFile = SslKeyPath,
            TlsSecret = SslSecretName,
            Cname = SslCname,
            AllowsInsecure = AllowInsecureConnections,
        };
    }

    /// <summary>The points inside the cluster that the user has looked at himself.</summary>
    private protected static string[] LookedAt(string[]? skipCheck) =>
        [.. (skipCheck ?? []).Where(static one => one.StartsWith("NOTLOOKEDAT-", StringComparison.OrdinalIgnoreCase))];
}
