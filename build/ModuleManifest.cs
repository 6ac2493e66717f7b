using System.Collections;
using System.Management.Automation.Language;

namespace AmlVnet.Build;

/// <summary>What the module's manifest states, read without running it.</summary>
public sealed class ModuleManifest
{
    private readonly Hashtable _values;

    private ModuleManifest(Hashtable values) => _values = values;

    /// <summary>The module's version.</summary>
    public string Version => Text("ModuleVersion");

    /// <summary>Who made it.</summary>
    public string Author => Text("Author");

    /// <summary>Who owns it.</summary>
    public string CompanyName => Text("CompanyName");

    /// <summary>The copyright line.</summary>
    public string Copyright => Text("Copyright");

    /// <summary>What it is.</summary>
    public string Description => Text("Description");

    /// <summary>The commands that it exports.</summary>
    public IReadOnlyList<string> Cmdlets => List(_values, "CmdletsToExport");

    /// <summary>The gallery's tags.</summary>
    public IReadOnlyList<string> Tags => List((Hashtable)((Hashtable)_values["PrivateData"]!)["PSData"]!, "Tags");

    /// <summary>Reads a manifest.</summary>
    /// <param name="path">The path of the psd1.</param>
    /// <exception cref="FormatException">It is no manifest.</exception>
    public static ModuleManifest Read(string path)
    {
        var script = Parser.ParseFile(path, out _, out var problems);
        if (problems.Length > 0) throw new FormatException($"{path}: {problems[0].Message}");

        return script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false) is HashtableAst table
            ? new ModuleManifest((Hashtable)table.SafeGetValue())
            : throw new FormatException($"{path} holds no table.");
    }

    private static string[] List(Hashtable table, string name) => [.. ((IEnumerable)table[name]!).Cast<string>()];

    private string Text(string name) => _values[name] as string ?? throw new FormatException($"The manifest states no {name}.");
}
