using Mono.Cecil;

namespace AmlVnet.Architecture.Tests;

/// <summary>The namespaces of one assembly, and which uses which. A namespace within a namespace is a slice of its own.</summary>
internal sealed class Slices
{
    // From, to, and which type uses which.
    private readonly SortedDictionary<string, SortedDictionary<string, SortedSet<string>>> _arrows = new(StringComparer.Ordinal);

    /// <summary>Reads the arrows off an assembly.</summary>
    public Slices(ModuleDefinition assembly)
    {
        foreach (var type in Types(assembly))
        {
            if (!_arrows.TryGetValue(type.Namespace, out var uses))
                _arrows[type.Namespace] = uses = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);

            foreach (var used in UsedTypes.Of(type).Where(used => used.Scope == assembly).Select(Outermost))
            {
                if (used.Namespace == type.Namespace || !used.Namespace.StartsWith("AmlVnet", StringComparison.Ordinal)) continue;

                if (!uses.TryGetValue(used.Namespace, out var examples))
                    uses[used.Namespace] = examples = new SortedSet<string>(StringComparer.Ordinal);
                examples.Add($"{type.Name} uses {used.Name}");
            }
        }
    }

    /// <summary>Every namespace that holds a type.</summary>
    public IReadOnlyCollection<string> Names => _arrows.Keys;

    /// <summary>The types that somebody wrote: not nested, and not made by a compiler or a generator.</summary>
    public static IEnumerable<TypeDefinition> Types(ModuleDefinition assembly) =>
        assembly.Types.Where(type => type.FullName is not ("<Module>" or "Program") && !type.CustomAttributes.Any(attribute =>
            attribute.AttributeType.Name is "CompilerGeneratedAttribute" or "GeneratedCodeAttribute" && !IsExtended(type)));

    /// <summary>Each set of namespaces that use one another in a circle, and which types make the arrows within it.</summary>
    public IReadOnlyDictionary<string, string> Cycles() =>
        Names.Select(Circle)
            .Where(circle => circle.Count > 1)
            .DistinctBy(circle => circle[0])
            .ToDictionary(circle => string.Join(", ", circle), circle => string.Concat(
                from slice in circle
                from arrow in _arrows[slice]
                where circle.Contains(arrow.Key)
                select $"\n  {slice} -> {arrow.Key} ({string.Join(", ", arrow.Value)})"));

    /// <summary>The type in a namespace that a nested type belongs to.</summary>
    public static TypeReference Outermost(TypeReference type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    // All that a slice reaches and is reached from, itself included, in order.
    private List<string> Circle(string slice)
    {
        var reached = Reached(slice);
        return [.. reached.Where(other => Reached(other).Contains(slice)).Append(slice).Distinct().Order(StringComparer.Ordinal)];
    }

    private HashSet<string> Reached(string slice)
    {
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([slice]);
        while (open.TryPop(out var next))
            foreach (var other in _arrows.TryGetValue(next, out var uses) ? uses.Keys.AsEnumerable() : [])
                if (reached.Add(other)) open.Push(other);

        return reached;
    }

    // A generator marks the half that it writes, and with it the whole: such a type has members that it did not write.
    private static bool IsExtended(TypeDefinition type) => type.BaseType?.Name == "JsonSerializerContext";
}
