using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace AmlVnet.Benchmarks;

/// <summary>
/// The how-to's six commands of the Azure CLI against this module's pipeline, cold, on the same HTTPS server with the same delays: an
/// attached cluster is given its right and its private address is asked for.
/// az is signed in beforehand; the module signs in within its run.
/// </summary>
internal static partial class HowToRun
{
    private const string Tenant = "b7d9e1f4-2a6c-4038-8e5b-93c1f0a7d264";
    private const string Application = "0b6f2a1c-3d4e-4f50-8a61-7b8c9d0e1f2a";
    private const string Subscription = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36";
    private const string Group = Subscription + "/resourceGroups/mygroup";
    private const string Compute =
        Subscription + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace/computes/myaks";

    /// <summary>Runs both by turns, and prints their medians and the ratio.</summary>
    internal static void Run(Layout layout, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet-howto-").FullName;
        try
        {
            var (az, own) = (new List<ChildRun>(), new List<ChildRun>());
            for (var round = 0; round < rounds; round++)
            {
                // az keeps the address that it signed in to.
                using (var server = Server.Start(layout, Server.LastPort)) az.Add(Az(server, folder, isFirst: round == 0));
                using (var server = Server.Start(layout, Server.LastPort)) own.Add(Own(layout, server));
            }

            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{rounds} rounds by turns, medians"));
            Tell("the how-to's six az commands", 6, az);
            Tell("this module's pipeline, cold", 1, own);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"ratio: wall {Wall(az) / Wall(own):N1}, processor {Cpu(az) / Cpu(own):N1}"));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static double Wall(List<ChildRun> runs) => ChildRun.Median(runs.Select(static run => run.Wall.TotalSeconds));

    private static double Cpu(List<ChildRun> runs) => ChildRun.Median(runs.Select(static run => run.Cpu.TotalSeconds));

    private static void Tell(string name, int processes, List<ChildRun> runs) => Console.WriteLine(
        string.Create(CultureInfo.InvariantCulture,
            $"{name,-32} {processes} processes  wall {Wall(runs),5:N1} s  processor {Cpu(runs),5:N1} s"));

    private static ChildRun Az(Server server, string folder, bool isFirst)
    {
        var environment = new Dictionary<string, string>(server.Environment)
        {
            ["AZURE_CONFIG_DIR"] = folder,
            ["AZURE_CORE_COLLECT_TELEMETRY"] = "0",
            ["AZURE_CORE_SURVEY_MESSAGE"] = "0",
            ["AZURE_CORE_ERROR_RECOMMENDATION"] = "off",
            ["AZURE_EXTENSION_USE_DYNAMIC_INSTALL"] = "no",
            ["NO_PROXY"] = "localhost,127.0.0.1",
        };
        if (isFirst) SignIn(server, folder, environment);
        List<ChildRun> runs = [];
        string Line(params string[] arguments)
        {
            runs.Add(ChildRun.Of("az", arguments, environment));
            return runs[^1].Output.Trim().Trim('"');
        }

        Line("aks", "show", "-n", "myakscluster", "--resource-group", "myaksgroup", "--query", "servicePrincipalProfile.clientId");
        var principal = Line("aks", "show", "-n", "myakscluster", "--resource-group", "myaksgroup", "--query", "identity.principalId");
        var group = Line("group", "show", "-n", "mygroup", "--query", "id");
        Grant(Line, server, principal, group);
        var body = Path.Combine(folder, "body.json");
        File.WriteAllText(body, """
            { "location": "eastus2", "properties": { "resourceId": "RESOURCE", "computeType": "AKS", "provisioningState": "Succeeded",
              "properties": { "loadBalancerType": "InternalLoadBalancer", "agentCount": 3, "agentVmSize": "Standard_D3_v2" } } }
            """.Replace("RESOURCE",
            $"{Subscription}/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster",
            StringComparison.Ordinal));
        Line("rest", "--method", "put", "--uri", $"{server.Origin}{Compute}?api-version=2018-11-19", "--body", "@" + body);
        Line("resource", "show", "--ids", Compute);
        return new ChildRun(Sum(runs, static run => run.Cpu), Sum(runs, static run => run.Wall), "");
    }

    private static TimeSpan Sum(List<ChildRun> runs, Func<ChildRun, TimeSpan> of) =>
        runs.Aggregate(TimeSpan.Zero, (sum, run) => sum + of(run));

