namespace AmlVnet.Build;

/// <summary>Task <c>mutate</c>: breaks AmlVnet.Core in small ways and shows what its tests do not notice (Stryker.NET).</summary>
public static class MutateTask
{
    private const string Version = "5.1.0";

    /// <summary>Installs Stryker where it is not yet, and runs it. That takes many minutes.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">What is handed to it, such as <c>--mutate "**/Addressing/*.cs"</c>.</param>
    /// <returns>Its exit code.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        // No tool of the manifest: everybody's restore would download it.
        var tools = Path.Combine(root, "artifacts", "tools");
        var stryker = Path.Combine(tools, OperatingSystem.IsWindows() ? "dotnet-stryker.exe" : "dotnet-stryker");
        if (!File.Exists(stryker))
        {
            Console.WriteLine($"Installing dotnet-stryker {Version} in artifacts/tools …");
            if (DotNet.Run(root, "tool", "install", "dotnet-stryker", "--version", Version, "--tool-path", tools) is var code and not 0)
                return code;
        }

        Console.WriteLine("Breaking AmlVnet.Core in small ways, and running its tests on each …");
        return DotNet.RunProgram(
            Path.Combine(root, "tests", "AmlVnet.Core.Tests"), stryker,
            ["--test-runner", "mtp", "--project", "AmlVnet.Core.csproj", "--output", Path.Combine(root, "artifacts", "mutations"),
                .. arguments]);
    }
}
