namespace AmlVnet.Module.Tests;

/// <summary>AmlVnet.Shell with redirected streams: what it prints where, and its exit codes.</summary>
public sealed class ShellTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet shell ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("'fine'", 0)]
    [InlineData("", 0)]
    [InlineData("# nothing", 0)]
    [InlineData("exit 0", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'x'", 1)]
    [InlineData("if (", 1)]
    [InlineData("Get-NoSuchThing", 1)]
    [InlineData("Get-NoSuchThing; 'went on'", 0)]
    [InlineData("try { throw 'x' } catch { 'caught' }", 0)]
    [InlineData("process { 'a named block' }", 0)]
    public async Task Command_gives_the_exit_code(string text, int expected)
    {
        // An empty text cannot be passed on the command line, so it comes on standard input, which must behave the same.
        var run = text.Length == 0 ? await ShellProcess.RunWithInputAsync(text, "-") : await ShellProcess.RunAsync("-Command", text);

        Assert.Equal(expected, run.ExitCode);
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("throw 'five'", 1)]
    [InlineData("'unfinished", 1)]
    [InlineData("Get-NoSuchThing; 'went on'", 0)]
    [InlineData("$ErrorActionPreference = 'Stop'; Get-NoSuchThing; 'not here'", 1)]
    public async Task File_gives_the_exit_code(string text, int expected)
    {
        var run = await ShellProcess.RunAsync(Script(text));

        Assert.Equal(expected, run.ExitCode);
        Assert.DoesNotContain("not here", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Exit_of_an_inner_script_does_not_end_the_outer_one()
    {
        Script("exit 9", "inner.ps1");

        var run = await ShellProcess.RunAsync(Script("& \"$PSScriptRoot/inner.ps1\"; \"inner $LASTEXITCODE\""));

        Assert.Equal("inner 9\n", run.Output);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task Arguments_bind_by_name_and_by_position()
    {
        var script = Script("param($A, [switch]$B, [int]$C, [switch]$D, $E) \"$A|$B|$C|$D|$E|$args\"");

        var run = await ShellProcess.RunAsync(script, "first", "-C", "3", "-B", "-D:$false", "-E:$HOME", "rest", "1,2");

        Assert.Equal("", run.Error);
        Assert.Equal("first|True|3|False|$HOME|rest 1,2\n", run.Output);
    }

    [Fact]
    public async Task A_wrong_argument_is_an_error_of_the_script()
    {
        var run = await ShellProcess.RunAsync(Script("param([int]$C) $C"), "-C", "abc");

        Assert.Equal(1, run.ExitCode);
        Assert.Contains("abc", run.Error, StringComparison.Ordinal);
        Assert.Equal("", run.Output);
    }

    [Theory]
    [InlineData("-Bogus", "-Bogus")]
    [InlineData("nothing-here.ps1", "nothing-here.ps1")]
    [InlineData("README.md", ".ps1")]
    [InlineData("-Command", "-Command")]
    public async Task A_wrong_command_line_says_what_is_wrong(string argument, string named)
    {
        var run = await ShellProcess.RunAsync(argument);

        Assert.Equal(64, run.ExitCode);
        Assert.Contains(named, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_and_version_print_and_run_nothing()
    {
        Assert.Contains("-NonInteractive", (await ShellProcess.RunAsync("-Help")).Output, StringComparison.Ordinal);
        Assert.Matches(
            @"^AmlVnet\.Shell \d+\.\d+\.\d+ on the PowerShell engine 7\.\d+\.\d+\n$",
            (await ShellProcess.RunAsync("-Version")).Output);
    }

    [Theory]
    [InlineData("-")]
    [InlineData(null)]
    public async Task Standard_input_is_a_script(string? argument)
    {
        var run = await ShellProcess.RunWithInputAsync(
            "$sum = 0\nforeach ($i in 1..4) {\n  $sum += $i\n}\n\"sum $sum\"\nexit 4\n",
            argument is null ? [] : [argument]);

        Assert.Equal("sum 10\n", run.Output);
        Assert.Equal(4, run.ExitCode);
    }

    [Fact]
    public async Task The_module_is_imported_and_its_views_show()
    {
        var run = await ShellProcess.RunAsync(
            "-Command", "(Get-Module).Name; [AmlVnet.AmlVnetContext]@{ SubscriptionId = 'the-subscription'; Environment = 'Simulator' }");

        Assert.Equal("", run.Error);
        Assert.StartsWith("AmlVnet\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("the-subscription", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("ArmEndpoint", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NoModule_leaves_the_bare_engine()
    {
        Assert.Equal("0\n", (await ShellProcess.RunAsync("-NoModule", "-Command", "@(Get-Module).Count")).Output);
    }

    [Fact]
    public async Task Errors_go_to_standard_error_with_their_position_and_recommendation()
    {
        var script = Script(
            """
            $e = [System.Management.Automation.ErrorRecord]::new([Exception]::new('plain'), 'Id', 'InvalidArgument', 'target')
            $e.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('The subnet has no room.')
            $e.ErrorDetails.RecommendedAction = 'Resize-TheSubnet -Now'
            'before'
            throw $e
            """,
            "position.ps1");

        var run = await ShellProcess.RunAsync(script);

        Assert.Equal("before\n", run.Output);
        Assert.Contains("The subnet has no room.", run.Error, StringComparison.Ordinal);
        Assert.Contains("Resize-TheSubnet -Now", run.Error, StringComparison.Ordinal);
        Assert.Contains("position.ps1:5", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_redirected_holds_an_escape_sequence()
    {
        var run = await ShellProcess.RunAsync(
            "-Command",
            """
            function f { [CmdletBinding()] param() $PSCmdlet.WriteWarning('w'); $PSCmdlet.WriteVerbose('v'); $Host.UI.WriteErrorLine('e')
              $Host.UI.Write([ConsoleColor]::Red, [ConsoleColor]::Blue, "c`n"); $PSStyle.Foreground.Red + 'red' + $PSStyle.Reset }
            f -Verbose; [pscustomobject]@{ A = 1 }; Get-NoSuchThing; 'end'
            """);

        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain('\u001b', run.Error);
        Assert.Contains("WARNING: w\nVERBOSE: v\nc\nred\n", run.Output, StringComparison.Ordinal);
        Assert.Contains("e\n", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Redirected_output_is_120_wide()
    {
        Assert.Equal("120\n", (await ShellProcess.RunAsync("-Command", "$Host.UI.RawUI.BufferSize.Width")).Output);
    }

    [Fact]
    public async Task Progress_is_a_few_plain_lines_on_standard_error()
    {
        var run = await ShellProcess.RunAsync(
            "-Command",
            """
            function f { [CmdletBinding()] param() foreach ($i in 1..500) {
              $r = [System.Management.Automation.ProgressRecord]::new(1, 'Creating', "step $i")
              $r.PercentComplete = $i / 5; $PSCmdlet.WriteProgress($r) } 'done' }
            f
            """);

        Assert.Equal("done\n", run.Output);
        Assert.StartsWith("Creating: step 1 (0%)\n", run.Error, StringComparison.Ordinal);
        Assert.InRange(run.Error.Split('\n').Length, 2, 30);
    }

    [Theory]
    [InlineData("Write-Host hello", "Write-Host", "Microsoft.PowerShell.Utility")]
    [InlineData("1 | format-list", "format-list", "Microsoft.PowerShell.Utility")]
    [InlineData("cd /", "Set-Location", "Microsoft.PowerShell.Management")]
    [InlineData("Start-ThreadJob { }", "Start-ThreadJob", "Microsoft.PowerShell.ThreadJob")]
    public async Task A_command_that_only_pwsh_has_is_explained(string text, string command, string module)
    {
        var run = await ShellProcess.RunAsync("-Command", text);

        Assert.Contains(
            $"The Shell is the PowerShell engine only and has no command '{command}'. pwsh has it, in its module {module}.",
            run.Error,
            StringComparison.Ordinal);
        Assert.Equal(1, run.ExitCode);
    }

    [Fact]
    public async Task A_script_that_catches_the_missing_command_sees_the_explanation_and_the_engine_s_id()
    {
        var run = await ShellProcess.RunAsync(
            "-Command", "try { Write-Host x } catch { \"$_\"; $_.FullyQualifiedErrorId; $_.TargetObject }");

        Assert.Equal(
            "The Shell is the PowerShell engine only and has no command 'Write-Host'. " +
            "pwsh has it, in its module Microsoft.PowerShell.Utility.\n" +
            "CommandNotFoundException\nWrite-Host\n", run.Output);
    }

    [Fact]
    public async Task Every_alias_of_the_engine_leads_to_a_command_or_to_the_explanation()
    {
        var run = await ShellProcess.RunAsync(
            "-Command",
            // Those are the engine's own, on Windows only.
            "$windows = 'Connect-PSSession', 'Disconnect-PSSession', 'Receive-PSSession'; " +
            "Get-Command -CommandType Alias | Where-Object { $_.Definition -notin $windows } | " +
            "Where-Object { -not (Get-Command -Name $_.Definition -ErrorAction Ignore) } | " +
            "ForEach-Object { $name = $_.Name; try { & $name; \"$name ran\" } " +
            "catch { if (\"$_\" -notlike '*pwsh has it*') { \"$name $_\" } } }; 'checked'");

        Assert.Equal("checked\n", run.Output);
    }

    [Fact]
    public async Task A_command_that_nobody_has_keeps_the_engine_s_error()
    {
        var run = await ShellProcess.RunAsync("-Command", "Get-NoSuchThing");

        Assert.Contains("Get-NoSuchThing", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("pwsh", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(
        "New-ModuleManifest -Path ./did.psd1 -Confirm; if ($?) { 'did' } else { exit 1 }",
        "Are you sure you want to perform this action?")]
    [InlineData("function g { param([Parameter(Mandatory)] $Subnet) $Subnet }; g", "Subnet")]
    [InlineData("$Host.UI.PromptForCredential('Sign in', 'Who are you?', '', '')", "Sign in: Who are you?")]
    [InlineData("$Host.UI.ReadLine()", "ReadLine")]
    public async Task Without_a_terminal_a_question_is_an_error_that_names_it(string text, string named)
    {
        var run = await ShellProcess.RunWithInputAsync("y\ny\n", "-Command", text);

        Assert.Contains(named, run.Error, StringComparison.Ordinal);
        Assert.NotEqual(0, run.ExitCode);
        Assert.DoesNotContain("did", run.Output, StringComparison.Ordinal);
    }

    private string Script(string text, string name = "my script.ps1")
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllText(path, text);
        return path;
    }
}
