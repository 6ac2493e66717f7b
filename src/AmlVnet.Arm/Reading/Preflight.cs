using AmlVnet.Core.Access;
using AmlVnet.Core.Checks;

namespace AmlVnet.Arm.Reading;

/// <summary>Runs the checks that concern a command before its first write.</summary>
internal sealed class Preflight(AzureReader azure)
{
    /// <summary>Checks a cluster that is to be made.</summary>
    /// <param name="settings">What is asked.</param>
    /// <param name="compute">The compute as it is to be, its defaults filled in.</param>
    /// <param name="workspace">The workspace.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">The subnet or its virtual network does not exist.</exception>
    internal async Task<IReadOnlyList<CheckResult>> CheckCreateAsync(AksComputeSettings settings, ComputeFacts compute,
        WireWorkspace workspace,
        CancellationToken cancel)
    {
        var facts = ArmId.TryParse(settings.SubnetId, ResourceTypes.Subnet, out var subnet, out _)
            ? await azure.Facts.ReadNetworkAsync(subnet, cancel).ConfigureAwait(false)
            : new NetworkFacts();
        RequireSubnet(facts, subnet);
        facts = await azure.Facts.AddWorkspaceAsync(facts with
        {
            Compute = compute,
            Settings = new AddressSettings
            {
                SubnetId = settings.SubnetId,
                ServiceCidr = settings.ServiceCidr,
                DnsServiceIP = settings.DnsServiceIP,
                DockerBridgeCidr = settings.DockerBridgeCidr,
            },
        }, Known.Of(workspace), cancel).ConfigureAwait(false);
        facts = await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false);
        return CheckCatalogue.RunBeforeMaking(facts, CheckStage.Create);
    }

    /// <summary>Checks a cluster that is to be attached;
    /// also tells when the right was granted that an internal load balancer needs.</summary>
    internal async Task<(IReadOnlyList<CheckResult> Findings, DateTimeOffset? GrantedOn)> CheckAttachAsync(ResolvedCluster found,
        ComputeFacts compute,
        WireWorkspace workspace, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadClusterAsync(found, compute, compute.LoadBalancerSubnet, cancel).ConfigureAwait(false);
        facts = await azure.Facts.AddWorkspaceAsync(facts, Known.Of(workspace), cancel).ConfigureAwait(false);
        facts = await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false);
        var findings = CheckCatalogue.RunBeforeMaking(facts with
        {
            Attachments = await azure.Facts.ReadAttachmentsAsync(ArmId.Parse(compute.Id).Parent!, cancel).ConfigureAwait(false),
        }, CheckStage.Attach);
        return (findings, compute.LoadBalancerType == LoadBalancerType.InternalLoadBalancer ? GrantedOn(facts) : null);
    }

    /// <summary>Checks a switch to an internal load balancer; also tells when the right that it needs was granted.</summary>
    internal async Task<(IReadOnlyList<CheckResult> Findings, DateTimeOffset? GrantedOn)> CheckInternalLoadBalancerAsync(
        ComputeFacts wanted,
        ResolvedCluster found, CancellationToken cancel)
    {
        var facts = await azure.Facts.ReadClusterAsync(found, wanted, wanted.LoadBalancerSubnet, cancel).ConfigureAwait(false);
        return (CheckCatalogue.Run(facts, CheckStage.SwitchLoadBalancer), GrantedOn(facts));
    }

    internal static DateTimeOffset? GrantedOn(NetworkFacts facts)
    {
        var place = facts.LoadBalancerSubnet.State == KnownState.NotGathered ? facts.Subnet : facts.LoadBalancerSubnet;
        if (place.Value?.Id is not { } placeId || facts.Identity.Value is not { } identity || facts.Roles.Value is not { } roles)
            return null;
        var right = new EffectiveRights(roles.Assignments, roles.Definitions).EvaluateSubnetJoin(identity.PrincipalId, ArmId.Parse(placeId),
            roles.GroupIds);
        return right.Granted == Answer.Yes ? right.CreatedOn : null;
    }

    /// <summary>
    /// Reads all that the checks of an existing cluster look at; the compute is null for a bare cluster. Locks and deny assignments stop
    /// changes only: a command that is about to change something has them read by the checks of that change.
    /// </summary>
    /// <param name="id">A compute of either kind, or a cluster.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <param name="withLocks">Whether locks and deny assignments are read.</param>
    /// <param name="isKubernetesWished">Whether a cluster is looked at as one that is to get the Azure Machine Learning extension.</param>
    /// <param name="listed">The compute as a list of this command has it; null reads it.</param>
    internal async Task<(NetworkFacts Facts, AksCompute? Compute)> ReadPostureAsync(ArmId id, CancellationToken cancel,
        bool withLocks = true,
        bool isKubernetesWished = false, ListedCompute? listed = null)
    {
        var reading = new KubernetesRouteReading(azure);
        ResolvedCluster found;
        if (id.IsType(ResourceTypes.Compute))
        {
            var wire = listed?.Wire ?? await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false)
                ?? throw Problems.ResourceNotFound("compute", id.ToString());
            ClusterLookup.RequireAks(id, wire, orKubernetes: true);
            // A compute whose creation failed, or still runs, names no cluster.
            if (!ArmId.TryParse(wire.Properties?.ResourceId, ResourceTypes.Cluster, out var clusterId, out _))
                return await ReadWithoutClusterAsync(id, wire, default, cancel).ConfigureAwait(false);
            var cluster = await FactsReader.TryAsync(
                () => azure.FindClusterAsync(clusterId, cancel), $"The cluster '{clusterId}' does not exist.").ConfigureAwait(false);
            if (cluster.Value is not { } known)
                return await ReadWithoutClusterAsync(id, wire,
                    cluster.State == KnownState.Unknown ? Known.Unknown<ClusterFacts>(cluster.Why!) : Known.None<ClusterFacts>(cluster.Why),
                    cancel).ConfigureAwait(false);
            found = await reading.AddAsync(new ResolvedCluster(clusterId, known, id, wire), cancel).ConfigureAwait(false);
        }
        else
        {
            found = await azure.Clusters.FindAsync(id, cancel).ConfigureAwait(false);
            found = found with { Route = await reading.ReadAsync(found, cancel, isKubernetesWished).ConfigureAwait(false) };
        }

        var compute = found.Shown;
        var facts = await azure.Facts.ReadClusterAsync(found, compute is null ? null : ComputeFacts.From(compute),
            compute?.LoadBalancerSubnet, cancel,
            withLocks: withLocks).ConfigureAwait(false);
        facts = facts with { Kubernetes = found.Route };
        if (found.ComputeId is not { Parent: { } workspace })
            return (await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false), compute);
        facts = await azure.Facts.AddWorkspaceAsync(facts, workspace, cancel, withLocks).ConfigureAwait(false);
        facts = await azure.Cloud.AddAsync(facts, cancel).ConfigureAwait(false);
        return (facts with { Attachments = await azure.Facts.ReadAttachmentsAsync(workspace, cancel).ConfigureAwait(false) }, compute);
    }

    /// <summary>What can be said of a compute whose cluster is not there or may not be read.</summary>
    private async Task<(NetworkFacts Facts, AksCompute? Compute)> ReadWithoutClusterAsync(ArmId id, WireCompute wire,
        Known<ClusterFacts> cluster,
        CancellationToken cancel)
    {
        var compute = wire.ToAksCompute();
        var network = wire.Properties?.Properties?.AksNetworkingConfiguration;
        var facts = ArmId.TryParse(network?.SubnetId, ResourceTypes.Subnet, out var subnet, out _)
            ? await azure.Facts.ReadNetworkAsync(subnet, cancel).ConfigureAwait(false)
            : new NetworkFacts { Subnet = Unread<SubnetFacts>(), VirtualNetwork = Unread<VirtualNetworkFacts>() };
        facts = await azure.Facts.AddWorkspaceAsync(facts with
        {
            Compute = ComputeFacts.From(compute),
            Cluster = cluster,
            Kubernetes = !wire.IsKubernetes() ? null : new KubernetesRouteFacts
            {
                Namespace = wire.Properties?.Properties?.Namespace ?? "",
                Extensions = Known.Unknown<IReadOnlyList<ExtensionFacts>>(cluster.Why ?? "The compute names no cluster."),
            },
            Settings = new AddressSettings
            {
                SubnetId = network?.SubnetId,
                ServiceCidr = network?.ServiceCidr,
                DnsServiceIP = network?.DnsServiceIP,
                DockerBridgeCidr = network?.DockerBridgeCidr,
            },
            Identity = Unread<AksClusterIdentity>(),
            Roles = Unread<RoleFacts>(),
            LoadBalancers = Unread<IReadOnlyList<LoadBalancerFacts>>(),
            InterfaceSecurityGroups = Unread<IReadOnlyList<NetworkSecurityGroupFacts>>(),
        }, id.Parent!, cancel).ConfigureAwait(false);
        return (facts with { Attachments = await azure.Facts.ReadAttachmentsAsync(id.Parent!, cancel).ConfigureAwait(false) }, compute);

        Known<T> Unread<T>() where T : class => cluster.State == KnownState.Unknown ? Known.Unknown<T>(cluster.Why!) : default;
    }

    internal static void RequireSubnet(NetworkFacts facts, ArmId? subnet)
    {
        if (subnet is null) return;
        if (facts.VirtualNetwork.State == KnownState.None) throw Problems.ResourceNotFound("virtual network", subnet.Parent!.ToString());
        if (facts.Subnet.State == KnownState.None) throw Problems.ResourceNotFound("subnet", subnet.ToString(), facts.Subnet.Why);
    }
}
