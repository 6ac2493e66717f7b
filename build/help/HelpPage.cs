using System.Text;
using Markdig;
using Markdig.Extensions.Yaml;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace AmlVnet.Build;

/// <summary>One parameter set of a cmdlet's SYNTAX section.</summary>
/// <param name="SetName">The parameter set's name; null where the cmdlet has only one.</param>
/// <param name="Line">The syntax as Get-Command prints it, on one line.</param>
public sealed record HelpSyntax(string? SetName, string Line);

/// <summary>One worked example.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Code">The commands, as they are to be typed.</param>
/// <param name="Remarks">What the commands do.</param>
public sealed record HelpExample(string Title, string Code, IReadOnlyList<string> Remarks);

/// <summary>What one parameter set makes of a parameter.</summary>
/// <param name="Name">The set's name; (All) where all sets make the same of it.</param>
/// <param name="Position">The position, or Named.</param>
/// <param name="IsRequired">Whether the set needs it.</param>
/// <param name="ByValue">Whether an object of the pipeline binds to it.</param>
/// <param name="ByPropertyName">Whether a property of an object of the pipeline binds to it.</param>
public sealed record HelpParameterSet(string Name, string Position, bool IsRequired, bool ByValue, bool ByPropertyName)
{
    /// <summary>The name that stands for every set.</summary>
    public const string All = "(All)";

    /// <summary>Reads a row of a page's yaml.</summary>
    public static HelpParameterSet Read(IReadOnlyDictionary<string, string> row)
    {
        return new(Text("Name"), Text("Position"), Is("IsRequired"), Is("ValueFromPipeline"), Is("ValueFromPipelineByPropertyName"));

        string Text(string key) => row.TryGetValue(key, out var value) ? value : "";

        bool Is(string key) => string.Equals(Text(key), "true", StringComparison.OrdinalIgnoreCase);
    }
}

/// <summary>One parameter: its description, and the facts of its yaml block.</summary>
/// <param name="Name">The name without the dash.</param>
/// <param name="Description">The paragraphs.</param>
/// <param name="Facts">The yaml block.</param>
public sealed record HelpParameter(string Name, IReadOnlyList<string> Description, HelpYaml Facts)
{
    /// <summary>The type's full name.</summary>
    public string Type => Facts.Text("Type");

    /// <summary>The type's name without its namespace, as syntax shows it.</summary>
    public string ShortType => Type[(Type.LastIndexOf('.') + 1)..];

    /// <summary>What each parameter set makes of it.</summary>
    public IReadOnlyList<HelpParameterSet> Sets { get; } = [.. Facts.Table("ParameterSets").Select(HelpParameterSet.Read)];

    /// <summary>What one parameter set makes of it: that set's word, or the word for all, or the first.</summary>
    public HelpParameterSet? In(string? setName) =>
        Sets.FirstOrDefault(set => set.Name == setName) ?? Sets.FirstOrDefault(set => set.Name == HelpParameterSet.All)
            ?? (Sets.Count > 0 ? Sets[0] : null);
}

/// <summary>A type that goes into or comes out of a cmdlet, and what there is to say about it.</summary>
public sealed record HelpType(string Name, IReadOnlyList<string> Description);

/// <summary>A related link.</summary>
public sealed record HelpLink(string Text, string Uri);

/// <summary>A cmdlet's help page in the markdown of Microsoft.PowerShell.PlatyPS (schema 2024-05-01), taken apart.</summary>
public sealed record HelpPage
{
    /// <summary>The heading under SYNTAX of a cmdlet with one parameter set.</summary>
    internal const string AllSets = "__AllParameterSets";

    private static readonly MarkdownPipeline Markdown = new MarkdownPipelineBuilder().UseYamlFrontMatter().UsePreciseSourceLocation()
        .Build();

    /// <summary>The yaml header.</summary>
    public required HelpYaml Header { get; init; }

    /// <summary>The headings of level 2, in their order.</summary>
    public IReadOnlyList<string> Headings { get; init; } = [];

