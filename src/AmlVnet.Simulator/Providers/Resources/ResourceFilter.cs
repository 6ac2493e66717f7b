using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.Resources;

/// <summary>
/// The <c>$filter</c> of lists of resources of any type: comparisons with eq or ne, joined by "and" (Azure REST API, "Resources - List").
/// </summary>
internal sealed partial class ResourceFilter
{
    private const string Comparison = @"(?<name>\w+)\s+(?<operator>eq|ne)\s+'(?<value>([^']|'')*)'";

    private readonly List<Func<Resource, bool>> _terms = [];

    /// <summary>Reads a filter; null and empty take everything.</summary>
    /// <exception cref="ArmException">It is not of that form, or compares what is not modelled.</exception>
    public ResourceFilter(string? text)
    {
        if (string.IsNullOrWhiteSpace(text))
            return;
        var match = Form().Match(text);
        if (!match.Success)
            throw Invalid(text);
        var (names, operators, values) = (match.Groups["name"].Captures, match.Groups["operator"].Captures, match.Groups["value"].Captures);
        string? tag = null;
        for (var i = 0; i < names.Count; i++)
        {
            var value = values[i].Value.Replace("''", "'", StringComparison.Ordinal);
            Func<Resource, bool> equal;
            switch (names[i].Value.ToLowerInvariant())
            {
                case "resourcetype":
                    equal = r => r.Body.Text("type").Same(value);
                    break;
                case "resourcegroup":
                    equal = r => r.Id.Split('/') is [_, _, _, _, var group, ..] && group.Same(value);
                    break;
                case "name":
                    equal = r => r.Name.Same(value);
                    break;
                case "location":
                    equal = r => Regions.Same(r.Location, value);
                    break;
                case "tagname":
                    tag = value;
                    equal = r => Tag(r, value) is not null;
                    break;
                case "tagvalue" when tag is not null:
                    var name = tag;
                    equal = r => Tag(r, name) == value;
                    break;
                default:
                    throw Invalid(text);
            }
            _terms.Add(operators[i].Value.Same("eq") ? equal : r => !equal(r));
        }
    }

    /// <summary>Whether a resource is in the list.</summary>
    public bool Takes(Resource resource) => _terms.TrueForAll(term => term(resource));

    private static string? Tag(Resource resource, string name) =>
        resource.Body.Object("tags")?.FirstOrDefault(t => t.Key.Same(name)).Value?.GetValue<string>();

    private static ArmException Invalid(string text) =>
        new(400, "InvalidFilterInQueryString", $"Invalid $filter '{text}' specified in the query string.") { FromGateway = true };

    [GeneratedRegex($@"^\s*{Comparison}(\s+and\s+{Comparison})*\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
