using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Mono.Cecil;

namespace AmlVnet.Architecture.Tests;

/// <summary>Each rule of <see cref="RoomTests"/> fails on an assembly that breaks it: a rule over nothing would pass for ever.</summary>
public sealed class RuleTests
{
    private static readonly Room MadeUp = new("AmlVnet.MadeUp", "AmlVnet.MadeUp", ["Front"], [], []);

    [Theory]
    [InlineData("class One { B.Two two; }", "class Two { A.One one; }")]
    [InlineData("class One { object Make() => new B.Two(); }", "class Two { static void Take(A.One one) { } }")]
    [InlineData("class One { }", "class Two : A.Three { } } namespace AmlVnet.MadeUp.A { class Three { B.Two two; }")]
    [InlineData(
        "class One { System.Func<object> make = () => typeof(System.Collections.Generic.List<B.Two>); }",
        "class Two { class Inner { async System.Threading.Tasks.Task Go() { await GoAsync(); _ = new A.One(); } "
        + "System.Threading.Tasks.Task GoAsync() => null; } }")]
    [InlineData(
        "class One { void Run() => B.Two.Run(); }",
        "static class Two { public static void Run() { } [Mark(typeof(A.One))] static int x; } "
        + "class Mark(System.Type type) : System.Attribute { }")]
    public void A_circle_of_two_folders_is_found(string one, string two)
    {
        using var assembly = Compile($"namespace AmlVnet.MadeUp.A {{ {one} }} namespace AmlVnet.MadeUp.B {{ {two} }}");

        Assert.Equal("AmlVnet.MadeUp.A, AmlVnet.MadeUp.B", Assert.Single(new Slices(assembly).Cycles()).Key);
    }

    [Fact]
    public void A_circle_through_the_root_and_a_folder_in_a_folder_is_found()
    {
        using var assembly = Compile("""
            namespace AmlVnet.MadeUp { class Front { A.B.Deep deep; } }
            namespace AmlVnet.MadeUp.A { class One { Front front; } }
            namespace AmlVnet.MadeUp.A.B { class Deep { One one; } }
            """);

        Assert.Equal("AmlVnet.MadeUp, AmlVnet.MadeUp.A, AmlVnet.MadeUp.A.B", Assert.Single(new Slices(assembly).Cycles()).Key);
    }

    [Fact]
    public void Arrows_one_way_are_no_circle()
    {
        using var assembly = Compile("""
            namespace AmlVnet.MadeUp { class Front { A.One one; B.Two two; } }
            namespace AmlVnet.MadeUp.A { class One { B.Two two; One other; } }
            namespace AmlVnet.MadeUp.B { class Two { } }
            """);

        Assert.Empty(new Slices(assembly).Cycles());
        Assert.Equal(["AmlVnet.MadeUp", "AmlVnet.MadeUp.A", "AmlVnet.MadeUp.B"], new Slices(assembly).Names);
    }

    [Fact]
    public void A_folder_whose_types_are_in_the_root_namespace_is_found()
    {
        using var assembly = Compile("namespace AmlVnet.MadeUp { class Front { } class Moved { } }");

        Assert.Equal(["AmlVnet.MadeUp.A holds no type"], Rules.NamespacesBesideFolders(assembly, MadeUp, ["", "A"]));
        Assert.Equal(["Moved is in AmlVnet.MadeUp and not on its list"], Rules.StrayRootTypes(assembly, MadeUp));
    }

    [Fact]
    public void A_namespace_without_a_folder_and_a_listed_type_that_is_gone_are_found()
    {
        using var assembly = Compile("namespace AmlVnet.MadeUp.A { class One { } }");

        Assert.Equal(["AmlVnet.MadeUp.A has no folder"], Rules.NamespacesBesideFolders(assembly, MadeUp, []));
        Assert.Equal(["Front is on the list of AmlVnet.MadeUp and not there"], Rules.StrayRootTypes(assembly, MadeUp));
    }

