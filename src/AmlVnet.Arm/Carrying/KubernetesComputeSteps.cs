using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmlVnet.Arm.Carrying;

/// <summary>Gives workspaces trusted access to clusters, and attaches and detaches Kubernetes computes.</summary>
internal sealed class KubernetesComputeSteps(AzureReader azure)
{
    // Microsoft Learn, "Network isolation change with our new API platform": 30 minutes to an hour or more.
    private static readonly TimeSpan LegacyModeLimit = TimeSpan.FromHours(3);

    private static readonly TimeSpan LegacyModeInterval = TimeSpan.FromMinutes(1);

    private ServiceClients Services => azure.Connection.Services;

    internal async Task<Outcome> GrantAsync(GrantTrustedAccess step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        var accepted = await OnceFreeAsync(id, token => Services.TrustedAccess.PutAsync(id, step.WorkspaceId, step.Role, token), cancel)
            .ConfigureAwait(false);
        await azure.Wait.WaitAsync(accepted, $"Giving trusted access to {id.Parent!.Name}", started, null, cancel).ConfigureAwait(false);
        await azure.Wait.ReadBackAsync(id, token => Services.TrustedAccess.FindAsync(id, token),
            now => now?.ToFacts() is not { } seen ? false : seen.State is { IsBusy: true } ? null : seen.Serves(step.WorkspaceId),
            static now => now is null ? "the binding is not there" : $"the binding is {now.Properties?.ProvisioningState}", null,
            cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    internal async Task<Outcome> RevokeAsync(RevokeTrustedAccess step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        if (await OnceFreeAsync(id, token => Services.TrustedAccess.DeleteAsync(id, token), cancel).ConfigureAwait(false) is { } accepted)
            await azure.Wait.WaitAsync(accepted, $"Taking trusted access to {id.Parent!.Name}", started, null,
                cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    /// <summary>Sends a change once the binding is at nothing else.</summary>
    private Task<T> OnceFreeAsync<T>(ArmId id, Func<CancellationToken, Task<T>> send, CancellationToken cancel) =>
        azure.Wait.Patience.TryAsync(new Waiting($"Changing the trusted access of {id.Parent!.Name}", azure.Now), [Retries.BindingBusy],
            send, cancel);

    /// <summary>Turns the v1 legacy mode off, and waits until the workspace says so.</summary>
    internal async Task<Outcome> TurnOffLegacyModeAsync(TurnOffLegacyMode step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        await Services.Workspaces.TurnOffLegacyModeAsync(id, cancel).ConfigureAwait(false);
        var wait = azure.Wait;
        await wait.Patience.UntilAsync(new Waiting($"Turning off the v1 legacy mode of {id.Name}", azure.Now, azure.Now + LegacyModeLimit,
            (state, waited) => Core.Errors.Problems.WaitTimedOut(step.Target, waited, state),
            $"Stopped waiting; the change goes on {wait.Where}. Run the same command again to go on."), async token =>
        {
            var now = await wait.LookAsync(again => Services.Workspaces.FindAsync(id, again), token).ConfigureAwait(false);
            return now?.Properties?.V1LegacyMode == false ? Look.Over(now)
                : Look.Again<WireWorkspace>("v1LegacyMode is still on", LegacyModeInterval);
        }, cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    internal async Task<Outcome> AttachAsync(PutKubernetesCompute step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        var accepted = await Services.Computes.PutAsync(id, ToWire(step), cancel).ConfigureAwait(false);
        if (!step.Wish.Wait && accepted.IsRunning)
            return new Outcome { Step = step, Running = accepted.ToOperation(KubernetesComputePlans.AttachKind, started) };
        await new ComputeOperation(azure).WaitAsync(accepted, $"Attaching {id.Name}", started, cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    internal async Task<Outcome> DetachAsync(DetachKubernetesCompute step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        var accepted = await Services.Computes.DeleteAsync(id, UnderlyingResourceAction.Detach, cancel).ConfigureAwait(false);
        if (!step.Wait && accepted.IsRunning)
            return new Outcome { Step = step, Running = accepted.ToOperation(KubernetesComputePlans.DetachKind, started) };
        await azure.Wait.WaitAsync(accepted, $"Detaching {id.Name}", started, null, cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    internal static WireCompute ToWire(PutKubernetesCompute step) => ToWire(step.Wish, step.WorkspaceLocation);

    private static WireCompute ToWire(KubernetesComputeWish wish, string? location) => new()
    {
        Location = location,
        Tags = wish.Tags is { } tags ? new Dictionary<string, string>(tags) : null,
        Identity = wish.UserIdentities.Count == 0 ? new() { Type = "SystemAssigned" } : new()
        {
            Type = "UserAssigned",
            UserAssignedIdentities = wish.UserIdentities.ToDictionary(static one => one, static _ => new WireUserIdentity()),
        },
        Properties = new()
        {
            ComputeType = ComputeType.Kubernetes.ToString(),
            Description = wish.Description,
            ResourceId = wish.Cluster.ToString(),
            Properties = new()
            {
                Namespace = wish.Namespace,
                DefaultInstanceType = wish.DefaultInstanceType,
                InstanceTypes = wish.InstanceTypes is { } types ? ToJson(types) : null,
            },
        },
    };

    private static JsonElement ToJson(IReadOnlyDictionary<string, InstanceTypeWish> types)
    {
        var all = new JsonObject();
        foreach (var (name, type) in types)
        {
            var one = new JsonObject
            {
                ["resources"] =
                new JsonObject { ["requests"] = Map(type.Requests), ["limits"] = Map(type.Limits) }
            };
            if (type.NodeSelector is { } selector) one["nodeSelector"] = Map(selector);
            all[name] = one;
        }

        return JsonSerializer.SerializeToElement(all);

        static JsonObject Map(IReadOnlyDictionary<string, string> pairs)
        {
            var map = new JsonObject();
            foreach (var (key, value) in pairs) map[key] = value;
            return map;
        }
    }
}
