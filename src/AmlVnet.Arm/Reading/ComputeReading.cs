using System.Text.Json;
using AmlVnet.Core.Access;
using AmlVnet.Core.Addressing;

namespace AmlVnet.Arm.Reading;

/// <summary>Makes the module's objects from what the services return.</summary>
internal static class ComputeReading
{
    internal static Workspace ToWorkspace(this WireWorkspace wire)
    {
        var id = AnswerIds.Read(wire.Id, ResourceTypes.Workspace);
        var properties = wire.Properties ?? new();
        return new Workspace
        {
            Id = id.ToString(),
            Name = id.Name,
            ResourceGroupName = id.ResourceGroupName!,
            SubscriptionId = id.SubscriptionId!,
            Location = AzureRegion.Normalize(wire.Location ?? ""),
            ProvisioningState = properties.ProvisioningState,
            FriendlyName = properties.FriendlyName,
            PublicNetworkAccess = properties.PublicNetworkAccess,
            HasPrivateEndpoint = properties.PrivateEndpointConnections?.Any(static c =>
                string.Equals(c.Properties?.PrivateLinkServiceConnectionState?.Status, "Approved", StringComparison.OrdinalIgnoreCase))
                ?? false,
            StorageAccountId = properties.StorageAccount,
            ContainerRegistryId = properties.ContainerRegistry,
            KeyVaultId = properties.KeyVault,
            V1LegacyMode = properties.V1LegacyMode,
            Tags = wire.Tags ?? [],
        };
    }

    /// <summary>The scoring address of an AKS compute.</summary>
    internal static string? ScoringAddress(this WireCompute wire) => wire.Properties?.Properties?.SystemServices
        ?.FirstOrDefault(
            static s => string.Equals(s.SystemServiceType, "ScoringFrontEnd", StringComparison.OrdinalIgnoreCase))?.PublicIpAddress;

    internal static AksCompute ToAksCompute(this WireCompute wire)
    {
        var id = AnswerIds.Of(wire);
        var properties = wire.Properties ?? new();
        var aks = properties.Properties ?? new();
        var scoring = wire.ScoringAddress();
        return new AksCompute
        {
            Id = id.ToString(),
            Name = id.Name,
            ResourceGroupName = id.ResourceGroupName!,
            WorkspaceName = id.Parent!.Name,
            SubscriptionId = id.SubscriptionId!,
            ComputeType = wire.IsKubernetes() ? "Kubernetes" : "AKS",
            Location = (properties.ComputeLocation ?? wire.Location) is { } region ? AzureRegion.Normalize(region) : null,
            ProvisioningState = properties.ProvisioningState,
            ClusterId = properties.ResourceId,
            IsAttached = properties.IsAttachedCompute,
            AgentCount = aks.AgentCount,
            AgentVmSize = aks.AgentVmSize,
            ClusterPurpose = Enum.TryParse<ClusterPurpose>(aks.ClusterPurpose, ignoreCase: true, out var purpose) ? purpose : null,
            ClusterFqdn = aks.ClusterFqdn,
            SubnetId = aks.AksNetworkingConfiguration?.SubnetId,
            ServiceCidr = aks.AksNetworkingConfiguration?.ServiceCidr,
            DnsServiceIP = aks.AksNetworkingConfiguration?.DnsServiceIP,
            DockerBridgeCidr = aks.AksNetworkingConfiguration?.DockerBridgeCidr,
            LoadBalancerType = Enum.TryParse<LoadBalancerType>(aks.LoadBalancerType, ignoreCase: true, out var type) ? type : null,
            LoadBalancerSubnet = aks.LoadBalancerSubnet,
            ScoringIPAddress = scoring,
            IsPrivate = Ipv4Address.TryParse(scoring, out var address, out _) ? address.IsPrivate : null,
            SslStatus = aks.SslConfiguration?.Status,
            SslCname = aks.SslConfiguration?.Cname,
            SslLeafDomainLabel = aks.SslConfiguration?.LeafDomainLabel,
            Description = properties.Description,
            Tags = wire.Tags ?? [],
            CreatedOn = properties.CreatedOn,
            ModifiedOn = properties.ModifiedOn,
            Errors = properties.ProvisioningErrors is { ValueKind: JsonValueKind.Array } errors
                ? [.. errors.EnumerateArray().Select(ArmErrors.Read).OfType<ArmErrorDetail>()]
                : [],
        };
    }

    internal static RoleAssignmentFacts? ToFacts(this WireRoleAssignment wire) =>
        wire is { Id: { } id, Properties: { PrincipalId: { } principal, RoleDefinitionId: { } role } properties }
            ? new RoleAssignmentFacts(id, properties.Scope ?? ScopeOf(id), principal, role)
            {
                Condition = properties.Condition,
                CreatedOn = properties.CreatedOn,
            }
            : null;

