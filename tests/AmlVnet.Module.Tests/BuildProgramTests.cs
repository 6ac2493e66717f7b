using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>The build program, on the module as it is staged.</summary>
public sealed class BuildProgramTests : IDisposable
{
    private static readonly string Program = typeof(TestTask).Assembly.Location;

    private readonly string _folder = Directory.CreateTempSubdirectory("amlvnet build ").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("Get-AmlVnetContext", 0)]
    [InlineData("exit 7", 7)]
    [InlineData("throw 'x'", 1)]
    public async Task A_rehearsal_runs_a_script_with_the_module_and_ends_with_its_code(string text, int code)
    {
        var run = await PwshProcess.RunProgramAsync([Program, "rehearse", "--no-build", Script(text)]);

        Assert.Equal(code, run.ExitCode);
        Assert.DoesNotContain("is not recognized", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rehearsal_hands_arguments_to_the_script()
    {
        var script = Script("param($Name, [switch] $All) \"$Name|$All\"");

        var run = await PwshProcess.RunProgramAsync([Program, "rehearse", "--no-build", script, "-All", "-Name", "it's $HOME"]);

        Assert.EndsWith("it's $HOME|True\n", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_is_not_there_is_named()
    {
        var run = await PwshProcess.RunProgramAsync([Program, "rehearse", "--no-build", "nothing-here.ps1"]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains("nothing-here.ps1", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_task_it_lists_the_tasks()
    {
        var run = await PwshProcess.RunProgramAsync([Program]);

        Assert.Equal(2, run.ExitCode);
        Assert.All(["rehearse", "prompt", "test", "stage", "pack", "help", "bench", "mutate"], task =>
            Assert.Contains($"\n  {task} ", run.Error, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_prompt_has_the_module_and_its_exit_code_comes_back()
    {
        var run = await PwshProcess.RunProgramAsync([Program, "prompt", "--no-build"], "'module ' + (Get-Module AmlVnet).Name\nexit 5\n");

        Assert.Contains("\nmodule AmlVnet\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(5, run.ExitCode);
    }

    [Fact]
    public async Task CtrlC_ends_the_script_and_not_the_program_before_it()
    {
        var script = Script("try { 'started'; Start-Sleep -Seconds 600 } finally { [Console]::WriteLine('cleaned up') }");

        var run = await PwshProcess.RunOnTerminalAsync([Program, "rehearse", "--no-build", script], ("started", "\u0003"));

        Assert.Contains("cleaned up", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("Unhandled", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new[] { "Test run summary: Passed!", "  total: 5", "  failed: 0", "  succeeded: 4", "  skipped: 1" }, 4, 0)]
    [InlineData(new[] { "Test run summary: Failed!", "  error: 1", "  total: 5", "  failed: 2", "  succeeded: 3", "  skipped: 0" }, 3, 3)]
    [InlineData(new[] { "  failed: 2", "  succeeded: 3" }, 0, 0)]
    public void The_counts_are_those_of_the_summary(string[] lines, int passed, int failed)
    {
        var summary = new TestTask.Summary();
        foreach (var line in lines) summary.Read(line);

        Assert.Equal((passed, failed), (summary.Passed, summary.Failed));
    }

    [Fact]
    public void Coverage_is_of_all_reports_together()
    {
        Report("one",
            """
            {
              "A.cs": { "T": { "M": { "Lines": { "1": 1, "2": 0, "3": 0 } } } },
              "/obj/G.cs": { "T": { "M": { "Lines": { "1": 0 } } } }
            }
            """);
        Report("two", """{ "A.cs": { "T": { "M": { "Lines": { "1": 0, "2": 4, "3": 0 } } } } }""");

        Assert.Equal(["Coverage of AmlVnet.Core: 66.7 % (2 of 3 lines)"], Coverage.Read(_folder));
        Assert.Empty(Coverage.Read(Path.Combine(_folder, "none")));
    }

    private void Report(string name, string files) =>
        File.WriteAllText(Path.Combine(_folder, $"coverage.{name}.json"), $$"""{ "AmlVnet.Core.dll": {{files}} }""");

    private string Script(string text)
    {
        var path = Path.Combine(_folder, $"{Guid.NewGuid():N}.ps1");
        File.WriteAllText(path, text);
        return path;
    }
}
