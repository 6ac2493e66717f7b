using System.Text.RegularExpressions;

namespace AmlVnet.Sweep.Tests;

/// <summary>A command that is swept.</summary>
/// <param name="Scenario">The world: a scenario's name, or its JSON.</param>
/// <param name="Before">What is done first, undisturbed.</param>
/// <param name="Script">The command.</param>
internal sealed partial record Swept(string Scenario, string Before, string Script)
{
    private const string Workspace = "/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/myworkspacegroup/providers/"
        + "Microsoft.MachineLearningServices/workspaces/myworkspace";

    private const string Compute = "'" + Workspace + "/computes/myaks'";
    private const string Cluster = "'/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/myaksgroup/providers/"
        + "Microsoft.ContainerService/managedClusters/myakscluster'";

    private const string Route = Cluster + " | Grant-AksNetworkContributor -ScopeLevel Subnet; ";
    private const string Install = "Install-AksAmlExtension " + Cluster + " -SslSecretName scoring-tls -SslCname score.contoso.internal";
    private const string Names = " -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myk8s";
    private const string Add = "Get-AksAmlExtension " + Cluster + " | Add-AmlKubernetesCompute -Namespace inferencing" + Names;
    private const string Inference = "Enable-AmlPrivateInference -Kubernetes -AllowInsecureConnections -Namespace inferencing -Cluster "
        + Cluster + Names;

    private const string Moving = " -UseRunCommand -AllowInsecureConnections -Namespace inferencing -ResourceId " + Compute;
    private const string Trust = "Grant-AksAmlTrustedAccess " + Cluster + " -Workspace '" + Workspace + "'";

    private const string New = "New-AmlAksCompute myworkspacegroup myworkspace myaks -VirtualNetworkResourceGroupName mygroup"
        + " -VirtualNetworkName mynetwork -SubnetName default -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr "
        + "172.17.0.1/16";

    private const string Grant = Compute + " | Grant-AksNetworkContributor";
    private const string Private = "Set-AmlAksLoadBalancer -ResourceId " + Compute + " -Type InternalLoadBalancer";

    /// <summary>An attached cluster whose subnet's security group denies what is not allowed, beside a rule of somebody else's.</summary>
    private const string Guarded = """
        { "resourceGroups": [{ "name": "myworkspacegroup", "location": "eastus2" }, { "name": "mygroup", "location": "eastus2" }],
          "networkSecurityGroups": [{ "resourceGroup": "mygroup", "name": "mynsg", "securityRules": [
            { "name": "DenyAllIn", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
              "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "access": "Deny", "priority": 4000, "direction": "Inbound" } },
            { "name": "AllowSomebody", "properties": { "protocol": "Tcp", "sourcePortRange": "*", "destinationPortRange": "22",
              "sourceAddressPrefix": "10.9.0.0/16", "destinationAddressPrefix": "*", "access": "Allow", "priority": 300,
              "direction": "Inbound" } },
            { "name": "DenyInternetOut", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
              "sourceAddressPrefix": "*", "destinationAddressPrefix": "Internet", "access": "Deny", "priority": 4000,
              "direction": "Outbound" } }] }],
          "virtualNetworks": [{ "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
            "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24", "networkSecurityGroup": "mynsg" }] }],
          "workspaces": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspace" }],
          "clusters": [{ "resourceGroup": "mygroup", "name": "mycluster", "nodes": 3, "vmSize": "Standard_D3_v2",
            "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default" }],
          "computes": [{ "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
            "cluster": "mygroup/Microsoft.ContainerService/managedClusters/mycluster" }] }
        """;

    /// <summary>The same, where nodes reach one another and everything outside.</summary>
    private static readonly string Walled = Guarded
        .Replace("\"destinationAddressPrefix\": \"Internet\"", "\"destinationAddressPrefix\": \"203.0.113.0/24\"", StringComparison.Ordinal)
        .Replace("""{ "name": "AllowSomebody",""", """
            { "name": "AllowNodes", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
              "sourceAddressPrefix": "10.1.0.0/24", "destinationAddressPrefix": "10.1.0.0/24", "access": "Allow", "priority": 200,
              "direction": "Inbound" } },
            { "name": "AllowSomebody",
            """, StringComparison.Ordinal);

