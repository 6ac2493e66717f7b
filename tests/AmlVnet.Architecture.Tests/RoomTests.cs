using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mono.Cecil;

namespace AmlVnet.Architecture.Tests;

/// <summary>
/// The rooms of docs/guides/contributing.md. References run one way, within a project as between projects. Each arrow that may be is on
/// this list; any other fails, in the projects and in what was compiled.
/// </summary>
public sealed class RoomTests
{
    private static readonly Room[] Rooms =
    [
        new("AmlVnet", "AmlVnet", [.. PublicTypes("AmlVnet", "AmlVnet")], [], ["Microsoft.CodeAnalysis.PublicApiAnalyzers"]),
        new("AmlVnet.Core", "AmlVnet.Core", [], ["AmlVnet"], []),
        new("AmlVnet.Arm", "AmlVnet.Arm", [], ["AmlVnet.Core", "AmlVnet.Simulator"],
            ["Azure.Core", "Azure.Identity"])
        {
            ForeignAssemblies = ["Azure.Core", "Azure.Identity", "System.ClientModel", "System.Memory.Data"],
        },
        new("AmlVnet.Module", "AmlVnet.Cmdlets", [.. PublicTypes("AmlVnet.Module", "AmlVnet.Cmdlets")], ["AmlVnet.Arm"],
            ["Microsoft.CodeAnalysis.PublicApiAnalyzers", "PowerShellStandard.Library"])
        {
            RootFolder = "Commands",
            BuiltWith = ["AmlVnet.Loader"],
            ForeignAssemblies = ["System.Management.Automation"],
        },
        new("AmlVnet.Loader", "AmlVnet.Loader", ["ModuleInitializer", "ModuleLoadContext"], [], ["PowerShellStandard.Library"])
        {
            ForeignAssemblies = ["System.Management.Automation"],
        },
        new("AmlVnet.Simulator", "AmlVnet.Simulator", ["AzureSimulator", "SimulatorOptions"], [], []),
        new("AmlVnet.Simulator.Server", "AmlVnet.Simulator.Server",
            [
                "CommandLine", "HttpFront", "Instructions", "LoopbackCertificate", "LoopbackSockets", "ServerSettings",
                "ServerStartException", "SimulatorServer",
            ],
            ["AmlVnet.Simulator"], ["System.CommandLine"])
        {
            ForeignAssemblies = ["System.CommandLine"],
            IsWeb = true,
            Framework = "net10.0",
        },
    ];

    // Still to be given words of Core instead. None may be added.
    private static readonly string[] KnownWireUsers =
    [];

    public static TheoryData<string> Names => [.. Rooms.Select(room => room.Name)];

