using System.Management.Automation;
using System.Management.Automation.Language;
using System.Security;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>What every exported cmdlet must come with.</summary>
public sealed class ContractTests
{
    private static readonly string[] ChangingVerbs =
        ["New", "Add", "Set", "Remove", "Grant", "Revoke", "Enable", "Disable", "Export", "Install", "Move", "Update", "Uninstall"];

    private static readonly Lazy<IReadOnlyDictionary<string, CmdletInfo>> Compiled =
        new(() => HelpMetadata.Cmdlets(Repository.StagedManifest).ToDictionary(cmdlet => cmdlet.Name));

    public static TheoryData<string> Cmdlets => [.. ExportedCmdlets];

    public static TheoryData<string> Scripts =>
    [
        "build.ps1", .. ScriptsIn("docs/examples"),
    ];

    /// <summary>The cmdlets that the manifest lists.</summary>
    internal static IReadOnlyList<string> ExportedCmdlets { get; } = ReadExports();

    [Fact]
    public void The_manifest_lists_what_the_assembly_holds() =>
        Assert.Equal(ExportedCmdlets.Order(StringComparer.Ordinal), Compiled.Value.Keys.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_help_page_is_about_an_exported_cmdlet() => Assert.Equal(
        ExportedCmdlets.Order(StringComparer.Ordinal),
        Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs", "en-US"),
            "*-*.md").Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal));

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_class_has_its_name_and_its_file(string name)
    {
        var expected = name.Replace("-", "", StringComparison.Ordinal) + "Command";
        Assert.Equal(expected, Compiled.Value[name].ImplementingType.Name);
        Assert.Single(Directory.EnumerateFiles(
            Path.Combine(Repository.Root, "src", "AmlVnet.Module"), expected + ".cs", SearchOption.AllDirectories));
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_name_follows_the_rules(string name)
    {
        var cmdlet = Compiled.Value[name];
        Assert.Contains(cmdlet.Verb, ApprovedVerbs());
        Assert.False(cmdlet.Noun.EndsWith('s') && !cmdlet.Noun.EndsWith("Access", StringComparison.Ordinal), $"{cmdlet.Noun} is a plural.");
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void It_asks_before_it_changes_something_and_only_then(string name)
    {
        var cmdlet = Compiled.Value[name];
        Assert.Equal(
            ChangingVerbs.Contains(cmdlet.Verb) && cmdlet.Noun is not ("AmlAksNetworkPlan" or "AmlVnetContext"),
            cmdlet.Parameters.ContainsKey("WhatIf"));
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void It_says_what_it_emits(string name) => Assert.NotEmpty(Compiled.Value[name].OutputType);

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_default_parameter_set_exists(string name)
    {
        var cmdlet = Compiled.Value[name];
        Assert.True(
            cmdlet.ParameterSets.Count == 1 || cmdlet.ParameterSets.Any(set => set.IsDefault),
            $"{name} has {cmdlet.ParameterSets.Count} parameter sets and no default.");
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_parameters_are_of_the_right_kind(string name)
    {
        var own = Compiled.Value[name].Parameters.Values.Where(parameter => !Cmdlet.CommonParameters.Contains(parameter.Name)).ToList();
        Assert.DoesNotContain(own, parameter => parameter.ParameterType == typeof(bool));
        Assert.All(own.Where(IsSecret), parameter => Assert.Equal(typeof(SecureString), parameter.ParameterType));
        if (own.Find(parameter => parameter.Name == "DefaultProfile") is { } profile)
            Assert.Equal(["AzContext", "AzureRmContext"], profile.Aliases.Order(StringComparer.Ordinal));

        // An operation's token is no credential: polling needs a sign-in of its own.
        bool IsSecret(ParameterMetadata parameter) => parameter.Name.EndsWith("Password", StringComparison.Ordinal)
            || (parameter.Name.EndsWith("Token", StringComparison.Ordinal) && name == "Connect-AmlVnet");
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_help_page_agrees_with_the_compiled_cmdlet(string name)
    {
        var text = File.ReadAllText(PagePath(name)).ReplaceLineEndings("\n");
        Assert.True(
            HelpMetadata.Update(text, Compiled.Value[name], default) == text,
            $"{name}.md differs from the cmdlet. Run: dotnet run --project build -- help --update");
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_help_page_is_complete(string name)
    {
        var page = HelpPage.Read(PagePath(name));
        Assert.Equal(name, page.Name);
        Assert.Equal(HelpMetadata.Sections, page.Headings);
        Assert.DoesNotContain("{{", File.ReadAllText(PagePath(name)), StringComparison.Ordinal);
        // PlatyPS takes an example's lines as they are, comments too.
        Assert.DoesNotContain("<!--", File.ReadAllText(PagePath(name)), StringComparison.Ordinal);
        Assert.NotEmpty(page.Synopsis);
        Assert.NotEmpty(page.Description);
        Assert.True(page.Examples.Count >= 2, $"{name} has {page.Examples.Count} examples.");
        Assert.All(page.Examples, example => Assert.NotEmpty(example.Remarks));
        Assert.All(page.Parameters, parameter => Assert.True(parameter.Description.Count > 0, $"-{parameter.Name} is not described."));
        Assert.DoesNotContain(page.Parameters, IsTypeName);
        Assert.NotEmpty(page.Aliases);
        // When not to use it.
        Assert.StartsWith("Do not ", page.Notes[0], StringComparison.Ordinal);
        Assert.All(page.Inputs, type => Assert.NotEmpty(type.Description));
        Assert.Equal(
            Compiled.Value[name].OutputType.Select(type => type.Name).Where(type => type != typeof(void).FullName)
                .Order(StringComparer.Ordinal),
            page.Outputs.Select(type => type.Name).Where(type => type != "None").Order(StringComparer.Ordinal));

        // What an object is that does not say what it holds.
        static bool IsTypeName(HelpParameter parameter) => parameter.Facts.Text("DefaultValue") is var value
            && (value.StartsWith("System.", StringComparison.Ordinal) || value.StartsWith("AmlVnet.", StringComparison.Ordinal));
    }

    /// <summary>What Microsoft.PowerShell.PlatyPS 1.0.3 writes itself, key by key.</summary>
    [Theory, MemberData(nameof(Cmdlets))]
    public void Its_help_page_has_the_keys_of_the_schema(string name)
    {
        var page = HelpPage.Read(PagePath(name));
        Assert.Equal(
            ["document type", "external help file", "HelpUri", "Locale", "Module Name", "ms.date", "PlatyPS schema version", "title"],
            page.Header.Keys);
        Assert.Equal(
            ("cmdlet", HelpTask.FileName, "AmlVnet", "2024-05-01", name),
            (page.Header.Text("document type"), page.Header.Text("external help file"), page.Header.Text("Module Name"),
                page.Header.Text("PlatyPS schema version"), page.Header.Text("title")));
        Assert.All(page.Parameters, parameter =>
        {
            Assert.Equal(
                ["Type", "DefaultValue", "SupportsWildcards", "Aliases", "ParameterSets", "DontShow", "AcceptedValues", "HelpMessage"],
                parameter.Facts.Keys);
            Assert.NotEmpty(parameter.Sets);
            Assert.Contains('.', parameter.Type);
        });
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void It_has_a_Pester_file_that_uses_it(string name)
    {
        var path = Path.Combine(Repository.Root, "tests", "Pester", name + ".Tests.ps1");
        var script = Parser.ParseFile(path, out _, out var errors);
        Assert.Empty(errors);
        Assert.Contains(Commands(script), command => command.GetCommandName() == name);
    }

    [Fact]
    public void Every_command_in_the_documents_parses_and_binds()
    {
        var docs = Path.Combine(Repository.Root, "docs");
        var scripts = Directory.EnumerateFiles(docs, "*.ps1",
            SearchOption.AllDirectories).Select(path => (Path: path, Code: File.ReadAllText(path)));
        var pages = Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories).Append(Path.Combine(Repository.Root, "README.md"));
        var pipelines = Directory.EnumerateFiles(docs, "*.yml", SearchOption.AllDirectories).SelectMany(InlineScripts,
            (path, code) => (Path: path, Code: code));
        var all = scripts.Concat(pages.SelectMany(HelpPage.Fences, (path, code) => (Path: path, Code: code))).Concat(pipelines).ToList();
        Assert.NotEmpty(all);
        using var runspace = new ModuleRunspace();
        Assert.All(all, one =>
        {
            var script = Parser.ParseInput(one.Code, out _, out var errors);
            Assert.True(errors.Length == 0, $"{one.Path}: {string.Join(' ', errors.Select(error => error.Message))}\n{one.Code}");
            AssertBinds(runspace, script, one.Path);
        });
    }

    /// <summary>
    /// The two default rules of PSScriptAnalyzer that scripts like these break (PSUseDeclaredVarsMoreThanAssignments, which looks at one
    /// block at a time and lets $script: pass, and PSUseShouldProcessForStateChangingFunctions), since the analyzer itself is not here.
    /// </summary>
    [Theory, MemberData(nameof(Scripts))]
    public void A_script_gives_the_analyzer_nothing_to_say(string path)
    {
        string[] preferences = ["null", "ErrorActionPreference", "ConfirmPreference", "ProgressPreference"];
        var script = Parser.ParseFile(Path.Combine(Repository.Root, path), out _, out _);
        foreach (var block in script.FindAll(ast => ast is ScriptBlockAst, searchNestedScriptBlocks: true))
        {
            var assigned = block.FindAll(ast => ast is AssignmentStatementAst,
                searchNestedScriptBlocks: false).Cast<AssignmentStatementAst>()
                .Select(assignment => assignment.Left).OfType<VariableExpressionAst>()
                .Where(variable => variable.VariablePath.IsUnqualified).ToList();
            var read = block.FindAll(ast => ast is VariableExpressionAst, searchNestedScriptBlocks: true).Cast<VariableExpressionAst>()
                .Where(variable => (variable.Parent as AssignmentStatementAst)?.Left != variable)
                .Select(variable => variable.VariablePath.UserPath);
            Assert.Empty(assigned.Select(variable => variable.VariablePath.UserPath).Except(read.Concat(preferences),
                StringComparer.OrdinalIgnoreCase));
        }

        string[] changing = ["New", "Set", "Remove", "Start", "Stop", "Restart", "Reset", "Update"];
        Assert.DoesNotContain(
            script.FindAll(ast => ast is FunctionDefinitionAst, searchNestedScriptBlocks: true).Cast<FunctionDefinitionAst>(),
            function => changing.Contains(function.Name.Split('-')[0], StringComparer.OrdinalIgnoreCase));
    }

    [Fact]
    public void Links_between_the_documents_lead_somewhere()
    {
        var pages = Directory.EnumerateFiles(Path.Combine(Repository.Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Append(Path.Combine(Repository.Root, "README.md"));
        var links = pages.SelectMany(HelpPage.LocalLinks, (path, link) => (Page: path, Link: link)).ToList();
        Assert.NotEmpty(links);
        Assert.All(links, one => Assert.True(
            Path.Exists(Path.Combine(Path.GetDirectoryName(one.Page)!, one.Link)), $"{one.Page} leads to {one.Link}, which is not there."));
    }

    private static IEnumerable<string> ScriptsIn(string folder) => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.ps1")
        .Select(path => $"{folder}/{Path.GetFileName(path)}").Order(StringComparer.Ordinal);

    /// <summary>The scripts in a pipeline's yaml: the block below a line that ends in a bar, as far as it is indented.</summary>
    internal static IEnumerable<string> InlineScripts(string path)
    {
        var lines = File.ReadAllLines(path);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!lines[i].TrimEnd().EndsWith(": |", StringComparison.Ordinal))
                continue;

            // The key may be the first of a list's item: "- pwsh: |".
            var indent = lines[i].Length - lines[i].TrimStart(' ', '-').Length;
            // The agent replaces $(variable) before PowerShell sees the text.
            yield return string.Join('\n',
                lines.Skip(i + 1).TakeWhile(line => line.Length == 0 || line.Length - line.TrimStart().Length > indent))
                .Replace("$(", "(", StringComparison.Ordinal);
        }
    }

    /// <summary>Each use of one of our cmdlets binds, with parameters spelt out in full: no aliases in what users copy.</summary>
    private static void AssertBinds(ModuleRunspace runspace, Ast script, string path)
    {
        foreach (var command in Commands(script).Where(command => Compiled.Value.ContainsKey(command.GetCommandName() ?? "")))
        {
            var cmdlet = Compiled.Value[command.GetCommandName()];
            runspace.SetVariable("command", command);
            var bound = (StaticBindingResult)runspace.Invoke(
                "[System.Management.Automation.Language.StaticParameterBinder]::BindCommand($command, $true)")
                .OutputWithoutErrors().Single().BaseObject;
            // What a splatted variable holds is not known before the script runs, and neither is what comes down the pipeline.
            var isSplatted = command.CommandElements.Any(element => element is VariableExpressionAst { Splatted: true });
            var isPipedTo = command.Parent is PipelineAst pipeline && !ReferenceEquals(pipeline.PipelineElements[0], command);
            var failures = bound.BindingExceptions.Where(
                failure => !(isPipedTo && failure.Value.BindingException is { ErrorId: "MissingArgument" } missing
                && cmdlet.ParameterSets.Any(
                    set => set.Parameters.Any(parameter => parameter.Name == missing.ParameterName && parameter.ValueFromPipeline))));
            var causes = failures.Select(failure => failure.Value.BindingException).Select(cause => $"{cause.ErrorId}: {cause.Message}");
            Assert.True(isSplatted || !failures.Any(), $"{path}: {command.Extent.Text}: {string.Join(' ', causes)}");
            Assert.All(command.CommandElements.OfType<CommandParameterAst>(), parameter =>
                Assert.True(cmdlet.Parameters.ContainsKey(parameter.ParameterName),
                    $"{path}: {cmdlet.Name} has no -{parameter.ParameterName}."));
        }
    }

    private static string PagePath(string name) => Path.Combine(Repository.Root, "docs", "en-US", name + ".md");

    private static string[] ReadExports()
    {
        var script = Parser.ParseFile(Path.Combine(Repository.Root, "AmlVnet.psd1"), out _, out _);
        var manifest = (HashtableAst)script.Find(ast => ast is HashtableAst, searchNestedScriptBlocks: false)!;
        var exports = manifest.KeyValuePairs.Single(pair => pair.Item1.SafeGetValue() is "CmdletsToExport").Item2;
        return [.. exports.FindAll(ast => ast is StringConstantExpressionAst, searchNestedScriptBlocks: false)
            .Cast<StringConstantExpressionAst>().Select(constant => constant.Value)];
    }

    private static IEnumerable<CommandAst> Commands(Ast script) =>
        script.FindAll(ast => ast is CommandAst, searchNestedScriptBlocks: true).Cast<CommandAst>();

    private static IEnumerable<string> ApprovedVerbs() =>
        new[]
        {
            typeof(VerbsCommon), typeof(VerbsCommunications), typeof(VerbsData), typeof(VerbsDiagnostic), typeof(VerbsLifecycle),
            typeof(VerbsOther),
            typeof(VerbsSecurity),
        }.SelectMany(type => type.GetFields()).Select(field => (string)field.GetValue(null)!);
}
