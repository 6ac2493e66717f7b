namespace AmlVnet.Simulator.Tests;

/// <summary>What else the Kubernetes route meets: computes, trusted access, run commands, records, the router of the v1 route.</summary>
public sealed class KubernetesRouteTests
{
    [Fact]
    public void A_cluster_with_the_extension_is_attached_with_a_namespace_that_exists()
    {
        using var world = new KubernetesWorld();
        world.Grant();
        Assert.Contains("is not installed", world.Client.Wait(world.Attach()).Value("error.message"), StringComparison.Ordinal);
        world.Wait(world.Put());
        Assert.Contains("namespace 'nosuch' does not exist", world.Client.Wait(world.Attach("nosuch")).Value("error.message"),
            StringComparison.Ordinal);
        Assert.Equal("Succeeded", world.Client.Wait(world.Attach()).Value("status"));
        var compute = world.Client.Get(TestClient.Workspace + "/computes/kube");
        Assert.Equal("inferencing", compute.Value("properties.properties.namespace"));
        Assert.Equal("Stable", compute.Value("properties.properties.extensionInstanceReleaseTrain"), ignoreCase: true);
        Assert.NotNull(compute.At("identity.principalId"));
        Assert.NotNull(compute.At("properties.properties.instanceTypes.defaultinstancetype"));
        Assert.True(compute.At("properties.isAttachedCompute")!.GetValue<bool>());
        var detach = world.Client.Delete(TestClient.Workspace + "/computes/kube?underlyingResourceAction=Detach");
        Assert.Equal("Succeeded", world.Client.Wait(detach).Value("status"));
        Assert.Equal(200, world.Client.Get(KubernetesWorld.Cluster).Status);
    }

    [Fact]
    public void A_workspace_in_legacy_mode_takes_no_Kubernetes_compute_until_the_change_shows()
    {
        using var world = new KubernetesWorld("migration");
        Assert.Equal(400, world.Attach().Status);
        Assert.Contains("v1LegacyMode", world.Attach().Message, StringComparison.Ordinal);
        var patch = world.Client.Send("PATCH", TestClient.Workspace, """{"properties":{"v1LegacyMode":false}}""");
        Assert.Equal("true", patch.Value("properties.v1LegacyMode"));
        world.Client.Clock.Advance(TimeSpan.FromMinutes(50));
        Assert.Equal("false", world.Client.Get(TestClient.Workspace).Value("properties.v1LegacyMode"));
        Assert.Equal(201, world.Attach().Status);
    }

    [Fact]
    public void Without_local_accounts_the_workspace_needs_trusted_access()
    {
        using var world = new KubernetesWorld("automatic");
        world.Grant();
        world.Wait(world.Put());
        Assert.Contains("trusted access", world.Client.Wait(world.Attach()).Value("error.message"), StringComparison.Ordinal);
        var binding = KubernetesWorld.Cluster + "/trustedAccessRoleBindings/myworkspace";
        var body = $$"""
            {"properties":{"sourceResourceId":"{{TestClient.Workspace}}",
            "roles":["Microsoft.MachineLearningServices/workspaces/mlworkload"]} }
            """;
        var put = world.Client.Put(binding, body);
        Assert.Equal((201, "Updating"), (put.Status, put.Value("properties.provisioningState")));
        Assert.Equal("Succeeded", world.Client.Wait(put).Value("status"));
        Assert.Equal("Succeeded", world.Client.Wait(world.Attach()).Value("status"));
        Assert.Equal(200, world.Client.Put(binding, body).Status);
        world.Client.Clock.Advance(TimeSpan.FromMinutes(1));
        var unknown = world.Client.Put(binding, body.Replace("mlworkload", "nosuch", StringComparison.Ordinal));
        Assert.Equal((400, "TrustedAccessRoleNotFound"), (unknown.Status, unknown.Code));
        Assert.Equal(400, world.Client.Put(binding + "-a-name-that-is-too-long", body).Status);
        var roles = world.Client.Get(TestClient.Subscription
            + "/providers/Microsoft.ContainerService/locations/eastus2/trustedAccessRoles");
        Assert.Contains("mlworkload", roles.Text, StringComparison.Ordinal);
        var delete = world.Client.Delete(binding);
        Assert.Equal("Succeeded", world.Client.Wait(delete).Value("status"));
        Assert.Empty(world.Client.Get(KubernetesWorld.Cluster + "/trustedAccessRoleBindings").At("value")!.AsArray());
        Assert.Equal(204, world.Client.Delete(binding).Status);
    }

