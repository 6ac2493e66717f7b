using System.Management.Automation;
using AmlVnet.Build;

namespace AmlVnet.Module.Tests;

/// <summary>The rule of one family for parameters, walked over all exports; docs/guides/contributing.md has it as a table.</summary>
public sealed class FamilyTests
{
    private static readonly string[] Names = ["ResourceGroupName", "WorkspaceName", "Name"];

    private static readonly string[] SubnetNames = ["VirtualNetworkResourceGroupName", "VirtualNetworkName", "SubnetName"];

    /// <summary>What may stand first when an object is piped: then the object itself has no position.</summary>
    private static readonly Dictionary<string, string> Values = new()
    {
        ["Set-AmlAksLoadBalancer"] = "Type",
        ["Enable-AmlScoringAccess"] = "SourceAddressPrefix",
    };

    private static readonly Lazy<IReadOnlyList<CmdletInfo>> Compiled = new(() => HelpMetadata.Cmdlets(Repository.StagedManifest));

    public static TheoryData<string> Cmdlets => [.. ContractTests.ExportedCmdlets];

    /// <summary>The types of references, each with the aliases that its parameter had before it was called InputObject.</summary>
    private static Dictionary<string, string[]> Roles { get; } = new()
    {
        ["AksComputeReference"] = ["Compute"],
        ["AksClusterReference"] = ["Cluster"],
        ["AksNetworkReference"] = ["Cluster", "Compute", "Workspace"],
        ["AmlOperationReference"] = ["Compute", "Operation"],
        ["WorkspaceReference"] = ["Workspace"],
    };

