using System.Collections;
using System.Net;
using System.Security;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet that says what the Azure Machine Learning extension of a cluster is to do. What is not given is left to the defaults
/// of the Azure CLI, or as it is.</summary>
public abstract class ExtensionCmdlet : ClusterCmdlet
{
    [Parameter]
    public RouterServiceType RouterServiceType { get; set; }

    /// <summary>A router on a public load balancer; without it a router of type LoadBalancer has an address of the nodes' subnet.</summary>
    [Parameter]
    public SwitchParameter PublicLoadBalancer { get; set; }

    /// <summary>Three routers; without it the number of nodes decides.</summary>
    [Parameter]
    public SwitchParameter HighAvailability { get; set; }

    [Parameter]
    public ClusterPurpose ClusterPurpose { get; set; }

    [Parameter]
    public string? SslCertificatePath { get; set; }

    [Parameter]
    public string? SslKeyPath { get; set; }

    /// <summary>A Kubernetes secret with cert.pem and key.pem in the namespace azureml.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslSecretName { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? SslCname { get; set; }

    [Parameter]
    public SwitchParameter AllowInsecureConnections { get; set; }

    [Parameter]
    public SwitchParameter EnableInference { get; set; }

    [Parameter]
    public SwitchParameter EnableTraining { get; set; }

    [Parameter]
    public SwitchParameter InstallPrometheusOperator { get; set; }

    [Parameter]
    public SwitchParameter InstallVolcano { get; set; }

    /// <summary>Lets the router beside that of an AKS compute (preview).</summary>
    [Parameter]
    public SwitchParameter UpgradeOldRouter { get; set; }

    /// <summary>Other settings, as the extension takes them.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? ConfigurationSetting { get; set; }

    /// <summary>Other protected settings: secrets, which no answer gives back.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public Hashtable? ConfigurationProtectedSetting { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ExtensionName { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ExtensionVersion { get; set; }

