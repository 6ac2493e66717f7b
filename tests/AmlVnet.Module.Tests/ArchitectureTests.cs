using System.Management.Automation;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Xml.Linq;

namespace AmlVnet.Module.Tests;

/// <summary>
/// References run one way. Each arrow that may be is on this list; any other fails, in the projects and in what was compiled.
/// </summary>
public sealed class ArchitectureTests
{
    private static readonly Dictionary<string, Room> Rooms = new(StringComparer.Ordinal)
    {
        ["AmlVnet"] = new([], [], []),
        ["AmlVnet.Core"] = new(["AmlVnet"], ["AmlVnet"], []),
        ["AmlVnet.Arm"] = new(
            ["AmlVnet.Core", "AmlVnet.Simulator"], ["AmlVnet.Core", "AmlVnet", "AmlVnet.Simulator"],
            ["Azure.Core", "Azure.Identity", "Azure.ResourceManager"]),
        ["AmlVnet.Module"] = new(["AmlVnet.Arm"], ["AmlVnet.Arm", "AmlVnet.Core", "AmlVnet"], ["PowerShellStandard.Library"]),
        ["AmlVnet.Simulator"] = new([], [], []),
        ["AmlVnet.Simulator.Server"] = new(["AmlVnet.Simulator"], ["AmlVnet.Simulator"], ["System.CommandLine"]),
    };

    // Assemblies beside the framework's that a room's packages may bring into what it compiles to.
    private static readonly Dictionary<string, string[]> ForeignAssemblies = new(StringComparer.Ordinal)
    {
        ["AmlVnet.Arm"] = ["Azure.Core", "Azure.Identity", "Azure.ResourceManager", "System.ClientModel", "System.Memory.Data"],
        ["AmlVnet.Module"] = ["System.Management.Automation"],
        ["AmlVnet.Simulator.Server"] = ["System.CommandLine"],
    };

    public static TheoryData<string> Names => [.. Rooms.Keys];