    /// <summary>
    /// One line for each command. A command that changes the cloud and is not here fails the contract test, which says to add a line: the
    /// world it needs, what is done in it before, and the command with what answers its questions.
    /// </summary>
    public static IReadOnlyList<Swept> All { get; } =
    [
        new("how-to", "", New),
        new("user-assigned", "", "Add-AmlAksCompute myworkspacegroup myworkspace myaks -Cluster " + Cluster),
        new("existing-cluster", "", Grant),
        new("existing-cluster", Grant, Compute + " | Revoke-AksNetworkContributor"),
        new("existing-cluster", Grant, Private),
        new("existing-cluster", Grant + "; " + Private, "Set-AmlAksLoadBalancer -ResourceId " + Compute + " -Type PublicIp"),
        new("existing-cluster", "", "Remove-AmlAksCompute -ResourceId " + Compute),
        new("how-to", New, "Remove-AmlAksCompute -UnderlyingResourceAction Delete -Force -ResourceId " + Compute),
        new(Guarded, Grant + "; " + Private, Compute + " | Enable-AmlScoringAccess"),
        new(Guarded, Grant + "; " + Private + "; " + Compute + " | Enable-AmlScoringAccess", Compute + " | Disable-AmlScoringAccess"),
        new(Guarded, "", Compute + " | Enable-AmlStudioAccess"),
        new(Guarded, Compute + " | Enable-AmlStudioAccess", Compute + " | Disable-AmlStudioAccess"),
        new("how-to", "", New.Replace("New-AmlAksCompute", "Enable-AmlPrivateInference", StringComparison.Ordinal)),
        new("user-assigned", "", "Enable-AmlPrivateInference myworkspacegroup myworkspace myaks -Cluster " + Cluster),
        new(Walled, "", Compute + " | Enable-AmlPrivateInference"),
        new(Walled, Compute + " | Enable-AmlPrivateInference", Compute + " | Disable-AmlPrivateInference"),
        new("kubernetes", Route, Install),
        new("kubernetes", Route + Install, "Update-AksAmlExtension -RouterServiceType NodePort -Force " + Cluster),
        new("kubernetes", Route + Install, "Uninstall-AksAmlExtension -Force " + Cluster),
        new("kubernetes", Route + Install, Trust),
        new("kubernetes", Route + Install + "; " + Trust, Trust.Replace("Grant", "Revoke", StringComparison.Ordinal)),
        new("kubernetes", Route + Install, Add),
        new("kubernetes", Route + Install + "; " + Add, "Remove-AmlKubernetesCompute" + Names),
        new("kubernetes", "", Inference + " -UseRunCommand"),
        new("kubernetes", Inference + " -UseRunCommand", "Disable-AmlPrivateInference" + Names),
        new("migration", "", "Move-AmlAksCompute -Path Clean -Detach" + Moving),
        new("migration", "", "Move-AmlAksCompute -Path Coexist" + Moving) { IsOnlyInAll = true },
    ];

    /// <summary>Commands that change files or the simulator itself, and send nothing to the cloud that changes it.</summary>
    public static IReadOnlyList<string> Elsewhere { get; } = ["Export-AmlCheckResult", "Export-AmlReport", "Set-AmlSimulator"];

    /// <summary>Whether it is left to --all: it has nearly everything in common with another one.</summary>
    public bool IsOnlyInAll { get; init; }

    /// <summary>The name of the command, for the report.</summary>
    public string Name => Script.Split(' ').Last(static word => VerbNoun().IsMatch(word) && !word.StartsWith('\''))
        + (Script.Contains("PublicIp", StringComparison.Ordinal) ? " PublicIp" : "")
        + (Script.Contains("PrivateInference", StringComparison.Ordinal) && Script.Contains("myk8s", StringComparison.Ordinal)
            ? " Kubernetes" : "")
        + (Script.Contains("-Path Coexist", StringComparison.Ordinal) ? " Coexist" : "")
        + (Script.Contains("-Detach", StringComparison.Ordinal) ? " Detach" : "")
        + (Script.Contains("Action Delete", StringComparison.Ordinal) ? " Delete" : "");

    [GeneratedRegex("^[A-Z][a-z]+-A[A-Za-z]+$")]
    private static partial Regex VerbNoun();
}
