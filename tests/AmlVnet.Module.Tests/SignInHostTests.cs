using System.Management.Automation;
using System.Management.Automation.Language;

namespace AmlVnet.Module.Tests;

/// <summary>The examples for hosts where nobody sits in front.</summary>
public sealed class SignInHostTests
{
    private static readonly string Examples = Path.Combine(Repository.Root, "docs", "examples");

    [Fact]
    public void Commands_in_the_pipeline_exist_and_have_the_parameters()
    {
        var path = Path.Combine(Examples, "azure-pipelines.yml");
        var yaml = File.ReadAllText(path);
        Assert.DoesNotContain('\t', yaml);
        var scripts = ContractTests.InlineScripts(path).Select(static code => Parser.ParseInput(code, out _, out _)).ToArray();
        Assert.Equal(3, scripts.Length);
        using var runspace = new ModuleRunspace();
        foreach (var command in scripts.SelectMany(Commands).Where(static c =>
            c.GetCommandName().Contains("-Am", StringComparison.Ordinal) || c.GetCommandName().Contains("-Aks", StringComparison.Ordinal)))
        {
            var info = (CommandInfo)runspace.Invoke($"Get-Command -Name {command.GetCommandName()}").OutputWithoutErrors()
                .Single().BaseObject;
            Assert.All(command.CommandElements.OfType<CommandParameterAst>(), p => Assert.Contains(p.ParameterName, info.Parameters.Keys));
        }

        // A fresh agent knows no feed: it is registered by the name that it is asked by, and asked with the job's token.
        var install = Commands(scripts[0]).ToDictionary(static c => c.GetCommandName(),
            static c => StaticParameterBinder.BindCommand(c, false).BoundParameters);
        Assert.Equal(install["Register-PSResourceRepository"]["Name"].ConstantValue,
            install["Install-PSResource"]["Repository"].ConstantValue);
        Assert.True(install["Register-PSResourceRepository"].ContainsKey("Uri"));
        Assert.True(install["Install-PSResource"].ContainsKey("Credential"));
        Assert.Contains("$env:SYSTEM_ACCESSTOKEN", scripts[0].Extent.Text, StringComparison.Ordinal);
        Assert.Equal(2, yaml.Split("SYSTEM_ACCESSTOKEN: $(System.AccessToken)").Length - 1);
        // Azure DevOps gives a token of a connection only to a job whose tasks name it.
        Assert.Contains("azureSubscription: my-connection", yaml, StringComparison.Ordinal);
    }

    private static IEnumerable<CommandAst> Commands(Ast script) => script.FindAll(static a => a is CommandAst, true).Cast<CommandAst>();
}
