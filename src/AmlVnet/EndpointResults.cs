namespace AmlVnet;

/// <summary>The scoring endpoint of a compute.</summary>
public sealed record AksEndpoint
{
    /// <summary>The ARM id of the compute.</summary>
    public required string ComputeId { get; init; }

    /// <summary>The compute's name.</summary>
    public required string ComputeName { get; init; }

    /// <summary>AKS for a compute of the v1 route, Kubernetes for the router of the Azure Machine Learning extension.</summary>
    public string ComputeType { get; init; } = "AKS";

    /// <summary>The endpoint's address; null while it has none.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the address is private; null when it is not known.</summary>
    public bool? IsPrivate { get; init; }

    /// <summary>The TCP port: 443 with TLS, 80 without.</summary>
    public required int Port { get; init; }

    /// <summary>TLS: Disabled, Enabled or Auto; null when the service does not say.</summary>
    public string? SslStatus { get; init; }

    /// <summary>The name in the certificate, or the name that Microsoft gave the endpoint; null when clients use the address.</summary>
    public string? Fqdn { get; init; }

    /// <summary>The load balancer that holds the address; null when it can't be read.</summary>
    public string? LoadBalancerName { get; init; }

    /// <summary>The ARM id of the load balancer.</summary>
    public string? LoadBalancerId { get; init; }

    /// <summary>The ARM id of the subnet that a private address is from.</summary>
    public string? SubnetId { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{(Port == 443 ? "https" : "http")}://{Fqdn ?? Address}";
}

/// <summary>What a try at a scoring endpoint gave, from where it was made.</summary>
public sealed record AksEndpointProbe
{
    /// <summary>The ARM id of the compute.</summary>
    public required string ComputeId { get; init; }

    /// <summary>The address that was tried.</summary>
    public string? Address { get; init; }

    /// <summary>The port that was tried.</summary>
    public required int Port { get; init; }

    /// <summary>Whether a TCP connection was made.</summary>
    public required bool TcpSucceeded { get; init; }

    /// <summary>How long the TCP connection took, in milliseconds.</summary>
    public double? TcpMilliseconds { get; init; }

    /// <summary>The HTTP status of the answer; null when there was none.</summary>
    public int? HttpStatus { get; init; }

    /// <summary>How long the HTTP answer took, in milliseconds.</summary>
    public double? HttpMilliseconds { get; init; }

    /// <summary>What it means, and what to look at.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Address}:{Port} {(TcpSucceeded ? "reached" : "not reached")}";
}

/// <summary>What governs traffic of one kind, and the rules of ours that let it through.</summary>
public sealed record NetworkRuleAccess
{
    /// <summary>The ARM id of the compute, where one was named.</summary>
    public string? ComputeId { get; init; }

    /// <summary>The ARM id of the subnet whose traffic it is.</summary>
    public required string SubnetId { get; init; }

    /// <summary>The ARM id of the network security group that governs the subnet; null when there is none.</summary>
    public string? NetworkSecurityGroupId { get; init; }

    /// <summary>Inbound or Outbound.</summary>
    public required string Direction { get; init; }

    /// <summary>Where the traffic comes from.</summary>
    public required string[] SourceAddressPrefix { get; init; }

    /// <summary>Where it goes.</summary>
    public required string[] DestinationAddressPrefix { get; init; }

    /// <summary>To which port.</summary>
    public required int Port { get; init; }

    /// <summary>
    /// Whether the traffic passes now, and for an endpoint whether it can be answered: its nodes reach one another and what they need. Null
    /// when that can't be known.
    /// </summary>
    public bool? IsOpen { get; init; }

    /// <summary>True when this call wrote or removed a rule.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>The rules of this module that are in the group for this traffic.</summary>
    public string[] RuleName { get; init; } = [];

    /// <summary>Which rule decides, and why.</summary>
    public required string Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString() => Reason;
}

/// <summary>One step of making an inferencing cluster private, or of taking that back.</summary>
public sealed record PrivateInferenceStep
{
    /// <summary>What the step is for.</summary>
    public required string Name { get; init; }

    /// <summary>Done, or AlreadySo.</summary>
    public required string Status { get; init; }

    /// <summary>
    /// How long it took, in the cloud's time, such as <c>00:06:30</c>; in PowerShell a time span. ConvertTo-Json counts a time span as one
    /// more level, and at its usual depth would cut it off.
    /// </summary>
    public required string Duration { get; init; }

    /// <summary>What was before.</summary>
    public string? Before { get; init; }

    /// <summary>What is now.</summary>
    public string? After { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Name}: {Status}{(After is null ? "" : $" ({Before ?? "none"} -> {After})")}";
}

/// <summary>The outcome of Enable-AmlPrivateInference or Disable-AmlPrivateInference.</summary>
public record PrivateInference
{
    /// <summary>The compute as it is now, without errors of earlier tries, which Get-AmlAksCompute shows: they would stand too deep for
    /// ConvertTo-Json.</summary>
    public required AksCompute Compute { get; init => field = value with { Errors = [] }; }

    /// <summary>The ARM id of the compute: so the outcome pipes into whatever takes a compute, also from a file.</summary>
    public string ComputeId => Compute.Id;

    /// <summary>Whether the scoring endpoint has a private address in its subnet.</summary>
    public required bool IsPrivate { get; init; }

    /// <summary>
    /// Whether requests are let in and answered: true only when every check of severity Error holds afterwards, but for those that were
    /// skipped; null when one could not tell.
    /// </summary>
    public bool? IsOpen { get; init; }

    /// <summary>The scoring endpoint's address.</summary>
    public string? ScoringIPAddress { get; init; }

    /// <summary>True when any step changed something.</summary>
    public required bool IsChanged { get; init; }

    /// <summary>The steps, in order.</summary>
    public required PrivateInferenceStep[] Steps { get; init; }

    /// <summary>The checks of the compute afterwards.</summary>
    public CheckResult[] Checks { get; init; } = [];

    /// <summary>What no check can look at, each with the command that looks.</summary>
    public NotLookedAt[] NotLookedAt { get; init; } = [];

    /// <summary>The name by which clients reach the endpoint, and the record that it needs; null where nobody asked for it.</summary>
    public PrivateDnsName? DnsName { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{Compute.Name}: {(IsPrivate ? "private" : "public")} {ScoringIPAddress}";
}
