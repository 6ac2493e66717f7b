using System.Net;
using System.Net.Sockets;

namespace AmlVnet.Simulator.Tests;

public sealed class ServerProcessTests : IDisposable
{
    private readonly ServerFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task It_says_how_to_trust_it_and_when_it_is_ready_and_stops_when_asked()
    {
        using var server = await ServerProcess.StartAsync(
            "--port", "0", "--http-port", "0", "--cert-folder", _folder.Path, "--virtual-clock");

        Assert.All(
            ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "CURL_CA_BUNDLE", "NODE_EXTRA_CA_CERTS"],
            name => Assert.Equal(_folder["authority.pem"], server.Environment[name]));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, server.Environment["ARM_CLOUD_METADATA_URL"]));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "subscriptions?api-version=2022-12-01"));
        var tokenAddress = server.Environment["IDENTITY_ENDPOINT"] + "?api-version=2019-08-01&resource=https://graph/";
        using (var identity = new HttpRequestMessage(HttpMethod.Get, tokenAddress))
        {
            identity.Headers.Add("X-IDENTITY-HEADER", server.Environment["IDENTITY_HEADER"]);
            using var token = await server.Client.SendAsync(identity, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, token.StatusCode);
        }

        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no SIGTERM.");
        Assert.Equal((0, ""), await server.StopAsync());
    }

    [Fact]
    public async Task Two_processes_that_start_together_wait_for_each_other_and_serve_under_one_authority()
    {
        var started = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => Task.Run(
            () => ServerProcess.StartAsync("--port", "0", "--cert-folder", _folder.Path, "--virtual-clock"))));
        try
        {
            // One made the certificates, and the others took them.
            using var authority = ServerProcess.NewClient(_folder["authority.pem"], null);
            foreach (var server in started)
                Assert.Equal(HttpStatusCode.OK, await StatusAsync(authority, server.Address + "subscriptions?api-version=2022-12-01"));
        }
        finally
        {
            foreach (var server in started) server.Dispose();
        }
    }

    [Fact]
    public async Task A_process_waits_for_one_that_holds_the_folder_and_goes_on_when_that_dies()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "The lock is held by flock of util-linux.");
        var lockFile = _folder["lock"];
        System.IO.Directory.CreateDirectory(_folder.Path);
        using var holder = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("flock",
            [lockFile, "sh", "-c", "echo held; exec sleep 600"])
        { RedirectStandardOutput = true })!;
        Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
        var starting = ServerProcess.StartAsync("--port", "0", "--cert-folder", _folder.Path, "--virtual-clock");
        try
        {
            await Task.WhenAny(starting, Task.Delay(1500, TestContext.Current.CancellationToken));
            Assert.False(starting.IsCompleted);
            Assert.False(File.Exists(_folder["authority.pem"]));
        }
        finally
        {
            holder.Kill(entireProcessTree: true);
        }

        using var server = await starting;
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(server.Client, "subscriptions?api-version=2022-12-01"));
    }

    [Fact]
    public async Task A_taken_port_is_said_and_ends_with_1()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;

        var (exitCode, output, errors) = await ServerProcess.RunAsync("--port", $"{port}", "--cert-folder", _folder.Path);

        Assert.Equal(1, exitCode);
        Assert.StartsWith($"Port {port} (--port) cannot be opened on loopback: ", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
        Assert.Empty(output);
    }

    [Theory]
    [InlineData("--scenario", "no-such-world", "no-such-world")]
    [InlineData("--state", "damaged.state", "damaged.state")]
    public async Task A_world_that_cannot_be_had_is_said_and_ends_with_1(string option, string value, string named)
    {
        await File.WriteAllTextAsync(_folder["damaged.state"], "{\"not\":\"a state\"}\nnor this\n", TestContext.Current.CancellationToken);

        var (exitCode, _, errors) = await ServerProcess.RunAsync(
            "--port", "0", "--cert-folder", _folder.Path, option, option == "--state" ? _folder[value] : value);

        Assert.Equal(1, exitCode);
        Assert.StartsWith("The simulator cannot start: ", errors, StringComparison.Ordinal);
        Assert.Contains(named, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_option_ends_with_2_before_anything_is_made()
    {
        var (exitCode, output, errors) = await ServerProcess.RunAsync("--cert-folder", _folder["certs"], "--prot", "1");

        Assert.Equal(2, exitCode);
        Assert.Contains("--prot", errors, StringComparison.Ordinal);
        Assert.Empty(output);
        Assert.False(System.IO.Directory.Exists(_folder["certs"]));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }
}
