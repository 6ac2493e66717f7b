using System.Security.Cryptography;

namespace AmlVnet.Build;

/// <summary>Tasks <c>stage</c> and <c>pack</c>: the module in its release build, as a folder and as packages.</summary>
public static class StageTask
{
    /// <summary>Where the staged module lies.</summary>
    /// <param name="root">The repository's root.</param>
    public static string Folder(string root) => Path.Combine(root, "artifacts", "AmlVnet");

    /// <summary>Builds the module; its project stages it.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="configuration">Release, or Debug, which the tests have too.</param>
    /// <returns>0, or the build's exit code.</returns>
    public static int Build(string root, string configuration)
    {
        Console.WriteLine("Building the module; the first time, packages are downloaded …");
        return DotNet.Run(root, "build", Path.Combine("src", "AmlVnet.Module"), "--configuration", configuration, "--nologo", "--verbosity",
            "minimal");
    }

    /// <summary>Stages the module.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--configuration NAME</c> (default Release).</param>
    /// <returns>0, or the build's exit code.</returns>
    public static int Stage(string root, IReadOnlyList<string> arguments)
    {
        var configuration = arguments.SkipWhile(argument => argument != "--configuration").Skip(1).FirstOrDefault() ?? "Release";
        var code = Build(root, configuration);
        if (code == 0) Console.WriteLine($"Import-Module {Path.Combine(Folder(root), "AmlVnet.psd1")}");
        return code;
    }

    /// <summary>
    /// Stages the release build and packs it; says each package's hash, which is the same for the same commit wherever it is built.
    /// </summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments"><c>--no-build</c>: what was staged last; <c>--output FOLDER</c> (default artifacts/packages).</param>
    /// <returns>0, or the exit code of what failed.</returns>
    public static int Pack(string root, IReadOnlyList<string> arguments)
    {
        if (!arguments.Contains("--no-build"))
        {
            if (Pwsh.Restore(root) is var restored and not 0) return restored;
            if (Stage(root, []) is var staged and not 0) return staged;
        }

        var output = arguments.SkipWhile(argument => argument != "--output").Skip(1).FirstOrDefault()
            ?? Path.Combine(root, "artifacts", "packages");
        var (gallery, zip) = ModulePackage.Write(root, Folder(root), Path.GetFullPath(output));
        foreach (var package in new[] { gallery, zip })
            Console.WriteLine($"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(package)))}  {package}");

        return 0;
    }
}
