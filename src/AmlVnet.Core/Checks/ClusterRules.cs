using System.Globalization;

namespace AmlVnet.Core.Checks;

/// <summary>Rules about the cluster's own settings, which its answer tells anyway.</summary>
internal static class ClusterRules
{
    // Microsoft Learn: "Secure access to the API server using authorized IP address ranges in AKS": at most 200 ranges.
    private const int MostAuthorizedRanges = 200;

    private const string ControlPlaneTag = "AzureMachineLearning";

    private const CheckStage Attached = CheckStage.Attach | CheckStage.Posture;

    public static IEnumerable<CheckRule> All { get; } =
    [
        new("AMLVNET-CLUSTER-001", "The cluster's local accounts are enabled", CheckSeverity.Error, Attached, Sources.TrustedAccess,
            LocalAccounts)
        {
            OnKubernetes = "AMLVNET-KUBERNETES-009",
        },
        new("AMLVNET-CLUSTER-002", "The API server lets Azure Machine Learning's control plane in", CheckSeverity.Error, Attached,
            Sources.AttachKubernetes, ControlPlane),
        new("AMLVNET-CLUSTER-003", "AKS still offers the cluster's Kubernetes version", CheckSeverity.Warning, Attached,
            Sources.KubernetesVersions, Version),
        new("AMLVNET-CLUSTER-004", "The nodes' sizes are not about to be retired", CheckSeverity.Information, Attached | CheckStage.Create,
            Sources.RetiredSizes, Sizes),
    ];

    private static IEnumerable<Finding> LocalAccounts(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        return !cluster.DisablesLocalAccounts
            ? [Finding.Passed(cluster.Id, "Local accounts are not disabled.")]
            : [Finding.Failed(
                cluster.Id,
                "disableLocalAccounts is set: a compute of type AKS gets the cluster's static credentials, and is refused. Trusted access "
                    + "does not help it; it helps a compute of type Kubernetes only, bound before the attach. Enable local accounts, or "
                    + "take the Kubernetes way.",
                $"az aks update {Commands.AzName(cluster.Id)} --enable-local-accounts")];
    }

    private static IEnumerable<Finding> ControlPlane(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (cluster.IsPrivateCluster)
            return [Finding.NotApplicable(cluster.Id, "The cluster's API server is private.")];
        if (cluster.AuthorizedIPRanges.Count == 0)
            return [Finding.Passed(cluster.Id, "The API server lets every address in.")];
        var let = Spans(cluster.AuthorizedIPRanges);
        var words = $"The API server lets {string.Join(", ", cluster.AuthorizedIPRanges)} in only";
        var everywhere = Ranges(facts, ControlPlaneTag);
        var own = Ranges(facts, RegionTag(facts.Workspace.Value?.Location));
        var pair = Ranges(facts, RegionTag(facts.Cloud.PairedRegion.Value));
        // Where the list tells the two regions apart, theirs will do; whoever lets all of the service in has let them in.
        var needed = own is not null && pair is not null ? [.. own, .. pair] : everywhere;
        if (needed is null)
            return [Finding.Unknown(
                cluster.Id, $"{words}; the control plane of Azure Machine Learning must get in from both paired regions, and the list of "
                    + "service tags that has its addresses could not be read.")];
        var left = Missing(needed);
        if (left.Length == 0 || (everywhere is not null && Missing(everywhere).Length == 0))
            return [Finding.Passed(cluster.Id, $"{words}, and the control plane's {needed.Count} ranges are among them.")];
        if (pair is null && own is not null && Missing(own).Length == 0)
            return [Finding.Unknown(
                cluster.Id, $"{words}. The control plane of the workspace's own region is among them; the ranges of the region that it is "
                    + $"paired with are not known. {facts.Cloud.PairedRegion.Why}")];
        var all = cluster.AuthorizedIPRanges.Concat(left).ToArray();
        return [Finding.Failed(
            cluster.Id,
            $"{words}. The control plane of Azure Machine Learning deploys from both paired regions, and {left.Length} of its "
                + $"{needed.Count} ranges "
                + $"({string.Join(", ", left.Take(4))}{(left.Length > 4 ? " …" : "")}) are not let in.",
            all.Length > MostAuthorizedRanges ? null
                : $"az aks update {Commands.AzName(cluster.Id)} --api-server-authorized-ip-ranges {string.Join(',', all)}")];

        string[] Missing(List<string> ranges) => [.. ranges.Where(text => !let.Contains(Spans([text])))];
    }

    private static string? RegionTag(string? region) => region is null ? null : $"{ControlPlaneTag}.{AzureRegion.Normalize(region)}";

    /// <summary>The IPv4 ranges of a service tag; null where the list has none.</summary>
    private static List<string>? Ranges(NetworkFacts facts, string? tag) =>
        tag is not null && facts.ServiceTags.FirstOrDefault(
            one => string.Equals(one.Key, tag, StringComparison.OrdinalIgnoreCase)).Value is { Count: > 0 } found
            ? [.. AddressView.Ranges(found).Select(range => range.ToString())] : null;

    private static SpanSet Spans(IEnumerable<string> texts) =>
        new(texts.Select(text => AddressView.Range(text) ?? AddressView.Range(text + "/32")).OfType<Ipv4Prefix>().Select(Span.Of));

