using System.Runtime.CompilerServices;
using AmlVnet.Core.Checks;

namespace AmlVnet.Arm.Carrying;

/// <summary>A compute that is to be made.</summary>
/// <param name="Id">The compute.</param>
/// <param name="Settings">What the user gave; the rest is left to <see cref="AksComputeDefaults"/>, or to the service.</param>
internal record ComputeRequest(ArmId Id, AksComputeSettings Settings)
{
    internal TlsSettings? Tls { get; init; }

    /// <summary>Whether a compute that failed before it had an endpoint counts as absent: the caller takes it away first.</summary>
    internal bool ReplacesFailed { get; init; }
}

/// <summary>A compute that is to be made of a cluster that is there.</summary>
/// <param name="Id">The compute.</param>
/// <param name="Cluster">The cluster.</param>
/// <param name="Settings">What the user gave; the rest is left to the service, which takes FastProd and PublicIp.</param>
internal sealed record AttachRequest(ArmId Id, ArmId Cluster, AksComputeSettings Settings) : ComputeRequest(Id, Settings)
{
    /// <summary>Whether a grant is planned before it, so that its absence now is no finding.</summary>
    internal bool IsGrantPlanned { get; init; }

    /// <inheritdoc cref="ComputeWish.TakesAnyLoadBalancer"/>
    internal bool TakesAnyLoadBalancer { get; init; }
}

/// <summary>AKS computes of workspaces: reads them, and what the plans of making and removing them look at.</summary>
internal sealed class AksComputes(AzureWork azure)
{
    internal async Task<AksCompute> GetAsync(ArmId id, CancellationToken cancel) =>
        await FindAsync(id, cancel).ConfigureAwait(false) ?? throw Problems.ResourceNotFound("compute", id.ToString());

    /// <summary>A compute whose creation or attachment failed before it had a scoring endpoint; null when there is none such.</summary>
    internal async Task<AksCompute?> FindFailedAsync(ArmId id, CancellationToken cancel) =>
        await FindAsync(id, cancel).ConfigureAwait(false) is { } compute && ComputePlans.HasNoEndpoint(compute) ? compute : null;

    /// <summary>A compute; null when there is none.</summary>
    internal async Task<AksCompute?> FindAsync(ArmId id, CancellationToken cancel)
    {
        if (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is not { } wire) return null;
        ClusterLookup.RequireAks(id, wire);
        return await ReadNetworkAsync(wire, cancel).ConfigureAwait(false);
    }

