namespace AmlVnet.Module.Tests;

/// <summary>AmlVnet.Shell on a terminal: questions, Ctrl+C, the prompt, colour.</summary>
public sealed class ShellTerminalTests
{
    private const string Enter = "\r";
    private const string CtrlC = "\u0003";
    private const string CtrlD = "\u0004";
    private const string ColorStart = "\u001b[";

    private const string Confirming =
        "function f { [CmdletBinding(SupportsShouldProcess, ConfirmImpact = 'High')] param() " +
        "if ($PSCmdlet.ShouldProcess('tgt', 'do')) { 'did' + ' it' } else { 'did' + ' not' } }; f";

    [Theory]
    [InlineData("y", "did it")]
    [InlineData("", "did it")]
    [InlineData("Yes to All", "did it")]
    [InlineData("n", "did not")]
    [InlineData("L", "did not")]
    public async Task A_confirmation_is_asked_and_answered(string answer, string expected)
    {
        var run = await ShellProcess.RunOnTerminalAsync(["-Command", Confirming], [("(default is \"Y\"): ", answer + Enter)]);

        Assert.Contains("[Y] Yes  [A] Yes to All  [N] No  [L] No to All  [S] Suspend  [?] Help", run.Output, StringComparison.Ordinal);
        Assert.Contains(expected, run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Fact]
    public async Task A_question_mark_explains_and_nonsense_asks_again()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            ["-Command", Confirming], [("\"Y\"): ", "?" + Enter), ("\"Y\"): ", "maybe" + Enter), ("\"Y\"): ", "n" + Enter)]);

        Assert.Contains("Y - Continue", run.Output, StringComparison.Ordinal);
        Assert.Contains("did not", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Suspend_opens_a_prompt_and_exit_returns_to_the_question()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            ["-Command", Confirming],
            [("\"Y\"): ", "s" + Enter), (">> ", "40 + 2" + Enter), ("42", ""), (">> ", "exit" + Enter), ("\"Y\"): ", "y" + Enter)]);

        Assert.Contains("did it", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task NonInteractive_asks_nothing_on_a_terminal_either()
    {
        var run = await ShellProcess.RunOnTerminalAsync(["-NonInteractive", "-Command", Confirming], []);

        Assert.Contains("is not interactive", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("did it", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_is_masked_and_a_list_is_asked_until_it_is_empty()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            [
                "-Command",
                "function f { param([Parameter(Mandatory)][securestring] $Key, [Parameter(Mandatory)][int[]] $Port) " +
                "\"got $($Key.Length) and $Port\" }; f",
            ],
            [
                ("Key: ", "hush!\u007f" + Enter),
                ("Port[0]: ", "80" + Enter),
                ("Port[1]: ", "x" + Enter),
                ("Port[1]: ", "443" + Enter),
                ("Port[2]: ", Enter),
            ]);

        Assert.Contains("got 4 and 80 443", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", run.Output, StringComparison.Ordinal);
        Assert.Contains("\"x\" is no Int32", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("'star' + 'ted'; while ($true) { }; 'not' + ' here'", "started")]
    [InlineData(Confirming, "(default is \"Y\"): ")]
    public async Task Ctrl_C_stops_the_pipeline(string text, string after)
    {
        var run = await ShellProcess.RunOnTerminalAsync(["-Command", text], [(after, CtrlC)]);

        Assert.Equal(130, run.ExitCode);
        Assert.DoesNotContain("not here", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("did ", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_Ctrl_C_does_not_wait_for_a_command_that_does_not_stop()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            ["-Command", "'star' + 'ted'; [System.Threading.Thread]::Sleep(-1)"], [("started", CtrlC), ("Press Ctrl+C again", CtrlC)]);

        Assert.Equal(130, run.ExitCode);
    }

    [Fact]
    public async Task The_prompt_reads_on_until_a_command_is_complete_and_survives_errors_and_Ctrl_C()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            [],
            [
                ("PS ", "if ($true) {" + Enter),
                (">> ", "'bl' + 'ock'" + Enter),
                (">> ", "}" + Enter),
                ("block", ""),
                ("PS ", "throw 'oo' + 'ps'" + Enter),
                ("oops", ""),
                ("PS ", "'wai' + 'ting'; while ($true) { }" + Enter),
                ("waiting", CtrlC),
                ("PS ", "'half a line" + CtrlC),
                ("PS ", "'al' + 'ive'" + Enter),
                ("alive", ""),
                ("PS ", "exit 5" + Enter),
            ]);

        Assert.Contains("Get-Command -Module AmlVnet", run.Output, StringComparison.Ordinal);
        Assert.Equal(5, run.ExitCode);
    }

    [Fact]
    public async Task Tab_completes_arrows_recall_and_Ctrl_D_leaves()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            ["-NoLogo"],
            [
                ("PS ", "Set-StrictM\t -Off" + Enter),
                ("PS ", "'fir' + 'st'" + Enter),
                ("first", ""),
                ("PS ", "\u001b[A" + Enter),
                ("first", ""),
                ("PS ", CtrlD),
            ]);

        Assert.Contains("Set-StrictMode -Off", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Get-Command -Module AmlVnet", run.Output, StringComparison.Ordinal);
        Assert.Equal(0, run.ExitCode);
    }

    [Theory]
    [InlineData("NO_COLOR", "1", false)]
    [InlineData("TERM", "dumb", false)]
    [InlineData("NO_COLOR", "", true)]
    public async Task Colour_is_for_terminals_that_want_it(string variable, string value, bool isColored)
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            ["-Command", "[pscustomobject]@{ A = 1 }; Get-NoSuchThing; $Host.UI.WriteWarningLine('w')"], [], (variable, value));

        Assert.Contains("WARNING: w", run.Output, StringComparison.Ordinal);
        Assert.Equal(isColored, run.Output.Contains(ColorStart + "31;1m", StringComparison.Ordinal));
        Assert.Equal(isColored, System.Text.RegularExpressions.Regex.IsMatch(run.Output, "\u001b\\[[0-9;]*m"));
    }

    [Fact]
    public async Task Progress_is_one_line_that_is_taken_away()
    {
        var run = await ShellProcess.RunOnTerminalAsync(
            [
                "-Command",
                "function f { [CmdletBinding()] param() foreach ($i in 1..3) { " +
                "$PSCmdlet.WriteProgress([System.Management.Automation.ProgressRecord]::new(1, 'Creating', \"step $i\")) } 'done' }; f",
            ],
            []);

        Assert.Matches("\rCreating: step 1\rCreating: step 2\rCreating: step 3\r {16}\rdone", run.Output);
    }
}
