namespace AmlVnet.Core.Facts;

/// <summary>
/// Everything that the checks look at, in one snapshot. Each part is optional, so that typed values (offline), a workspace with a
/// subnet (before creating) and an existing compute (afterwards) go through the same rules: what was not gathered makes a rule
/// not applicable, what could not be read makes it Unknown.
/// </summary>
public sealed record NetworkFacts
{
    /// <summary>The address settings asked for, or those of the existing cluster.</summary>
    public AddressSettings? Settings { get; init; }

    /// <summary>The capacity of the nodes' subnet, when a plan worked it out;
    /// otherwise it is worked out from the compute and the cluster.</summary>
    public SubnetCapacity? Capacity { get; init; }

    /// <summary>The workspace.</summary>
    public Known<WorkspaceFacts> Workspace { get; init; }

    /// <summary>The compute, as it is or as it is to be made.</summary>
    public Known<ComputeFacts> Compute { get; init; }

    /// <summary>All AKS and Kubernetes computes of the workspace (and of other workspaces where they were read).</summary>
    public Known<IReadOnlyList<AttachedClusterFacts>> Attachments { get; init; }

    /// <summary>The AKS cluster; not gathered before it exists.</summary>
    public Known<ClusterFacts> Cluster { get; init; }

    /// <summary>The virtual network that holds the nodes.</summary>
    public Known<VirtualNetworkFacts> VirtualNetwork { get; init; }

    /// <summary>The subnet that holds the nodes.</summary>
    public Known<SubnetFacts> Subnet { get; init; }

    /// <summary>The further subnets that hold nodes, where pools are in more than one.</summary>
    public IReadOnlyList<Known<SubnetFacts>> OtherNodeSubnets { get; init; } = [];

    /// <summary>The subnets of the pods, where pools have some for their pods alone.</summary>
    public IReadOnlyList<Known<SubnetFacts>> PodSubnets { get; init; } = [];

    /// <summary>
    /// The subnet of the internal load balancer. Not gathered when it is the nodes' own; none, with the name that was looked for in
    /// <see cref="Known{T}.Why"/>, when the cluster's virtual network has no such subnet.
    /// </summary>
    public Known<SubnetFacts> LoadBalancerSubnet { get; init; }

    /// <summary>The identity by which the cluster acts on the network.</summary>
    public Known<AksClusterIdentity> Identity { get; init; }

    /// <summary>The role assignments at the subnets and above them, and the roles that they name.</summary>
    public Known<RoleFacts> Roles { get; init; }

    /// <summary>The deny assignments in the virtual network and above it; they outrank <see cref="Roles"/>.</summary>
    public Known<IReadOnlyList<DenyAssignmentFacts>> DenyAssignments { get; init; }

    /// <summary>The locks of each subscription, group or resource that was asked; empty where none was.
    /// <see cref="LocksOn"/> says which hold.</summary>
    public IReadOnlyList<LockList> Locks { get; init; } = [];

    /// <summary>The load balancers of the cluster's node resource group.</summary>
    public Known<IReadOnlyList<LoadBalancerFacts>> LoadBalancers { get; init; }

    /// <summary>The network security groups on the nodes' own network interfaces.</summary>
    public Known<IReadOnlyList<NetworkSecurityGroupFacts>> InterfaceSecurityGroups { get; init; }

    /// <summary>The storage accounts of the workspace.</summary>
    public Known<IReadOnlyList<AssociatedResourceFacts>> Storage { get; init; }

    /// <summary>The key vault of the workspace.</summary>
    public Known<IReadOnlyList<AssociatedResourceFacts>> KeyVaults { get; init; }

    /// <summary>The container registry of the workspace; none where the workspace has not needed one yet.</summary>
    public Known<IReadOnlyList<AssociatedResourceFacts>> ContainerRegistries { get; init; }

    /// <summary>What the Kubernetes route has beside all this; null where the facts are about the route of an AKS compute.</summary>
    public KubernetesRouteFacts? Kubernetes { get; init; }