    [Fact]
    public void Every_project_under_src_is_a_room()
    {
        var projects = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.csproj", SearchOption.AllDirectories)
            .Select(Path.GetFileNameWithoutExtension);

        Assert.Equal(Rooms.Keys.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_project_references_what_its_room_may_know(string name)
    {
        var project = XDocument.Load(Path.Combine(Repository.Root, "src", name, name + ".csproj"));
        var room = Rooms[name];

        var projects = References("ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Equal(room.Projects.Order(StringComparer.Ordinal), projects.Order(StringComparer.Ordinal));
        Assert.Subset(room.Packages.ToHashSet(), References("PackageReference").ToHashSet());
        IEnumerable<string> References(string kind) =>
            project.Descendants(kind).Select(reference => (string)reference.Attribute("Include")!);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_compiled_assembly_references_what_its_room_may_know(string name)
    {
        var references = AssemblyReferences(Compiled(name));
        var own = references.Where(reference => reference.StartsWith("AmlVnet", StringComparison.Ordinal)).ToHashSet();
        var foreign = references.Except(own).Where(reference => !IsFramework(reference)).ToHashSet();

        Assert.Subset(Rooms[name].Assemblies.ToHashSet(), own);
        // The server is the one room on the shared framework of ASP.NET Core.
        if (name == "AmlVnet.Simulator.Server")
        {
            foreign.RemoveWhere(reference =>
                reference.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal) ||
                reference.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal));
        }

        Assert.Subset(ForeignAssemblies.GetValueOrDefault(name, []).ToHashSet(), foreign);
    }

    [Theory]
    [InlineData("AmlVnet.Core")]
    [InlineData("AmlVnet.Module")]
    [InlineData("AmlVnet.Simulator")]
    [InlineData("AmlVnet")]
    public void Rooms_without_network_use_none(string name)
    {
        string[] network = ["System.Net.Http", "System.Net.Sockets", "System.Net.Requests", "System.Net.WebClient", "System.Net.Security"];

        Assert.DoesNotContain(AssemblyReferences(Compiled(name)), reference => network.Contains(reference, StringComparer.Ordinal));
    }

    [Fact]
    public void Only_one_folder_of_Arm_knows_the_simulator()
    {
        var arm = Path.Combine(Repository.Root, "src", "AmlVnet.Arm");
        var folders = Directory.EnumerateFiles(arm, "*.cs", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetRelativePath(arm, path).Replace('\\', '/'), Path: path))
            .Where(file => file.Name.Split('/')[0] is not ("obj" or "bin"))
            .Where(file => File.ReadAllText(file.Path).Contains("AmlVnet.Simulator", StringComparison.Ordinal))
            .Select(file => file.Name.Split('/')[0])
            .Distinct();

        Assert.Equal(["Simulation"], folders);
    }

    [Fact]
    public async Task The_simulator_is_loaded_when_it_is_asked_for_and_not_before()
    {
        const string Count =
            "@([System.AppDomain]::CurrentDomain.GetAssemblies() | Where-Object { $_.GetName().Name -eq 'AmlVnet.Simulator' }).Count";

        var run = await PwshProcess.RunAsync(
            $"$null = Get-Command -Module AmlVnet -Syntax; $null = Get-AmlVnetContext; {Count}; " +
            $"$null = Connect-AmlVnet -Simulator; {Count}");

        Assert.Equal("0\n1\n", run.Output);
    }

    [Fact]
    public void Target_frameworks_are_those_that_PowerShell_7_4_loads()
    {
        foreach (var name in Rooms.Keys)
        {
            var project = XDocument.Load(Path.Combine(Repository.Root, "src", name, name + ".csproj"));
            Assert.Equal(
                name == "AmlVnet.Simulator.Server" ? "net10.0" : "net8.0",
                project.Descendants("TargetFramework").Single().Value);
        }
    }

    [Fact]
    public void No_third_party_type_is_in_a_public_signature()
    {
        using var runspace = new ModuleRunspace();
        var cmdlet = (CmdletInfo)Assert.Single(runspace.Invoke("Get-Command -Name Get-AmlWorkspace").OutputWithoutErrors()).BaseObject;
        var contracts = (Type)Assert.Single(runspace.Invoke("[AmlVnet.AksCompute]").OutputWithoutErrors()).BaseObject;

        var strangers = new[] { cmdlet.ImplementingType.Assembly, contracts.Assembly }
            .SelectMany(assembly => assembly.GetExportedTypes())
            .SelectMany(type => SignatureTypes(type).Select(used => (Member: type, Used: used)))
            .Where(use => use.Used.Assembly.GetName().Name is var home && !home!.StartsWith("AmlVnet", StringComparison.Ordinal) &&
                home != "System.Management.Automation" && !IsFramework(home))
            .Select(use => $"{use.Member} shows {use.Used}");

        Assert.Empty(strangers);
    }

    private static IEnumerable<Type> SignatureTypes(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        IEnumerable<Type?> used =
        [
            type.BaseType,
            .. type.GetInterfaces(),
            .. type.GetMethods(Declared).Where(IsSeen)
                .SelectMany(method => method.GetParameters().Select(p => p.ParameterType).Append(method.ReturnType)),
            .. type.GetConstructors(Declared).Where(IsSeen)
                .SelectMany(constructor => constructor.GetParameters().Select(p => p.ParameterType)),
            .. type.GetFields(Declared).Where(field => field.IsPublic || field.IsFamily || field.IsFamilyOrAssembly)
                .Select(field => field.FieldType),
        ];
        return used.OfType<Type>().SelectMany(Parts).Distinct();

        static bool IsSeen(MethodBase method) => method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly;

        static IEnumerable<Type> Parts(Type part) =>
            part.HasElementType ? Parts(part.GetElementType()!)
            : part.IsGenericParameter ? []
            : part.GetGenericArguments().SelectMany(Parts).Append(part.IsGenericType ? part.GetGenericTypeDefinition() : part);
    }

    private static string Compiled(string name)
    {
        var staged = Path.GetDirectoryName(Repository.StagedManifest)!;
        return name switch
        {
            "AmlVnet" => Path.Combine(staged, "AmlVnet.dll"),
            "AmlVnet.Simulator.Server" =>
                Path.Combine(Repository.Root, "src", name, "bin", Repository.Configuration, "net10.0", name + ".dll"),
            _ => Path.Combine(staged, "lib", name + ".dll"),
        };
    }

    private static string[] AssemblyReferences(string path)
    {
        using var image = new PEReader(File.OpenRead(path));
        var metadata = image.GetMetadataReader();
        return [.. metadata.AssemblyReferences.Select(handle => metadata.GetString(metadata.GetAssemblyReference(handle).Name))];
    }

    // What .NET itself brings lies beside System.Private.CoreLib.
    private static bool IsFramework(string name) =>
        File.Exists(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, name + ".dll"));

    /// <summary>What a room may know.</summary>
    /// <param name="Projects">The projects that it references.</param>
    /// <param name="Assemblies">Those of our assemblies that it may compile against: the projects and what lies below them.</param>
    /// <param name="Packages">The packages that it may reference.</param>
    private sealed record Room(string[] Projects, string[] Assemblies, string[] Packages);
}
