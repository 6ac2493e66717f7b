namespace AmlVnet.Arm.Carrying;

/// <summary>What came of a step.</summary>
internal sealed record Outcome
{
    /// <summary>The step.</summary>
    internal required Step Step { get; init; }

    /// <summary>What goes on, where it was not waited for.</summary>
    internal AmlOperation? Running { get; init; }

    /// <summary>A compute that was there when the step wrote: of an earlier try whose answer was lost, or of somebody quicker.</summary>
    internal WireCompute? Existing { get; init; }

    /// <summary>The role assignment that was made, as it was read back.</summary>
    internal WireRoleAssignment? Assignment { get; init; }
}

/// <summary>Carries steps out: the one place that writes, waits and tries again. A change is claimed only after it was read back.</summary>
/// <param name="reader">What the command has read; what a step changes is forgotten there.</param>
/// <param name="keys">What only the Carrier knows: the secrets that steps refer to.</param>
internal sealed class Carrier(AzureReader reader, KeysInHand keys)
{
    /// <summary>Carries one step out.</summary>
    /// <exception cref="AmlVnetException">It failed, or it is not known whether it was done.</exception>
    internal async Task<Outcome> CarryOutAsync(Step step, CancellationToken cancel)
    {
        try
        {
            return step switch
            {
                PutCompute put => await new ComputeSteps(reader, keys).PutAsync(put, cancel).ConfigureAwait(false),
                RemoveCompute remove => await new ComputeSteps(reader, keys).RemoveAsync(remove, cancel).ConfigureAwait(false),
                SetLoadBalancer set => await new LoadBalancerSteps(reader).SetAsync(set, cancel).ConfigureAwait(false),
                AssignRole assign => await new RoleSteps(reader).AssignAsync(assign, cancel).ConfigureAwait(false),
                UnassignRole unassign => await new RoleSteps(reader).UnassignAsync(unassign, cancel).ConfigureAwait(false),
                PutRule put => await new RuleSteps(reader).PutAsync(put, cancel).ConfigureAwait(false),
                DeleteRule delete => await new RuleSteps(reader).DeleteAsync(delete, cancel).ConfigureAwait(false),
                RegisterProvider register => await new ExtensionSteps(reader).RegisterAsync(register, cancel).ConfigureAwait(false),
                PutExtension put => await new ExtensionSteps(reader, keys).PutAsync(put, cancel).ConfigureAwait(false),
                DeleteExtension delete => await new ExtensionSteps(reader).DeleteAsync(delete, cancel).ConfigureAwait(false),
                GrantTrustedAccess grant => await new KubernetesComputeSteps(reader).GrantAsync(grant, cancel).ConfigureAwait(false),
                RevokeTrustedAccess revoke => await new KubernetesComputeSteps(reader).RevokeAsync(revoke, cancel).ConfigureAwait(false),
                PutKubernetesCompute put => await new KubernetesComputeSteps(reader).AttachAsync(put, cancel).ConfigureAwait(false),
                DetachKubernetesCompute detach =>
                    await new KubernetesComputeSteps(reader).DetachAsync(detach, cancel).ConfigureAwait(false),
                TurnOffLegacyMode off => await new KubernetesComputeSteps(reader).TurnOffLegacyModeAsync(off, cancel).ConfigureAwait(false),
                PutAddressRecord put => await new DnsSteps(reader).PutAsync(put, cancel).ConfigureAwait(false),
                DeleteAddressRecord delete => await new DnsSteps(reader).DeleteAsync(delete, cancel).ConfigureAwait(false),
                RunInCluster run => await new ClusterCommands(reader).RunAsync(run, cancel).ConfigureAwait(false),
                _ => throw new InvalidOperationException($"{step.GetType().Name} is no step that can be carried out."),
            };
        }
        catch (ArmRequestException e) when (e.Code == "ScopeLocked")
        {
            var locks = await new LockReading(reader).FindRefusingAsync(step.Target, IsRemoval(step), cancel).ConfigureAwait(false);
            throw Problems.ScopeLocked(e, locks);
        }
        finally
        {
            Forget(step);
        }
    }

    private static bool IsRemoval(Step step) =>
        step is RemoveCompute or UnassignRole or DeleteRule or DeleteExtension or RevokeTrustedAccess or DetachKubernetesCompute
            or DeleteAddressRecord;

    /// <summary>What the command read before the step, and the step may have changed elsewhere than in its target.</summary>
    private void Forget(Step step)
    {
        if (step is AssignRole or UnassignRole) reader.ForgetRoles();
        if (step is PutExtension or DeleteExtension)
        {
            // The router comes and goes with it, and so does its address.
            reader.Forget(step.Target);
            reader.ForgetClusters();
        }

        // A service that is deleted in the cluster takes its load balancer along.
        if (step is RunInCluster) reader.ForgetClusters();
        if (step is GrantTrustedAccess or RevokeTrustedAccess or PutKubernetesCompute or DetachKubernetesCompute or TurnOffLegacyMode
            or PutAddressRecord or DeleteAddressRecord)
            reader.Forget(step.Target);
        if (step is PutKubernetesCompute or DetachKubernetesCompute) reader.ForgetComputesOf(ArmId.Parse(step.Target).Parent!);
        if (step is not (PutCompute or RemoveCompute or SetLoadBalancer) || !ArmId.TryParse(step.Target, out var compute, out _)) return;
        // The cluster's load balancers, and the addresses that are taken in its network.
        reader.ForgetClusters();
        reader.ForgetComputesOf(compute.Parent!);
        if (step is RemoveCompute) reader.Forget(step.Target);
    }
}