    internal static LockFacts ToFacts(this WireLock wire) =>
        wire.Id is { } id
            && id.LastIndexOf("/providers/Microsoft.Authorization/locks/", StringComparison.OrdinalIgnoreCase) is var at and > 0
            ? new LockFacts(id, id[..at], wire.Properties?.Level)
            : throw Problems.AnswerMisshapen("locks", "a lock has no id", null);

    internal static DenyAssignmentFacts ToFacts(this WireDenyAssignment wire) =>
        wire is { Id: { } id, Properties: { Permissions: { } permissions, Principals: { } principals } properties }
            ? new DenyAssignmentFacts
            {
                Id = id,
                Name = properties.DenyAssignmentName,
                Scope = properties.Scope ?? ScopeOf(id),
                Permissions = [.. permissions.Select(static p => new RolePermission(p.Actions ?? [], p.NotActions ?? []))],
                Principals = ToFacts(principals),
                ExcludedPrincipals = ToFacts(properties.ExcludePrincipals ?? []),
                DoNotApplyToChildScopes = properties.DoNotApplyToChildScopes == true,
                IsSystemProtected = properties.IsSystemProtected,
                Condition = properties.Condition,
            }
            : throw Problems.AnswerMisshapen(wire.Id ?? "denyAssignments", "a deny assignment does not say what it takes from whom", null);

    private static DeniedPrincipal[] ToFacts(WireDeniedPrincipal[] wire) =>
        [.. wire.Select(static one => new DeniedPrincipal(one.Id ?? "", one.Type))];

    internal static RoleDefinitionFacts? ToFacts(this WireRoleDefinition wire) =>
        wire is { Id: { } id, Properties: { } properties }
            ? new RoleDefinitionFacts
            {
                Id = id,
                RoleName = properties.RoleName ?? id,
                Permissions =
                    [.. (properties.Permissions ?? []).Select(static p => new RolePermission(p.Actions ?? [], p.NotActions ?? []))],
            }
            : null;

    /// <summary>Whether the answer has a list of rules, each of which says what it does; without that the group may do anything.</summary>
    internal static bool HasReadableRules(this WireSecurityGroup wire) =>
        wire.Properties?.SecurityRules is { } rules && rules.All(static rule =>
        rule.Properties is { Priority: not null } own && own.Direction?.ToUpperInvariant() is "INBOUND" or "OUTBOUND"
            && own.Access?.ToUpperInvariant() is "ALLOW" or "DENY");

    internal static NetworkSecurityGroupFacts ToFacts(this WireSecurityGroup wire) => new()
    {
        Id = wire.Id ?? "",
        Rules = [.. (wire.Properties?.SecurityRules ?? []).Select(ToFacts)],
        DefaultRules = wire.Properties?.DefaultSecurityRules is { Length: > 0 } defaults ? [.. defaults.Select(ToFacts)]
            : NetworkSecurityGroupFacts.Defaults,
    };

    internal static SecurityRuleFacts ToFacts(this WireSecurityRule wire)
    {
        var rule = wire.Properties ?? new();
        return new SecurityRuleFacts
        {
            Name = wire.Name ?? "",
            Priority = rule.Priority ?? 0,
            IsFailed = rule.ProvisioningState is "Failed" or "Canceled",
            Direction = string.Equals(rule.Direction, "Outbound", StringComparison.OrdinalIgnoreCase) ? RuleDirection.Outbound
                : RuleDirection.Inbound,
            Access = string.Equals(rule.Access, "Allow", StringComparison.OrdinalIgnoreCase) ? RuleAccess.Allow : RuleAccess.Deny,
            Protocol = rule.Protocol ?? "*",
            SourceAddressPrefixes = Both(rule.SourceAddressPrefix, rule.SourceAddressPrefixes),
            SourcePortRanges = Both(rule.SourcePortRange, rule.SourcePortRanges),
            DestinationAddressPrefixes = Both(rule.DestinationAddressPrefix, rule.DestinationAddressPrefixes),
            DestinationPortRanges = Both(rule.DestinationPortRange, rule.DestinationPortRanges),
            SourceApplicationSecurityGroups = [.. (rule.SourceApplicationSecurityGroups ?? []).Select(static g => g.Id).OfType<string>()],
            DestinationApplicationSecurityGroups =
                [.. (rule.DestinationApplicationSecurityGroups ?? []).Select(static g => g.Id).OfType<string>()],
        };
    }

    /// <summary>A provider fills either the singular or the plural member.</summary>
    private static string[] Both(string? one, string[]? many) => string.IsNullOrEmpty(one) ? many ?? [] : [one, .. many ?? []];

    private static string ScopeOf(string assignmentId)
    {
        var end = assignmentId.LastIndexOf("/providers/Microsoft.Authorization/", StringComparison.OrdinalIgnoreCase);
        return end <= 0 ? "/" : assignmentId[..end];
    }
}