    /// <summary>What the cloud says of regions, sizes and versions; not gathered without a connection.</summary>
    public CloudFacts Cloud { get; init; } = new();

    /// <summary>
    /// The address ranges of service tags by name (<c>Storage.EastUS2</c>), as the service tag list gives them. Tags that are not here
    /// are compared by name only, and otherwise unknown.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> ServiceTags { get; init; } =
        new Dictionary<string, IReadOnlyList<string>>();

    /// <summary>The cloud, as users of Az know it (AzureCloud, AzureUSGovernment, AzureChinaCloud); null is Azure's public one.</summary>
    public string? CloudName { get; init; }

    /// <summary>
    /// From where the scoring endpoint is to be reached: address ranges or service tags. Empty means from VirtualNetwork, or from Internet
    /// when the endpoint is public.
    /// </summary>
    public IReadOnlyList<string> ScoringSources { get; init; } = [];

    /// <summary>The locks that hold on something: its own and those above it. Not gathered where no locks were asked for.</summary>
    /// <param name="id">The ARM id.</param>
    /// <param name="andBelow">Whether the locks on what is in it are wanted too.</param>
    public Known<IReadOnlyList<LockFacts>> LocksOn(string? id, bool andBelow = false)
    {
        if (Locks.Count == 0 || !ArmId.TryParse(id, out var target, out _))
            return default;
        var asked = Locks.Where(list => ArmId.TryParse(list.Scope, out var scope, out _) && scope.Holds(target)).ToArray();
        if (!asked.Any(static list => list.Locks.State == KnownState.Value))
            return Known.Unknown<IReadOnlyList<LockFacts>>(asked.LastOrDefault()?.Locks.Why ?? "Nobody asked for the locks there.");
        return Known.Of<IReadOnlyList<LockFacts>>([.. Locks.SelectMany(static list => list.Locks.Value ?? [])
            .Where(one => ArmId.TryParse(one.Scope, out var scope, out _) && (scope.Holds(target) || (andBelow && target.Holds(scope))))
            .DistinctBy(static one => one.Id, StringComparer.OrdinalIgnoreCase)]);
    }
}

/// <summary>The address settings of a cluster, as they were typed. What was not given is null.</summary>
public sealed record AddressSettings
{
    /// <summary>The ARM id of the nodes' subnet.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The range of the Kubernetes services' addresses, canonical (<c>10.0.0.0/16</c>).</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The address of the cluster's DNS service, in the service CIDR.</summary>
    public string? DnsServiceIP { get; init; }

    /// <summary>The Docker bridge's own address with its prefix length (<c>172.17.0.1/16</c>).</summary>
    public string? DockerBridgeCidr { get; init; }

    /// <summary>The range of the pods' addresses, with kubenet or Azure CNI overlay.</summary>
    public string? PodCidr { get; init; }

    /// <summary>Ranges that must stay free, such as on-premises networks.</summary>
    public IReadOnlyList<string> ReservedAddressPrefixes { get; init; } = [];
}

/// <summary>A virtual network.</summary>
public sealed record VirtualNetworkFacts
{
    /// <summary>The ARM id; null when only address ranges were typed.</summary>
    public string? Id { get; init; }

    /// <summary>The region.</summary>
    public string? Location { get; init; }

    /// <summary>The address space (ARM: <c>addressSpace.addressPrefixes</c>). IPv6 ranges of a live network are passed over.</summary>
    public IReadOnlyList<string> AddressPrefixes { get; init; } = [];

    /// <summary>The DNS servers (ARM: <c>dhcpOptions.dnsServers</c>); empty where Azure's own answer.</summary>
    public IReadOnlyList<string> DnsServers { get; init; } = [];

    /// <summary>All subnets.</summary>
    public IReadOnlyList<SubnetFacts> Subnets { get; init; } = [];

    /// <summary>The peerings.</summary>
    public IReadOnlyList<PeeringFacts> Peerings { get; init; } = [];
}

/// <summary>A peering of a virtual network with another one.</summary>
public sealed record PeeringFacts
{
    /// <summary>The peering's name.</summary>
    public required string Name { get; init; }

