using System.Text.RegularExpressions;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>The help that users get, on the real engine.</summary>
public sealed class HelpTests
{
    private const string Thing = """
        ---
        document type: cmdlet
        external help file: AmlVnet.Module.dll-Help.xml
        HelpUri: https://example.org/Get-Thing
        PlatyPS schema version: 2024-05-01
        ---

        # Get-Thing

        ## SYNOPSIS

        Gets **a** `thing`.

        ## SYNTAX

        ### ByName (Default)

        ```
        Get-Thing [[-Name] <string>] [-Kind <string[]>]
          [<CommonParameters>]
        ```

        ### ById

        ```
        Get-Thing [-Id] <string> [-All]
        ```

        ## ALIASES

        This cmdlet has no aliases.

        ## DESCRIPTION

        The first paragraph, see [the page](https://example.org/page).

        - one
        - two

        ## EXAMPLES

        ### Example 1: By name

        ```powershell
        Get-Thing -Name 'a & b' |
            Remove-Thing
        ```

        Removes it.

        ```output
        Name
        ----
        ```

        ## PARAMETERS

        ### -All

        All of them.

        ```yaml
        Type: System.Management.Automation.SwitchParameter
        DefaultValue: False
        Aliases: []
        ParameterSets:
        - Name: ById
          Position: Named
          IsRequired: false
        ```

        ### -Id

        The id.

        ```yaml
        Type: System.String
        DefaultValue: 'it''s: none'
        Aliases:
        - ResourceId
        - Key
        ParameterSets:
        - Name: ById
          Position: 0
          IsRequired: true
          ValueFromPipelineByPropertyName: true
        ```

        ### -Kind

        The kinds.

        ```yaml
        Type: System.String[]
        ```

        ### -Name

        The name.

        ```yaml
        Type: System.String
        SupportsWildcards: true
        ParameterSets:
        - Name: ById
          Position: 1
          IsRequired: true
        - Name: ByName
          Position: 0
          IsRequired: false
        ```

        ### CommonParameters

        This cmdlet supports the common parameters.

        ## INPUTS

        ### System.String

        A name.

        ## OUTPUTS

        ### AmlVnet.Thing

        The thing.

        ## NOTES

        A note.

        ## RELATED LINKS

        - [Set-Thing](Set-Thing.md)
        """;

    public static TheoryData<string> Cmdlets => ContractTests.Cmdlets;

    public static TheoryData<string> Topics =>
    [
        "about_AmlVnet", "about_AmlVnet_Authentication", "about_AmlVnet_Automation", "about_AmlVnet_Checks", "about_AmlVnet_Errors",
        "about_AmlVnet_Networking", "about_AmlVnet_Simulator",
    ];

    [Fact]
    public void A_page_becomes_its_parts()
    {
        var page = HelpPage.Parse(Thing, "Get-Thing.md");

        Assert.Equal(["Gets a thing."], page.Synopsis);
        Assert.Equal(["The first paragraph, see the page (https://example.org/page).", "- one", "- two"], page.Description);
        Assert.Equal("Get-Thing [[-Name] <string>] [-Kind <string[]>] [<CommonParameters>]", page.Syntaxes[0].Line);
        Assert.Equal(["ByName", "ById"], page.Syntaxes.Select(syntax => syntax.SetName));
        var example = Assert.Single(page.Examples);
        Assert.Equal(("Example 1: By name", "Get-Thing -Name 'a & b' |\n    Remove-Thing"), (example.Title, example.Code));
        Assert.Equal(["Removes it.", "    Name\n    ----"], example.Remarks);
        Assert.Equal(["All", "Id", "Kind", "Name"], page.Parameters.Select(parameter => parameter.Name));
        Assert.Equal(["ResourceId", "Key"], page.Parameters[1].Facts.List("Aliases"));
        Assert.Equal(("it's: none", "String"), (page.Parameters[1].Facts.Text("DefaultValue"), page.Parameters[1].ShortType));
        Assert.Equal(("1", "0", "1"), (page.Parameters[3].In("ById")!.Position, page.Parameters[3].In("ByName")!.Position,
            page.Parameters[3].In(null)!.Position));
        Assert.Equal([new HelpLink("Set-Thing", "Set-Thing.md")], page.Links);
    }

    [Fact]
    public void Maml_says_per_parameter_set_what_is_required_and_positional()
    {
        var maml = HelpMaml.Write([HelpPage.Parse(Thing, "Get-Thing.md")]);

        var sets = maml.Descendants().Where(element => element.Name.LocalName == "syntaxItem").Select(item => item.Elements()
            .Where(element => element.Name.LocalName == "parameter")
            .Select(parameter =>
                (parameter.Elements().First().Value, parameter.Attribute("required")!.Value, parameter.Attribute("position")!.Value)));
        Assert.Equal([[("Name", "false", "0"), ("Kind", "false", "named")], [("Id", "true", "0"), ("All", "false", "named")]], sets);
    }

