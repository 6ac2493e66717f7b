using AmlVnet.Simulator.Tests;

namespace AmlVnet.Module.Tests;

/// <summary>Signing in over TLS on loopback, at the authority of the simulator's server: the module finds it as a custom cloud.</summary>
public sealed class SignInServerTests : IDisposable
{
    private const string ClientId = "0b6f2a1c-3d4e-4f50-8a61-7b8c9d0e1f2a";

    private readonly ServerFolder _folder = new();
    private ServerProcess? _server;

    [Fact]
    public async Task A_client_secret_signs_in_at_the_servers_authority()
    {
        var server = await StartAsync();

        var run = await PwshProcess.RunAsync($$"""
            $secret = [System.Net.NetworkCredential]::new('', 'any secret').SecurePassword
            $credential = [System.Management.Automation.PSCredential]::new('{{ClientId}}', $secret)
            $null = Connect-AmlVnet -ServicePrincipal -Credential $credential -Tenant {{ServerProgram.TenantId}} `
                -ArmEndpoint {{server.Address}}
            (Get-AmlWorkspace -Name myworkspace).Name
            """, Environment(server));

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("myworkspace", run.Output.Trim());
        Assert.DoesNotContain("any secret", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_signed_in_az_lends_its_token()
    {
        AzureCli.SkipWhenMissing();
        var server = await StartAsync();
        Directory.CreateDirectory(_folder["az"]);
        var az = new AzureCli(server, _folder["az"]);
        await az.SignInAsync();

        var run = await PwshProcess.RunAsync($$"""
            (Connect-AmlVnet -AzureCli -ArmEndpoint {{server.Address}}).CredentialType
            (Get-AmlWorkspace -Name myworkspace).Name
            """,
            [.. Environment(server), ("AZURE_CONFIG_DIR", _folder["az"]), ("AZURE_CORE_COLLECT_TELEMETRY", "0"),
                ("NO_PROXY", "localhost,127.0.0.1")]);

        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("AzureCli\nmyworkspace", run.Output.Trim());
    }

    [Fact]
    public async Task Without_its_authority_the_servers_certificate_is_refused()
    {
        var server = await StartAsync();

        var run = await PwshProcess.RunAsync($"Connect-AmlVnet -DefaultCredential -ArmEndpoint {server.Address}");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("certificate", run.Error, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("SSL_CERT_FILE", run.Error, StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _server?.Dispose();
        _folder.Dispose();
    }

    private static (string Name, string Value)[] Environment(ServerProcess server) =>
        [.. server.Environment.Select(static v => (v.Key, v.Value))];

    private async Task<ServerProcess> StartAsync() =>
        _server = await ServerProcess.StartAsync("--port", "0", "--cert-folder", _folder["certificates"]);
}
