using System.Management.Automation;
using System.Net;
using AmlVnet.Arm.Tests;
using Microsoft.AspNetCore.Http;

namespace AmlVnet.Module.Tests;

/// <summary>Borrowing the sign-in of Az, through stand-ins for its two commands in the session.</summary>
public sealed class SignInAzSessionTests : IAsyncLifetime
{
    // As in Az.Accounts: a script module, so that it has a path that another runspace can load.
    private const string Az = """
        function Get-AzContext {
            [pscustomobject]@{
                Subscription = [pscustomobject]@{ Id = '00000000-0000-0000-0000-000000000001'; Name = 'One' }
                Tenant       = [pscustomobject]@{ Id = '11111111-1111-1111-1111-111111111111' }
                Account      = [pscustomobject]@{ Id = 'user@example.com' }
                Environment  = [pscustomobject]@{
                    Name = 'TestCloud'; ResourceManagerUrl = $env:AMLVNET_TEST_ARM; ActiveDirectoryAuthority = $env:AMLVNET_TEST_ARM
                    ActiveDirectoryServiceEndpointResourceId = $env:AMLVNET_TEST_ARM
                    ExtendedProperties = @{ MicrosoftGraphUrl = $env:AMLVNET_TEST_ARM }
                }
            }
        }
        function Get-AzAccessToken {
            [CmdletBinding()]
            param([string] $ResourceUrl, [string] $TenantId, $DefaultProfile)
            $answer = [AppDomain]::CurrentDomain.GetData('amlvnet-issue').Invoke(
                "$ResourceUrl|$TenantId|$($DefaultProfile.Account.Id)|$([runspace]::DefaultRunspace.Id)")
            [pscustomobject]@{ Token = $answer[0]; ExpiresOn = $answer[1]
                TenantId = $TenantId; UserId = 'user@example.com'; Type = 'Bearer' }
        }
        """;

