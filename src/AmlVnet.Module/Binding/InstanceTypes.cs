using System.Collections;
using AmlVnet.Core.Changes;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Reads instance types of a Kubernetes compute from hash tables: <c>@{ small = @{ cpu = 1; memory = '2Gi' } }</c>, or with
/// Requests, Limits and NodeSelector told apart.</summary>
internal static class InstanceTypes
{
    private const string Parameter = "InstanceType";

    private static readonly string[] Parts = ["Requests", "Limits", "NodeSelector"];

    internal static Dictionary<string, InstanceTypeWish> ToInstanceTypes(this Hashtable table)
    {
        var types = new Dictionary<string, InstanceTypeWish>(StringComparer.Ordinal);
        foreach (DictionaryEntry one in table)
        {
            var name = one.Key.ToString() ?? "";
            if (Core.Remedies.Kubectl.CheckSecret(name) is not null)
                throw Problems.InvalidValue(Parameter, name,
                    $"'{name}' is no name of an instance type: give lower-case letters, digits and '-', which begin and end with a letter "
                        + "or digit.");
            types[name] = Read(name, one.Value as IDictionary ?? (one.Value as PSObject)?.BaseObject as IDictionary
                ?? throw Problems.InvalidValue(Parameter, name,
                    $"the instance type {name} has no table; give one such as @{{ cpu = 1; memory = '2Gi' }}."));
        }

        return types.Count > 0 ? types
            : throw Problems.InvalidValue(Parameter, null, "the table has no instance type; give one, or leave it out.");
    }

    private static InstanceTypeWish Read(string name, IDictionary values)
    {
        var isWhole = values.Keys.Cast<object>().Any(static key => Parts.Contains(key.ToString(), StringComparer.OrdinalIgnoreCase));
        if (!isWhole)
        {
            var all = Map(name, values);
            return new InstanceTypeWish(null, all, all);
        }

        foreach (var key in values.Keys.Cast<object>().Select(static key => key.ToString()))
            if (!Parts.Contains(key, StringComparer.OrdinalIgnoreCase))
                throw Problems.InvalidValue(Parameter, key,
                    $"the instance type {name} has no part '{key}'; it has {string.Join(", ", Parts)}.");
        var limits = Part(name, values, "Limits");
        return new InstanceTypeWish(values["NodeSelector"] is null ? null : Part(name, values, "NodeSelector"),
            values["Requests"] is null ? limits : Part(name, values, "Requests"), limits);
    }

    private static Dictionary<string, string> Part(string name, IDictionary values, string part)
    {
        var value = values[part] is PSObject wrapped ? wrapped.BaseObject : values[part];
        return Map(name, value as IDictionary
            ?? throw Problems.InvalidValue(Parameter, name,
                $"the instance type {name} has no table {part}; give one such as @{{ cpu = 1; memory = '2Gi' }}."));
    }

    private static Dictionary<string, string> Map(string name, IDictionary values)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry one in values)
            map[one.Key.ToString()!] = one.Value is null
                ? throw Problems.InvalidValue(Parameter, name, $"{one.Key} of the instance type {name} has no value; give one.")
                : LanguagePrimitives.ConvertTo<string>(one.Value);
        return map;
    }
}