    [Parameter, ArgumentCompleter(typeof(ReleaseTrainCompleter))]
    public string? ReleaseTrain { get; set; }

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(CheckIdCompleter))]
    public string[]? SkipCheck { get; set; }

    [Parameter]
    public SwitchParameter UseRunCommand { get; set; }

    [Parameter]
    public SwitchParameter NoWait { get; set; }

    // Of this record: of each key the reference to its secret.
    private Dictionary<string, string> _secrets = [];

    private protected sealed override void Prepare()
    {
        _secrets = [];
        SslCertificatePath = ToFilePathIfGiven(nameof(SslCertificatePath), SslCertificatePath);
        SslKeyPath = ToFilePathIfGiven(nameof(SslKeyPath), SslKeyPath);
    }

    /// <summary>What is asked, with what is wrong with it said before anything is read.</summary>
    private protected async Task<AksExtensionRequest> ReadRequestAsync(bool forgetsProtected, CancellationToken cancel)
    {
        await RequireTlsAsync(IsGiven, SslCertificatePath, SslKeyPath, SslSecretName, SslCname, cancel).ConfigureAwait(false);
        if (IsGiven(nameof(ExtensionName)) && ExtensionPlans.CheckName(ExtensionName) is { } name)
            throw Problems.InvalidValue(nameof(ExtensionName), ExtensionName, name);
        if (ConfigurationProtectedSetting is { } secrets) _secrets = KeepSecrets(secrets);
        return new AksExtensionRequest(ClusterOrComputeId, Change)
        {
            Name = ExtensionName,
            Version = ExtensionVersion,
            ReleaseTrain = ReleaseTrain,
            UseRunCommand = UseRunCommand,
            ForgetsProtected = forgetsProtected,
            Wait = !NoWait && !IsWhatIf,
        };
    }

    /// <summary>Keeps the secrets, so that what is planned holds references to them only.</summary>
    private Dictionary<string, string> KeepSecrets(Hashtable table)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry one in table)
        {
            var key = one.Key.ToString()!;
            var value = one.Value is PSObject wrapped ? wrapped.BaseObject : one.Value;
            kept[key] = value is SecureString { Length: > 0 } secret ? Azure.Keys.Keep(new NetworkCredential("", secret).Password)
                : throw Problems.InvalidValue(nameof(ConfigurationProtectedSetting), key,
                    $"the value of {key} is no SecureString, or an empty one; give one, such as (Read-Host -AsSecureString).");
        }

        return kept;
    }

    private ExtensionWish Change(ExtensionWish wish)
    {
        if (IsGiven(nameof(EnableInference))) wish = wish with { Inference = EnableInference };
        if (IsGiven(nameof(EnableTraining))) wish = wish with { Training = EnableTraining };
        if (IsGiven(nameof(RouterServiceType)))
            wish = wish with
            {
                ServiceType = RouterServiceType,
                // Another type of service has no load balancer that could be public.
                IsPublic = RouterServiceType == RouterServiceType.LoadBalancer && wish.IsPublic,
            };
        if (IsGiven(nameof(PublicLoadBalancer))) wish = wish with { IsPublic = PublicLoadBalancer };
        if (IsGiven(nameof(HighAvailability))) wish = wish with { HighAvailability = HighAvailability };
        if (IsGiven(nameof(ClusterPurpose))) wish = wish with { Purpose = ClusterPurpose };
        if (IsGiven(nameof(InstallPrometheusOperator))) wish = wish with { InstallsPrometheus = InstallPrometheusOperator };
        if (IsGiven(nameof(InstallVolcano))) wish = wish with { InstallsVolcano = InstallVolcano };
        if (IsGiven(nameof(UpgradeOldRouter))) wish = wish with { UpgradesOldRouter = UpgradeOldRouter };
        if (ConfigurationSetting is { } more) wish = wish with { Others = ToSettings(more) };
        if (_secrets.Count > 0) wish = wish with { ProtectedOthers = _secrets };
        return ChangeTls(wish);
    }

    private ExtensionWish ChangeTls(ExtensionWish wish)
    {
        var hasFiles = IsGiven(nameof(SslCertificatePath)) || IsGiven(nameof(SslKeyPath));
        // Where TLS comes from is changed as a whole: the other source goes, and so does the permission to do without.
        if (IsGiven(nameof(SslSecretName)))
            wish = wish with { TlsSecret = SslSecretName, AllowsInsecure = false };
        if (hasFiles)
            wish = wish with
            {
                CertificateFile = SslCertificatePath,
                KeyFile = SslKeyPath,
                TlsSecret = IsGiven(nameof(SslSecretName)) ? SslSecretName : null,
                AllowsInsecure = false,
            };
        if (IsGiven(nameof(SslCname))) wish = wish with { Cname = SslCname };
        if (IsGiven(nameof(AllowInsecureConnections)))
            wish = wish with
            {
                AllowsInsecure = AllowInsecureConnections,
                TlsSecret = AllowInsecureConnections && !IsGiven(nameof(SslSecretName)) ? null : wish.TlsSecret,
            };
        return wish;
    }

    private static Dictionary<string, string> ToSettings(Hashtable table)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry one in table)
        {
            var key = one.Key.ToString();
            if (string.IsNullOrWhiteSpace(key))
                throw Problems.InvalidValue(nameof(ConfigurationSetting), key, "a setting has no name; give each one its key.");
            // On the wire every value is a text.
            settings[key] = one.Value switch
            {
                bool flag => flag ? "True" : "False",
                null => throw Problems.InvalidValue(nameof(ConfigurationSetting), key, $"the setting {key} has no value; give one."),
                var value => LanguagePrimitives.ConvertTo<string>(value),
            };
        }

        return settings;
    }

    /// <summary>Looks at what the router's TLS is to be made of, as the extension takes it.</summary>
    /// <exception cref="AmlVnetException">A value breaks its rule, or a file can't be used.</exception>
    internal static async Task RequireTlsAsync(Func<string, bool> isGiven, string? certificatePath, string? keyPath, string? secretName,
        string? cname, CancellationToken cancel)
    {
        await RequireFileAsync(nameof(SslCertificatePath), certificatePath, cancel).ConfigureAwait(false);
        await RequireFileAsync(nameof(SslKeyPath), keyPath, cancel).ConfigureAwait(false);
        if (isGiven(nameof(SslSecretName)) && Kubectl.CheckSecret(secretName) is { } secret)
            throw Problems.InvalidValue(nameof(SslSecretName), secretName, secret);
        if (isGiven(nameof(SslCname)) && string.IsNullOrWhiteSpace(cname))
            throw Problems.InvalidValue(nameof(SslCname), cname, "the host name is empty; give the one that is in the certificate.");
    }

    private static async Task RequireFileAsync(string parameter, string? path, CancellationToken cancel)
    {
        if (string.IsNullOrEmpty(path)) return;
        var text = await TlsCmdlet.ReadPemAsync(parameter, path, cancel).ConfigureAwait(false);
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal))
            throw Problems.FileUnreadable(parameter, path, "its key has a passphrase, and the extension takes none (E40007).");
    }
}
