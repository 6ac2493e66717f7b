using System.Management.Automation;
using System.Management.Automation.Language;

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
        using var runspace = Automation();
        // Fair share stopped the first job after it had begun the creation, and a schedule started the next one.
        if (isRestarted) runspace.Invoke("Set-AutomationVariable x (New-AmlAksCompute @arguments -NoWait).Token").OutputWithoutErrors();

        var steps = runspace.Invoke("& $script @arguments -OperationVariable AmlVnetOperation").OutputWithoutErrors().Select(Step);

        Assert.Equal(isRestarted ? ["Created", "Done"] : ["Creating", "Created", "Done"], steps);
        var kept = runspace.Invoke("$variable").Output.Select(static k => k.ToString()).ToArray();
        Assert.Equal(3, kept.Length);
        Assert.NotEqual("", kept[1]);
        Assert.Equal("", kept[2]);
        Assert.Empty(runspace.Host.Prompts);
    }

    [Fact]
    public void The_runbook_recovers_when_the_kept_operation_has_failed()
    {
        const string Job = "& $script @arguments -OperationVariable AmlVnetOperation";
        using var runspace = Automation();
        runspace.Invoke("""
            Set-AmlSimulator -Fault @{
                Kind = 'FailOperation'; Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Times = 1
                Code = 'QuotaExceeded'; Message = 'no quota'
            }
            """).OutputWithoutErrors();

        var first = runspace.Invoke(Job);
        var second = runspace.Invoke(Job);
        runspace.Invoke("Remove-AmlAksCompute myworkspacegroup myworkspace myaks").OutputWithoutErrors();
        var third = runspace.Invoke(Job);

        Assert.StartsWith("OperationFailed,", Assert.Single(first.AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);
        // It says what to do, and not the old operation's end once more.
        Assert.StartsWith("ComputeFailed,", Assert.Single(second.AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("no quota", Assert.Single(second.Warnings), StringComparison.Ordinal);
        Assert.Empty(third.Warnings);
        Assert.Equal(["Creating", "Created", "Done"], third.OutputWithoutErrors().Select(Step));
        Assert.Equal("", runspace.Invoke("$variable[-1]").Output.Single().ToString());
    }

    [Theory]
    [InlineData("(New-AmlAksCompute @arguments -NoWait).Token; $null = Connect-AmlVnet -Simulator -VirtualClock", "Creating")]
    [InlineData("'damaged'; $null = New-AmlAksCompute @arguments", "Created")]
    [InlineData("'(none)'", "Creating")]
    [InlineData("""
        ($operation = New-AmlAksCompute @arguments -NoWait).Token
        $null = $operation | Wait-AmlOperation | Remove-AmlAksCompute -UnderlyingResourceAction Delete -Force
        """, "Creating")]
    public void The_runbook_goes_on_without_an_operation_of_which_there_is_no_record(string kept, string firstStep)
    {
        using var runspace = Automation();
        runspace.Invoke("Set-AutomationVariable x " + kept).OutputWithoutErrors();

        var job = runspace.Invoke("& $script @arguments -OperationVariable AmlVnetOperation");

        Assert.Equal(firstStep, Step(job.OutputWithoutErrors()[0]));
        Assert.Equal("Done", Step(job.Output[^1]));
        Assert.Single(job.Warnings);
        Assert.Equal("", runspace.Invoke("$variable[2]").Output.Single().ToString());
    }

    [Fact]
    public void The_runbook_works_on_the_compute_that_it_was_told_whatever_token_there_is()
    {
        using var runspace = Automation();
        runspace.Invoke("Set-AutomationVariable x (New-AmlAksCompute @arguments -NoWait).Token; $token = $variable[1]; $arguments.Name = 'myaks2'")
            .OutputWithoutErrors();

        var told = runspace.Invoke("& $script @arguments -OperationToken $token");
        Assert.Contains("/computes/myaks'", Assert.Single(told.AllErrors).ToString(), StringComparison.Ordinal);

        var job = runspace.Invoke("& $script @arguments -OperationVariable AmlVnetOperation");
        Assert.Equal(["Creating", "Created", "Done"], job.OutputWithoutErrors().Select(Step));
        Assert.All(job.Output.Skip(1), static step => Assert.EndsWith("/computes/myaks2", (string)step.Properties["ComputeId"].Value, StringComparison.Ordinal));
        Assert.Contains("/computes/myaks'", Assert.Single(job.Warnings), StringComparison.Ordinal);
        Assert.Equal("", runspace.Invoke("$variable[-1]").Output.Single().ToString());
        Assert.Equal("PublicIp", runspace.Invoke("(Get-AmlAksCompute myworkspacegroup myworkspace myaks).LoadBalancerType").Output.Single().ToString());
    }

    [Fact]
    public void The_runbook_does_not_go_on_without_the_operation_that_it_was_told_to_resume()
    {
        using var runspace = Automation();
        var job = runspace.Invoke("& $script @arguments -OperationToken damaged");
        Assert.StartsWith("InvalidOperationToken,", Assert.Single(job.AllErrors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

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
            var info = (CommandInfo)runspace.Invoke($"Get-Command -Name {command.GetCommandName()}").OutputWithoutErrors().Single().BaseObject;
            Assert.All(command.CommandElements.OfType<CommandParameterAst>(), p => Assert.Contains(p.ParameterName, info.Parameters.Keys));
        }

        // A fresh agent knows no feed: it is registered by the name that it is asked by, and asked with the job's token.
        var install = Commands(scripts[0]).ToDictionary(static c => c.GetCommandName(), static c => StaticParameterBinder.BindCommand(c, false).BoundParameters);
        Assert.Equal(install["Register-PSResourceRepository"]["Name"].ConstantValue, install["Install-PSResource"]["Repository"].ConstantValue);
        Assert.True(install["Register-PSResourceRepository"].ContainsKey("Uri"));
        Assert.True(install["Install-PSResource"].ContainsKey("Credential"));
        Assert.Contains("$env:SYSTEM_ACCESSTOKEN", scripts[0].Extent.Text, StringComparison.Ordinal);
        Assert.Equal(2, yaml.Split("SYSTEM_ACCESSTOKEN: $(System.AccessToken)").Length - 1);
        // Azure DevOps gives a token of a connection only to a job whose tasks name it.
        Assert.Contains("azureSubscription: my-connection", yaml, StringComparison.Ordinal);
    }

    private static IEnumerable<CommandAst> Commands(Ast script) => script.FindAll(static a => a is CommandAst, true).Cast<CommandAst>();

    /// <summary>A job's runspace: nobody to ask, a variable of the account, and a world.</summary>
    private static ModuleRunspace Automation()
    {
        var runspace = new ModuleRunspace();
        runspace.Host.IsInteractive = false;
        runspace.SetVariable("script", Path.Combine(Examples, "runbook.ps1"));
        runspace.Invoke("""
            $variable = [System.Collections.Generic.List[string]]::new()
            $variable.Add('')
            function Get-AutomationVariable($Name) { $variable[$variable.Count - 1] }
            function Set-AutomationVariable($Name, $Value) { $variable.Add($Value) }
            $context = Connect-AmlVnet -Simulator -VirtualClock
            $arguments = @{
                ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks'; ServiceCidr = '10.0.0.0/16'
                SubnetId = "/subscriptions/$($context.SubscriptionId)/resourceGroups/mygroup/providers/Microsoft.Network/virtualNetworks/mynetwork/subnets/default"
                DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
            }
            """).OutputWithoutErrors();
        return runspace;
    }

    // What comes before the objects is the token of the creation, a string.
    private static object Step(PSObject output) => output.BaseObject is string token && token.StartsWith("OperationToken: ", StringComparison.Ordinal)
        ? "Creating"
        : output.Properties["Step"].Value;
}
