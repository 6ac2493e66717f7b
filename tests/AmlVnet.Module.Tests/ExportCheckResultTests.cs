using System.Text.Json;
using System.Xml.Linq;

namespace AmlVnet.Module.Tests;

/// <summary>Check results as files that a build service reads.</summary>
public sealed class ExportCheckResultTests : IDisposable
{
    private const string Results = """
        function Result($status, $severity, $target, $evidence) {
            $r = [AmlVnet.CheckResult]::new()
            $r.GetType().GetProperty('Id').SetValue($r, "AMLVNET-$status")
            $r.GetType().GetProperty('Title').SetValue($r, 'A <title> & more')
            $r.GetType().GetProperty('Severity').SetValue($r, [AmlVnet.CheckSeverity]$severity)
            $r.GetType().GetProperty('Status').SetValue($r, [AmlVnet.CheckStatus]$status)
            $r.GetType().GetProperty('Target').SetValue($r, $target)
            $r.GetType().GetProperty('Evidence').SetValue($r, $evidence)
            $r
        }
        $results = @(
            Result Passed Error /a 'fine'
            Result Failed Error /a "10.0.0.0/16 overlaps`a 10.0.0.0/8"
            Result Failed Information /a 'worth knowing'
            Result Warning Warning /b 'near'
            Result Unknown Error /b 'could not be read'
            Result NotApplicable Error /b 'not here'
            Result Failed Warning /b 'soon'
        )
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory().FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void JUnit_counts_failures_and_skips_and_is_valid()
    {
        using var runspace = Prepared();
        runspace.Invoke("$results | Export-AmlCheckResult -Format JUnit -Path $path").OutputWithoutErrors();

        var root = XDocument.Load(Path.Combine(_folder, "out")).Root!;
        Assert.Equal(("7", "2", "2"),
            ((string)root.Attribute("tests")!, (string)root.Attribute("failures")!, (string)root.Attribute("skipped")!));
        Assert.Equal(["/a", "/b"], root.Elements("testsuite").Select(static s => (string)s.Attribute("name")!));
        Assert.Equal(["Error", "Warning"], root.Descendants("failure").Select(static f => (string)f.Attribute("type")!));
        Assert.Equal("10.0.0.0/16 overlaps 10.0.0.0/8", (string)root.Descendants("failure").First().Attribute("message")!);
        Assert.Equal("AMLVNET-Passed A <title> & more", (string)root.Descendants("testcase").First().Attribute("name")!);
        Assert.Contains(root.Descendants("skipped"), static s =>
            ((string)s.Attribute("message")!).Contains("could not be read", StringComparison.Ordinal));
    }

    [Fact]
    public void Json_holds_every_member_and_PassThru_passes_on()
    {
        using var runspace = Prepared();
        Assert.Equal(7, runspace.Invoke("$results | Export-AmlCheckResult -Format Json -Path $path -PassThru").OutputWithoutErrors().Count);
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "out")));
        Assert.Equal(7, json.RootElement.GetArrayLength());
        Assert.Equal("Failed", json.RootElement[1].GetProperty("status").GetString());
        Assert.Equal("Warning", json.RootElement[6].GetProperty("severity").GetString());
    }

    [Fact]
    public void Copies_from_a_file_are_taken_and_other_things_refused()
    {
        using var runspace = Prepared();
        runspace.Invoke("""
            $copies = [System.Management.Automation.PSSerializer]::Deserialize([System.Management.Automation.PSSerializer]::Serialize($results, 3))
            $copies | Export-AmlCheckResult -Format Json -Path $path
            """).OutputWithoutErrors();
        using (var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(_folder, "out")))) Assert.Equal(7,
            json.RootElement.GetArrayLength());
        Assert.NotEmpty(runspace.Invoke("'text' | Export-AmlCheckResult -Format Json -Path $path").AllErrors);
        runspace.Invoke("Export-AmlCheckResult -InputObject @() -Format JUnit -Path $path").OutputWithoutErrors();
        Assert.Equal("0", (string)XDocument.Load(Path.Combine(_folder, "out")).Root!.Attribute("tests")!);
    }

    [Fact]
    public void A_file_is_kept_under_WhatIf_and_NoClobber_and_a_wrong_path_is_said()
    {
        using var runspace = Prepared();
        File.WriteAllText(Path.Combine(_folder, "out"), "mine");
        runspace.Invoke("$results | Export-AmlCheckResult -Format Json -Path $path -WhatIf").OutputWithoutErrors();
        var error = Assert.Single(runspace.Invoke("$results | Export-AmlCheckResult -Format Json -Path $path -NoClobber").AllErrors);
        Assert.StartsWith("FileExists", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal("mine", File.ReadAllText(Path.Combine(_folder, "out")));
        error = Assert.Single(runspace.Invoke("$results | Export-AmlCheckResult -Format Json -Path \"$path/absent/file\"").AllErrors);
        Assert.StartsWith("FileNotWritten", error.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'env:\\out'", "Environment")]
    [InlineData("'variable:out'", "Variable")]
    [InlineData("'nodrive:\\out'", "nodrive")]
    [InlineData("\"out`0put\"", "null character")]
    public void A_path_that_is_no_file_s_is_one_error(string path, string why)
    {
        using var runspace = Prepared();
        var result = runspace.Invoke($"$results | Export-AmlCheckResult -Format Json -PassThru -Path {path}");
        Assert.Equal(7, result.Output.Count);
        Assert.Null(result.Terminating);
        var error = Assert.Single(result.Errors);
        Assert.StartsWith("FileNotWritten,AmlVnet.Cmdlets.ExportAmlCheckResultCommand", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains(why, error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_checks_find_is_exported()
    {
        using var runspace = Prepared();
        var result = runspace.Invoke("""
            Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -ServiceCidr 10.1.0.0/16 -DnsServiceIP 10.1.0.10 |
                Export-AmlCheckResult -Format JUnit -Path $path -PassThru
            """).OutputWithoutErrors();
        var root = XDocument.Load(Path.Combine(_folder, "out")).Root!;
        Assert.Equal(result.Count, root.Descendants("testcase").Count());
        Assert.NotEmpty(root.Descendants("failure"));
    }

    private ModuleRunspace Prepared()
    {
        var runspace = new ModuleRunspace();
        runspace.SetVariable("path", Path.Combine(_folder, "out"));
        runspace.Invoke(Results).OutputWithoutErrors();
        return runspace;
    }
}