    /// <summary>The ARM id of the other network.</summary>
    public string? RemoteVirtualNetworkId { get; init; }

    /// <summary>Connected, Initiated or Disconnected.</summary>
    public PeeringState? State { get; init; }

    /// <summary>Whether traffic between the two networks counts as VirtualNetwork (ARM: <c>allowVirtualNetworkAccess</c>);
    /// null is Azure's default, true.</summary>
    public bool? AllowsVirtualNetworkAccess { get; init; }

    /// <summary>Whether the network reaches others by the other network's gateway (ARM: <c>useRemoteGateways</c>).</summary>
    public bool UsesRemoteGateways { get; init; }

    /// <summary>Whether the other network's ranges are known. One with IPv6 ranges only has none that count here.</summary>
    public bool HasKnownRanges => RemoteAddressPrefixes.Any(
        text => text.Contains(':', StringComparison.Ordinal) || AddressView.Range(text) is not null);

    /// <summary>Whether the answer says in what state the peering is.</summary>
    public bool HasKnownState => State?.IsKnown == true;

    /// <summary>Whether traffic passes between the two networks: both sides are peered, and access is not shut.</summary>
    public bool CarriesTraffic =>
        State == PeeringState.Connected && AllowsVirtualNetworkAccess != false;

    /// <summary>The other network's ranges: read from it, or as the peering advertises them (ARM:
    /// <c>remoteVirtualNetworkAddressSpace</c>).</summary>
    public IReadOnlyList<string> RemoteAddressPrefixes { get; init; } = [];
}

/// <summary>A subnet.</summary>
public sealed record SubnetFacts
{
    /// <summary>The ARM id; null when only an address range was typed.</summary>
    public string? Id { get; init; }

    /// <summary>The ranges (ARM: <c>addressPrefix</c> or <c>addressPrefixes</c>). IPv6 ranges of a live subnet are passed over.</summary>
    public IReadOnlyList<string> AddressPrefixes { get; init; } = [];

    /// <summary>The number of addresses in use (ARM: the members of <c>ipConfigurations</c>); null when it is not known.</summary>
    public int? UsedAddressCount { get; init; }

    /// <summary>How many of those are the cluster's own nodes' and their pods'; null when it is not known.</summary>
    public int? NodeAddressCount { get; init; }

    /// <summary>The network security group on the subnet.</summary>
    public Known<NetworkSecurityGroupFacts> NetworkSecurityGroup { get; init; }

    /// <summary>The route table on the subnet.</summary>
    public Known<RouteTableFacts> RouteTable { get; init; }

    /// <summary>The services that the subnet is delegated to (ARM: <c>delegations[].properties.serviceName</c>).</summary>
    public IReadOnlyList<string> Delegations { get; init; } = [];

    /// <summary>The ARM id of the NAT gateway.</summary>
    public string? NatGatewayId { get; init; }

    /// <summary>Whether machines without a public address reach the internet by Azure's default;
    /// null is Azure's default, which depends on when the network was made.</summary>
    public bool? DefaultOutboundAccess { get; init; }

    /// <summary>The service endpoints (ARM: <c>serviceEndpoints[].service</c>).</summary>
    public IReadOnlyList<string> ServiceEndpoints { get; init; } = [];

    /// <summary>The name, from the id; null when there is no id.</summary>
    public string? Name => ArmId.TryParse(Id, out var id, out _) ? id.Name : null;
}

/// <summary>A route table.</summary>
public sealed record RouteTableFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The routes.</summary>
    public IReadOnlyList<RouteFacts> Routes { get; init; } = [];
}

/// <summary>A route of a route table.</summary>
/// <param name="Name">The route's name.</param>
/// <param name="AddressPrefix">The destination: a range or a service tag.</param>
/// <param name="NextHopType">VirtualNetworkGateway, VnetLocal, Internet, VirtualAppliance or None.</param>
/// <param name="NextHopIPAddress">The appliance's address.</param>
public sealed record RouteFacts(string Name, string AddressPrefix, NextHopType? NextHopType, string? NextHopIPAddress = null);

