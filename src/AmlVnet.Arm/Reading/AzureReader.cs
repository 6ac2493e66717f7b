using AmlVnet.Arm.SignIn;

namespace AmlVnet.Arm.Reading;

/// <summary>What one command reads: each resource once, shared by all records of its pipeline.</summary>
internal class AzureReader : ServiceClients
{
    private readonly Snapshot _snapshot;

    internal AzureReader(AzureConnection connection) : this(connection, new Snapshot())
    {
    }

    private AzureReader(AzureConnection connection, Snapshot snapshot)
        : base(connection.Endpoint.With(snapshot), connection.ClusterVersions)
    {
        _snapshot = snapshot;
        Connection = connection;
        Graph = connection.Graph.With(snapshot);
        Clusters = new ClusterLookup(this);
        Rights = new SubnetRights(this);
        Caller = new CallerReading(this);
        Facts = new FactsReader(this);
        Cloud = new CloudReading(this);
        Preflight = new Preflight(this);
        Endpoints = new Endpoints(this);
        Kubernetes = new KubernetesReader(this);
    }

    internal AzureConnection Connection { get; }

    internal ConnectionOptions Options => Connection.Options;

    internal bool IsSimulator => Options.IsSimulator;

    internal DateTimeOffset Now => Connection.Now;

    internal OperationWait Wait => Connection.Wait;

    internal GraphClient Graph { get; }

    internal ClusterLookup Clusters { get; }

    internal SubnetRights Rights { get; }

    internal CallerReading Caller { get; }

    internal FactsReader Facts { get; }

    internal CloudReading Cloud { get; }

    internal Preflight Preflight { get; }

    internal Endpoints Endpoints { get; }

    internal KubernetesReader Kubernetes { get; }

    internal Fleet Fleet => new(this);

    internal Listings Listings => new(Connection);

    internal Alternatives Alternatives => new(this);

    /// <summary>Lists that the records of a pipeline share.</summary>
    internal SharedLists Lists { get; } = new();

    /// <summary>A cluster; null where it does not exist.</summary>
    internal Task<WireManagedCluster?> FindClusterAsync(ArmId id, CancellationToken cancel) =>
        Lists.FindAsync(ResourceTypes.Cluster, id, ManagedClusters.ListAsync, ManagedClusters.FindAsync, static one => one.Id, cancel);

    /// <inheritdoc cref="AzureConnection.OnceAsync"/>
    internal Task<T> OnceAsync<T>(string key, Func<Task<T>> read) where T : notnull => Connection.OnceAsync(key, read);

    /// <summary>Forgets what was read of a resource, of what is under it,
    /// and of the lists that it is in: it is read anew when it is asked for.</summary>
    internal void Forget(string id) => _snapshot.Forget(id);

    /// <summary>Forgets which computes a workspace has.</summary>
    internal void ForgetComputesOf(ArmId workspace) => _snapshot.ForgetOne($"{workspace}/computes");

    /// <summary>Forgets who has which roles.</summary>
    internal void ForgetRoles() => _snapshot.ForgetType("Microsoft.Authorization/roleAssignments");

    /// <summary>Forgets clusters, their load balancers, and the addresses that are taken in networks.</summary>
    internal void ForgetClusters()
    {
        string[] types =
        [
            ResourceTypes.Cluster, ResourceTypes.VirtualNetwork, "Microsoft.Network/loadBalancers", "Microsoft.Network/publicIPAddresses",
            "Microsoft.Network/networkSecurityGroups",
        ];
        foreach (var type in types) _snapshot.ForgetType(type);
    }

    /// <summary>The compute as it is at this moment; null where it does not exist.</summary>
    internal Task<WireCompute?> FindComputeNowAsync(ArmId id, CancellationToken cancel)
    {
        Forget(id.ToString());
        return Computes.FindAsync(id, cancel);
    }

    /// <summary>The security group as it is at this moment; null where it does not exist.</summary>
    internal Task<WireSecurityGroup?> FindSecurityGroupNowAsync(ArmId id, CancellationToken cancel)
    {
        Forget(id.ToString());
        return Networks.FindSecurityGroupAsync(id, cancel);
    }
}
