using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AmlVnet.Module.Tests;

/// <summary>The format views: there for each public type, and true to it. What they print is in tests/Pester/Views.Tests.ps1.</summary>
public sealed partial class ViewTests
{
    private static readonly string ViewFile = Path.Combine(Path.GetDirectoryName(Repository.StagedManifest)!, "AmlVnet.Format.ps1xml");
    private static readonly XDocument Views = XDocument.Load(ViewFile);

    private static readonly Lazy<IReadOnlyDictionary<string, Type>> Results = new(() =>
        Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(Repository.StagedManifest)!, "AmlVnet.dll")).GetExportedTypes()
            .Where(type => type.IsClass && !type.IsAbstract && !typeof(Exception).IsAssignableFrom(type)
                && !typeof(Delegate).IsAssignableFrom(type) && !type.Name.EndsWith("Reference", StringComparison.Ordinal))
            .ToDictionary(type => type.FullName!));

    public static TheoryData<string> Types => [.. Results.Value.Keys];

    [Theory, MemberData(nameof(Types))]
    public void A_type_has_one_table_and_one_list_for_itself_and_its_deserialized_copy(string type)
    {
        foreach (var name in new[] { type, "Deserialized." + type })
        {
            Assert.Single(Of(name, "TableControl"));
            Assert.Single(Of(name, "ListControl"));
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void Its_views_name_properties_that_it_has(string type)
    {
        var has = Results.Value[type].GetProperties().Select(property => property.Name).ToHashSet();
        var views = Of(type, "TableControl").Concat(Of(type, "ListControl")).ToList();
        var named = views.SelectMany(view => view.Descendants("PropertyName")).Select(element => element.Value)
            .Concat(views.SelectMany(view => view.Descendants("ScriptBlock")).SelectMany(script => OwnProperty().Matches(script.Value))
                .Select(use => use.Groups[1].Value));
        Assert.All(named, property => Assert.Contains(property, has));
    }

    [Theory, MemberData(nameof(Types))]
    public void Its_list_leaves_nothing_out_but_a_token(string type)
    {
        var labels = Of(type, "ListControl").Single().Descendants("ListItem")
            .Select(item => (string?)item.Element("Label") ?? (string)item.Element("PropertyName")!);
        var properties = Results.Value[type].GetProperties().Select(property => property.Name).Where(name => name != "Token");
        Assert.Equal(properties.Order(StringComparer.Ordinal), labels.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<XElement> Of(string type, string control) => Views.Descendants("View").Where(view =>
        view.Element(control) is not null && view.Element("ViewSelectedBy")!.Elements("TypeName").Any(name => name.Value == type));

    [GeneratedRegex(@"\$_\.(\w+)")]
    private static partial Regex OwnProperty();
}
