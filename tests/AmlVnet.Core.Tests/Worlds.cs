namespace AmlVnet.Core.Tests;

/// <summary>The how-to's own network with everything in order, to be spoilt by one change at a time.</summary>
internal static class Worlds
{
    public const string Sub = "11111111-2222-3333-4444-555555555555";
    public const string Principal = "aaaaaaaa-0000-0000-0000-000000000001";

    public static readonly ArmId Subnet = ArmId.ForSubnet(Sub, "mygroup", "mynetwork", "default");
    public static readonly ArmId InternalSubnet = ArmId.ForSubnet(Sub, "mygroup", "mynetwork", "internal");
    public static readonly ArmId Network = Subnet.Parent!;
    public static readonly ArmId Group = Network.Parent!;
    public static readonly ArmId Workspace = ArmId.ForWorkspace(Sub, "myworkspacegroup", "myworkspace");
    public static readonly ArmId Compute = ArmId.ForCompute(Sub, "myworkspacegroup", "myworkspace", "myaks");
    public static readonly ArmId Cluster = ArmId.ForCluster(Sub, "myworkspacegroup", "myaks-1a2b3c");
    public static readonly ArmId SecurityGroup = ArmId.Parse(
        $"/subscriptions/{Sub}/resourceGroups/mygroup/providers/Microsoft.Network/networkSecurityGroups/mynsg");
    public static readonly ArmId RouteTable = Group.Extension("Microsoft.Network", "routeTables", "myroutes");
    public static readonly ArmId StorageAccount =
        ArmId.ForResourceGroup(Sub, "myworkspacegroup").Extension("Microsoft.Storage", "storageAccounts", "mystorage");

    /// <summary>The values that the how-to types.</summary>
    public static readonly AddressSettings HowTo = new()
    {
        SubnetId = Subnet.ToString(),
        ServiceCidr = "10.0.0.0/16",
        DnsServiceIP = "10.0.0.10",
        DockerBridgeCidr = "172.17.0.1/16",
    };