    /// <summary>The cmdlet's name.</summary>
    public required string Name { get; init; }

    /// <summary>What the cmdlet does, in a sentence.</summary>
    public IReadOnlyList<string> Synopsis { get; init; } = [];

    /// <summary>What other names it has.</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>What the cmdlet does, at length.</summary>
    public IReadOnlyList<string> Description { get; init; } = [];

    /// <summary>The parameter sets.</summary>
    public IReadOnlyList<HelpSyntax> Syntaxes { get; init; } = [];

    /// <summary>The examples.</summary>
    public IReadOnlyList<HelpExample> Examples { get; init; } = [];

    /// <summary>The parameters, common ones left out.</summary>
    public IReadOnlyList<HelpParameter> Parameters { get; init; } = [];

    /// <summary>The types that can be piped in.</summary>
    public IReadOnlyList<HelpType> Inputs { get; init; } = [];

    /// <summary>The types that come out.</summary>
    public IReadOnlyList<HelpType> Outputs { get; init; } = [];

    /// <summary>Notes.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Related links.</summary>
    public IReadOnlyList<HelpLink> Links { get; init; } = [];

    /// <summary>Reads a page.</summary>
    /// <exception cref="FormatException">The text is not a help page;
    /// the message names <paramref name="path"/> and what is amiss.</exception>
    public static HelpPage Read(string path) => Parse(File.ReadAllText(path), path);

    /// <summary>The PowerShell code in a markdown file of any kind.</summary>
    public static IEnumerable<string> Fences(string path) =>
        Markdig.Markdown.Parse(File.ReadAllText(path).ReplaceLineEndings("\n"), Markdown)
        .Descendants<FencedCodeBlock>().Where(fence => fence.Info == "powershell").Select(fence => fence.Lines.ToString());

    /// <summary>The files that a markdown file of any kind leads to, without anchors.</summary>
    public static IEnumerable<string> LocalLinks(string path) =>
        Markdig.Markdown.Parse(File.ReadAllText(path).ReplaceLineEndings("\n"), Markdown)
        .Descendants<LinkInline>().Select(link => (link.Url ?? "").Split('#')[0])
        .Where(url => url.Length > 0 && !url.Contains("://", StringComparison.Ordinal));

    /// <summary>Takes a page's text apart.</summary>
    /// <exception cref="FormatException">The text is not a help page.</exception>
    public static HelpPage Parse(string text, string path)
    {
        var document = Markdig.Markdown.Parse(text.ReplaceLineEndings("\n"), Markdown);
        var header = document.OfType<YamlFrontMatterBlock>().FirstOrDefault() is { } yaml
            ? HelpYaml.Parse(yaml.Lines.ToString())
            : throw new FormatException($"{path}: the page has no yaml header.");
        var (name, sections) = Sections(document, path);
        return new HelpPage
        {
            Header = header,
            Name = name,
            Headings = [.. sections.Keys],
            Synopsis = Paragraphs("SYNOPSIS"),
            Aliases = Paragraphs("ALIASES"),
            Description = Paragraphs("DESCRIPTION"),
            Notes = Paragraphs("NOTES"),
            Syntaxes = [.. Of("SYNTAX").Where(part => part.Fences.Any()).Select(part => new HelpSyntax(
                part.Title is null or AllSets ? null : part.Title.Replace(" (Default)", "", StringComparison.Ordinal),
                OneLine(part.Fences.First())))],
            Examples = [.. Titled("EXAMPLES").Select(ReadExample)],
            Parameters = [.. Titled("PARAMETERS").Where(part => part.Title!.StartsWith('-')).Select(part => new HelpParameter(
                part.Title![1..], part.Prose(), Facts(part)))],
            Inputs = [.. Titled("INPUTS").Select(part => new HelpType(part.Title!, part.Prose()))],
            Outputs = [.. Titled("OUTPUTS").Select(part => new HelpType(part.Title!, part.Prose()))],
            Links = [.. Of("RELATED LINKS").SelectMany(part => part.Blocks).SelectMany(block => block.Descendants<LinkInline>())
                .Select(link => new HelpLink(Text(link), link.Url ?? ""))],
        };

        IEnumerable<HelpBlocks> Of(string title) => sections.TryGetValue(title, out var parts) ? parts : [];

        IEnumerable<HelpBlocks> Titled(string title) => Of(title).Where(part => part.Title is not null);

        IReadOnlyList<string> Paragraphs(string title) => [.. Of(title).SelectMany(part => part.Prose())];

        HelpYaml Facts(HelpBlocks part) => part.FencesOf("yaml").ToList() switch
        {
            [] => new HelpYaml(),
            [var one] => HelpYaml.Parse(one),
            _ => throw new FormatException($"{path}: {part.Title} has a second yaml block, which PlatyPS leaves unread."),
        };

        HelpExample ReadExample(HelpBlocks part)
        {
            var code = string.Join("\n\n", part.FencesOf("powershell"));
            return code.Length > 0
                ? new HelpExample(part.Title!, code, part.Prose(withoutFencesOf: "powershell"))
                : throw new FormatException($"{path}: {part.Title} has no powershell code.");
        }
    }

