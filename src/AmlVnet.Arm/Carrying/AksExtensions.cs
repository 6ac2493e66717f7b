using AmlVnet.Core.Remedies;

namespace AmlVnet.Arm.Carrying;

/// <summary>An extension that is to be installed or changed.</summary>
/// <param name="Cluster">A cluster, or a compute that stands for it.</param>
/// <param name="Change">Makes the wish of that of what is installed; for a new one of the defaults.</param>
internal sealed record AksExtensionRequest(ArmId Cluster, Func<ExtensionWish, ExtensionWish> Change)
{
    internal string? Name { get; init; }

    internal string? Version { get; init; }

    internal string? ReleaseTrain { get; init; }

    /// <summary>Whether the command may run kubectl in the cluster.</summary>
    internal bool UseRunCommand { get; init; }

    /// <summary>What was seen inside the cluster already; null has it looked at where the command may.</summary>
    internal ClusterInside? Inside { get; init; }

    /// <summary>Whether a grant is planned before it, so that its absence now is no finding.</summary>
    internal bool IsGrantPlanned { get; init; }

    /// <inheritdoc cref="ExtensionRequest.ForgetsProtected"/>
    internal bool ForgetsProtected { get; init; }

    /// <inheritdoc cref="ExtensionRequest.KeepsCertificate"/>
    internal bool KeepsCertificate { get; init; }

    internal bool Wait { get; init; } = true;
}

