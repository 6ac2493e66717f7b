using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.OpenApi;

namespace AmlVnet.Conformance.Tests;

/// <summary>Which way a body goes.</summary>
internal enum BodyUse
{
    /// <summary>The body of a PUT that made a resource.</summary>
    Create,

    /// <summary>The body of a PUT on what was there, or of a PATCH.</summary>
    Update,

    /// <summary>Any other request body.</summary>
    Ask,

    /// <summary>An answer.</summary>
    Answer,

    /// <summary>The answer of an operation whose purpose is to give secrets away.</summary>
    Secrets,
}

/// <summary>
/// Compares a body with a schema as Azure means it: the derived schema that the discriminator selects, no member that is not declared,
/// nothing read-only sent, x-ms-mutability, x-ms-secret and x-nullable honoured.
/// </summary>
internal sealed class BodyCheck(string operation, string side, BodyUse use, ICollection<Deviation> deviations)
{
    private bool IsRequest => use is BodyUse.Create or BodyUse.Update or BodyUse.Ask;

    internal void Check(SpecFile file, IOpenApiSchema schema, JsonNode? value, string member)
    {
        var parts = new List<SchemaAt>();
        if (!Flatten(file, schema, parts)) return;
        if (value is null)
        {
            if (member.Length > 0 && !parts.Any(static p => p.Schema.Type?.HasFlag(JsonSchemaType.Null) == true))
                Report(member, "null", "the schema allows no null");
            return;
        }

        var types = parts.Aggregate(default(JsonSchemaType), static (all, p) => all | (p.Schema.Type ?? 0)) & ~JsonSchemaType.Null;
        var actual = TypeOf(value);
        if (types != 0 && (types & actual) == 0)
        {
            Report(member, "type", $"{actual} where {types} is declared");
            return;
        }

        switch (value)
        {
            case JsonObject members:
                CheckObject(parts, members, member);
                break;
            case JsonArray items:
                CheckArray(parts, items, member);
                break;
            default:
                foreach (var part in parts) CheckValue(part.Schema, (JsonValue)value, member);
                break;
        }
    }

    private void CheckObject(List<SchemaAt> parts, JsonObject members, string member)
    {
        Specialize(parts, members, member);
        var declared = new Dictionary<string, SchemaAt>(StringComparer.Ordinal);
        foreach (var part in parts)
            foreach (var (name, schema) in part.Schema.Properties ?? new Dictionary<string, IOpenApiSchema>())
                declared[name] = new SchemaAt(part.File, schema);
        foreach (var name in parts.SelectMany(static p => p.Schema.Required ?? new HashSet<string>()).Distinct())
            if (!members.ContainsKey(name) && !(IsRequest && declared.TryGetValue(name, out var own) && IsReadOnly(own)))
                Report(Join(member, name), "missing", "the schema requires it");
        var open = parts.FirstOrDefault(static p => p.Schema.AdditionalProperties is not null);
        foreach (var (name, value) in members)
        {
            var path = Join(member, name);
            if (declared.TryGetValue(name, out var schema))
            {
                CheckUse(schema, value, path, parts.Exists(p => p.Schema.Required?.Contains(name) == true));
                Check(schema.File, schema.Schema, value, path);
            }
            else if (open.Schema is not null)
            {
                Check(open.File, open.Schema.AdditionalProperties!, value, Join(member, "*"));
            }
            else if (declared.Count > 0)
            {
                var spelled = declared.Keys.FirstOrDefault(d => d.Equals(name, StringComparison.OrdinalIgnoreCase));
                Report(path, spelled is null ? "undeclared" : "spelling", spelled is null ? "no such member" : $"declared as {spelled}");
            }
        }
    }

    /// <summary>Adds the schema that the discriminator selects, so that its members are known and required.</summary>
    private void Specialize(List<SchemaAt> parts, JsonObject members, string member)
    {
        foreach (var part in parts.ToArray())
        {
            if (part.Schema.Discriminator?.PropertyName is not { } property) continue;
            if (members[property] is not JsonValue node || !node.TryGetValue<string>(out var kind)) continue;
            if (part.File.Derived(part.Schema, kind) is { } derived)
            {
                var more = new List<SchemaAt>();
                Flatten(derived.File, derived.Schema, more);
                parts.AddRange(more.Where(m => !parts.Exists(p => ReferenceEquals(p.Schema, m.Schema))));
            }
            else if (!parts.Exists(p => DerivesAs(p.Schema, kind)))
            {
                Report(Join(member, property), "discriminator", $"no schema is declared for '{kind}'");
            }
        }
    }

    private static bool DerivesAs(IOpenApiSchema schema, string kind) =>
        string.Equals(schema.Extension("x-ms-discriminator-value")?.ToString(), kind, StringComparison.OrdinalIgnoreCase);