    /// <summary>An existing private cluster in which every rule passes.</summary>
    public static NetworkFacts Good => new()
    {
        Settings = HowTo with { ReservedAddressPrefixes = ["192.168.0.0/16"] },
        Workspace = new WorkspaceFacts
        {
            Id = Workspace.ToString(),
            Location = "eastus2",
            HasPrivateEndpoint = true,
            Kind = "Default",
            ManagedNetworkMode = "Disabled",
            IsV1Only = false,
        },
        Cloud = new CloudFacts
        {
            Now = new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero),
            KubernetesVersions =
                Known.Of<IReadOnlyList<KubernetesVersionFacts>>([new("1.33", false, ["1.33.1", "1.33.3"]), new("1.34", true, ["1.34.0"])]),
            VmSizes = Known.Of<IReadOnlyDictionary<string, VmSizeFacts>>(new Dictionary<string, VmSizeFacts>()),
            PairedRegion = "centralus",
        },
        Compute = GoodCompute,
        Attachments = Known.Of<IReadOnlyList<AttachedClusterFacts>>(
            [new(Compute.ToString(), Cluster.ToString().ToLowerInvariant(), "AKS"), new("/other", "/c2", "AKS")]),
        Cluster = GoodCluster,
        VirtualNetwork = GoodNetwork,
        Subnet = GoodSubnet,
        Identity = new AksClusterIdentity
        {
            ClusterId = Cluster.ToString(),
            ClusterName = Cluster.Name,
            Kind = ClusterIdentityKind.SystemAssigned,
            PrincipalId = Principal,
        },
        Roles = new RoleFacts { Assignments = [Assign(Subnet), Assign(InternalSubnet)] },
        LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
        [
            new() { Id = "/lb/kubernetes", Sku = "Standard", Frontends = [new("out", null, null, "20.1.1.1")] },
            new() { Id = "/lb/kubernetes-internal", Sku = "Standard", Frontends = [new("in", "10.1.0.200", Subnet.ToString())] },
        ]),
        InterfaceSecurityGroups = Known.Of<IReadOnlyList<NetworkSecurityGroupFacts>>([]),
        Storage = Known.Of<IReadOnlyList<AssociatedResourceFacts>>(
        [
            new()
            {
                Id = StorageAccount.ToString(),
                DefaultAction = "Deny",
                PublicNetworkAccess = "Enabled",
                AllowedSubnetIds = [Subnet.ToString().ToUpperInvariant()],
                PrivateEndpoints = [],
            },
        ]),
    };

    public static ComputeFacts GoodCompute => new()
    {
        Id = Compute.ToString(),
        Location = "East US 2",
        ClusterPurpose = ClusterPurpose.FastProd,
        AgentCount = 3,
        AgentVmSize = "Standard_D4s_v5",
        ClusterId = Cluster.ToString(),
        ServiceCidr = "10.0.0.0/16",
        LoadBalancerType = LoadBalancerType.InternalLoadBalancer,
        LoadBalancerSubnet = "default",
        ScoringIPAddress = "10.1.0.200",
        SslStatus = "Disabled",
        ProvisioningState = "Succeeded",
    };

    public static ClusterFacts GoodCluster => new()
    {
        Id = Cluster.ToString(),
        Location = "eastus2",
        NetworkPlugin = "azure",
        ServiceCidr = "10.0.0.0/16",
        OutboundType = "loadBalancer",
        KubernetesVersion = "1.33.1",
        LoadBalancerSku = "Standard",
        PowerState = "Running",
        ProvisioningState = "Succeeded",
        NodeResourceGroup = "MC_x",
        AgentPools = Pools(Pool),
    };

    public static AgentPoolFacts Pool => new()
    {
        Name = "agentpool",
        Count = 3,
        VmSize = "Standard_D4s_v5",
        Mode = "System",
        OSType = "Linux",
        PowerState = "Running",
        MaxPods = 30,
        SubnetId = Subnet.ToString(),
    };

    public static Known<IReadOnlyList<AgentPoolFacts>> Pools(params AgentPoolFacts[] pools) =>
        Known.Of<IReadOnlyList<AgentPoolFacts>>(pools);

    public static SubnetFacts GoodSubnet => new()
    {
        Id = Subnet.ToString(),
        AddressPrefixes = ["10.1.0.0/24"],
        UsedAddressCount = 94,
        ServiceEndpoints = ["Microsoft.Storage", "Microsoft.KeyVault"],
        NetworkSecurityGroup = new NetworkSecurityGroupFacts { Id = SecurityGroup.ToString() },
        RouteTable = new RouteTableFacts { Id = RouteTable.ToString(), Routes = [new("local", "10.9.0.0/16", "VnetLocal")] },
    };

    public static VirtualNetworkFacts GoodNetwork => new()
    {
        Id = Network.ToString(),
        Location = "eastus2",
        AddressPrefixes = ["10.1.0.0/16", "fd00::/48"],
        Subnets =
        [
            GoodSubnet,
            new() { Id = InternalSubnet.ToString(), AddressPrefixes = ["10.1.2.0/28"], UsedAddressCount = 0,
                RouteTable = Known.None<RouteTableFacts>() },
        ],
        Peerings = [new() { Name = "hub", State = "Connected", RemoteAddressPrefixes = ["10.2.0.0/16"] }],
    };

    public static RoleAssignmentFacts Assign(ArmId scope, string role = WellKnownRoles.NetworkContributorId) => new(
        scope.RoleAssignment(RoleAssignmentName.Derive(scope.ToString(), Principal, role).ToString()).ToString(), scope.ToString(),
        Principal, ArmId.ForRoleDefinition(Sub, role).ToString());

    public static NetworkFacts With(this NetworkFacts facts, Func<AddressSettings, AddressSettings> change) =>
        facts with { Settings = change(facts.Settings!) };

    public static NetworkFacts WithWorkspace(this NetworkFacts facts, Func<WorkspaceFacts, WorkspaceFacts> change) =>
        facts with { Workspace = change(facts.Workspace.Value!) };

    public static NetworkFacts WithCompute(this NetworkFacts facts, Func<ComputeFacts, ComputeFacts> change) =>
        facts with { Compute = change(facts.Compute.Value!) };

    public static NetworkFacts WithCluster(this NetworkFacts facts, Func<ClusterFacts, ClusterFacts> change) =>
        facts with { Cluster = change(facts.Cluster.Value!) };

    public static NetworkFacts WithPools(this NetworkFacts facts, params AgentPoolFacts[] pools) =>
        facts.WithCluster(one => one with { AgentPools = Pools(pools) });

    public static NetworkFacts WithNetwork(this NetworkFacts facts, Func<VirtualNetworkFacts, VirtualNetworkFacts> change) =>
        facts with { VirtualNetwork = change(facts.VirtualNetwork.Value!) };

    public static NetworkFacts WithSubnet(this NetworkFacts facts, Func<SubnetFacts, SubnetFacts> change) => facts with
    {
        Subnet = change(facts.Subnet.Value!),
        VirtualNetwork = facts.VirtualNetwork.Value! with
        {
            Subnets = [change(facts.Subnet.Value!), .. facts.VirtualNetwork.Value!.Subnets.Skip(1)],
        },
    };

    public static NetworkFacts WithRules(this NetworkFacts facts, params SecurityRuleFacts[] rules) =>
        facts.WithSubnet(subnet => subnet with
        {
            NetworkSecurityGroup = new NetworkSecurityGroupFacts { Id = SecurityGroup.ToString(), Rules = rules },
        });
}
