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
    /// <param name="arguments"><c>--no-build</c>: what was staged last; <c>--output FOLDER</c> (default artifacts/packages);
    /// <c>--twice</c>: packs a copy of the sources, too, and compares.</param>
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
        foreach (var package in new[] { gallery, zip }) Console.WriteLine($"{Hash(package)}  {package}");

        return arguments.Contains("--twice") ? PackAgain(root, [gallery, zip]) : 0;
    }

    private static string Hash(string path) => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path)));

    /// <summary>Builds and packs a copy of the sources in a folder with another path, and compares the packages byte by byte.</summary>
    private static int PackAgain(string root, string[] packages)
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet another folder ").FullName;
        try
        {
            var copy = Path.Combine(folder, "sources");
            foreach (var path in Sources(root))
            {
                var target = Path.Combine(copy, Path.GetRelativePath(root, path));
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                File.Copy(path, target);
            }

            if (Stage(copy, []) is var staged and not 0) return staged;
            var (gallery, zip) = ModulePackage.Write(copy, Folder(copy), Path.Combine(folder, "packages"));
            string[] again = [gallery, zip];
            foreach (var path in again) Console.WriteLine($"{Hash(path)}  {path}");
            var isSame = packages.Zip(again).All(static pair => Hash(pair.First) == Hash(pair.Second));
            Console.WriteLine(isSame ? "The two builds are the same, byte by byte." : "The two builds differ.");
            return isSame ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    // What a build makes is made anew in the copy, and a repository is not needed for it.
    private static IEnumerable<string> Sources(string folder) => Directory.EnumerateFiles(folder)
        .Concat(Directory.EnumerateDirectories(folder)
            .Where(static path => Path.GetFileName(path) is not ("bin" or "obj" or "artifacts" or ".git")).SelectMany(Sources));
}
