using System.Management.Automation.Language;
using System.Text.RegularExpressions;

namespace AmlVnet.Module.Tests;

/// <summary>The examples for hosts where nobody sits in front.</summary>
public sealed class SignInHostTests
{
    private static readonly string Examples = Path.Combine(Repository.Root, "docs", "examples");

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_runbook_keeps_its_operation_in_a_variable_of_the_Automation_account(bool isRestarted)
    {
        using var runspace = new ModuleRunspace();
        runspace.Host.IsInteractive = false;
        runspace.SetVariable("script", Path.Combine(Examples, "runbook.ps1"));
        runspace.Invoke("""
            $kept = [System.Collections.Generic.List[string]]::new()
            $kept.Add('')
            function Get-AutomationVariable($Name) { $kept[$kept.Count - 1] }
            function Set-AutomationVariable($Name, $Value) { $kept.Add($Value) }
            $context = Connect-AmlVnet -Simulator -VirtualClock
            $arguments = @{
                ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks'; ServiceCidr = '10.0.0.0/16'
                SubnetId = "/subscriptions/$($context.SubscriptionId)/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default"
                DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
            }
            """).OutputWithoutErrors();
        // Fair share took the sandbox away after the first job had begun the creation.
        if (isRestarted) runspace.Invoke("Set-AutomationVariable x (New-AmlAksCompute @arguments -NoWait).Token").OutputWithoutErrors();

        var steps = runspace.Invoke("& $script @arguments -OperationVariable AmlVnetOperation").OutputWithoutErrors().Select(static s => s.Properties["Step"].Value);

        Assert.Equal(isRestarted ? ["Created", "Done"] : ["Creating", "Created", "Done"], steps);
        var kept = runspace.Invoke("$kept").Output.Select(static k => k.ToString()).ToArray();
        Assert.Equal(3, kept.Length);
        Assert.NotEqual("", kept[1]);
        Assert.Equal("", kept[2]);
        Assert.Empty(runspace.Host.Prompts);
    }

    [Fact]
    public void Commands_in_the_pipeline_exist_and_have_the_parameters()
    {
        var yaml = File.ReadAllText(Path.Combine(Examples, "azure-pipelines.yml")).ReplaceLineEndings("\n");
        Assert.DoesNotContain('\t', yaml);
        var blocks = Regex.Matches(yaml, @"^( +)(?:Inline|script): \|\n((?:\1  .*\n)+)", RegexOptions.Multiline);
        Assert.Equal(2, blocks.Count);
        using var runspace = new ModuleRunspace();
        foreach (Match block in blocks)
        {
            var script = Parser.ParseInput(block.Groups[2].Value, out _, out var errors);
            Assert.Empty(errors);
            var ours = script.FindAll(static a => a is CommandAst, true).Cast<CommandAst>()
                .Where(static c => c.GetCommandName().Contains("-Am", StringComparison.Ordinal)
                    || c.GetCommandName().Contains("-Aks", StringComparison.Ordinal)).ToArray();
            Assert.NotEmpty(ours);
            foreach (var command in ours)
            {
                var info = (System.Management.Automation.CommandInfo)runspace.Invoke($"Get-Command -Name {command.GetCommandName()}").OutputWithoutErrors().Single().BaseObject;
                Assert.All(command.CommandElements.OfType<CommandParameterAst>(), p =>
                    Assert.Contains(p.ParameterName, info.Parameters.Keys));
            }
        }
    }
}
