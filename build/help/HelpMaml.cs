using System.Text;
using System.Xml.Linq;

namespace AmlVnet.Build;

/// <summary>Writes help pages as MAML, the form that Get-Help reads (PSMaml schema).</summary>
public static class HelpMaml
{
    private static readonly XNamespace Msh = "http://msh";
    private static readonly XNamespace Maml = "http://schemas.microsoft.com/maml/2004/10";
    private static readonly XNamespace Command = "http://schemas.microsoft.com/maml/dev/command/2004/10";
    private static readonly XNamespace Dev = "http://schemas.microsoft.com/maml/dev/2004/10";

    /// <summary>One document for all pages, in the order of their names.</summary>
    /// <exception cref="FormatException">A syntax line names a parameter that its page does not describe.</exception>
    public static XDocument Write(IEnumerable<HelpPage> pages) => new(
        new XDeclaration("1.0", "utf-8", null),
        new XElement(Msh + "helpItems", new XAttribute("schema", "maml"),
            pages.OrderBy(page => page.Name, StringComparer.Ordinal).Select(WriteCommand)));

    private static XElement WriteCommand(HelpPage page)
    {
        var (verb, noun) = page.Name.Split('-', 2) is [var v, var n] ? (v, n)
            : throw new FormatException($"{page.Name} is no cmdlet name.");
        return new XElement(Command + "command",
            new XAttribute(XNamespace.Xmlns + "maml", Maml), new XAttribute(XNamespace.Xmlns + "command", Command),
            new XAttribute(XNamespace.Xmlns + "dev", Dev),
            new XElement(Command + "details",
                new XElement(Command + "name", page.Name), new XElement(Command + "verb", verb), new XElement(Command + "noun", noun),
                new XElement(Maml + "description", Paras(page.Synopsis))),
            new XElement(Maml + "description", Paras(page.Description)),
            new XElement(Command + "syntax", page.Syntaxes.Select(syntax => WriteSyntax(page, syntax))),
            new XElement(Command + "parameters", page.Parameters.Select(parameter => WriteParameter(
                parameter, null, page.Syntaxes.Count > 0 ? page.Syntaxes[0].SetName : null))),
            new XElement(Command + "inputTypes", page.Inputs.Select(type => WriteType("inputType", type))),
            new XElement(Command + "returnValues", page.Outputs.Select(type => WriteType("returnValue", type))),
            page.Notes.Count == 0 ? null : new XElement(Maml + "alertSet", new XElement(Maml + "alert", Paras(page.Notes))),
            new XElement(Command + "examples", page.Examples.Select(example => new XElement(Command + "example",
                new XElement(Maml + "title", $"--- {example.Title} ---"), new XElement(Dev + "code", example.Code),
                // The console puts the remarks right under the code; an empty paragraph parts them.
                new XElement(Dev + "remarks", new XElement(Maml + "para"), Paras(example.Remarks))))),
            new XElement(Command + "relatedLinks", Links(page).Select(link => new XElement(Maml + "navigationLink",
                new XElement(Maml + "linkText", link.Text), new XElement(Maml + "uri", link.Uri)))));
    }

    private static IEnumerable<HelpLink> Links(HelpPage page)
    {
        // Get-Help -Online opens the first link that is an address.
        if (page.Header.Text("HelpUri") is { Length: > 0 } online)
            yield return new HelpLink("Online version", online);

        foreach (var link in page.Links)
            yield return link with { Uri = link.Uri.Contains("://", StringComparison.Ordinal) ? link.Uri : "" };
    }

    private static XElement WriteSyntax(HelpPage page, HelpSyntax syntax) => new(Command + "syntaxItem",
        new XElement(Maml + "name", page.Name),
        ReadSyntax(syntax.Line).Select(use => WriteParameter(
            page.Parameters.FirstOrDefault(parameter => string.Equals(parameter.Name, use.Name, StringComparison.OrdinalIgnoreCase))
                ?? throw new FormatException($"{page.Name}: the parameter -{use.Name} is in the syntax and has no description."), use,
                syntax.SetName)));

