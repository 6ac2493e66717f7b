namespace AmlVnet.Arm.Carrying;

/// <summary>Makes and removes computes.</summary>
internal sealed class ComputeSteps(AzureReader azure, KeysInHand keys)
{
    private ComputesClient Computes => azure.Connection.Services.Computes;

    /// <summary>Writes a new compute; what is not waited for is left as an operation.</summary>
    internal async Task<Outcome> PutAsync(PutCompute step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        try
        {
            var accepted = await Computes.PutAsync(id, ToWire(step.Wish), cancel).ConfigureAwait(false);
            if (!step.Wish.Wait && accepted.IsRunning)
                return new Outcome { Step = step, Running = accepted.ToOperation(step.Kind, started) };
            await new ComputeOperation(azure).WaitAsync(accepted, step.Activity, started, cancel).ConfigureAwait(false);
            return new Outcome { Step = step };
        }
        catch (ArmRequestException e)
            when (step.Wish is { Settings.LoadBalancerType: LoadBalancerType.InternalLoadBalancer, GrantedOn: { } granted }
            && Retries.RightFresh.Applies(e) && azure.Now - granted < Retries.RightFresh.Limit)
        {
            // The compute is there, without an address: what is left is the switch, which waits for the right.
            if (await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false) is not { } made
                || !ComputePlans.AwaitsRight(made.ToAksCompute())) throw;
            ActivityLog.Current.Verbose($"{step.Activity}: {e.Message} {Retries.RightFresh.Sentence}");
            return await new LoadBalancerSteps(azure).SetAsync(new SetLoadBalancer
            {
                Target = step.Target,
                Sentence = step.Sentence,
                Type = LoadBalancerType.InternalLoadBalancer,
                SubnetName = step.Wish.Settings.LoadBalancerSubnet,
                GrantedOn = granted,
            }, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e)
            when (step.Wish.Settings.LoadBalancerType == LoadBalancerType.InternalLoadBalancer
                && e.ErrorId == nameof(Problems.OperationFailed))
        {
            if (await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false) is not { } made
                || !ComputePlans.AwaitsRight(made.ToAksCompute())) throw;
            throw Problems.OperationFailed(step.Activity, step.Target, e.Error,
                "Run the same command again: the cluster and its identity are there now, so that it grants the right and puts the endpoint "
                    + "on its internal address.");
        }
        catch (ArmRequestException e) when (e.Status == 409)
        {
            // The service has it already when its answer was lost and the request was sent again; or somebody else was quicker.
            if (await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false) is not { } existing) throw;
            return new Outcome { Step = step, Existing = existing };
        }
    }

    internal async Task<Outcome> RemoveAsync(RemoveCompute step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        var compute = (await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false))?.ToAksCompute();
        var remains = compute is null ? [] : await new Remains(azure).ListAfterAsync(compute, step.Action, cancel).ConfigureAwait(false);
        var accepted = await DeleteAsync(id, step.Action, cancel).ConfigureAwait(false);
        AmlOperation? running = null;
        if (!step.Wait && accepted.IsRunning) running = accepted.ToOperation(ComputePlans.RemoveKind, started);
        else await azure.Wait.WaitAsync(accepted, $"Removing AKS compute {id.Name}", started, null, cancel).ConfigureAwait(false);
        if (remains.Count > 0) ActivityLog.Current.Warning($"After {id.Name} these remain: {string.Join("; ", remains)}.");
        return new Outcome { Step = step, Running = running };
    }

    /// <summary>Sends the deletion. One whose answer was lost and that was sent again meets itself, and is followed.</summary>
    private async Task<Accepted> DeleteAsync(ArmId id, UnderlyingResourceAction action, CancellationToken cancel)
    {
        try
        {
            return await Computes.DeleteAsync(id, action, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.Status == 409)
        {
            var now = await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false);
            if (now is not null && now.Properties?.ProvisioningState != "Deleting") throw;
            ActivityLog.Current.Verbose($"'{id}' is being removed already.");
            return Accepted.OfResource(id, azure.Endpoint.Address(id.ToString(), ComputesClient.ApiVersion), isDeleting: true);
        }
    }

    private WireCompute ToWire(ComputeWish wish)
    {
        var settings = wish.Settings;
        return new WireCompute
        {
            Location = wish.WorkspaceLocation,
            Tags = settings.Tags is { } tags ? new Dictionary<string, string>(tags) : null,
            Properties = new()
            {
                ComputeType = ComputeType.Aks.ToString(),
                ComputeLocation = settings.Location,
                Description = settings.Description,
                ResourceId = wish.Cluster?.ToString(),
                Properties = new()
                {
                    AgentCount = settings.AgentCount,
                    AgentVmSize = settings.AgentVmSize,
                    ClusterPurpose = settings.ClusterPurpose?.ToString(),
                    AksNetworkingConfiguration = settings.SubnetId is null ? null : new()
                    {
                        SubnetId = settings.SubnetId,
                        ServiceCidr = settings.ServiceCidr,
                        DnsServiceIP = settings.DnsServiceIP,
                        DockerBridgeCidr = settings.DockerBridgeCidr,
                    },
                    LoadBalancerType = settings.LoadBalancerType == LoadBalancerType.InternalLoadBalancer
                        ? nameof(LoadBalancerType.InternalLoadBalancer) : null,
                    LoadBalancerSubnet = settings.LoadBalancerSubnet,
                    SslConfiguration = wish.Tls is { } tls ? ToWire(tls) : null,
                },
            },
        };
    }

    private WireSslConfiguration ToWire(TlsWish tls)
    {
        var secrets = keys.Resolve(tls.Reference);
        return new WireSslConfiguration
        {
            Status = tls.Status,
            Cert = secrets?.CertificatePem,
            Key = secrets?.KeyPem,
            Cname = tls.Cname,
            LeafDomainLabel = tls.LeafDomainLabel,
            OverwriteExistingDomain = tls.OverwriteExistingDomain ? true : null,
        };
    }
}
