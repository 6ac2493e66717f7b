using System.Text;

namespace AmlVnet.Build;

/// <summary>A part of a page, from one heading to the next of its level.</summary>
/// <param name="Title">The heading; null of what stands before the first.</param>
/// <param name="Body">What stands below it.</param>
internal sealed record MarkdownSection(string? Title, string Body)
{
    /// <summary>Takes a text apart at headings; what looks like one in a fenced block is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="mark">The headings' level, as in <c>## </c>.</param>
    public static List<MarkdownSection> Split(string text, string mark)
    {
        var sections = new List<MarkdownSection>();
        string? title = null;
        var body = new StringBuilder();
        var fenced = false;
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            fenced ^= line.StartsWith("```", StringComparison.Ordinal);
            if (!fenced && line.StartsWith(mark, StringComparison.Ordinal))
            {
                sections.Add(new(title, body.ToString()));
                title = line[mark.Length..].Trim();
                body.Clear();
            }
            else
            {
                body.Append(line).Append('\n');
            }
        }

        sections.Add(new(title, body.ToString()));
        return sections;
    }
}