    private static XElement WriteParameter(HelpParameter parameter, HelpParameterUse? use, string? setName)
    {
        var isSwitch = parameter.Type == "System.Management.Automation.SwitchParameter";
        var set = parameter.In(setName);
        var required = use?.Required ?? set?.IsRequired ?? false;
        var position = use is { Positional: false } ? "named" : set?.Position ?? "named";
        var globbing = parameter.Facts.Text("SupportsWildcards") == "true";
        // In a syntax the type is short, as Get-Command shows it.
        var (type, values) = (parameter.ShortType, parameter.Facts.List("AcceptedValues"));
        return new XElement(Command + "parameter",
            new XAttribute("required", required ? "true" : "false"), new XAttribute("variableLength", "true"),
            new XAttribute("globbing", globbing ? "true" : "false"), new XAttribute("pipelineInput", Pipeline(parameter)),
            new XAttribute("position", position.ToLowerInvariant()),
            new XAttribute("aliases", parameter.Facts.List("Aliases") is { Count: > 0 } aliases ? string.Join(", ", aliases) : "none"),
            new XElement(Maml + "name", parameter.Name),
            new XElement(Maml + "description", Paras(parameter.Description)),
            // The engine shows a syntax's values in place of the type.
            use is not null && values.Count > 0
                ? new XElement(Command + "parameterValueGroup", values.Select(value => new XElement(Command + "parameterValue",
                    new XAttribute("required", "false"), new XAttribute("variableLength", "false"), value)))
                : null,
            isSwitch && use is not null ? null
                : new XElement(Command + "parameterValue", new XAttribute("required", isSwitch ? "false" : "true"),
                new XAttribute("variableLength", type.EndsWith("[]", StringComparison.Ordinal) ? "true" : "false"), type),
            new XElement(Dev + "type", new XElement(Maml + "name", parameter.Type), new XElement(Maml + "uri")),
            new XElement(Dev + "defaultValue", parameter.Facts.Text("DefaultValue") is { Length: > 0 } value ? value : "None"));
    }

    /// <summary>How the pipeline reaches a parameter in any of its sets.</summary>
    private static string Pipeline(HelpParameter parameter) =>
        (parameter.Sets.Any(set => set.ByValue), parameter.Sets.Any(set => set.ByPropertyName)) switch
        {
            (true, true) => "True (ByPropertyName, ByValue)",
            (true, false) => "True (ByValue)",
            (false, true) => "True (ByPropertyName)",
            _ => "False",
        };

    private static XElement WriteType(string element, HelpType type) => new(Command + element,
        new XElement(Dev + "type", new XElement(Maml + "name", type.Name)), new XElement(Maml + "description", Paras(type.Description)));

    private static IEnumerable<XElement> Paras(IEnumerable<string> paragraphs) =>
        paragraphs.SelectMany(paragraph => paragraph.Split('\n')).Select(line => new XElement(Maml + "para", line));

    /// <summary>Reads a line such as <c>Get-X [-Name] &lt;String&gt; [-All] [&lt;CommonParameters&gt;]</c>.</summary>
    internal static IEnumerable<HelpParameterUse> ReadSyntax(string line)
    {
        foreach (var token in Tokens(line).Skip(1))
        {
            var text = token;
            var optional = false;
            if (text.StartsWith('[')
                && !(text.StartsWith("[-", StringComparison.Ordinal) && text.IndexOf(']', StringComparison.Ordinal) is var close
                && close < text.Length - 1 && text[close + 1] == ' '))
            {
                optional = true;
                text = text[1..^1];
            }

            var positional = text.StartsWith("[-", StringComparison.Ordinal);
            var name = text.Trim('[').Split(' ', ']')[0];
            if (name.StartsWith('-'))
                yield return new HelpParameterUse(name[1..], !optional, positional);
        }
    }

    /// <summary>Splits a syntax line at the blanks that stand outside brackets and before no value.</summary>
    private static IEnumerable<string> Tokens(string line)
    {
        var token = new StringBuilder();
        var depth = 0;
        for (var i = 0; i < line.Length; i++)
        {
            var c = line[i];
            depth += c is '[' or '<' ? 1 : c is ']' or '>' ? -1 : 0;
            if (c == ' ' && depth == 0 && !(i + 1 < line.Length && line[i + 1] == '<'))
            {
                if (token.Length > 0)
                    yield return token.ToString();

                token.Clear();
            }
            else
            {
                token.Append(c);
            }
        }

        if (token.Length > 0)
            yield return token.ToString();
    }
}

/// <summary>A parameter as a syntax line shows it.</summary>
/// <param name="Name">The name without the dash.</param>
/// <param name="Required">Whether the parameter set needs it.</param>
/// <param name="Positional">Whether its name can be left out.</param>
internal sealed record HelpParameterUse(string Name, bool Required, bool Positional);
