namespace AmlVnet.Core.Changes;

/// <summary>What a cluster is made with where the user says nothing. Source: azureml-core, AksCompute.provisioning_configuration.</summary>
public static class AksComputeDefaults
{
    /// <summary>The number of nodes.</summary>
    public const int AgentCount = 3;

    /// <summary>The size of each node.</summary>
    public const string AgentVmSize = "Standard_D3_v2";

    /// <summary>What the cluster is meant for.</summary>
    public const ClusterPurpose Purpose = ClusterPurpose.FastProd;
}

/// <summary>A compute that is to be made.</summary>
public sealed record ComputeWish
{
    /// <summary>The compute.</summary>
    public required ArmId Id { get; init; }

    /// <summary>The region of the workspace, as the service writes it.</summary>
    public string? WorkspaceLocation { get; init; }

    /// <summary>What the user gave.</summary>
    public required AksComputeSettings Settings { get; init; }

    /// <summary>TLS, where it was asked for.</summary>
    public TlsWish? Tls { get; init; }

    /// <summary>The cluster that is attached; null where one is made.</summary>
    public ArmId? Cluster { get; init; }

    /// <summary>The region of that cluster.</summary>
    public string? ClusterLocation { get; init; }

    /// <summary>Whether a compute that is there may have another load balancer: the caller moves it.</summary>
    public bool TakesAnyLoadBalancer { get; init; }

    /// <summary>When the cluster's identity was given the right that an internal load balancer needs;
    /// null when that is not known.</summary>
    public DateTimeOffset? GrantedOn { get; init; }

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;

    /// <summary>The region of the compute, in its short form.</summary>
    public string Location => AzureRegion.Normalize((Cluster is null ? Settings.Location : ClusterLocation) ?? WorkspaceLocation ?? "");
}

/// <summary>Plans the making and the removing of computes.</summary>
public static class ComputePlans
{
    /// <summary>The operation of making a compute.</summary>
    public const string CreateKind = "CreateAksCompute";

    /// <summary>The operation of attaching a cluster.</summary>
    public const string AttachKind = "AttachAksCompute";

    /// <summary>The operation of removing a compute.</summary>
    public const string RemoveKind = "RemoveAksCompute";

    /// <summary>What whoever makes an AKS compute is to know of its future, once a session.</summary>
    public const string Status =
        "AKS computes are Azure Machine Learning's v1 route, which is legacy: support for CLI v1 ended on 30 September 2025, for SDK v1 "
        + "on 30 June 2026, and whether every region still takes new ones is not known. Get-Help about_AmlVnet says what else is known, "
        + "and where the newer route is.";

    /// <summary>The compute as it is to be, its defaults filled in: what the checks look at.</summary>
    public static ComputeFacts Wanted(ComputeWish wish, int? coresPerNode) => new()
    {
        Id = wish.Id.ToString(),
        Location = wish.Location,
        AgentCount = wish.Cluster is null ? wish.Settings.AgentCount ?? AksComputeDefaults.AgentCount : null,
        AgentVmSize = wish.Cluster is null ? wish.Settings.AgentVmSize ?? AksComputeDefaults.AgentVmSize : null,
        CoresPerNode = coresPerNode,
        ClusterPurpose = wish.Settings.ClusterPurpose ?? AksComputeDefaults.Purpose,
        ClusterId = wish.Cluster?.ToString(),
        ServiceCidr = wish.Settings.ServiceCidr,
        LoadBalancerType = wish.Settings.LoadBalancerType ?? LoadBalancerType.PublicIp,
        LoadBalancerSubnet = wish.Settings.LoadBalancerSubnet,
        SslStatus = wish.Tls?.Status,
        SslLeafDomainLabel = wish.Tls?.LeafDomainLabel,
    };

    /// <summary>Refuses address settings that are none, before anything is read.</summary>
    /// <exception cref="AmlVnetException">A value breaks its rule.</exception>
    public static void RequireAddresses(AksComputeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        RequireValue(nameof(settings.ServiceCidr), settings.ServiceCidr, Ipv4Prefix.TryParse(settings.ServiceCidr, out _, out var service),
            service);
        RequireValue(nameof(settings.DnsServiceIP), settings.DnsServiceIP, Ipv4Address.TryParse(settings.DnsServiceIP, out _, out var dns),
            dns);
        RequireValue(nameof(settings.DockerBridgeCidr), settings.DockerBridgeCidr,
            Ipv4Interface.TryParse(settings.DockerBridgeCidr, out _, out var bridge), bridge);

        static void RequireValue(string parameter, string? value, bool isReadable, string? why)
        {
            if (value is not null && !isReadable) throw Problems.InvalidValue(parameter, value, why!);
        }
    }

