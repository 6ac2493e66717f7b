using System.Collections;
using System.Management.Automation;
using System.Reflection;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace AmlVnet.Module.Tests;

/// <summary>The chain with TLS, every stream on, errors of each kind: the key, the certificate and signed addresses are nowhere.</summary>
public sealed class SecretTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet").FullName;

    [Fact]
    public void Neither_key_nor_certificate_nor_a_signed_address_is_anywhere()
    {
        using var key = RSA.Create(2048);
        using var certificate = new CertificateRequest("CN=www.contoso.com", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        var (certificatePem, keyPem) = (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), certificatePem);
        File.WriteAllText(Path.Combine(_folder, "key.pem"), keyPem);
        var state = Path.Combine(_folder, "world.state");
        using var world = new Rehearsal(clock: $"-VirtualClock -StatePath '{state}'");
        var tls = $" -SslCertificatePath '{_folder}/cert.pem' -SslKeyPath '{_folder}/key.pem' -SslCname www.contoso.com";
        var everything = new StringBuilder();

        // A refusal, a failed operation, a wrong combination, a difference: then the chain itself.
        world.Cloud.Fail("""{ "method": "PUT", "times": 1, "status": 400, "code": "BadArgument", "message": "The body can't be used." }""");
        Tell(Rehearsal.New + tls, errors: 1);
        world.Cloud.ClearFaults();
        Tell(Rehearsal.New + tls.Replace("cert.pem", "nothere.pem", StringComparison.Ordinal), errors: 1);
        Tell(Rehearsal.New + tls.Replace("key.pem", "world.state", StringComparison.Ordinal), errors: 1);
        Tell(Rehearsal.New + tls + " -WhatIf", errors: 0);
        Tell(Rehearsal.New + tls + " -NoWait", errors: 0);
        Tell(ChainTests.Chain.Replace("New-AmlAksCompute", "New-AmlAksCompute" + tls, StringComparison.Ordinal), errors: 0);
        Tell(Rehearsal.New + tls + " -AgentCount 9", errors: 1);
        world.Cloud.Fail("""{ "method": "PUT", "kind": "FailOperation", "code": "BadRequest", "message": "It broke." }""");
        Tell("Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type PublicIp", errors: 1);

        everything.Append(world.Host.Text);
        foreach (var record in world.Host.Progress) everything.Append(record);
        everything.Append(world.Runspace.Show(Rehearsal.Get));
        foreach (var file in Directory.GetFiles(_folder).Where(static file => !file.EndsWith(".pem", StringComparison.Ordinal))) everything.Append(File.ReadAllText(file));
        var text = everything.ToString();

        Assert.Contains("PUT " + SimulatedCloud.Compute, text, StringComparison.Ordinal);
        Assert.Contains("BadArgument", text, StringComparison.Ordinal);
        foreach (var secret in Lines(certificatePem).Concat(Lines(keyPem))) Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);

        void Tell(string script, int errors)
        {
            var result = world.Try($"$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; $InformationPreference = 'Continue'; {script}");
            Assert.Equal(errors, result.AllErrors.Count);
            foreach (var line in result.Verbose.Concat(result.Debug).Concat(result.Warnings)) everything.AppendLine(line);
            foreach (var one in result.Information) everything.AppendLine(one.ToString());
            foreach (var error in result.AllErrors) everything.AppendLine(PSSerializer.Serialize(error, 5)).AppendLine(Everything(error.Exception)).AppendLine(error.ErrorDetails?.ToString());
            foreach (var output in result.Output)
            {
                if (output.BaseObject.GetType().Name == "AmlOperation")
                {
                    var poll = new Uri((string)JsonNode.Parse(Convert.FromBase64String((string)output.Properties["Token"].Value))!["poll"]!);
                    Assert.DoesNotContain(poll.Query, everything.ToString(), StringComparison.Ordinal);
                    Assert.DoesNotContain(poll.Query, output.ToString(), StringComparison.Ordinal);
                }

                everything.AppendLine(PSSerializer.Serialize(output, 5)).AppendLine(output.ToString());
            }
        }
    }

    [Theory]
    [InlineData("\"status\": 400", "RequestRefused")]
    [InlineData("\"kind\": \"FailOperation\"", "OperationFailed")]
    public void A_service_that_quotes_the_key_is_not_repeated(string how, string id)
    {
        const string Key = "c2VjcmV0IGJ5dGVzIG9mIHRoZSBrZXkgdGhhdCBubyBvbmUgc2VlcyAhIQ";
        File.WriteAllText(Path.Combine(_folder, "cert.pem"), "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
        File.WriteAllText(Path.Combine(_folder, "key.pem"), $"-----BEGIN PRIVATE KEY-----\n{Key}\n-----END PRIVATE KEY-----\n");
        using var world = new Rehearsal();
        world.Cloud.Fail($$"""{ "method": "PUT", {{how}}, "code": "BadArgument", "message": "The key {{Key}} is not valid." }""");

        var result = world.Try($"$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; {Rehearsal.New} -SslCertificatePath '{_folder}/cert.pem'"
            + $" -SslKeyPath '{_folder}/key.pem' -SslCname www.contoso.com");

        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith(id, error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("The key *** is not valid.", error.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Key, PSSerializer.Serialize(error, 5) + Everything(error.Exception) + string.Concat(result.Verbose.Concat(result.Debug)), StringComparison.Ordinal);
    }

    [Fact]
    public void Debug_and_verbose_lines_carry_no_query_and_no_header()
    {
        using var world = new Rehearsal();
        var result = world.Try($"$VerbosePreference = 'Continue'; $DebugPreference = 'Continue'; {ChainTests.Chain}");

        result.OutputWithoutErrors();
        Assert.Contains(result.Verbose, static line => line.Contains("OperationsStatus", StringComparison.OrdinalIgnoreCase));
        foreach (var line in result.Verbose.Concat(result.Debug))
        {
            Assert.DoesNotContain("?", line, StringComparison.Ordinal);
            Assert.DoesNotContain("Bearer", line, StringComparison.OrdinalIgnoreCase);
            Assert.DoesNotContain("Authorization:", line, StringComparison.OrdinalIgnoreCase);
        }
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The lines of a PEM file that are its bytes, also as JSON would hold them.</summary>
    private static IEnumerable<string> Lines(string pem) => pem.Split('\n').Select(static line => line.Trim()).Where(static line => line.Length > 20 && !line.StartsWith("-----", StringComparison.Ordinal));

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
