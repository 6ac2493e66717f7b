using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>
/// Runs the Pester files on the bare engine, where Pester is not, with as much of its language as they use. Where pwsh and Pester are
/// installed, the same files run as they are.
/// </summary>
public sealed class ContractPesterTests
{
    private const string Language = """
        $global:pesterRan = [System.Collections.Generic.List[string]]::new()
        $global:pesterFailed = [System.Collections.Generic.List[string]]::new()
        function global:BeforeAll { param([scriptblock] $Body) $global:pesterBlock.BeforeAll = $Body }
        function global:BeforeEach { param([scriptblock] $Body) $global:pesterBlock.BeforeEach = $Body }
        function global:AfterAll { param([scriptblock] $Body) $global:pesterBlock.AfterAll = $Body }
        function global:AfterEach { param([scriptblock] $Body) $global:pesterBlock.AfterEach = $Body }
        function global:It {
            param([string] $Name, [scriptblock] $Body, [switch] $Skip)
            if (-not $Skip) { $global:pesterBlock.Its.Add([pscustomobject]@{ Name = $Name; Body = $Body }) }
        }
        function global:Describe {
            param([string] $Name, [scriptblock] $Body)
            $global:pesterBlock = @{ BeforeAll = {}; BeforeEach = {}; AfterEach = {}; AfterAll = {}; Its = [System.Collections.Generic.List[object]]::new() }
            & $Body
            $pesterThis = $global:pesterBlock
            # Each block and each It has a scope of its own, as in Pester: what one It sets, the next does not see.
            & {
                . $pesterThis.BeforeAll
                foreach ($pesterIt in $pesterThis.Its) {
                    $global:pesterRan.Add($pesterIt.Name)
                    & {
                        try {
                            . $pesterThis.BeforeEach
                            & $pesterIt.Body
                        } catch {
                            $global:pesterFailed.Add("$Name $($pesterIt.Name): $_ ($($_.FullyQualifiedErrorId))`n$($_.ScriptStackTrace)")
                        } finally {
                            . $pesterThis.AfterEach
                        }
                    }
                }
                . $pesterThis.AfterAll
            }
        }
        function global:Should {
            [CmdletBinding(PositionalBinding = $false)]
            param(
                [Parameter(ValueFromPipeline)] $Actual, [switch] $Not, $Be, $BeLike, $BeOfType, $BeGreaterThan,
                [switch] $BeTrue, [switch] $BeFalse, [switch] $BeNullOrEmpty, [switch] $Throw
            )
            begin { $all = [System.Collections.Generic.List[object]]::new() }
            process { $all.Add($Actual) }
            end {
                $value = if ($all.Count -eq 1) { $all[0] } elseif ($all.Count) { $all.ToArray() }
                $holds = switch (@($PSBoundParameters.Keys)) {
                    'Be' { $value -eq $Be }
                    'BeLike' { "$value" -like $BeLike }
                    'BeOfType' { $null -ne $value -and $value.GetType().FullName -eq $BeOfType }
                    'BeGreaterThan' { $value -gt $BeGreaterThan }
                    'BeTrue' { [bool]$value }
                    'BeFalse' { -not $value }
                    'BeNullOrEmpty' { $null -eq $value -or "$value" -eq '' }
                    'Throw' { try { $null = & $value; $false } catch { $true } }
                }
                if ([bool]$holds -eq [bool]$Not) {
                    throw "'$value' should $(if ($Not) { 'not ' })$(@($PSBoundParameters.Keys)) '$Be$BeLike$BeOfType$BeGreaterThan'"
                }
            }
        }
        """;

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests", "Pester"), "*.Tests.ps1").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Files))]
    public void A_Pester_file_passes(string file)
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.Invoke(Language).OutputWithoutErrors();
        runspace.SetVariable("file", Path.Combine(Repository.Root, "tests", "Pester", file));

        var run = runspace.Invoke("& $file");

        Assert.Null(run.Terminating);
        Assert.True(!Strings("pesterFailed").Any(), string.Join('\n', Strings("pesterFailed")));
        Assert.NotEmpty(Strings("pesterRan"));

        IEnumerable<string> Strings(string variable) =>
            runspace.Invoke($"$global:{variable}").Output.Select(value => LanguagePrimitives.ConvertTo<string>(value));
    }

    [Fact]
    public void Each_It_has_a_scope_of_its_own()
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.Invoke(Language).OutputWithoutErrors();
        runspace.Invoke("""
            Describe 'x' {
                BeforeAll { $all = 'all' }
                BeforeEach { $each = 'each' }
                It 'sees what was set before it' { "$all $each" | Should -Be 'all each' }
                It 'sets' { $all = 'mine' }
                It 'does not see what another It set' { $all | Should -Be 'all' }
            }
            """).OutputWithoutErrors();
        Assert.Empty(runspace.Invoke("$global:pesterFailed").Output);
        Assert.DoesNotContain(runspace.Invoke("$all").Output, value => value is not null);
    }

    [Theory]
    [InlineData("1 | Should -Be 2")]
    [InlineData("1 | Should -Not -Be 1")]
    [InlineData("'a' | Should -BeLike 'b*'")]
    [InlineData("1 | Should -BeOfType 'System.String'")]
    [InlineData("1 | Should -BeGreaterThan 1")]
    [InlineData("$false | Should -BeTrue")]
    [InlineData("$true | Should -BeFalse")]
    [InlineData("1 | Should -BeNullOrEmpty")]
    [InlineData("{ throw 'x' } | Should -Not -Throw")]
    [InlineData("throw 'x'")]
    public void A_wrong_expectation_fails(string expectation)
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.Invoke(Language).OutputWithoutErrors();
        runspace.Invoke($"Describe 'x' {{ It 'fails' {{ {expectation} }} }}").OutputWithoutErrors();
        Assert.Equal(1, runspace.Invoke("$global:pesterFailed.Count").Output.Single().BaseObject);
    }
}
