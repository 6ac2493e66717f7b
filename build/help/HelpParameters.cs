using System.Globalization;
using System.Management.Automation;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace AmlVnet.Build;

/// <summary>The PARAMETERS section of a help page: the author's descriptions,
/// and one yaml block for each parameter of the compiled cmdlet.</summary>
public static partial class HelpParameters
{
    private const string Common = """
        ### CommonParameters

        This cmdlet supports the common parameters: -Debug, -ErrorAction, -ErrorVariable,
        -InformationAction, -InformationVariable, -OutBuffer, -OutVariable, -PipelineVariable,
        -ProgressAction, -Verbose, -WarningAction, and -WarningVariable. For more information, see
        [about_CommonParameters](https://go.microsoft.com/fwlink/?LinkID=113216).
        """;

    private static readonly Dictionary<string, string> Standard = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Confirm"] = "Asks before each step that changes something.",
        ["WhatIf"] = "Shows each step that would change something, after reading and checking, and changes nothing.",
    };

    /// <summary>The section.</summary>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="body">The section as it stands: its descriptions are kept.</param>
    internal static string Write(CmdletInfo cmdlet, string body)
    {
        var written = MarkdownSection.Split(body, "### ").Where(part => part.Title is { } title && title.StartsWith('-'))
            .ToDictionary(part => part.Title![1..], part => part.Body, StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder();
        var fresh = Activator.CreateInstance(cmdlet.ImplementingType);
        foreach (var parameter in cmdlet.Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
            .OrderBy(parameter => parameter.Name, StringComparer.OrdinalIgnoreCase))
        {
            written.TryGetValue(parameter.Name, out var before);
            var prose = before is null ? Standard.GetValueOrDefault(parameter.Name, HelpMetadata.Unwritten)
                : YamlFence().Replace(before, "").Trim();
            var defaultValue = Compiled(cmdlet.ImplementingType.GetProperty(parameter.Name), fresh)
                ?? (before is not null && DefaultValue().Match(before) is { Success: true } match ? match.Groups[1].Value.Trim().Trim('\'')
                    : "");
            text.Append("### -").Append(parameter.Name).Append("\n\n").Append(prose).Append("\n\n```yaml\n")
                .Append(Facts(cmdlet, parameter, defaultValue)).Append("```\n\n");
        }

        return text.Append(Common.ReplaceLineEndings("\n")).ToString();
    }

    /// <summary>A type's full name; nullability is left out, for a parameter that is not given is not there.</summary>
    internal static string TypeName(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? TypeName(inner)
        : type.IsArray ? TypeName(type.GetElementType()!) + "[]"
        : type.IsGenericType ? type.ToString()
        : type.FullName!;

    /// <summary>
    /// The value of a parameter that is not given; null where that is the type's own default, for then only the author knows whether
    /// it means anything, and where the value is no text to type.
    /// </summary>
    private static string? Compiled(PropertyInfo? property, object? fresh) =>
        property?.GetValue(fresh) is { } value && (value is string or bool or Enum or TimeSpan || value.GetType().IsPrimitive)
            && !(property.PropertyType.IsValueType && value.Equals(Activator.CreateInstance(property.PropertyType)))
            ? Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;

    private static string Facts(CmdletInfo cmdlet, ParameterMetadata parameter, string defaultValue)
    {
        var values = parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(attribute => attribute.ValidValues)
            .ToList() is { Count: > 0 } valid
            ? valid
            : Enumerations(parameter.ParameterType);
        var text = new StringBuilder();
        Line("Type", TypeName(parameter.ParameterType));
        Line("DefaultValue", parameter.SwitchParameter ? "False" : defaultValue.Length > 0 ? defaultValue : "None");
        Line("SupportsWildcards", Flag(parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any()));
        Lines("Aliases", parameter.Aliases);
        text.Append("ParameterSets:\n").Append(Sets(cmdlet, parameter.Name));
        Line("DontShow", Flag(parameter.Attributes.OfType<ParameterAttribute>().All(attribute => attribute.DontShow)));
        Lines("AcceptedValues", values);
        Line("HelpMessage", parameter.Attributes.OfType<ParameterAttribute>().Select(attribute => attribute.HelpMessage)
            .FirstOrDefault(message => message is { Length: > 0 }) ?? "");
        return text.ToString();

        void Line(string key, string value) => text.Append(key).Append(": ").Append(HelpYaml.Scalar(value)).Append('\n');

        void Lines(string key, IReadOnlyCollection<string> list) => text.Append(key).Append(list.Count == 0 ? ": []\n" : ":\n")
            .AppendJoin("", list.Select(value => $"- {HelpYaml.Scalar(value)}\n"));
    }

    /// <summary>One row a parameter set, or one for all where they agree.</summary>
    private static string Sets(CmdletInfo cmdlet, string name)
    {
        var uses = cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal)
            .SelectMany(set => set.Parameters.Where(use => use.Name == name), (set, use) => (set.Name, Use: Row(use))).ToList();
        var same = uses.Count == cmdlet.ParameterSets.Count && uses.DistinctBy(one => one.Use).Count() == 1;
        return string.Concat((same ? [(HelpParameterSet.All, uses[0].Use)] : uses).Select(one => $"- Name: {one.Item1}\n{one.Item2}"));

        static string Row(CommandParameterInfo use) =>
            $"  Position: {(use.Position >= 0 ? use.Position.ToString(CultureInfo.InvariantCulture) : "Named")}\n"
            + $"  IsRequired: {Flag(use.IsMandatory)}\n"
            + $"  ValueFromPipeline: {Flag(use.ValueFromPipeline)}\n"
            + $"  ValueFromPipelineByPropertyName: {Flag(use.ValueFromPipelineByPropertyName)}\n"
            + $"  ValueFromRemainingArguments: {Flag(use.ValueFromRemainingArguments)}\n";
    }

    private static string Flag(bool value) => value ? "true" : "false";

    private static List<string> Enumerations(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumeration && enumeration.Namespace == "AmlVnet"
            ? [.. Enum.GetNames(enumeration)] : [];

    [GeneratedRegex(@"```yaml\n.*?```\n?", RegexOptions.Singleline)]
    private static partial Regex YamlFence();

    [GeneratedRegex(@"^Default ?[vV]alue:(.*)$", RegexOptions.Multiline)]
    private static partial Regex DefaultValue();
}
