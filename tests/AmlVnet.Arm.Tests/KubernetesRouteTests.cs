using System.Text;
using AmlVnet.Arm.Carrying;
using AmlVnet.Core.Changes;
using AmlVnet.Core.Ids;

namespace AmlVnet.Arm.Tests;

/// <summary>The Kubernetes route as it goes over the wire.</summary>
public sealed class KubernetesRouteTests
{
    private static readonly ArmId Cluster = ArmId.ForCluster(TestCloud.Subscription, "myaksgroup", "myakscluster");

    private static readonly ArmId Extension = ExtensionPlans.IdOf(Cluster, "azureml");

    [Fact]
    public async Task An_installation_registers_the_provider_and_sends_what_the_Azure_CLI_would()
    {
        using var cloud = new TestCloud("kubernetes");
        await GrantAsync(cloud);
        cloud.Handler.Forget();

        var made = (AksAmlExtension)await InstallAsync(cloud,
            static wish => wish with { TlsSecret = "scoring-tls", Cname = "s.contoso.com" });

        Assert.Equal(["POST", "PUT"], cloud.Handler.Changes.Select(static one => one.Method));
        var put = cloud.Handler.Changes.Last();
        Assert.EndsWith("/extensions/azureml?api-version=2023-05-01", put.Uri.PathAndQuery, StringComparison.Ordinal);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            {
              "identity": { "type": "SystemAssigned" },
              "properties": {
                "extensionType": "microsoft.azureml.kubernetes", "autoUpgradeMinorVersion": true, "releaseTrain": "Stable",
                "scope": { "cluster": { "releaseNamespace": "azureml" } },
                "configurationSettings": {
                  "allowInsecureConnections": "False", "clusterId": "{{Cluster}}", "cluster_name": "{{Cluster}}",
                  "cluster_name_friendly": "myakscluster", "domain": "eastus2.cloudapp.azure.com", "enableInference": "True",
                  "enableTraining": "False", "inferenceRouterServiceType": "LoadBalancer", "internalLoadBalancerProvider": "azure",
                  "jobSchedulerLocation": "eastus2", "location": "eastus2", "nginxIngress.enabled": "true",
                  "prometheus.prometheusSpec.externalLabels.cluster_name": "{{Cluster}}", "relayserver.enabled": "false",
                  "scoringFe.serviceType.internalLoadBalancer": "True", "scoringFe.sslSecret": "scoring-tls", "servicebus.enabled": "false",
                  "sslCname": "s.contoso.com", "sslSecret": "scoring-tls"
                }
              }
            }
            """), put.Json), put.Body);
        Assert.Equal(("Succeeded", "Healthy", true), (made.ProvisioningState, made.Health, made.IsInternal));
    }

    [Fact]
    public async Task A_certificate_is_sent_as_base64_and_told_nowhere()
    {
        using var cloud = new TestCloud("kubernetes");
        await GrantAsync(cloud);
        var (certificate, key) = await FilesAsync();

        var made = (AksAmlExtension)await InstallAsync(cloud, wish => wish with
        {
            CertificateFile = certificate,
            KeyFile = key,
            Cname = "s.contoso.com",
        });

        var sent = cloud.Handler.Changes.Last().Json["properties"]!["configurationProtectedSettings"]!;
        Assert.Equal(await File.ReadAllTextAsync(key, TestCloud.Cancel),
            Encoding.UTF8.GetString(Convert.FromBase64String((string)sent["scoringFe.sslKey"]!)));
        Assert.Equal(["scoringFe.sslCert", "scoringFe.sslKey"], made.ProtectedSettingsToGiveAgain);
        Assert.DoesNotContain(cloud.Log.Lines, static line => line.Contains("c2VjcmV0", StringComparison.Ordinal)
            || line.Contains("the-key-of-the-router", StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_attachment_names_cluster_namespace_identity_and_instance_types()
    {
        using var cloud = new TestCloud("kubernetes");
        await GrantAsync(cloud);
        await InstallAsync(cloud, static wish => wish with { AllowsInsecure = true });
        cloud.Handler.Forget();

        var wish = new KubernetesComputeWish
        {
            Id = TestCloud.Workspace.Child("computes", "myk8s"),
            Cluster = Cluster,
            Namespace = "inferencing",
            DefaultInstanceType = "small",
            InstanceTypes = new Dictionary<string, InstanceTypeWish>
            {
                ["small"] = new(new Dictionary<string, string> { ["pool"] = "cpu" }, new Dictionary<string, string> { ["cpu"] = "1" },
                    new Dictionary<string, string> { ["cpu"] = "2", ["memory"] = "4Gi" }),
            },
        };
        var made = (KubernetesCompute)await DoAsync(cloud.Azure.KubernetesComputes.PlanAttachAsync(wish, false, TestCloud.Cancel));

        var put = Assert.Single(cloud.Handler.Changes);
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""
            {
              "location": "eastus2", "identity": { "type": "SystemAssigned" },
              "properties": {
                "computeType": "Kubernetes", "resourceId": "{{Cluster}}",
                "properties": {
                  "namespace": "inferencing", "defaultInstanceType": "small",
                  "instanceTypes": {
                    "small": {
                      "nodeSelector": { "pool": "cpu" },
                      "resources": { "requests": { "cpu": "1" }, "limits": { "cpu": "2", "memory": "4Gi" } }
                    }
                  }
                }
              }
            }
            """), put.Json), put.Body);
        Assert.Equal(("inferencing", "2"), (made.Namespace, made.Kinds[0].Limits["cpu"]));
        Assert.True((await cloud.Azure.KubernetesComputes.PlanAttachAsync(wish, false, TestCloud.Cancel)).Plan.IsDone);
    }

    [Fact]
    public async Task An_update_keeps_what_it_is_not_asked_about()
    {
        using var cloud = new TestCloud("kubernetes");
        await GrantAsync(cloud);
        await InstallAsync(cloud, static wish => wish with
        {
            AllowsInsecure = true,
            Others = new Dictionary<string, string> { ["nodeSelector.pool"] = "cpu" },
        });
        var before = (await cloud.Azure.Kubernetes.FindExtensionAsync(Cluster, TestCloud.Cancel))!.Settings!;

        await DoAsync(cloud.Azure.AksExtensions.PlanUpdateAsync(new(Cluster,
            static wish => wish with { ServiceType = RouterServiceType.NodePort, IsPublic = false }), TestCloud.Cancel));

        var after = (await cloud.Azure.Kubernetes.FindExtensionAsync(Cluster, TestCloud.Cancel))!.Settings!;
        Assert.Equal("cpu", after["nodeSelector.pool"]);
        Assert.Equal(
            ["inferenceRouterServiceType", "internalLoadBalancerProvider", "scoringFe.serviceType.internalLoadBalancer",
                "scoringFe.serviceType.nodePort"],
            before.Keys.Union(after.Keys).Where(key => before.GetValueOrDefault(key) != after.GetValueOrDefault(key))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_failure_is_told_with_its_cause_and_what_to_do()
    {
        using var cloud = new TestCloud("kubernetes");
        var work = await cloud.Azure.AksExtensions.PlanInstallAsync(
            new(Cluster, static wish => wish with { AllowsInsecure = true }), TestCloud.Cancel);
        // The missing right is found beforehand; who goes on all the same meets the code.
        Assert.Contains("AMLVNET-RBAC-001", work.Plan.Blocking.Select(static one => one.Id));

        var failed = await Assert.ThrowsAsync<ArmRequestException>(async () =>
        {
            foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, TestCloud.Cancel);
        });

        Assert.Contains("E40001 LOAD_BALANCER_NOT_SUPPORT", failed.Message, StringComparison.Ordinal);
        Assert.Contains("Grant-AksNetworkContributor", failed.RecommendedAction, StringComparison.Ordinal);
        var extension = ExtensionReport.Of((await cloud.Azure.Kubernetes.FindExtensionNowAsync(Extension, TestCloud.Cancel))!);
        Assert.Equal(("Failed", "Unhealthy", "E40001"), (extension.ProvisioningState, extension.Health, extension.Problems[0].Code));

        // Mended, the same command goes on.
        await GrantAsync(cloud);
        Assert.Equal("Succeeded",
            ((AksAmlExtension)await InstallAsync(cloud, static wish => wish with { AllowsInsecure = true })).ProvisioningState);
    }

    private static Task<object> InstallAsync(TestCloud cloud, Func<ExtensionWish, ExtensionWish> change) => DoAsync(
        cloud.Azure.AksExtensions.PlanInstallAsync(new(Cluster, change), TestCloud.Cancel));

    private static async Task<object> DoAsync(Task<PlannedWork<object>> planning)
    {
        var work = await planning;
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, TestCloud.Cancel);
        return await work.FinishAsync(TestCloud.Cancel);
    }

    private static async Task GrantAsync(TestCloud cloud)
    {
        var work = await cloud.Azure.Access.PlanGrantAsync(new() { Cluster = Cluster, Level = NetworkScopeLevel.Subnet }, TestCloud.Cancel);
        foreach (var step in work.Plan.Steps) await work.CarryOutAsync(step, TestCloud.Cancel);
    }

    private static async Task<(string Certificate, string Key)> FilesAsync()
    {
        var folder = Directory.CreateTempSubdirectory("amlvnet").FullName;
        var (certificate, key) = (Path.Combine(folder, "cert.pem"), Path.Combine(folder, "key.pem"));
        await File.WriteAllTextAsync(certificate, "-----BEGIN CERTIFICATE-----\nc2ltdWxhdGVk\n-----END CERTIFICATE-----\n",
            TestCloud.Cancel);
        await File.WriteAllTextAsync(key, "-----BEGIN PRIVATE KEY-----\nthe-key-of-the-router\n-----END PRIVATE KEY-----\n",
            TestCloud.Cancel);
        return (certificate, key);
    }
}