    [Fact]
    public void An_arrow_that_is_not_on_the_page_is_found()
    {
        using var assembly = Compile(
            "class Rule { AmlVnet.Arm.Reader reader; }", Library("AmlVnet.Arm", "namespace AmlVnet.Arm; public class Reader;"));

        Assert.Equal(["AmlVnet.MadeUp -> AmlVnet.Arm"], Rules.ForbiddenArrows(assembly, ["AmlVnet"]));
        Assert.Empty(Rules.ForbiddenArrows(assembly, ["AmlVnet.Arm"]));
    }

    [Fact]
    public void A_use_of_the_simulator_outside_its_folder_is_found()
    {
        using var assembly = Compile(
            "namespace AmlVnet.Arm.Reading { class Reader { object Read() => AmlVnet.Simulator.World.Open(); } }",
            Library("AmlVnet.Simulator", "namespace AmlVnet.Simulator; public static class World { public static object Open() => 1; }"));

        Assert.Contains("AmlVnet.Arm.Reading.Reader uses AmlVnet.Simulator.World", Rules.SimulatorOutsideItsFolder(assembly));
    }

    [Fact]
    public void A_type_of_PowerShell_is_found()
    {
        using var assembly = Compile(
            "namespace AmlVnet.Core.Checks { class Rule { void Say() => System.Management.Automation.Host.Say(); } }",
            Library(
                "System.Management.Automation",
                "namespace System.Management.Automation; public static class Host { public static void Say() { } }"));

        Assert.Contains("AmlVnet.Core.Checks.Rule uses System.Management.Automation.Host", Rules.PowerShellTypes(assembly));
    }

    [Fact]
    public void A_wire_type_of_our_own_is_found()
    {
        using var marked = Compile(
            "class WireThing { [System.Text.Json.Serialization.JsonPropertyName(\"id\")] public string Id { get; set; } }");
        using var context = Compile("""
            using System.Text.Json.Serialization;
            [JsonSerializable(typeof(Thing))] class Context(System.Text.Json.JsonSerializerOptions o) : JsonSerializerContext(o)
            {
                protected override System.Text.Json.JsonSerializerOptions GeneratedSerializerOptions => null;
                public override System.Text.Json.Serialization.Metadata.JsonTypeInfo GetTypeInfo(System.Type type) => null;
            }
            class Thing { public System.Collections.Generic.List<Part> Parts { get; set; } }
            class Part { }
            """);

        Assert.Equal(["WireThing is made for serialization"], Rules.WireTypesOutsideArm(marked, new HashSet<string>()));
        Assert.Contains("Context is made for serialization", Rules.WireTypesOutsideArm(context, new HashSet<string>()));
        var wireTypes = Rules.WireTypes(context);
        Assert.Equal(["Part", "Thing"], wireTypes.Order());
        Assert.Equal(["Part is not in Clients", "Thing is not in Clients"], Rules.WireTypesOutsideClients(wireTypes).Order());
    }

    [Fact]
    public void A_use_of_a_wire_type_of_Arm_is_found()
    {
        using var assembly = Compile(
            "class Show { object Of(AmlVnet.Arm.Clients.WireThing thing) => thing; }",
            Library("AmlVnet.Arm", "namespace AmlVnet.Arm.Clients; public class WireThing;"));

        Assert.Contains(
            "Show uses AmlVnet.Arm.Clients.WireThing",
            Rules.WireTypesOutsideArm(assembly, new HashSet<string> { "AmlVnet.Arm.Clients.WireThing" }));
    }

    private static ModuleDefinition Compile(string source, params PortableExecutableReference[] others) =>
        ModuleDefinition.ReadModule(Emit("AmlVnet.MadeUp", source, others));

    private static PortableExecutableReference Library(string name, string source) =>
        MetadataReference.CreateFromStream(Emit(name, source, []));

    private static MemoryStream Emit(string name, string source, PortableExecutableReference[] others)
    {
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal) && !path.Contains("Management"))
            .Select(path => MetadataReference.CreateFromFile(path));
        var compilation = CSharpCompilation.Create(
            name,
            [CSharpSyntaxTree.ParseText(source)],
            [.. framework, .. others],
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        image.Position = 0;
        return image;
    }
}
