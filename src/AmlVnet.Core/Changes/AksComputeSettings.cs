namespace AmlVnet.Core.Changes;

/// <summary>
/// The settings of a compute that a user asked for. What the user did not give is null, and is not compared with anything.
/// The load balancer is compared only where one was asked for: it is often set by an update, long after the compute was made.
/// </summary>
public sealed record AksComputeSettings
{
    /// <summary>The region, in any spelling.</summary>
    public string? Location { get; init; }

    /// <summary>The number of nodes.</summary>
    public int? AgentCount { get; init; }

    /// <summary>The size of each node's virtual machine.</summary>
    public string? AgentVmSize { get; init; }

    /// <summary>What the cluster is meant for.</summary>
    public ClusterPurpose? ClusterPurpose { get; init; }

    /// <summary>The ARM id of the nodes' subnet.</summary>
    public string? SubnetId { get; init; }

    /// <summary>The range of the Kubernetes services' addresses.</summary>
    public string? ServiceCidr { get; init; }

    /// <summary>The address of the cluster's DNS service.</summary>
    public string? DnsServiceIP { get; init; }

    /// <summary>The Docker bridge's own address with its prefix length.</summary>
    public string? DockerBridgeCidr { get; init; }

    /// <summary>TLS: Disabled, Enabled or Auto.</summary>
    public string? SslStatus { get; init; }

    /// <summary>The host name in the certificate.</summary>
    public string? SslCname { get; init; }

    /// <summary>The label of the name that Microsoft provides.</summary>
    public string? SslLeafDomainLabel { get; init; }

    /// <summary>The kind of load balancer that the scoring endpoint has from the beginning;
    /// null leaves it to the service, which takes PublicIp.</summary>
    public LoadBalancerType? LoadBalancerType { get; init; }

    /// <summary>The name of the internal load balancer's subnet.</summary>
    public string? LoadBalancerSubnet { get; init; }

    /// <summary>The description.</summary>
    public string? Description { get; init; }

    /// <summary>Tags.</summary>
    public IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <summary>
    /// Where an existing compute differs from what is asked. A setting that was not given, or that the service did not return, is no
    /// difference; nor is another spelling of the same value. Tags are compared only when the service returned any.
    /// </summary>
    public IReadOnlyList<SettingDifference> DifferencesFrom(AksCompute existing)
    {
        ArgumentNullException.ThrowIfNull(existing);
        var differences = new List<SettingDifference>();
        Compare(nameof(Location), existing.Location, Location, AzureRegion.AreSame);
        Compare(nameof(AgentCount), existing.AgentCount?.ToString(Invariant), AgentCount?.ToString(Invariant), Same);
        Compare(nameof(AgentVmSize), existing.AgentVmSize, AgentVmSize, Same);
        Compare(nameof(ClusterPurpose), existing.ClusterPurpose?.ToString(), ClusterPurpose?.ToString(), Same);
        Compare(nameof(SubnetId), existing.SubnetId, SubnetId, ArmId.AreSame);
        Compare(nameof(ServiceCidr), existing.ServiceCidr, ServiceCidr, Same);
        Compare(nameof(DnsServiceIP), existing.DnsServiceIP, DnsServiceIP, Same);
        Compare(nameof(DockerBridgeCidr), existing.DockerBridgeCidr, DockerBridgeCidr, Same);
        Compare(nameof(SslStatus), existing.SslStatus, SslStatus, Same);
        Compare(nameof(SslCname), existing.SslCname, SslCname, Same);
        Compare(nameof(SslLeafDomainLabel), existing.SslLeafDomainLabel, SslLeafDomainLabel, Same);
        Compare(nameof(LoadBalancerType), existing.LoadBalancerType?.ToString(), LoadBalancerType?.ToString(), Same);
        if (LoadBalancerType == existing.LoadBalancerType)
            Compare(nameof(LoadBalancerSubnet), existing.LoadBalancerSubnet, LoadBalancerSubnet, Same);
        Compare(nameof(Description), existing.Description, Description, static (left, right) => left == right);
        if (existing.Tags.Count > 0)
            foreach (var (key, value) in Tags ?? new Dictionary<string, string>())
                if (existing.Tags.FirstOrDefault(tag => Same(tag.Key, key)).Value is var now && now != value)
                    differences.Add(new($"Tags[{key}]", now ?? "(none)", value));
        return differences;

        void Compare(string name, string? now, string? asked, Func<string, string, bool> same)
        {
            if (!string.IsNullOrEmpty(now) && !string.IsNullOrEmpty(asked) && !same(now.Trim(), asked.Trim()))
                differences.Add(new(name, now, asked));
        }

        static bool Same(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
    }

    private static System.Globalization.CultureInfo Invariant => System.Globalization.CultureInfo.InvariantCulture;
}

/// <summary>One setting in which an existing resource differs from what was asked.</summary>
/// <param name="Name">The setting.</param>
/// <param name="Existing">What it is.</param>
/// <param name="Requested">What was asked.</param>
public sealed record SettingDifference(string Name, string Existing, string Requested)
{
    /// <summary>The difference as part of a sentence.</summary>
    public override string ToString() => $"{Name} is {Existing}, not {Requested}";
}
