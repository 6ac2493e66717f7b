namespace AmlVnet.Module.Tests;

/// <summary>A proxy or a network's sign-in page that answers in Azure's place: no command claims what it did not do.</summary>
public sealed class BadAnswerTests
{
    private const string ReadErrors = "NotFromAzure AnswerUnreadable";

    /// <summary>Commands that change files or the simulator itself, not the cloud.</summary>
    private static readonly string[] Elsewhere = ["Export-AmlCheckResult", "Export-AmlReport", "Set-AmlSimulator"];

    /// <summary>An attached cluster whose subnet's security group denies what is not allowed.</summary>
    private const string Guarded = """
        { "resourceGroups": [{ "name": "myworkspacegroup", "location": "eastus2" }, { "name": "mygroup", "location": "eastus2" }],
          "networkSecurityGroups": [{ "resourceGroup": "mygroup", "name": "mynsg", "securityRules": [
            { "name": "DenyAllIn", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
              "sourceAddressPrefix": "*", "destinationAddressPrefix": "*", "access": "Deny", "priority": 4000, "direction": "Inbound" } },
            { "name": "DenyInternetOut", "properties": { "protocol": "*", "sourcePortRange": "*", "destinationPortRange": "*",
              "sourceAddressPrefix": "*", "destinationAddressPrefix": "Internet",
              "access": "Deny", "priority": 4000, "direction": "Outbound" } }] }],
          "virtualNetworks": [{ "resourceGroup": "mygroup", "name": "mynetwork", "addressPrefixes": ["10.1.0.0/16"],
            "subnets": [{ "name": "default", "addressPrefix": "10.1.0.0/24", "networkSecurityGroup": "mynsg" }] }],
          "workspaces": [{ "resourceGroup": "myworkspacegroup", "name": "myworkspace" }],
          "clusters": [{ "resourceGroup": "mygroup", "name": "mycluster", "nodes": 3, "vmSize": "Standard_D3_v2",
            "subnet": "mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default" }],
          "computes": [{ "workspace": "myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace", "name": "myaks",
            "cluster": "mygroup/Microsoft.ContainerService/managedClusters/mycluster" }] }
        """;

    private const string Compute = "'" + SimulatedCloud.Compute + "'";
    private const string Private = "Set-AmlAksLoadBalancer -ResourceId " + Compute + " -Type InternalLoadBalancer";
    private const string Grant = Compute + " | Grant-AksNetworkContributor";
    private const string Remove = "Remove-AmlAksCompute -ResourceId " + Compute + " -PassThru";
    private const string Add = "Add-AmlAksCompute myworkspacegroup myworkspace myaks -Cluster '" + SimulatedCloud.ExistingCluster + "'";

    private const string Cluster = "'" + SimulatedCloud.ExistingCluster + "'";
    private const string Route = Cluster + " | Grant-AksNetworkContributor -ScopeLevel Subnet; ";
    private const string Install = "Install-AksAmlExtension " + Cluster + " -SslSecretName scoring-tls -SslCname score.contoso.internal";
    private const string Trust = "Grant-AksAmlTrustedAccess " + Cluster + " -Workspace '" + SimulatedCloud.Workspace + "'";
    private const string Names = " -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name myk8s";
    private const string Attach = "Get-AksAmlExtension " + Cluster + " | Add-AmlKubernetesCompute -Namespace inferencing" + Names;

    /// <summary>Scenario, what goes before, and the command.</summary>
    public static TheoryData<string, string, string> Commands => new()
    {
        { "how-to", "", Rehearsal.New },
        { "how-to", "", Rehearsal.New + " -NoWait" },
        { "user-assigned", "", Add },
        { "user-assigned", "", Add + " -NoWait" },
        { "existing-cluster", "", Grant },
        { "existing-cluster", Grant, Compute + " | Revoke-AksNetworkContributor" },
        { "existing-cluster", Grant, Private },
        { "existing-cluster", Grant, Private + " -NoWait" },
        { "existing-cluster", Grant + "; " + Private, "Set-AmlAksLoadBalancer -ResourceId " + Compute + " -Type PublicIp" },
        { "existing-cluster", "", Remove },
        { "existing-cluster", "", Remove + " -NoWait" },
        { "how-to", Rehearsal.New, Remove + " -UnderlyingResourceAction Delete -Force" },
        { Guarded, Grant + "; " + Private, Compute + " | Enable-AmlScoringAccess" },
        { Guarded, Grant + "; " + Private + "; " + Compute + " | Enable-AmlScoringAccess", Compute + " | Disable-AmlScoringAccess" },
        { Guarded, "", Compute + " | Enable-AmlStudioAccess" },
        { Guarded, Compute + " | Enable-AmlStudioAccess", Compute + " | Disable-AmlStudioAccess" },
        { "existing-cluster", "", Compute + " | Enable-AmlPrivateInference" },
        { "existing-cluster", Compute + " | Enable-AmlPrivateInference", Compute + " | Disable-AmlPrivateInference" },
        { "kubernetes", Route + Install + "; Uninstall-AksAmlExtension -Force " + Cluster, Install },
        { "kubernetes", Route + Install, "Update-AksAmlExtension -RouterServiceType NodePort -Force " + Cluster },
        { "kubernetes", Route + Install, "Uninstall-AksAmlExtension -Force " + Cluster },
        { "kubernetes", Route + Install, Trust },
        { "kubernetes", Route + Install + "; " + Trust, Trust.Replace("Grant", "Revoke", StringComparison.Ordinal) },
        { "kubernetes", Route + Install, Attach },
        { "kubernetes", Route + Install + "; " + Attach, "Remove-AmlKubernetesCompute" + Names },
        { "migration", "", "Move-AmlAksCompute -Path Clean -UseRunCommand -AllowInsecureConnections -Namespace inferencing -ResourceId "
            + Compute },
    };

