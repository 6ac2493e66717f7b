using System.Text.Json;

namespace AmlVnet.Arm.Reading;

/// <summary>Reads what the Kubernetes route consists of: extensions of clusters, trusted access,
/// and whether their provider is registered.</summary>
internal sealed class KubernetesReader(AzureReader azure)
{
    /// <summary>The cluster behind the id of a cluster, or of a compute of either kind.</summary>
    /// <exception cref="AmlVnetException">There is none, or none yet.</exception>
    internal async Task<ResolvedCluster> FindClusterAsync(ArmId id, CancellationToken cancel)
    {
        if (!id.IsType(ResourceTypes.Compute) || await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false) is not { } compute
            || !compute.IsKubernetes())
            return await azure.Clusters.FindAsync(id, cancel).ConfigureAwait(false);
        if (!ArmId.TryParse(compute.Properties?.ResourceId, ResourceTypes.Cluster, out var clusterId, out _))
            throw Problems.ComputeFailed(id.ToString(), compute.ToKubernetesCompute().Errors.FirstOrDefault()?.ToString());
        var cluster = await azure.FindClusterAsync(clusterId, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("cluster", clusterId.ToString());
        return new ResolvedCluster(clusterId, cluster, id, compute);
    }

    /// <summary>All extensions of a cluster.</summary>
    internal async Task<IReadOnlyList<ExtensionFacts>> ListExtensionsAsync(ArmId cluster, CancellationToken cancel)
    {
        var found = new List<ExtensionFacts>();
        try
        {
            await foreach (var one in azure.Extensions.ListAsync(cluster, cancel).ConfigureAwait(false))
                found.Add(one.ToFacts());
        }
        catch (ArmRequestException e) when (e.Code == "MissingSubscriptionRegistration")
        {
            // Before its provider is registered no extension can be made, and a provider that has resources is not unregistered.
            return [];
        }

        return found;
    }

    /// <summary>The Azure Machine Learning extension of a cluster, of several the one that works; null where there is none.</summary>
    internal async Task<ExtensionFacts?> FindExtensionAsync(ArmId cluster, CancellationToken cancel) =>
        (await ListExtensionsAsync(cluster, cancel).ConfigureAwait(false)).Where(static one => one.IsMachineLearning)
            .OrderBy(static one => one.State == ProvisioningState.Succeeded ? 0 : one.IsInstalled ? 1 : 2).FirstOrDefault();

    /// <summary>An extension as it is at this moment; null where it does not exist.</summary>
    internal async Task<ExtensionFacts?> FindExtensionNowAsync(ArmId id, CancellationToken cancel)
    {
        azure.Forget(id.ToString());
        return (await azure.Extensions.FindAsync(id, cancel).ConfigureAwait(false))?.ToFacts();
    }

    /// <summary>Who has trusted access to a cluster.</summary>
    internal async Task<IReadOnlyList<TrustedAccessFacts>> ListTrustedAccessAsync(ArmId cluster, CancellationToken cancel)
    {
        var found = new List<TrustedAccessFacts>();
        await foreach (var one in azure.TrustedAccess.ListAsync(cluster, cancel).ConfigureAwait(false)) found.Add(one.ToFacts());
        return found;
    }

    /// <summary>Registered, Registering, NotRegistered or Unregistering; unknown with the reason where that can't be read.</summary>
    internal Task<Known<string>> ReadRegistrationAsync(string subscriptionId, CancellationToken cancel) => FactsReader.TryAsync(
        () => azure.Providers.GetStateAsync(subscriptionId, ExtensionPlans.Provider, cancel),
        $"The answer for {ExtensionPlans.Provider} has no registrationState.");
}

/// <summary>Makes facts of what the services of the Kubernetes route return.</summary>
internal static class KubernetesFactsReading
{
    internal static ExtensionFacts ToFacts(this WireExtension wire)
    {
        var properties = wire.Properties ?? new();
        return new ExtensionFacts
        {
            Id = AnswerIds.Read(wire.Id).ToString(),
            Type = properties.ExtensionType,
            State = properties.ProvisioningState,
            Version = properties.Version,
            CurrentVersion = properties.CurrentVersion,
            UpgradesItself = properties.AutoUpgradeMinorVersion,
            ReleaseTrain = properties.ReleaseTrain,
            ReleaseNamespace = properties.Scope?.Cluster?.ReleaseNamespace,
            Settings = properties.ConfigurationSettings?.ToDictionary(static one => one.Key, static one => one.Value ?? "",
                StringComparer.Ordinal),
            ProtectedKeys =
                [.. (properties.ConfigurationProtectedSettings?.Keys ?? Enumerable.Empty<string>()).Order(StringComparer.Ordinal)],
            PrincipalId = properties.AksAssignedIdentity?.PrincipalId,
            Statuses = [.. (properties.Statuses ?? []).Select(static one =>
                new ExtensionStatusFacts(one.Code, one.DisplayStatus, one.Level, one.Message, one.Time))],
            Error = properties.ErrorInfo is { ValueKind: JsonValueKind.Object } error ? ArmErrors.Read(error) : null,
        };
    }

    internal static TrustedAccessFacts ToFacts(this WireTrustedAccess wire) => new(
        wire.Id ?? throw Problems.AnswerMisshapen("trustedAccessRoleBindings", "a binding has no id", null),
        wire.Properties?.SourceResourceId, wire.Properties?.Roles ?? [], wire.Properties?.ProvisioningState);

    internal static ClusterCommandResult ToFacts(this WireCommandResult wire) =>
        new(wire.Properties?.ExitCode, wire.Properties?.Logs ?? "", wire.Properties?.Reason);
}