/// <summary>A workspace.</summary>
public sealed record WorkspaceFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The region.</summary>
    public required string Location { get; init; }

    /// <summary>Whether an approved private endpoint leads to it.</summary>
    public bool HasPrivateEndpoint { get; init; }

    /// <summary>Default, Hub, Project or FeatureStore (ARM: <c>kind</c>); null when the service does not say.</summary>
    public WorkspaceKind? Kind { get; init; }

    /// <summary>Disabled, AllowInternetOutbound or AllowOnlyApprovedOutbound (ARM: <c>managedNetwork.isolationMode</c>);
    /// null when it does not say.</summary>
    public IsolationMode? ManagedNetworkMode { get; init; }

    /// <summary>Whether only the v1 API is allowed; null when the service does not say.</summary>
    public bool? IsV1Only { get; init; }

    /// <summary>SystemAssigned, UserAssigned, or both (ARM: <c>identity.type</c>); null when the service does not say.</summary>
    public string? IdentityType { get; init; }

    /// <summary>The user-assigned identity by which it works: its ARM id and its directory object id; null where none or several are,
    /// and none is the primary one.</summary>
    public (string Id, string? PrincipalId)? UserIdentity { get; init; }

    /// <summary>The facts of a workspace object.</summary>
    public static WorkspaceFacts From(Workspace workspace)
    {
        ArgumentNullException.ThrowIfNull(workspace);
        return new()
        {
            Id = workspace.Id,
            Location = workspace.Location,
            HasPrivateEndpoint = workspace.HasPrivateEndpoint,
            IsV1Only = workspace.V1LegacyMode,
        };
    }
}

/// <summary>A compute, as it is or as it is to be made. What is not known is null.</summary>
public sealed record ComputeFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The region of the cluster.</summary>
    public string? Location { get; init; }

    /// <summary>What the cluster is meant for; the service's own default is FastProd.</summary>
    public ClusterPurpose? ClusterPurpose { get; init; }

    /// <summary>The number of nodes; the service's own default is 3.</summary>
    public int? AgentCount { get; init; }

    /// <summary>The size of each node.</summary>
    public string? AgentVmSize { get; init; }

    /// <summary>The virtual CPUs of one node, where the size's own description was read;
    /// otherwise it is worked out from the size's name.</summary>
    public int? CoresPerNode { get; init; }

    /// <summary>The ARM id of the AKS cluster.</summary>
    public string? ClusterId { get; init; }

    /// <summary>The service CIDR that was asked for.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The load balancer's kind, or the kind that it is to be switched to.</summary>
    public LoadBalancerType? LoadBalancerType { get; init; }

    /// <summary>The name of the internal load balancer's subnet.</summary>
    public string? LoadBalancerSubnet { get; init; }

    /// <summary>The address of the scoring endpoint.</summary>
    public string? ScoringIPAddress { get; init; }

    /// <summary>TLS: Disabled, Enabled or Auto.</summary>
    public SslStatus? SslStatus { get; init; }

    /// <summary>The label of the name and certificate that Microsoft provides.</summary>
    public string? SslLeafDomainLabel { get; init; }

    /// <summary>Whether it is of type Kubernetes, and not of type AKS.</summary>
    public bool IsKubernetes { get; init; }

    /// <summary>Whether it is there already; one that is only planned has no state.</summary>
    public bool Exists { get; init; }

    /// <summary>The state that the service reports.</summary>
    public ProvisioningState? ProvisioningState { get; init; }

    /// <summary>What the service says went wrong.</summary>
    public IReadOnlyList<ArmErrorDetail> Errors { get; init; } = [];

    /// <summary>
    /// The compute with the kind of its load balancer, where the service left it out: the frontend with the scoring address tells. Without
    /// one it stays unknown.
    /// </summary>
    /// <param name="balancers">The load balancers of the cluster; null when they are not known.</param>
    public ComputeFacts WithLoadBalancerOf(IReadOnlyList<LoadBalancerFacts>? balancers)
    {
        if (LoadBalancerType is not null || !Exists || ScoringIPAddress is null)
            return this;
        var front = (balancers ?? []).SelectMany(static one => one.Frontends)
            .FirstOrDefault(one => one.PrivateIPAddress == ScoringIPAddress || one.PublicIPAddress == ScoringIPAddress);
        return front is null ? this : this with
        {
            LoadBalancerType = front.SubnetId is null ? AmlVnet.LoadBalancerType.PublicIp : AmlVnet.LoadBalancerType.InternalLoadBalancer,
        };
    }

    /// <summary>The facts of a compute object.</summary>
    public static ComputeFacts From(AksCompute compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return new()
        {
            Id = compute.Id,
            Exists = true,
            Location = compute.Location,
            ClusterPurpose = compute.ClusterPurpose,
            AgentCount = compute.AgentCount,
            AgentVmSize = compute.AgentVmSize,
            ClusterId = compute.ClusterId,
            ServiceCidr = compute.ServiceCidr,
            LoadBalancerType = compute.LoadBalancerType,
            LoadBalancerSubnet = compute.LoadBalancerSubnet,
            ScoringIPAddress = compute.ScoringIPAddress,
            SslStatus = compute.SslStatus,
            SslLeafDomainLabel = compute.SslLeafDomainLabel,
            IsKubernetes = Words.Is(compute.ComputeType, "Kubernetes"),
            ProvisioningState = compute.ProvisioningState,
            Errors = compute.Errors,
        };
    }
}

