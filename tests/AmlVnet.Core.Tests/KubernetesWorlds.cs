namespace AmlVnet.Core.Tests;

/// <summary>A Kubernetes compute with everything in order, to be spoilt by one change at a time.</summary>
internal static class KubernetesWorlds
{
    public static readonly ArmId Extension = Worlds.Cluster.Extension("Microsoft.KubernetesConfiguration", "extensions", "azureml");

    public static ExtensionFacts GoodExtension => new()
    {
        Id = Extension.ToString(),
        Type = ExtensionFacts.MachineLearning,
        State = "Succeeded",
        CurrentVersion = "1.1.85",
        Settings = new Dictionary<string, string>
        {
            ["enableInference"] = "True",
            ["inferenceRouterServiceType"] = "LoadBalancer",
            ["internalLoadBalancerProvider"] = "azure",
            ["scoringFe.serviceType.internalLoadBalancer"] = "True",
            ["allowInsecureConnections"] = "True",
        },
    };

    public static NetworkFacts Good =>
        Worlds.Good.WithCompute(static one => one with { IsKubernetes = true, ClusterPurpose = null, AgentCount = null })
        .WithCluster(static one => one with { Sku = "Base", HasServicePrincipal = false })
        .WithWorkspace(static one => one with { IdentityType = "SystemAssigned" }) with
        {
            Kubernetes = new KubernetesRouteFacts
            {
                Namespace = "inferencing",
                Extensions = Known.Of<IReadOnlyList<ExtensionFacts>>([GoodExtension]),
                Registration = "Registered",
            },
            Attachments =
            Known.Of<IReadOnlyList<AttachedClusterFacts>>([new(Worlds.Compute.ToString(), Worlds.Cluster.ToString(), "Kubernetes")]),
            LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
        [
            new() { Id = "/lb/kubernetes", Sku = "Standard", Frontends = [new("out", null, null, "20.1.1.1")] },
            new() { Id = "/lb/kubernetes-internal", Sku = "Standard", Frontends = [Front("10.1.0.200")] },
        ]),
            Cloud = Worlds.Good.Cloud with { VmSizes = Sizes(("Standard_D4s_v5", 4, 16), ("Standard_D2s_v5", 2, 8)) },
        };

    /// <summary>A private frontend of the nodes' subnet that serves HTTP.</summary>
    public static LoadBalancerFrontendFacts Front(string address) => new("a" + address, address, Worlds.Subnet.ToString()) { Ports = [80] };

    public static NetworkFacts With(params (string Key, string? Value)[] settings)
    {
        var all = new Dictionary<string, string>(GoodExtension.Settings!);
        foreach (var (key, value) in settings)
        {
            if (value is null) all.Remove(key);
            else all[key] = value;
        }

        return Good.WithRoute(
            one => one with { Extensions = Known.Of<IReadOnlyList<ExtensionFacts>>([GoodExtension with { Settings = all }]) });
    }

    public static NetworkFacts WithRoute(this NetworkFacts facts, Func<KubernetesRouteFacts, KubernetesRouteFacts> change) =>
        facts with { Kubernetes = change(facts.Kubernetes!) };

    /// <summary>A workspace that works by a user-assigned identity with these roles on the cluster.</summary>
    public static NetworkFacts ByUserIdentity(params string[] roles)
    {
        (string Name, string[] Actions)[] known =
        [
            ("Reader", ["*/read"]), ("Kubernetes Extension Contributor", ["Microsoft.KubernetesConfiguration/extensions/write"]),
            ("Azure Kubernetes Service Cluster Admin Role",
                ["Microsoft.ContainerService/managedClusters/listClusterAdminCredential/action"]),
        ];
        const string Principal = "11111111-0000-0000-0000-000000000016";
        return Good.WithWorkspace(static one => one with
        {
            IdentityType = "UserAssigned",
            UserIdentity = (Worlds.Workspace.Parent!.Extension("Microsoft.ManagedIdentity", "userAssignedIdentities", "mine").ToString(),
                Principal),
        }).WithRoute(one => one with
        {
            WorkspaceRoles = Known.Of(new RoleFacts
            {
                Assignments =
                    [.. roles.Select(role => new RoleAssignmentFacts($"/a/{role}", Worlds.Cluster.ToString(), Principal, $"/d/{role}"))],
                Definitions = [.. known.Select(static one => new RoleDefinitionFacts
                {
                    Id = $"/d/{one.Name}", RoleName = one.Name, Permissions = [new(one.Actions, [])],
                })],
            }),
        });
    }

    public static NetworkFacts WithFronts(this NetworkFacts facts, params LoadBalancerFrontendFacts[] fronts) => facts with
    {
        LoadBalancers = Known.Of<IReadOnlyList<LoadBalancerFacts>>(
            [facts.LoadBalancers.Value![0], new() { Id = "/lb/kubernetes-internal", Sku = "Standard", Frontends = fronts }]),
    };

    private static Known<IReadOnlyDictionary<string, VmSizeFacts>> Sizes(params (string Name, int Cores, double Memory)[] sizes) =>
        Known.Of<IReadOnlyDictionary<string, VmSizeFacts>>(sizes.ToDictionary(
            static one => one.Name, static one => new VmSizeFacts(one.Cores, null, one.Memory),
            StringComparer.OrdinalIgnoreCase));
}