    [Theory, MemberData(nameof(Cmdlets))]
    public void What_it_acts_on_comes_from_the_pipeline_as_InputObject(string name)
    {
        var cmdlet = Find(name);
        foreach (var parameter in cmdlet.Parameters.Values.Where(one => Roles.ContainsKey(one.ParameterType.Name)))
        {
            // The workspace is a second role where a cluster or a compute is the first, and so is the cluster that is attached.
            if (parameter.Name is "Workspace" or "Cluster" && (name.StartsWith("Add-Aml", StringComparison.Ordinal)
                || name is "Enable-AmlPrivateInference" or "Grant-AksAmlTrustedAccess" or "Revoke-AksAmlTrustedAccess")) continue;
            Assert.Equal("InputObject", parameter.Name);
            Assert.Contains(parameter.ParameterSets.Values, use => use.ValueFromPipeline);
            Assert.Superset(Roles[parameter.ParameterType.Name].ToHashSet(), parameter.Aliases.ToHashSet());
        }
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void The_object_stands_first_or_else_its_value(string name)
    {
        var cmdlet = Find(name);
        if (!TakesCompute(cmdlet) || name.StartsWith("Add-Aml", StringComparison.Ordinal)) return;
        var (subject, expected) = Values.TryGetValue(name, out var value) ? (value, -1) : ("InputObject", 0);
        Assert.Equal(0, Use(cmdlet, "ByInputObject", subject)!.Position);
        Assert.Equal(expected, Math.Max(-1, Use(cmdlet, "ByInputObject", "InputObject")!.Position));
        if (value is null) return;
        Assert.Equal(3, Use(cmdlet, "ByName", value)!.Position);
        Assert.Equal(0, Use(cmdlet, "ByResourceId", value)!.Position);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Three_names_stand_first_and_come_by_property_name(string name)
    {
        var cmdlet = Find(name);
        if (!TakesCompute(cmdlet)) return;
        Assert.All(Names.Select((one, i) => (Use: Use(cmdlet, "ByName", one), i)), one =>
        {
            Assert.NotNull(one.Use);
            Assert.Equal(one.i, one.Use.Position);
            Assert.True(one.Use.ValueFromPipelineByPropertyName);
        });
        Assert.Contains("ComputeName", cmdlet.Parameters["Name"].Aliases);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void An_id_names_it_too(string name)
    {
        var cmdlet = Find(name);
        // An attached cluster is named by its id as -InputObject.
        if (!TakesCompute(cmdlet) || name.StartsWith("Add-Aml", StringComparison.Ordinal)) return;
        Assert.True(Use(cmdlet, "ByResourceId", "ResourceId") is { IsMandatory: true }, $"{name} has no -ResourceId in a set of its own.");
        // Beside names it is there to be compared: what is piped has an id, and must not lend its name to another role.
        Assert.True(Use(cmdlet, "ByName", "ResourceId") is { ValueFromPipelineByPropertyName: true }
            || name is "Get-AmlAksCompute" or "Get-AmlKubernetesCompute" or "Get-AmlOperation");
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void Where_something_is_made_the_workspace_comes_from_the_pipeline(string name)
    {
        if (name is not ("New-AmlAksCompute" or "Add-AmlAksCompute" or "Add-AmlKubernetesCompute" or "Enable-AmlPrivateInference")) return;
        var cmdlet = Find(name);
        var workspace = Assert.Single(cmdlet.Parameters.Values, one => one.Name == "Workspace" || one.Aliases.Contains("Workspace"));
        Assert.EndsWith("Reference", workspace.ParameterType.Name, StringComparison.Ordinal);
        Assert.All(workspace.ParameterSets.Values, use => Assert.True(use.ValueFromPipeline));
        // So that the one word beside a piped workspace is the compute's name; that of the Kubernetes route still wants -Name.
        Assert.True(Use(cmdlet, "ByName", "WorkspaceName")!.ValueFromPipeline);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void A_subnet_is_an_id_three_names_or_an_object(string name)
    {
        var cmdlet = Find(name);
        if (!cmdlet.Parameters.TryGetValue("SubnetId", out var subnet)) return;
        Assert.Equal("SubnetReference", subnet.ParameterType.Name);
        Assert.Contains("Subnet", subnet.Aliases);
        Assert.All(SubnetNames, one => Assert.True(cmdlet.Parameters.ContainsKey(one), $"{name} has no -{one}."));
        Assert.Contains("VnetName", cmdlet.Parameters["VirtualNetworkName"].Aliases);
        Assert.Contains("VnetResourceGroupName", cmdlet.Parameters["VirtualNetworkResourceGroupName"].Aliases);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void A_plan_goes_wherever_its_values_go(string name)
    {
        var cmdlet = Find(name);
        // The one that makes plans takes the values as wishes.
        if (!cmdlet.Parameters.ContainsKey("ServiceCidr") || name == "New-AmlAksNetworkPlan") return;
        Assert.True(cmdlet.Parameters.TryGetValue("NetworkPlan", out var plan), $"{name} has no -NetworkPlan.");
        Assert.Equal("AksNetworkPlan", plan.ParameterType.Name);
        Assert.Contains(plan.ParameterSets.Values, use => use.ValueFromPipeline);
    }

    [Theory, MemberData(nameof(Cmdlets))]
    public void A_parameter_of_one_name_has_one_type_and_the_same_aliases(string name)
    {
        var cmdlet = Find(name);
        // InputObject is another thing to each role, a workspace has a name of its own, and rules are ids of checks.
        foreach (var parameter in cmdlet.Parameters.Values.Where(one => !Cmdlet.CommonParameters.Contains(one.Name)
            && one.Name is not ("InputObject" or "Name")))
        {
            var siblings = Compiled.Value.Where(one => one.Parameters.ContainsKey(parameter.Name)).Select(one =>
                one.Parameters[parameter.Name]).ToList();
            if (IsOfAnotherKind(name, parameter.Name)) continue;
            Assert.All(siblings.Where(one => one.ParameterType.Namespace == parameter.ParameterType.Namespace), sibling =>
                Assert.True(sibling.ParameterType == parameter.ParameterType,
                    $"-{parameter.Name} of {name} is a {parameter.ParameterType.Name}, a sibling's is a {sibling.ParameterType.Name}."));
        }
    }

    /// <summary>What has a name of the family by chance.</summary>
    private static bool IsOfAnotherKind(string cmdlet, string parameter) =>
        (cmdlet == "Connect-AmlVnet" && parameter is "DefaultProfile") || parameter is "Scope" or "Format";

    private static bool TakesCompute(CmdletInfo cmdlet) =>
        cmdlet.Parameters.TryGetValue("InputObject", out var input) && Roles.ContainsKey(input.ParameterType.Name)
            && input.ParameterType.Name != "WorkspaceReference";

    private static ParameterSetMetadata? Use(CmdletInfo cmdlet, string set, string parameter) =>
        cmdlet.Parameters.TryGetValue(parameter, out var found) ? found.ParameterSets.GetValueOrDefault(set) : null;

    private static CmdletInfo Find(string name) => Compiled.Value.Single(cmdlet => cmdlet.Name == name);
}
