using AmlVnet.Arm.Reading;
using AmlVnet.Core.Addressing;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Proposals;

namespace AmlVnet.Cmdlets;

/// <summary>Proposes address settings that collide with nothing. It reads, and writes nothing.</summary>
[Cmdlet(VerbsCommon.New, "AmlAksNetworkPlan", DefaultParameterSetName = BySubnetId)]
[OutputType(typeof(AksNetworkPlan))]
public sealed class NewAmlAksNetworkPlanCommand : ThrottledCmdlet
{
    private const string BySubnetId = "BySubnetId";
    private const string ByName = "ByName";
    private const string ByAddress = "ByAddress";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = BySubnetId)]
    [Alias("InputObject", "ResourceId", "Id", "Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(Mandatory = true, Position = 2, ParameterSetName = ByName, ValueFromPipelineByPropertyName = true)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = ByAddress)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] VirtualNetworkAddressPrefix { get; set; } = [];

    [Parameter(ParameterSetName = ByAddress)]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] SubnetAddressPrefix { get; set; } = [];

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? ServiceCidr { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DnsServiceIP { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? DockerBridgeCidr { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? PodCidr { get; set; }

    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] ReservedAddressPrefix { get; set; } = [];

    [Parameter, Alias("NodeCount"), ValidateRange(1, 1000), ArgumentCompleter(typeof(NoFileCompleter))]
    public int AgentCount { get; set; } = AksComputeDefaults.AgentCount;

    [Parameter, Alias("MaxPods"), ValidateRange(0, 250), ArgumentCompleter(typeof(NoFileCompleter))]
    public int MaxPodsPerNode { get; set; } = SubnetSizing.DefaultMaxPods;

    [Parameter, Alias("MaxSurge"), ValidateRange(0, 1000), ArgumentCompleter(typeof(NoFileCompleter))]
    public int SurgeNodeCount { get; set; } = 1;

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        // A value given here that can't be read would otherwise only be a failed check of the plan.
        RequireRanges(VirtualNetworkAddressPrefix, nameof(VirtualNetworkAddressPrefix));
        RequireRanges(SubnetAddressPrefix, nameof(SubnetAddressPrefix));
        RequireRanges(ReservedAddressPrefix, nameof(ReservedAddressPrefix));
        var facts = await ReadAsync(cancel).ConfigureAwait(false);
        Streams.Output(CheckedPlan.Propose(new AksNetworkPlanRequest
        {
            Facts = facts with
            {
                Settings = new AddressSettings
                {
                    SubnetId = facts.Subnet.Value?.Id,
                    ServiceCidr = ServiceCidr,
                    DnsServiceIP = DnsServiceIP,
                    DockerBridgeCidr = DockerBridgeCidr,
                    PodCidr = PodCidr,
                    ReservedAddressPrefixes = ReservedAddressPrefix,
                },
            },
            AgentCount = AgentCount,
            // With a range of their own pods take no addresses of the subnet.
            MaxPodsPerNode = PodCidr is null || IsGiven(nameof(MaxPodsPerNode)) ? MaxPodsPerNode : 0,
            SurgeNodeCount = SurgeNodeCount,
        }));
    }

    private static void RequireRanges(string[] ranges, string parameter)
    {
        foreach (var range in ranges)
            if (!Ipv4Prefix.TryParse(range, out _, out var reason))
                throw Problems.InvalidValue(parameter, range, reason);
    }

    private async Task<NetworkFacts> ReadAsync(CancellationToken cancel)
    {
        if (BoundSet == ByAddress)
        {
            SubnetFacts[] subnets = SubnetAddressPrefix.Length == 0 ? [] : [new SubnetFacts { AddressPrefixes = SubnetAddressPrefix }];
            return new NetworkFacts
            {
                VirtualNetwork = new VirtualNetworkFacts { AddressPrefixes = VirtualNetworkAddressPrefix, Subnets = subnets },
                Subnet = subnets.Length == 0 ? default : Known.Of(subnets[0]),
            };
        }

        var id = BoundSet == ByName
            ? ArmId.ForSubnet(Subscription,
                References.RequireName(VirtualNetworkResourceGroupName, nameof(VirtualNetworkResourceGroupName),
                    ResourceNames.CheckResourceGroup),
                References.RequireName(VirtualNetworkName, nameof(VirtualNetworkName), ResourceNames.CheckVirtualNetwork),
                References.RequireName(SubnetName, nameof(SubnetName), ResourceNames.CheckSubnet))
            : SubnetId!.Require(nameof(SubnetId), "a subnet or its ARM id", ResourceTypes.Subnet);
        var facts = await Azure.Facts.ReadNetworkAsync(id, cancel).ConfigureAwait(false);
        Preflight.RequireSubnet(facts, id);
        return facts;
    }
}
