using System.Management.Automation;
using System.Text.RegularExpressions;
using AmlVnet.Core.Tests;
using AmlVnet.Simulator.Tests;

namespace AmlVnet.Module.Tests;

/// <summary>
/// The module and the real Azure CLI in one world: the simulator in this process and the one behind the server keep it in one state file.
/// </summary>
public sealed class RuleRemedyFixture : IDisposable
{
    // Debian 12's azure-cli 2.45.0 asks for a version of the network API that Debian's azure-mgmt-network lacks, and az network fails
    // before it sends anything. What else stands beside the checkout to repair az is loaded too.
    private const string NetworkVersion = """
        import importlib.machinery, importlib.util, os, runpy, sys

        class NetworkVersion:
            def find_spec(self, name, path=None, target=None):
                if name != "azure.cli.core.profiles._shared":
                    return None
                sys.meta_path.remove(self)
                spec = importlib.machinery.PathFinder.find_spec(name, path)
                class Loader(type(spec.loader)):
                    def exec_module(self, module):
                        super().exec_module(module)
                        has = lambda version: importlib.util.find_spec("azure.mgmt.network.v" + version.replace("-", "_")) is not None
                        if not has("2022-01-01") and has("2022-07-01"):
                            module.AZURE_API_PROFILES["latest"][module.ResourceType.MGMT_NETWORK] = "2022-07-01"
                spec.loader = Loader(spec.loader.name, spec.loader.path)
                return spec

        sys.meta_path.insert(0, NetworkVersion())
        beside = os.path.join(os.environ.get("AMLVNET_AZ_REPAIR", ""), "sitecustomize.py")
        if os.path.isfile(beside):
            runpy.run_path(beside)

        """;

    private readonly ServerFolder _folder = new();
    private ServerProcess? _server;
    private AzureCli? _az;

    internal ModuleRunspace Runspace { get; } = new();

    /// <summary>Starts the server and signs az in, once.</summary>
    internal async Task<AzureCli> BeginAsync()
    {
        AzureCli.SkipWhenMissing();
        if (_az is not null) return _az;
        _server = await ServerProcess.StartAsync(
            "--port", "0", "--http-port", "0", "--cert-folder", _folder["certificates"], "--state", _folder["world.state"], "--time-scale",
            "600");
        Directory.CreateDirectory(_folder["az"]);
        Directory.CreateDirectory(_folder["python"]);
        await File.WriteAllTextAsync(Path.Combine(_folder["python"], "sitecustomize.py"), NetworkVersion);
        var az = new AzureCli(_server, _folder["az"]);
        az.Variables["PYTHONPATH"] = _folder["python"];
        az.Variables["AMLVNET_AZ_REPAIR"] = AzureCli.Repair;
        await az.SignInAsync();
        Runspace.SetVariable("state", _folder["world.state"]);
        Runspace.Invoke("$null = Connect-AmlVnet -Simulator -TimeScale 600 -StatePath $state").OutputWithoutErrors();
        return _az = az;
    }

    /// <summary>Makes a world anew, for the module and the server alike.</summary>
    internal void Enter(CatalogueWorld world)
    {
        File.WriteAllText(_folder["world.json"], world.Scenario!.ToJsonString());
        Runspace.SetVariable("scenario", _folder["world.json"]);
        Runspace.Invoke("Set-AmlSimulator -Scenario $scenario -Confirm:$false").OutputWithoutErrors();
    }

    public void Dispose()
    {
        Runspace.Dispose();
        _server?.Dispose();
        _folder.Dispose();
    }
}

/// <summary>The recommendations that are Azure CLI commands, pasted into the real az: afterwards the rule passes.</summary>
public sealed partial class RuleRemedyTests(RuleRemedyFixture fixture) : IClassFixture<RuleRemedyFixture>
{
    public static TheoryData<string> Names =>
        [.. WorldFile.Names.Where(static name => WorldFile.Of(name).Remedy?["kind"]?.GetValue<string>() == "azureCli")];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task The_recommended_Azure_CLI_command_when_run_makes_the_rule_pass(string name)
    {
        var az = await fixture.BeginAsync();
        var file = WorldFile.Of(name);
        var world = file.ForRemedy();
        fixture.Enter(world);
        var check = "Test-AmlAksNetwork "
            + string.Join(' ', world.Arguments.Select(static a => $"-{a.Key} '{a.Value.Replace(",", "','", StringComparison.Ordinal)}'"))
            + $" -Rule {file.Rule}";
        var status = file.Broken().Expected[file.Rule!].Status;
        var broken = fixture.Runspace.Invoke(check).OutputWithoutErrors().Where(result => Text(result, "Status") == status).ToArray();
        Assert.NotEmpty(broken);
        var recommended = broken.Select(static result => Text(result, "Recommendation")).Distinct().ToArray();
        Assert.All(recommended, static line => Assert.Contains("az ", line, StringComparison.Ordinal));
        if (recommended.Any(static line => line.Contains("az role ", StringComparison.Ordinal))) AzureCli.SkipWhenRoleIsBroken();

        foreach (var command in recommended.SelectMany(static line => Between().Split(line)))
        {
            if (command.StartsWith("az ", StringComparison.Ordinal)) await az.LineAsync(command);
            else fixture.Runspace.Invoke(command).OutputWithoutErrors();
        }

        var after = fixture.Runspace.Invoke(check).OutputWithoutErrors();
        Assert.NotEmpty(after);
        Assert.True(after.All(static result => Text(result, "Status") == "Passed"), string.Join("\n", after));
    }

    private static string Text(PSObject value, string property) => value.Properties[property]?.Value?.ToString() ?? "";

    [GeneratedRegex("; (?=az |[A-Z][a-z]+-)")]
    private static partial Regex Between();
}
