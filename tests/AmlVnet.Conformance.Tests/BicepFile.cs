using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmlVnet.Conformance.Tests;

/// <summary>Bodies of requests as resources of one Bicep file.</summary>
internal sealed partial class BicepFile
{
    private readonly StringBuilder _text = new();
    private readonly List<(string Name, int FirstLine)> _bodies = [];
    private readonly HashSet<string> _shapes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _scopes = new(StringComparer.OrdinalIgnoreCase);
    private int _line = 1;

    internal int Count => _bodies.Count;

    internal string Text => _text.ToString();

    /// <summary>Adds a body, unless one of the same type, version and members is there.</summary>
    /// <param name="address">Where it was sent.</param>
    /// <param name="body">What was sent.</param>
    internal void Add(Uri address, JsonObject body)
    {
        var version = ApiVersion().Match(address.Query).Groups[1].Value;
        var (scope, type, name) = Parts(address.AbsolutePath);
        if (!_shapes.Add($"{type}@{version} {string.Join(' ', Paths(body, "").Order(StringComparer.Ordinal))}")) return;
        var parent = scope is null ? null : Existing(scope);
        // A file has each resource once; several bodies of one resource go by other names.
        if (!_names.Add($"{type} {name}")) name += $"b{_bodies.Count + 1}";
        _bodies.Add(($"{type}@{version} {name}", _line));
        Write($"resource b{_bodies.Count} '{type}@{version}' = {{\n  name: {Literal(name)}\n");
        if (parent is not null) Write($"  scope: {parent}\n");
        foreach (var (member, value) in body) Write($"  {Key(member)}: {Value(value, "  ")}\n");
        Write("}\n\n");
    }

    /// <summary>The body that a line of the file belongs to.</summary>
    internal string BodyAt(int line) => _bodies.LastOrDefault(one => one.FirstLine <= line).Name ?? "the file";

    /// <summary>The resource that an extension resource belongs to: a cluster;
    /// anything else is the resource group that is deployed to.</summary>
    private string? Existing(string scope)
    {
        if (!scope.Contains("/managedClusters/", StringComparison.OrdinalIgnoreCase)) return null;
        if (_scopes.TryGetValue(scope, out var known)) return known;
        var name = $"s{_scopes.Count + 1}";
        Write($"resource {name} 'Microsoft.ContainerService/managedClusters@2023-11-01' existing = {{\n"
            + $"  name: {Literal(scope[(scope.LastIndexOf('/') + 1)..])}\n}}\n\n");
        return _scopes[scope] = name;
    }

    /// <summary>The scope of an extension resource, the type, and the names from the first type on.</summary>
    private static (string? Scope, string Type, string Name) Parts(string path)
    {
        var at = path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        var words = path[(at + "/providers/".Length)..].Split('/').Select(Uri.UnescapeDataString).ToArray();
        var scope = path.IndexOf("/providers/", StringComparison.OrdinalIgnoreCase) < at ? path[..at] : null;
        return (scope, $"{words[0]}/{string.Join('/', words.Where(static (_, i) => i % 2 == 1))}",
            string.Join('/', words.Where(static (_, i) => i > 0 && i % 2 == 0)));
    }

    private static IEnumerable<string> Paths(JsonNode? node, string path) => node switch
    {
        JsonObject members => members.SelectMany(one => Paths(one.Value, $"{path}.{one.Key}")),
        JsonArray items => items.SelectMany(one => Paths(one, path + "[]")),
        _ => [path],
    };

    private static string Value(JsonNode? node, string indent) => node switch
    {
        null => "null",
        JsonObject members => members.Count == 0 ? "{}" : "{\n" + string.Concat(members.Select(one =>
            $"{indent}  {Key(one.Key)}: {Value(one.Value, indent + "  ")}\n")) + indent + "}",
        JsonArray items => items.Count == 0 ? "[]" : "[\n" + string.Concat(items.Select(one =>
            $"{indent}  {Value(one, indent + "  ")}\n")) + indent + "]",
        JsonValue value when value.GetValueKind() == JsonValueKind.String => Literal(value.GetValue<string>()),
        _ => node.ToJsonString(),
    };

    private static string Key(string member) => Identifier().IsMatch(member) ? member : Literal(member);

    private static string Literal(string text) => "'" + text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("'", "\\'", StringComparison.Ordinal).Replace("${", "\\${", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal) + "'";

    private void Write(string text)
    {
        _text.Append(text);
        _line += text.Count(static c => c == '\n');
    }

    [GeneratedRegex("[?&]api-version=([^&]+)")]
    private static partial Regex ApiVersion();

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_]*$")]
    private static partial Regex Identifier();
}
