using AmlVnet.Arm.Carrying;
using AmlVnet.Arm.Clients;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Ids;
using AmlVnet.Core.Remedies;
using AmlVnet.Simulator;

namespace AmlVnet.Conformance.Tests;

/// <summary>What the module's commands of the Kubernetes route do.</summary>
internal static class KubernetesTraffic
{
    private static ArmId Cluster => ModuleTraffic.Cluster;

    private static ArmId Workspace => ModuleTraffic.Workspace;

    private static readonly ArmId Zone = ArmId.ForResourceGroup(AzureSimulator.SubscriptionId, "mygroup")
        .Extension("Microsoft.Network", "privateDnsZones", "contoso.internal");

    /// <summary>Register, grant, install, attach, look, change, detach, uninstall.</summary>
    internal static async Task<List<Exchange>> RecordAsync(CancellationToken cancel)
    {
        using var world = await new RecordedWorld("kubernetes").SignInAsync(cancel);
        var azure = world.Azure;
        await foreach (var _ in azure.Permissions.ListAsync(Workspace.Parent!, cancel)) { }
        await foreach (var _ in azure.Permissions.ListAsync(Cluster, cancel)) { }
        await DoAsync(azure.Access.PlanGrantAsync(new() { Cluster = Cluster, Level = NetworkScopeLevel.Subnet }, cancel), cancel);
        var files = await FilesAsync(cancel);
        await DoAsync(azure.AksExtensions.PlanInstallAsync(new(Cluster, wish => wish with
        {
            CertificateFile = files.Certificate,
            KeyFile = files.Key,
            Cname = "score.contoso.internal",
        })
        {
            UseRunCommand = true,
            Version = "1.1.80",
        }, cancel), cancel);
        await DoAsync(azure.AksExtensions.PlanUpdateAsync(new(Cluster,
            static wish => wish with { TlsSecret = "scoring-tls", Training = true, HighAvailability = true }), cancel), cancel);
        await DoAsync(azure.AksExtensions.PlanGrantAsync(Cluster, Workspace, cancel), cancel);
        await AttachAsync(azure, cancel);
        await RecordsAsync(azure, cancel);
        await DoAsync(azure.AksExtensions.PlanRevokeAsync(Cluster, Workspace, cancel), cancel);
        await DoAsync(Task.FromResult((await azure.AksExtensions.PlanUninstallAsync(Cluster, true, cancel)).Work), cancel);
        return world.Exchanges;
    }

    private static async Task AttachAsync(AzureWork azure, CancellationToken cancel)
    {
        var id = Workspace.Child("computes", "myk8s");
        await DoAsync(azure.KubernetesComputes.PlanAttachAsync(new()
        {
            Id = id,
            Cluster = Cluster,
            Namespace = "scoring",
            Description = "Scoring",
            Tags = new Dictionary<string, string> { ["team"] = "scoring" },
            DefaultInstanceType = "small",
            InstanceTypes = new Dictionary<string, InstanceTypeWish>
            {
                ["small"] = new(new Dictionary<string, string> { ["pool"] = "cpu" }, new Dictionary<string, string> { ["cpu"] = "1" },
                    new Dictionary<string, string> { ["cpu"] = "2", ["memory"] = "4Gi" }),
            },
        }, useRunCommand: true, cancel), cancel);
        await foreach (var _ in azure.KubernetesComputes.ListAsync(Workspace, cancel)) { }
        await azure.KubernetesComputes.GetEitherAsync(id, cancel);
        await new ClusterCommands(azure).LookAsync(Cluster, Kubectl.ShowHealth(), cancel);
        await DoAsync(azure.KubernetesComputes.PlanDetachAsync(id, wait: true, cancel), cancel);
    }

    /// <summary>A record of a private DNS zone, made and removed.</summary>
    private static async Task RecordsAsync(AzureWork azure, CancellationToken cancel)
    {
        var record = Zone.Child("A", "score");
        await azure.PrivateDns.FindZoneAsync(Zone, cancel);
        await foreach (var _ in azure.PrivateDns.ListZonesAsync(ArmId.ForSubscription(AzureSimulator.SubscriptionId), cancel)) { }
        await azure.PrivateDns.FindRecordAsync(record, cancel);
        var made = await azure.PrivateDns.PutRecordAsync(record, new WireAddressRecord
        {
            Properties = new()
            {
                Ttl = 300,
                Metadata = new() { ["madeBy"] = "AmlVnet" },
                Addresses = [new() { Ipv4Address = "10.1.0.9" }],
            },
        }, cancel);
        await azure.PrivateDns.DeleteRecordAsync(record, made.Etag, cancel);
    }

    private static async Task<(string Certificate, string Key)> FilesAsync(CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet").FullName;
        var (certificate, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(certificate, "-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n", cancel);
        await File.WriteAllTextAsync(key, "-----BEGIN PRIVATE KEY-----\nc2ltdWxhdGVk\n-----END PRIVATE KEY-----\n", cancel);
        return (certificate, key);
    }

    private static async Task DoAsync<T>(Task<PlannedWork<T>> planning, CancellationToken cancel) where T : class
    {
        var work = await planning;
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, cancel);
        await work.FinishAsync(cancel);
    }
}
