namespace AmlVnet.Core.Checks;

/// <summary>Rules about the compute and its cluster.</summary>
internal static class ComputeRules
{
    private const int ProductionNodes = 3;
    private const int ProductionCores = 12;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-COMPUTE-001", "A production cluster has 3 nodes or more", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.AttachKubernetes, Nodes)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-006",
        },
        new("AMLVNET-COMPUTE-002", "A production cluster has 12 virtual CPUs or more", CheckSeverity.Error,
            CheckStage.Offline | CheckStage.Create | CheckStage.Attach | CheckStage.Posture, Sources.AttachKubernetes, Cores)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-007",
        },
        new("AMLVNET-COMPUTE-003", "The cluster is attached once", CheckSeverity.Error, CheckStage.Attach | CheckStage.Posture,
            Sources.AttachKubernetes, AttachedOnce)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-015",
        },
        new("AMLVNET-COMPUTE-004", "Compute and cluster are in order", CheckSeverity.Error, CheckStage.Attach | CheckStage.Posture,
            Sources.ComputeOperations, State),
        new("AMLVNET-COMPUTE-005", "The internal load balancer's address is private and in its subnet", CheckSeverity.Error,
            CheckStage.Posture, Sources.SecureInferencing, IsPrivate)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-004",
        },
        new("AMLVNET-COMPUTE-006", "An internal load balancer has no certificate of Microsoft's", CheckSeverity.Error,
            CheckStage.SwitchLoadBalancer | CheckStage.Posture, Sources.AttachKubernetes, Certificate)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-003",
        },
        new("AMLVNET-COMPUTE-007", "The cluster does not use kubenet", CheckSeverity.Warning, CheckStage.Attach | CheckStage.Posture,
            Sources.Kubenet, Kubenet),
        new("AMLVNET-COMPUTE-008", "The cluster's load balancer is not Basic", CheckSeverity.Warning,
            CheckStage.Attach | CheckStage.Posture, Sources.BasicLoadBalancer, BasicSku)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-008",
        },
        new("AMLVNET-COMPUTE-009", "A private cluster has no public name", CheckSeverity.Error, CheckStage.Attach | CheckStage.Posture,
            Sources.SecureInferencing, PrivateCluster),
    ];

    private static IEnumerable<Finding> Nodes(NetworkFacts facts)
    {
        if (!Production(facts, out var compute, out var nodes, out var reason))
            return [reason];
        return nodes.Nodes >= ProductionNodes
            ? [Finding.Passed(compute.Id, $"{Quantity.Of(nodes.Nodes, "node")} for {Purpose(compute)}.{nodes.Rest}")]
            : nodes.Unknown.Count > 0
            ? [Finding.Unknown(compute.Id,
                $"{Purpose(compute)} needs {ProductionNodes} nodes or more; {Gaps(nodes.Nodes, nodes.Unknown)}.{nodes.Rest}", Look(facts))]
            : [Finding.Failed(
                compute.Id, $"{Purpose(compute)} needs {ProductionNodes} nodes or more; there are {nodes.Nodes}.{nodes.Rest}",
                PoolCommands.Scale(facts, nodes, ProductionNodes, 0))];
    }

    private static IEnumerable<Finding> Cores(NetworkFacts facts)
    {
        if (!Production(facts, out var compute, out var nodes, out var reason))
            return [reason];
        if (facts.Cluster.State == KnownState.NotGathered && compute is { AgentVmSize: null, CoresPerNode: null })
            return [Finding.NotApplicable(compute.Id, "The size of the nodes was not given.")];
        return nodes.Cores >= ProductionCores
            ? [Finding.Passed(compute.Id,
                $"{Quantity.Of(nodes.Cores, "virtual CPU")} on {Quantity.Of(nodes.Nodes, "node")} for {Purpose(compute)}.{nodes.Rest}")]
            : nodes.UnknownCores.Count > 0
            ? [Finding.Unknown(
                compute.Id, $"{Purpose(compute)} needs {ProductionCores} virtual CPUs or more; "
                    + $"{Gaps(nodes.Cores, nodes.UnknownCores)}.{nodes.Rest}", Look(facts))]
            : [Finding.Failed(
                compute.Id,
                $"{Purpose(compute)} needs {ProductionCores} virtual CPUs or more; "
                    + $"{Quantity.Of(nodes.Nodes, "node")}{OfSize(compute, nodes)} "
                    + $"{(nodes.Nodes == 1 ? "has" : "have")} {nodes.Cores}.{nodes.Rest}",
                PoolCommands.Scale(facts, nodes, 0, ProductionCores))];
    }

    // The size is what a reader of a plan typed; nodes of several sizes have none to name.
    private static string OfSize(ComputeFacts compute, InferencingNodes nodes)
    {
        string?[] sizes = nodes.Pools.Count == 0 ? [compute.AgentVmSize]
            : [.. nodes.Pools.Select(static one => one.Pool.VmSize).Distinct()];
        return sizes is [{ } size] ? $" of {size}" : "";
    }

    private static string Gaps(int known, IReadOnlyList<string> unknown) =>
        $"{known} {(known == 1 ? "is" : "are")} known, and it is not known: {Finding.Join(unknown)}";

    private static string? Look(NetworkFacts facts) => facts.Cluster.Value is { } cluster && Commands.AzName(cluster.Id) is { } name
        ? $"az aks command invoke {name} --command 'kubectl get nodes --show-labels'" : null;

    private static bool Production(NetworkFacts facts, out ComputeFacts compute, out InferencingNodes nodes, out Finding reason)
    {
        compute = facts.Compute.Value!;
        nodes = new();
        reason = Finding.Missing(facts.Compute, "compute");
        if (compute is null)
            return false;
        reason = Finding.NotApplicable(compute.Id, "A DevTest cluster needs one node only.");
        if (compute.ClusterPurpose == ClusterPurpose.DevTest)
            return false;
        reason = Finding.Missing(facts.Cluster, "cluster");
        // The compute remembers what it was made with; the cluster may have been scaled since.
        if (facts.Cluster.TryGet(out var cluster))
        {
            var planned = compute;
            nodes = InferencingNodes.Of(cluster, size => CoresOf(planned, size));
            return true;
        }

        if (facts.Cluster.State != KnownState.NotGathered)
            return false;
        reason = Finding.NotApplicable(compute.Id, "The number of nodes was not given.");
        if (compute.AgentCount is not { } count)
            return false;
        nodes = InferencingNodes.Planned(count, compute.AgentVmSize, compute.CoresPerNode ?? VmSizeCores.FromName(compute.AgentVmSize));
        return true;
    }

    private static int? CoresOf(ComputeFacts compute, string size) =>
        compute.CoresPerNode is { } cores && string.Equals(size, compute.AgentVmSize, StringComparison.OrdinalIgnoreCase) ? cores
            : VmSizeCores.FromName(size);

    private static ClusterPurpose Purpose(ComputeFacts compute) => compute.ClusterPurpose ?? ClusterPurpose.FastProd;

    private static IEnumerable<Finding> AttachedOnce(NetworkFacts facts)
    {
        if (!facts.Compute.TryGet(out var compute))
            return [Finding.Missing(facts.Compute, "compute")];
        if (!facts.Attachments.TryGet(out var attachments))
            return [Finding.Missing(facts.Attachments, "other computes")];
        if ((compute.ClusterId ?? facts.Cluster.Value?.Id) is not { } cluster)
            return [Finding.NotApplicable(compute.Id, "The cluster is not known.")];
        var others = attachments.Where(other => ArmId.AreSame(other.ClusterId, cluster) && !ArmId.AreSame(other.ComputeId, compute.Id))
            .ToArray();
        if (others.Length == 0
            && attachments.FirstOrDefault(other => other.HidesCluster && !ArmId.AreSame(other.ComputeId, compute.Id)) is { } silent)
            return [Finding.Unknown(
                cluster, $"The service does not say for which cluster the {silent.ComputeType} compute {silent.ComputeId} stands.",
                Commands.AzName(cluster, "--cluster-name") is { } name
                    ? $"az k8s-extension list {name} --cluster-type managedClusters" : null)];
        return others.Length == 0
            ? [Finding.Passed(cluster,
                $"{compute.Id} alone stands for the cluster, of {attachments.Count} that "
                    + $"{(attachments.Count == 1 ? "was" : "were")} read.")]
            : [.. others.Select(other => other.ComputeType == ComputeType.Aks
                ? Finding.Failed(
                    cluster, $"The cluster is attached as {other.ComputeId} too; a second attachment of type AKS breaks both.",
                    Commands.GetCompute(other.ComputeId) is { } get
                        ? $"{get} | Remove-AmlAksCompute -UnderlyingResourceAction Detach" : null)
                : Finding.Unknown(
                    cluster,
                    $"The cluster is also the {other.ComputeType} compute {other.ComputeId}: v1 and v2 side by side is the state of a "
                        + "migration (preview). It works where v2 has a namespace of its own, the extension has "
                        + "scoringFe.enableUpgrade=true, and the deployment azureml-fe has the annotation azureml-fe-enable-upgrade=true; "
                        + "that is inside the cluster.",
                    Migration(cluster)))];
    }

    private static string? Migration(string clusterId) => Commands.AzName(clusterId, "--cluster-name") is not { } cluster ? null
        : $"az aks command invoke {Commands.AzName(clusterId)} --command 'kubectl get namespaces; kubectl describe deployment azureml-fe "
            + $"--all-namespaces'; az k8s-extension list {cluster} --cluster-type managedClusters";

    /// <summary>The cause of a switch that failed; what failed before the endpoint was ever to be internal has others.</summary>
    private static SwitchCause? Likely(NetworkFacts facts)
    {
        var isSwitch = facts.Compute.Value is { } compute && ProvisioningError.LooksLikeSwitch(compute.Errors);
        return isSwitch ? SwitchTrouble.Cause(
            facts with { Compute = facts.Compute.Value! with { LoadBalancerType = LoadBalancerType.InternalLoadBalancer } }) : null;
    }

    private static IEnumerable<Finding> State(NetworkFacts facts)
    {
        if (facts.Compute.State == KnownState.Unknown)
            yield return Finding.Missing(facts.Compute, "compute");
        if (facts.Cluster.State == KnownState.Unknown)
            yield return Finding.Missing(facts.Cluster, "cluster");
        if (facts.Compute.TryGet(out var silent) && silent is { Exists: true, ProvisioningState: null })
            yield return Finding.Unknown(silent.Id, "The service does not say in what state the compute is.");
        if (facts.Compute.TryGet(out var compute) && compute.ProvisioningState is { } state)
            yield return state switch
            {
                _ when state == ProvisioningState.Succeeded => Finding.Passed(compute.Id, "The compute is Succeeded."),
                { HasFailed: true } => Finding.Failed(
                    compute.Id, $"The compute is {state}. {ProvisioningError.Explain(compute.Errors)}"
                        + $"{Likely(facts)?.Sentence.Insert(0, " Most likely: ")}",
                    Likely(facts) is { Command: { } command } likely && (likely.IsSure || likely.IsPassing) ? command
                        : ProvisioningError.Remedy(facts, compute)),
                _ when SwitchTrouble.CauseWhileBusy(facts) is { } cause => Finding.Warning(
                    compute.Id, $"The compute is {state}: an operation is running. {WhyItRuns(cause)}",
                    cause.Command ?? Commands.GetCompute(compute.Id)),
                _ => Finding.Warning(compute.Id, $"The compute is {state}: an operation is running.", Commands.GetCompute(compute.Id)),
            };
        if (facts.Cluster.State == KnownState.None && facts.Compute.Value is { } orphan)
            yield return Finding.Failed(
                orphan.Id, facts.Cluster.Why ?? "The cluster does not exist.",
                Commands.GetCompute(orphan.Id) is { } get ? $"{get} | Remove-AmlAksCompute -UnderlyingResourceAction Detach" : null);
        if (facts.Cluster.TryGet(out var cluster))
        {
            yield return ClusterState(cluster, Commands.AzName(cluster.Id));
        }
    }

    private static string WhyItRuns(SwitchCause cause) =>
        cause.IsPassing ? cause.Sentence : $"It most likely does not end. {cause.Sentence}";

    private static Finding ClusterState(ClusterFacts cluster, string? name)
    {
        if (cluster.PowerState == PowerState.Stopped)
            return Finding.Failed(cluster.Id, "The cluster is stopped.", $"az aks start {name}");
        if (cluster.PowerState != PowerState.Running)
            return Finding.Unknown(cluster.Id, $"Whether the cluster runs is not known: its power state is '{cluster.PowerState}'.");
        return cluster.ProvisioningState switch
        {
            null => Finding.Unknown(cluster.Id, "The service does not say in what state the cluster is."),
            var state when state == ProvisioningState.Succeeded => Finding.Passed(cluster.Id, "The cluster is Succeeded."),
            { HasFailed: true } state => Finding.Failed(cluster.Id, $"The cluster is {state}.", $"az aks update {name}"),
            var state => Finding.Warning(cluster.Id, $"The cluster is {state}: an operation is running.",
                $"az aks wait {name} --updated"),
        };
    }

    private static IEnumerable<Finding> IsPrivate(NetworkFacts facts)
    {
        if (!facts.Compute.TryGet(out var compute))
            return [Finding.Missing(facts.Compute, "compute")];
        if (Finding.UnlessInternal(compute) is { } other)
            return [other];
        var place = LoadBalancerPlace.Subnet(facts);
        var mend = Commands.Switch(compute.Id, "InternalLoadBalancer", place.Value?.Name);
        if (!Ipv4Address.TryParse(compute.ScoringIPAddress, out var address, out _))
        {
            var front = facts.LoadBalancers.Value?.SelectMany(one => one.Frontends).FirstOrDefault(one => one.SubnetId is not null);
            if (!Ipv4Address.TryParse(front?.PrivateIPAddress, out address, out _))
                return facts.LoadBalancers.State == KnownState.Value
                    ? [Finding.Failed(compute.Id,
                        "No load balancer of the cluster has a private frontend, and the compute has no scoring address.", mend)]
                    : [Finding.Unknown(compute.Id, facts.LoadBalancers.Why ?? "The service gave no scoring address.")];
        }

        var ranges = place.Value is { } subnet ? AddressView.Ranges(subnet.AddressPrefixes).ToArray() : [];
        if (ranges.Length == 0)
            return address.IsPrivate
                ? [Finding.Unknown(compute.Id,
                    $"{address} is private; whether it lies in the subnet is not known: {place.Why ?? "the subnet was not read"}.")]
                : [Finding.Failed(compute.Id, $"The compute says internal, but {address} is a public address.", mend)];
        if (ranges.Any(range => range.Contains(address)))
        {
            if (facts.LoadBalancers.State == KnownState.Unknown)
                return [Finding.Missing(facts.LoadBalancers, "load balancers")];
            // What the compute says is what it was told; the load balancer has the address or it has not.
            return facts.LoadBalancers.Value?.SelectMany(one => one.Frontends)
                    .Any(front => Ipv4Address.TryParse(front.PrivateIPAddress, out var own, out _) && own == address) == false
                ? [Finding.Failed(
                    compute.Id,
                    $"The compute says internal at {address}, and no load balancer of the cluster has a private frontend with that "
                        + "address.",
                    Commands.SwitchAnew(compute.Id, place.Value?.Name))]
                : [Finding.Passed(compute.Id, $"{address} lies in {string.Join(", ", ranges)}.")];
        }

        return [Finding.Failed(
            compute.Id, $"The compute says internal, but {address} is {(address.IsPrivate ? "" : "public and ")}not in "
                + $"{string.Join(", ", ranges)}.",
            address.IsPrivate ? Commands.SwitchAnew(compute.Id, place.Value?.Name) : mend)];
    }

    private static IEnumerable<Finding> Certificate(NetworkFacts facts)
    {
        if (!facts.Compute.TryGet(out var compute))
            return [Finding.Missing(facts.Compute, "compute")];
        if (Finding.UnlessInternal(compute) is { } other)
            return [other];
        var isMicrosofts = !string.IsNullOrEmpty(compute.SslLeafDomainLabel)
            || compute.SslStatus == SslStatus.Auto;
        return isMicrosofts
            ? [Finding.Failed(
                compute.Id,
                $"TLS uses the certificate that Microsoft provides ({compute.SslLeafDomainLabel ?? "Auto"}), which an internal load "
                    + "balancer cannot have; bring a certificate of your own, or stay public.",
                Commands.Switch(compute.Id, "PublicIp"))]
            : [Finding.Passed(compute.Id, $"TLS is {compute.SslStatus ?? "Disabled"}.")];
    }

    private static IEnumerable<Finding> Kubenet(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        return PodAddressings.IsKubenet(cluster)
            ? [Finding.Warning(
                cluster.Id, "The network plugin is kubenet, which AKS retires on 31 March 2028 and which needs rights on the subnet's "
                    + "route table.",
                PoolCommands.ToOverlay(cluster))]
            : cluster.NetworkPlugin == NetworkPlugin.Azure || cluster.NetworkPlugin == NetworkPlugin.None
            ? [Finding.Passed(cluster.Id, $"The network plugin is {cluster.NetworkPlugin}.")]
            : [Finding.Unknown(cluster.Id,
                $"Which network plugin the cluster has is not known: the answer says '{cluster.NetworkPlugin}'.")];
    }

    private static IEnumerable<Finding> BasicSku(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        LoadBalancerSku?[] said = [cluster.LoadBalancerSku, .. (facts.LoadBalancers.Value ?? []).Select(static one => one.Sku)];
        if (said.Contains(LoadBalancerSku.Basic))
            return [Finding.Warning(
                cluster.Id, "The load balancer is Basic, which Azure retired on 30 September 2025.",
                Commands.UseStandardLoadBalancer(cluster.Id))];
        var odd = said.FirstOrDefault(static sku => sku is not null && sku != LoadBalancerSku.Standard);
        // The cluster speaks for its load balancers; where it is silent, each of them has to.
        return odd is not null
            ? [Finding.Unknown(cluster.Id, $"The load balancer's SKU '{odd}' is not one that this module knows.")]
            : said[0] is not null || (said.Length > 1 && said.Skip(1).All(static sku => sku is not null))
            ? [Finding.Passed(cluster.Id, "The load balancer is standard.")]
            : [Finding.Unknown(cluster.Id, facts.LoadBalancers.Why is { } why && facts.LoadBalancers.State == KnownState.Unknown
                ? $"The cluster does not name its load balancer's SKU, and the load balancers could not be read: {why}"
                : "The load balancer's SKU could not be read.")];
    }

    private static IEnumerable<Finding> PrivateCluster(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        return !cluster.IsPrivateCluster
            ? [Finding.NotApplicable(cluster.Id, "The cluster's API server is public.")]
            : cluster.HasPublicFqdn
            ? [Finding.Failed(
                cluster.Id, "The cluster is private and has a public name too; Azure Machine Learning does not support that.",
                $"az aks update {Commands.AzName(cluster.Id)} --disable-public-fqdn")]
            : [Finding.Passed(cluster.Id,
                "The cluster is private and its name is in a private zone, which the workspace's network must resolve.")];
    }
}
