using AmlVnet.Arm.SignIn;

namespace AmlVnet.Arm.Tests;

/// <summary>The credentials that a platform describes with variables.</summary>
[Collection(nameof(ProcessVariables))]
public sealed class SignInEnvironmentTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(null, "")]
    [InlineData(SignInServer.ClientId, "client_id=" + SignInServer.ClientId)]
    [InlineData(SignInServer.ObjectId, SignInServer.ObjectId)]
    [InlineData(SignInServer.IdentityId, "mi_res_id=")]
    public async Task A_managed_identity_is_asked_for_as_App_Service_and_Automation_say(string? accountId, string query)
    {
        await using var server = await StartAsync();
        using var variables = Platform(server);
        var context = await ConnectAsync(server, new ManagedIdentitySignIn(accountId));

        Assert.Equal("ManagedIdentity", context.CredentialType);
        Assert.Equal(SignInServer.Tenant, context.TenantId);
        var asked = server.Seen.Last(static r => r.Path == "/msi/token");
        Assert.Equal(SignInServer.IdentityHeader, asked.Headers["X-IDENTITY-HEADER"]);
        Assert.Contains("resource=", asked.Query, StringComparison.Ordinal);
        Assert.Contains(query, asked.Query, StringComparison.Ordinal);

        // An identity of one tenant is not asked for another's tokens.
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            AzureSignIn.ChangeAsync(context, null, SignInServer.OtherTenant, Cancel));
        Assert.Contains("one tenant", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("-Tenant", refused.RecommendedAction, StringComparison.Ordinal);
        refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(server, new ManagedIdentitySignIn(accountId), SignInServer.OtherTenant));
        Assert.Equal("InvalidValue", refused.ErrorId);
        Assert.Contains(SignInServer.Tenant, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("77777777-7777-7777-7777-777777777777", "SignInFailed")]
    [InlineData("not-an-id", "InvalidValue")]
    [InlineData("/not/an/id", "InvalidValue")]
    public async Task An_identity_that_the_machine_does_not_have_is_said(string accountId, string errorId)
    {
        await using var server = await StartAsync();
        using var variables = Platform(server);
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(server, new ManagedIdentitySignIn(accountId)));
        Assert.Equal(errorId, refused.ErrorId);
    }

    [Fact]
    public async Task A_service_connection_exchanges_the_job_s_token()
    {
        await using var server = await StartAsync();
        using var variables = new Variables(("SYSTEM_OIDCREQUESTURI", server.Address + "oidc"));
        var context = await ConnectAsync(server,
            new AzurePipelinesSignIn(SignInServer.Application, SignInServer.Connection, SignInTests.Secure(SignInServer.SystemToken)));

        Assert.Equal("AzurePipelines", context.CredentialType);
        Assert.Equal(SignInServer.OidcToken, server.TokenRequests.Single().Form["client_assertion"]);
    }

    [Fact]
    public async Task A_wrong_job_token_is_said()
    {
        await using var server = await StartAsync();
        using var variables = new Variables(("SYSTEM_OIDCREQUESTURI", server.Address + "oidc"));
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() =>
            ConnectAsync(server, new AzurePipelinesSignIn(SignInServer.Application, SignInServer.Connection,
                SignInTests.Secure("wrong-2Yw5"))));
        Assert.Equal("SignInFailed", refused.ErrorId);
        Assert.DoesNotContain("wrong-2Yw5", refused.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.TokenRequests);
    }

    [Fact]
    public async Task A_service_connection_that_no_task_of_the_stage_names_is_said_with_what_to_do()
    {
        await using var server = await StartAsync();
        using var variables = new Variables(("SYSTEM_OIDCREQUESTURI", server.Address + "oidc"));
        const string Words =
            $"There is no explicit reference to service connection {SignInServer.Connection} from current stage Build.Job.__default.";
        server.Also = static async (http, seen) =>
        {
            if (seen.Path != "/oidc") return false;
            await SignInServer.JsonAsync(http, 400, new { count = 151, value = Words });
            return true;
        };
        var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(server,
            new AzurePipelinesSignIn(SignInServer.Application, SignInServer.Connection, SignInTests.Secure(SignInServer.SystemToken))));
        Assert.Equal("SignInFailed", refused.ErrorId);
        Assert.Equal($"Sign-in failed: {Words}", refused.Message);
        Assert.Contains("condition: false", refused.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_default_credential_reads_the_environment()
    {
        await using var server = await StartAsync();
        using var variables = new Variables(("AZURE_TENANT_ID", SignInServer.Tenant), ("AZURE_CLIENT_ID", SignInServer.Application),
            ("AZURE_CLIENT_SECRET", SignInServer.Secret));
        Assert.Equal("DefaultCredential", (await ConnectAsync(server, new DefaultSignIn(), tenant: null)).CredentialType);
    }

    [Fact]
    public async Task The_command_line_s_account_lends_its_token()
    {
        await using var server = await StartAsync();
        var folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            var token = server.Issue(server.Address.ToString(), SignInServer.Tenant, TimeSpan.FromHours(1), "user@example.com");
            var az = Path.Combine(folder, "az");
            await File.WriteAllTextAsync(az, $$"""
                #!/bin/sh
                echo "$@" >> {{folder}}/calls
                echo '{"accessToken":"{{token}}","expiresOn":"2099-01-01 00:00:00.000000","expires_on":4070908800,
                "subscription":"s","tenant":"{{SignInServer.Tenant}}","tokenType":"Bearer"}'
                """, Cancel);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(az,
                UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            using var variables = new Variables(("PATH", folder + ":" + Environment.GetEnvironmentVariable("PATH")));

            var context = await ConnectAsync(server, new AzureCliSignIn());
            await ((AzureConnection)context.Connection!).ListSubscriptionsAsync(Cancel);

            Assert.Equal("user@example.com", context.Account);
            var call = Assert.Single(await File.ReadAllLinesAsync(Path.Combine(folder, "calls"), Cancel));
            Assert.Contains("get-access-token", call, StringComparison.Ordinal);
            Assert.Contains(SignInServer.Tenant, call, StringComparison.Ordinal);

            await File.WriteAllTextAsync(az, "#!/bin/sh\necho \"ERROR: Please run 'az login' to setup account.\" >&2\nexit 1\n", Cancel);
            var refused = await Assert.ThrowsAsync<AmlVnetException>(() => ConnectAsync(server, new AzureCliSignIn()));
            Assert.Equal("SignInFailed", refused.ErrorId);
            Assert.Contains("az login", refused.Message, StringComparison.Ordinal);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<SignInServer> StartAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), TestRoots.NeedsLinux);
        return SignInServer.StartAsync();
    }

    private static Variables Platform(SignInServer server) =>
        new(("IDENTITY_ENDPOINT", server.PlainAddress + "msi/token"), ("IDENTITY_HEADER", SignInServer.IdentityHeader));

    private static Task<AmlVnetContext> ConnectAsync(SignInServer server, SignInMethod method, string? tenant = SignInServer.Tenant) =>
        AzureSignIn.ConnectAsync(new SignInRequest(method) { ArmEndpoint = server.Address, Tenant = tenant }, Cancel);
}
