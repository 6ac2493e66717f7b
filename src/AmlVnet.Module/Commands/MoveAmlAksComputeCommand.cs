using AmlVnet.Core.Changes;
using AmlVnet.Core.Checks;

namespace AmlVnet.Cmdlets;

/// <summary>Moves an AKS compute (v1) to a Kubernetes compute on the same cluster, step by step;
/// at the end it offers to detach the old one.</summary>
[Cmdlet(VerbsCommon.Move, "AmlAksCompute", SupportsShouldProcess = true, DefaultParameterSetName = ByInputObject)]
[OutputType(typeof(ComputeMove))]
public sealed class MoveAmlAksComputeCommand : KubernetesInferenceCmdlet
{
    private const string Suffix = "-k8s";

    private const int LongestName = 24;

    // Null where an earlier run has detached it already.
    private AksCompute? _old;
    private CheckResult[] _readiness = [];

    /// <summary>The way: Clean is documented on Microsoft Learn, Coexist a preview.</summary>
    [Parameter(Mandatory = true)]
    public MovePath Path { get; set; }

    /// <summary>The name of the Kubernetes compute; without it, that of the AKS compute with -k8s.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? NewName { get; set; }

    /// <summary>Detaches the AKS compute at the end, after it was asked for; the cluster stays.</summary>
    [Parameter]
    public SwitchParameter Detach { get; set; }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        LimitTime();
        var id = ComputeId;
        References.RequireChecks(SkipCheck);
        var name = NewName ?? id.Name[..Math.Min(id.Name.Length, LongestName - Suffix.Length)].TrimEnd('-') + Suffix;
        var target = id.Parent!.Child("computes", References.RequireName(name, nameof(NewName), ResourceNames.CheckCompute));
        if (target.Equals(id))
            throw Problems.InvalidValue(nameof(NewName), name,
                $"'{name}' is the AKS compute itself, and both are there for a while; give another name.");
        if (await ReadSourcesAsync(SourceAddressPrefix, Force, cancel).ConfigureAwait(false) is not { } sources) return;
        var cluster = await FindClusterAsync(id, target, cancel).ConfigureAwait(false);
        await ReadReadinessAsync(cluster, id.Parent!, cancel).ConfigureAwait(false);
        Tell(null, null);
        await CarryAsync(MovePlan.Of(Path, new KubernetesInferenceWish
        {
            Inference = new PrivateInferenceWish { Compute = target, Level = NetworkScopeLevel.Subnet, Sources = sources },
            Cluster = cluster,
            Namespace = Namespace,
            Extension = await ReadExtensionAsync(cancel).ConfigureAwait(false),
            UseRunCommand = UseRunCommand,
            LookedAt = LookedAt(SkipCheck),
            DnsZone = DnsZone,
        }), SkipCheck, cancel).ConfigureAwait(false);
        if (IsWhatIf && _old is not null) await OfferAsync(id, cancel).ConfigureAwait(false);
    }

    /// <summary>The cluster of both: the new compute's where the old one is there no more.</summary>
    private async Task<ArmId> FindClusterAsync(ArmId id, ArmId target, CancellationToken cancel)
    {
        _old = await Azure.AksComputes.FindAsync(id, cancel).ConfigureAwait(false);
        var of = _old?.ClusterId ?? (_old is null && await Azure.KubernetesComputes.FindOfKindAsync(target, cancel).ConfigureAwait(false)
            is { } moved ? moved.ClusterId : null);
        if (ArmId.TryParse(of, ResourceTypes.Cluster, out var cluster, out _)) return cluster;
        throw _old is null ? Problems.ResourceNotFound("compute", id.ToString())
            : Problems.ComputeFailed(id.ToString(), _old.Errors.FirstOrDefault()?.ToString());
    }

    /// <summary>How the cluster stands to the Kubernetes route before anything is done.</summary>
    private async Task ReadReadinessAsync(ArmId cluster, ArmId workspace, CancellationToken cancel)
    {
        var (facts, _) = await Azure.Preflight.ReadPostureAsync(cluster, cancel, withLocks: false,
            isKubernetesWished: true).ConfigureAwait(false);
        facts = await Azure.Facts.AddWorkspaceAsync(facts, workspace, cancel, withLocks: false).ConfigureAwait(false);
        facts = facts with { Attachments = await Azure.Facts.ReadAttachmentsAsync(workspace, cancel).ConfigureAwait(false) };
        _readiness = [.. CheckCatalogue.Run(facts, CheckStage.Extension | CheckStage.AttachKubernetes)
            .Where(static one => one.Status is not CheckStatus.NotApplicable)];
    }

    /// <summary>What the way is, what is ready for it, and what changes: under -WhatIf it is all that is said.</summary>
    private void Tell(string? address, string? name)
    {
        var source = MovePlan.SourceOf(Path);
        Streams.Warning($"{Path}. {MovePlan.StatusOf(Path)} Source: {source}");
        if (!IsWhatIf) return;
        foreach (var one in _readiness.Where(static one => one.Status is not CheckStatus.Passed)) Streams.Warning(Problems.Describe(one));
        if (_old is null) return;
        foreach (var change in MovePlan.ChangesFor(Path, _old, address, name)) Streams.Warning($"For clients: {change}");
        foreach (var one in MovePlan.TlsOf(_old)) Streams.Warning($"TLS: {one}");
    }

    private protected override async Task EmitAsync(PrivateInference outcome, CancellationToken cancel)
    {
        var id = ComputeId;
        var isDetached = _old is null || await OfferAsync(id, cancel).ConfigureAwait(false);
        var remaining = MovePlan.Remaining(id.ToString(), isDetached);
        if (!isDetached) Streams.Warning(remaining[^1]);
        Streams.Output(new ComputeMove(outcome, Path, MovePlan.StatusOf(Path), MovePlan.SourceOf(Path), id.ToString(), isDetached)
        {
            Readiness = _readiness,
            ClientChanges = _old is null ? [] : [.. MovePlan.ChangesFor(Path, _old, outcome.ScoringIPAddress, outcome.DnsName?.Name)],
            TlsMaterial = _old is null ? [] : [.. MovePlan.TlsOf(_old)],
            Remaining = [.. remaining],
        });
    }

    /// <summary>Offers to detach the old compute, and does it where that was asked for. It is never deleted.</summary>
    private async Task<bool> OfferAsync(ArmId old, CancellationToken cancel)
    {
        if (!Detach)
            return false;
        var work = await Azure.AksComputes.PlanRemoveAsync(old, UnderlyingResourceAction.Detach, wait: true, cancel).ConfigureAwait(false);
        return await ApplyAsync(work, SkipCheck, cancel).ConfigureAwait(false) is not null;
    }
}
