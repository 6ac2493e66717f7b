using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace AmlVnet.Conformance.Tests;

/// <summary>A schema and the file in which its references are to be looked up.</summary>
internal readonly record struct SchemaAt(SpecFile File, IOpenApiSchema Schema);

/// <summary>One OpenAPI 2.0 file, read by Microsoft.OpenApi.</summary>
/// <remarks>
/// Two things are put right before the reader sees the text. It keeps only the beginning of a relative file name in a reference, so
/// references
/// to other files become local names that are taken back when they are followed; and it drops what stands beside a reference (readOnly,
/// x-ms-mutability),
/// as Swagger 2.0 has it, but the tools for Azure do honour that, so such a reference moves into an allOf.
/// </remarks>
internal sealed class SpecFile
{
    private const string Foreign = "foreign-";
    private readonly SpecLibrary _library;
    private readonly List<string> _others = [];

    internal SpecFile(SpecLibrary library, string path)
    {
        _library = library;
        Location = path;
        var root = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        foreach (var part in new[] { "paths", "definitions", "parameters", "responses" })
            if (root[part] is { } node)
                Prepare(node);
        var result = OpenApiDocument.Parse(root.ToJsonString(), "json",
            new OpenApiReaderSettings { LoadExternalRefs = false, RuleSet = ValidationRuleSet.GetEmptyRuleSet() });
        Document = result.Document ?? throw new InvalidOperationException(
            $"{path} can't be read: {result.Diagnostic?.Errors.FirstOrDefault()}");
        ApiVersion = Document.Info.Version ?? "";
    }

    internal string Location { get; }

    internal OpenApiDocument Document { get; }

    internal string ApiVersion { get; }

    /// <summary>Follows references to the schema they end at; null where they lead to a file that is not here.</summary>
    internal SchemaAt? Find(IOpenApiSchema schema)
    {
        if (schema is not OpenApiSchemaReference reference) return new SchemaAt(this, schema);
        var (file, name) = Resolve(reference.Reference.Id!);
        if (file?.Document.Components?.Schemas is { } schemas && schemas.TryGetValue(name, out var target)) return file.Find(target);
        _library.Dangling.Add(file is null ? _others[NumberIn(reference.Reference.Id!)] : $"{name} in {file.Location}");
        return null;
    }

    /// <summary>The parameter, which may be in another file; null where that is not here.</summary>
    internal IOpenApiParameter? Find(IOpenApiParameter parameter)
    {
        if (parameter is not OpenApiParameterReference reference) return parameter;
        var (file, name) = Resolve(reference.Reference.Id!);
        return file?.Document.Components?.Parameters is { } parameters && parameters.TryGetValue(name, out var target) ? file.Find(target)
            : null;
    }

    /// <summary>The schema that a discriminator's value selects among those that build on a base.</summary>
    internal SchemaAt? Derived(IOpenApiSchema root, string value)
    {
        foreach (var (name, candidate) in Document.Components?.Schemas ?? new Dictionary<string, IOpenApiSchema>())
        {
            var says = candidate.Extension("x-ms-discriminator-value")?.GetValue<string>() ?? name;
            if (string.Equals(says, value, StringComparison.OrdinalIgnoreCase) && !ReferenceEquals(candidate, root)
                && BuildsOn(candidate, root))
                return new SchemaAt(this, candidate);
        }

        return null;
    }

    private bool BuildsOn(IOpenApiSchema candidate, IOpenApiSchema root) => (candidate.AllOf ?? []).Any(part =>
        Find(part) is { } found && ReferenceEquals(found.File, this)
            && (ReferenceEquals(found.Schema, root) || BuildsOn(found.Schema, root)));

    private (SpecFile? File, string Name) Resolve(string id)
    {
        if (!id.StartsWith(Foreign, StringComparison.Ordinal)) return (this, id);
        return (_library.Open(Path.GetFullPath(_others[NumberIn(id)], Path.GetDirectoryName(Location)!)),
            id[(id.IndexOf('-', Foreign.Length) + 1)..]);
    }

    private static int NumberIn(string id) =>
        int.Parse(id.AsSpan(Foreign.Length, id.IndexOf('-', Foreign.Length) - Foreign.Length),
            System.Globalization.CultureInfo.InvariantCulture);

    private void Prepare(JsonNode node)
    {
        if (node is JsonArray array)
        {
            foreach (var item in array.OfType<JsonNode>().ToArray()) Prepare(item);
            return;
        }

        if (node is not JsonObject members) return;
        foreach (var (name, value) in members.ToArray())
            if (value is not null && name is not ("x-ms-examples" or "example" or "enum"))
                Prepare(value);
        if (members["$ref"] is not JsonValue reference || !reference.TryGetValue<string>(out var target)) return;
        if (!target.StartsWith('#'))
        {
            var hash = target.IndexOf('#', StringComparison.Ordinal);
            if (hash < 0) return;
            var other = target[..hash];
            var number = _others.IndexOf(other);
            if (number < 0)
            {
                number = _others.Count;
                _others.Add(other);
            }

            var slash = target.LastIndexOf('/');
            target = $"#{target[(hash + 1)..slash]}/{Foreign}{number}-{target[(slash + 1)..]}";
            members["$ref"] = target;
        }

        if (members.Any(static m => m.Key is "readOnly" or "x-nullable" or "x-ms-mutability" or "x-ms-secret"))
        {
            members.Remove("$ref");
            members["allOf"] = new JsonArray(new JsonObject { ["$ref"] = target });
        }
    }
}

internal static class SchemaExtensions
{
    /// <summary>The value of an x- member; null where there is none.</summary>
    internal static JsonNode? Extension(this IOpenApiReadOnlyExtensible element, string name) =>
        element.Extensions is { } all && all.TryGetValue(name, out var extension) ? (extension as JsonNodeExtension)?.Node : null;
}