    /// <summary>The AKS computes of a workspace, page by page; other kinds of compute are passed over.</summary>
    internal async IAsyncEnumerable<AksCompute> ListAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in azure.Connection.Services.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (wire.ComputeType == ComputeType.Aks)
                yield return await ReadNetworkAsync(wire, cancel).ConfigureAwait(false);
    }

    /// <summary>Plans the making of a cluster; an existing compute with the same settings gives an empty plan.</summary>
    internal async Task<PlannedWork<object>> PlanCreateAsync(ComputeRequest request, bool wait, CancellationToken cancel)
    {
        ComputePlans.RequireAddresses(request.Settings);
        ComputePlans.RequireLoadBalancer(request.Settings, isAttached: false);
        var workspace = await GetWorkspaceAsync(request.Id.Parent!, cancel).ConfigureAwait(false);
        var wish = new ComputeWish
        {
            Id = request.Id,
            WorkspaceLocation = workspace.Location,
            Settings = request.Settings with
            {
                // Without a name the service looks for a subnet of its own choice.
                LoadBalancerSubnet = request.Settings.LoadBalancerType != LoadBalancerType.InternalLoadBalancer ? null
                    : request.Settings.LoadBalancerSubnet
                        ?? (ArmId.TryParse(request.Settings.SubnetId, ResourceTypes.Subnet, out var own, out _) ? own.Name : null),
            },
            Tls = azure.Keys.Keep(request.Tls),
            Wait = wait,
        };
        if (await FindExistingAsync(wish, request.ReplacesFailed, cancel).ConfigureAwait(false) is { } existing) return existing;
        // Where a subnet is named, it is looked up first: that there is none comes before what else it would need.
        if (request.Settings.SubnetId is null) ComputePlans.RequireTogether(request.Settings);
        var doubts = request.Settings.Location is { } region
            ? await RequireRegionAsync(region, wish.Id.SubscriptionId!, cancel).ConfigureAwait(false) : [];
        // A region that answers with no sizes at all is not one that says no to this one.
        var sizes = await azure.Facts.ReadVmSizesAsync(wish.Id.SubscriptionId!, wish.Location, cancel).ConfigureAwait(false);
        var size = request.Settings.AgentVmSize ?? AksComputeDefaults.AgentVmSize;
        if (sizes.Value is { Count: > 0 } offered && !offered.ContainsKey(size))
            throw Problems.InvalidValue("AgentVmSize", size,
                $"'{size}' is no size of virtual machine that the region {wish.Location} offers. "
                    + (NearNames.Describe(size, offered.Keys, listsAll: false) is { Length: > 0 } near ? near : "Give one that it does."),
                $"az vm list-sizes --location {wish.Location} --output table");
        var wanted = ComputePlans.Wanted(wish, sizes.Value?.GetValueOrDefault(size)?.Cores);
        var findings = await azure.Preflight.CheckCreateAsync(request.Settings, wanted, workspace, cancel).ConfigureAwait(false);
        ComputePlans.RequireTogether(request.Settings);
        var plan = ComputePlans.Create(wish, findings);
        return new MakingWork(azure, plan with { Warnings = [.. plan.Warnings, .. doubts] }, wish, null);
    }

    /// <summary>Plans the attaching of a cluster; a compute that stands for it already gives an empty plan.</summary>
    internal async Task<PlannedWork<object>> PlanAttachAsync(AttachRequest request, bool wait, CancellationToken cancel)
    {
        var asked = request.Settings;
        ComputePlans.RequireLoadBalancer(asked, isAttached: true);
        var workspace = await GetWorkspaceAsync(request.Id.Parent!, cancel).ConfigureAwait(false);
        var found = await azure.Clusters.FindAsync(request.Cluster, cancel).ConfigureAwait(false);
        var wish = new ComputeWish
        {
            Id = request.Id,
            WorkspaceLocation = workspace.Location,
            Settings = asked with
            {
                LoadBalancerSubnet = asked.LoadBalancerType != LoadBalancerType.InternalLoadBalancer ? null
                    : asked.LoadBalancerSubnet ?? found.RequireSubnet().Name,
            },
            Tls = azure.Keys.Keep(request.Tls),
            Cluster = found.ClusterId,
            ClusterLocation = found.Cluster.Location,
            TakesAnyLoadBalancer = request.TakesAnyLoadBalancer,
            Wait = wait,
        };
        if (await FindExistingAsync(wish, request.ReplacesFailed, cancel).ConfigureAwait(false) is { } existing) return existing;
        var (findings, grantedOn) = await azure.Preflight.CheckAttachAsync(found, ComputePlans.Wanted(wish, null), workspace,
            cancel).ConfigureAwait(false);
        if (request.IsGrantPlanned) findings = [.. findings.Where(static finding => !CheckCatalogue.MendedByGrant.Contains(finding.Id))];
        wish = wish with { GrantedOn = grantedOn };
        return new MakingWork(azure, ComputePlans.Attach(wish, findings), wish, null);
    }

    internal async Task<PlannedWork<object>> PlanRemoveAsync(ArmId id, UnderlyingResourceAction action, bool wait, CancellationToken cancel)
    {
        var existing = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
        if (existing is not null) ClusterLookup.RequireAks(id, existing);
        return new RemovalWork(azure, ComputePlans.Remove(id, existing?.ToAksCompute(), action, wait), id, wait ? existing : null);
    }

    /// <summary>What a compute is at; null when it is at rest. It is followed by asking the compute itself.</summary>
    internal AmlOperation? OperationOf(AksCompute compute)
    {
        if (ProvisioningState.Of(compute) is not { IsBusy: true } state) return null;
        return OperationOf(compute.Id, state, compute.ModifiedOn ?? compute.CreatedOn, ComputePlans.RemoveKind,
            state != ProvisioningState.Creating ? "UpdateAksCompute"
            : compute.IsAttached == true ? ComputePlans.AttachKind : ComputePlans.CreateKind);
    }

    /// <summary>What a compute is at whose state says so.</summary>
    internal AmlOperation OperationOf(string computeId, ProvisioningState state, DateTimeOffset? since, string removing, string making)
    {
        var id = ArmId.Parse(computeId);
        var isDeleting = state == ProvisioningState.Deleting;
        return Accepted.OfResource(id, azure.Endpoint.Address(computeId, ComputesClient.ApiVersion), isDeleting)
            .ToOperation(isDeleting ? removing : making, since ?? azure.Now);
    }

    /// <inheritdoc cref="Remains.ListDoomedAsync"/>
    internal Task<IReadOnlyList<string>> ListDoomedAsync(ArmId id, CancellationToken cancel) =>
        new Remains(azure).ListDoomedAsync(id, cancel);

    /// <summary>Refuses a region that the subscription does not list. A list that can't be read refuses none, and gives a
    /// warning.</summary>
    private async Task<string[]> RequireRegionAsync(string region, string subscription, CancellationToken cancel)
    {
        var regions = await azure.Cloud.ReadRegionsAsync(subscription, cancel).ConfigureAwait(false);
        if (regions.State == KnownState.Unknown)
            return [$"Not checked: whether the subscription has the region '{region}': {regions.Why}"];
        if (regions.Value is not { Count: > 0 } listed || listed.Any(one => AzureRegion.AreSame(one, region))) return [];
        throw Problems.InvalidValue("Location", region,
            $"the subscription has no region '{region}'. {NearNames.Describe(AzureRegion.Normalize(region), listed)}",
            "az account list-locations --output table");
    }

    private async Task<WireWorkspace> GetWorkspaceAsync(ArmId id, CancellationToken cancel) =>
        await azure.Workspaces.FindAsync(id, cancel).ConfigureAwait(false)
        ?? throw Problems.ResourceNotFound("workspace", id.ToString(), "Get-AmlWorkspace lists the workspaces that this sign-in sees.");

    /// <summary>The compute that is there already; null when there is none, or one that the caller takes away first.</summary>
    private async Task<PlannedWork<object>?> FindExistingAsync(ComputeWish wish, bool replacesFailed, CancellationToken cancel) =>
        await azure.Computes.FindAsync(wish.Id, cancel).ConfigureAwait(false) is { } existing
            && !(replacesFailed && ComputePlans.HasNoEndpoint(existing.ToAksCompute()))
            ? await MakingWork.OfAsync(azure, wish, existing, cancel).ConfigureAwait(false) : null;

    /// <summary>A compute with the network of its cluster, which the compute of an attached cluster does not show.</summary>
    private async Task<AksCompute> ReadNetworkAsync(WireCompute wire, CancellationToken cancel)
    {
        var compute = wire.ToAksCompute();
        if (compute.IsAttached != true || !ArmId.TryParse(compute.ClusterId, ResourceTypes.Cluster, out var clusterId, out _))
            return compute;
        var cluster = await FactsReader.TryAsync(() => azure.FindClusterAsync(clusterId, cancel), "").ConfigureAwait(false);
        var network = cluster.Value?.Properties?.NetworkProfile;
        return compute with
        {
            SubnetId = compute.SubnetId ?? (cluster.Value is { } known ? new ResolvedCluster(clusterId, known, null, null).SubnetId : null),
            ServiceCidr = compute.ServiceCidr ?? network?.ServiceCidr,
            DnsServiceIP = compute.DnsServiceIP ?? network?.DnsServiceIP,
        };
    }

    /// <summary>A compute that is made, or that is there already.</summary>
    private sealed class MakingWork(AzureWork azure, Plan plan, ComputeWish wish, WireCompute? existing) : PlannedWork<object>(azure, plan)
    {
        internal static async Task<MakingWork> OfAsync(AzureWork azure, ComputeWish wish, WireCompute existing, CancellationToken cancel)
        {
            ClusterLookup.RequireAks(wish.Id, existing);
            var seen = wish.Cluster is null ? await azure.AksComputes.ReadNetworkAsync(existing, cancel).ConfigureAwait(false)
                : existing.ToAksCompute();
            return new MakingWork(azure, ComputePlans.Existing(wish, existing.ToAksCompute(), seen), wish, existing);
        }

        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Last is not { } last) return existing is null ? await GetAsync(cancel).ConfigureAwait(false)
                : await FollowAsync(existing, cancel).ConfigureAwait(false);
            if (last.Running is { } running) return running;
            if (last.Existing is not { } other) return await GetAsync(cancel).ConfigureAwait(false);
            var work = await OfAsync(Azure, wish, other, cancel).ConfigureAwait(false);
            foreach (var warning in work.Plan.Warnings) ActivityLog.Current.Warning(warning);
            return await work.FinishAsync(cancel).ConfigureAwait(false);
        }

        private async Task<object> GetAsync(CancellationToken cancel) =>
            await Azure.AksComputes.GetAsync(wish.Id, cancel).ConfigureAwait(false);

        /// <summary>What somebody else, or an earlier try, is making is waited for.</summary>
        private async Task<object> FollowAsync(WireCompute now, CancellationToken cancel)
        {
            var compute = now.ToAksCompute();
            if (Azure.AksComputes.OperationOf(compute) is not { } operation) return compute;
            if (!wish.Wait) return operation;
            var activity = operation.Kind switch
            {
                ComputePlans.CreateKind => $"Creating AKS compute {wish.Id.Name}",
                ComputePlans.AttachKind => $"Attaching {wish.Id.Name}",
                _ => $"Changing {wish.Id.Name}",
            };
            var after = await new ComputeWait(Azure).UntilReadyAsync(wish.Id, now, activity, null, cancel).ConfigureAwait(false);
            if (after.State is not { HasFailed: true }) return after.ToAksCompute();
            var error = after.ToAksCompute().Errors.FirstOrDefault();
            if (operation.Kind is ComputePlans.CreateKind or ComputePlans.AttachKind)
                throw Problems.OperationFailed(activity, wish.Id.ToString(), error);
            // A change that somebody else, or an earlier try, began: the compute is there all the same.
            ActivityLog.Current.Warning($"The last change of '{wish.Id}' failed: {error?.ToString() ?? "the service gives no reason"}");
            return after.ToAksCompute();
        }
    }

    /// <summary>A compute that is removed, or is being removed already.</summary>
    private sealed class RemovalWork(AzureWork azure, Plan plan, ArmId id, WireCompute? existing) : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Plan.IsDone && existing is not null)
                await new ComputeWait(Azure).UntilGoneAsync(id, existing, $"Removing AKS compute {id.Name}", cancel).ConfigureAwait(false);
            return Last?.Running is { } running ? running : true;
        }
    }
}