    /// <summary>The title and, by the headings of level 2, what stands below each.</summary>
    private static (string Name, Dictionary<string, List<HelpBlocks>> Sections) Sections(MarkdownDocument document, string path)
    {
        string? name = null;
        var sections = new Dictionary<string, List<HelpBlocks>>(StringComparer.OrdinalIgnoreCase);
        List<HelpBlocks>? section = null;
        foreach (var block in document)
        {
            if (block is HeadingBlock heading)
            {
                var title = Text(heading.Inline);
                switch (heading.Level)
                {
                    case 1:
                        name ??= title;
                        break;
                    case 2:
                        section = [new HelpBlocks(null)];
                        if (!sections.TryAdd(title, section))
                            throw new FormatException($"{path}: the section {title} is there twice.");

                        break;
                    default:
                        (section ?? throw new FormatException($"{path}: {title} stands outside every section.")).Add(new HelpBlocks(title));
                        break;
                }
            }
            else
            {
                section?[^1].Blocks.Add(block);
            }
        }

        return (name ?? throw new FormatException($"{path}: the page has no title."), sections);
    }

    private static string OneLine(string code) =>
        string.Join(' ', code.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The plain text of formatted text: what a console can show.</summary>
    internal static string Text(ContainerInline? container)
    {
        var text = new StringBuilder();
        foreach (var inline in container ?? Enumerable.Empty<Inline>())
        {
            _ = inline switch
            {
                LiteralInline literal => text.Append(literal.Content.AsSpan()),
                CodeInline code => text.Append(code.Content),
                LineBreakInline { IsHard: true } => text.Append('\n'),
                LineBreakInline => text.Append(' '),
                AutolinkInline link => text.Append(link.Url),
                HtmlEntityInline entity => text.Append(entity.Transcoded.AsSpan()),
                LinkInline { Url: { } url } link when container is not LinkInline && url.Contains("://", StringComparison.Ordinal) =>
                    text.Append(Text(link)).Append(" (").Append(url).Append(')'),
                ContainerInline inner => text.Append(Text(inner)),
                _ => text,
            };
        }

        return text.ToString();
    }

    private sealed record HelpBlocks(string? Title)
    {
        public List<Block> Blocks { get; } = [];

        public IEnumerable<string> Fences => Blocks.OfType<FencedCodeBlock>().Select(fence => fence.Lines.ToString());

        public IEnumerable<string> FencesOf(string language) => Blocks.OfType<FencedCodeBlock>()
            .Where(fence => string.Equals(fence.Info, language, StringComparison.OrdinalIgnoreCase))
            .Select(fence => fence.Lines.ToString());

        public IReadOnlyList<string> Prose(string withoutFencesOf = "yaml") => [.. HelpText.Paragraphs(
            Blocks.Where(block => block is not FencedCodeBlock fence
                || !string.Equals(fence.Info, withoutFencesOf, StringComparison.OrdinalIgnoreCase)))];
    }
}
