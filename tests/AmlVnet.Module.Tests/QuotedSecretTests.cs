using System.Collections;
using System.Management.Automation;
using System.Net;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace AmlVnet.Module.Tests;

/// <summary>
/// A service that quotes the key it was sent: no status and no way of failing takes it to a message, a stream, $Error or the screen.
/// </summary>
public sealed class QuotedSecretTests : IDisposable
{
    private const string Key = "key";

    private const string Cluster = "'" + SimulatedCloud.ExistingCluster + "'";
    private const string Install = "Install-AksAmlExtension " + Cluster;

    /// <summary>Each command that takes a key.</summary>
    private static readonly Dictionary<string, (string Scenario, string Before, string Command)> Commands = new()
    {
        ["New-AmlAksCompute"] = ("how-to", "", Rehearsal.New),
        ["Add-AmlAksCompute"] = ("user-assigned", "",
            "Add-AmlAksCompute myworkspacegroup myworkspace myaks -Cluster '" + SimulatedCloud.ExistingCluster + "'"),
        // Registered before, so that the extension is the first that it writes.
        ["Install-AksAmlExtension"] = ("kubernetes", Cluster + " | Grant-AksNetworkContributor -ScopeLevel Subnet; " + Install
            + " -SslSecretName scoring-tls -SslCname www.contoso.com; Uninstall-AksAmlExtension -Force " + Cluster, Install),
    };

    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet").FullName;
    private readonly string _keyPem;
    private readonly string _tls;

    public QuotedSecretTests()
    {
        using var key = RSA.Create(2048);
        _keyPem = key.ExportPkcs8PrivateKeyPem();
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        File.WriteAllText(Path.Combine(_folder, "key.pem"), _keyPem);
        _tls = $" -SslCertificatePath '{_folder}/cert.pem' -SslKeyPath '{_folder}/key.pem' -SslCname www.contoso.com";
    }

    public static TheoryData<string> Names => [.. Commands.Keys];

    [Fact]
    public void Every_command_that_takes_a_key_is_tried()
    {
        using var runspace = new ModuleRunspace();
        var taking = runspace.Invoke(
            "Get-Command -Module AmlVnet | Where-Object { $_.Parameters.Keys -match 'Key(Path|Pem)?$' } | ForEach-Object Name")
            .OutputWithoutErrors().Select(static name => name.ToString());
        // These send the same protected settings by the same step as the installation.
        string[] alike = ["Disable-AmlPrivateInference", "Enable-AmlPrivateInference", "Move-AmlAksCompute", "Update-AksAmlExtension"];
        Assert.Equal(Commands.Keys.Order(), taking.Except(alike).Order());
    }

    [Theory, MemberData(nameof(Names))]
    public void Whatever_the_status(string name)
    {
        var (scenario, before, command) = Commands[name];
        using var world = new Rehearsal(scenario);
        if (before.Length > 0) world.Run(before);
        var swap = AnswerSwap.Before(world);
        var told = new StringBuilder();
        int[] statuses = [203, 300, 302, .. Enumerable.Range(400, 200).Where(static status => Enum.IsDefined((HttpStatusCode)status))];
        foreach (var status in statuses)
        {
            var quoted = false;
            swap.Answer = request =>
            {
                if (request.Method == HttpMethod.Get) return null;
                quoted = true;
                return Quote(request, (HttpStatusCode)status);
            };
            Tell(world, command, told, $"status {status}");
            Assert.True(quoted, $"{status} was answered to nothing.");
        }

        AssertClean(world, told);
    }

