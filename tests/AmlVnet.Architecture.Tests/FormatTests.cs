using System.Diagnostics;

namespace AmlVnet.Architecture.Tests;

/// <summary>The sources look as <c>dotnet format</c> leaves them; its rules of style fail the build.</summary>
public sealed class FormatTests
{
    [Fact]
    public async Task White_space_is_as_the_formatter_leaves_it()
    {
        string[] arguments = ["format", "whitespace", "AmlVnet.sln", "--no-restore", "--verify-no-changes"];
        using var format = Process.Start(new ProcessStartInfo("dotnet", arguments)
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancel = TestContext.Current.CancellationToken;
        var problems = format.StandardError.ReadToEndAsync(cancel);
        var output = await format.StandardOutput.ReadToEndAsync(cancel);
        await format.WaitForExitAsync(cancel);

        Assert.True(format.ExitCode == 0, output + await problems);
    }
}
