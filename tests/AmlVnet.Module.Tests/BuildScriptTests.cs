namespace AmlVnet.Module.Tests;

/// <summary>build.ps1, with functions in the place of the programs that it runs and of the commands that the bare engine has not.</summary>
public sealed class BuildScriptTests
{
    private const string Programs = """
        $ran = [System.Collections.Generic.List[string]]::new()
        function Push-Location($LiteralPath) {
            $ExecutionContext.SessionState.Path.PushCurrentLocation('')
            $null = $ExecutionContext.SessionState.Path.SetLocation($LiteralPath)
        }
        function Pop-Location { $null = $ExecutionContext.SessionState.Path.PopLocation('') }
        # A function does not get the "--" that a program gets.
        function dotnet { $ran.Add("$PWD> dotnet $args"); $global:LASTEXITCODE = $dotnetCode }
        function pwsh { $ran.Add("$PWD> pwsh $args"); $global:LASTEXITCODE = $pwshCode }
        $null = $ExecutionContext.SessionState.Path.SetLocation([System.IO.Path]::GetTempPath())
        $before = "$PWD"
        """;

    [Theory]
    [InlineData("", 0, new[] { "dotnet run --project build stage" })]
    [InlineData("pack", 3, new[] { "dotnet run --project build pack" })]
    [InlineData("help --check", 0, new[] { "dotnet run --project build help --check" })]
    [InlineData("test", 0, new[]
    {
        "dotnet run --project build stage",
        "pwsh -NoProfile -Command Import-Module -Name Pester *Invoke-Pester -Path tests/Pester *",
    })]
    [InlineData("test", 3, new[] { "dotnet run --project build stage" })]
    public void It_runs_in_the_repository_from_any_folder(string arguments, int dotnetCode, string[] expected)
    {
        using var runspace = new ModuleRunspace(import: false);
        runspace.SetVariable("script", Path.Combine(Repository.Root, "build.ps1"));
        runspace.SetVariable("dotnetCode", dotnetCode);
        runspace.SetVariable("pwshCode", 0);
        runspace.Invoke(Programs).OutputWithoutErrors();

        runspace.Invoke($"& $script {arguments}").OutputWithoutErrors();

        var ran = runspace.Invoke("$ran").Output.Select(line => line.ToString()).ToArray();
        Assert.Equal(expected.Length, ran.Length);
        Assert.All(expected.Zip(ran), pair => Assert.True(
            new System.Management.Automation.WildcardPattern($"{Repository.Root}> {pair.First}").IsMatch(pair.Second), pair.Second));
        Assert.Equal(dotnetCode, runspace.Invoke("$LASTEXITCODE").Output.Single().BaseObject);
        Assert.Equal(true, runspace.Invoke("\"$PWD\" -eq $before").Output.Single().BaseObject);
    }
}
