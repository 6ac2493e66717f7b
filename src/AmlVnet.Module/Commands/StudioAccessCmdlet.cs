namespace AmlVnet.Cmdlets;

/// <summary>A cmdlet about the outbound service tags of a subnet: that of a compute or a cluster, or one given by its id.</summary>
public abstract class StudioAccessCmdlet : ResourceCmdlet
{
    private const string Wanted = "a compute, an AKS cluster, or the ARM id of one";
    private static readonly string[] Types = [ResourceTypes.Compute, ResourceTypes.Cluster, ResourceTypes.Subnet];

    private protected const string BySubnetId = "BySubnetId";
    private protected const string BySubnetName = "BySubnetName";

    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByInputObject)]
    [Alias("Compute", "Cluster")]
    [AksClusterReferenceTransformation(OrSubnet = true)]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public AksClusterReference? InputObject { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetId)]
    [Alias("Subnet")]
    [SubnetReferenceTransformation]
    [ArgumentCompleter(typeof(SubnetIdCompleter))]
    public SubnetReference? SubnetId { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [Alias("VnetResourceGroupName")]
    [ArgumentCompleter(typeof(NetworkGroupCompleter))]
    public string? VirtualNetworkResourceGroupName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [Alias("VnetName")]
    [ArgumentCompleter(typeof(VirtualNetworkCompleter))]
    public string? VirtualNetworkName { get; set; }

    [Parameter(Mandatory = true, ParameterSetName = BySubnetName)]
    [ArgumentCompleter(typeof(SubnetCompleter))]
    public string? SubnetName { get; set; }

    [Parameter]
    public OutboundProfile Profile { get; set; } = OutboundProfile.Studio;

    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(LocationCompleter))]
    public string? Location { get; set; }

    private protected ArmId Place => BoundSet switch
    {
        BySubnetId => Subnets.RequireId(SubnetId!),
        BySubnetName => Subnets.Read(this, null, null, (VirtualNetworkResourceGroupName, VirtualNetworkName, SubnetName), Subscription)!,
        ByName => RequireNamed(ResourceId, NamedCompute(ResourceGroupName, WorkspaceName, Name)),
        ByResourceId => new AksClusterReference(ResourceId!).Require(nameof(ResourceId), Wanted, Types),
        _ => InputObject!.Require(nameof(InputObject), Wanted, Types),
    };

    private protected override string? Subject => IdOrNull(() => Place);

    /// <summary>Opens what the profile needs, or takes the rules of this module away.</summary>
    private protected async Task SetAsync(bool isOpened, CancellationToken cancel)
    {
        var work = await Azure.NetworkRules.PlanOutboundAsync(Place, Profile, Location, isOpened, !IsWhatIf, cancel).ConfigureAwait(false);
        Emit(await ApplyAsync(work, null, cancel).ConfigureAwait(false));
    }
}