/// <summary>Which cluster a compute stands for.</summary>
/// <param name="ComputeId">The ARM id of the compute.</param>
/// <param name="ClusterId">The ARM id of the AKS cluster; null when the service did not say.</param>
/// <param name="ComputeType">AKS or Kubernetes: the v1 and the v2 way to the same cluster.</param>
/// <param name="State">The compute's provisioning state; null when the service did not say.</param>
public sealed record AttachedClusterFacts(string ComputeId, string? ClusterId, ComputeType? ComputeType, ProvisioningState? State = null)
{
    /// <summary>The scoring address of an AKS compute; null where it has none.</summary>
    public string? ScoringIPAddress { get; init; }

    /// <summary>Whether it is of the v1 route.</summary>
    public bool IsAks => ComputeType == Facts.ComputeType.Aks;

    /// <summary>
    /// Whether the compute stands for a cluster that its answer does not name. An AKS compute that is being made, or whose making failed,
    /// has none yet.
    /// </summary>
    public bool HidesCluster => string.IsNullOrEmpty(ClusterId)
        && (!IsAks || State is null || State == ProvisioningState.Succeeded);
}

/// <summary>An AKS cluster. What is not known is null.</summary>
public sealed record ClusterFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>The region.</summary>
    public string? Location { get; init; }

    /// <summary>azure, kubenet or none (ARM: <c>networkProfile.networkPlugin</c>).</summary>
    public NetworkPlugin? NetworkPlugin { get; init; }

    /// <summary>overlay, or null for none (ARM: <c>networkProfile.networkPluginMode</c>).</summary>
    public NetworkPluginMode? NetworkPluginMode { get; init; }

    /// <summary>The range of the Kubernetes services' addresses.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The address of the DNS service.</summary>
    public string? DnsServiceIP { get; init; }

    /// <summary>The range of the pods' addresses.</summary>
    public string? PodCidr { get; init; }

    /// <summary>loadBalancer, userDefinedRouting, managedNATGateway, userAssignedNATGateway or none.</summary>
    public OutboundType? OutboundType { get; init; }

    /// <summary>
    /// The number of public addresses that AKS gave the cluster for outbound traffic (ARM: <c>effectiveOutboundIPs</c> of its load balancer
    /// or NAT gateway); null when it does not say.
    /// </summary>
    public int? OutboundAddressCount { get; init; }

    /// <summary>standard or basic.</summary>
    public LoadBalancerSku? LoadBalancerSku { get; init; }

    /// <summary>Base or Automatic (ARM: <c>sku.name</c>).</summary>
    public string? Sku { get; init; }

    /// <summary>Whether the cluster acts by a service principal, and by no managed identity; null when the answer has neither.</summary>
    public bool? HasServicePrincipal { get; init; }

    /// <summary>Whether the API server has a private address only.</summary>
    public bool IsPrivateCluster { get; init; }

    /// <summary>Whether a private cluster also has a public name.</summary>
    public bool HasPublicFqdn { get; init; }

    /// <summary>Whether the API server stands in the virtual network (ARM: <c>apiServerAccessProfile.enableVnetIntegration</c>).</summary>
    public bool HasVnetIntegration { get; init; }

    /// <summary>The ARM id of the API server's own subnet, where it stands in the virtual network.</summary>
    public string? ApiServerSubnetId { get; init; }

    /// <summary>Whether static credentials are turned off (ARM: <c>disableLocalAccounts</c>; without it they are on).</summary>
    public bool DisablesLocalAccounts { get; init; }

    /// <summary>The ranges that the public API server lets in; empty when it lets everybody in.</summary>
    public IReadOnlyList<string> AuthorizedIPRanges { get; init; } = [];

    /// <summary>Kubernetes' version, with its patch where the service gives it (<c>1.30.4</c>).</summary>
    public string? KubernetesVersion { get; init; }

    /// <summary>Running or Stopped.</summary>
    public PowerState? PowerState { get; init; }

    /// <summary>The state that the service reports.</summary>
    public ProvisioningState? ProvisioningState { get; init; }

    /// <summary>The resource group of the nodes and load balancers.</summary>
    public string? NodeResourceGroup { get; init; }

    /// <summary>The agent pools. A cluster whose answer has no list of them may have nodes all the same.</summary>
    public Known<IReadOnlyList<AgentPoolFacts>> AgentPools { get; init; }

    /// <summary>The system nodes that AKS hosts itself (ARM: <c>hostedSystemProfile</c>, from API version 2026-02-01 on);
    /// none, where it does not.</summary>
    public Known<HostedSystemFacts> HostedSystem { get; init; }

    /// <summary>Whether AKS makes nodes beside those of the pools as it sees fit (ARM: <c>nodeProvisioningProfile.mode</c> is
    /// Auto).</summary>
    public bool ProvisionsNodes { get; init; }
}