    [Fact]
    public void Every_command_that_changes_the_cloud_is_tried()
    {
        using var runspace = new ModuleRunspace();
        var changing = runspace.Invoke(
            "Get-Command -Module AmlVnet | Where-Object { $_.Parameters.ContainsKey('WhatIf') } | ForEach-Object Name")
            .OutputWithoutErrors().Select(static name => name.ToString()).Except(Elsewhere);
        var tried = string.Join(" ", Commands.Select(static row => row.Data.Item3));
        Assert.All(changing, name => Assert.Contains(name + " ", tried + " ", StringComparison.Ordinal));
    }

    /// <summary>
    /// Each write of a command in turn gets each bad answer; the ones before it have been made by then, so that they are not sent again.
    /// </summary>
    [Theory, MemberData(nameof(Commands))]
    public void No_bad_answer_to_a_write_is_taken_for_a_success(string scenario, string before, string command)
    {
        var writes = 1;
        for (var nth = 1; nth <= writes; nth++)
        {
            using var world = Open(scenario);
            // A right that acts at once: the write that is tried again until it does would be one more.
            world.Cloud.Set("assignmentSeconds", "0");
            if (before.Length > 0) world.Run(before);
            var swap = AnswerSwap.Before(world);
            var passed = 0;
            foreach (var bad in BadAnswer.All)
            {
                swap.Answer = request => AnswerSwap.IsRead(request) || ++passed < nth ? null : bad.Make(request);
                var result = world.Try(command);

                var why = $"write {nth} of {command}, {bad.Name}: {Errors(result)}";
                Assert.True(result.Output.Count == 0, why + $" gave {string.Join(", ", result.Output)}");
                Assert.True(result.AllErrors.Count == 1, why);
                var error = result.AllErrors[0];
                Assert.True(IdsFor(bad).Contains(error.FullyQualifiedErrorId.Split(',')[0], StringComparison.Ordinal), why);
                Assert.Contains("in Azure's place", $"{error} {error.ErrorDetails?.RecommendedAction}", StringComparison.Ordinal);
                if (bad.Name is "301" or "302" or "307" or "308")
                    Assert.Contains("https://portal.example.com:8443", error.ToString(), StringComparison.Ordinal);
                passed = nth;
            }

            Assert.DoesNotContain(swap.Asked, static address => address.Host != "management.simulator.invalid");
            if (nth > 1) continue;
            writes = 0;
            swap.Answer = request =>
            {
                if (!AnswerSwap.IsRead(request)) writes++;
                return null;
            };
            world.Run(command);
            Assert.NotEqual(0, writes);
        }
    }

    /// <summary>A page is no "it does not exist", and an object without a list is no empty list.</summary>
    [Theory, MemberData(nameof(Commands))]
    public void No_bad_answer_to_a_read_is_taken_for_an_answer(string scenario, string before, string command)
    {
        using var world = Open(scenario);
        if (before.Length > 0) world.Run(before);
        var swap = AnswerSwap.Before(world);
        BadAnswer page = new("404 HTML", static _ => new HttpResponseMessage(System.Net.HttpStatusCode.NotFound)
        {
            Content = new StringContent("<html></html>"),
        });
        foreach (var bad in BadAnswer.All.Where(static bad => bad.Name is not "another resource").Append(page))
        {
            swap.Answer = request => request.Method == HttpMethod.Get ? bad.Make(request) : null;
            var result = world.Try(command);

            var why = $"{command}, {bad.Name}: {Errors(result)}";
            Assert.True(result.Output.Count == 0, why);
            Assert.True(result.AllErrors.Count == 1, why);
            Assert.True(ReadErrors.Contains(result.AllErrors[0].FullyQualifiedErrorId.Split(',')[0], StringComparison.Ordinal), why);
            Assert.Empty(world.Cloud.Writes);
        }
    }

    private static string Errors(ScriptResult result) =>
        string.Join("; ", result.AllErrors.Select(static error => $"{error.FullyQualifiedErrorId}: {error}"));

    private static string IdsFor(BadAnswer bad) => bad.Name switch
    {
        "301" or "302" or "307" or "308" or "304" or "203" => "NotFromAzure",
        // Where the result was to be, of a command in a cluster, the answer can't be read.
        "204" => "ChangeNotSeen AnswerUnreadable",
        // A DELETE may answer so; then the reading back tells.
        "empty" or "{}" or "another resource" => "AnswerUnreadable ChangeNotSeen",
        _ => "AnswerUnreadable",
    };

    private static Rehearsal Open(string scenario)
    {
        if (!scenario.StartsWith('{')) return new Rehearsal(scenario);
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, scenario);
            return new Rehearsal(path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
