using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Access;
using AmlVnet.Core.Ids;
using AmlVnet.Simulator;

namespace AmlVnet.Conformance.Tests;

/// <summary>What the module's commands do, each at least once, in worlds of each kind.</summary>
internal static class ModuleTraffic
{
    internal static readonly ArmId Workspace = ArmId.ForWorkspace(AzureSimulator.SubscriptionId, "myworkspacegroup", "myworkspace");
    internal static readonly ArmId Cluster = ArmId.ForCluster(AzureSimulator.SubscriptionId, "myaksgroup", "myakscluster");
    private static readonly ArmId Subnet = ArmId.ForSubnet(AzureSimulator.SubscriptionId, "mygroup", "mynetwork", "default");

    internal static async Task<List<Exchange>> RecordAsync(CancellationToken cancel)
    {
        var all = new List<Exchange>();
        foreach (var scenario in new[] { "how-to", "user-assigned", "service-principal" })
            all.AddRange(await ChainAsync(scenario, cancel));
        all.AddRange(await AttachAsync(cancel));
        all.AddRange(await EndpointAsync(cancel));
        all.AddRange(await RefusalsAsync(cancel));
        all.AddRange(await FleetAsync(cancel));
        all.AddRange(await KubernetesTraffic.RecordAsync(cancel));
        return all;
    }

    /// <summary>Create, check, grant, go private, go public, revoke, delete.</summary>
    private static async Task<List<Exchange>> ChainAsync(string scenario, CancellationToken cancel)
    {
        using var world = await new RecordedWorld(scenario).SignInAsync(cancel);
        var azure = world.Azure;
        var id = Workspace.Child("computes", "newaks");
        await DoAsync(azure.AksComputes.PlanCreateAsync(Creation("newaks", Tls(scenario)), wait: true, cancel), cancel);
        await foreach (var _ in azure.AksComputes.ListAsync(Workspace, cancel)) { }
        await foreach (var _ in azure.KubernetesComputes.ListEitherAsync(Workspace, cancel)) { }
        await azure.AksComputes.GetAsync(id, cancel);
        await azure.Preflight.ReadPostureAsync(id, cancel);
        await azure.Clusters.GetIdentityAsync(await azure.Clusters.FindAsync(id, cancel), cancel);
        foreach (var level in Enum.GetValues<NetworkScopeLevel>())
        {
            await DoAsync(azure.Access.PlanGrantAsync(new() { Cluster = id, Level = level }, cancel), cancel);
            if (level != NetworkScopeLevel.Subnet)
                await DoAsync(azure.Access.PlanRevokeAsync(new() { Cluster = id, Level = level }, allLevels: false, keepShared: false,
                    cancel), cancel);
        }

        var inward =
            new LoadBalancerRequest { Compute = id, Wish = new() { Type = LoadBalancerType.InternalLoadBalancer, SubnetName = "default" } };
        await DoAsync(azure.LoadBalancers.PlanAsync(inward, cancel), cancel);
        await azure.Endpoints.GetAsync(id, cancel);
        await azure.Preflight.ReadPostureAsync(id, cancel);
        await DoAsync(azure.LoadBalancers.PlanAsync(new() { Compute = id, Wish = new() { Type = LoadBalancerType.PublicIp } }, cancel),
            cancel);
        await DoAsync(azure.Access.PlanRevokeAsync(new() { Cluster = id }, allLevels: true, keepShared: false, cancel), cancel);
        await azure.AksComputes.ListDoomedAsync(id, cancel);
        await DoAsync(azure.AksComputes.PlanRemoveAsync(id, UnderlyingResourceAction.Delete, wait: true, cancel), cancel);
        return world.Exchanges;
    }

    private static async Task<List<Exchange>> AttachAsync(CancellationToken cancel)
    {
        using var world = await new RecordedWorld("user-assigned").SignInAsync(cancel);
        var azure = world.Azure;
        var id = Workspace.Child("computes", "attached");
        await DoAsync(azure.AksComputes.PlanAttachAsync(new(id, Cluster, new()
        {
            ClusterPurpose = ClusterPurpose.DevTest,
            Description = "A cluster of ours",
            Tags = new Dictionary<string, string> { ["team"] = "scoring" },
        })
        {
            Tls = new() { LeafDomainLabel = "mylabel", OverwriteExistingDomain = true },
        }, wait: true, cancel), cancel);
        await azure.Preflight.ReadPostureAsync(id, cancel);
        await DoAsync(azure.AksComputes.PlanRemoveAsync(id, UnderlyingResourceAction.Detach, wait: true, cancel), cancel);
        await azure.Preflight.ReadPostureAsync(Cluster, cancel);
        return world.Exchanges;
    }