    private readonly List<string> _asked = [];
    private readonly Queue<TimeSpan> _lives = [];
    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;
    private SignInServer _server = null!;
    private bool _secure;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), TestRoots.NeedsLinux);
        _server = await SignInServer.StartAsync();
        _server.Also = WorkspacesAsync;
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        if (_server is not null) await _server.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_session_s_sign_in_is_borrowed_whatever_the_token_comes_in(bool secure)
    {
        _secure = secure;
        using var runspace = Session();
        dynamic context = Assert.Single(runspace.Invoke("Connect-AmlVnet -FromAzContext").OutputWithoutErrors()).BaseObject;
        Assert.Equal("AzContext", context.CredentialType);
        Assert.Equal("One", context.SubscriptionName);
        Assert.Equal("TestCloud", context.Environment);
        Assert.Equal("user@example.com", context.Account);

        for (var i = 0; i < 3; i++) Assert.Empty(runspace.Invoke("Get-AmlWorkspace").OutputWithoutErrors());

        // Once for the audience, in the tenant and as the account of the context.
        Assert.StartsWith($"{_server.Address}|{SignInServer.Tenant}|user@example.com|", Assert.Single(_asked), StringComparison.Ordinal);
        Assert.Equal(3, _server.Seen.Count(static r => r.Path.EndsWith("/workspaces", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_token_that_runs_out_is_asked_for_again()
    {
        // Less than five minutes are left of these: each is used, and renewed meanwhile.
        for (var i = 0; i < 3; i++) _lives.Enqueue(TimeSpan.FromMinutes(1));
        using var runspace = Session();
        runspace.Invoke("Connect-AmlVnet -FromAzContext").OutputWithoutErrors();
        var id = runspace.Invoke("[runspace]::DefaultRunspace.Id").Output.Single().ToString();
        // What the command waited for was asked on its own thread.
        Assert.All(_asked, asked => Assert.EndsWith("|" + id, asked, StringComparison.Ordinal));

        for (var i = 0; i < 1000 && Sent().Length < 2; i++) runspace.Invoke("Get-AmlWorkspace").OutputWithoutErrors();

        Assert.True(Sent().Length > 1);
        string?[] Sent() => [.. _server.Seen.Where(static r => r.Token is not null).Select(static r => r.Token).Distinct()];
    }

    [Fact]
    public void Microsoft_Graph_has_a_token_of_its_own()
    {
        using var runspace = Session();
        runspace.Invoke("Connect-AmlVnet -FromAzContext").OutputWithoutErrors();
        var result = runspace.Invoke("""
            $group = '/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/g'
            Get-AksClusterIdentity -Cluster "$group/providers/Microsoft.ContainerService/managedClusters/c"
            """);
        dynamic identity = Assert.Single(result.OutputWithoutErrors()).BaseObject;
        Assert.Equal(SignInServer.ObjectId, identity.PrincipalId);
        Assert.Equal(2, _asked.Count);
        Assert.NotEqual(_server.Seen.Last(static r => r.Path.StartsWith("/v1.0", StringComparison.Ordinal)).Token,
            _server.Seen.Last(static r => r.Path == "/subscriptions").Token);
    }

    [Fact]
    public void A_context_of_Az_is_taken_for_DefaultProfile()
    {
        using var runspace = Session();
        for (var i = 0; i < 2; i++) Assert.Empty(runspace.Invoke("Get-AmlWorkspace -DefaultProfile (Get-AzContext)").OutputWithoutErrors());
        Assert.Single(_asked);
        Assert.Null(runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors().SingleOrDefault());

        dynamic set = Assert.Single(runspace.Invoke("Get-AzContext | Set-AmlVnetContext").OutputWithoutErrors()).BaseObject;
        Assert.Equal("AzContext", set.CredentialType);

        // Disconnect forgets what was borrowed, too.
        runspace.Invoke("Disconnect-AmlVnet; $null = Get-AmlWorkspace -DefaultProfile (Get-AzContext)").OutputWithoutErrors();
        Assert.Equal(2, _asked.Count);

        var none = Error(runspace.Invoke("$c = Get-AzContext; $c.Subscription = $null; Get-AmlWorkspace -DefaultProfile $c"));
        Assert.StartsWith("AzContextUnusable", none.FullyQualifiedErrorId, StringComparison.Ordinal);
        var wrong = Error(runspace.Invoke("Get-AmlWorkspace -DefaultProfile 'text'"));
        Assert.StartsWith("CannotConvertArgumentNoMessage", wrong.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true, "RequestRefused")]
    [InlineData(false, "AzOutOfReach")]
    public void A_job_asks_in_a_runspace_of_its_own_or_says_that_it_can_not(bool asModule, string errorId)
    {
        using var runspace = Session(asModule);
        var id = runspace.Invoke("[runspace]::DefaultRunspace.Id").Output.Single().ToString();

        // A context of Az has no token yet, and the job that needs the first one has no pipeline thread.
        var result = runspace.Invoke("""
            $az = Get-AzContext
            $job = Remove-AmlAksCompute -ResourceGroupName group -WorkspaceName wksp -Name myaks `
                -DefaultProfile $az -AsJob -Confirm:$false -Force
            $null = $job | Wait-Job
            $job | Receive-Job
            """);

        Assert.StartsWith(errorId, Error(result).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(asModule ? 1 : 0, _asked.Count);
        Assert.DoesNotContain(_asked, asked => asked.EndsWith("|" + id, StringComparison.Ordinal));
    }

    private static ErrorRecord Error(ScriptResult result) => Assert.Single(result.AllErrors);

    private ModuleRunspace Session(bool asModule = true)
    {
        // One assembly of tests has one AppDomain; these tests run one after the other.
        AppDomain.CurrentDomain.SetData("amlvnet-issue", (Func<string, object[]>)(asked =>
        {
            lock (_asked)
            {
                _asked.Add(asked);
                var life = _lives.TryDequeue(out var given) ? given : TimeSpan.FromHours(1);
                var token = _server.Issue(asked.Split('|')[0], SignInServer.Tenant, life, "user@example.com");
                return [_secure ? new NetworkCredential("", token).SecurePassword : token, DateTimeOffset.UtcNow.Add(life)];
            }
        }));
        var path = Path.Combine(_folder, "Stub.psm1");
        var code = Az.Replace("$env:AMLVNET_TEST_ARM", $"'{_server.Address}'", StringComparison.Ordinal);
        File.WriteAllText(path, code);
        var runspace = new ModuleRunspace();
        if (asModule) runspace.Invoke($"Import-Module -Name '{path}'").OutputWithoutErrors();
        else runspace.Invoke(code).OutputWithoutErrors();
        return runspace;
    }

    private static async Task<bool> WorkspacesAsync(HttpContext http, SeenRequest seen)
    {
        if (seen.Path.EndsWith("/workspaces", StringComparison.Ordinal))
        {
            await SignInServer.JsonAsync(http, 200, new { value = Array.Empty<object>() });
            return true;
        }

        if (seen.Path.EndsWith("/computes/myaks", StringComparison.Ordinal))
        {
            await SignInServer.JsonAsync(http, 403, new { error = new { code = "AuthorizationFailed", message = "no" } });
            return true;
        }

        if (!seen.Path.EndsWith("/managedClusters/c", StringComparison.Ordinal)) return false;
        await SignInServer.JsonAsync(http, 200, new
        {
            id = seen.Path,
            name = "c",
            type = "Microsoft.ContainerService/ManagedClusters",
            location = "eastus2",
            properties = new { provisioningState = "Succeeded", servicePrincipalProfile = new { clientId = SignInServer.Application } },
        });
        return true;
    }
}
