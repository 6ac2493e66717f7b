using AmlVnet.Core.Checks;

namespace AmlVnet.Arm.Carrying;

/// <summary>Checks, before the first write, a cluster that is to take the extension or to serve as a Kubernetes compute.</summary>
internal sealed class KubernetesPreflight(AzureReader azure)
{
    // What a compute needs that is to be private; others are attached, too, for training above all.
    private static readonly string[] OfPrivacy = ["AMLVNET-KUBERNETES-003", "AMLVNET-KUBERNETES-008", "AMLVNET-KUBERNETES-013"];

    /// <summary>The cluster as it would be with the extension, and its workspace where there is one.</summary>
    /// <param name="found">The cluster.</param>
    /// <param name="compute">The compute that it is to serve as; null where only the extension is installed.</param>
    /// <param name="wish">What the extension is to do; null where it is there.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">There is no such workspace.</exception>
    internal async Task<NetworkFacts> ReadAsync(ResolvedCluster found, ArmId? compute, ExtensionWish? wish, CancellationToken cancel)
    {
        var route = await new KubernetesRouteReading(azure).ReadAsync(found, cancel, isWished: true).ConfigureAwait(false);
        var wanted = new ComputeFacts
        {
            Id = (compute ?? found.ClusterId).ToString(),
            IsKubernetes = true,
            ClusterId = found.ClusterId.ToString(),
            Location = found.Cluster.Location,
            LoadBalancerType = wish is null or { IsInternal: true } ? LoadBalancerType.InternalLoadBalancer : null,
            SslStatus = route.Router?.SslStatus is { } now && wish is null or { TlsSecret: null, CertificateFile: null } ? now
                : wish?.AllowsInsecure == true ? "Disabled" : "Enabled",
        };
        var facts = await azure.Facts.ReadClusterAsync(found with { Compute = null, ComputeId = null }, wanted, null, cancel)
            .ConfigureAwait(false);
        facts = facts with { Kubernetes = route };
        if (compute?.Parent is not { } workspace) return await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false);
        facts = await azure.Facts.AddWorkspaceAsync(facts, workspace, cancel).ConfigureAwait(false);
        if (facts.Workspace.State == KnownState.None) throw Problems.ResourceNotFound("workspace", workspace.ToString());
        return await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false) with
        {
            Attachments = await azure.Facts.ReadAttachmentsAsync(workspace, cancel).ConfigureAwait(false),
        };
    }

    /// <summary>What is to be said before a cluster is attached: what only a private router needs is no error there, and of an AKS compute
    /// beside it the plan itself speaks.</summary>
    internal async Task<IReadOnlyList<CheckResult>> CheckAttachAsync(ResolvedCluster found, ArmId compute, CancellationToken cancel)
    {
        var facts = await ReadAsync(found, compute, null, cancel).ConfigureAwait(false);
        return [.. CheckCatalogue.Run(facts, CheckStage.AttachKubernetes, [CheckCatalogue.Beside]).Select(static one =>
            OfPrivacy.Contains(one.Id) && one.Severity == CheckSeverity.Error ? one with { Severity = CheckSeverity.Warning } : one)];
    }

    /// <summary>What is to be said before the extension is installed, and since when the router's right is there.</summary>
    internal async Task<(IReadOnlyList<CheckResult> Findings, DateTimeOffset? GrantedOn)> CheckInstallAsync(ResolvedCluster found,
        ExtensionWish wish, IReadOnlyDictionary<string, string> settings, CancellationToken cancel)
    {
        var facts = await ReadAsync(found, null, wish, cancel).ConfigureAwait(false);
        facts = facts with { Kubernetes = facts.Kubernetes! with { WishedSettings = settings } };
        return wish.IsInternal
            ? (CheckCatalogue.Run(facts, CheckStage.Extension | CheckStage.SwitchLoadBalancer), Preflight.GrantedOn(facts))
            : (CheckCatalogue.Run(facts, CheckStage.Extension, OfPrivacy), null);
    }
}
