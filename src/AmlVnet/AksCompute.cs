using System.Collections.ObjectModel;

namespace AmlVnet;

/// <summary>An AKS inferencing cluster as a compute of a workspace. What the service did not return is null.</summary>
public sealed record AksCompute
{
    /// <summary>The ARM resource id of the compute.</summary>
    public required string Id { get; init; }

    /// <summary>The compute's name, which is not the AKS cluster's.</summary>
    public required string Name { get; init; }

    /// <summary>The resource group of the workspace.</summary>
    public required string ResourceGroupName { get; init; }

    /// <summary>The workspace's name.</summary>
    public required string WorkspaceName { get; init; }

    /// <summary>The subscription of the workspace.</summary>
    public required string SubscriptionId { get; init; }

    /// <summary>
    /// AKS, or Kubernetes where this stands for a Kubernetes compute among results that both kinds have (Get-AmlKubernetesCompute shows all
    /// of such a one).
    /// </summary>
    public string ComputeType { get; init; } = "AKS";

    /// <summary>The Azure region of the cluster, in its short form.</summary>
    public string? Location { get; init; }

    /// <summary>The state that the service reports: Creating, Updating, Deleting, Succeeded, Failed, Canceled or Unknown.</summary>
    public string? ProvisioningState { get; init; }

    /// <summary>The ARM id of the AKS cluster.</summary>
    public string? ClusterId { get; init; }

    /// <summary>True when the cluster was brought to the workspace from outside; false when the workspace made it.</summary>
    public bool? IsAttached { get; init; }

    /// <summary>The number of nodes.</summary>
    public int? AgentCount { get; init; }

    /// <summary>The size of each node's virtual machine.</summary>
    public string? AgentVmSize { get; init; }

    /// <summary>What the cluster is meant for.</summary>
    public ClusterPurpose? ClusterPurpose { get; init; }

    /// <summary>The fully qualified name of the cluster's API server.</summary>
    public string? ClusterFqdn { get; init; }

    /// <summary>The ARM id of the subnet that holds the nodes.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The range of the Kubernetes services' addresses.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The address of the cluster's DNS service, in the service CIDR.</summary>
    public string? DnsServiceIP { get; init; }

    /// <summary>The Docker bridge's own address with its prefix length.</summary>
    public string? DockerBridgeCidr { get; init; }

    /// <summary>The kind of load balancer in front of the scoring endpoint.</summary>
    public LoadBalancerType? LoadBalancerType { get; init; }

    /// <summary>The name of the subnet that the internal load balancer takes its address from.</summary>
    public string? LoadBalancerSubnet { get; init; }

    /// <summary>The address of the scoring endpoint.</summary>
    public string? ScoringIPAddress { get; init; }

    /// <summary>The scoring endpoint's address before the command that emitted this object changed it; otherwise null.</summary>
    public string? PreviousScoringIPAddress { get; init; }

    /// <summary>Whether <see cref="ScoringIPAddress"/> is a private address; null when it is not known.</summary>
    public bool? IsPrivate { get; init; }

    /// <summary>TLS of the scoring endpoint: Disabled, Enabled or Auto.</summary>
    public string? SslStatus { get; init; }

    /// <summary>The host name in the scoring endpoint's certificate.</summary>
    public string? SslCname { get; init; }

    /// <summary>The label of the name and certificate that Microsoft provides for a public endpoint.</summary>
    public string? SslLeafDomainLabel { get; init; }

    /// <summary>The compute's description.</summary>
    public string? Description { get; init; }

    /// <summary>The compute's tags.</summary>
    public IReadOnlyDictionary<string, string> Tags { get; init => field = TagTable.Of(value); } = TagTable.Of(
        new Dictionary<string, string>());

    /// <summary>When the compute was made.</summary>
    public DateTimeOffset? CreatedOn { get; init; }

    /// <summary>When the compute was last changed.</summary>
    public DateTimeOffset? ModifiedOn { get; init; }

    /// <summary>What the service says went wrong, outermost first.</summary>
    public ArmErrorDetail[] Errors { get; init; } = [];

    /// <inheritdoc/>
    public override string ToString() => Id;

    /// <summary>Tags that are told as a text, too: ConvertTo-Json writes what is too deep for it as its text.</summary>
    private sealed class TagTable(IDictionary<string, string> tags) : ReadOnlyDictionary<string, string>(tags)
    {
        internal static TagTable Of(IReadOnlyDictionary<string, string> tags) => tags as TagTable
            ?? new(tags as IDictionary<string, string> ?? new Dictionary<string, string>(tags, StringComparer.Ordinal));

        /// <inheritdoc/>
        public override string ToString() => string.Join(", ", this.Select(static pair => $"{pair.Key}={pair.Value}"));
    }
}

/// <summary>One error as Azure Resource Manager reports it.</summary>
public sealed record ArmErrorDetail
{
    /// <summary>The service's code, such as <c>BadRequest</c>.</summary>
    public string? Code { get; init; }

    /// <summary>The service's sentence.</summary>
    public string? Message { get; init; }

    /// <summary>What the error is about.</summary>
    public string? Target { get; init; }

    /// <summary>The errors beneath this one, as a text that a file keeps however deep it stands; null where there are none. In PowerShell
    /// the property gives the errors themselves.</summary>
    public string? Details => Inner.Length == 0 ? null : string.Join("; ", Inner.Select(Whole));

    internal ArmErrorDetail[] Inner { get; init; } = [];

    /// <summary>The errors beneath this one.</summary>
    public ArmErrorDetail[] GetDetails() => [.. Inner];

    private static string Whole(ArmErrorDetail error) => error.Details is { } inner ? $"{error} [{inner}]" : error.ToString();

    /// <inheritdoc/>
    public override string ToString() => Code is null ? Message ?? "" : $"{Code}: {Message}";
}