/// <summary>Role assignments and the roles that they name.</summary>
public sealed record RoleFacts
{
    /// <summary>The assignments, at the subnets and above them.</summary>
    public IReadOnlyList<RoleAssignmentFacts> Assignments { get; init; } = [];

    /// <summary>The role definitions.</summary>
    public IReadOnlyList<RoleDefinitionFacts> Definitions { get; init; } = [];

    /// <summary>Groups that the cluster's identity belongs to.</summary>
    public IReadOnlyList<string> GroupIds { get; init; } = [];
}

/// <summary>A load balancer.</summary>
public sealed record LoadBalancerFacts
{
    /// <summary>The ARM id.</summary>
    public required string Id { get; init; }

    /// <summary>Basic or Standard.</summary>
    public LoadBalancerSku? Sku { get; init; }

    /// <summary>The frontends.</summary>
    public IReadOnlyList<LoadBalancerFrontendFacts> Frontends { get; init; } = [];

    /// <summary>The ports of the nodes at which it asks whether they are well (ARM: <c>probes[].properties.port</c>).</summary>
    public IReadOnlyList<int> ProbePorts { get; init; } = [];
}

/// <summary>A frontend of a load balancer.</summary>
/// <param name="Name">The frontend's name.</param>
/// <param name="PrivateIPAddress">Its private address, when it is internal.</param>
/// <param name="SubnetId">The ARM id of the subnet that the private address is from.</param>
/// <param name="PublicIPAddress">Its public address, when it is public and the address was read.</param>
public sealed record LoadBalancerFrontendFacts(string Name, string? PrivateIPAddress, string? SubnetId, string? PublicIPAddress = null)
{
    /// <summary>The ports that its rules serve (ARM: <c>loadBalancingRules[].properties.frontendPort</c>).</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Its address: the private one, where it is internal.</summary>
    public string? Address => PrivateIPAddress ?? PublicIPAddress;
}