    private static async Task<T?> FirstAsync<T>(IAsyncEnumerable<T> list) where T : class
    {
        await foreach (var one in list) return one;
        return null;
    }

    /// <summary>Rules of a locked-down network security group: endpoint and studio, opened and closed.</summary>
    private static async Task<List<Exchange>> EndpointAsync(CancellationToken cancel)
    {
        using var world = await new RecordedWorld("locked-down").SignInAsync(cancel);
        var azure = world.Azure;
        var id = Workspace.Child("computes", "newaks");
        await DoAsync(azure.NetworkRules.PlanOutboundAsync(Subnet, OutboundProfile.All, null, isOpened: true, true, cancel), cancel);
        await DoAsync(azure.AksComputes.PlanCreateAsync(Creation("newaks", null), wait: true, cancel), cancel);
        await DoAsync(azure.NetworkRules.PlanScoringAsync(id, ["203.0.113.0/24", "198.51.100.7"], true, cancel), cancel);
        await azure.Preflight.ReadPostureAsync(id, cancel);
        await DoAsync(azure.NetworkRules.PlanCloseScoringAsync(id, true, cancel), cancel);
        await DoAsync(azure.NetworkRules.PlanOutboundAsync(id, OutboundProfile.All, null, isOpened: false, true, cancel), cancel);
        await RouteAsync(world, cancel);
        await world.Azure.Preflight.ReadPostureAsync(id, cancel);
        // A simulator without the type refuses it, and then there is no answer to compare.
        await FactsReader.TryAsync(() => azure.Networks.FindPrivateEndpointAsync(ArmId.Parse(
            $"{RecordedWorld.Subscription}/resourceGroups/mygroup/providers/Microsoft.Network/privateEndpoints/none"), cancel), "");
        var network = $"{RecordedWorld.Subscription}/resourceGroups/mygroup/providers/Microsoft.Network";
        await FactsReader.TryAsync(() => azure.ContainerRegistries.FindAsync(ArmId.Parse(
            $"{RecordedWorld.Subscription}/resourceGroups/mygroup/providers/Microsoft.ContainerRegistry/registries/none"), cancel), "");
        await FactsReader.TryAsync(
            () => FirstAsync(azure.PrivateZones.ListGroupsAsync(ArmId.Parse($"{network}/privateEndpoints/none"), cancel)), "");
        await FactsReader.TryAsync(
            () => FirstAsync(azure.PrivateZones.ListLinksAsync(ArmId.Parse($"{network}/privateDnsZones/none"), cancel)), "");
        // All subscriptions, and a management group that nobody knows: then it is asked itself.
        await foreach (var _ in azure.Fleet.WorkspacesAsync(new(null), static e => throw e, cancel))
        {
        }

        await FactsReader.TryAsync(() => FirstAsync(azure.Fleet.WorkspacesAsync(new(["none"]), static e => throw e, cancel)), "");
        await FirstAsync(azure.RoleAssignments.ListAtAsync(Subnet, cancel));
        await azure.Networks.GetServiceTagsAsync(AzureSimulator.SubscriptionId, "eastus2", cancel);
        return world.Exchanges;
    }

    /// <summary>Gives the nodes' subnet a route table, as its owner would.</summary>
    private static async Task RouteAsync(RecordedWorld world, CancellationToken cancel)
    {
        var group = RecordedWorld.Subscription + "/resourceGroups/mygroup/providers/Microsoft.Network";
        await world.SendAsync("PUT", $"{group}/routeTables/routes?api-version=2023-09-01",
            """{"location":"eastus2","properties":{}}""", cancel);
        world.Pass(TimeSpan.FromMinutes(1));
        var (_, subnet, _) = await world.SendAsync("GET", $"{Subnet}?api-version=2023-09-01", null, cancel);
        var prefix = JsonNode.Parse(subnet)!["properties"]!["addressPrefix"]!.ToJsonString();
        var (status, _, _) = await world.SendAsync("PUT", $"{Subnet}?api-version=2023-09-01",
            $$"""{"properties":{"addressPrefix":{{prefix}},"routeTable":{"id":"{{group}}/routeTables/routes"} } }""", cancel);
        Assert.Equal(200, status);
        world.Pass(TimeSpan.FromMinutes(1));
    }

