using AmlVnet.Core.Changes;

namespace AmlVnet.Core.Tests;

/// <summary>Plans of the Azure Machine Learning extension and of what stands on it, without a server.</summary>
public sealed class ExtensionPlanTests
{
    private static readonly ExtensionCluster Cluster = new(Worlds.Cluster, "eastus2", 3);

    private static readonly ExtensionWish Secret = new() { TlsSecret = "scoring-tls", Cname = "s.contoso.com" };

    private static readonly string[] SovereignClouds = ["AzureUSGovernment", "AzureChinaCloud"];

    private static ExtensionSituation Now => new() { Cluster = Cluster, Registration = "Registered" };

    private static ExtensionFacts Installed(ExtensionWish wish, string state = "Succeeded", params string[] protectedKeys) => new()
    {
        Id = ExtensionPlans.IdOf(Worlds.Cluster, "azureml").ToString(),
        Type = ExtensionFacts.MachineLearning,
        State = state,
        CurrentVersion = "1.1.85",
        UpgradesItself = true,
        ReleaseTrain = "Stable",
        Settings = ExtensionSettings.Of(wish, Cluster).Open,
        ProtectedKeys = protectedKeys,
    };

    [Fact]
    public void Every_setting_of_the_code_is_in_the_guide_and_no_other()
    {
        var guide = File.ReadAllLines(Path.Combine(RepositoryFolder.Root, "docs", "guides", "extension-settings.md"));
        var rows = guide.SkipWhile(static line => !line.StartsWith("| Key |", StringComparison.Ordinal)).Skip(2)
            .TakeWhile(static line => line.StartsWith('|'))
            .Select(static line => line.Split('|')[1..3].Select(static cell => cell.Trim()).ToArray());
        Assert.Equal(ExtensionSetting.All.Select(static one => ($"`{one.Key}`", one.Condition)),
            rows.Select(static row => (row[0], row[1])));
    }

    [Fact]
    public void What_a_wish_says_can_be_read_back_from_its_settings()
    {
        ExtensionWish[] wishes =
        [
            Secret, Secret with { IsPublic = true }, Secret with { ServiceType = RouterServiceType.NodePort },
            Secret with { HighAvailability = true, Purpose = ClusterPurpose.DenseProd, Training = true },
            new() { AllowsInsecure = true, InstallsPrometheus = false, InstallsVolcano = false, UpgradesOldRouter = true },
        ];
        Assert.All(wishes, static wish => Assert.Equal(ExtensionSettings.Of(wish, Cluster).Open,
            ExtensionSettings.Make(ExtensionWish.From(ExtensionSettings.Of(wish, Cluster).Open), Cluster).Open));
    }

    [Fact]
    public void A_provider_that_is_not_registered_is_a_step_before()
    {
        var plan = ExtensionPlans.Install(new() { Wish = Secret }, Now with { Registration = "NotRegistered" });
        Assert.Collection(plan.Steps, static one => Assert.IsType<RegisterProvider>(one), static one => Assert.IsType<PutExtension>(one));
        Assert.True(plan.NeedsAllSteps);
        Assert.Single(ExtensionPlans.Install(new() { Wish = Secret }, Now).Steps);
        // What can't be read is no reason to write, and is said.
        var unknown = ExtensionPlans.Install(new() { Wish = Secret }, Now with { Registration = Known.Unknown<string>("No.") });
        Assert.Single(unknown.Steps);
        Assert.Contains(unknown.Warnings, static one => one.Contains("az provider register", StringComparison.Ordinal));
    }

    [Fact]
    public void A_plan_holds_no_secret_but_the_files_that_it_is_in()
    {
        var wish = new ExtensionWish { CertificateFile = "/c.pem", KeyFile = "/k.pem", Cname = "s" };
        var put = Assert.IsType<PutExtension>(Assert.Single(ExtensionPlans.Install(new() { Wish = wish }, Now).Steps));
        Assert.Equal(["/c.pem", "/k.pem"], put.Protected.Select(static one => one.File));
        Assert.DoesNotContain(put.Settings.Keys, static key => ExtensionSetting.Find(key)?.IsProtected == true);
        Assert.Equal("Microsoft.KubernetesConfiguration/extensions/write", Assert.Single(put.Needs).Action);
    }

    [Fact]
    public void The_same_again_is_no_step_and_others_are_refused()
    {
        var now = Now with { Existing = Installed(Secret) };
        Assert.True(ExtensionPlans.Install(new() { Wish = Secret }, now).IsDone);
        // What somebody else set beside them is no difference.
        var more = now.Existing! with { Settings = new Dictionary<string, string>(now.Existing.Settings!) { ["their.own"] = "1" } };
        Assert.True(ExtensionPlans.Install(new() { Wish = Secret }, now with { Existing = more }).IsDone);
        Assert.All(
            new[] { Secret with { IsPublic = true }, Secret with { Cname = "other" },
                Secret with { ServiceType = RouterServiceType.ClusterIP } },
            wish => Assert.Equal("ExtensionDiffers",
                Assert.Throws<AmlVnetException>(() => ExtensionPlans.Install(new() { Wish = wish }, now)).ErrorId));
        Assert.Equal("ExtensionDiffers", Assert.Throws<AmlVnetException>(() =>
            ExtensionPlans.Install(new() { Wish = Secret, Version = "1.1.1" }, now)).ErrorId);
    }