    // az role of Debian 12's package fails before it sends anything (Azure/azure-cli issue 24959); az rest then sends what it would.
    private static void Grant(Func<string[], string> line, Server server, string principal, string group)
    {
        try
        {
            line(["role", "assignment", "create", "--assignee", principal, "--role", "Network Contributor", "--scope", group]);
        }
        catch (InvalidOperationException)
        {
            Console.WriteLine("(az role does not work in this az; az rest took its place)");
            var role = $"{Subscription}/providers/Microsoft.Authorization/roleDefinitions/4d97b98b-1d4f-4787-a291-c67834d212e7";
            var body = JsonSerializer.Serialize(new
            {
                properties = new { roleDefinitionId = role, principalId = principal, principalType = "ServicePrincipal" },
            });
            line(["rest", "--method", "put", "--body", body, "--uri",
                $"{server.Origin}{Group}/providers/Microsoft.Authorization/roleAssignments/{Guid.NewGuid()}?api-version=2022-04-01"]);
        }
    }

    private static void SignIn(Server server, string folder, Dictionary<string, string> environment)
    {
        var cloud = Path.Combine(folder, "cloud.json");
        File.WriteAllText(cloud, JsonSerializer.Serialize(new
        {
            endpoints = new
            {
                resourceManager = server.Origin,
                management = server.Origin + "/",
                activeDirectory = server.Origin + "/adfs",
                activeDirectoryResourceId = server.Origin + "/",
                activeDirectoryGraphResourceId = server.Origin + "/",
                microsoftGraphResourceId = server.Origin + "/",
            },
        }));
        ChildRun.Of("az", ["cloud", "register", "-n", "Rehearsal", "--cloud-config", "@" + cloud], environment);
        ChildRun.Of("az", ["cloud", "set", "-n", "Rehearsal"], environment);
        ChildRun.Of("az", ["login", "--service-principal", "-u", Application, "-p", "any", "--tenant", Tenant, "-o", "none"], environment);
    }

    private static ChildRun Own(Layout layout, Server server) => layout.Pwsh($$"""
        $ErrorActionPreference = 'Stop'
        Import-Module '{{layout.Manifest}}'
        $secret = [securestring]::new(); 'any'.ToCharArray() | ForEach-Object { $secret.AppendChar($_) }
        $place = @{ Tenant = '{{Tenant}}'; ArmEndpoint = '{{server.Origin}}' }
        $null = Connect-AmlVnet -ServicePrincipal -Credential ([pscredential]::new('{{Application}}', $secret)) @place
        $null = '{{Compute}}' | Grant-AksNetworkContributor -WarningAction Ignore
        $null = '{{Compute}}' | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait -WarningAction Ignore
        """, new Dictionary<string, string>(server.Environment)
    {
        ["POWERSHELL_TELEMETRY_OPTOUT"] = "1",
        ["POWERSHELL_UPDATECHECK"] = "Off"
    });

    /// <summary>The simulator behind HTTPS, in a process of its own and a fresh world.</summary>
    private sealed partial class Server : IDisposable
    {
        private readonly Process _process;

        private Server(Process process, string origin, Dictionary<string, string> environment) =>
            (_process, Origin, Environment) = (process, origin, environment);

        internal static int LastPort { get; private set; }

        internal string Origin { get; }

        internal Dictionary<string, string> Environment { get; }

        internal static Server Start(Layout layout, int port)
        {
            var program = Path.Combine(layout.Root, "src", "AmlVnet.Simulator.Server", "bin", "Release", "net10.0",
                "AmlVnet.Simulator.Server.dll");
            var process = Process.Start(new ProcessStartInfo("dotnet",
                [program, "--port", $"{port}", "--scenario", "existing-cluster"])
            { RedirectStandardOutput = true })!;
            Dictionary<string, string> environment = [];
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (Export().Match(line) is { Success: true } export && export.Groups[1].Value != "ARM_CLOUD_METADATA_URL")
                    environment[export.Groups[1].Value] = export.Groups[2].Value;
                if (Ready().Match(line) is not { Success: true } ready) continue;
                var origin = new Uri(ready.Groups[1].Value);
                LastPort = origin.Port;
                return new Server(process, origin.AbsoluteUri.TrimEnd('/'), environment);
            }

            throw new InvalidOperationException(
                "The server did not start; build it first: dotnet build -c Release src/AmlVnet.Simulator.Server");
        }

        public void Dispose()
        {
            _process.Kill();
            _process.WaitForExit();
            _process.Dispose();
        }

        [GeneratedRegex("^export ([A-Z_]+)='([^']*)'")]
        private static partial Regex Export();

        [GeneratedRegex("ready: (https://\\S+)")]
        private static partial Regex Ready();
    }
}
