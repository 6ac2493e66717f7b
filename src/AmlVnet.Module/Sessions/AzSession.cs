using System.Collections;
using System.Management.Automation.Runspaces;
using System.Net;
using System.Security;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.SignIn;

namespace AmlVnet.Cmdlets.Sessions;

/// <summary>What this module reads of a context of Az, live or deserialized.</summary>
/// <param name="SubscriptionId">Its subscription; null where none is selected.</param>
/// <param name="SubscriptionName">The display name.</param>
/// <param name="TenantId">Its tenant.</param>
/// <param name="Account">Who is signed in.</param>
/// <param name="Environment">The cloud's name, as Az has it.</param>
/// <param name="Cloud">The cloud.</param>
/// <param name="Source">The object itself, for -DefaultProfile of Az's own commands.</param>
internal sealed record AzContext(string? SubscriptionId, string? SubscriptionName, string? TenantId, string? Account, string? Environment,
    AzureCloud? Cloud,
    object Source)
{
    /// <summary>Reads a context, or a profile with its default context; null where the object is neither.</summary>
    internal static AzContext? Read(object? input)
    {
        if (input is null) return null;
        var context = Value(input, "DefaultContext") ?? input;
        var subscription = Value(context, "Subscription");
        var tenant = Value(context, "Tenant");
        if (subscription is null && tenant is null) return null;
        var environment = Value(context, "Environment");
        var name = Text(environment, "Name") ?? environment?.ToString();
        return new(Text(subscription, "Id") ?? Text(subscription, "SubscriptionId"), Text(subscription, "Name"), Text(tenant, "Id")
            ?? Text(tenant, "TenantId"),
            Text(Value(context, "Account"), "Id"), name, AzureCloud.Named(name ?? AzureCloud.Public.Name) ?? Custom(name, environment),
                input);
    }

    /// <summary>A cloud that the user added to Az (Add-AzEnvironment), with the addresses that Az knows.</summary>
    private static AzureCloud? Custom(string? name, object? environment)
    {
        if (!Uri.TryCreate(Text(environment, "ResourceManagerUrl"), UriKind.Absolute, out var arm)) return null;
        var graph = Text(environment, "MicrosoftGraphUrl") ?? Text(Value(environment, "ExtendedProperties"), "MicrosoftGraphUrl");
        return new AzureCloud(name ?? arm.Host, new Uri(arm.GetLeftPart(UriPartial.Authority) + "/"),
            Text(environment, "ActiveDirectoryServiceEndpointResourceId") ?? arm.AbsoluteUri,
            Uri.TryCreate(graph, UriKind.Absolute, out var own) ? own : arm,
            Uri.TryCreate(Text(environment, "ActiveDirectoryAuthority"), UriKind.Absolute, out var authority) ? authority : arm);
    }

    private static object? Value(object? input, string name)
    {
        if (input is null) return null;
        var bare = input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : input;
        if (bare is IDictionary table) return table[name];
        try
        {
            return PSObject.AsPSObject(input).Properties[name]?.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }

    private static string? Text(object? input, string name) => Value(input, name)?.ToString() is { Length: > 0 } text ? text : null;
}

/// <summary>
/// Borrows tokens from the Az modules of the session, through their own Get-AzAccessToken. A command may be run on a pipeline thread only,
/// so the command that needs the token lends its own: the request waits in its queue like everything else that it says. A job has no
/// pipeline thread, and a runspace of ForEach-Object -Parallel may not have Az: there Az.Accounts, which keeps its sign-in for the
/// process, is loaded into a runspace of its own for the moment.
/// </summary>
internal sealed class AzSession(object? profile, string? modulePath)
{
    private const string GetToken = "Get-AzAccessToken";
    private static readonly SemaphoreSlim OneAtATime = new(1, 1);

    /// <summary>Finds the session's Az and its context; on the pipeline thread.</summary>
    /// <param name="given">The context that the user gave; null for the session's current one.</param>
    /// <exception cref="AmlVnetException">Az is not loaded, or not signed in.</exception>
    internal static (AzSession Session, AzContext Context) Open(object? given)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        var command = Find(shell) ?? throw Problems.AzNotLoaded();
        if (given is not null)
        {
            var told = AzContext.Read(given) ?? throw Problems.AzContextUnusable("the object has neither Subscription nor Tenant.");
            return (new AzSession(given, ModulePath(command)), told);
        }

        shell.Commands.Clear();
        PSObject? current;
        try
        {
            current = shell.AddCommand("Get-AzContext").AddParameter("ErrorAction",
                ActionPreference.Stop).Invoke().FirstOrDefault(static c => c is not null);
        }
        catch (CommandNotFoundException)
        {
            throw Problems.AzNotLoaded();
        }
        catch (RuntimeException e)
        {
            throw Problems.AzNotSignedIn(e.Message);
        }

