using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace AmlVnet.Build;

/// <summary>Keeps the SYNTAX section and the yaml blocks of help pages equal to the compiled cmdlets;
/// the prose stays the author's.</summary>
public static partial class HelpMetadata
{
    private const string Unwritten = "{{ Fill in the description }}";

    private static readonly Dictionary<string, string> Standard = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Confirm"] = "Asks before each step that changes something.",
        ["WhatIf"] = "Shows each step that would change something, after reading and checking, and changes nothing.",
    };

    /// <summary>What a module exports, as the engine itself sees it.</summary>
    /// <param name="manifest">The path of the staged module's manifest.</param>
    /// <exception cref="InvalidOperationException">The module does not import.</exception>
    public static IReadOnlyList<CmdletInfo> Cmdlets(string manifest)
    {
        var state = InitialSessionState.CreateDefault2();
        state.ThrowOnRunspaceOpenError = true;
        using var shell = PowerShell.Create(state);
        shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("PassThru").AddParameter("ErrorAction", "Stop");
        var module = (PSModuleInfo)shell.Invoke().Single().BaseObject;
        return [.. module.ExportedCmdlets.Values.OrderBy(cmdlet => cmdlet.Name, StringComparer.Ordinal).Select(Settled)];

        // Parameter sets are worked out on first use, and that needs the runspace.
        static CmdletInfo Settled(CmdletInfo cmdlet)
        {
            _ = cmdlet.Parameters;
            _ = cmdlet.ParameterSets.Count;
            return cmdlet;
        }
    }

    /// <summary>The page with its SYNTAX section and yaml blocks as the cmdlet has them; a new page when there is none.</summary>
    /// <param name="page">The page's text; null for a new one.</param>
    /// <param name="cmdlet">The cmdlet.</param>
    public static string Update(string? page, CmdletInfo cmdlet)
    {
        var sections = Split((page ?? Skeleton(cmdlet)).ReplaceLineEndings("\n"), "## ");
        for (var i = 0; i < sections.Count; i++)
        {
            sections[i] = sections[i].Title switch
            {
                "SYNTAX" => sections[i] with { Body = Syntax(cmdlet) },
                "PARAMETERS" => sections[i] with { Body = Parameters(cmdlet, sections[i].Body) },
                _ => sections[i],
            };
        }

        return string.Concat(sections.Select(section => section.Title is null ? section.Body : $"## {section.Title}\n{section.Body}"))
            .TrimEnd() + "\n";
    }

    private static string Skeleton(CmdletInfo cmdlet)
    {
        var outputs = string.Join("\n", cmdlet.OutputType.Select(type => $"### {type.Name}\n\n{Unwritten}\n"));
        return $"""
            ---
            external help file: AmlVnet.Module.dll-Help.xml
            Module Name: AmlVnet
            online version:
            schema: 2.0.0
            ---

            # {cmdlet.Name}

            ## SYNOPSIS

            {Unwritten}

            ## SYNTAX

            ## DESCRIPTION

            {Unwritten}

            ## EXAMPLES

            ## PARAMETERS

            ### CommonParameters

            This cmdlet supports the common parameters. For more information, see about_CommonParameters.

            ## INPUTS

            ## OUTPUTS

            {outputs}
            ## NOTES

            ## RELATED LINKS

            """;
    }

    private static string Syntax(CmdletInfo cmdlet)
    {
        var text = new StringBuilder("\n");
        foreach (var set in cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal))
        {
            if (set.Name != ParameterAttribute.AllParameterSets)
                text.Append("### ").Append(set.Name).Append(set.IsDefault ? " (Default)" : "").Append("\n\n");

            text.Append("```\n").Append(Wrap($"{cmdlet.Name} {set}")).Append("\n```\n\n");
        }

        return text.ToString();
    }

    /// <summary>Breaks a syntax line at the blanks outside brackets, so that a page stays readable.</summary>
    private static string Wrap(string line)
    {
        var text = new StringBuilder();
        var length = 0;
        foreach (var part in SyntaxBreak().Split(line))
        {
            if (length > 0 && length + part.Length > 110)
            {
                text.Append("\n ");
                length = 1;
            }

            text.Append(length > 0 && text[^1] != '\n' ? " " : "").Append(part);
            length += part.Length + 1;
        }

        return text.ToString();
    }

    private static string Parameters(CmdletInfo cmdlet, string body)
    {
        var parts = Split(body, "### ");
        var written = parts.Where(part => part.Title is { } title && title.StartsWith('-'))
            .ToDictionary(part => part.Title![1..], part => part.Body, StringComparer.OrdinalIgnoreCase);
        var text = new StringBuilder("\n");
        var fresh = Activator.CreateInstance(cmdlet.ImplementingType);
        var parameters = cmdlet.Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name))
            .OrderBy(parameter => Standard.ContainsKey(parameter.Name)).ThenBy(parameter => parameter.Name, StringComparer.Ordinal);
        foreach (var parameter in parameters)
        {
            written.TryGetValue(parameter.Name, out var before);
            var prose = before is null ? Standard.GetValueOrDefault(parameter.Name, Unwritten) : YamlFence().Replace(before, "").Trim();
            text.Append("### -").Append(parameter.Name).Append("\n\n").Append(prose).Append("\n\n");
            var defaultValue = Compiled(cmdlet.ImplementingType.GetProperty(parameter.Name), fresh)
                ?? (before is not null && DefaultValue().Match(before) is { Success: true } match ? match.Groups[1].Value.Trim() : "");
            foreach (var block in Facts(cmdlet, parameter, defaultValue))
                text.Append("```yaml\n").Append(block).Append("```\n\n");
        }

        var common = parts.FirstOrDefault(part => part.Title == "CommonParameters");
        text.Append("### CommonParameters\n\n").Append(common is null
            ? "This cmdlet supports the common parameters. For more information, see about_CommonParameters."
            : common.Body.Trim()).Append("\n\n");
        return text.ToString();
    }

    /// <summary>
    /// The value of a parameter that is not given; null where that is the type's own default, for then only the author knows whether
    /// it means anything, and where the value is no text to type.
    /// </summary>
    private static string? Compiled(PropertyInfo? property, object? fresh) =>
        property?.GetValue(fresh) is { } value && (value is string or bool or Enum or TimeSpan || value.GetType().IsPrimitive)
            && !(property.PropertyType.IsValueType && value.Equals(Activator.CreateInstance(property.PropertyType)))
            ? Convert.ToString(value, CultureInfo.InvariantCulture)
            : null;

    private static IEnumerable<string> Facts(CmdletInfo cmdlet, ParameterMetadata parameter, string defaultValue)
    {
        var uses = cmdlet.ParameterSets.SelectMany(set => set.Parameters.Where(use => use.Name == parameter.Name),
            (set, use) => (set, use));
        var values = parameter.Attributes.OfType<ValidateSetAttribute>().SelectMany(attribute => attribute.ValidValues)
            .ToList() is { Count: > 0 } valid
            ? valid
            : Enumerations(parameter.ParameterType);
        foreach (var group in uses.GroupBy(
            one => (one.use.IsMandatory, one.use.Position, one.use.ValueFromPipeline, one.use.ValueFromPipelineByPropertyName)))
        {
            var sets = group.Select(one => one.set.Name).Order(StringComparer.Ordinal).ToList();
            var pipeline = (group.Key.ValueFromPipeline, group.Key.ValueFromPipelineByPropertyName) switch
            {
                (true, true) => "True (ByPropertyName, ByValue)",
                (true, false) => "True (ByValue)",
                (false, true) => "True (ByPropertyName)",
                _ => "False",
            };
            var text = new StringBuilder();
            Line("Type", TypeName(parameter.ParameterType));
            Line("Parameter Sets", sets.Count == cmdlet.ParameterSets.Count ? "(All)" : string.Join(", ", sets));
            Line("Aliases", string.Join(", ", parameter.Aliases));
            if (values.Count > 0)
                Line("Accepted values", string.Join(", ", values));

            text.Append('\n');
            Line("Required", group.Key.IsMandatory.ToString());
            Line("Position", group.Key.Position >= 0 ? group.Key.Position.ToString(CultureInfo.InvariantCulture) : "Named");
            Line("Default value", parameter.SwitchParameter ? "False" : defaultValue.Length > 0 && !group.Key.IsMandatory ? defaultValue
                : "None");
            Line("Accept pipeline input", pipeline);
            Line("Accept wildcard characters", parameter.Attributes.OfType<SupportsWildcardsAttribute>().Any().ToString());
            yield return text.ToString();

            void Line(string key, string value) => text.Append(key).Append(':').Append(value.Length > 0 ? " " : "").Append(value)
                .Append('\n');
        }
    }

    /// <summary>A type's name as help shows it: short for what everybody knows, nullability left out.</summary>
    private static string TypeName(Type type) =>
        Nullable.GetUnderlyingType(type) is { } inner ? TypeName(inner)
        : type.IsArray ? TypeName(type.GetElementType()!) + "[]"
        : type.Name;

    private static List<string> Enumerations(Type type) =>
        (Nullable.GetUnderlyingType(type) ?? type) is { IsEnum: true } enumeration && enumeration.Namespace == "AmlVnet"
            ? [.. Enum.GetNames(enumeration)] : [];

    private static List<Section> Split(string text, string mark)
    {
        var sections = new List<Section>();
        string? title = null;
        var body = new StringBuilder();
        var fenced = false;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            fenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!fenced && line.StartsWith(mark, StringComparison.Ordinal))
            {
                sections.Add(new Section(title, body.ToString()));
                title = line[mark.Length..].Trim();
                body.Clear();
            }
            else
            {
                body.Append(line).Append('\n');
            }
        }

        sections.Add(new Section(title, body.ToString()));
        return sections;
    }

    [GeneratedRegex(@" (?=\[|-)(?![^<]*>)(?<!\[[^\]]*)")]
    private static partial Regex SyntaxBreak();

    [GeneratedRegex(@"```yaml\n.*?```\n?", RegexOptions.Singleline)]
    private static partial Regex YamlFence();

    [GeneratedRegex(@"^Default value:(.*)$", RegexOptions.Multiline)]
    private static partial Regex DefaultValue();

    private sealed record Section(string? Title, string Body);
}
