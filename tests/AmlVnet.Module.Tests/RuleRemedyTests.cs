using System.Text.RegularExpressions;
using AmlVnet.Simulator.Tests;

namespace AmlVnet.Module.Tests;

/// <summary>
/// The module and the real Azure CLI in one world: the simulator in this process and the one behind the server keep it in one state file.
/// </summary>
public sealed class RuleRemedyFixture : IDisposable
{
    // Debian 12's azure-cli 2.45.0 asks for a version of the network API that Debian's azure-mgmt-network lacks, and az network fails before
    // it sends anything. What else stands beside the checkout to repair az is loaded too.
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
            "--port", "0", "--http-port", "0", "--cert-folder", _folder["certificates"], "--state", _folder["world.state"], "--time-scale", "600");
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
    internal void Enter(RuleWorld world)
    {
        world.Write(_folder["world.json"]);
        Runspace.SetVariable("scenario", _folder["world.json"]);
        Runspace.Invoke("Set-AmlSimulator -Scenario $scenario -Confirm:$false").OutputWithoutErrors();
        if (world.Script is not null) Runspace.Invoke(world.Script).OutputWithoutErrors();
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
    public static TheoryData<string> Ids => [.. RuleWorlds.All.Where(static row => row.Remedy == Remedy.AzureCli).Select(static row => row.Id)];

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task The_recommended_Azure_CLI_command_when_run_makes_the_rule_pass(string id)
    {
        var row = RuleWorlds.Of(id);
        await MendAsync(id, row.Broken(forRemedy: true), row.Status);
    }

    [Fact]
    public async Task A_subnet_with_room_around_it_is_widened()
    {
        var world = new RuleWorld(RuleInput.Preflight);
        world.Nodes["addressPrefix"] = "10.1.4.0/26";
        await MendAsync("AMLVNET-SUBNET-001", world, "Failed");
    }

    [Fact]
    public async Task Before_a_cluster_exists_a_rule_is_opened_by_the_Azure_CLI()
    {
        var world = new RuleWorld(RuleInput.Preflight);
        world.AddRule("NoWeb", 300, "Inbound", "Deny", "*", "*", "80");
        await MendAsync("AMLVNET-NSG-001", world, "Failed");
    }

    private async Task MendAsync(string id, RuleWorld world, string status)
    {
        var az = await fixture.BeginAsync();
        fixture.Enter(world);
        var check = $"{world.Command} -Rule {id}";
        var broken = fixture.Runspace.Invoke(check).OutputWithoutErrors().Where(result => RuleWorldTests.Text(result, "Status") == status).ToArray();
        Assert.NotEmpty(broken);
        var recommended = broken.Select(static result => RuleWorldTests.Text(result, "Recommendation")).Distinct().ToArray();
        Assert.All(recommended, static line => Assert.Contains("az ", line, StringComparison.Ordinal));
        if (recommended.Any(static line => line.Contains("az role ", StringComparison.Ordinal))) AzureCli.SkipWhenRoleIsBroken();

        foreach (var command in recommended.SelectMany(static line => Between().Split(line)))
        {
            if (command.StartsWith("az ", StringComparison.Ordinal)) await az.LineAsync(command);
            else fixture.Runspace.Invoke(command).OutputWithoutErrors();
        }

        var after = fixture.Runspace.Invoke(check).OutputWithoutErrors();
        Assert.NotEmpty(after);
        Assert.True(after.All(static result => RuleWorldTests.Text(result, "Status") == "Passed"), RuleWorldTests.Lines(after));
    }

    [GeneratedRegex("; (?=az |[A-Z][a-z]+-)")]
    private static partial Regex Between();
}
