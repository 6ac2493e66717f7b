using System.Management.Automation;
using System.Security;

namespace AmlVnet.Module.Tests;

/// <summary>What a connection is to a runspace, and to several.</summary>
public sealed class SessionTests
{
    [Fact]
    public async Task Two_runspaces_are_in_two_worlds_at_once()
    {
        using var one = new Rehearsal();
        using var other = new Rehearsal("existing-cluster");

        var chains = new[] { one, other }.Select(world => Task.Run(() => world.Try(world == one
            ? ChainTests.Chain
            : Rehearsal.Get + " | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer"))).ToArray();
        var results = await Task.WhenAll(chains);

        dynamic made = Assert.Single(results[0].OutputWithoutErrors()).BaseObject;
        dynamic switched = Assert.Single(results[1].OutputWithoutErrors()).BaseObject;
        Assert.False(made.IsAttached);
        Assert.True(switched.IsAttached);
        Assert.DoesNotContain(one.Cloud.Requests, static request => request.Path.Contains("myakscluster", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain(other.Cloud.Requests, request => request.Path.Contains((string)made.ClusterId, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void A_parallel_block_takes_the_connection_as_a_parameter()
    {
        using var world = new Rehearsal("fleet");

        var found = world.Run("""
            $context = Get-AmlVnetContext
            'fleetworkspace000', 'fleetworkspace001', 'fleetworkspace002' | ForEach-Object -Parallel {
                Import-Module $using:manifest
                Get-AmlAksCompute myworkspacegroup $_ -DefaultProfile $using:context
            }
            """);

        Assert.Equal(30, found.Count);
    }

    [Fact]
    public void A_runspace_without_a_connection_says_what_to_do()
    {
        using var runspace = new ModuleRunspace();
        foreach (var command in new[] { "Get-AmlWorkspace", Rehearsal.New, Rehearsal.Get, "Wait-AmlOperation -Token x", $"Grant-AksNetworkContributor '{SimulatedCloud.Compute}'" })
        {
            var result = runspace.Invoke($"{command}; 'goes on'");
            var error = Assert.Single(result.AllErrors);
            Assert.StartsWith("NotConnected,AmlVnet.Cmdlets.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
            Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
            error.Recommends("Connect-AmlVnet");
        }

        Assert.Empty(runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors());
    }

    [Fact]
    public void Disconnect_forgets_and_a_context_that_was_kept_still_serves()
    {
        using var world = new Rehearsal();
        world.Run("$kept = Get-AmlVnetContext");
        Assert.True(world.One("Disconnect-AmlVnet -PassThru").IsSimulator);
        Assert.Empty(world.Run("Get-AmlVnetContext"));
        Assert.StartsWith("NotConnected,", Assert.Single(world.Try("Get-AmlWorkspace").AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);

        Assert.Equal("myworkspace", world.One("Get-AmlWorkspace -DefaultProfile $kept").Name);
        Assert.Equal("myworkspace", world.One("Get-AmlWorkspace -AzContext $kept").Name);
        Assert.Empty(world.Run("Disconnect-AmlVnet"));
    }

    [Fact]
    public void An_equal_sign_in_replaces_the_former_one_and_Disconnect_forgets_all()
    {
        using var world = new Rehearsal();
        world.Run("1..2 | ForEach-Object { Connect-AmlVnet -Simulator -VirtualClock }");
        Assert.Single(world.Run("Get-AmlVnetContext -ListAvailable"));

        world.Run("Disconnect-AmlVnet");
        Assert.Empty(world.Run("Get-AmlVnetContext -ListAvailable"));
    }

    [Theory]
    [InlineData("-Simulator")]
    [InlineData("-Identity")]
    [InlineData("-AzurePipelines")]
    [InlineData("-FromAzContext")]
    [InlineData("-AzureCli")]
    [InlineData("-DefaultCredential")]
    public void A_way_that_is_declined_is_not_taken(string way)
    {
        using var runspace = new ModuleRunspace();
        Assert.Single(runspace.Invoke($"Connect-AmlVnet {way}:$false").AllErrors)
            .Is("InvalidValue", ErrorCategory.InvalidArgument, "False", $"{way}:$false");
        Assert.Empty(runspace.Invoke("Get-AmlVnetContext").OutputWithoutErrors());
    }

    [Theory]
    [InlineData("-Simulator -StatePath 'env:\\world.json'", "Environment")]
    [InlineData("-Simulator -StatePath 'nodrive:\\world.json'", "nodrive")]
    [InlineData("-Simulator -StatePath \"a`0b\"", "null character")]
    [InlineData("-ApplicationId x -Tenant t -CertificatePath 'variable:\\client.pfx'", "Variable")]
    [InlineData("-ApplicationId x -Tenant t -CertificatePath \"a`0b\"", "null character")]
    public void A_path_that_is_no_file_s_is_said(string parameters, string why)
    {
        using var runspace = new ModuleRunspace();
        var error = Assert.Single(runspace.Invoke($"Connect-AmlVnet {parameters}").AllErrors);
        Assert.StartsWith("FileUnreadable,AmlVnet.Cmdlets.ConnectAmlVnetCommand", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_context_from_a_file_has_no_connection_and_says_so()
    {
        using var world = new Rehearsal();
        world.Runspace.SetVariable("copy", Rehearsal.Copy(world.Run("Get-AmlVnetContext")[0]));

        var error = Assert.Single(world.Try("Get-AmlWorkspace -DefaultProfile $copy").AllErrors);

        Assert.StartsWith("ContextNotLive,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.AuthenticationError, error.CategoryInfo.Category);
        Assert.Empty(world.Cloud.Requests);
    }

    [Theory]
    [InlineData("-Subscription 'AmlVnet rehearsal'")]
    [InlineData("-SubscriptionName 'amlvnet REHEARSAL'")]
    [InlineData("-SubscriptionId 5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36")]
    public void The_subscription_is_chosen_by_name_or_id(string how)
    {
        using var runspace = new ModuleRunspace();
        dynamic context = Assert.Single(runspace.Invoke($"Connect-AmlVnet -Simulator -VirtualClock {how}").OutputWithoutErrors()).BaseObject;
        Assert.Equal("5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36", context.SubscriptionId);
    }

    [Fact]
    public void The_context_says_that_it_is_a_simulator()
    {
        using var world = new Rehearsal();

        var context = world.One("Get-AmlVnetContext");

        Assert.True(context.IsSimulator);
        Assert.Equal("Simulator", context.Environment);
        Assert.Equal("AmlVnet rehearsal", context.SubscriptionName);
        Assert.All(world.Try("Get-AmlWorkspace -Verbose").Verbose, static line => Assert.StartsWith("simulator: ", line, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Connect-AmlVnet -Simulator -Scenario nothere", "SimulatorNotStarted", ErrorCategory.InvalidArgument)]
    [InlineData("Connect-AmlVnet -Simulator -Subscription nothere", "ResourceNotFound", ErrorCategory.ObjectNotFound)]
    [InlineData("Connect-AmlVnet -AccessToken $expired", "TokenExpired", ErrorCategory.AuthenticationError)]
    [InlineData("Connect-AmlVnet -AccessToken $empty", "InvalidValue", ErrorCategory.InvalidArgument)]
    [InlineData("Connect-AmlVnet -AccessToken $broken", "InvalidValue", ErrorCategory.InvalidArgument)]
    [InlineData("Connect-AmlVnet -AccessToken $token -Tenant 'my tenant!'", "InvalidValue", ErrorCategory.InvalidArgument)]
    [InlineData("Set-AmlVnetContext -Tenant 'my tenant!'", "InvalidValue", ErrorCategory.InvalidArgument)]
    [InlineData("Connect-AmlVnet -AccessToken $token -ArmEndpoint http://management.example.com", "InvalidValue", ErrorCategory.InvalidArgument)]
    public void A_sign_in_that_fails_ends_the_script_and_leaves_the_old_connection(string script, string id, ErrorCategory category)
    {
        using var world = new Rehearsal();
        var payload = Convert.ToBase64String("""{ "exp": 1500000000 }"""u8.ToArray()).TrimEnd('=');
        world.Runspace.SetVariable("expired", Secure($"eyJhbGciOiJub25lIn0.{payload}.signature"));
        world.Runspace.SetVariable("empty", new SecureString());
        world.Runspace.SetVariable("token", Secure("opaque"));
        world.Runspace.SetVariable("broken", Secure("two\nlines"));

        var result = world.Try($"try {{ {script} }} catch {{ 'caught'; throw }}");

        Assert.NotNull(result.Terminating);
        Assert.StartsWith(id + ",AmlVnet.Cmdlets.", result.Terminating.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, result.Terminating.CategoryInfo.Category);
        Assert.DoesNotContain("signature", result.Terminating.Exception.ToString(), StringComparison.Ordinal);
        Assert.Equal("caught", Assert.Single(result.Output).BaseObject);
        Assert.Equal("myworkspace", world.One("Get-AmlWorkspace").Name);
    }

    private static SecureString Secure(string text)
    {
        var secret = new SecureString();
        foreach (var one in text) secret.AppendChar(one);
        return secret;
    }
}