    [Fact]
    public void An_installation_that_failed_is_sent_again_under_its_name()
    {
        var failed = Installed(Secret, "Failed") with
        {
            CurrentVersion = null,
            Id = ExtensionPlans.IdOf(Worlds.Cluster, "their-name").ToString()
        };
        var plan = ExtensionPlans.Install(new() { Wish = Secret }, Now with { Existing = failed });
        Assert.Equal(failed.Id, Assert.Single(plan.Steps).Target);
        Assert.NotEmpty(plan.Remarks);
        Assert.Equal("WrongState", Assert.Throws<AmlVnetException>(() =>
            ExtensionPlans.Install(new() { Wish = Secret }, Now with { Existing = failed with { State = "Deleting" } })).ErrorId);
        Assert.True(ExtensionPlans.Install(new() { Wish = Secret }, Now with { Existing = failed with { State = "Creating" } }).IsDone);
    }

    [Fact]
    public void An_update_names_the_protected_settings_that_it_would_lose()
    {
        var files = new ExtensionWish { CertificateFile = "/c", KeyFile = "/k", Cname = "s" };
        var now = Now with { Existing = Installed(files, "Succeeded", "scoringFe.sslCert", "scoringFe.sslKey", "relay.secret") };
        var wish = ExtensionWish.From(now.Existing!.Settings!) with { Training = true };
        var lost = Assert.Throws<AmlVnetException>(() => ExtensionPlans.Update(new() { Wish = wish }, now));
        Assert.Equal("ProtectedSettingsMissing", lost.ErrorId);
        Assert.Contains("relay.secret, scoringFe.sslCert, scoringFe.sslKey", lost.Message, StringComparison.Ordinal);
        var forced = ExtensionPlans.Update(new() { Wish = wish with { CertificateFile = "/c", KeyFile = "/k" }, ForgetsProtected = true },
            now);
        Assert.Contains("relay.secret", Assert.Single(forced.Warnings), StringComparison.Ordinal);
        Assert.Single(forced.Steps);
    }

    [Fact]
    public void An_update_of_settings_that_nobody_shows_is_refused() =>
        Assert.Equal("NotReadable", Assert.Throws<AmlVnetException>(static () =>
        ExtensionPlans.Update(new() { Wish = Secret }, Now with { Existing = Installed(Secret) with { Settings = null } })).ErrorId);

    [Fact]
    public void A_removal_says_what_stops()
    {
        var plan = ExtensionPlans.Uninstall(Worlds.Cluster, Installed(Secret), Known.Of<IReadOnlyList<string>>(["/computes/one"]), true);
        Assert.IsType<DeleteExtension>(Assert.Single(plan.Steps));
        Assert.Contains("/computes/one", Assert.Single(plan.Warnings), StringComparison.Ordinal);
        var unknown = ExtensionPlans.Uninstall(Worlds.Cluster, Installed(Secret), Known.Unknown<IReadOnlyList<string>>("no"), true);
        Assert.Contains("is not known", Assert.Single(unknown.Warnings), StringComparison.Ordinal);
        Assert.True(ExtensionPlans.Uninstall(Worlds.Cluster, null, default, true).IsDone);
    }

    [Theory]
    [InlineData(true, false, "deployment.apps/azureml-fe")]
    [InlineData(true, false, "clusterrole.rbac.authorization.k8s.io/azureml-fe-role")]
    [InlineData(true, true, "deployment.apps/azureml-fe")]
    [InlineData(false, false, "service/azureml-fe-other")]
    public void An_old_router_is_in_the_way_unless_it_is_to_stay(bool isThere, bool upgrades, string line)
    {
        var inside = new ClusterInside { Default = Known.Of<IReadOnlyList<string>>([line]) };
        Assert.Equal(isThere && !upgrades, inside.Refusal(Secret with { UpgradesOldRouter = upgrades }) is not null);
    }

    [Fact]
    public void What_nobody_looked_at_is_named_with_its_line()
    {
        Assert.Equal(3, new ClusterInside().NotLookedAt(Secret).Count);
        Assert.Equal(2, new ClusterInside().NotLookedAt(new ExtensionWish { AllowsInsecure = true }).Count);
        Assert.Empty(new ClusterInside().NotLookedAt(new ExtensionWish
        {
            Inference = false,
            Training = true,
            InstallsPrometheus = false,
            InstallsVolcano = false,
        }));
    }

    [Fact]
    public void One_binding_a_workspace_and_none_in_a_sovereign_cloud()
    {
        var workspace = Ids.ArmId.ForWorkspace(Worlds.Sub, "g", "w");
        var grant = Assert.IsType<GrantTrustedAccess>(
            Assert.Single(TrustedAccessPlans.Grant(Worlds.Cluster, workspace, [], "AzureCloud", true).Steps));
        Assert.Equal(grant.Target, TrustedAccessPlans.BindingOf(Worlds.Cluster, Ids.ArmId.Parse(workspace.ToString().ToUpperInvariant()
            .Replace("/SUBSCRIPTIONS/", "/subscriptions/", StringComparison.Ordinal))).ToString());
        var theirs = new TrustedAccessFacts("/x", workspace.ToString(), [TrustedAccessFacts.WorkspaceRole], "Succeeded");
        Assert.True(TrustedAccessPlans.Grant(Worlds.Cluster, workspace, [theirs], "AzureCloud", true).IsDone);
        Assert.False(TrustedAccessPlans.Grant(Worlds.Cluster, workspace, [theirs with { State = "Failed" }], "AzureCloud", true).IsDone);
        // What somebody else gave stays.
        Assert.True(TrustedAccessPlans.Revoke(Worlds.Cluster, workspace, [theirs], true).IsDone);
        foreach (var cloud in SovereignClouds)
            Assert.Equal("NoTrustedAccess", Assert.Throws<AmlVnetException>(
                () => TrustedAccessPlans.Grant(Worlds.Cluster, workspace, [], cloud, true)).ErrorId);
    }
}
