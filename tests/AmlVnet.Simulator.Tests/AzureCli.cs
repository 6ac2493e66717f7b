using System.Diagnostics;
using System.Text.RegularExpressions;
using Assert = Xunit.Assert;
using TestContext = Xunit.TestContext;

namespace AmlVnet.Simulator.Tests;

/// <summary>The real Azure CLI, with a configuration of its own and nothing that looks up a public host.</summary>
internal sealed partial class AzureCli(ServerProcess server, string configuration)
{
    private static readonly string? Executable = OperatingSystem.IsWindows()
        ? null
        : (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
            .Select(static folder => Path.Combine(folder, "az")).FirstOrDefault(File.Exists);

    /// <summary>What repairs <c>az role</c> of Debian's package (Azure/azure-cli issue 24959), where it is beside the checkout.</summary>
    internal static readonly string? Repair = FindRepair();

    /// <summary>Variables that a test adds, or takes away with null.</summary>
    public Dictionary<string, string?> Variables { get; } = [];

    public static void SkipWhenMissing() => Assert.SkipWhen(Executable is null, "The Azure CLI (az) is not installed.");

    /// <summary>Skips where az would fail by itself before it sends anything.</summary>
    public static void SkipWhenRoleIsBroken()
    {
        SkipWhenMissing();
        Assert.SkipWhen(
            IsDebianPackage() && Repair is null,
            "az role of Debian's azure-cli 2.45.0 fails before it sends a request (Azure/azure-cli issue 24959), "
                + "and the repair is not beside the checkout.");
    }

    /// <summary>Makes a cloud of the server's endpoints, chooses it and signs in with a service principal.</summary>
    public async Task SignInAsync()
    {
        var origin = server.Address.AbsoluteUri.TrimEnd('/');
        var endpoints = new JsonObject
        {
            ["endpoints"] = new JsonObject
            {
                ["resourceManager"] = origin,
                ["management"] = origin + "/",
                ["activeDirectory"] = origin + "/adfs",
                ["activeDirectoryResourceId"] = origin + "/",
                ["activeDirectoryGraphResourceId"] = origin + "/",
                ["microsoftGraphResourceId"] = origin + "/",
            },
        };
        var file = Path.Combine(configuration, "cloud.json");
        await File.WriteAllTextAsync(file, endpoints.ToJsonString());
        await RunAsync("cloud", "register", "-n", "Rehearsal", "--cloud-config", "@" + file);
        await RunAsync("cloud", "set", "-n", "Rehearsal");
        await LogInAsync();
    }

    public Task<string> LogInAsync() => RunAsync(
        "login", "--service-principal", "-u", "0b6f2a1c-3d4e-4f50-8a61-7b8c9d0e1f2a", "-p", "any secret",
        "--tenant", ServerProgram.TenantId, "-o", "none");

    /// <summary>Runs a command that must succeed, and gives what it printed.</summary>
    public async Task<string> RunAsync(params string[] arguments)
    {
        var (exitCode, output, errors) = await TryAsync(arguments);
        Assert.True(exitCode == 0, $"az {string.Join(' ', arguments)} ended with {exitCode}: {errors}");
        return output.Trim();
    }

    /// <summary>Runs a command line as it stands in the how-to: words, with single or double quotes where they hold blanks.</summary>
    public Task<string> LineAsync(string line)
    {
        Assert.StartsWith("az ", line, StringComparison.Ordinal);
        return RunAsync([.. Word().Matches(line[3..]).Select(static m => m.Value.Trim('\'', '"'))]);
    }

    public async Task<(int ExitCode, string Output, string Errors)> TryAsync(params string[] arguments)
    {
        System.IO.Directory.CreateDirectory(configuration);
        var start = new ProcessStartInfo(Executable!, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = configuration,
        };
        foreach (var inherited in start.Environment.Keys.Where(static k => k.StartsWith("AZURE_", StringComparison.Ordinal)).ToList())
            start.Environment.Remove(inherited);
        foreach (var (name, value) in server.Environment)
        {
            if (name is "REQUESTS_CA_BUNDLE" or "SSL_CERT_FILE")
                start.Environment[name] = value;
        }
        start.Environment["AZURE_CONFIG_DIR"] = configuration;
        start.Environment["AZURE_CORE_COLLECT_TELEMETRY"] = "0";
        start.Environment["AZURE_CORE_ERROR_RECOMMENDATION"] = "off";
        start.Environment["AZURE_CORE_SURVEY_MESSAGE"] = "0";
        start.Environment["AZURE_CORE_NO_COLOR"] = "1";
        start.Environment["AZURE_EXTENSION_USE_DYNAMIC_INSTALL"] = "no";
        start.Environment["NO_PROXY"] = "localhost,127.0.0.1";
        if (Repair is not null)
            start.Environment["PYTHONPATH"] = Repair;
        foreach (var (name, value) in Variables)
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(3));
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    private static bool IsDebianPackage() =>
        System.IO.Directory.Exists("/usr/lib/python3/dist-packages/azure/cli") && Executable == "/usr/bin/az";

    private static string? FindRepair()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (!File.Exists(Path.Combine(folder.FullName, "AmlVnet.sln")))
                continue;
            var repair = Path.GetFullPath(Path.Combine(folder.FullName, "..", "shared", "arm", "az-client"));
            return File.Exists(Path.Combine(repair, "sitecustomize.py")) ? repair : null;
        }
        return null;
    }

    [GeneratedRegex("""'[^']*'|"[^"]*"|\S+""")]
    private static partial Regex Word();
}