    /// <summary>Refuses settings that say half of a network.</summary>
    /// <exception cref="AmlVnetException">One is missing.</exception>
    public static void RequireTogether(AksComputeSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        (string Name, bool IsGiven)[] parts =
        [
            ("-SubnetId", settings.SubnetId is not null), ("-ServiceCidr", settings.ServiceCidr is not null),
            ("-DnsServiceIP", settings.DnsServiceIP is not null), ("-DockerBridgeCidr", settings.DockerBridgeCidr is not null),
        ];
        var given = parts.Where(static part => part.IsGiven).Select(static part => part.Name).ToArray();
        var missing = parts.Where(static part => !part.IsGiven).Select(static part => part.Name).ToArray();
        if (given.Length > 0 && missing.Length > 0)
            throw Problems.InvalidCombination($"{string.Join(", ", given)} {(given.Length == 1 ? "is" : "are")} given and "
                + $"{string.Join(", ", missing)} {(missing.Length == 1 ? "is" : "are")} not; a cluster in a network of yours is described "
                + "by "
                + "all four.", settings.SubnetId is { } subnet ? $"New-AmlAksNetworkPlan -SubnetId {Commands.Quote(subnet)}"
                    : "Give them, or -NetworkPlan from New-AmlAksNetworkPlan.");
    }

    /// <summary>Refuses a load balancer that can't be, before anything is read.</summary>
    /// <param name="settings">What is asked for.</param>
    /// <param name="isAttached">Whether a cluster that is there is attached, which brings its own subnet.</param>
    /// <exception cref="AmlVnetException">The values contradict each other.</exception>
    public static void RequireLoadBalancer(AksComputeSettings settings, bool isAttached)
    {
        if (settings is { LoadBalancerSubnet: not null, LoadBalancerType: not LoadBalancerType.InternalLoadBalancer })
            throw Problems.InvalidCombination("-LoadBalancerSubnetName goes with -LoadBalancerType InternalLoadBalancer only: a public "
                + "load balancer takes no address from a subnet.");
        if (settings.LoadBalancerType != LoadBalancerType.InternalLoadBalancer) return;
        if (!isAttached && settings.SubnetId is null)
            throw Problems.InvalidCombination(
                "An internal load balancer takes its address from a subnet of yours, and the cluster is in none: "
                + "give -SubnetId or -NetworkPlan with -LoadBalancerType InternalLoadBalancer.");
        if (settings.SslLeafDomainLabel is not null)
            throw Problems.InvalidCombination(
                "-SslLeafDomainLabel asks for Microsoft's certificate, which an internal load balancer can't have: "
                + "give a certificate of your own (-SslCertificatePath, -SslKeyPath, -SslCname) or none.");
    }

    /// <summary>
    /// Whether a compute that was to be internal from the beginning has come as far as its cluster and has no scoring address: the
    /// cluster's identity exists now, can be given its right, and the endpoint can be put on its address.
    /// </summary>
    public static bool AwaitsRight(AksCompute compute) =>
        compute is { ClusterId: not null, ScoringIPAddress: null } && ProvisioningState.Of(compute) is { IsOver: true };

    /// <summary>What the caller must be allowed to do to write a compute.</summary>
    public static NeededAction ToWrite(ArmId compute)
    {
        ArgumentNullException.ThrowIfNull(compute);
        return Actions.ToWrite(compute.ToString());
    }

    /// <summary>Plans the making of a cluster through the workspace.</summary>
    public static Plan Create(ComputeWish wish, IReadOnlyList<CheckResult> findings)
    {
        var settings = wish.Settings with
        {
            Location = wish.Location,
            AgentCount = wish.Settings.AgentCount ?? AksComputeDefaults.AgentCount,
            AgentVmSize = wish.Settings.AgentVmSize ?? AksComputeDefaults.AgentVmSize,
            ClusterPurpose = wish.Settings.ClusterPurpose ?? AksComputeDefaults.Purpose,
        };
        var where = ArmId.TryParse(settings.SubnetId, ResourceTypes.Subnet, out var subnet, out _)
            ? $" in subnet {subnet.Name} of {subnet.Parent!.Name}, service CIDR {settings.ServiceCidr}"
            : " outside any virtual network of yours";
        var plan = Put(wish, settings, CreateKind, $"Creating AKS compute {wish.Id.Name}", findings,
            $"Create AKS compute {wish.Id.Name} in {wish.Location}: {settings.AgentCount} x {settings.AgentVmSize}, "
                + $"{settings.ClusterPurpose}{where}; {Endpoint(settings)}");
        return settings.SubnetId is null ? plan with { Warnings = [NoNetwork] } : IsInternal(settings)
            ? plan with { Warnings = [NoRightBefore] } : plan;
    }

    /// <summary>Plans the attaching of a cluster.</summary>
    public static Plan Attach(ComputeWish wish, IReadOnlyList<CheckResult> findings) =>
        Put(wish, wish.Settings with { Location = wish.Location }, AttachKind, $"Attaching cluster {wish.Cluster!.Name}", findings,
            $"Attach cluster {wish.Cluster.Name} in {wish.Location} as compute {wish.Id.Name}, "
                + $"{wish.Settings.ClusterPurpose ?? AksComputeDefaults.Purpose}; {Endpoint(wish.Settings)}");

