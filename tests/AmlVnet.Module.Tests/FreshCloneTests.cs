using System.Diagnostics;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>What a new user does first, in a clone of the last commit, with an empty home and empty caches.</summary>
public sealed class FreshCloneTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("amlvnet clone ");

    public void Dispose()
    {
        // Git's own files are read-only.
        foreach (var file in _folder.EnumerateFiles("*", SearchOption.AllDirectories)) file.Attributes = FileAttributes.Normal;
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_first_command_of_the_readme_goes_private()
    {
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable(TestTask.AllVariable) == "1",
            "Downloads and builds everything anew, which takes minutes: dotnet run --project build -- test --all");
        Assert.SkipUnless(Path.Exists(Path.Combine(Repository.Root, ".git")), "This is no clone of a git repository.");
        var clone = Path.Combine(_folder.FullName, "clone");
        var home = _folder.CreateSubdirectory("home").FullName;
        using (var git = Process.Start("git", ["clone", "--quiet", Repository.Root, clone]))
        {
            await git.WaitForExitAsync(TestContext.Current.CancellationToken);
            Assert.Equal(0, git.ExitCode);
        }

        var run = await RunAsync(clone, home, ["run", "--project", "build", "--", "rehearse"]);

        Assert.True(run.ExitCode == 0, run.Output + run.Error);
        Assert.Matches(@"(?m)^myaks +Succeeded +Internal +10\.1\.0\.\d+ +True ", run.Output);
    }

    private static async Task<ProgramRun> RunAsync(string folder, string home, string[] arguments)
    {
        var start = new ProcessStartInfo(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] homes = ["HOME", "USERPROFILE", "LOCALAPPDATA", "APPDATA", "DOTNET_CLI_HOME"];
        foreach (var name in homes) start.Environment[name] = home;
        start.Environment.Remove("NUGET_PACKAGES");
        // What runs this test has set variables of its own for its projects.
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase)).ToList())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return new ProgramRun(process.ExitCode, (await output).ReplaceLineEndings("\n"), await error);
    }
}
