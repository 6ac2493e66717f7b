using System.Runtime.CompilerServices;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Facts;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Carrying;

/// <summary>TLS of a scoring endpoint as the user gave it. The certificate and the key are secrets.</summary>
internal sealed record TlsSettings
{
    internal string? CertificatePem { get; init; }

    internal string? KeyPem { get; init; }

    internal string? Cname { get; init; }

    internal string? LeafDomainLabel { get; init; }

    internal bool OverwriteExistingDomain { get; init; }

    internal string Status => LeafDomainLabel is null ? "Enabled" : "Auto";

    /// <summary>Never the certificate, never the key.</summary>
    public override string ToString() => $"TLS {Status} {Cname ?? LeafDomainLabel}";
}

/// <summary>A cluster that is to be made through a workspace.</summary>
internal sealed record CreateAksComputeRequest
{
    internal required ArmId Workspace { get; init; }

    internal required string Name { get; init; }

    /// <summary>What the user gave; the rest is filled in from <see cref="AksComputeDefaults"/>.</summary>
    internal required AksComputeSettings Settings { get; init; }

    internal TlsSettings? Tls { get; init; }

    internal string? Description { get; init; }

    /// <summary>Whether a compute that failed before it had an endpoint counts as absent: the caller takes it away first.</summary>
    internal bool ReplacesFailed { get; init; }

    internal ArmId Id => Workspace.Child("computes", Name);
}

/// <summary>An existing cluster that is to be attached to a workspace.</summary>
internal sealed record AttachAksComputeRequest
{
    internal required ArmId Workspace { get; init; }

    internal required string Name { get; init; }

    internal required ArmId Cluster { get; init; }

    /// <summary>Null leaves it to the service, which takes FastProd.</summary>
    internal ClusterPurpose? Purpose { get; init; }

    internal TlsSettings? Tls { get; init; }

    internal string? Description { get; init; }

    internal IReadOnlyDictionary<string, string>? Tags { get; init; }

    /// <inheritdoc cref="CreateAksComputeRequest.ReplacesFailed"/>
    internal bool ReplacesFailed { get; init; }

    internal ArmId Id => Workspace.Child("computes", Name);
}

/// <summary>What a cluster is made with where the user says nothing. Source: azureml-core, AksCompute.provisioning_configuration.</summary>
internal static class AksComputeDefaults
{
    internal const int AgentCount = 3;
    internal const string AgentVmSize = "Standard_D3_v2";
    internal const ClusterPurpose Purpose = ClusterPurpose.FastProd;
}

/// <summary>AKS computes of workspaces: read, create, remove.</summary>
internal sealed class AksComputes(AzureConnection azure)
{
    internal const string CreateKind = "CreateAksCompute";
    internal const string AttachKind = "AttachAksCompute";
    internal const string RemoveKind = "RemoveAksCompute";

    /// <summary>The check that a cluster is attached to one compute only.</summary>
    internal const string AttachedOnceCheck = "AMLVNET-COMPUTE-003";

    internal async Task<AksCompute> GetAsync(ArmId id, CancellationToken cancel) =>
        await FindAsync(id, cancel).ConfigureAwait(false) ?? throw Problems.ResourceNotFound("compute", id.ToString());

    /// <summary>A compute whose creation or attachment failed before it had a scoring endpoint; null when there is none such.</summary>
    internal async Task<AksCompute?> FindFailedAsync(ArmId id, CancellationToken cancel) =>
        await FindAsync(id, cancel).ConfigureAwait(false) is { } compute && HasNoEndpoint(compute) ? compute : null;

    private async Task<AksCompute?> FindAsync(ArmId id, CancellationToken cancel)
    {
        if (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is not { } wire) return null;
        ClusterLookup.RequireAks(id, wire);
        return await ReadNetworkAsync(wire, cancel).ConfigureAwait(false);
    }

    private static bool HasNoEndpoint(AksCompute compute) => compute is { ProvisioningState: "Failed" or "Canceled", ScoringIPAddress: null };

