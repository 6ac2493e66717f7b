using System.Security;
using AmlVnet.Arm.SignIn;
using AmlVnet.Arm.Simulation;

namespace AmlVnet.Cmdlets;

/// <summary>Signs in to Azure, or starts a local simulator in its place.</summary>
[Cmdlet(VerbsCommunications.Connect, "AmlVnet", DefaultParameterSetName = WithBrowser)]
[OutputType(typeof(AmlVnetContext))]
public sealed class ConnectAmlVnetCommand : SignInCmdlet
{
    private const string WithBrowser = "Browser";
    private const string WithIdentity = "ManagedIdentity";
    private const string WithSecret = "ServicePrincipalSecret";
    private const string WithCertificateFile = "ServicePrincipalCertificateFile";
    private const string WithCertificateStore = "ServicePrincipalCertificate";
    private const string WithFederatedToken = "FederatedToken";
    private const string WithAzurePipelines = "AzurePipelines";
    private const string WithAccessToken = "AccessToken";
    private const string WithAzContext = "AzContext";
    private const string WithAzureCli = "AzureCli";
    private const string WithDefaultCredential = "DefaultCredential";
    private const string WithSimulator = "Simulator";

    [Parameter(ParameterSetName = WithBrowser)]
    [Alias("DeviceCode", "DeviceAuth", "Device")]
    public SwitchParameter UseDeviceAuthentication { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithIdentity)]
    [Alias("MSI", "ManagedService")]
    public SwitchParameter Identity { get; set; }

    [Parameter(ParameterSetName = WithIdentity)]
    [Parameter(ParameterSetName = WithAccessToken)]
    [Parameter(ParameterSetName = WithBrowser)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? AccountId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithSecret)]
    [Parameter(ParameterSetName = WithCertificateFile)]
    [Parameter(ParameterSetName = WithCertificateStore)]
    [Parameter(ParameterSetName = WithFederatedToken)]
    public SwitchParameter ServicePrincipal { get; set; }

    // Not mandatory: of -ServicePrincipal alone the binder could not tell which of its sets is meant, and would not say what is missing.
    [Parameter(ParameterSetName = WithSecret)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSCredential Credential { get; set; } = PSCredential.Empty;

    [Parameter(Mandatory = true, ParameterSetName = WithCertificateFile)]
    [Parameter(Mandatory = true, ParameterSetName = WithCertificateStore)]
    [Parameter(Mandatory = true, ParameterSetName = WithFederatedToken)]
    [Parameter(ParameterSetName = WithAzurePipelines)]
    [Parameter(ParameterSetName = WithSecret)]
    [Parameter(ParameterSetName = WithBrowser)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ApplicationId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithCertificateFile)]
    [ValidateNotNullOrEmpty]
    public string? CertificatePath { get; set; }

    [Parameter(ParameterSetName = WithCertificateFile)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? CertificatePassword { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithCertificateStore)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? CertificateThumbprint { get; set; }

    [Parameter(ParameterSetName = WithCertificateFile)]
    [Parameter(ParameterSetName = WithCertificateStore)]
    [Parameter(ParameterSetName = WithBrowser)]
    [Parameter(ParameterSetName = WithSecret)]
    public SwitchParameter SendCertificateChain { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithFederatedToken)]
    [Alias("ClientAssertion")]
    [SecretTransformation]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? FederatedToken { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithAzurePipelines)]
    public SwitchParameter AzurePipelines { get; set; }

    [Parameter(ParameterSetName = WithAzurePipelines)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ServiceConnectionId { get; set; }

    [Parameter(ParameterSetName = WithAzurePipelines)]
    [SecretTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? SystemAccessToken { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithAccessToken)]
    [ValidateNotNull]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? AccessToken { get; set; }

    [Parameter(ParameterSetName = WithAccessToken)]
    [Alias("MicrosoftGraphAccessToken")]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public SecureString? GraphAccessToken { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithAzContext)]
    public SwitchParameter FromAzContext { get; set; }

    [Parameter(ParameterSetName = WithAzContext)]
    [Alias("AzContext", "AzureRmContext")]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public PSObject? DefaultProfile { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithAzureCli)]
    public SwitchParameter AzureCli { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithDefaultCredential)]
    public SwitchParameter DefaultCredential { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = WithSimulator)]
    public SwitchParameter Simulator { get; set; }

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateNotNullOrEmpty]
    public string? StatePath { get; set; }

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(ScenarioCompleter))]
    public string Scenario { get; set; } = "how-to";

    [Parameter(ParameterSetName = WithSimulator)]
    [ValidateRange(1.0, 1_000_000.0)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public double TimeScale { get; set; } = SimulatorSignIn.DefaultTimeScale;

    [Parameter(ParameterSetName = WithSimulator)]
    public SwitchParameter VirtualClock { get; set; }

    [Parameter, Alias("SubscriptionId", "SubscriptionName"), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(SubscriptionCompleter))]
    public string? Subscription { get; set; }

    [Parameter(ParameterSetName = WithBrowser)]
    [Parameter(ParameterSetName = WithIdentity)]
    [Parameter(ParameterSetName = WithSecret)]
    [Parameter(ParameterSetName = WithCertificateFile)]
    [Parameter(ParameterSetName = WithCertificateStore)]
    [Parameter(ParameterSetName = WithFederatedToken)]
    [Parameter(ParameterSetName = WithAzurePipelines)]
    [Parameter(ParameterSetName = WithAccessToken)]
    [Parameter(ParameterSetName = WithAzureCli)]
    [Parameter(ParameterSetName = WithDefaultCredential)]
    [Parameter(ParameterSetName = WithAzContext)]
    [Alias("TenantId", "Domain")]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TenantCompleter))]
    public string? Tenant { get; set; }

    [Parameter(ParameterSetName = WithBrowser)]
    [Parameter(ParameterSetName = WithIdentity)]
    [Parameter(ParameterSetName = WithSecret)]
    [Parameter(ParameterSetName = WithCertificateFile)]
    [Parameter(ParameterSetName = WithCertificateStore)]
    [Parameter(ParameterSetName = WithFederatedToken)]
    [Parameter(ParameterSetName = WithAzurePipelines)]
    [Parameter(ParameterSetName = WithAccessToken)]
    [Parameter(ParameterSetName = WithAzureCli)]
    [Parameter(ParameterSetName = WithDefaultCredential)]
    [Alias("EnvironmentName")]
    [ArgumentCompleter(typeof(EnvironmentCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Environment { get; set; }

    [Parameter(ParameterSetName = WithBrowser)]
    [Parameter(ParameterSetName = WithIdentity)]
    [Parameter(ParameterSetName = WithSecret)]
    [Parameter(ParameterSetName = WithCertificateFile)]
    [Parameter(ParameterSetName = WithCertificateStore)]
    [Parameter(ParameterSetName = WithFederatedToken)]
    [Parameter(ParameterSetName = WithAzurePipelines)]
    [Parameter(ParameterSetName = WithAccessToken)]
    [Parameter(ParameterSetName = WithAzureCli)]
    [Parameter(ParameterSetName = WithDefaultCredential)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public Uri? ArmEndpoint { get; set; }

    [Parameter]
    public LogFormat LogFormat { get; set; }

    private protected override void Prepare()
    {
        base.Prepare();
        LogFormat = SpokenFormat;
        // The switch chose the parameter set, whatever its value.
        if (Declined() is { } declined) throw Problems.InvalidValue(declined, bool.FalseString, $"-{declined}:$false is no way to sign in.",
            "Leave it out, and give the way to sign in.");
        RequireProof();
        if (StatePath is not null) StatePath = ToStatePath(StatePath);
        if (CertificatePath is not null) CertificatePath = ToFilePath(nameof(CertificatePath), CertificatePath);
    }

    private protected override LogFormat SpokenFormat =>
        MyInvocation.BoundParameters.ContainsKey(nameof(LogFormat)) ? LogFormat : AzurePipelinesStreams.Usual;

    private protected override async Task<AmlVnetContext> SignInAsync(CancellationToken cancel)
    {
        if (LogFormat == LogFormat.AzurePipelines && !AzurePipelinesStreams.IsAgent)
            Streams.Verbose("-LogFormat AzurePipelines has no effect here: TF_BUILD is not set, so no agent reads the logging commands.");
        switch (BoundSet)
        {
            case WithSimulator:
                return await SimulatorSignIn.ConnectAsync(new(Scenario, StatePath, VirtualClock ? null : TimeScale), Subscription,
                    LogFormat, cancel)
                    .ConfigureAwait(false);
            case WithAzContext:
                var open = Streams.OnPipelineAsync(() => AzSession.Open(DefaultProfile), cancel)!;
                var (session, az) = await open.ConfigureAwait(false);
                return await AzureSignIn.ConnectAsync(Request(new BorrowedSignIn(az.Account, session.BorrowAsync)) with
                {
                    Cloud = az.Cloud ?? throw Problems.AzContextUnusable($"its environment '{az.Environment}' has no ResourceManagerUrl."),
                    Tenant = Tenant ?? az.TenantId,
                    Subscription = Subscription ?? az.SubscriptionId,
                }, cancel).ConfigureAwait(false);
            case WithAzurePipelines:
                return await AzureSignIn.ConnectAsync(OfPipeline(), cancel).ConfigureAwait(false);
            default:
                return await AzureSignIn.ConnectAsync(Request(Method()), cancel).ConfigureAwait(false);
        }
    }

    /// <summary>An application proves who it is in one of three ways; the binder lets none of them pass.</summary>
    private void RequireProof()
    {
        if (BoundSet == WithBrowser && IsGiven(nameof(AccountId)))
            throw Problems.InvalidCombination("-AccountId names who signs in, and not how.",
                "Connect-AmlVnet -Identity -AccountId <id>, or -AccessToken <token> -AccountId <id>.");
        if (BoundSet is WithBrowser or WithSecret && IsGiven(nameof(SendCertificateChain)))
            throw Problems.InvalidCombination("-SendCertificateChain goes with a certificate, and none is given.",
                "Give -CertificatePath <file> or -CertificateThumbprint <thumbprint>, with -ApplicationId <id> and -Tenant <tenant>.");
        var isGiven = !IsGiven(nameof(ApplicationId)) && (BoundSet != WithSecret || IsGiven(nameof(Credential)));
        if (isGiven || BoundSet is not (WithSecret or WithBrowser)) return;
        var given = IsGiven(nameof(ServicePrincipal)) ? nameof(ServicePrincipal) : nameof(ApplicationId);
        throw Problems.InvalidCombination(
            IsGiven(nameof(Credential))
                ? "-Credential holds the application's id as its user name; -ApplicationId goes with a certificate or a federated token."
                : $"-{given} does not say how the application proves who it is: a secret, a certificate or a federated token is missing.",
            "Connect-AmlVnet -ServicePrincipal -Credential (Get-Credential <application id>) -Tenant <tenant>; "
                + "or -ApplicationId <id> -Tenant <tenant> with -CertificatePath <file>, -CertificateThumbprint <thumbprint> or "
                + "-FederatedToken <token>.");
    }

    /// <summary>A simulator that made folders by itself would start a new world at each slip of the pen.</summary>
    private string ToStatePath(string given)
    {
        var path = ToFilePath(nameof(StatePath), given);
        return Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder)
            ? throw Problems.FileNotWritten(nameof(StatePath), path, $"there is no folder '{folder}'.")
            : path;
    }

    private string? Declined() => BoundSet switch
    {
        WithIdentity when !Identity => nameof(Identity),
        WithSecret when !ServicePrincipal => nameof(ServicePrincipal),
        WithAzurePipelines when !AzurePipelines => nameof(AzurePipelines),
        WithAzContext when !FromAzContext => nameof(FromAzContext),
        WithAzureCli when !AzureCli => nameof(AzureCli),
        WithDefaultCredential when !DefaultCredential => nameof(DefaultCredential),
        WithSimulator when !Simulator => nameof(Simulator),
        _ => null,
    };

    private SignInMethod Method() => BoundSet switch
    {
        WithIdentity => new ManagedIdentitySignIn(AccountId),
        WithSecret => new ClientSecretSignIn(Credential.UserName, Credential.Password),
        WithCertificateFile => new CertificateFileSignIn(ApplicationId!, CertificatePath!, CertificatePassword, SendCertificateChain),
        WithCertificateStore => new CertificateStoreSignIn(ApplicationId!, CertificateThumbprint!, SendCertificateChain),
        WithFederatedToken => new FederatedTokenSignIn(ApplicationId!, FederatedToken!),
        WithAccessToken => new AccessTokenSignIn(AccessToken!, GraphAccessToken, AccountId),
        WithAzureCli => new AzureCliSignIn(),
        WithDefaultCredential => new DefaultSignIn(),
        _ => Asking(),
    };

    private SignInMethod Asking()
    {
        if (Interaction.WhyNot(Host) is { } nobody) throw Problems.NotInteractive(nobody, UseDeviceAuthentication);
        if (UseDeviceAuthentication) return new DeviceCodeSignIn(Streams.HostLine);
        return Interaction.WhyNoBrowser(Host) is { } none ? throw Problems.NotInteractive(none) : new BrowserSignIn();
    }

    private SignInRequest OfPipeline()
    {
        var missing = new List<string>();
        string From(string? given, string variable, string what)
        {
            var value = string.IsNullOrEmpty(given) ? System.Environment.GetEnvironmentVariable(variable) : given;
            if (string.IsNullOrEmpty(value)) missing.Add($"{what} ({variable})");
            return value ?? "";
        }

        // The task of a service connection sets the first three; the agent the last one, in every job that may ask for a token.
        var connection = From(ServiceConnectionId, "AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", "-ServiceConnectionId");
        var application = From(ApplicationId, "AZURESUBSCRIPTION_CLIENT_ID", "-ApplicationId");
        var tenant = From(Tenant, "AZURESUBSCRIPTION_TENANT_ID", "-Tenant");
        var token = SystemAccessToken ?? SecretTransformationAttribute.Secret(From(null, "SYSTEM_ACCESSTOKEN", "-SystemAccessToken"));
        From(null, "SYSTEM_OIDCREQUESTURI", "the agent's address for tokens");
        if (missing.Count > 0) throw Problems.PipelineValuesMissing(missing);
        return Request(new AzurePipelinesSignIn(application, connection, token)) with { Tenant = tenant };
    }

    private SignInRequest Request(SignInMethod method) => new(method)
    {
        Environment = Environment,
        ArmEndpoint = ArmEndpoint,
        Tenant = Tenant,
        Subscription = Subscription,
        LogFormat = LogFormat,
    };
}
