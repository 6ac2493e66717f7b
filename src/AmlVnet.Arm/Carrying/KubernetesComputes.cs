using System.Runtime.CompilerServices;
using AmlVnet.Core.Remedies;

namespace AmlVnet.Arm.Carrying;

/// <summary>Kubernetes computes of workspaces.</summary>
internal sealed class KubernetesComputes(AzureWork azure)
{
    internal async Task<KubernetesCompute> GetAsync(ArmId id, CancellationToken cancel) =>
        await FindAsync(id, cancel).ConfigureAwait(false) ?? throw Problems.ResourceNotFound("compute", id.ToString());

    /// <summary>A compute of either kind, each as its own object.</summary>
    internal async Task<object> GetEitherAsync(ArmId id, CancellationToken cancel) =>
        await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is { } wire && wire.IsKubernetes() ? wire.ToKubernetesCompute()
            : await azure.AksComputes.GetAsync(id, cancel).ConfigureAwait(false);

    /// <summary>The computes of both kinds of a workspace, each as its own object; others are passed over.</summary>
    internal async IAsyncEnumerable<object> ListEitherAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in azure.Connection.Services.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (wire.IsKubernetes()) yield return wire.ToKubernetesCompute();
            else if (wire.ComputeType == ComputeType.Aks) yield return wire.ToAksCompute();
    }

    /// <summary>What a compute of either kind is at; null when it is at rest.</summary>
    internal AmlOperation? OperationOf(object compute)
    {
        if (compute is AksCompute aks) return azure.AksComputes.OperationOf(aks);
        if (compute is not KubernetesCompute own || ProvisioningState.Of(own) is not { IsBusy: true } state) return null;
        return azure.AksComputes.OperationOf(own.Id, state, own.ModifiedOn ?? own.CreatedOn, KubernetesComputePlans.DetachKind,
            KubernetesComputePlans.AttachKind);
    }

    /// <summary>The Kubernetes computes of a workspace, page by page; other kinds of compute are passed over.</summary>
    internal async IAsyncEnumerable<KubernetesCompute> ListAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in azure.Connection.Services.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (wire.IsKubernetes())
                yield return wire.ToKubernetesCompute();
    }

    /// <summary>Plans the attaching; a compute that stands for the cluster already gives an empty plan.</summary>
    /// <param name="wish">The compute; its cluster may be given by a compute that stands for it.</param>
    /// <param name="useRunCommand">Whether the command may run kubectl in the cluster.</param>
    /// <param name="cancel">Stops the planning.</param>
    internal async Task<PlannedWork<object>> PlanAttachAsync(KubernetesComputeWish wish, bool useRunCommand, CancellationToken cancel)
    {
        KubernetesComputePlans.Require(wish);
        var workspaceId = wish.Id.Parent!;
        var workspace = await azure.Workspaces.FindAsync(workspaceId, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("workspace", workspaceId.ToString(),
                "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        var found = await azure.Kubernetes.FindClusterAsync(wish.Cluster, cancel).ConfigureAwait(false);
        wish = wish with { Cluster = found.ClusterId };
        var hasNoLocalAccounts = found.Cluster.Properties?.DisableLocalAccounts == true;
        var situation = new KubernetesAttachSituation
        {
            WorkspaceLocation = workspace.Location,
            IsV1Only = workspace.Properties?.V1LegacyMode,
            Extension = await FactsReader.TryAsync(() => azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel),
                "").ConfigureAwait(false),
            DisablesLocalAccounts = hasNoLocalAccounts,
            TrustedAccess = hasNoLocalAccounts ? await FactsReader.TryAsync(
                async () => (IReadOnlyList<TrustedAccessFacts>?)await azure.Kubernetes.ListTrustedAccessAsync(found.ClusterId,
                    cancel).ConfigureAwait(false), "")
                .ConfigureAwait(false) : default,
            Existing = await FindAsync(wish.Id, cancel).ConfigureAwait(false),
            Attachments = await azure.Facts.ReadAttachmentsAsync(workspaceId, cancel).ConfigureAwait(false),
        };
        if (useRunCommand && situation.IsV1Only != true
            && (situation.Existing is not { } existing || ProvisioningState.Of(existing) is { HasFailed: true }))
            situation = situation with
            {
                Namespace = await new ClusterCommands(azure).LookAsync(found.ClusterId, Kubectl.FindNamespace(wish.Namespace),
                    cancel).ConfigureAwait(false),
            };
        var plan = KubernetesComputePlans.Attach(wish, situation);
        if (!plan.IsDone)
            plan = plan with
            {
                Findings = await new KubernetesPreflight(azure).CheckAttachAsync(found, wish.Id, cancel).ConfigureAwait(false),
            };
        return new AttachWork(azure, plan, wish, situation.Existing);
    }

    internal async Task<PlannedWork<object>> PlanDetachAsync(ArmId id, bool wait, CancellationToken cancel)
    {
        var existing = await FindAsync(id, cancel).ConfigureAwait(false);
        return new DetachWork(azure, KubernetesComputePlans.Detach(id, existing, wait), id, wait ? existing : null);
    }

    /// <summary>The compute, where there is one and it is of type Kubernetes; else null.</summary>
    internal async Task<KubernetesCompute?> FindOfKindAsync(ArmId id, CancellationToken cancel) =>
        await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is { } wire && wire.IsKubernetes() ? wire.ToKubernetesCompute()
            : null;

    private async Task<KubernetesCompute?> FindAsync(ArmId id, CancellationToken cancel)
    {
        if (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is not { } wire) return null;
        KubernetesComputeReading.RequireKubernetes(id, wire);
        return wire.ToKubernetesCompute();
    }

    private sealed class AttachWork(AzureWork azure, Plan plan, KubernetesComputeWish wish, KubernetesCompute? existing)
        : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Last?.Running is { } running) return running;
            if (Last is null && existing is not null && ProvisioningState.Of(existing) is { IsBusy: true })
            {
                var accepted = Accepted.OfResource(wish.Id, Azure.Endpoint.Address(wish.Id.ToString(), ComputesClient.ApiVersion));
                if (!wish.Wait) return accepted.ToOperation(KubernetesComputePlans.AttachKind, existing!.ModifiedOn ?? Azure.Now);
                await new ComputeOperation(Azure).WaitAsync(accepted, $"Attaching {wish.Id.Name}", Azure.Now, cancel).ConfigureAwait(false);
            }

            return await Azure.KubernetesComputes.GetAsync(wish.Id, cancel).ConfigureAwait(false);
        }
    }

    private sealed class DetachWork(AzureWork azure, Plan plan, ArmId id, KubernetesCompute? existing) : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Last?.Running is { } running) return running;
            // What an earlier try began is waited for.
            if (Last is null && existing is { ProvisioningState: "Deleting" })
                await Azure.Wait.WaitAsync(Accepted.OfResource(id, Azure.Endpoint.Address(id.ToString(), ComputesClient.ApiVersion),
                    isDeleting: true), $"Detaching {id.Name}", Azure.Now, null, cancel).ConfigureAwait(false);
            return true;
        }
    }
}
