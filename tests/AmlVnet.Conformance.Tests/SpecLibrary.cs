using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace AmlVnet.Conformance.Tests;

/// <summary>One operation of a specification.</summary>
internal sealed record SpecOperation(SpecFile File, string Namespace, string Template, string Method, OpenApiOperation Operation,
    Regex Path, int Weight,
    IReadOnlyList<IOpenApiParameter> Parameters)
{
    internal string Name => Operation.OperationId ?? $"{Method} {Template}";
}

/// <summary>All operations of the specifications at hand, by path, method and api-version.</summary>
internal sealed class SpecLibrary
{
    private readonly Dictionary<string, SpecFile?> _files = new(StringComparer.Ordinal);
    private readonly List<SpecOperation> _operations = [];

    private SpecLibrary(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal))
        {
            var resources = Regex.Match(path.Replace('\\', '/'), "/resource-manager/([^/]+)/");
            if (!resources.Success || Open(path) is not { } file) continue;
            foreach (var (template, item) in file.Document.Paths)
                foreach (var (method, operation) in item.Operations ?? [])
                    Add(file, resources.Groups[1].Value, template, method.Method.ToUpperInvariant(), operation, item.Parameters ?? []);
        }
    }

    private static readonly Lazy<SpecLibrary> Shared = new(static () => new SpecLibrary(Reference.Specifications));

    internal static SpecLibrary Official
    {
        get
        {
            Reference.Require();
            return Shared.Value;
        }
    }

    /// <summary>Where references led to what is not here.</summary>
    internal SortedSet<string> Dangling { get; } = new(StringComparer.Ordinal);

    internal int Count => _operations.Count;

    /// <summary>The file at a path; null when it is not here.</summary>
    internal SpecFile? Open(string path)
    {
        if (_files.TryGetValue(path, out var known)) return known;
        return _files[path] = File.Exists(path) ? new SpecFile(this, path) : null;
    }

    /// <summary>The operation that a request calls, in the specification of its api-version or else of the nearest one at hand.</summary>
    internal SpecOperation? Find(string method, Uri uri, string? apiVersion)
    {
        var path = uri.AbsolutePath;
        var at = path.LastIndexOf("/providers/", StringComparison.OrdinalIgnoreCase);
        var provider = at < 0 ? "Microsoft.Resources" : path[(at + 11)..].Split('/')[0];
        if (at >= 0 && !path[(at + 11)..].Contains('/', StringComparison.Ordinal)) provider = "Microsoft.Resources";
        return _operations
            .Where(o => o.Method == method && o.Namespace.Equals(provider, StringComparison.OrdinalIgnoreCase) && o.Path.IsMatch(path))
            .OrderBy(o => Distance(o.File.ApiVersion, apiVersion)).ThenByDescending(static o => o.Weight).FirstOrDefault();
    }

    private static double Distance(string spec, string? asked) =>
        DateTime.TryParse(spec[..Math.Min(10, spec.Length)], System.Globalization.CultureInfo.InvariantCulture, out var left)
        && DateTime.TryParse(asked?[..Math.Min(10, asked.Length)], System.Globalization.CultureInfo.InvariantCulture, out var right)
            ? Math.Abs((left - right).TotalDays)
            : double.MaxValue;

    private void Add(SpecFile file, string provider, string template, string method, OpenApiOperation operation,
        IEnumerable<IOpenApiParameter> common)
    {
        // A template such as /{resourceId} stands for everything, and so tells nothing.
        var literal = Regex.Replace(template, @"\{[^}]+\}", "");
        if (literal.Trim('/').Length == 0) return;
        var parameters = common.Concat(operation.Parameters ?? []).Select(file.Find).OfType<IOpenApiParameter>().ToArray();
        var pattern = Regex.Replace(Regex.Escape(template).Replace("\\{", "{", StringComparison.Ordinal), @"\{([^}]+)\}", match =>
        {
            var name = match.Groups[1].Value;
            var spans = parameters.FirstOrDefault(p => p.Name == name)?.Extension("x-ms-skip-url-encoding") is not null;
            return $"(?<{Group(name)}>{(spans ? ".+?" : "[^/]+")})";
        });
        _operations.Add(new SpecOperation(file, provider, template, method, operation,
            new Regex($"^{pattern}/?$", RegexOptions.IgnoreCase), literal.Length, parameters));
    }

    internal static string Group(string parameter) => "p_" + Regex.Replace(parameter, "[^A-Za-z0-9]", "_");
}
