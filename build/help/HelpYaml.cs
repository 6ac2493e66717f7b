namespace AmlVnet.Build;

/// <summary>
/// The yaml of a help page, as Microsoft.PowerShell.PlatyPS writes it (schema 2024-05-01): scalars, lists of scalars, and one list of
/// parameter sets. Yaml of any greater depth has no place in a page.
/// </summary>
public sealed class HelpYaml
{
    private readonly Dictionary<string, string> _scalars = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> _lists = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<Dictionary<string, string>>> _tables = new(StringComparer.Ordinal);

    /// <summary>The keys, in their order.</summary>
    public IReadOnlyList<string> Keys { get; private init; } = [];

    /// <summary>A scalar without its quotes; empty where there is none.</summary>
    public string Text(string key) => _scalars.GetValueOrDefault(key, "");

    /// <summary>A list of scalars; empty where there is none.</summary>
    public IReadOnlyList<string> List(string key) => _lists.GetValueOrDefault(key, []);

    /// <summary>A list of mappings; empty where there is none.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Table(string key) => _tables.GetValueOrDefault(key, []);

    /// <summary>Reads a block.</summary>
    /// <exception cref="FormatException">A line has a form that no page has.</exception>
    public static HelpYaml Parse(string text)
    {
        var keys = new List<string>();
        var yaml = new HelpYaml { Keys = keys };
        foreach (var line in text.Split('\n').Where(line => line.Trim().Length > 0)) yaml.Add(line, keys);

        return yaml;
    }

    /// <summary>A scalar as yaml takes it: quoted where it would be read as something else.</summary>
    public static string Scalar(string value) =>
        value.Length > 0 && value.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '/' or '-' or '_' or '(' or ')' or ' '
            or ',' or '[' or ']' or ';' or '<' or '>') && char.IsAsciiLetterOrDigit(value[0]) && value[^1] != ' '
            ? value
            : $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";

    private void Add(string line, List<string> keys)
    {
        if (line.StartsWith("- ", StringComparison.Ordinal))
        {
            if (Pair(line[2..]) is { } first) Rows(keys).Add(new() { [first.Key] = first.Value });
            else Entries(keys).Add(Unquoted(line[2..]));
        }
        else if (line.StartsWith("  ", StringComparison.Ordinal) && keys.Count > 0 && _tables.ContainsKey(keys[^1])
            && Pair(line) is { } more)
        {
            _tables[keys[^1]][^1][more.Key] = more.Value;
        }
        else if (Pair(line) is { } pair && !char.IsWhiteSpace(line[0]))
        {
            keys.Add(pair.Key);
            if (!_scalars.TryAdd(pair.Key, pair.Value == "[]" ? "" : pair.Value)) throw new FormatException($"{pair.Key} is there twice.");
        }
        else
        {
            throw new FormatException($"'{line}' is no yaml that a help page has.");
        }
    }

    private List<Dictionary<string, string>> Rows(List<string> keys) => Of(_tables, keys);

    private List<string> Entries(List<string> keys) => Of(_lists, keys);

    private static List<T> Of<T>(Dictionary<string, List<T>> all, List<string> keys)
    {
        var key = keys.Count > 0 ? keys[^1] : throw new FormatException("A list has no key.");
        if (!all.TryGetValue(key, out var list)) all[key] = list = [];
        return list;
    }

    private static (string Key, string Value)? Pair(string line)
    {
        var text = line.Trim();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && text[0] != '\'' && (colon == text.Length - 1 || text[colon + 1] == ' ')
            ? (text[..colon], Unquoted(text[(colon + 1)..]))
            : null;
    }

    private static string Unquoted(string value)
    {
        var text = value.Trim();
        return text.Length > 1 && text[0] == '\'' && text[^1] == '\''
            ? text[1..^1].Replace("''", "'", StringComparison.Ordinal)
            : text;
    }
}
