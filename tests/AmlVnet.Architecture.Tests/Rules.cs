using Mono.Cecil;

namespace AmlVnet.Architecture.Tests;

/// <summary>The rules of the house, each a function from what was compiled to what breaks it.</summary>
internal static class Rules
{
    /// <summary>Where the models of what Azure sends and takes are.</summary>
    public const string WireNamespace = "AmlVnet.Arm.Clients";

    /// <summary>A page of a list, whatever it lists: the one part of an answer that the pipeline itself looks into.</summary>
    public const string Envelope = "AmlVnet.Arm.Http.Page`1";

    /// <summary>The one part of Arm that knows the simulator.</summary>
    public const string SimulationNamespace = "AmlVnet.Arm.Simulation";

    /// <summary>Folders without a namespace, and namespaces without a folder.</summary>
    public static IEnumerable<string> NamespacesBesideFolders(ModuleDefinition assembly, Room room, IEnumerable<string> folders)
    {
        var slices = new Slices(assembly).Names;
        var expected = folders.Select(room.Namespace).ToHashSet(StringComparer.Ordinal);
        return slices.Where(slice => !expected.Contains(slice)).Select(slice => $"{slice} has no folder")
            .Concat(expected.Where(name => !slices.Contains(name)).Select(name => $"{name} holds no type"));
    }

    /// <summary>Types of the root namespace that are not on the room's list, and names on the list that are no type.</summary>
    public static IEnumerable<string> StrayRootTypes(ModuleDefinition assembly, Room room)
    {
        var types = Slices.Types(assembly).Where(type => type.Namespace == room.RootNamespace).Select(type => type.Name).ToHashSet();
        return types.Except(room.RootTypes).Select(name => $"{name} is in {room.RootNamespace} and not on its list")
            .Concat(room.RootTypes.Except(types).Select(name => $"{name} is on the list of {room.RootNamespace} and not there"));
    }

    /// <summary>References to assemblies of ours that the room may not know.</summary>
    public static IEnumerable<string> ForbiddenArrows(ModuleDefinition assembly, IReadOnlyCollection<string> allowed) =>
        assembly.AssemblyReferences.Select(reference => reference.Name)
            .Where(name => name.StartsWith("AmlVnet", StringComparison.Ordinal) && !allowed.Contains(name))
            .Select(name => $"{assembly.Assembly.Name.Name} -> {name}");

    /// <summary>Types outside one namespace that use something of the simulator.</summary>
    public static IEnumerable<string> SimulatorOutsideItsFolder(ModuleDefinition assembly) =>
        from type in Slices.Types(assembly)
        where type.Namespace != SimulationNamespace
        from used in UsedTypes.Of(type)
        where used.Scope.Name == "AmlVnet.Simulator"
        select $"{type.FullName} uses {used.FullName}";

    /// <summary>Types that use something of PowerShell's.</summary>
    public static IEnumerable<string> PowerShellTypes(ModuleDefinition assembly) =>
        from type in Slices.Types(assembly)
        from used in UsedTypes.Of(type)
        where used.Scope.Name == "System.Management.Automation"
        select $"{type.FullName} uses {used.FullName}";

    /// <summary>
    /// What is known of the wire elsewhere than in Arm: a type of ours that is made for serialization, or a use of one of Arm's. A wire
    /// type is one that a serializer's context names or leads to, or that is marked with an attribute of System.Text.Json.
    /// </summary>
    public static IEnumerable<string> WireTypesOutsideArm(ModuleDefinition assembly, IReadOnlySet<string> wireTypes) =>
        assembly.Types.Where(IsSerialized).Select(type => $"{type.FullName} is made for serialization")
            .Concat(
                from type in Slices.Types(assembly)
                from used in UsedTypes.Of(type)
                where wireTypes.Contains(used.FullName)
                select $"{type.FullName} uses {used.FullName}")
            .Distinct();

    /// <summary>Wire types that do not lie where those belong.</summary>
    public static IEnumerable<string> WireTypesOutsideClients(IReadOnlySet<string> wireTypes) =>
        wireTypes.Where(name => name != Envelope && !name.StartsWith(WireNamespace + ".", StringComparison.Ordinal))
            .Select(name => $"{name} is not in Clients");

    /// <summary>The full names of all types that a serializer's context names, and of those that they lead to.</summary>
    public static IReadOnlySet<string> WireTypes(ModuleDefinition assembly)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<TypeReference>(assembly.Types
            .SelectMany(type => type.CustomAttributes)
            .Where(attribute => attribute.AttributeType.Name == "JsonSerializableAttribute")
            .Select(attribute => attribute.ConstructorArguments[0].Value)
            .OfType<TypeReference>()
            .SelectMany(Elements));
        while (open.TryDequeue(out var next))
        {
            if (next.Scope != assembly || !found.Add(next.FullName) || assembly.GetType(next.FullName) is not { } type) continue;

            var parts = type.Properties.Select(property => property.PropertyType);
            foreach (var part in (type.BaseType is { } parent ? parts.Append(parent) : parts).SelectMany(Elements))
                open.Enqueue(part);
        }

        return found;
    }

    private static bool IsSerialized(TypeDefinition type) =>
        type.BaseType?.Name == "JsonSerializerContext" || UsedTypes.Of(type).Any(used =>
            used.Namespace == "System.Text.Json.Serialization" && used.Name.EndsWith("Attribute", StringComparison.Ordinal));

    private static IEnumerable<TypeReference> Elements(TypeReference type) => type switch
    {
        GenericParameter => [],
        GenericInstanceType generic => generic.GenericArguments.SelectMany(Elements).Append(generic.ElementType),
        TypeSpecification part => Elements(part.ElementType),
        _ => [type],
    };
}
