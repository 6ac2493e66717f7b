namespace AmlVnet.Core.Checks;

/// <summary>Rules about the Azure Machine Learning extension and its router.</summary>
internal static class KubernetesRules
{
    private const CheckStage Attached = CheckStage.AttachKubernetes | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-KUBERNETES-001", "The Azure Machine Learning extension is installed and healthy", CheckSeverity.Error, Attached,
            Sources.ExtensionTroubles, Healthy),
        new("AMLVNET-KUBERNETES-002", "The cluster has one Azure Machine Learning extension", CheckSeverity.Error,
            CheckStage.Extension | Attached, Sources.ExtensionTroubles, Single),
        new("AMLVNET-KUBERNETES-003", "The extension serves models through an internal load balancer", CheckSeverity.Error, Attached,
            Sources.KubernetesExtension, Internal),
        new("AMLVNET-KUBERNETES-004", "The router's address is private and of the nodes' subnet", CheckSeverity.Error, CheckStage.Posture,
            Sources.SecureKubernetesInferencing, Address),
        new("AMLVNET-KUBERNETES-012", "The provider of cluster extensions is registered", CheckSeverity.Error, CheckStage.Posture,
            Sources.ClusterExtensions, Registered),
        new("AMLVNET-KUBERNETES-015", "No AKS compute stands for the same cluster", CheckSeverity.Warning, CheckStage.Extension | Attached,
            Sources.AttachBesideV1, Alone),
    ];

    /// <summary>The route, or what is said where it is not meant or not known.</summary>
    public static bool TryRoute(NetworkFacts facts, out KubernetesRouteFacts route, out Finding reason)
    {
        route = facts.Kubernetes ?? new();
        var target = facts.Compute.Value?.Id ?? facts.Cluster.Value?.Id ?? "cluster";
        reason = facts.Kubernetes is null
            ? Finding.NotApplicable(target, "This is of the Kubernetes route, which was not asked about.")
            : Finding.NotApplicable(target, "The cluster has no Azure Machine Learning extension.");
        if (facts.Kubernetes is not null && !route.IsMeant && route.Extensions.State == KnownState.Unknown)
            reason = Finding.NotApplicable(target,
                "Whether the cluster has the Azure Machine Learning extension is not known; AMLVNET-KUBERNETES-001 says why.");
        return route.IsMeant;
    }

    private static IEnumerable<Finding> Healthy(NetworkFacts facts)
    {
        var isMeant = TryRoute(facts, out var route, out var reason);
        if (!isMeant && route.Extensions.State != KnownState.Unknown)
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (!route.Extensions.TryGet(out var all))
            return [Finding.Unknown(cluster.Id, $"Whether the extension is installed could not be read: {route.Extensions.Why}")];
        if (all.Count == 0)
            return [Finding.Failed(
                cluster.Id, "The Azure Machine Learning extension (microsoft.azureml.kubernetes) is not installed.",
                KubernetesCommands.Install(cluster.Id))];
        return [Health(cluster, all[0])];
    }

    private static Finding Health(ClusterFacts cluster, ExtensionFacts extension)
    {
        var errors = extension.Statuses.Where(static one => Is(one.Level, "Error")).ToArray();
        var said = ExtensionErrors.Decode([.. errors.SelectMany(static one => new[] { one.Code, one.Message }), extension.Error?.Message]);
        var why = said.Count > 0 ? string.Join(" ", said.Select(static one => $"{one.Code}: {one.Cause} {one.Fix}"))
            : extension.Error?.ToString() ?? errors.FirstOrDefault()?.Message ?? "The service gives no reason.";
        return extension.State switch
        {
            { } good when good == ProvisioningState.Succeeded && errors.Length == 0 => Finding.Passed(
                extension.Id, $"The extension {extension.Name} {extension.CurrentVersion} is Succeeded, and reports no error."),
            { } good when good == ProvisioningState.Succeeded =>
                Finding.Failed(extension.Id, $"The extension is Succeeded, and reports an error. {why}",
                KubernetesCommands.Repeat(cluster.Id)),
            { HasFailed: true } => Finding.Failed(
                extension.Id, $"The extension is {extension.State}. {why}",
                extension.IsInstalled ? KubernetesCommands.Repeat(cluster.Id) : KubernetesCommands.Install(cluster.Id)),
            null => Finding.Unknown(extension.Id, "The service does not say in what state the extension is."),
            _ => Finding.Warning(
                extension.Id, $"The extension is {extension.State}: an operation is running.",
                $"Get-AksAmlExtension -InputObject {Commands.Quote(cluster.Id)}"),
        };
    }

    private static IEnumerable<Finding> Single(NetworkFacts facts)
    {
        if (!TryRoute(facts, out var route, out var reason))
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (!route.Extensions.TryGet(out var all))
            return [Finding.Unknown(cluster.Id, $"The extensions of the cluster could not be read: {route.Extensions.Why}")];
        return all.Count <= 1
            ? [Finding.Passed(cluster.Id, all.Count == 0 ? "The cluster has none yet." : $"{all[0].Name} is the only one.")]
            : [.. all.Skip(1).Select(extra => Finding.Failed(
                extra.Id, $"The cluster has {all.Count} of them "
                    + $"({string.Join(", ", all.Select(static one => $"{one.Name}: {one.State}"))}); one is for the "
                    + "whole cluster, and a second one does not come up.",
                $"az k8s-extension delete {Commands.AzName(cluster.Id, "--cluster-name")} --cluster-type managedClusters --name "
                    + $"{Commands.Quote(extra.Name)} --yes"))];
    }

    private static IEnumerable<Finding> Internal(NetworkFacts facts)
    {
        if (!TryRoute(facts, out var route, out var reason))
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (route.Extensions is { Value.Count: 0 } && route.WishedSettings is null)
            return [Finding.NotApplicable(cluster.Id, "The extension is not installed; AMLVNET-KUBERNETES-001 speaks of it.")];
        var target = route.Extension?.Id ?? cluster.Id;
        if (route.Router is not { } router)
            return [Finding.Unknown(target,
                route.Extensions.Why ?? "The answer shows no settings of the extension (configurationSettings).")];
        if (!router.HasInference)
            return [Finding.Failed(target, "The extension does not serve models: enableInference is not True.",
                $"Update-AksAmlExtension -InputObject {Commands.Quote(cluster.Id)} -EnableInference")];
        if (!router.HasLoadBalancer)
            return router.ServiceType is { } type
                ? [Finding.Warning(target, $"The router is of type {type}: "
                    + (Is(type, "ClusterIP") ? "it is reached from inside the cluster only."
                        : "it is reached at a port of each node, and no load balancer stands before it."),
                    KubernetesCommands.MakeInternal(cluster.Id))]
                : [Finding.Failed(target, "inferenceRouterServiceType is not set, without which the router does not come up.",
                    KubernetesCommands.MakeInternal(cluster.Id))];
        return router.IsInternal
            ? [Finding.Passed(target, "inferenceRouterServiceType is LoadBalancer, with internalLoadBalancerProvider=azure; TLS is "
                + $"{(router.IsInsecure ? "off" : $"on, for {router.Cname ?? "no host name"}")}.")]
            : [Finding.Failed(target, router.IsHalfInternal
                ? "Only one of internalLoadBalancerProvider=azure and scoringFe.serviceType.internalLoadBalancer=True is set, as by a "
                    + "template that sends less than the Azure CLI does: the router's load balancer is public."
                : "The router's load balancer is public: internalLoadBalancerProvider is not azure.",
                KubernetesCommands.MakeInternal(cluster.Id))];
    }

    private static IEnumerable<Finding> Address(NetworkFacts facts)
    {
        if (!TryRoute(facts, out var route, out var reason))
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (route.Extensions is { Value.Count: 0 })
            return [Finding.NotApplicable(cluster.Id, "The extension is not installed; AMLVNET-KUBERNETES-001 speaks of it.")];
        var target = facts.Compute.Value?.Id ?? route.Extension?.Id ?? cluster.Id;
        if (route.Router is { HasInference: true, HasLoadBalancer: false } or { HasInference: false })
            return [Finding.NotApplicable(target, "The router has no load balancer; AMLVNET-KUBERNETES-003 speaks of it.")];
        var front = RouterFrontend.Find(route, facts.LoadBalancers, Others(facts, cluster.Id));
        if (front.State == KnownState.Unknown)
            return [Finding.Unknown(target, front.Why!, KubernetesCommands.Invoke(cluster.Id, Kubectl.ShowRouter()))];
        if (front.Value is not { } found)
            return [Finding.Failed(target, front.Why!, facts.Identity.Value is { } identity && facts.Subnet.Value?.Id is { } place
                ? $"{Commands.Grant(identity.ClusterId, place)}; {KubernetesCommands.Repeat(cluster.Id)}" : KubernetesCommands.Repeat(
                    cluster.Id))];
        if (found.SubnetId is null)
            return [Finding.Failed(target, $"The router is at {found.Address}, which is a public address.",
                KubernetesCommands.MakeInternal(cluster.Id))];
        if (facts.Subnet.Value?.Id is not { } nodes)
            return [Finding.Unknown(target, $"{found.Address} is private; whether it lies in the nodes' subnet is not known: "
                + $"{facts.Subnet.Why ?? "the subnet was not read"}.")];
        return ArmId.AreSame(found.SubnetId, nodes)
            ? [Finding.Passed(target, $"{found.Address} lies in the nodes' subnet {facts.Subnet.Value.Name}.")]
            : [Finding.Warning(target,
                $"{found.Address} is private and of another subnet: {found.SubnetId}. Somebody annotated the service for it; the "
                + "extension itself offers the nodes' subnet only, and an update may take the address back there.",
                KubernetesCommands.Invoke(cluster.Id, Kubectl.ShowRouter()))];
    }

    /// <summary>The scoring addresses of AKS computes on a cluster.</summary>
    public static string[] Others(NetworkFacts facts, string cluster) => [.. (facts.Attachments.Value ?? [])
        .Where(one => one.IsAks && ArmId.AreSame(one.ClusterId, cluster)).Select(static one => one.ScoringIPAddress).OfType<string>()];

    private static IEnumerable<Finding> Registered(NetworkFacts facts)
    {
        if (!TryRoute(facts, out var route, out var reason))
            return [reason];
        const string Provider = "Microsoft.KubernetesConfiguration";
        var subscription = ArmId.TryParse(facts.Cluster.Value?.Id, out var id, out _)
            ? $"/subscriptions/{id.SubscriptionId}" : "subscription";
        return route.Registration switch
        {
            { Value: var state } when Is(state, "Registered") => [Finding.Passed(subscription, $"{Provider} is registered.")],
            { Value: { } state } =>
                [Finding.Failed(subscription, $"{Provider} is {state}: extensions can be neither installed nor changed.",
                $"az provider register --namespace {Provider} --wait --subscription {id?.SubscriptionId}")],
            { Why: { } why } => [Finding.Unknown(subscription, $"Whether {Provider} is registered could not be read: {why}")],
            _ => [Finding.NotApplicable(subscription, "The registration was not looked at.")],
        };
    }

    private static IEnumerable<Finding> Alone(NetworkFacts facts)
    {
        if (!TryRoute(facts, out var route, out var reason))
            return [reason];
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (!facts.Attachments.TryGet(out var attachments))
            return [facts.Attachments.State == KnownState.NotGathered
                ? Finding.NotApplicable(cluster.Id, "No workspace was given whose computes could stand for the cluster.")
                : Finding.Missing(facts.Attachments, "other computes")];
        var old = attachments.Where(one => one.IsAks && ArmId.AreSame(one.ClusterId, cluster.Id)).ToArray();
        if (old.Length == 0)
            return [Finding.Passed(cluster.Id,
                "No compute of type AKS of the workspace stands for the cluster. Computes of type Kubernetes may be many.")];
        return [.. old.Select(one => route.Router is { UpgradesOldRouter: true }
            ? Finding.Warning(one.ComputeId,
                $"The AKS compute {one.ComputeId} stands for the cluster too, and its router stays beside the new one "
                + "(scoringFe.enableUpgrade; preview). It has its own address; detach it when its clients have moved.",
                DetachOld(one.ComputeId))
            : Finding.Warning(one.ComputeId,
                $"The AKS compute {one.ComputeId} stands for the cluster too: its router (azureml-fe, in the namespace default) is in the "
                + "way of the extension's (E45004, E45005).", Move(one.ComputeId)))];
    }

    private static string? DetachOld(string computeId) =>
        Commands.GetCompute(computeId) is { } get ? $"{get} | Remove-AmlAksCompute -UnderlyingResourceAction Detach" : null;

    private static string? Move(string computeId) =>
        Commands.GetCompute(computeId) is { } get ? $"{get} | Move-AmlAksCompute -Path Clean -WhatIf" : null;
}