/// <summary>The Azure Machine Learning extension of clusters, and who has trusted access to them.</summary>
internal sealed class AksExtensions(AzureWork azure)
{
    /// <summary>The extension of a cluster.</summary>
    internal async Task<AksAmlExtension> GetAsync(ArmId clusterOrCompute, CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(clusterOrCompute, cancel).ConfigureAwait(false);
        return ExtensionReport.Of(await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false)
            ?? throw Problems.ExtensionMissing(found.ClusterId.ToString()));
    }

    /// <summary>Plans the installing; the same settings again give an empty plan.</summary>
    internal async Task<PlannedWork<object>> PlanInstallAsync(AksExtensionRequest request, CancellationToken cancel)
    {
        var wish = request.Change(new ExtensionWish());
        var (found, situation, grantedOn) = await ReadAsync(request, wish, isUpdate: false, cancel).ConfigureAwait(false);
        var plan = ExtensionPlans.Install(Of(request, wish), situation);
        return new ExtensionWork(azure, plan with
        {
            Steps = [.. plan.Steps.Select(step => step is PutExtension put ? put with { GrantedOn = grantedOn } : step)],
        }, found.ClusterId, situation.Existing, request.Wait);
    }

    /// <summary>Plans a change; what was set and is not asked about stays.</summary>
    internal async Task<PlannedWork<object>> PlanUpdateAsync(AksExtensionRequest request, CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(request.Cluster, cancel).ConfigureAwait(false);
        var existing = await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false)
            ?? throw Problems.ExtensionMissing(found.ClusterId.ToString());
        // Where nothing is carried out, it is shown what would be done once it is through.
        if (existing.State is { IsBusy: true } && existing.IsInstalled && request is { Wait: false, IsGrantPlanned: true })
            existing = existing with { State = ProvisioningState.Succeeded };
        if (existing.State is { IsBusy: true } && request.Wait)
        {
            // What somebody else, or an earlier try, is changing is waited for; the change is then made on what is there.
            await azure.Wait.ReadBackAsync(AnswerIds.Read(existing.Id), token => azure.Kubernetes.FindExtensionNowAsync(
                AnswerIds.Read(existing.Id), token), static now => now?.State is { IsBusy: true } ? null : true,
                static now => $"it is in state {now?.State}", null, cancel).ConfigureAwait(false);
            Forget(existing.Id);
            existing = await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false)
                ?? throw Problems.ExtensionMissing(found.ClusterId.ToString());
        }

        var wish = request.Change(existing.Settings is { } installed ? ExtensionWish.From(installed) : new ExtensionWish());
        var (_, situation, _) = await ReadAsync(request, wish, isUpdate: true, cancel).ConfigureAwait(false);
        return new ExtensionWork(azure, ExtensionPlans.Update(Of(request, wish), situation with { Existing = existing }), found.ClusterId,
            existing, request.Wait);
    }

    /// <summary>Plans the removal, and says what stops working.</summary>
    internal async Task<(PlannedWork<object> Work, string Stops)> PlanUninstallAsync(ArmId clusterOrCompute, bool wait,
        CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(clusterOrCompute, cancel).ConfigureAwait(false);
        var existing = await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false);
        var computes = existing is null ? default : await ReadComputesAsync(found.ClusterId, cancel).ConfigureAwait(false);
        var plan = ExtensionPlans.Uninstall(found.ClusterId, existing, computes, wait);
        return (new UninstallWork(azure, plan, wait ? existing : null),
            computes.Value is { Count: > 0 } ? ExtensionPlans.Stops(found.ClusterId, computes) : "");
    }

    /// <summary>The Kubernetes computes that stand for a cluster, in all workspaces of its subscription that this sign-in sees.</summary>
    internal Task<Known<IReadOnlyList<string>>> ReadComputesAsync(ArmId cluster, CancellationToken cancel) =>
        FactsReader.TryAsync(async () =>
    {
        var found = new List<string>();
        await foreach (var workspace in azure.Listings.WorkspacesAsync(ArmId.ForSubscription(cluster.SubscriptionId!),
            cancel).ConfigureAwait(false))
            await foreach (var compute in azure.Computes.ListAsync(AnswerIds.Read(workspace.Id), cancel).ConfigureAwait(false))
                if (compute.IsKubernetes() && ArmId.AreSame(compute.Properties?.ResourceId, cluster.ToString()) && compute.Id is { } id)
                    found.Add(id);
        return (IReadOnlyList<string>?)found;
    }, "");

    internal async Task<PlannedWork<AksTrustedAccess>> PlanGrantAsync(ArmId clusterOrCompute, ArmId workspace, CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(clusterOrCompute, cancel).ConfigureAwait(false);
        var bindings = await azure.Kubernetes.ListTrustedAccessAsync(found.ClusterId, cancel).ConfigureAwait(false);
        if (await azure.Workspaces.FindAsync(workspace, cancel).ConfigureAwait(false) is null)
            throw Problems.ResourceNotFound("workspace", workspace.ToString(),
                "Get-AmlWorkspace lists the workspaces that this sign-in sees.");
        var plan = TrustedAccessPlans.Grant(found.ClusterId, workspace, bindings, azure.Options.Cloud.Name,
            found.Cluster.Properties?.DisableLocalAccounts == true);
        return new TrustedAccessWork(azure, plan, found.ClusterId, workspace);
    }

    internal async Task<PlannedWork<AksTrustedAccess>> PlanRevokeAsync(ArmId clusterOrCompute, ArmId workspace, CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(clusterOrCompute, cancel).ConfigureAwait(false);
        var bindings = await azure.Kubernetes.ListTrustedAccessAsync(found.ClusterId, cancel).ConfigureAwait(false);
        var plan = TrustedAccessPlans.Revoke(found.ClusterId, workspace, bindings, found.Cluster.Properties?.DisableLocalAccounts == true);
        return new TrustedAccessWork(azure, plan, found.ClusterId, workspace);
    }

    /// <summary>The router comes with the extension, and its address with the router.</summary>
    private void Forget(string extensionId)
    {
        azure.Forget(extensionId);
        azure.ForgetClusters();
    }

    private static ExtensionRequest Of(AksExtensionRequest request, ExtensionWish wish) =>
        new()
        {
            Name = request.Name,
            Wish = wish,
            Version = request.Version,
            ReleaseTrain = request.ReleaseTrain,
            Wait = request.Wait,
            ForgetsProtected = request.ForgetsProtected,
            KeepsCertificate = request.KeepsCertificate,
            LooksInside = request.UseRunCommand
        };

    private async Task<(ResolvedCluster Found, ExtensionSituation Situation, DateTimeOffset? GrantedOn)> ReadAsync(
        AksExtensionRequest request, ExtensionWish wish,
        bool isUpdate,
        CancellationToken cancel)
    {
        var found = await azure.Kubernetes.FindClusterAsync(request.Cluster, cancel).ConfigureAwait(false);
        var cluster = ClusterReading.ToFacts(found);
        var existing = await azure.Kubernetes.FindExtensionAsync(found.ClusterId, cancel).ConfigureAwait(false);
        var isNew = existing is not { IsInstalled: true };
        var situation = new ExtensionSituation
        {
            Cluster = ExtensionCluster.Of(cluster),
            HasServicePrincipal = ClusterLookup.ServicePrincipalOf(found.Cluster) is not null,
            PowerState = cluster.PowerState,
            Existing = existing,
            Registration = isNew
                ? await azure.Kubernetes.ReadRegistrationAsync(found.ClusterId.SubscriptionId!, cancel).ConfigureAwait(false) : default,
        };
        // What can't be anyhow is said before the rest is read.
        if (ExtensionSettings.Impossible(isUpdate && wish is { HasFileTls: true, CertificateFile: null, KeyFile: null }
            ? wish with { AllowsInsecure = true } : wish,
            situation.Cluster) is { } problem) throw Problems.InvalidCombination(problem.Sentence, problem.Fix);
        if (!isNew && !isUpdate) return (found, situation, null);
        var (findings, grantedOn) = isNew ? await new KubernetesPreflight(azure).CheckInstallAsync(found, wish,
            ExtensionSettings.Make(wish, situation.Cluster).Open, cancel).ConfigureAwait(false) : ([], null);
        if (request.IsGrantPlanned)
            findings = [.. findings.Where(static one => !Core.Checks.CheckCatalogue.MendedByGrant.Contains(one.Id))];
        return (found, situation with
        {
            Findings = findings,
            Inside = request.Inside ?? (request.UseRunCommand && isNew
                ? await LookInsideAsync(found.ClusterId, wish, existing, cancel).ConfigureAwait(false) : situation.Inside),
        }, grantedOn);
    }

    /// <summary>Looks into the cluster for what the extension minds.</summary>
    internal async Task<ClusterInside> LookInsideAsync(ArmId cluster, ExtensionWish wish, ExtensionFacts? earlier,
        CancellationToken cancel)
    {
        var commands = new ClusterCommands(azure);
        return new ClusterInside
        {
            EarlierCodes = earlier is null ? null : [.. ExtensionReport.Decode(earlier, []).Select(static one => one.Code)],
            Default = await NamesAsync(Kubectl.FindOldRouter()).ConfigureAwait(false),
            Definitions = await NamesAsync(Kubectl.FindDefinitions()).ConfigureAwait(false),
            Secret = wish.TlsSecret is { } secret
                ? await commands.LookAsync(cluster, Kubectl.FindSecret(secret, Kubectl.ExtensionNamespace), cancel).ConfigureAwait(false)
                : default,
        };

        async Task<Known<IReadOnlyList<string>>> NamesAsync(string line) =>
            await commands.LookAsync(cluster, line, cancel).ConfigureAwait(false) switch
            {
                { Value: { } text } =>
                    Known.Of<IReadOnlyList<string>>(text.Split('\n',
                        StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)),
                var unknown => Known.Unknown<IReadOnlyList<string>>(unknown.Why!),
            };
    }

    private sealed class ExtensionWork(AzureWork azure, Plan plan, ArmId cluster, ExtensionFacts? existing, bool wait)
        : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Last?.Running is { } running) return running;
            // What somebody else, or an earlier try, is doing is waited for.
            if (Last is null && existing is { State.IsBusy: true }
                && Accepted.OfResource(AnswerIds.Read(existing.Id),
                    Azure.Endpoint.Address(existing.Id, Clients.ExtensionsClient.ApiVersion)) is var accepted)
            {
                if (!wait) return accepted.ToOperation(ExtensionPlans.InstallKind, Azure.Now);
                await new ExtensionSteps(Azure).WaitAsync(accepted, $"Waiting for the extension of {cluster.Name}", Azure.Now,
                    cancel).ConfigureAwait(false);
                Azure.AksExtensions.Forget(existing.Id);
            }

            return await Azure.AksExtensions.GetAsync(cluster, cancel).ConfigureAwait(false);
        }
    }

    private sealed class UninstallWork(AzureWork azure, Plan plan, ExtensionFacts? existing) : PlannedWork<object>(azure, plan)
    {
        internal override async Task<object> FinishAsync(CancellationToken cancel)
        {
            if (Last?.Running is { } running) return running;
            // What an earlier try began is waited for.
            if (Last is null && existing?.State == ProvisioningState.Deleting)
                await Azure.Wait.WaitAsync(Accepted.OfResource(AnswerIds.Read(existing.Id), Azure.Endpoint.Address(existing.Id,
                    Clients.ExtensionsClient.ApiVersion), isDeleting: true), "Uninstalling the extension", Azure.Now, null, cancel)
                    .ConfigureAwait(false);
            return true;
        }
    }

    private sealed class TrustedAccessWork(AzureWork azure, Plan plan, ArmId cluster, ArmId workspace)
        : PlannedWork<AksTrustedAccess>(azure, plan)
    {
        internal override async Task<AksTrustedAccess> FinishAsync(CancellationToken cancel)
        {
            // What an earlier try began is waited for.
            var own = TrustedAccessPlans.BindingOf(cluster, workspace);
            if (Outcomes.Count == 0)
                await Azure.Wait.ReadBackAsync(own, token => Azure.Connection.Services.TrustedAccess.FindAsync(own, token),
                    static now => (ProvisioningState?)now?.Properties?.ProvisioningState is { IsBusy: true } ? null : true,
                    static now => now?.Properties?.ProvisioningState ?? "gone", null, cancel).ConfigureAwait(false);
            Azure.Forget(own.ToString());
            var bindings = await Azure.Kubernetes.ListTrustedAccessAsync(cluster, cancel).ConfigureAwait(false);
            var serving = bindings.FirstOrDefault(one => one.Serves(workspace.ToString()));
            return new AksTrustedAccess
            {
                BindingId = serving?.Id,
                ClusterId = cluster.ToString(),
                WorkspaceId = workspace.ToString(),
                Roles = [.. serving?.Roles ?? []],
                ProvisioningState = serving?.State?.ToString(),
                IsChanged = Outcomes.Count > 0,
                IsGranted = serving is not null,
            };
        }
    }
}