        var context = AzContext.Read(current) ?? throw Problems.AzNotSignedIn(null);
        // The context is kept, not looked up again: a later Set-AzContext must not move this connection to another account.
        return (new AzSession(current, ModulePath(command)), context);
    }

    /// <summary>Whether the session has Az; on the pipeline thread.</summary>
    internal static bool IsLoaded()
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        return Find(shell) is not null;
    }

    /// <summary>Gets a token, from wherever the work runs.</summary>
    internal async Task<(string Token, DateTimeOffset ExpiresOn)> BorrowAsync(string audience, string? tenantId, CancellationToken cancel)
    {
        if (RecordLog.CurrentStreams?.OnPipelineAsync(() => AskHere(audience, tenantId), cancel) is { } asking)
        {
            try
            {
                if (await asking.ConfigureAwait(false) is { } token) return token;
            }
            catch (ObjectDisposedException)
            {
                // The command whose thread was lent has ended, and the connection lives on.
            }
        }

        if (modulePath is null) throw Problems.AzOutOfReach();
        await OneAtATime.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => AskApart(audience, tenantId, cancel), cancel).ConfigureAwait(false);
        }
        finally
        {
            OneAtATime.Release();
        }
    }

    private (string Token, DateTimeOffset ExpiresOn)? AskHere(string audience, string? tenantId)
    {
        using var shell = PowerShell.Create(RunspaceMode.CurrentRunspace);
        if (Find(shell) is not { } command) return null;
        shell.Commands.Clear();
        return Ask(shell, command, audience, tenantId);
    }

    private (string Token, DateTimeOffset ExpiresOn) AskApart(string audience, string? tenantId, CancellationToken cancel)
    {
        using var runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        runspace.Open();
        using var shell = PowerShell.Create();
        shell.Runspace = runspace;
        using var stop = cancel.Register(shell.Stop);
        try
        {
            shell.AddCommand("Import-Module").AddParameter("Name", modulePath).Invoke();
        }
        catch (RuntimeException e)
        {
            throw Problems.AzNotSignedIn(e.Message);
        }

        var command = Find(shell) ?? throw Problems.AzOutOfReach();
        shell.Commands.Clear();
        return Ask(shell, command, audience, tenantId);
    }

    private (string Token, DateTimeOffset ExpiresOn) Ask(PowerShell shell, CommandInfo command, string audience, string? tenantId)
    {
        shell.AddCommand(command);
        shell.AddParameter("ResourceUrl", audience).AddParameter("ErrorAction", ActionPreference.Stop);
        if (tenantId is not null && command.Parameters.ContainsKey("TenantId")) shell.AddParameter("TenantId", tenantId);
        if (profile is not null && command.Parameters.ContainsKey("DefaultProfile")) shell.AddParameter("DefaultProfile", profile);
        // A string before Az 14 unless asked otherwise, a SecureString since.
        if (command.Parameters.ContainsKey("AsSecureString")) shell.AddParameter("AsSecureString");
        PSObject? answer;
        try
        {
            answer = shell.Invoke().LastOrDefault(static a => a?.Properties["Token"] is not null);
        }
        catch (RuntimeException e) when (e is not PipelineStoppedException)
        {
            throw Problems.AzNotSignedIn(e.Message);
        }

        var secret = answer?.Properties["Token"].Value;
        var token = (secret is PSObject wrapped ? wrapped.BaseObject : secret) switch
        {
            SecureString secure => new NetworkCredential("", secure).Password,
            string text => text,
            _ => "",
        };
        if (token.Length == 0) throw Problems.AzNotSignedIn(shell.Streams.Error.FirstOrDefault()?.ToString());
        var ends = answer!.Properties["ExpiresOn"]?.Value;
        return (token, (ends is PSObject boxed ? boxed.BaseObject : ends) switch
        {
            DateTimeOffset time => time,
            DateTime time => new DateTimeOffset(time.ToUniversalTime()),
            _ => TokenClaims.Read(token).ExpiresOn ?? DateTimeOffset.UtcNow.AddMinutes(30),
        });
    }

    private static CommandInfo? Find(PowerShell shell)
    {
        shell.Commands.Clear();
        var found = shell.AddCommand("Microsoft.PowerShell.Core\\Get-Command").AddParameter("Name", GetToken)
            .AddParameter("ErrorAction", ActionPreference.Ignore).Invoke<CommandInfo>();
        return found.Count > 0 ? found[0] : null;
    }

    private static string? ModulePath(CommandInfo command) => command.Module is { Path.Length: > 0 } module && File.Exists(module.Path)
        ? Manifest(module) ?? module.Path
        : null;

    private static string? Manifest(PSModuleInfo module) =>
        Path.Combine(module.ModuleBase, module.Name + ".psd1") is var path && File.Exists(path) ? path : null;
}
