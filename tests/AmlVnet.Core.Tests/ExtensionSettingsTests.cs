using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

public sealed class ExtensionSettingsTests
{
    private static readonly ArmId Cluster = ArmId.Parse("/subscriptions/5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36/resourceGroups/myaksgroup"
        + "/providers/Microsoft.ContainerService/managedClusters/myakscluster");

    private static readonly ExtensionWish Insecure = new() { AllowsInsecure = true };

    private static readonly ExtensionWish WithSecret = new() { Cname = "scoring.contoso.internal", TlsSecret = "scoring-tls" };

    private static readonly ExtensionWish WithFiles = new()
    { Cname = "scoring.contoso.internal", CertificateFile = "cert.pem", KeyFile = "key.pem" };

    private static ExtensionSettings Of(ExtensionWish wish, int? nodes = 3) =>
        ExtensionSettings.Of(wish, new ExtensionCluster(Cluster, "EastUS2", nodes));

    [Fact]
    public void The_router_is_internal_unless_it_is_said_otherwise()
    {
        var open = Of(Insecure).Open;
        Assert.Equal(("LoadBalancer", "azure", "True", "True"), (open["inferenceRouterServiceType"], open["internalLoadBalancerProvider"],
            open["scoringFe.serviceType.internalLoadBalancer"], open["allowInsecureConnections"]));
        Assert.Equal(("False", "True"), (open["enableTraining"], open["enableInference"]));
        Assert.Equal((Cluster.ToString(), Cluster.ToString(), "myakscluster"),
            (open["cluster_name"], open["prometheus.prometheusSpec.externalLabels.cluster_name"], open["cluster_name_friendly"]));
        Assert.Equal(("eastus2", "eastus2.cloudapp.azure.com"), (open["location"], open["domain"]));
        Assert.Equal(("false", "false", "true"), (open["servicebus.enabled"], open["relayserver.enabled"], open["nginxIngress.enabled"]));
        var isPublic = Of(Insecure with { IsPublic = true }).Open;
        Assert.DoesNotContain("internalLoadBalancerProvider", isPublic.Keys);
        Assert.DoesNotContain("scoringFe.serviceType.internalLoadBalancer", isPublic.Keys);
        var port = Of(Insecure with { ServiceType = RouterServiceType.NodePort }).Open;
        Assert.Equal(("NodePort", "True"), (port["inferenceRouterServiceType"], port["scoringFe.serviceType.nodePort"]));
        Assert.DoesNotContain("internalLoadBalancerProvider", port.Keys);
        Assert.Null(ExtensionSettings.Impossible(WithFiles, new ExtensionCluster(Cluster, "eastus2", 1)));
        var inside = Of(Insecure with { ServiceType = RouterServiceType.ClusterIP }).Open;
        Assert.DoesNotContain("internalLoadBalancerProvider", inside.Keys);
    }

    [Theory]
    [InlineData(2, "False", "DevTest")]
    [InlineData(3, null, null)]
    [InlineData(null, null, null)]
    public void Availability_and_purpose_follow_the_number_of_nodes(int? nodes, string? available, string? purpose)
    {
        var open = Of(Insecure, nodes).Open;
        Assert.Equal((available, purpose), (open.GetValueOrDefault("inferenceRouterHA"), open.GetValueOrDefault("clusterPurpose")));
    }

    [Fact]
    public void What_was_asked_for_wins_over_the_number_of_nodes()
    {
        var open = Of(Insecure with { HighAvailability = true, Purpose = ClusterPurpose.DenseProd }).Open;
        Assert.Equal(("True", "DenseProd"), (open["inferenceRouterHA"], open["clusterPurpose"]));
        Assert.Equal("DenseProd", Of(Insecure with { Purpose = ClusterPurpose.DenseProd }, 2).Open["clusterPurpose"]);
    }

