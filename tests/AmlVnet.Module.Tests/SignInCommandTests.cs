using System.Security.Cryptography.X509Certificates;
using AmlVnet.Arm.Tests;

namespace AmlVnet.Module.Tests;

/// <summary>Each way to sign in as users write it, and what must never be seen of it.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class SignInCommandTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private SignInServer _server = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), TestRoots.NeedsLinux);
        _server = await SignInServer.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (_server is not null) await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("ClientSecret", "-ServicePrincipal -Credential $credential -Tenant $tenant")]
    [InlineData("ClientCertificate",
        "-ServicePrincipal -ApplicationId $application -CertificatePath $pfx -CertificatePassword $password -Tenant $tenant")]
    [InlineData("ClientCertificate",
        "-ApplicationId $application -CertificatePath $pfx -CertificatePassword $password -TenantId $tenant -SendCertificateChain")]
    [InlineData("ClientAssertion", "-ApplicationId $application -FederatedToken $federated -Tenant $tenant")]
    [InlineData("ClientAssertion", "-ApplicationId $application -FederatedToken $federatedText -Tenant $tenant")]
    [InlineData("ManagedIdentity", "-Identity")]
    [InlineData("ManagedIdentity", "-Identity -AccountId $objectId")]
    [InlineData("AzurePipelines",
        "-AzurePipelines -ServiceConnectionId $connection -ApplicationId $application -Tenant $tenant -SystemAccessToken $system")]
    [InlineData("AzurePipelines", "-AzurePipelines")]
    [InlineData("AccessToken", "-AccessToken $token -GraphAccessToken $graph")]
    [InlineData("AzureCli", "-AzureCli")]
    [InlineData("DefaultCredential", "-DefaultCredential")]
    public async Task A_way_signs_in_and_shows_no_secret_in_any_stream(string type, string parameters)
    {
        using var certificate = TestRoots.MakeClient();
        _server.ClientCertificate = certificate;
        var pfx = Path.Combine(_folder, "client.pfx");
        await File.WriteAllBytesAsync(pfx, certificate.Export(X509ContentType.Pkcs12, "pfx-password-6Jd3"),
            TestContext.Current.CancellationToken);
        var token = _server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1));
        var graph = _server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1));
        await WriteAzAsync(_server.Issue(_server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1)));
        using var variables = new Variables(
            ("IDENTITY_ENDPOINT", type == "ManagedIdentity" ? _server.PlainAddress + "msi/token" : null),
                ("IDENTITY_HEADER", SignInServer.IdentityHeader),
            ("SYSTEM_OIDCREQUESTURI", _server.Address + "oidc"), ("SYSTEM_ACCESSTOKEN", SignInServer.SystemToken),
            ("AZURESUBSCRIPTION_SERVICE_CONNECTION_ID", SignInServer.Connection), ("AZURESUBSCRIPTION_CLIENT_ID", SignInServer.Application),
            ("AZURESUBSCRIPTION_TENANT_ID", SignInServer.Tenant),
            ("AZURE_TENANT_ID", SignInServer.Tenant), ("AZURE_CLIENT_ID", SignInServer.Application),
                ("AZURE_CLIENT_SECRET", SignInServer.Secret),
            ("PATH", _folder + ":" + Environment.GetEnvironmentVariable("PATH")));
        using var runspace = new ModuleRunspace();
        foreach (var (name, value) in new (string, object)[]
        {
            ("application", SignInServer.Application), ("tenant", SignInServer.Tenant), ("pfx", pfx),
                ("password", Secure("pfx-password-6Jd3")),
            ("credential", new System.Management.Automation.PSCredential(SignInServer.Application, Secure(SignInServer.Secret))),
            ("federated", Secure(SignInServer.FederatedToken)), ("federatedText", SignInServer.FederatedToken),
                ("objectId", SignInServer.ObjectId),
            ("connection", SignInServer.Connection), ("system", Secure(SignInServer.SystemToken)), ("token", Secure(token)),
                ("graph", Secure(graph)),
            ("arm", _server.Address),
        })
        {
            runspace.SetVariable(name, value);
        }

        var connected = runspace.Invoke(
            $"$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; Connect-AmlVnet {parameters} -ArmEndpoint $arm");
        dynamic context = Assert.Single(connected.OutputWithoutErrors()).BaseObject;
        Assert.Equal(type, context.CredentialType);
        Assert.Equal(SignInServer.Tenant, context.TenantId);

        // An error, and the context itself in every view, after the sign-in.
        var failed = runspace.Invoke("Get-AmlWorkspace -ResourceGroupName g -Name absent");
        Assert.Single(failed.AllErrors);
        var shown = runspace.Show("Get-AmlVnetContext") + runspace.Host.Text
            + runspace.Show("Get-AmlWorkspace -ResourceGroupName g -Name absent");
        var everything = string.Join('\n', new[] { connected, failed }.SelectMany(static r => r.Verbose.Concat(r.Debug).Concat(r.Warnings)
            .Concat(r.Information.Select(static i => i.ToString())).Concat(r.AllErrors.Select(static e =>
                $"{e} {e.Exception} {e.ErrorDetails} {e.InvocationInfo?.Line}"))))
            + shown + System.Management.Automation.PSSerializer.Serialize(connected.Output, 6);
        Assert.Contains("/subscriptions", everything, StringComparison.Ordinal);
        Assert.All(_server.Secrets.Append("pfx-password-6Jd3").Append("refresh-token-of-the-tests"),
            secret => Assert.DoesNotContain(secret, everything, StringComparison.Ordinal));
    }

    // The input of these tests is no terminal, like that of a remote session through SSH.
    [Fact]
    public void A_remote_session_has_no_browser_and_shows_a_code()
    {
        using var variables = new Variables(("TF_BUILD", null), ("GITHUB_ACTIONS", null), ("CI", null));
        using var runspace = new ModuleRunspace(hostName: "ServerRemoteHost");
        var error = Error(runspace.Invoke($"Connect-AmlVnet -Tenant {SignInServer.Tenant} -ArmEndpoint {_server.Address}"));
        Assert.Contains("-UseDeviceAuthentication shows a code instead", error.Exception.Message, StringComparison.Ordinal);

        var connected = runspace.Invoke(
            $"Connect-AmlVnet -UseDeviceAuthentication -Tenant {SignInServer.Tenant} -ArmEndpoint {_server.Address}");
        Assert.Single(connected.OutputWithoutErrors());
        Assert.Contains(connected.Information, static i => i.ToString().Contains("ABC123", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_of_the_user_s_store_signs_in()
    {
        using var certificate = TestRoots.MakeClient();
        _server.ClientCertificate = certificate;
        var pfx = Path.Combine(_folder, "client.pfx");
        await File.WriteAllBytesAsync(pfx, certificate.Export(X509ContentType.Pkcs12, "p"), TestContext.Current.CancellationToken);
        // The store is in the user's home, so the user of this test gets one of their own.
        var run = await PwshProcess.RunAsync($$"""
            $store = [System.Security.Cryptography.X509Certificates.X509Store]::new('My', 'CurrentUser')
            $store.Open('ReadWrite')
            $loader = [System.Security.Cryptography.X509Certificates.X509CertificateLoader]
            $store.Add($loader::LoadPkcs12FromFile('{{pfx}}', 'p', 'PersistKeySet'))
            (Connect-AmlVnet -ApplicationId {{SignInServer.Application}} -CertificateThumbprint {{certificate.Thumbprint}} `
                -Tenant {{SignInServer.Tenant}} -ArmEndpoint {{_server.Address}}).CredentialType
            """, ("HOME", _folder), ("SSL_CERT_FILE", TestRoots.TrustedFile));
        Assert.Equal("", run.Error);
        Assert.Equal("ClientCertificate", run.Output.Trim());
    }

    [Fact]
    public async Task A_server_that_is_not_trusted_is_refused_in_a_process_of_its_own()
    {
        await using var stranger = await SignInServer.StartAsync(TestRoots.Untrusted);
        var run = await PwshProcess.RunAsync(
            $"try {{ Connect-AmlVnet -Identity -ArmEndpoint {stranger.Address} }} catch {{ $_.FullyQualifiedErrorId; "
                + "$_.ErrorDetails.RecommendedAction }",
            ("SSL_CERT_FILE", TestRoots.TrustedFile));
        Assert.Contains("CertificateNotTrusted", run.Output, StringComparison.Ordinal);
        Assert.Contains("update-ca-certificates", run.Output, StringComparison.Ordinal);
        Assert.Empty(stranger.Seen);
    }

    [Fact]
    public void Contexts_are_listed_and_turned_to()
    {
        _server.Subscriptions.Add(("00000000-0000-0000-0000-000000000002", "Two"));
        using var runspace = Connected("-Subscription One");
        Assert.Equal(["One", "Two"], Names(runspace, "Get-AmlVnetContext -ListAvailable"));
        Assert.Equal("Two", Names(runspace, "Set-AmlVnetContext Two").Single());
        Assert.Equal("Two", Names(runspace, "Get-AmlVnetContext").Single());
        Assert.Equal(["Two", "One"], Names(runspace, "Get-AmlVnetContext -ListAvailable"));
        Assert.Equal("One", Names(runspace,
            "Get-AmlVnetContext -ListAvailable | Where-Object SubscriptionName -eq One | Set-AmlVnetContext").Single());
        Assert.Single(_server.TokenRequests);

        var tenant = runspace.Invoke($"Set-AmlVnetContext -Tenant {SignInServer.OtherTenant} -Subscription Two");
        dynamic other = Assert.Single(tenant.OutputWithoutErrors()).BaseObject;
        Assert.Equal(SignInServer.OtherTenant, other.TenantId);

        var unknown = Error(runspace.Invoke("Set-AmlVnetContext -Subscription Three"));
        Assert.StartsWith("ResourceNotFound", unknown.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("Two", Names(runspace, "Get-AmlVnetContext").Single());
        Assert.StartsWith("InvalidCombination", Error(runspace.Invoke("Set-AmlVnetContext")).FullyQualifiedErrorId,
            StringComparison.Ordinal);
        runspace.Invoke("Disconnect-AmlVnet").OutputWithoutErrors();
        Assert.Empty(runspace.Invoke("Get-AmlVnetContext -ListAvailable").OutputWithoutErrors());
        Assert.StartsWith("NotConnected", Error(runspace.Invoke("Set-AmlVnetContext Two")).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_subscriptions_are_listed_and_none_is_guessed()
    {
        _server.Subscriptions.Add(("00000000-0000-0000-0000-000000000002", "Two"));
        using var runspace = new ModuleRunspace();
        var error = Error(Connect(runspace, ""));
        Assert.StartsWith("SubscriptionNotChosen", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Two (00000000-0000-0000-0000-000000000002)", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors());
    }

    private static System.Management.Automation.ErrorRecord Error(ScriptResult result) => Assert.Single(result.AllErrors);

    private static string[] Names(ModuleRunspace runspace, string script) =>
        [.. runspace.Invoke(script).OutputWithoutErrors().Select(static o => (string)((dynamic)o.BaseObject).SubscriptionName)];

    private static System.Security.SecureString Secure(string text) => new System.Net.NetworkCredential("", text).SecurePassword;

    private ModuleRunspace Connected(string parameters)
    {
        var runspace = new ModuleRunspace();
        Connect(runspace, parameters).OutputWithoutErrors();
        return runspace;
    }

    private ScriptResult Connect(ModuleRunspace runspace, string parameters)
    {
        runspace.SetVariable("credential",
            new System.Management.Automation.PSCredential(SignInServer.Application, Secure(SignInServer.Secret)));
        return runspace.Invoke($"Connect-AmlVnet -ServicePrincipal -Credential $credential -Tenant {SignInServer.Tenant} -ArmEndpoint "
            + $"{_server.Address} {parameters}");
    }

    private async Task WriteAzAsync(string token)
    {
        var az = Path.Combine(_folder, "az");
        await File.WriteAllTextAsync(az, $$"""
            #!/bin/sh
            echo '{"accessToken":"{{token}}","expiresOn":"2099-01-01 00:00:00.000000","expires_on":4070908800,
            "subscription":"s","tenant":"{{SignInServer.Tenant}}","tokenType":"Bearer"}'
            """);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(az,
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