    private void CheckUse(SchemaAt schema, JsonNode? value, string path, bool isRequired)
    {
        if (IsRequest && IsReadOnly(schema)) Report(path, "read-only", "only the service sets it");
        var parts = new List<SchemaAt>();
        Flatten(schema.File, schema.Schema, parts);
        foreach (var part in parts)
        {
            if (use == BodyUse.Answer && value is not null && IsTrue(part.Schema, "x-ms-secret"))
                Report(path, "secret", "no answer may hold it");
            if (part.Schema.Extension("x-ms-mutability") is not JsonArray allowed) continue;
            // A PUT repeats what the schema requires, such as the location, though it can't change it.
            var needed = use switch
            {
                BodyUse.Create => "create",
                BodyUse.Update when !isRequired => "update",
                BodyUse.Answer => "read",
                _ => null,
            };
            if (needed is not null && !allowed.Any(a => a!.GetValue<string>() == needed))
                Report(path, $"no {needed}", $"it may only be used to {string.Join(" and ", allowed.Select(static a => a!.ToString()))}");
        }
    }

    private void CheckArray(List<SchemaAt> parts, JsonArray items, string member)
    {
        foreach (var part in parts)
        {
            if (part.Schema.MinItems is { } least && items.Count < least)
                Report(member, "length", $"{items.Count} items, at least {least}");
            if (part.Schema.MaxItems is { } most && items.Count > most) Report(member, "length", $"{items.Count} items, at most {most}");
            if (part.Schema.Items is not { } schema) continue;
            foreach (var item in items) Check(part.File, schema, item, member + "[]");
        }
    }

    internal void CheckValue(IOpenApiSchema schema, JsonValue value, string member)
    {
        if (schema.Enum is { Count: > 0 } allowed
            && !allowed.Any(a => string.Equals(a?.ToString(), value.ToString(), StringComparison.OrdinalIgnoreCase)))
            Report(member, "enum", $"'{value}' is none of {string.Join(", ", allowed.Select(static a => a?.ToString()))}");
        if (value.TryGetValue<string>(out var text))
        {
            if (schema.Pattern is { } pattern && !Regex.IsMatch(text, pattern))
                Report(member, "pattern", $"'{text}' does not match {pattern}");
            if (schema.MinLength is { } least && text.Length < least) Report(member, "length", $"'{text}' is shorter than {least}");
            if (schema.MaxLength is { } most && text.Length > most) Report(member, "length", $"'{text}' is longer than {most}");
            if (!FitsFormat(schema.Format, text)) Report(member, "format", $"'{text}' is no {schema.Format}");
        }
        else if (value.GetValueKind() == JsonValueKind.Number
            && decimal.TryParse(value.ToJsonString(), CultureInfo.InvariantCulture, out var number))
        {
            if (decimal.TryParse(schema.Minimum, CultureInfo.InvariantCulture, out var floor) && number < floor)
                Report(member, "range", $"{number} is below {floor}");
            if (decimal.TryParse(schema.Maximum, CultureInfo.InvariantCulture, out var top) && number > top)
                Report(member, "range", $"{number} is above {top}");
            if (schema.Format == "int32" && (number < int.MinValue || number > int.MaxValue))
                Report(member, "format", $"{number} is no int32");
        }
    }

    private static bool FitsFormat(string? format, string text) => format switch
    {
        "date-time" => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && text.Contains('T', StringComparison.Ordinal),
        "uuid" => Guid.TryParse(text, out _),
        "uri" => Uri.TryCreate(text, UriKind.Absolute, out _),
        "arm-id" => text.StartsWith('/'),
        "byte" => Convert.TryFromBase64String(text, new byte[text.Length], out _),
        _ => true,
    };

    private static bool IsReadOnly(SchemaAt schema)
    {
        var parts = new List<SchemaAt>();
        Flatten(schema.File, schema.Schema, parts);
        return parts.Exists(static p => p.Schema.ReadOnly);
    }

    private static bool IsTrue(IOpenApiSchema schema, string extension) =>
        schema.Extension(extension) is JsonValue value && value.TryGetValue<bool>(out var yes) && yes;

    /// <summary>A schema, what it refers to, and all that it is made of. False when a part of it is in a file that is not here.</summary>
    private static bool Flatten(SpecFile file, IOpenApiSchema schema, List<SchemaAt> parts)
    {
        if (file.Find(schema) is not { } found) return false;
        if (parts.Exists(p => ReferenceEquals(p.Schema, found.Schema))) return true;
        parts.Add(found);
        return (found.Schema.AllOf ?? []).Aggregate(true, (whole, part) => Flatten(found.File, part, parts) && whole);
    }

    private static JsonSchemaType TypeOf(JsonNode value) => value.GetValueKind() switch
    {
        JsonValueKind.Object => JsonSchemaType.Object,
        JsonValueKind.Array => JsonSchemaType.Array,
        JsonValueKind.String => JsonSchemaType.String,
        JsonValueKind.True or JsonValueKind.False => JsonSchemaType.Boolean,
        JsonValueKind.Number => decimal.TryParse(value.ToJsonString(), NumberStyles.Float, CultureInfo.InvariantCulture, out var n)
            && n == Math.Floor(n)
            ? JsonSchemaType.Integer | JsonSchemaType.Number
            : JsonSchemaType.Number,
        _ => JsonSchemaType.Null,
    };

    private static string Join(string member, string name) => member.Length == 0 ? name : $"{member}.{name}";

    private void Report(string member, string what, string detail) => deviations.Add(new Deviation(operation, side, member, what, detail));
}
