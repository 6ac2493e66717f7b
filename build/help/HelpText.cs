using System.Globalization;
using System.Text;
using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;

namespace AmlVnet.Build;

/// <summary>Markdown as plain text, for the console: about topics and the prose of help pages.</summary>
public static class HelpText
{
    private const int Width = 80;
    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePipeTables().Build();

    /// <summary>Turns an about page into the text that <c>Get-Help about_…</c> shows: headings in capitals,
    /// prose indented and wrapped.</summary>
    public static string About(string markdown)
    {
        var text = new StringBuilder();
        var topic = "";
        foreach (var block in Markdig.Markdown.Parse(markdown.ReplaceLineEndings("\n"), Markdown))
        {
            switch (block)
            {
                case YamlFrontMatterBlock:
                    break;
                case HeadingBlock { Level: 1 } heading:
                    // Get-Help finds a topic's synopsis under this pair of headings.
                    topic = HelpPage.Text(heading.Inline);
                    text.Append("TOPIC\n    ").Append(topic).Append("\n\n");
                    break;
                case HeadingBlock heading when HelpPage.Text(heading.Inline) == topic:
                    // platyPS 0.14 takes a page for an about topic only if its second heading has the topic's name again.
                    break;
                case HeadingBlock { Level: 2 } heading:
                    text.Append(HelpPage.Text(heading.Inline).ToUpperInvariant()).Append('\n');
                    break;
                // A name, which keeps its case: Get-Help's readers search for it.
                case HeadingBlock heading:
                    text.Append("  ").Append(HelpPage.Text(heading.Inline)).Append('\n');
                    break;
                default:
                    foreach (var paragraph in Paragraphs([block]))
                        text.Append(Wrap(paragraph, "    ")).Append("\n\n");

                    break;
            }
        }

        return text.ToString().TrimEnd() + "\n";
    }

    /// <summary>The paragraphs of blocks; a list's items and a code block's lines keep their own lines.</summary>
    internal static IEnumerable<string> Paragraphs(IEnumerable<Block> blocks)
    {
        foreach (var block in blocks)
        {
            switch (block)
            {
                case HtmlBlock or LinkReferenceDefinitionGroup:
                    break;
                case LeafBlock { Inline: { } inline }:
                    yield return HelpPage.Text(inline);
                    break;
                case CodeBlock code:
                    yield return string.Join('\n', code.Lines.ToString().TrimEnd().Split('\n').Select(line => "    " + line));
                    break;
                case ListBlock list:
                    var number = 0;
                    foreach (var item in list.OfType<ListItemBlock>())
                    {
                        number++;
                        var mark = list.IsOrdered ? number.ToString(CultureInfo.InvariantCulture) + ". " : "- ";
                        yield return mark + string.Join('\n', Paragraphs(item));
                    }

                    break;
                case Table table:
                    yield return Shown([.. table.OfType<TableRow>()
                        .Select(row => row.OfType<TableCell>().Select(cell => string.Join(' ', Paragraphs(cell))).ToList())]);
                    break;
                case ContainerBlock container:
                    foreach (var paragraph in Paragraphs(container))
                        yield return paragraph;

                    break;
            }
        }
    }

    /// <summary>A table in columns; where a screen is too narrow for them, each row as its first cell with the others below.</summary>
    private static string Shown(List<List<string>> rows)
    {
        var columns = string.Join('\n', rows.Select(row => "  " + string.Join("  ", row.Select((cell, column) =>
            cell.PadRight(rows.Max(other => column < other.Count ? other[column].Length : 0)))).TrimEnd()));
        return columns.Split('\n').All(line => line.Length <= Width - 4) ? columns
            : string.Join('\n', rows.Skip(1).Select(row => string.Join('\n', row.Select((cell, column) => column == 0 ? Wrap(cell, "  ")
                : Wrap(row.Count > 2 ? $"{rows[0][column]}: {cell}" : cell, "      ")))));
    }

    private static string Wrap(string paragraph, string indent)
    {
        var lines = new List<string>();
        foreach (var line in paragraph.Split('\n'))
        {
            // A line that begins with a blank is code or a table: it stays as it is.
            if (line.StartsWith(' '))
            {
                lines.Add(indent + line);
                continue;
            }

            var hanging = line.StartsWith("- ", StringComparison.Ordinal) ? "  " : "";
            var current = new StringBuilder(indent);
            foreach (var word in line.Split(' '))
            {
                if (current.Length + word.Length > Width && current.ToString().Trim().Length > 0)
                {
                    lines.Add(current.ToString().TrimEnd());
                    current.Clear().Append(indent).Append(hanging);
                }

                current.Append(word).Append(' ');
            }

            lines.Add(current.ToString().TrimEnd());
        }

        return string.Join('\n', lines);
    }
}