    private static IEnumerable<Finding> Version(NetworkFacts facts)
    {
        if (!facts.Cluster.TryGet(out var cluster))
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (Parse(cluster.KubernetesVersion) is not { } own)
            return [Finding.Unknown(cluster.Id, $"The cluster's Kubernetes version '{cluster.KubernetesVersion}' is not known.")];
        if (!facts.Cloud.KubernetesVersions.TryGet(out var offered) || offered.Count == 0)
            return [Finding.Unknown(cluster.Id,
                facts.Cloud.KubernetesVersions.Why ?? "The Kubernetes versions that AKS offers were not read.")];
        var known = offered.Select(one => (Facts: one, Number: Parse(one.Version))).Where(one => one.Number is not null)
            .OrderBy(one => one.Number).ToArray();
        if (Array.Find(known, one => one.Number == own) is { Facts: { } mine })
            return mine.IsPreview
                ? [Finding.Warning(cluster.Id, $"Kubernetes {cluster.KubernetesVersion} is a preview in this region.", null)]
                : [Finding.Passed(cluster.Id, $"Kubernetes {cluster.KubernetesVersion} is one of those that AKS offers.")];
        var next = known.FirstOrDefault(one => one.Number is { } number && number.CompareTo(own) > 0 && !one.Facts.IsPreview).Facts;
        return [Finding.Failed(
            cluster.Id,
            $"Kubernetes {cluster.KubernetesVersion} is not offered any more; AKS has "
                + $"{string.Join(", ", known.Select(one => one.Facts.Version))}.",
            next is null ? null : $"az aks upgrade {Commands.AzName(cluster.Id)} --yes --kubernetes-version "
                + $"{next.Patches.OrderBy(Patch).LastOrDefault() ?? next.Version}")];
    }

    private static (int Major, int Minor)? Parse(string? version) =>
        version?.Split('.') is [var major, var minor, ..]
            && int.TryParse(major, NumberStyles.None, CultureInfo.InvariantCulture, out var one)
        && int.TryParse(minor, NumberStyles.None, CultureInfo.InvariantCulture, out var two) ? (one, two) : null;

    private static int Patch(string version) =>
        version.Split('.') is [_, _, var patch, ..] && int.TryParse(patch, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number : -1;

    private static IEnumerable<Finding> Sizes(NetworkFacts facts)
    {
        if (facts.Cluster.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster, "cluster")];
        if (facts.Cluster.Value?.AgentPools.State == KnownState.Unknown)
            return [Finding.Missing(facts.Cluster.Value.AgentPools, "list of the cluster's pools")];
        var sizes = (facts.Cluster.Value is { } cluster ? (cluster.AgentPools.Value ?? []).SelectMany(SizesOf)
            : [facts.Compute.Value?.AgentVmSize])
            .OfType<string>().Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        if (sizes.Length == 0)
            return [Finding.NotApplicable("agentVmSize", "The size of the nodes was not given.")];
        return sizes.Select(size => Size(facts, size));
    }

    private static IEnumerable<string?> SizesOf(AgentPoolFacts pool) => pool.Sizes.Select(size => size.Size).Prepend(pool.VmSize);

    private static Finding Size(NetworkFacts facts, string size)
    {
        var now = facts.Cloud.Now ?? DateTimeOffset.UtcNow;
        var listed = facts.Cloud.VmSizes.Value?.GetValueOrDefault(size);
        var (day, from) = listed?.Retires is { } text
            ? (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date)
                ? DateOnly.FromDateTime(date.UtcDateTime) : (DateOnly?)null, "the region's list of sizes")
            : (RetiringSizes.Retirement(size), $"this module's list, {RetiringSizes.Dated}");
        if (listed?.Retires is { } unread && day is null)
            return Finding.Unknown(size, $"The region's list gives '{unread}' as the day on which {size} is retired, which is no date.");
        if (listed?.Retires is null && !RetiringSizes.Dated.Counts(now))
            return Finding.Unknown(
                size, $"This module's list of retirements is {RetiringSizes.Dated}, more than a year old, and the region's list of sizes "
                    + $"says nothing of {size}.");
        if (day is not { } retires)
            return Finding.Passed(size, $"Nothing is announced for {size} ({from}).");
        var cores = listed?.Cores ?? VmSizeCores.FromName(size);
        var successor = RetiringSizes.Successor(cores);
        return Finding.Warning(
            size,
            $"{size} {(retires <= DateOnly.FromDateTime(now.UtcDateTime) ? "was" : "is to be")} retired on "
                + $"{retires.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)} ({from})"
                + (successor is null ? "." : $"; {successor} has {cores} virtual CPUs too."),
            successor is null ? null : Replace(facts, size, successor));
    }

    /// <summary>Nodes can't change their size: a new pool takes the old one's place,
    /// and a cluster that is to be made takes the other size.</summary>
    private static string? Replace(NetworkFacts facts, string size, string successor)
    {
        if (facts.Cluster.Value is not { } cluster)
            return facts.Compute.Value is { } compute
                ? Commands.NewCompute(facts with { Compute = compute with { AgentVmSize = successor } }) : null;
        var old = (cluster.AgentPools.Value ?? []).First(pool => SizesOf(pool).Contains(size, StringComparer.OrdinalIgnoreCase));
        return PoolCommands.AddLike(cluster, old with { VmSize = successor }, old.SubnetId, old.PodSubnetId, old.NodeCount ?? 1);
    }
}