    private const string NoNetwork =
        "The cluster is made outside any virtual network of yours and can never go private: the network of a cluster is set "
        + "when it is made. Give -SubnetId or -NetworkPlan for one that can.";

    private const string NoRightBefore =
        "The cluster's identity exists only when the cluster does, so that the right which an internal load balancer needs can't "
        + "be given beforehand. A creation that ends Failed or without a scoring address is no loss: run the same command again, and it "
        + "grants the right and switches. The cluster keeps a public address for egress; where it may have none, attach a cluster made "
        + "with --outbound-type userDefinedRouting.";

    private static bool IsInternal(AksComputeSettings settings) => settings.LoadBalancerType == LoadBalancerType.InternalLoadBalancer;

    private static string Endpoint(AksComputeSettings settings) => IsInternal(settings)
        ? "no public scoring address: an internal load balancer from the beginning, in "
            + (settings.LoadBalancerSubnet is { } name ? $"subnet {name}" : "the subnet of the nodes")
        : "its endpoint is public at first";

    /// <summary>Looks whether a compute that is there is the one that is asked for.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="existing">The compute as it was read.</param>
    /// <param name="seen">The compute with what else is known of it, to compare with.</param>
    /// <exception cref="AmlVnetException">It is another one, is being removed, or failed before it came to be.</exception>
    public static Plan Existing(ComputeWish wish, AksCompute existing, AksCompute seen)
    {
        var id = wish.Id.ToString();
        if (wish.Cluster is { } cluster && existing.ClusterId is { } other && !ArmId.AreSame(other, cluster.ToString()))
            throw Problems.ComputeDiffers(id, [new SettingDifference("ClusterId", other, cluster.ToString()).ToString()]);
        if (ProvisioningState.Of(existing) == ProvisioningState.Deleting)
            throw Problems.WrongState("compute", id, "Deleting", "Wait until it is gone, and run the command again.");
        // One that waits for its address may have any: it is about to be given the one that was asked for.
        var asked = AwaitsRight(existing) || wish.TakesAnyLoadBalancer
            ? wish.Settings with { LoadBalancerType = null, LoadBalancerSubnet = null } : wish.Settings;
        if (asked.DifferencesFrom(seen) is { Count: > 0 } differences)
            throw Problems.ComputeDiffers(id, [.. differences.Select(static one => one.ToString())]);
        var hasFailed = ProvisioningState.Of(existing) is { HasFailed: true };
        var why = existing.Errors.FirstOrDefault()?.ToString();
        if (hasFailed && existing.ClusterId is null) throw Problems.ComputeFailed(id, why);
        return new Plan
        {
            Warnings = hasFailed ? [$"The last change of '{id}' failed: {why ?? "the service gives no reason"}"] : [],
            Remarks = [$"Found existing compute '{id}'; nothing is sent."],
        };
    }

    /// <summary>Whether a compute failed before it had a scoring endpoint, so that nothing of use is lost with it.</summary>
    public static bool HasNoEndpoint(AksCompute compute) =>
        compute.ScoringIPAddress is null && ProvisioningState.Of(compute) is { HasFailed: true };

    /// <summary>Plans the removal of a compute.</summary>
    /// <param name="id">The compute.</param>
    /// <param name="existing">The compute as it is; null where there is none.</param>
    /// <param name="action">What becomes of its cluster.</param>
    /// <param name="wait">Whether the command waits for the end.</param>
    public static Plan Remove(ArmId id, AksCompute? existing, UnderlyingResourceAction action, bool wait)
    {
        if (existing is null) return new Plan { Warnings = [$"There is no compute '{id}'; nothing was removed."] };
        if (ProvisioningState.Of(existing) == ProvisioningState.Deleting)
            return new Plan { Remarks = [$"'{id}' is being removed already; nothing is sent."] };
        var isDelete = action == UnderlyingResourceAction.Delete;
        if (isDelete && existing.IsAttached == true) throw Problems.AttachedNotDeleted(id.ToString());
        return new Plan
        {
            Steps =
            [
                new RemoveCompute
                {
                    Target = id.ToString(),
                    Sentence = isDelete
                        ? $"Delete AKS compute {id.Name} and its cluster {existing.ClusterId ?? "(none)"}"
                        : $"Detach AKS compute {id.Name}; the cluster {existing.ClusterId ?? "(none)"} stays",
                    Values = [new("compute", existing.ProvisioningState, null)],
                    Action = action,
                    Wait = wait,
                },
            ],
        };
    }

    private static Plan Put(ComputeWish wish, AksComputeSettings settings, string kind, string activity,
        IReadOnlyList<CheckResult> findings, string sentence) => new()
        {
            Findings = findings,
            Steps =
        [
            new PutCompute
            {
                Target = wish.Id.ToString(),
                Sentence = sentence,
                Values = [new("compute", null, wish.Cluster?.ToString() ?? settings.SubnetId ?? "outside any virtual network of yours")],
                Kind = kind,
                Activity = activity,
                Wish = wish with { Settings = settings },
            },
        ],
        };
}