    [Fact]
    public void A_run_command_looks_at_the_objects_of_a_cluster_and_changes_them()
    {
        using var world = new KubernetesWorld();
        Assert.Contains("inferencing", world.Run("kubectl get namespaces -o json").Logs, StringComparison.Ordinal);
        Assert.Equal((0, "namespace/more created\n"), world.Run("kubectl create namespace more"));
        Assert.Equal(1, world.Run("kubectl create namespace more").Code);
        Assert.Equal((0, "namespace/more\n"), world.Run("kubectl get ns more -o name"));
        Assert.Equal((1, "Error from server (NotFound): secrets \"nosuch\" not found\n"),
            world.Run("kubectl get secret nosuch -n azureml"));
        Assert.Equal((0, ""), world.Run("kubectl get secret nosuch -n azureml --ignore-not-found -o name"));
        Assert.Equal((1, "Error from server (NotFound): secrets \"nosuch\" not found\n"),
            world.Run("kubectl get secret nosuch && kubectl delete ns more"));
        Assert.Equal(0, world.Run("kubectl delete ns more").Code);
        Assert.Contains("does not know", world.Run("kubectl apply -f x.yaml").Logs, StringComparison.Ordinal);
        Assert.Contains("does not know", world.Run("rm -rf /").Logs, StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_command_needs_its_own_right_and_may_be_disabled()
    {
        using var world = new KubernetesWorld();
        const string Body = """{"command":"kubectl get ns"}""";
        Assert.Equal(400, world.Client.Send("POST", KubernetesWorld.Cluster + "/runCommand", "{}").Status);
        world.Client.Simulator.Control.SetCallerPermissions(["*"], ["Microsoft.ContainerService/managedClusters/runCommand/action"]);
        Assert.Equal(403, world.Client.Send("POST", KubernetesWorld.Cluster + "/runCommand", Body).Status);
        world.Client.Simulator.Control.SetCallerPermissions(null);
        world.Client.Wait(world.Client.Put(KubernetesWorld.Cluster,
            """{"location":"eastus2","properties":{"apiServerAccessProfile":{"disableRunCommand":true}}}"""));
        var refused = world.Client.Send("POST", KubernetesWorld.Cluster + "/runCommand", Body);
        Assert.Equal((400, "RunCommandDisabled"), (refused.Status, refused.Code));
    }

    [Fact]
    public void The_router_of_the_v1_route_is_in_the_way_until_it_is_removed()
    {
        using var world = new KubernetesWorld("migration");
        Assert.Single(world.Frontends());
        Assert.Equal("Failed", world.Wait(world.Put()).Value("status"));
        Assert.Equal("E45005", world.Code);
        var detach = world.Client.Delete(TestClient.Compute + "?underlyingResourceAction=Detach");
        Assert.Equal("Succeeded", world.Client.Wait(detach).Value("status"));
        // Detaching leaves the router where it is.
        Assert.Equal("Failed", world.Wait(world.Put()).Value("status"));
        Assert.Equal(0, world.Run("kubectl delete deploy azureml-fe").Code);
        Assert.Equal("Failed", world.Wait(world.Put()).Value("status"));
        Assert.Equal("E45004", world.Code);
        Assert.Equal(0, world.Run("kubectl delete clusterrole azureml-fe-role && kubectl delete svc azureml-fe").Code);
        Assert.Empty(world.Frontends());
        Assert.Equal("Succeeded", world.Wait(world.Put()).Value("status"));
        Assert.StartsWith("10.1.0.", Assert.Single(world.Frontends()), StringComparison.Ordinal);
    }

    [Fact]
    public void Both_routers_can_be_in_one_cluster_when_both_sides_agree()
    {
        using var world = new KubernetesWorld("migration");
        const string Upgrade = KubernetesWorld.Internal + ",\"scoringFe.enableUpgrade\":\"true\"";
        Assert.Equal("Failed", world.Wait(world.Put(Upgrade)).Value("status"));
        Assert.Equal((0, "deployment/azureml-fe annotated\n"),
            world.Run("kubectl annotate deployment azureml-fe azureml-fe-enable-upgrade=true"));
        Assert.Equal("Failed", world.Wait(world.Put()).Value("status"));
        Assert.Equal("Succeeded", world.Wait(world.Put(Upgrade)).Value("status"));
        Assert.Equal(2, world.Frontends().Count);
        world.Client.Send("PATCH", TestClient.Workspace, """{"properties":{"v1LegacyMode":false}}""");
        world.Client.Clock.Advance(TimeSpan.FromHours(1));
        Assert.Contains("AKS compute of this workspace", world.Client.Wait(world.Attach("azureml-myworkspace")).Value("error.message"),
            StringComparison.Ordinal);
        world.Run("kubectl create namespace inferencing");
        Assert.Equal("Succeeded", world.Client.Wait(world.Attach()).Value("status"));
        Assert.Equal("Succeeded", world.Client.Get(TestClient.Compute).Value("properties.provisioningState"));
    }

    [Fact]
    public void A_zone_keeps_address_records()
    {
        using var world = new KubernetesWorld();
        const string Zone = TestClient.Subscription
            + "/resourceGroups/mygroup/providers/Microsoft.Network/privateDnsZones/contoso.internal";
        const string Body = """{"properties":{"ttl":300,"aRecords":[{"ipv4Address":"10.1.0.9"}]}}""";
        const string Version = "?api-version=2020-06-01";
        var put = world.Client.Put(Zone + "/A/scoring" + Version, Body, ("If-None-Match", "*"));
        Assert.Equal((201, "scoring.contoso.internal."), (put.Status, put.Value("properties.fqdn")));
        Assert.Equal(412, world.Client.Put(Zone + "/A/scoring" + Version, Body, ("If-None-Match", "*")).Status);
        Assert.Equal(412, world.Client.Send("DELETE", Zone + "/A/scoring" + Version, null, ("If-Match", "another")).Status);
        Assert.Equal("10.1.0.9", world.Client.Get(Zone + "/A" + Version).Value("value.0.properties.aRecords.0.ipv4Address"));
        Assert.Equal(400, world.Client.Put(Zone + "/A/bad" + Version, Body.Replace("10.1.0.9", "ten", StringComparison.Ordinal)).Status);
        Assert.Equal(404, world.Client.Put(Zone + "2/A/scoring" + Version, Body).Status);
        Assert.Equal(200, world.Client.Send("DELETE", Zone + "/A/scoring" + Version, null, ("If-Match", put.Value("etag")!)).Status);
        Assert.Equal(404, world.Client.Get(Zone + "/A/scoring" + Version).Status);
    }
}