    [Theory, MemberData(nameof(Names))]
    public void Whenever_it_fails_later(string name)
    {
        var (scenario, before, command) = Commands[name];
        using var world = new Rehearsal(scenario);
        if (before.Length > 0) world.Run(before);
        var told = new StringBuilder();
        world.Runspace.SetVariable("quoted", $"Not valid: {Lines().First()} {_keyPem}");

        // The operation fails and its compute keeps the reason; a conflict with a compute that is there; and what is read of it afterwards.
        world.Run("Set-AmlSimulator -Fault @{ Method = 'PUT'; Kind = 'FailOperation'; Code = 'BadArgument'; Message = $quoted }");
        Tell(world, command, told, "operation");
        Tell(world, command, told, "found failed");
        world.Run("Set-AmlSimulator -ClearFault");
        foreach (var read in new[] { Rehearsal.Get, Rehearsal.Get + " | Test-AmlAksNetwork" })
            foreach (var output in world.Try(read).Output) told.AppendLine(PSSerializer.Serialize(output, 5));
        var swap = AnswerSwap.Before(world);
        swap.Answer = request => request.Method == HttpMethod.Put ? Quote(request, HttpStatusCode.Conflict) : null;
        Tell(world, command + " -SkipCheck AMLVNET-COMPUTE-003", told, "conflict");

        AssertClean(world, told);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static HttpResponseMessage Quote(HttpRequestMessage request, HttpStatusCode status)
    {
        var body = request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken).GetAwaiter().GetResult();
        using var sent = JsonDocument.Parse(body);
        var properties = sent.RootElement.GetProperty("properties");
        // An extension takes the file in base64, on one line.
        var key = properties.TryGetProperty("configurationProtectedSettings", out var settings)
            ? settings.GetProperty("scoringFe.sslKey").GetString()!
            : properties.GetProperty("properties").GetProperty("sslConfiguration").GetProperty(Key).GetString()!;
        var lines = key.Contains('\n', StringComparison.Ordinal) ? key.Split('\n') : ["", key, key[100..]];
        var error = new
        {
            code = "BadArgument",
            message = $"The key {key} is not valid. The body was {body}.",
            target = key,
            details = new[]
            {
                new { code = "Line", message = lines[1] },
                new { code = "Cut", message = lines[2][..30] },
            },
        };
        return new HttpResponseMessage(status)
        {
            Content = new StringContent(JsonSerializer.Serialize(new { error }), Encoding.UTF8, "application/json"),
        };
    }

    /// <summary>Runs the command with every stream on.</summary>
    private void Tell(Rehearsal world, string command, StringBuilder told, string why)
    {
        var result = world.Try($"$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; {command}{_tls}");
        // Where an earlier try left a compute with its cluster, that is a warning.
        var isWarned = result.Warnings.Any(static line => line.Contains("BadArgument", StringComparison.Ordinal));
        Assert.True(result.AllErrors.Count > 0 || isWarned, why);
        foreach (var error in result.AllErrors)
            told.AppendLine(PSSerializer.Serialize(error, 5)).AppendLine(Everything(error.Exception))
                .AppendLine(error.ErrorDetails?.ToString());
        told.AppendJoin('\n', result.Verbose.Concat(result.Debug).Concat(result.Warnings));
    }

    private void AssertClean(Rehearsal world, StringBuilder told)
    {
        const string Errors = "$Error | ForEach-Object { [System.Management.Automation.PSSerializer]::Serialize($_, 4) }";
        told.AppendLine(string.Concat(world.Runspace.Invoke(Errors).Output));
        told.AppendLine(world.Runspace.Show("$Error | Format-List * -Force"));
        var text = told.Append(world.Host.Text).ToString();
        Assert.Contains("BadArgument", text, StringComparison.Ordinal);
        Assert.Contains("***", text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        foreach (var line in Lines())
            for (var start = 0; start + 16 <= line.Length; start += 8)
                Assert.DoesNotContain(line.Substring(start, 16), text, StringComparison.Ordinal);
    }

    private IEnumerable<string> Lines() => PemLines().Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(_keyPem)));

    private IEnumerable<string> PemLines() =>
        _keyPem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(static line => !line.StartsWith('-'));

    /// <summary>An exception with each of its public and private properties, and those beneath it.</summary>
    private static string Everything(Exception exception)
    {
        var text = new StringBuilder();
        Walk(exception, 0);
        return text.ToString();

        void Walk(object? value, int depth)
        {
            if (value is null || depth > 4) return;
            text.AppendLine(value.ToString());
            if (value is string or ValueType or Type or Assembly or MemberInfo or Delegate) return;
            if (value is IDictionary table) foreach (DictionaryEntry entry in table) Walk(entry.Value, depth + 1);
            else if (value is IEnumerable list) foreach (var one in list) Walk(one, depth + 1);
            foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            {
                if (property.GetIndexParameters().Length > 0 || property.Name is "TargetSite") continue;
                try
                {
                    Walk(property.GetValue(value), depth + 1);
                }
                catch (Exception e) when (e is TargetInvocationException or NotSupportedException or InvalidOperationException)
                {
                }
            }
        }
    }
}
