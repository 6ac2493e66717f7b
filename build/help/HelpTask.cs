using System.Text;
using System.Xml;

namespace AmlVnet.Build;

/// <summary>
/// Task <c>help</c>: turns docs/en-US into what Get-Help reads. With <c>--update</c> it rewrites the generated parts of the pages from the
/// staged module; with <c>--check</c> it only says which pages differ.
/// </summary>
public static class HelpTask
{
    /// <summary>The file that Get-Help looks for: named after the cmdlet assembly, not the module.</summary>
    public const string FileName = "AmlVnet.Module.dll-Help.xml";

    /// <summary>Runs the task.</summary>
    /// <param name="root">The repository's root.</param>
    /// <param name="arguments">
    /// <c>--output DIR</c>: where the culture's folder goes (default artifacts/help); <c>--update</c>; <c>--check</c>;
    /// <c>--module MANIFEST</c>: the staged module (default artifacts/AmlVnet/AmlVnet.psd1).
    /// </param>
    /// <returns>0, or 1 when a page is wrong.</returns>
    public static int Run(string root, IReadOnlyList<string> arguments)
    {
        var pages = Path.Combine(root, "docs", "en-US");
        if (arguments.Contains("--update") || arguments.Contains("--check"))
        {
            var manifest = Path.GetFullPath(Option("--module") ?? Path.Combine(root, "artifacts", "AmlVnet", "AmlVnet.psd1"));
            return UpdatePages(pages, manifest, write: arguments.Contains("--update"));
        }

        var output = Path.Combine(Path.GetFullPath(Option("--output") ?? Path.Combine(root, "artifacts", "help")), "en-US");
        try
        {
            Convert(pages, output);
            return 0;
        }
        catch (FormatException wrong)
        {
            Console.Error.WriteLine($"{wrong.Message}");
            return 1;
        }

        string? Option(string name) => arguments.SkipWhile(argument => argument != name).Skip(1).FirstOrDefault();
    }

    /// <summary>Writes the help file and the about texts of one culture.</summary>
    /// <param name="pages">The folder with the markdown pages.</param>
    /// <param name="output">The culture's folder in the module.</param>
    /// <exception cref="FormatException">A page is wrong.</exception>
    public static void Convert(string pages, string output)
    {
        if (Directory.Exists(output))
            Directory.Delete(output, recursive: true);

        Directory.CreateDirectory(output);
        foreach (var about in Directory.EnumerateFiles(pages, "about_*.md"))
        {
            File.WriteAllText(Path.Combine(output, Path.GetFileNameWithoutExtension(about) + ".help.txt"),
                HelpText.About(File.ReadAllText(about)));
        }

        var document = HelpMaml.Write(Directory.EnumerateFiles(pages, "*-*.md").Select(HelpPage.Read));
        using var writer = XmlWriter.Create(Path.Combine(output, FileName),
            new XmlWriterSettings { Indent = true, Encoding = new UTF8Encoding(false) });
        document.Save(writer);
    }

    private static int UpdatePages(string pages, string manifest, bool write)
    {
        Directory.CreateDirectory(pages);
        var differing = 0;
        foreach (var cmdlet in HelpMetadata.Cmdlets(manifest))
        {
            var path = Path.Combine(pages, cmdlet.Name + ".md");
            var before = File.Exists(path) ? File.ReadAllText(path).ReplaceLineEndings("\n") : null;
            var after = HelpMetadata.Update(before, cmdlet, DateOnly.FromDateTime(DateTime.Today));
            if (after == before)
                continue;

            differing++;
            Console.WriteLine(write ? $"updated {cmdlet.Name}.md" : $"{cmdlet.Name}.md differs from the cmdlet: run 'dotnet run --project "
                + "build -- help --update'");
            if (write)
                File.WriteAllText(path, after);
        }

        return write ? 0 : Math.Min(differing, 1);
    }
}
