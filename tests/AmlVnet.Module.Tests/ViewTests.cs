using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AmlVnet.Module.Tests;

/// <summary>The format views: there for each public type, true to it, and readable.</summary>
public sealed partial class ViewTests
{
    private static readonly string ViewFile = Path.Combine(Path.GetDirectoryName(Repository.StagedManifest)!, "AmlVnet.Format.ps1xml");
    private static readonly XDocument Views = XDocument.Load(ViewFile);

    private static readonly Lazy<IReadOnlyDictionary<string, Type>> Results = new(() =>
        Assembly.LoadFrom(Path.Combine(Path.GetDirectoryName(Repository.StagedManifest)!, "AmlVnet.dll")).GetExportedTypes()
            .Where(type => type.IsClass && !type.IsAbstract && !typeof(Exception).IsAssignableFrom(type) && !typeof(AssemblyLoadContext).IsAssignableFrom(type)
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
            .Concat(views.SelectMany(view => view.Descendants("ScriptBlock")).SelectMany(script => OwnProperty().Matches(script.Value)).Select(use => use.Groups[1].Value));
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

    [Theory, MemberData(nameof(Types))]
    public void Its_views_print_every_value_and_bear_empty_ones(string type)
    {
        foreach (var listed in new[] { false, true })
        {
            using var runspace = Open(listed);
            foreach (var filled in new[] { true, false })
            {
                var sample = Sample(Results.Value[type], filled);
                foreach (var value in new[] { PSObject.AsPSObject(sample), Deserialized(sample) })
                {
                    var text = Print(runspace.Runspace, runspace.Host, value);
                    Assert.DoesNotContain("ERROR", text, StringComparison.Ordinal);
                    Assert.DoesNotContain("the-token", text, StringComparison.Ordinal);
                    if (!filled)
                        continue;

                    foreach (var (name, shown) in Expected(type, sample, listed))
                        Assert.True(text.Contains(shown, StringComparison.Ordinal), $"{name} ({shown}) is not in:\n{text}");
                }
            }
        }
    }

    [Theory, MemberData(nameof(Types))]
    public void Its_table_keeps_its_columns_in_eighty_characters(string type)
    {
        using var runspace = Open(listed: false, width: 80);
        var text = Print(runspace.Runspace, runspace.Host, PSObject.AsPSObject(Sample(Results.Value[type], filled: true)));
        var labels = Of(type, "TableControl").Single().Descendants("Label").Select(label => label.Value).ToList();

        // A header that is too long for its column goes on in the next lines.
        Assert.Contains(text.Split('\n'), line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).SequenceEqual(labels));
    }

    [Fact]
    public void The_table_of_requests_shows_the_end_of_a_long_path_and_a_time_that_fits()
    {
        using var runspace = Open(listed: false, width: 80);
        var type = Results.Value["AmlVnet.AmlSimulatorRequest"];
        var request = Sample(type, filled: true);
        type.GetProperty("Path")!.SetValue(request, "/subscriptions/s/resourceGroups/myworkspacegroup/providers"
            + "/Microsoft.MachineLearningServices/workspaces/myworkspace/computes/myaks");

        var text = Print(runspace.Runspace, runspace.Host, PSObject.AsPSObject(request));

        Assert.Contains("/computes/myaks\n", text, StringComparison.Ordinal);
        Assert.Contains(" 03:04:05 ", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_table_of_computes_is_aligned()
    {
        using var runspace = Open(listed: false, width: 80);
        var type = Results.Value["AmlVnet.AksCompute"];
        var compute = Sample(type, filled: true);
        Set("Name", "myaks");
        Set("ProvisioningState", "Succeeded");
        Set("LoadBalancerType", Enum.Parse(Nullable.GetUnderlyingType(type.GetProperty("LoadBalancerType")!.PropertyType)!, "InternalLoadBalancer"));
        Set("ScoringIPAddress", "10.1.0.97");
        Set("IsPrivate", true);
        Set("AgentCount", 3);
        Set("SubnetId", "/subscriptions/s/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default");

        var lines = Print(runspace.Runspace, runspace.Host, PSObject.AsPSObject(compute)).Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0);

        Assert.Equal(
            [
                "Name             State     LoadBalancer Address         Private Nodes Subnet",
                "----             -----     ------------ -------         ------- ----- ------",
                "myaks            Succeeded Internal     10.1.0.97       True        3 default",
            ],
            lines);

        void Set(string property, object value) => type.GetProperty(property)!.SetValue(compute, value);
    }

    private static IEnumerable<XElement> Of(string type, string control) => Views.Descendants("View").Where(view =>
        view.Element(control) is not null && view.Element("ViewSelectedBy")!.Elements("TypeName").Any(name => name.Value == type));

    /// <summary>A runspace with the module's views; the bare engine has no Format-List, so for lists the tables are taken away.</summary>
    private static (Runspace Runspace, CapturingHost Host, string Views) Opened(bool listed, int width)
    {
        var views = new XDocument(Views);
        views.Descendants("View").Where(view => view.Element(listed ? "TableControl" : "ListControl") is not null).Remove();
        var path = Path.Combine(Path.GetTempPath(), $"AmlVnet.{Guid.NewGuid():N}.Format.ps1xml");
        views.Save(path);
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        state.Formats.Add(new SessionStateFormatEntry(path));
        var host = new CapturingHost { Width = width };
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.Open();
        return (runspace, host, path);
    }

    private static OpenRunspace Open(bool listed, int width = 400) => new(Opened(listed, width));

    private static string Print(Runspace runspace, CapturingHost host, PSObject value)
    {
        host.ClearText();
        using var shell = PowerShell.Create(runspace);
        shell.AddScript("Set-StrictMode -Version Latest; $input").AddCommand("Out-Default").Invoke(new[] { value });
        return Colour().Replace(host.Text, "").ReplaceLineEndings("\n");
    }

    /// <summary>What a view must show of an object: its scalars, and of an id at least the last part.</summary>
    private static IEnumerable<(string Name, string Shown)> Expected(string type, object sample, bool listed)
    {
        var view = Of(type, listed ? "ListControl" : "TableControl").Single();
        foreach (var item in view.Descendants(listed ? "ListItem" : "TableColumnItem"))
        {
            var name = (string?)item.Element("PropertyName") ?? OwnProperty().Match((string)item.Element("ScriptBlock")!).Groups[1].Value;
            var value = sample.GetType().GetProperty(name)!.GetValue(sample);
            yield return value switch
            {
                // A row has room for what each step was and how it went; the list has the rest.
                Array when name == "Steps" && !listed => (name, "inner-name inner-status"),
                Enum kind when name == "LoadBalancerType" && !listed => (name, kind.ToString() == "PublicIp" ? "Public" : "Internal"),
                string id when id.StartsWith('/') && !listed => (name, id.Split('/')[^1]),
                string or bool or int or long or Enum or Uri or TimeSpan => (name, value.ToString()!),
                double number => (name, number.ToString(CultureInfo.InvariantCulture)),
                DateTimeOffset time when type == "AmlVnet.AmlSimulatorRequest" && !listed =>
                    (name, time.ToString("HH:mm:ss", CultureInfo.InvariantCulture)),
                DateTimeOffset time when type == "AmlVnet.AmlOperation" && !listed =>
                    (name, time.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)),
                DateTimeOffset time => (name, time.ToString(CultureInfo.InvariantCulture)),
                IEnumerable<KeyValuePair<string, string>> => (name, "key=value"),
                IEnumerable many => (name, many.Cast<object>().First().ToString()!),
                _ => (name, ""),
            };
        }
    }

    private static object New(Type type) =>
        type.GetConstructor([]) is null ? RuntimeHelpers.GetUninitializedObject(type) : Activator.CreateInstance(type)!;

    private static object Sample(Type type, bool filled)
    {
        var sample = New(type);
        var number = 0;
        foreach (var property in type.GetProperties().Where(property => filled && property.CanWrite))
            property.SetValue(sample, Value(property.Name, Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType, ++number));

        return sample;

        static object? Value(string name, Type kind, int number) =>
            name == "Token" ? "the-token"
            : kind == typeof(string) ? name.EndsWith("Id", StringComparison.Ordinal) && name != "Id" ? $"/subscriptions/s/x/v{number}" : $"v{number}"
            : kind == typeof(int) ? 47
            : kind == typeof(long) ? 4711L
            : kind == typeof(double) ? 1.5
            : kind == typeof(bool) ? true
            : kind == typeof(DateTimeOffset) ? new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero)
            : kind == typeof(TimeSpan) ? TimeSpan.FromSeconds(90)
            : kind == typeof(Uri) ? new Uri("https://management.azure.com/")
            : kind.IsEnum ? Enum.GetValues(kind).GetValue(1)
            : typeof(IReadOnlyDictionary<string, string>).IsAssignableFrom(kind) ? new Dictionary<string, string> { ["key"] = "value" }
            : kind == typeof(string[]) ? new[] { $"v{number}" }
            : kind.IsArray ? Filled(kind.GetElementType()!)
            : kind.Namespace == "AmlVnet" ? Sample(kind, filled: true)
            : null;

        static Array Filled(Type element)
        {
            var array = Array.CreateInstance(element, 1);
            var one = New(element);
            foreach (var property in element.GetProperties().Where(property => property.CanWrite && property.PropertyType == typeof(string)))
                property.SetValue(one, "inner-" + property.Name.ToLowerInvariant());

            array.SetValue(one, 0);
            return array;
        }
    }

    /// <summary>The object as it comes back from Export-Clixml or a job.</summary>
    private static PSObject Deserialized(object sample) => (PSObject)PSSerializer.Deserialize(PSSerializer.Serialize(sample, 3));

    [GeneratedRegex(@"\$_\.(\w+)")]
    private static partial Regex OwnProperty();

    [GeneratedRegex("\u001b\\[[0-9;]*m")]
    private static partial Regex Colour();

    private sealed class OpenRunspace((Runspace Runspace, CapturingHost Host, string Views) opened) : IDisposable
    {
        public Runspace Runspace => opened.Runspace;

        public CapturingHost Host => opened.Host;

        public void Dispose()
        {
            opened.Runspace.Dispose();
            File.Delete(opened.Views);
        }
    }
}
