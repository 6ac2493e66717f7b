using System.Collections.Concurrent;

namespace AmlVnet.Arm.Clients;

/// <summary>A client for each type of resource, all over one endpoint.</summary>
/// <param name="arm">The endpoint.</param>
/// <param name="clusterVersions">The version that managed clusters are asked with, by subscription.</param>
internal class ServiceClients(ResourceEndpoint arm, ConcurrentDictionary<string, string> clusterVersions)
{
    internal ResourceEndpoint Endpoint => arm;

    internal SubscriptionsClient Subscriptions { get; } = new(arm);

    internal WorkspacesClient Workspaces { get; } = new(arm);

    internal ComputesClient Computes { get; } = new(arm);

    internal ManagedClustersClient ManagedClusters { get; } = new(arm, clusterVersions);

    internal NetworksClient Networks { get; } = new(arm);

    internal SecurityRulesClient SecurityRules { get; } = new(arm);

    internal RoleAssignmentsClient RoleAssignments { get; } = new(arm);

    internal PermissionsClient Permissions { get; } = new(arm);

    internal LocksClient Locks { get; } = new(arm);

    internal DenyAssignmentsClient DenyAssignments { get; } = new(arm);

    internal VmSizesClient VmSizes { get; } = new(arm);

    internal StorageAccountsClient StorageAccounts { get; } = new(arm);

    internal KeyVaultsClient KeyVaults { get; } = new(arm);

    internal ContainerRegistriesClient ContainerRegistries { get; } = new(arm);

    internal PrivateZonesClient PrivateZones { get; } = new(arm);

    internal ExtensionsClient Extensions { get; } = new(arm);

    internal TrustedAccessClient TrustedAccess { get; } = new(arm);

    internal RunCommandClient RunCommands { get; } = new(arm);

    internal ProvidersClient Providers { get; } = new(arm);

    internal ResourceGraphClient ResourceGraph { get; } = new(arm);

    internal ManagementGroupsClient ManagementGroups { get; } = new(arm);

    internal PrivateDnsClient PrivateDns { get; } = new(arm);
}
