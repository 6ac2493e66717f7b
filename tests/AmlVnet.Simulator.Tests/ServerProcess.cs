using System.Diagnostics;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Tests;

/// <summary>The server as its users start it: a process of its own.</summary>
internal sealed partial class ServerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly Task<string> _errors;

    private ServerProcess(Process process, Task<string> errors, IReadOnlyList<string> lines)
    {
        (_process, _errors, Lines) = (process, errors, lines);
        Address = new Uri(ReadyLine().Match(lines[^1]).Groups["address"].Value);
        foreach (var line in lines)
        {
            if (ExportLine().Match(line) is { Success: true } export)
                Environment[export.Groups["name"].Value] = export.Groups["value"].Value;
        }
        Client = NewClient(Environment["SSL_CERT_FILE"], Address);
    }

    /// <summary>What it printed up to and with the ready line.</summary>
    public IReadOnlyList<string> Lines { get; }

    /// <summary>The address of its ready line.</summary>
    public Uri Address { get; }

    /// <summary>The variables that it told its user to set.</summary>
    public Dictionary<string, string> Environment { get; } = [];

    /// <summary>A client that trusts its authority only, signed in.</summary>
    public HttpClient Client { get; }

    public static async Task<ServerProcess> StartAsync(params string[] arguments)
    {
        var process = Launch(arguments);
        var errors = process.StandardError.ReadToEndAsync();
        var lines = new List<string>();
        using var patience = new CancellationTokenSource(Patience);
        while (await process.StandardOutput.ReadLineAsync(patience.Token) is { } line)
        {
            lines.Add(line);
            if (!ReadyLine().IsMatch(line))
                continue;
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
            return new ServerProcess(process, errors, lines);
        }
        throw new InvalidOperationException($"The server ended before it was ready: {await errors}");
    }

    /// <summary>Starts a server that is expected to end by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(params string[] arguments)
    {
        using var process = Launch(arguments);
        using var patience = new CancellationTokenSource(Patience);
        var output = process.StandardOutput.ReadToEndAsync(patience.Token);
        var errors = process.StandardError.ReadToEndAsync(patience.Token);
        await process.WaitForExitAsync(patience.Token);
        return (process.ExitCode, await output, await errors);
    }

    public static HttpClient NewClient(string authorityFile, Uri? address)
    {
        var client = new HttpClient(NewHandler(authorityFile)) { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "any");
        return client;
    }

    /// <summary>A handler that trusts one authority and nobody else.</summary>
    public static SocketsHttpHandler NewHandler(string authorityFile)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.Add(X509CertificateLoader.LoadCertificateFromFile(authorityFile));
        return new SocketsHttpHandler { UseProxy = false, SslOptions = new() { CertificateChainPolicy = policy } };
    }

    /// <summary>Ends the process as a power cut would: SIGKILL on Unix.</summary>
    public void Kill()
    {
        _process.Kill();
        _process.WaitForExit();
    }

    /// <summary>Asks the process to end, with SIGTERM, and waits for it.</summary>
    public async Task<(int ExitCode, string Errors)> StopAsync()
    {
        using (var kill = Process.Start("/bin/sh", ["-c", $"kill -TERM {_process.Id}"]))
            await kill.WaitForExitAsync();
        using var patience = new CancellationTokenSource(Patience);
        await _process.WaitForExitAsync(patience.Token);
        return (_process.ExitCode, await _errors);
    }

    public void Dispose()
    {
        Client.Dispose();
        if (!_process.HasExited)
            Kill();
        _process.Dispose();
    }

    private static Process Launch(string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [ServerProgram.Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        return Process.Start(start) ?? throw new InvalidOperationException("dotnet did not start.");
    }

    [GeneratedRegex(@"^AmlVnet simulator ready: (?<address>https://localhost:\d+/)$")]
    private static partial Regex ReadyLine();

    [GeneratedRegex(@"^(export |\$env:)(?<name>\w+) ?= ?'(?<value>.*)'$")]
    private static partial Regex ExportLine();
}
