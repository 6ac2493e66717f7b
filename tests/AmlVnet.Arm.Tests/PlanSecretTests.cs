using System.Text.Json;
using AmlVnet.Arm.Carrying;
using AmlVnet.Core.Changes;

namespace AmlVnet.Arm.Tests;

/// <summary>A plan can be shown, kept and sent: it holds no secret, and the Carrier alone knows what its references stand for.</summary>
public sealed class PlanSecretTests
{
    [Fact]
    public async Task No_plan_holds_a_certificate_or_a_key()
    {
        using var cloud = new TestCloud("user-assigned");
        var azure = cloud.Azure;
        var tls = new TlsSettings
        {
            CertificatePem = "-----BEGIN CERTIFICATE----- the certificate",
            KeyPem = "-----BEGIN PRIVATE KEY----- the key",
            Cname = "www.contoso.com",
        };
        Plan[] plans =
        [
            (await azure.AksComputes.PlanCreateAsync(new ComputeRequest(TestCloud.Workspace.Child("computes", "made"),
                new AksComputeSettings()) { Tls = tls }, true, TestCloud.Cancel)).Plan,
            (await azure.AksComputes.PlanAttachAsync(new AttachRequest(TestCloud.Workspace.Child("computes", "attached"),
                Core.Ids.ArmId.ForCluster(TestCloud.Subscription, "myaksgroup", "myakscluster"), new AksComputeSettings()) { Tls = tls },
                true, TestCloud.Cancel)).Plan,
        ];

        Assert.All(plans, plan =>
        {
            var step = Assert.IsType<PutCompute>(Assert.Single(plan.Steps));
            var text = JsonSerializer.Serialize<object>(step) + JsonSerializer.Serialize(plan.Findings) + plan;
            Assert.Contains("www.contoso.com", text, StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
            Assert.DoesNotContain("the certificate", text, StringComparison.Ordinal);
            Assert.Equal(tls.KeyPem, azure.Keys.Resolve(step.Wish.Tls!.Reference)!.KeyPem);
        });
    }
}