    [Theory]
    [InlineData("# Get-Thing\n\n## SYNOPSIS\n", "no yaml header")]
    [InlineData("---\nschema: 2.0.0\n---\n\ntext\n", "no title")]
    [InlineData("---\nschema: 2.0.0\n---\n\n# Get-Thing\n\n## NOTES\n\n## NOTES\n", "twice")]
    [InlineData("---\nschema: 2.0.0\n---\n\n# Get-Thing\n\n## EXAMPLES\n\n### Example 1: None\n\ntext\n", "no powershell code")]
    [InlineData("---\na: b\n---\n\n# T\n## PARAMETERS\n\n### -A\n\n```yaml\nType: X\n```\n\n```yaml\nType: X\n```\n", "second yaml block")]
    public void A_page_that_is_none_is_refused_by_name(string text, string reason)
    {
        var error = Assert.Throws<FormatException>(() => HelpPage.Parse(text, "Get-Thing.md"));
        Assert.StartsWith("Get-Thing.md", error.Message, StringComparison.Ordinal);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_syntax_with_an_undescribed_parameter_is_refused()
    {
        var page = HelpPage.Parse(Thing.Replace("### -Kind", "### -Sort", StringComparison.Ordinal), "Get-Thing.md");
        Assert.Contains("-Kind", Assert.Throws<FormatException>(() => HelpMaml.Write([page])).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Get_Help_shows_the_page(string name)
    {
        var page = Page(name);
        using var runspace = new ModuleRunspace();

        var shown = Flat(runspace.Show($"Get-Help -Name {name} -Full"));

        Assert.Contains(Flat(page.Synopsis[0]), shown, StringComparison.Ordinal);
        Assert.Contains(Flat(page.Description[^1]), shown, StringComparison.Ordinal);
        Assert.All(page.Parameters, parameter => Assert.Contains(Flat(parameter.Description[0]), shown, StringComparison.Ordinal));
        Assert.All(page.Examples, example => Assert.Contains(Flat(example.Code), shown, StringComparison.Ordinal));
        Assert.All(page.Inputs.Concat(page.Outputs), type => Assert.Contains(type.Name, shown, StringComparison.Ordinal));
        Assert.All(page.Links, link => Assert.Contains(link.Text, shown, StringComparison.Ordinal));
        Assert.Contains(Flat(page.Notes[0]), shown, StringComparison.Ordinal);
        Assert.Contains(Flat(page.Examples[0].Code), Flat(runspace.Show($"Get-Help -Name {name} -Examples")), StringComparison.Ordinal);

        // The engine breaks lines where the screen ends, also within a word.
        static string Flat(string text) => string.Concat(text.Where(letter => !char.IsWhiteSpace(letter)));
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Get_Help_shows_each_parameter_alone(string name)
    {
        using var runspace = new ModuleRunspace();
        Assert.All(Page(name).Parameters, parameter =>
        {
            var help = Assert.Single(runspace.Invoke($"Get-Help -Name {name} -Parameter {parameter.Name}").OutputWithoutErrors());
            Assert.Equal(parameter.Name, $"{help.Properties["name"].Value}");
        });
    }

    [Fact]
    public void Get_Help_shows_the_about_topic()
    {
        using var runspace = new ModuleRunspace();
        var shown = runspace.Show("Get-Help -Name about_AmlVnet");
        Assert.Contains("about_AmlVnet", shown, StringComparison.Ordinal);
        Assert.All(ContractTests.ExportedCmdlets, name => Assert.Contains(name, shown, StringComparison.Ordinal));
        Assert.DoesNotContain(" | ", shown, StringComparison.Ordinal);
    }

    [Fact]
    public void Get_Help_shows_the_accepted_values_in_the_syntax()
    {
        using var runspace = new ModuleRunspace();
        var shown = runspace.Show("Get-Help -Name Grant-AksNetworkContributor");
        Assert.Matches(@"-ScopeLevel\s+\{ResourceGroup\s+\|\s+VirtualNetwork\s+\|\s+Subnet\}", shown);
    }

    [Fact]
    public void Every_about_page_is_a_topic() => Assert.Equal(
        Topics.Select(row => row.Data),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "en-US"), "about_*.md")
            .Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Topics))]
    public void An_about_page_names_its_topic_twice_and_its_text_once(string topic)
    {
        // platyPS 0.14 looks for "about" at the beginning of the second heading.
        var path = Path.Combine(Repository.Root, "docs", "en-US", topic + ".md");
        Assert.Equal(
            [$"# {topic}", $"## {topic}"],
            File.ReadLines(path).Where(line => line.StartsWith('#')).Take(2));

        var text = HelpText.About(File.ReadAllText(path));
        Assert.StartsWith($"TOPIC\n    {topic}\n\nSHORT DESCRIPTION\n", text, StringComparison.Ordinal);
        // Code is as it is to be typed, and an address stays whole.
        Assert.All(text.Split('\n'), line => Assert.True(
            line.Length <= 84 || line.StartsWith("        ", StringComparison.Ordinal) || line.Contains("://", StringComparison.Ordinal),
            line));
        Assert.Matches("(?i)do not |when not to use", text);
    }

    [Theory, MemberData(nameof(Topics))]
    public void Get_Help_finds_the_topic(string topic)
    {
        using var runspace = new ModuleRunspace();
        Assert.Contains(topic, runspace.Show($"Get-Help -Name {topic}"), StringComparison.Ordinal);
    }

    /// <summary>An installed module has no guides and no examples: its pages and its changelog lead to none.</summary>
    [Fact]
    public void No_page_of_the_module_leads_to_a_file_that_it_has_not()
    {
        var module = Path.GetDirectoryName(Repository.StagedManifest)!;
        var pages = Directory.GetFiles(Path.Combine(module, "en-US")).Append(Path.Combine(module, "CHANGELOG.md"));
        Assert.Equal(Topics.Count + 2, pages.Count());
        Assert.All(pages, page =>
        {
            // A file of the reader's own is in an example; an address is of the web.
            var text = Regex.Replace(File.ReadAllText(page), @"https?://\S+", "");
            Assert.DoesNotMatch(@"\b(?:docs|guides|examples|tests|src|en-US)/|\]\((?!http)|\b(?:about_)?[A-Z]\w+-\w+\.md\b", text);
        });
    }

    private static HelpPage Page(string name) => HelpPage.Read(Path.Combine(Repository.Root, "docs", "en-US", name + ".md"));
}