    [Fact]
    public void Tls_comes_from_a_secret_by_its_name_or_from_files_by_reference()
    {
        var secret = Of(WithSecret);
        Assert.Equal(("scoring-tls", "scoring-tls", "scoring.contoso.internal", "False"), (secret.Open["scoringFe.sslSecret"],
            secret.Open["sslSecret"], secret.Open["sslCname"], secret.Open["allowInsecureConnections"]));
        Assert.Empty(secret.Protected);
        var files = Of(WithFiles);
        Assert.Equal(
        [
            new ProtectedReference("scoringFe.sslCert", "cert.pem", ExtensionValueForm.Base64OfPem),
            new ProtectedReference("scoringFe.sslKey", "key.pem", ExtensionValueForm.Base64OfPem),
        ], files.Protected);
        Assert.DoesNotContain(files.Open, one => one.Key.Contains("sslCert", StringComparison.Ordinal)
            || one.Value.Contains(".pem", StringComparison.Ordinal) || one.Key == "scoringFe.sslSecret");
    }

    public static TheoryData<string> Impossible =>
        ["nothing", "public port", "three on two", "both sources", "half", "none", "no name", "insecure secret", "insecure files"];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void What_cannot_be_is_refused(string which)
    {
        var wish = which switch
        {
            "nothing" => new ExtensionWish { Inference = false },
            "public port" => Insecure with { IsPublic = true, ServiceType = RouterServiceType.NodePort },
            "three on two" => Insecure with { HighAvailability = true },
            "both sources" => WithFiles with { TlsSecret = "scoring-tls" },
            "half" => WithFiles with { KeyFile = null },
            "none" => new ExtensionWish { Cname = "scoring.contoso.internal" },
            "no name" => WithSecret with { Cname = " " },
            "insecure secret" => WithSecret with { AllowsInsecure = true },
            _ => WithFiles with { AllowsInsecure = true },
        };
        var problem = ExtensionSettings.Impossible(wish, new ExtensionCluster(Cluster, "eastus2", which == "three on two" ? 2 : 3));
        Assert.True(problem is { Sentence.Length: > 0, Fix.Length: > 0 }, which);
        Assert.Throws<ArgumentException>(() => Of(wish, which == "three on two" ? 2 : 3));
    }

    [Fact]
    public void Training_alone_has_no_router()
    {
        var open = Of(new ExtensionWish { Inference = false, Training = true, InstallsVolcano = false, InstallsPrometheus = true }).Open;
        Assert.Equal(("True", "False", "False", "True"),
            (open["enableTraining"], open["enableInference"], open["installVolcano"], open["installPromOp"]));
        Assert.DoesNotContain("inferenceRouterServiceType", open.Keys);
    }

    [Fact]
    public void Only_what_differs_is_a_difference()
    {
        var wanted = Of(Insecure);
        var installed = new Dictionary<string, string>(wanted.Open, StringComparer.Ordinal)
        {
            ["enableInference"] = "true",
            ["inferenceRouterServiceType"] = "loadBalancer",
            ["nodeSelector.pool"] = "scoring",
        };
        Assert.Empty(wanted.DifferencesFrom(installed));
        installed.Remove("internalLoadBalancerProvider");
        installed["allowInsecureConnections"] = "False";
        Assert.Equal([new("allowInsecureConnections", "False", "True"), new("internalLoadBalancerProvider", "", "azure")],
            wanted.DifferencesFrom(installed));
    }

    [Fact]
    public void Every_setting_that_is_sent_is_in_the_table_once_and_in_its_map()
    {
        Assert.Equal(ExtensionSetting.All.Count, ExtensionSetting.All.Select(static one => one.Key).Distinct().Count());
        foreach (var settings in new[] { Of(Insecure, 2), Of(WithSecret), Of(WithFiles with { UpgradesOldRouter = true }),
            Of(Insecure with { ServiceType = RouterServiceType.NodePort, InstallsPrometheus = false, InstallsVolcano = false }) })
        {
            Assert.All(settings.Open.Keys, static key => Assert.False(ExtensionSetting.Find(key)!.IsProtected));
            Assert.All(settings.Protected, static one => Assert.Equal(one.Form, ExtensionSetting.Find(one.Key)!.Form));
        }
        Assert.All(ExtensionSetting.All, static one => Assert.True(one.Condition.Length > 0 && one.Source.Length > 0));
    }
}
