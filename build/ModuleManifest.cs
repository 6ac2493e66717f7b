using System.Text.Json.Nodes;

namespace AmlVnet.Build;

/// <summary>What the module's manifest states, as PowerShell reads it.</summary>
public sealed class ModuleManifest
{
    private readonly JsonNode _values;

    private ModuleManifest(JsonNode values) => _values = values;

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
    public IReadOnlyList<string> Cmdlets => List(_values["CmdletsToExport"]);

    /// <summary>The gallery's tags.</summary>
    public IReadOnlyList<string> Tags => List(_values["PrivateData"]?["PSData"]?[nameof(Tags)]);

    /// <summary>The page of the module.</summary>
    public string ProjectUri => (string?)_values["PrivateData"]?["PSData"]?[nameof(ProjectUri)]
        ?? throw new FormatException("The manifest states no ProjectUri.");

    /// <summary>Reads a manifest without running it.</summary>
    /// <param name="root">The repository's root, where PowerShell is restored.</param>
    /// <param name="path">The path of the psd1.</param>
    /// <exception cref="FormatException">It is no manifest.</exception>
    public static ModuleManifest Read(string root, string path)
    {
        var text = new List<string>();
        var code = Pwsh.Read(root, text.Add, $"Import-PowerShellDataFile -LiteralPath {Pwsh.Quote(path)} | ConvertTo-Json -Depth 5");
        return code == 0 && JsonNode.Parse(string.Join('\n', text)) is { } values
            ? new ModuleManifest(values)
            : throw new FormatException($"{path} is no manifest: {string.Join(' ', text)}");
    }

    private static string[] List(JsonNode? list) => [.. list?.AsArray().Select(item => (string)item!) ?? []];

    private string Text(string name) => (string?)_values[name] ?? throw new FormatException($"The manifest states no {name}.");
}
