using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;

namespace AmlVnet.Build;

/// <summary>
/// Keeps what a help page says of its cmdlet's form equal to the compiled cmdlet: the header, SYNTAX, ALIASES, the yaml blocks, and which
/// types INPUTS names. The form is that of Microsoft.PowerShell.PlatyPS (schema 2024-05-01); the prose stays the author's.
/// </summary>
public static partial class HelpMetadata
{
    internal const string Unwritten = "{{ Fill in the Description }}";

    private static readonly string[] Order =
    [
        "SYNOPSIS", "SYNTAX", "ALIASES", "DESCRIPTION", "EXAMPLES", "PARAMETERS", "INPUTS", "OUTPUTS", "NOTES", "RELATED LINKS",
    ];

    /// <summary>The sections that every page has, in their order.</summary>
    public static IReadOnlyList<string> Sections => Order;

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

        // Parameter sets are worked out on first use, and that needs the runspace; so does loading what a cmdlet is made of.
        static CmdletInfo Settled(CmdletInfo cmdlet)
        {
            _ = cmdlet.Parameters;
            _ = cmdlet.ParameterSets.Count;
            _ = Activator.CreateInstance(cmdlet.ImplementingType);
            return cmdlet;
        }
    }

    /// <summary>The page as the cmdlet has it; a new page when there is none.</summary>
    /// <param name="page">The page's text; null for a new one.</param>
    /// <param name="cmdlet">The cmdlet.</param>
    /// <param name="today">The date of a page that changes.</param>
    public static string Update(string? page, CmdletInfo cmdlet, DateOnly today)
    {
        var before = page?.ReplaceLineEndings("\n") ?? "";
        var date = today.ToString("MM/dd/yyyy", CultureInfo.InvariantCulture);
        var same = Write(before, cmdlet, Date().Match(before) is { Success: true } known ? known.Groups[1].Value : date);
        return same == before ? same : Write(before, cmdlet, date);
    }

    private static string Write(string before, CmdletInfo cmdlet, string date)
    {
        var written = MarkdownSection.Split(before, "## ").Where(section => section.Title is not null)
            .ToDictionary(section => section.Title!, section => section.Body);
        var text = new StringBuilder($"""
            ---
            document type: cmdlet
            external help file: {HelpTask.FileName}
            HelpUri: {(Uri().Match(before) is { Success: true } uri ? uri.Groups[1].Value : "''")}
            Locale: en-US
            Module Name: AmlVnet
            ms.date: {date}
            PlatyPS schema version: 2024-05-01
            title: {cmdlet.Name}
            ---

            # {cmdlet.Name}


            """.ReplaceLineEndings("\n"));
        foreach (var title in Order)
        {
            var body = written.GetValueOrDefault(title);
            text.Append("## ").Append(title).Append("\n\n").Append(title switch
            {
                "SYNTAX" => Syntax(cmdlet),
                "ALIASES" => Aliases(cmdlet),
                "PARAMETERS" => HelpParameters.Write(cmdlet, body ?? ""),
                "INPUTS" => Inputs(cmdlet, body ?? ""),
                "OUTPUTS" when body is null =>
                    string.Join("\n\n", cmdlet.OutputType.Select(type => $"### {type.Name}\n\n{Unwritten}")),
                "EXAMPLES" or "RELATED LINKS" when body is null => "",
                _ => body ?? Unwritten,
            }).Append("\n\n");
        }

        return Blanks().Replace(text.ToString(), "\n\n").TrimEnd() + "\n";
    }

    private static string Aliases(CmdletInfo cmdlet) =>
        cmdlet.ImplementingType.GetCustomAttribute<AliasAttribute>() is { AliasNames: var names }
            ? "This cmdlet has the following aliases,\n  " + string.Join(", ", names)
            : "This cmdlet has no aliases.";

    private static string Syntax(CmdletInfo cmdlet)
    {
        var text = new StringBuilder();
        foreach (var set in cmdlet.ParameterSets.OrderByDescending(set => set.IsDefault).ThenBy(set => set.Name, StringComparer.Ordinal))
        {
            text.Append("### ").Append(set.Name).Append(set.IsDefault && set.Name != HelpPage.AllSets ? " (Default)" : "").Append("\n\n")
                .Append("```\n").Append(Wrap($"{cmdlet.Name} {set}")).Append("\n```\n\n");
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
            if (length > 0 && length + part.Length > 100)
            {
                text.Append('\n');
                length = 0;
            }

            text.Append(text.Length > 0 ? " " : "").Append(part);
            length += part.Length + 1;
        }

        return text.ToString();
    }

    /// <summary>
    /// What can be piped: the author's types, those that a parameter takes whole, and which properties bind by name. The author says of a
    /// reference what stands for it.
    /// </summary>
    private static string Inputs(CmdletInfo cmdlet, string body)
    {
        const string Rows = "System.Management.Automation.PSObject";
        var uses = cmdlet.ParameterSets.SelectMany(set => set.Parameters).ToList();
        var whole = uses.Where(use => use.ValueFromPipeline).Select(use => HelpParameters.TypeName(use.ParameterType))
            .Where(type => !type.EndsWith("Reference", StringComparison.Ordinal));
        var named = uses.Where(use => use.ValueFromPipelineByPropertyName).Select(use => use.Name).Distinct().ToList();
        if (named.Count == 0 && !uses.Exists(use => use.ValueFromPipeline))
            return "### None\n\nThis command takes no objects from the pipeline.";

        var types = MarkdownSection.Split(body, "### ").Where(part => part.Title is not (null or "None" or Rows))
            .Select(part => (part.Title, Body: part.Body.Trim())).ToList();
        types.AddRange(whole.Distinct().Except(types.Select(type => type.Title)).Select(type => (type, Unwritten)));
        if (named.Count > 0)
        {
            types.Add((Rows,
                "An object with properties of these names, such as a row of `Import-Csv`. Each gives the parameter of its name: "
                + string.Join(", ", named.Select(name => $"`{name}`")) + "."));
        }

        return string.Join("\n\n", types.Select(type => $"### {type.Title}\n\n{type.Body}"));
    }

    [GeneratedRegex(@" (?=\[|-)(?![^<]*>)(?<!\[[^\]]*)")]
    private static partial Regex SyntaxBreak();

    [GeneratedRegex(@"^ms\.date: (\S+)$", RegexOptions.Multiline)]
    private static partial Regex Date();

    [GeneratedRegex(@"^HelpUri: (.+)$", RegexOptions.Multiline)]
    private static partial Regex Uri();

    [GeneratedRegex(@"\n{3,}")]
    private static partial Regex Blanks();
}