    /// <summary>What the services answer to what they refuse.</summary>
    private static async Task<List<Exchange>> RefusalsAsync(CancellationToken cancel)
    {
        using var world = await new RecordedWorld("existing-cluster").SignInAsync(cancel);
        var azure = world.Azure;
        await Assert.ThrowsAnyAsync<AmlVnetException>(() => azure.AksComputes.GetAsync(Workspace.Child("computes", "nothing"), cancel));
        var role = ArmId.ForRoleDefinition(AzureSimulator.SubscriptionId, WellKnownRoles.NetworkContributorId).ToString();
        var assignment = ArmId.ForResourceGroup(AzureSimulator.SubscriptionId, "mygroup").RoleAssignment(Guid.NewGuid().ToString());
        await Assert.ThrowsAnyAsync<AmlVnetException>(() =>
            azure.RoleAssignments.PutAsync(assignment, role, Guid.NewGuid().ToString(), cancel));
        // A switch without the right ends as Failed, and the compute keeps the reason.
        var id = Workspace.Child("computes", "myaks");
        var now = (await azure.Computes.FindAsync(id, cancel))!;
        var wanted = LoadBalancerSteps.UpdateOf(now, LoadBalancerType.InternalLoadBalancer, "default");
        var accepted = await azure.Computes.PutAsync(id, wanted, cancel);
        // And a second one is refused while the first one runs, and so is a removal.
        await Assert.ThrowsAnyAsync<AmlVnetException>(() => azure.Computes.PutAsync(id, wanted, cancel));
        await Assert.ThrowsAnyAsync<AmlVnetException>(() => azure.Computes.DeleteAsync(id, UnderlyingResourceAction.Detach, cancel));
        await Assert.ThrowsAnyAsync<AmlVnetException>(() => azure.Wait.WaitAsync(accepted, "switch", azure.Now, null, cancel));
        await azure.AksComputes.GetAsync(id, cancel);
        return world.Exchanges;
    }

    private static async Task<List<Exchange>> FleetAsync(CancellationToken cancel)
    {
        using var world = await new RecordedWorld("fleet").SignInAsync(cancel);
        var azure = world.Azure;
        var subscription = ArmId.ForSubscription(AzureSimulator.SubscriptionId);
        var workspaces = new List<ArmId>();
        await foreach (var workspace in azure.Workspaces.ListAsync(subscription, cancel)) workspaces.Add(ArmId.Parse(workspace.Id));
        foreach (var workspace in workspaces)
            await foreach (var _ in azure.AksComputes.ListAsync(workspace, cancel)) { }
        var group = workspaces[0].Parent!;
        await foreach (var _ in azure.Workspaces.ListAsync(group, cancel)) { }
        await azure.Workspaces.TurnOffLegacyModeAsync(workspaces[0], cancel);
        await foreach (var _ in azure.ManagedClusters.ListAsync(group, cancel)) { }
        await foreach (var _ in azure.Networks.ListAsync(group, cancel)) { }
        await foreach (var _ in azure.ManagedClusters.ListAsync(subscription, cancel)) { }
        await foreach (var _ in azure.Networks.ListAsync(subscription, cancel)) { }
        await foreach (var _ in azure.VmSizes.ListAsync(AzureSimulator.SubscriptionId, "eastus2", cancel)) { }
        await foreach (var _ in azure.Subscriptions.ListLocationsAsync(AzureSimulator.SubscriptionId, cancel)) { }
        return world.Exchanges;
    }

    private static ComputeRequest Creation(string name, TlsSettings? tls) => new(Workspace.Child("computes", name), new()
    {
        Description = "Scoring",
        AgentCount = 4,
        AgentVmSize = "Standard_D4s_v3",
        ClusterPurpose = ClusterPurpose.FastProd,
        SubnetId = Subnet.ToString(),
        ServiceCidr = "10.0.0.0/16",
        DnsServiceIP = "10.0.0.10",
        DockerBridgeCidr = "172.17.0.1/16",
        Tags = new Dictionary<string, string> { ["env"] = "test" },
    })
    { Tls = tls };

    private static TlsSettings? Tls(string scenario) => scenario == "how-to"
        ? new() { CertificatePem = "-----BEGIN CERTIFICATE-----", KeyPem = "-----BEGIN PRIVATE KEY-----", Cname = "scoring.example.com" }
        : null;

    private static async Task DoAsync<T>(Task<PlannedWork<T>> planning, CancellationToken cancel) where T : class
    {
        var work = await planning;
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, cancel);
        await work.FinishAsync(cancel);
    }
}
