namespace AmlVnet.Build;

/// <summary>Tasks <c>stage</c> and <c>pack</c>: the module in its release build, as a folder and as packages.</summary>
public static class StageTask
{
    /// <summary>Builds the module; its project stages it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--configuration NAME</c> (default Release).</param>
    /// <returns>0, or the build's exit code.</returns>
    public static int Stage(string root, IReadOnlyList<string> arguments)
    {
        var configuration = arguments.SkipWhile(argument => argument != "--configuration").Skip(1).FirstOrDefault() ?? "Release";
        var code = DotNet.Run(
            root, "build", Path.Combine("src", "AmlVnet.Module"), "--configuration", configuration, "--nologo", "--verbosity", "quiet");
        if (code == 0) Console.WriteLine($"Import-Module {Path.Combine(StagedFolder(root), "AmlVnet.psd1")}");
        return code;
    }

    /// <summary>Stages the release build and packs it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <returns>0, or the build's exit code.</returns>
    public static int Pack(string root)
    {
        var code = Stage(root, []);
        if (code != 0) return code;

        var (gallery, zip) = ModulePackage.Write(StagedFolder(root), Path.Combine(root, "artifacts", "packages"));
        Console.WriteLine(gallery);
        Console.WriteLine(zip);
        return 0;
    }

    private static string StagedFolder(string root) => Path.Combine(root, "artifacts", "AmlVnet");
}
