using System.Management.Automation;

namespace AmlVnet.Module.Tests;

/// <summary>
/// Wrong inputs, one row each. What the engine's binder refuses keeps the engine's error; every other row gives one non-terminating
/// error of the catalogue with the value and the rule, and nothing is sent that could change something.
/// </summary>
public sealed class WrongInputTests(WrongInputTests.Worlds worlds) : IClassFixture<WrongInputTests.Worlds>
{
    private const string Sub = SimulatedCloud.Subscription;
    private const string New = "New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace ";
    private const string HowTo = " -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName default"
        + " -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16";

    private const string Subnet = " -SubnetId '" + SimulatedCloud.Subnet + "'";
    private const string InvalidArgument = nameof(ErrorCategory.InvalidArgument);
    private const string InvalidOperation = nameof(ErrorCategory.InvalidOperation);
    private const string NotFound = nameof(ErrorCategory.ObjectNotFound);

    /// <summary>Script, error id, category, target (null: none; "*": not looked at), and what the message must say.</summary>
    public static TheoryData<string, string, string, string?, string[]> OwnErrors => new()
    {
        // Names
        { New + "-Name a/b" + HowTo, "InvalidValue", InvalidArgument, "a/b", ["-Name", "'a/b'", "3 to 24 letters", "last part"] },
        { New + "-Name ab" + HowTo, "InvalidValue", InvalidArgument, "ab", ["'ab'", "3 to 24", "it has 2"] },
        { New + "-Name abcdefghijklmnopqrstuvwxy" + HowTo, "InvalidValue", InvalidArgument, "abcdefghijklmnopqrstuvwxy", ["3 to 24", "it has 25"] },
        { New + "-Name 1abc" + HowTo, "InvalidValue", InvalidArgument, "1abc", ["'1abc'", "beginning with a letter"] },
        { New + "-Name abc-" + HowTo, "InvalidValue", InvalidArgument, "abc-", ["'abc-'", "ending with a letter or digit"] },
        { New + "-Name node-123" + HowTo, "InvalidValue", InvalidArgument, "node-123", ["'node-123'", "must not end in '-' and digits"] },
        { New + "-Name 'my aks'" + HowTo, "InvalidValue", InvalidArgument, "my aks", ["'my aks'", "take ' ' out"] },
        { New + "-Name 'myäks'" + HowTo, "InvalidValue", InvalidArgument, "myäks", ["'myäks'", "take 'ä' out"] },
        { "New-AmlAksCompute -ResourceGroupName 'group.' -WorkspaceName myworkspace -Name myaks" + HowTo, "InvalidValue", InvalidArgument, "group.",
            ["-ResourceGroupName", "'group.'", "not ending in '.'"] },
        { "New-AmlAksCompute -ResourceGroupName a/b -WorkspaceName myworkspace -Name myaks" + HowTo, "InvalidValue", InvalidArgument, "a/b",
            ["-ResourceGroupName", "'a/b'", "last part"] },
        { "New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName my.workspace -Name myaks" + HowTo, "InvalidValue", InvalidArgument, "my.workspace",
            ["-WorkspaceName", "'my.workspace'", "3 to 33"] },
        { "Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name a", "InvalidValue", InvalidArgument, "a", ["-Name", "'a'", "3 to 33"] },
        { "Get-AmlWorkspace -ResourceGroupName ''", "InvalidValue", InvalidArgument, "", ["-ResourceGroupName", "empty", "give a name"] },
        { "Get-AmlAksCompute myworkspacegroup myworkspace -Name ''", "InvalidValue", InvalidArgument, "", ["-Name", "empty", "3 to 24"] },
        { New + "-Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName x -SubnetName default", "InvalidValue", InvalidArgument, "x",
            ["-VirtualNetworkName", "'x'", "2 to 64"] },
        { New + "-Name myaks -VnetResourceGroupName mygroup -VnetName mynetwork -SubnetName a/b", "InvalidValue", InvalidArgument, "a/b",
            ["-SubnetName", "'a/b'", "1 to 80"] },
        { "Get-AksClusterIdentity -ResourceGroupName mygroup -ClusterName -x", "InvalidValue", InvalidArgument, "-x", ["-ClusterName", "'-x'", "1 to 63"] },
        { "Get-AmlWorkspace -SubscriptionId production", "InvalidValue", InvalidArgument, "production", ["-SubscriptionId", "'production'", "GUID"] },

        // Ids
        { New + "-Name myaks -SubnetId '" + SimulatedCloud.Network + "'", "InvalidValue", InvalidArgument, SimulatedCloud.Network,
            ["-SubnetId", "is a Microsoft.Network/virtualNetworks;", "Microsoft.Network/virtualNetworks/subnets is needed"] },
        { New + "-Name myaks -SubnetId default", "InvalidValue", InvalidArgument, "default", ["-SubnetId", "'default' is not an ARM resource id", "/subscriptions/"] },
        { New + "-Name myaks -SubnetId ''", "InvalidValue", InvalidArgument, "", ["-SubnetId", "empty"] },
        { New + "-Name myaks -SubnetId '" + SimulatedCloud.Network + "/subnets/'", "InvalidValue", InvalidArgument, SimulatedCloud.Network + "/subnets/",
            ["-SubnetId", "the name after 'subnets' is missing"] },
        { "Get-AmlAksCompute -ResourceId '" + SimulatedCloud.Workspace + "'", "InvalidValue", InvalidArgument, SimulatedCloud.Workspace,
            ["-ResourceId", "workspaces/computes is needed"] },
        { "Get-AmlWorkspace -ResourceId '/subscriptions'", "InvalidValue", InvalidArgument, "/subscriptions", ["-ResourceId", "subscription's id is missing"] },
        { "Grant-AksNetworkContributor -Cluster '" + SimulatedCloud.Subnet + "'", "WrongResourceType", InvalidArgument, SimulatedCloud.Subnet,
            ["-Cluster", SimulatedCloud.Subnet, "an AKS cluster, a compute, or the ARM id of one is needed"] },

        // What is piped
        { "42 | New-AmlAksCompute -Name myaks", "InvalidReference", InvalidArgument, "*", ["-Workspace", "'42' (Int32) has no Id or ResourceId"] },
        { "Grant-AksNetworkContributor -Cluster @('/a', '/b')", "InvalidReference", InvalidArgument, "*", ["-Cluster", "one is wanted", "pipe the list"] },
        { "'' | New-AmlAksCompute -Name myaks", "InvalidReference", InvalidArgument, "*", ["-Workspace", "the text is empty"] },
        { "$null | New-AmlAksCompute -Name myaks", "InvalidReference", InvalidArgument, "*", ["-Workspace", "nothing was given"] },
        { "[pscustomobject]@{ Name = 'x' } | Set-AmlAksLoadBalancer -Type PublicIp", "InvalidReference", InvalidArgument, "*", ["-InputObject", "has no ComputeId or Id"] },
        { "[pscustomobject]@{ Id = '" + SimulatedCloud.Compute + "' } | New-AmlAksCompute -Name myaks", "WrongResourceType", InvalidArgument, SimulatedCloud.Compute,
            ["-Workspace", "workspaces/computes; a workspace or its ARM id is needed"] },
        { "'" + SimulatedCloud.Subnet + "' | Get-AmlAksCompute", "WrongResourceType", InvalidArgument, SimulatedCloud.Subnet, ["-InputObject", "a workspace, a compute"] },
        { "Get-AmlWorkspace | Grant-AksNetworkContributor", "WrongResourceType", InvalidArgument, SimulatedCloud.Workspace, ["-Cluster", "an AKS cluster, a compute"] },
        { "Get-AmlWorkspace | Remove-AmlAksCompute", "WrongResourceType", InvalidArgument, SimulatedCloud.Workspace, ["-InputObject", "a compute or its ARM id"] },
        { "Get-AmlWorkspace | Wait-AmlOperation", "InvalidReference", InvalidArgument, "*", ["-InputObject", "has no Token"] },

        // What does not exist
        { "Get-AmlWorkspace -ResourceGroupName nogroup -Name myworkspace", "ResourceNotFound", NotFound,
            Sub + "/resourceGroups/nogroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace", ["nogroup", "does not exist"] },
        { "New-AmlAksCompute nogroup myworkspace myaks" + HowTo, "ResourceNotFound", NotFound,
            Sub + "/resourceGroups/nogroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace", ["workspace", "nogroup", "does not exist"] },
        { "New-AmlAksCompute myworkspacegroup nospace myaks" + HowTo, "ResourceNotFound", NotFound,
            Sub + "/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/nospace", ["workspace", "nospace", "does not exist"] },
        { "Get-AmlWorkspace -SubscriptionId 11111111-2222-3333-4444-555555555555 -ResourceGroupName myworkspacegroup -Name myworkspace", "ResourceNotFound", NotFound,
            "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace",
            ["11111111-2222-3333-4444-555555555555", "does not exist"] },
        { "Get-AmlAksCompute myworkspacegroup myworkspace nothere", "ResourceNotFound", NotFound, SimulatedCloud.Workspace + "/computes/nothere", ["compute", "nothere"] },
        { New + "-Name myaks -SubnetId '" + SimulatedCloud.Network + "/subnets/nothere' -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16",
            "ResourceNotFound", NotFound, SimulatedCloud.Network + "/subnets/nothere", ["subnet", "nothere", "does not exist"] },
        { New + "-Name myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName nonet -SubnetName default", "ResourceNotFound", NotFound,
            SimulatedCloud.NetworkGroup + "/providers/Microsoft.Network/virtualNetworks/nonet", ["virtual network", "nonet", "does not exist"] },
        { New + "-Name myaks -VirtualNetworkResourceGroupName nogroup -VirtualNetworkName mynetwork -SubnetName default", "ResourceNotFound", NotFound,
            Sub + "/resourceGroups/nogroup/providers/Microsoft.Network/virtualNetworks/mynetwork", ["virtual network", "nogroup"] },
        { "Set-AmlAksLoadBalancer myworkspacegroup myworkspace nothere -Type InternalLoadBalancer", "ResourceNotFound", NotFound,
            SimulatedCloud.Workspace + "/computes/nothere", ["compute", "nothere"] },
        { "Grant-AksNetworkContributor -Cluster '" + Sub + "/resourceGroups/mygroup/providers/Microsoft.ContainerService/managedClusters/nothere'", "ResourceNotFound",
            NotFound, Sub + "/resourceGroups/mygroup/providers/Microsoft.ContainerService/managedClusters/nothere", ["cluster", "nothere"] },

        // Combinations
        { New + "-Name myaks -VirtualNetworkName mynetwork", "InvalidCombination", InvalidArgument, null, ["-VirtualNetworkResourceGroupName", "-SubnetName", "give all three"] },
        { New + "-Name myaks -SubnetName default" + Subnet, "InvalidCombination", InvalidArgument, null, ["-SubnetId already says which subnet"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16", "CheckFailed", InvalidOperation, "network settings",
            ["AMLVNET-CIDR-010", "ServiceCidr is given", "the service takes all or none"] },
        { New + "-Name myaks" + Subnet, "CheckFailed", InvalidOperation, "network settings", ["AMLVNET-CIDR-010", "SubnetId is given", "all or none"] },
        { New + "-Name myaks -SslCertificatePath cert.pem" + HowTo, "InvalidCombination", InvalidArgument, null, ["-SslKeyPath", "-SslCname", "together"] },
        { New + "-Name myaks -SslLeafDomainLabel contoso -SslCname www.contoso.com" + HowTo, "InvalidCombination", InvalidArgument, null, ["-SslLeafDomainLabel", "leave out"] },
        { New + "-Name myaks -SslOverwriteExistingDomain" + HowTo, "InvalidCombination", InvalidArgument, null, ["-SslOverwriteExistingDomain goes with -SslLeafDomainLabel"] },
        { New + "-Name myaks -SslLeafDomainLabel ''" + HowTo, "InvalidValue", InvalidArgument, "", ["-SslLeafDomainLabel", "empty"] },
        { New + "-Name myaks -SslCertificatePath /nothere/cert.pem -SslKeyPath /nothere/key.pem -SslCname www.contoso.com" + HowTo, "FileUnreadable", InvalidArgument,
            "/nothere/cert.pem", ["-SslCertificatePath", "/nothere/cert.pem", "can't be read"] },
        { New + "-Name myaks -SslCertificatePath $manifest -SslKeyPath $manifest -SslCname www.contoso.com" + HowTo, "FileUnreadable", InvalidArgument,
            "*", ["-SslCertificatePath", "AmlVnet.psd1", "not in PEM form"] },

        // Addresses
        { New + "-Name myaks -ServiceCidr 10.0.0.1/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "'10.0.0.1/16' is not a canonical range", "write 10.0.0.0/16"] },
        { New + "-Name myaks -ServiceCidr fd00::/112 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "'fd00::/112' is an IPv6 range", "IPv4 only"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "'10.0.0.0' has no prefix length"] },
        { New + "-Name myaks -ServiceCidr '' -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "empty", "such as 10.0.0.0/16"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/33 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "'33' is not a prefix length from 0 to 32"] },
        { New + "-Name myaks -ServiceCidr banana -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-001", "'banana' is not an address range"] },
        { New + "-Name myaks -ServiceCidr 10.1.128.0/17 -DnsServiceIP 10.1.128.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-002", "10.1.128.0/17 overlaps", "10.1.0.0/16"] },
        { New + "-Name myaks -ServiceCidr 172.30.0.0/16 -DnsServiceIP 172.30.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-005", "172.30.0.0/16", "which AKS keeps"] },
        { New + "-Name myaks -ServiceCidr 12.0.0.0/8 -DnsServiceIP 12.0.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "ServiceCidr",
            ["AMLVNET-CIDR-006", "12.0.0.0/8", "smaller than a /12"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.2.0.10 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "DnsServiceIP",
            ["AMLVNET-CIDR-007", "10.2.0.10 is not in the service CIDR 10.0.0.0/16"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.1 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "DnsServiceIP",
            ["AMLVNET-CIDR-007", "10.0.0.1 is the first usable address"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP ::1 -DockerBridgeCidr 172.17.0.1/16" + Subnet, "CheckFailed", InvalidOperation, "DnsServiceIP",
            ["AMLVNET-CIDR-001", "'::1'", "IPv6"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.0/16" + Subnet, "CheckFailed", InvalidOperation, "DockerBridgeCidr",
            ["AMLVNET-CIDR-008", "172.17.0.0/16 names the network address", "such as 172.17.0.1/16"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1" + Subnet, "CheckFailed", InvalidOperation, "DockerBridgeCidr",
            ["AMLVNET-CIDR-001", "'172.17.0.1' has no prefix length"] },
        { New + "-Name myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 10.0.5.1/24" + Subnet, "CheckFailed", InvalidOperation, "DockerBridgeCidr",
            ["AMLVNET-CIDR-009", "overlaps service CIDR 10.0.0.0/16"] },

        // Region and size
        { New + "-Name myaks -Location westus2" + HowTo, "CheckFailed", InvalidOperation, SimulatedCloud.Network,
            ["AMLVNET-REGION-001", "The virtual network is in eastus2, the cluster in westus2"] },
        { New + "-Name myaks -AgentVmSize Standard_Nope4" + HowTo, "InvalidValue", InvalidArgument, "Standard_Nope4", ["-AgentVmSize", "'Standard_Nope4'", "eastus2"] },
        { New + "-Name myaks -AgentCount 2" + HowTo, "CheckFailed", InvalidOperation, SimulatedCloud.Compute, ["AMLVNET-COMPUTE-001", "FastProd needs 3 nodes or more; there are 2"] },
        { New + "-Name myaks -AgentVmSize Standard_D2_v2 -ClusterPurpose DenseProd" + HowTo, "CheckFailed", InvalidOperation, SimulatedCloud.Compute,
            ["AMLVNET-COMPUTE-002", "DenseProd needs 12 virtual CPUs or more", "Standard_D2_v2"] },
        { New + "-Name myaks -SkipCheck AMLVNET-NOPE-001" + HowTo, "InvalidValue", InvalidArgument, "AMLVNET-NOPE-001", ["-SkipCheck", "'AMLVNET-NOPE-001'"] },
        { New + "-Name myaks -Tag @{ '' = 'x' }" + HowTo, "InvalidValue", InvalidArgument, "*", ["-Tag", "empty"] },
        { New + "-Name myaks -Tag @{ 'a/b' = 'x' }" + HowTo, "InvalidValue", InvalidArgument, "*", ["-Tag", "'a/b'", "take it out"] },

        // Operations
        { "Wait-AmlOperation -Token garbage!", "InvalidOperationToken", InvalidArgument, null, ["-Token", "can't be read"] },
        { "Wait-AmlOperation -ResourceId myaks", "InvalidValue", InvalidArgument, "myaks", ["-ResourceId", "'myaks' is not an ARM resource id"] },
    };

    /// <summary>The same, in the world that has a cluster of the user's own.</summary>
    public static TheoryData<string, string, string, string?, string[]> OwnErrorsWithCluster => new()
    {
        { "Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -PrincipalId myaks-sp", "InvalidValue", InvalidArgument, "myaks-sp",
            ["-PrincipalId", "'myaks-sp' is not an object id", "GUID"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -Scope mygroup", "InvalidValue", InvalidArgument, "mygroup", ["-Scope", "'mygroup' is not an ARM"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -Scope '" + Sub + "/resourceGroups/myworkspacegroup'", "ScopeDoesNotHold", InvalidArgument,
            Sub + "/resourceGroups/myworkspacegroup", ["-Scope", "does not hold the subnet", SimulatedCloud.Subnet] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -ScopeLevel Subnet -Scope '" + SimulatedCloud.Subnet + "'", "InvalidCombination", InvalidArgument,
            null, ["-Scope and -ScopeLevel"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName a/b", "InvalidValue", InvalidArgument, "a/b",
            ["-SubnetName", "'a/b'"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName nothere", "CheckFailed", InvalidOperation, "*",
            ["AMLVNET-SUBNET-003", "no subnet 'nothere'", "default"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type PublicIp -SubnetName default", "InvalidCombination", InvalidArgument, null,
            ["-SubnetName goes with -Type InternalLoadBalancer"] },
        { "'" + SimulatedCloud.ExistingCluster + "' | Set-AmlAksLoadBalancer -Type InternalLoadBalancer", "ComputeNotNamed", InvalidArgument, SimulatedCloud.ExistingCluster,
            [SimulatedCloud.ExistingCluster, "no compute of a workspace"] },
        { "Get-AmlWorkspace | Get-AmlAksCompute | Remove-AmlAksCompute -UnderlyingResourceAction Delete -Force", "AttachedNotDeleted", InvalidOperation, SimulatedCloud.Compute,
            ["was attached from outside"] },
        { New + "-Name myaks -AgentCount 7", "ComputeDiffers", nameof(ErrorCategory.ResourceExists), SimulatedCloud.Compute, ["AgentCount is 3, not 7"] },
    };

    /// <summary>What PowerShell's own binder refuses.</summary>
    public static TheoryData<string, string> EngineErrors => new()
    {
        { New + "-Name ''" + HowTo, "ParameterArgumentValidationErrorEmptyStringNotAllowed" },
        { New + "-Name $null" + HowTo, "ParameterArgumentValidationErrorNullNotAllowed" },
        { New + "-Name myaks -AgentCount 0" + HowTo, "ParameterArgumentValidationError" },
        { New + "-Name myaks -AgentCount many" + HowTo, "CannotConvertArgumentNoMessage" },
        { New + "-Name myaks -ClusterPurpose Prod" + HowTo, "CannotConvertArgumentNoMessage" },
        { New + "-Name myaks -ThrottleLimit 0" + HowTo, "ParameterArgumentValidationError" },
        { New + "-Name myaks -LoadBalancerType InternalLoadBalancer" + HowTo, "NamedParameterNotFound" },
        { "Grant-AksNetworkContributor -Cluster '" + SimulatedCloud.ExistingCluster + "' -ScopeLevel Planet", "CannotConvertArgumentNoMessage" },
        { "Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type Nope", "CannotConvertArgumentNoMessage" },
        { "Remove-AmlAksCompute myworkspacegroup myworkspace myaks -UnderlyingResourceAction Burn", "CannotConvertArgumentNoMessage" },
        { "Wait-AmlOperation -Token ''", "ParameterArgumentValidationErrorEmptyStringNotAllowed" },
        { "Wait-AmlOperation -ResourceId '" + SimulatedCloud.Compute + "' -TimeoutSeconds 0", "ParameterArgumentValidationError" },
    };

    [Theory, MemberData(nameof(OwnErrors))]
    public void One_error_of_the_catalogue_and_nothing_sent(string script, string id, string category, string? target, string[] says) =>
        Check(worlds.HowTo, script, id, category, target, says);

    [Theory, MemberData(nameof(OwnErrorsWithCluster))]
    public void One_error_of_the_catalogue_and_nothing_sent_where_a_cluster_is(string script, string id, string category, string? target, string[] says) =>
        Check(worlds.WithCluster, script, id, category, target, says);

    [Theory, MemberData(nameof(EngineErrors))]
    public void What_the_binder_refuses_keeps_the_engines_error(string script, string id)
    {
        worlds.HowTo.Cloud.Mark();

        var result = worlds.HowTo.Runspace.Invoke(script);

        var error = Assert.Single(result.AllErrors);
        Assert.StartsWith(id + ",AmlVnet.Cmdlets.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(worlds.HowTo.Cloud.Writes);
    }

    [Fact]
    public void The_rest_of_a_pipeline_goes_on_after_a_wrong_record()
    {
        var result = worlds.HowTo.Runspace.Invoke($"'{SimulatedCloud.Subnet}', '{SimulatedCloud.Workspace}', 'nonsense' | Get-AmlWorkspace -ResourceId {{ $_ }}");

        Assert.Equal(SimulatedCloud.Workspace, Assert.Single(result.Output).ToString());
        Assert.Equal(2, result.Errors.Count);
        Assert.Null(result.Terminating);
    }

    private static void Check(World world, string script, string id, string category, string? target, string[] says)
    {
        world.Cloud.Mark();

        var result = world.Runspace.Invoke(script);

        Assert.Null(result.Terminating);
        var error = Assert.Single(result.Errors);
        Assert.StartsWith(id + ",AmlVnet.Cmdlets.", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(category, error.CategoryInfo.Category.ToString());
        Assert.All(says, part => Assert.Contains(part, error.ToString(), StringComparison.Ordinal));
        if (target != "*") Assert.Equal(target, error.TargetObject);
        Assert.DoesNotContain("parameter '", error.Exception.Message, StringComparison.Ordinal);
        Assert.Empty(result.Output);
        Assert.Empty(world.Cloud.Writes);
        // What a value's own form tells is told before anything is asked, save for the objects that a command was piped.
        if (id is "InvalidValue" or "InvalidReference" or "FileUnreadable" && !script.StartsWith("Get-AmlWorkspace |", StringComparison.Ordinal)
            && !says.Contains("-AgentVmSize") && !says.Contains("-SkipCheck"))
            Assert.Empty(world.Cloud.Requests);
        if (id is "ResourceNotFound" or "CheckFailed" or "ComputeDiffers" or "ScopeDoesNotHold" or "ComputeNotNamed" or "InvalidReference")
            Assert.False(id is not "ResourceNotFound" && string.IsNullOrEmpty(error.ErrorDetails?.RecommendedAction), "There is no recommended action.");
    }

    /// <summary>A runspace with a simulated world that no test of this class changes.</summary>
    internal sealed record World(ModuleRunspace Runspace, SimulatedCloud Cloud);

    /// <summary>The worlds that the rows are tried in.</summary>
    public sealed class Worlds : IDisposable
    {
        internal World HowTo { get; } = Open("how-to");

        internal World WithCluster { get; } = Open("existing-cluster");

        public void Dispose()
        {
            HowTo.Runspace.Dispose();
            WithCluster.Runspace.Dispose();
        }

        private static World Open(string scenario)
        {
            var runspace = new ModuleRunspace();
            runspace.Invoke($"Connect-AmlVnet -Simulator -VirtualClock -Scenario {scenario}").OutputWithoutErrors();
            return new World(runspace, SimulatedCloud.Behind(runspace));
        }
    }
}