    /// <summary>The AKS computes of a workspace; other kinds of compute are passed over.</summary>
    internal async IAsyncEnumerable<AksCompute> ListAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var wire in azure.Computes.ListAsync(workspace, cancel).ConfigureAwait(false))
            if (string.Equals(wire.Properties?.ComputeType, "AKS", StringComparison.OrdinalIgnoreCase))
                yield return await ReadNetworkAsync(wire, cancel).ConfigureAwait(false);
    }

    /// <summary>Plans the making of a cluster; an existing compute with the same settings gives an empty plan.</summary>
    internal async Task<PlannedWork<object>> PlanCreateAsync(CreateAksComputeRequest request, bool wait, CancellationToken cancel)
    {
        var id = request.Id;
        var workspace = await azure.Workspaces.FindAsync(request.Workspace, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("workspace", request.Workspace.ToString(), "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        if (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is { } existing && !(request.ReplacesFailed && HasNoEndpoint(existing.ToAksCompute())))
            return await FoundAsync(existing, cancel).ConfigureAwait(false);

        var settings = request.Settings;
        var location = AzureRegion.Normalize(settings.Location ?? workspace.Location ?? "");
        var count = settings.AgentCount ?? AksComputeDefaults.AgentCount;
        var size = settings.AgentVmSize ?? AksComputeDefaults.AgentVmSize;
        var purpose = settings.ClusterPurpose ?? AksComputeDefaults.Purpose;
        // A region that answers with no sizes at all is not one that says no to this one.
        var sizes = await azure.Facts.ReadVmSizesAsync(id.SubscriptionId!, location, cancel).ConfigureAwait(false);
        if (sizes.Value is { Count: > 0 } offered && !offered.ContainsKey(size))
            throw Problems.InvalidValue("AgentVmSize", size, $"'{size}' is no size of virtual machine that the region {location} offers; give one that it does.",
                $"az vm list-sizes --location {location} --output table");
        var wanted = new ComputeFacts
        {
            Id = id.ToString(),
            Location = location,
            AgentCount = count,
            AgentVmSize = size,
            CoresPerNode = sizes.Value?.GetValueOrDefault(size)?.Cores,
            ClusterPurpose = purpose,
            ServiceCidr = settings.ServiceCidr,
            LoadBalancerType = LoadBalancerType.PublicIp,
            SslStatus = request.Tls?.Status,
            SslLeafDomainLabel = request.Tls?.LeafDomainLabel,
        };
        var findings = await azure.Preflight.CheckCreateAsync(request, wanted, workspace, cancel).ConfigureAwait(false);
        var body = new WireCompute
        {
            Location = workspace.Location,
            Tags = settings.Tags is { } tags ? new Dictionary<string, string>(tags) : null,
            Properties = new()
            {
                ComputeType = "AKS",
                ComputeLocation = location,
                Description = request.Description,
                Properties = new()
                {
                    AgentCount = count,
                    AgentVmSize = size,
                    ClusterPurpose = purpose.ToString(),
                    AksNetworkingConfiguration = settings.SubnetId is null ? null : new()
                    {
                        SubnetId = settings.SubnetId,
                        ServiceCidr = settings.ServiceCidr,
                        DnsServiceIP = settings.DnsServiceIP,
                        DockerBridgeCidr = settings.DockerBridgeCidr,
                    },
                    SslConfiguration = request.Tls is { } tls ? ToWire(tls) : null,
                },
            },
        };
        var where = ArmId.TryParse(settings.SubnetId, ResourceTypes.Subnet, out var subnet, out _)
            ? $" in subnet {subnet.Name} of {subnet.Parent!.Name}, service CIDR {settings.ServiceCidr}"
            : " outside any virtual network of yours";
        var step = new PlanStep
        {
            Kind = PlanStepKind.Create,
            Target = id.ToString(),
            Sentence = $"Create AKS compute {request.Name} in {location}: {count} x {size}, {purpose}{where}; its endpoint is public at first",
        };
        return new(new OperationPlan { Steps = [step], Findings = findings }, Put(id, body, $"Creating AKS compute {request.Name}", CreateKind, wait, FoundAsync, out var result),
            async token => (object?)result.Value ?? await GetAsync(id, token).ConfigureAwait(false));

        async Task<PlannedWork<object>> FoundAsync(WireCompute existing, CancellationToken token) => FoundExisting(
            id, request.Settings with { Description = request.Description }, existing, await ReadNetworkAsync(existing, token).ConfigureAwait(false), wait);
    }

    /// <summary>Plans the attaching of a cluster; a compute that stands for it already gives an empty plan.</summary>
    internal async Task<PlannedWork<object>> PlanAttachAsync(AttachAksComputeRequest request, bool wait, CancellationToken cancel)
    {
        var id = request.Id;
        var workspace = await azure.Workspaces.FindAsync(request.Workspace, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("workspace", request.Workspace.ToString(), "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        var found = await azure.Clusters.FindAsync(request.Cluster, cancel).ConfigureAwait(false);
        if (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is { } existing && !(request.ReplacesFailed && HasNoEndpoint(existing.ToAksCompute())))
            return await FoundAsync(existing, cancel).ConfigureAwait(false);

        var location = AzureRegion.Normalize(found.Cluster.Location ?? workspace.Location ?? "");
        var findings = await azure.Preflight.CheckAttachAsync(found, new ComputeFacts
        {
            Id = id.ToString(),
            Location = location,
            ClusterPurpose = request.Purpose ?? AksComputeDefaults.Purpose,
            ClusterId = found.ClusterId.ToString(),
            LoadBalancerType = LoadBalancerType.PublicIp,
            SslStatus = request.Tls?.Status,
            SslLeafDomainLabel = request.Tls?.LeafDomainLabel,
        }, workspace, cancel).ConfigureAwait(false);
        var body = new WireCompute
        {
            Location = workspace.Location,
            Tags = request.Tags is { } tags ? new Dictionary<string, string>(tags) : null,
            Properties = new()
            {
                ComputeType = "AKS",
                ComputeLocation = location,
                Description = request.Description,
                ResourceId = found.ClusterId.ToString(),
                Properties = new()
                {
                    ClusterPurpose = request.Purpose?.ToString(),
                    SslConfiguration = request.Tls is { } tls ? ToWire(tls) : null,
                },
            },
        };
        var step = new PlanStep
        {
            Kind = PlanStepKind.Attach,
            Target = id.ToString(),
            Sentence = $"Attach cluster {found.ClusterId.Name} in {location} as compute {request.Name}, {request.Purpose ?? AksComputeDefaults.Purpose}; its endpoint is public at first",
        };
        return new(new OperationPlan { Steps = [step], Findings = findings }, Put(id, body, $"Attaching cluster {found.ClusterId.Name}", AttachKind, wait, FoundAsync, out var result),
            async token => (object?)result.Value ?? await GetAsync(id, token).ConfigureAwait(false));

        Task<PlannedWork<object>> FoundAsync(WireCompute existing, CancellationToken token) =>
            existing.Properties?.ResourceId is { } other && !ArmId.AreSame(other, found.ClusterId.ToString())
                ? throw Problems.ComputeDiffers(id.ToString(), [new SettingDifference("ClusterId", other, found.ClusterId.ToString())])
                : Task.FromResult(FoundExisting(id, new AksComputeSettings
                {
                    ClusterPurpose = request.Purpose,
                    SslStatus = request.Tls?.Status,
                    SslCname = request.Tls?.Cname,
                    SslLeafDomainLabel = request.Tls?.LeafDomainLabel,
                    Description = request.Description,
                    Tags = request.Tags,
                }, existing, existing.ToAksCompute(), wait));
    }

    internal async Task<PlannedWork<object>> PlanRemoveAsync(ArmId id, UnderlyingResourceAction action, bool wait, CancellationToken cancel)
    {
        var existing = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
        if (existing is null)
        {
            ActivityLog.Current.Warning($"There is no compute '{id}'; nothing was removed.");
            return new(new OperationPlan(), static (_, _) => Task.CompletedTask, static _ => Task.FromResult<object>(true));
        }

        ClusterLookup.RequireAks(id, existing);
        var compute = existing.ToAksCompute();
        if (compute.ProvisioningState == "Deleting")
        {
            ActivityLog.Current.Verbose($"'{id}' is being removed already; nothing is sent.");
            return new(new OperationPlan(), static (_, _) => Task.CompletedTask, async token =>
            {
                if (wait) await azure.Wait.WaitUntilGoneAsync(id, existing, $"Removing AKS compute {id.Name}", token).ConfigureAwait(false);
                return true;
            });
        }

        if (action == UnderlyingResourceAction.Delete && compute.IsAttached == true) throw Problems.AttachedNotDeleted(id.ToString());
        var step = new PlanStep
        {
            Kind = action == UnderlyingResourceAction.Delete ? PlanStepKind.Delete : PlanStepKind.Detach,
            Target = id.ToString(),
            Sentence = action == UnderlyingResourceAction.Delete
                ? $"Delete AKS compute {id.Name} and its cluster {compute.ClusterId ?? "(none)"}"
                : $"Detach AKS compute {id.Name}; the cluster {compute.ClusterId ?? "(none)"} stays",
        };
        object result = true;
        return new(new OperationPlan { Steps = [step] },
            async (_, token) =>
            {
                var started = azure.Pace.UtcNow;
                var remains = await ListRemainsAsync(compute, action, token).ConfigureAwait(false);
                var accepted = await azure.Computes.DeleteAsync(id, action, token).ConfigureAwait(false);
                if (!wait && accepted.IsRunning) result = accepted.ToOperation(RemoveKind, started);
                else await azure.Wait.WaitAsync(accepted, $"Removing AKS compute {id.Name}", started, null, token).ConfigureAwait(false);

                if (remains.Count > 0) ActivityLog.Current.Warning($"After {id.Name} these remain: {string.Join("; ", remains)}.");
            },
            _ => Task.FromResult(result));
    }

    /// <summary>What the computes of a workspace are at. ARM lists no operations, so their states tell.</summary>
    internal async IAsyncEnumerable<AmlOperation> ListOperationsAsync(ArmId workspace, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var compute in ListAsync(workspace, cancel).ConfigureAwait(false))
            if (OperationOf(compute) is { } operation)
                yield return operation;
    }

    /// <summary>What a compute is at; null when it is at rest. It is followed by asking the compute itself.</summary>
    internal AmlOperation? OperationOf(AksCompute compute)
    {
        if (!OperationWait.IsBusy(compute.ProvisioningState)) return null;
        var id = ArmId.Parse(compute.Id);
        var (kind, isDeleting) = compute.ProvisioningState switch
        {
            "Deleting" => (RemoveKind, true),
            "Creating" => (compute.IsAttached == true ? AttachKind : CreateKind, false),
            _ => ("UpdateAksCompute", false),
        };
        return Accepted.OfResource(id, azure.Endpoint.Address(id.ToString(), ComputesClient.ApiVersion), isDeleting)
            .ToOperation(kind, compute.ModifiedOn ?? compute.CreatedOn ?? azure.Pace.UtcNow);
    }

    /// <summary>What dies with the cluster of a compute: the cluster, its node resource group, and what is seen in it.</summary>
    internal async Task<IReadOnlyList<string>> ListDoomedAsync(ArmId id, CancellationToken cancel)
    {
        var compute = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
        if (!ArmId.TryParse(compute?.Properties?.ResourceId, ResourceTypes.Cluster, out var clusterId, out _)) return [];
        var cluster = await azure.ManagedClusters.FindAsync(clusterId, cancel).ConfigureAwait(false);
        if (cluster is null) return [];
        var doomed = new List<string> { $"cluster {clusterId}" };
        if (cluster.Properties?.NodeResourceGroup is not { } nodeGroupName) return doomed;
        var nodeGroup = ArmId.ForResourceGroup(clusterId.SubscriptionId!, nodeGroupName);
        doomed.Add($"resource group {nodeGroupName} with all in it");
        try
        {
            await foreach (var balancer in azure.Networks.ListLoadBalancersAsync(nodeGroup, cancel).ConfigureAwait(false))
                doomed.Add($"load balancer {balancer.Name}");
            await foreach (var address in azure.Networks.ListPublicIPAddressesAsync(nodeGroup, cancel).ConfigureAwait(false))
                doomed.Add($"public IP address {address.Properties?.IpAddress} ({address.Name})");
        }
        catch (AmlVnetException e) when (e.Kind is ProblemKind.PermissionDenied or ProblemKind.NotFound)
        {
            doomed.Add("(what is in it can't be read with this sign-in)");
        }

        return doomed;
    }

    /// <summary>
    /// What a removal leaves behind: the cluster with its load balancers and public addresses when it is only detached, and in any case the
    /// roles of the cluster's identity on the network.
    /// </summary>
    private async Task<List<string>> ListRemainsAsync(AksCompute compute, UnderlyingResourceAction action, CancellationToken cancel)
    {
        var remains = new List<string>();
        if (!ArmId.TryParse(compute.ClusterId, ResourceTypes.Cluster, out var clusterId, out _)) return remains;
        try
        {
            var found = await azure.Clusters.FindAsync(clusterId, cancel).ConfigureAwait(false);
            if (action == UnderlyingResourceAction.Detach)
            {
                remains.Add($"cluster {clusterId}");
                foreach (var balancer in (await azure.Facts.ReadLoadBalancersAsync(found, cancel).ConfigureAwait(false)).Value ?? [])
                    remains.Add($"load balancer {ArmId.Parse(balancer.Id).Name} with "
                        + string.Join(", ", balancer.Frontends.Select(static f => f.PrivateIPAddress ?? f.PublicIPAddress ?? f.Name)));
            }

            if (!ArmId.TryParse(found.SubnetId, ResourceTypes.Subnet, out var subnet, out _)) return remains;
            remains.AddRange(await azure.NetworkRules.ListScoringAsync(compute, subnet, cancel).ConfigureAwait(false));
            var identity = await azure.Clusters.GetIdentityAsync(found, cancel).ConfigureAwait(false);
            var (assignments, definitions) = await azure.Rights.ListAsync(subnet, identity.PrincipalId, cancel).ConfigureAwait(false);
            foreach (var assignment in assignments)
                remains.Add($"role {definitions.Find(d => d.Id.EndsWith(LastPart(assignment.RoleDefinitionId), StringComparison.OrdinalIgnoreCase))?.RoleName
                    ?? assignment.RoleDefinitionId} of {identity.PrincipalId} at {assignment.Scope}");
        }
        catch (AmlVnetException e) when (e.Kind != ProblemKind.Authentication)
        {
            remains.Add($"what else there is can't be read ({e.Message})");
        }

        return remains;

        static string LastPart(string roleDefinitionId) => roleDefinitionId[(roleDefinitionId.LastIndexOf('/') + 1)..];
    }

    /// <summary>
    /// Waits for an operation on a compute, and reads the compute back; what the compute itself says went wrong goes into the error.
    /// </summary>
    /// <param name="accepted">What to follow.</param>
    /// <param name="activity">What is being done, for the progress display and for the error.</param>
    /// <param name="started">When it was accepted.</param>
    /// <param name="cancel">Stops the waiting, not the operation.</param>
    /// <param name="deadline">When to give up, in the cloud's time; null waits for ever.</param>
    /// <param name="wanted">The load balancer that the compute is to have then; null where that is left alone.</param>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset started, CancellationToken cancel, DateTimeOffset? deadline = null,
        LoadBalancerType? wanted = null)
    {
        var id = accepted.Resource;
        try
        {
            await azure.Wait.WaitAsync(accepted, activity, started, deadline, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.ErrorId == nameof(Problems.OperationFailed))
        {
            throw Problems.OperationFailed(activity, id.ToString(), await WithComputeErrorsAsync(id, e.Error, cancel).ConfigureAwait(false));
        }

        if (accepted.Method == "DELETE") return;
        await azure.Wait.ReadBackAsync(id, token => azure.Computes.FindAsync(id, token), IsSo,
            now => now is null ? "it does not exist" : $"its load balancer is {now.Properties?.Properties?.LoadBalancerType ?? "unknown"}, not {wanted}",
            deadline, cancel).ConfigureAwait(false);

        bool? IsSo(WireCompute? now)
        {
            var state = now?.Properties?.ProvisioningState;
            // An operation may succeed and leave the resource failed.
            if (state is "Failed" or "Canceled")
                throw Problems.OperationFailed(activity, id.ToString(),
                    now!.ToAksCompute().Errors.FirstOrDefault() ?? new ArmErrorDetail { Message = $"the compute is {state}" });
            if (OperationWait.IsBusy(state)) return null;
            return now is not null && (wanted is null || now.ToAksCompute().LoadBalancerType == wanted);
        }
    }

    internal static WireSslConfiguration ToWire(TlsSettings tls) => new()
    {
        Status = tls.Status,
        Cert = tls.CertificatePem,
        Key = tls.KeyPem,
        Cname = tls.Cname,
        LeafDomainLabel = tls.LeafDomainLabel,
        OverwriteExistingDomain = tls.OverwriteExistingDomain ? true : null,
    };

    /// <summary>Writes a new compute; what is not waited for is left in <paramref name="left"/> as an operation.</summary>
    /// <param name="id">The compute's id.</param>
    /// <param name="body">What is sent.</param>
    /// <param name="activity">What is being done, for the user.</param>
    /// <param name="kind">The kind of the operation.</param>
    /// <param name="wait">Whether to wait for the operation's end.</param>
    /// <param name="found">Plans for a compute that is there already.</param>
    /// <param name="left">The operation.</param>
    private Func<PlanStep, CancellationToken, Task> Put(ArmId id, WireCompute body, string activity, string kind, bool wait,
        Func<WireCompute, CancellationToken, Task<PlannedWork<object>>> found, out StrongBox<AmlOperation?> left)
    {
        var box = left = new StrongBox<AmlOperation?>();
        return async (_, token) =>
        {
            var started = azure.Pace.UtcNow;
            try
            {
                var accepted = await azure.Computes.PutAsync(id, body, token).ConfigureAwait(false);
                if (!wait && accepted.IsRunning) box.Value = accepted.ToOperation(kind, started);
                else await WaitAsync(accepted, activity, started, token).ConfigureAwait(false);
            }
            catch (ArmRequestException e) when (e.Status == 409)
            {
                // The service has it already when its answer was lost and the request was sent again; or somebody else was quicker.
                if (await azure.Computes.FindAsync(id, token).ConfigureAwait(false) is not { } existing) throw;
                box.Value = await (await found(existing, token).ConfigureAwait(false)).Finish(token).ConfigureAwait(false) as AmlOperation;
            }
        };
    }

    /// <summary>A compute with the network of its cluster, which the compute of an attached cluster does not show.</summary>
    private async Task<AksCompute> ReadNetworkAsync(WireCompute wire, CancellationToken cancel)
    {
        var compute = wire.ToAksCompute();
        if (compute.IsAttached != true || !ArmId.TryParse(compute.ClusterId, ResourceTypes.Cluster, out var clusterId, out _)) return compute;
        var cluster = await FactsReader.TryAsync(() => azure.ManagedClusters.FindAsync(clusterId, cancel), "").ConfigureAwait(false);
        var network = cluster.Value?.Properties?.NetworkProfile;
        return compute with
        {
            SubnetId = compute.SubnetId ?? (cluster.Value is { } known ? new ClusterInHand(clusterId, known, null, null).SubnetId : null),
            ServiceCidr = compute.ServiceCidr ?? network?.ServiceCidr,
            DnsServiceIP = compute.DnsServiceIP ?? network?.DnsServiceIP,
        };
    }

    /// <param name="id">The compute's id.</param>
    /// <param name="settings">What is asked for.</param>
    /// <param name="existing">The compute as it was read.</param>
    /// <param name="seen">The compute with what else is known of it, to compare with.</param>
    /// <param name="wait">Whether to wait for one that is still being made.</param>
    private PlannedWork<object> FoundExisting(ArmId id, AksComputeSettings settings, WireCompute existing, AksCompute seen, bool wait)
    {
        ClusterLookup.RequireAks(id, existing);
        var compute = existing.ToAksCompute();
        if (compute.ProvisioningState == "Deleting")
            throw Problems.WrongState("compute", id.ToString(), "Deleting", "Wait until it is gone, and run the command again.");
        if (settings.DifferencesFrom(seen) is { Count: > 0 } differences) throw Problems.ComputeDiffers(id.ToString(), differences);
        if (compute.ProvisioningState is "Failed" or "Canceled")
        {
            if (compute.ClusterId is null) throw Problems.ComputeFailed(id.ToString(), compute.Errors.FirstOrDefault()?.ToString());
            ActivityLog.Current.Warning($"The last change of '{id}' failed: {compute.Errors.FirstOrDefault()?.ToString() ?? "the service gives no reason"}");
        }

        ActivityLog.Current.Verbose($"Found existing compute '{id}'; nothing is sent.");
        return new(new OperationPlan(), static (_, _) => Task.CompletedTask, async token =>
        {
            if (OperationOf(compute) is not { } operation) return compute;
            if (!wait) return operation;
            var activity = operation.Kind switch
            {
                CreateKind => $"Creating AKS compute {id.Name}",
                AttachKind => $"Attaching {id.Name}",
                _ => $"Changing {id.Name}",
            };
            var now = await azure.Wait.WaitForComputeAsync(id, existing, activity, null, token).ConfigureAwait(false);
            return now.Properties?.ProvisioningState is "Failed" or "Canceled"
                ? throw Problems.OperationFailed(activity, id.ToString(), now.ToAksCompute().Errors.FirstOrDefault())
                : now.ToAksCompute();
        });
    }

    private async Task<ArmErrorDetail?> WithComputeErrorsAsync(ArmId id, ArmErrorDetail? error, CancellationToken cancel)
    {
        try
        {
            var compute = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
            var own = compute?.ToAksCompute().Errors ?? [];
            if (own.Length == 0) return error;
            if (error is null) return own[0];
            var extra = own.Where(o => o.Message != error.Message && error.Details.All(d => d.Message != o.Message)).ToArray();
            return extra.Length == 0 ? error with { Details = error.Details.Length > 0 ? error.Details : own[0].Details } : error with { Details = [.. error.Details, .. extra] };
        }
        catch (AmlVnetException)
        {
            return error;
        }
    }
}