    [Fact]
    public void Every_project_under_src_is_a_room()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(Rooms.Select(room => room.Name).Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Folders_do_not_use_one_another_in_a_circle(string name)
    {
        using var assembly = Open(name);

        var cycles = new Slices(assembly).Cycles();

        Assert.True(
            cycles.Keys.SequenceEqual(Find(name).KnownCircles),
            "A circle is new, or one is gone that is still on the list:\n" + string.Join('\n', cycles.Select(one => one.Key + one.Value)));
    }

    // A rule over slices passes on a project that has one.
    [Theory]
    [MemberData(nameof(Names))]
    public void There_are_as_many_slices_as_folders(string name)
    {
        using var assembly = Open(name);

        AssertNone(Rules.NamespacesBesideFolders(assembly, Find(name), Repository.Folders(name)));
        Assert.Equal(Repository.Folders(name).Count, new Slices(assembly).Names.Count);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_root_namespace_holds_listed_types_only(string name)
    {
        using var assembly = Open(name);

        AssertNone(Rules.StrayRootTypes(assembly, Find(name)));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_project_references_what_its_room_may_know(string name)
    {
        var project = XDocument.Load(Path.Combine(Repository.Project(name), name + ".csproj"));
        var room = Find(name);

        var projects = References("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Equal(room.Projects.Concat(room.BuiltWith).Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
        Assert.Subset(room.Packages.ToHashSet(), References("PackageReference").ToHashSet());
        Assert.Equal(room.Framework, project.Descendants("TargetFramework").Single().Value);
        IEnumerable<string> References(string kind) =>
            project.Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_compiled_assembly_references_what_its_room_may_know(string name)
    {
        using var assembly = Open(name);
        var room = Find(name);
        var foreign = assembly.AssemblyReferences.Select(reference => reference.Name)
            .Where(other => !other.StartsWith("AmlVnet", StringComparison.Ordinal) && !IsFramework(other))
            .Where(other => !(room.IsWeb && (other.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) ||
                other.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal))));

        AssertNone(Rules.ForbiddenArrows(assembly, Below(name)));
        Assert.Subset(room.ForeignAssemblies.ToHashSet(), foreign.ToHashSet());
    }

    [Fact]
    public void Only_one_folder_of_Arm_knows_the_simulator()
    {
        using var arm = Open("AmlVnet.Arm");

        AssertNone(Rules.SimulatorOutsideItsFolder(arm));
    }

    [Fact]
    public void Only_Arm_reaches_the_simulator_from_the_rooms()
    {
        foreach (var name in new[] { "AmlVnet", "AmlVnet.Core", "AmlVnet.Module" })
        {
            using var assembly = Open(name);
            Assert.DoesNotContain(assembly.AssemblyReferences, reference => reference.Name == "AmlVnet.Simulator");
        }
    }

    // They are in PowerShell's own load context, where there is nothing newer than its runtime.
    [Theory]
    [InlineData("AmlVnet")]
    [InlineData("AmlVnet.Loader")]
    [InlineData("AmlVnet.Module")]
    public void What_PowerShell_loads_itself_asks_for_nothing_that_the_oldest_runtime_lacks(string name)
    {
        using var assembly = Open(name);

        Assert.All(assembly.AssemblyReferences.Where(static reference => IsFramework(reference.Name)),
            static reference => Assert.True(reference.Version <= new Version(8, 0, 0, 0), reference.FullName));
    }

    [Fact]
    public void No_type_of_PowerShell_is_outside_the_module()
    {
        foreach (var name in Rooms.Select(room => room.Name).Where(name => name is not ("AmlVnet.Module" or "AmlVnet.Loader")))
        {
            using var assembly = Open(name);
            AssertNone(Rules.PowerShellTypes(assembly));
        }
    }

    [Fact]
    public void No_wire_type_is_outside_Arm()
    {
        using var arm = Open("AmlVnet.Arm");
        var wireTypes = Rules.WireTypes(arm);

        Assert.Contains("AmlVnet.Arm.Clients.WireManagedCluster", wireTypes);
        AssertNone(Rules.WireTypesOutsideClients(wireTypes));
        foreach (var name in Rooms.Select(room => room.Name).Where(name => name != "AmlVnet.Arm"))
        {
            using var assembly = Open(name);
            AssertNone(Rules.WireTypesOutsideArm(assembly, wireTypes)
                .Where(use => !KnownWireUsers.Any(user => use.StartsWith(user, StringComparison.Ordinal))));
        }
    }

    [Theory]
    [InlineData("AmlVnet.Core")]
    [InlineData("AmlVnet.Module")]
    [InlineData("AmlVnet.Simulator")]
    [InlineData("AmlVnet")]
    public void Rooms_without_network_use_none(string name)
    {
        string[] network = ["System.Net.Http", "System.Net.Sockets", "System.Net.Requests", "System.Net.WebClient", "System.Net.Security"];
        using var assembly = Open(name);

        Assert.DoesNotContain(assembly.AssemblyReferences, reference => network.Contains(reference.Name, StringComparer.Ordinal));
    }

    // Assert.Empty shortens what it shows.
    private static void AssertNone(IEnumerable<string> violations) =>
        Assert.True(!violations.Any(), string.Join('\n', violations));

    // The public types of a namespace, by the files that a reviewer sees.
    private static IEnumerable<string> PublicTypes(string project, string ns) =>
        Directory.EnumerateFiles(Repository.Project(project), "PublicAPI.*.txt")
            .SelectMany(File.ReadLines)
            .Select(line => Regex.Match(line, $@"^{Regex.Escape(ns)}\.(\w+)$"))
            .Where(match => match.Success)
            .Select(match => match.Groups[1].Value);

    private static Room Find(string name) => Rooms.Single(room => room.Name == name);

    private static ModuleDefinition Open(string name) =>
        ModuleDefinition.ReadModule(Repository.Compiled(name, Find(name).Framework), new ReaderParameters { InMemory = true });

    // The projects that a room references, and what lies below them; but what Arm knows of the simulator is its own affair.
    private static HashSet<string> Below(string name)
    {
        var below = Find(name).Projects.ToHashSet(StringComparer.Ordinal);
        foreach (var project in Find(name).Projects)
            below.UnionWith(Below(project).Where(other => other != "AmlVnet.Simulator"));

        return below;
    }

    // What .NET itself brings lies beside System.Private.CoreLib.
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));
}
