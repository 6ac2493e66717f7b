using System.Text.Json;
using AmlVnet.Arm.Resources;
using AmlVnet.Core;
using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Operations;

/// <summary>Waits for long-running operations with the SDK's own poller, telling how it goes.</summary>
internal sealed class OperationWait(AzureConnection azure)
{
    // Neither ML nor AKS sends Retry-After. ARM's contract would then wait a minute; its own clients ask more often.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    private string Where => azure.IsSimulator ? "in the simulator" : "in Azure";

    /// <summary>Waits until the operation has succeeded.</summary>
    /// <param name="accepted">What to follow.</param>
    /// <param name="activity">What is being done, for the progress display and for the error.</param>
    /// <param name="startedOn">When it was accepted.</param>
    /// <param name="deadline">When to give up, in the cloud's time; null waits for ever.</param>
    /// <param name="cancel">Stops the waiting, not the operation.</param>
    /// <exception cref="AmlVnetException">It failed, or took too long.</exception>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset startedOn, DateTimeOffset? deadline, CancellationToken cancel)
    {
        var log = ActivityLog.Current;
        var resource = accepted.Resource.ToString();
        var owner = new object();
        log.OnStop(owner, $"Stopped waiting; '{resource}' goes on {Where}. To wait for it again: Wait-AmlOperation -ResourceId '{resource}'");
        var state = "Accepted";
        try
        {
            if (accepted.HeaderSource == "None")
            {
                await FollowResourceAsync(accepted, owner, activity, startedOn, deadline, cancel).ConfigureAwait(false);
                return;
            }

            var token = accepted.ToRehydrationToken();
            var operation = await PollAsync(accepted, token, activity, cancel).ConfigureAwait(false);
            while (!operation.HasCompleted)
            {
                var response = operation.GetRawResponse();
                state = StateIn(response) ?? state;
                log.Progress(owner, new ActivityProgress(activity, state, azure.Pace.UtcNow - startedOn));
                if (deadline is { } end && azure.Pace.UtcNow >= end) throw Problems.WaitTimedOut(resource, azure.Pace.UtcNow - startedOn, state);
                await azure.Pace.DelayAsync(DelayAfter(response), cancel).ConfigureAwait(false);
                token = operation.GetRehydrationToken() ?? token;
                operation = await PollAsync(accepted, token, activity, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            log.Progress(owner, new ActivityProgress(activity, state, azure.Pace.UtcNow - startedOn, IsCompleted: true));
            if (!cancel.IsCancellationRequested) log.OnStop(owner, null);
        }
    }

    /// <summary>Where no header says where to ask, the resource's own state tells (ARM's rule for a PUT without one).</summary>
    private async Task FollowResourceAsync(Accepted accepted, object owner, string activity, DateTimeOffset startedOn, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        while (true)
        {
            var now = await azure.Endpoint.FindAsync(accepted.Request, WireJson.Default.WireState, cancel).ConfigureAwait(false);
            if (now is null)
            {
                if (accepted.Method == "DELETE") return;
                throw Problems.ResourceNotFound("resource", accepted.Resource.ToString());
            }

            var state = now.Properties?.ProvisioningState;
            if (state is "Failed" or "Canceled")
                throw Problems.OperationFailed(activity, accepted.Resource.ToString(), new ArmErrorDetail { Message = $"the resource is in state {state}" });
            if (!IsBusy(state) && accepted.Method != "DELETE") return;
            ActivityLog.Current.Progress(owner, new ActivityProgress(activity, state ?? "InProgress", azure.Pace.UtcNow - startedOn));
            if (deadline is { } end && azure.Pace.UtcNow >= end)
                throw Problems.WaitTimedOut(accepted.Resource.ToString(), azure.Pace.UtcNow - startedOn, state);
            await azure.Pace.DelayAsync(PollInterval, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Waits until the resource itself says that it is done, and returns it as it is then.</summary>
    internal async Task<WireCompute> WaitForComputeAsync(ArmId id, WireCompute now, string activity, DateTimeOffset? deadline, CancellationToken cancel) =>
        await WhileBusyAsync(id, now, activity, deadline, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("compute", id.ToString());

    /// <summary>Waits until a compute that is being removed is no more.</summary>
    /// <exception cref="AmlVnetException">The removal failed.</exception>
    internal async Task WaitUntilGoneAsync(ArmId id, WireCompute now, string activity, CancellationToken cancel)
    {
        if (await WhileBusyAsync(id, now, activity, null, cancel).ConfigureAwait(false) is { } left)
            throw Problems.OperationFailed(activity, id.ToString(),
                left.ToAksCompute().Errors.FirstOrDefault() ?? new ArmErrorDetail { Message = $"the compute is {left.Properties?.ProvisioningState}" });
    }

    /// <summary>Whether a provisioning state is on its way to another one. Terminal are exactly three, and a missing one means success.</summary>
    internal static bool IsBusy(string? provisioningState) => provisioningState is not (null or "Succeeded" or "Failed" or "Canceled" or "Unknown");

    private static TimeSpan DelayAfter(Response response) =>
        response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : PollInterval;

    private static string? StateIn(Response response)
    {
        try
        {
            using var body = JsonDocument.Parse(response.Content);
            var root = body.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            if (root.TryGetProperty("status", out var status)) return status.GetString();
            return root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
                && properties.TryGetProperty("provisioningState", out var state)
                    ? state.GetString()
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Asks for a compute while it is busy; null once it is gone.</summary>
    private async Task<WireCompute?> WhileBusyAsync(ArmId id, WireCompute first, string activity, DateTimeOffset? deadline, CancellationToken cancel)
    {
        if (!IsBusy(first.Properties?.ProvisioningState)) return first;
        var log = ActivityLog.Current;
        var owner = new object();
        var start = azure.Pace.UtcNow;
        WireCompute? now = first;
        log.OnStop(owner, $"Stopped waiting for '{id}'; what it is at goes on {Where}. Run the same command again to go on.");
        try
        {
            while (now is not null && IsBusy(now.Properties?.ProvisioningState))
            {
                var state = now.Properties?.ProvisioningState;
                log.Progress(owner, new ActivityProgress(activity, state ?? "", azure.Pace.UtcNow - start));
                if (deadline is { } end && azure.Pace.UtcNow >= end) throw Problems.WaitTimedOut(id.ToString(), azure.Pace.UtcNow - start, state);
                await azure.Pace.DelayAsync(PollInterval, cancel).ConfigureAwait(false);
                now = await azure.Computes.FindAsync(id, cancel).ConfigureAwait(false);
            }

            return now;
        }
        finally
        {
            log.Progress(owner, new ActivityProgress(activity, now?.Properties?.ProvisioningState ?? "", azure.Pace.UtcNow - start, IsCompleted: true));
            if (!cancel.IsCancellationRequested) log.OnStop(owner, null);
        }
    }

    /// <summary>
    /// One look at the operation; an answer that is no answer (a proxy's page) does not end the waiting. Each look has a poller of its own:
    /// the SDK's takes any refusal for the operation's end, and keeps to it.
    /// </summary>
    private async Task<Operation> PollAsync(Accepted accepted, RehydrationToken token, string activity, CancellationToken cancel)
    {
        const int Patience = 5;
        for (var unreadable = 0; ; unreadable++)
        {
            try
            {
                var operation = await Operation.RehydrateAsync(azure.Endpoint.Pipeline, token).WaitAsync(cancel).ConfigureAwait(false);
                // One that has failed is handed out like one that has succeeded; asked for its status, it throws and sends nothing.
                if (operation.HasCompleted) await operation.UpdateStatusAsync(cancel).ConfigureAwait(false);
                return operation;
            }
            catch (JsonException) when (unreadable < Patience)
            {
                await azure.Pace.DelayAsync(PollInterval, cancel).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (e.Status is 408 or 429 or >= 500 && unreadable < Patience && !IsVerdict(e))
            {
                await azure.Pace.DelayAsync(PollInterval, cancel).ConfigureAwait(false);
            }
            catch (RequestFailedException e) when (IsVerdict(e))
            {
                var error = ArmErrors.Read(e.GetRawResponse()!.Content.ToMemory()) ?? new ArmErrorDetail { Code = e.ErrorCode, Message = e.Message };
                throw Problems.OperationFailed(activity, accepted.Resource.ToString(), error);
            }
            catch (RequestFailedException e)
            {
                throw ArmErrors.From(e, accepted.Resource.ToString());
            }
        }
    }

    /// <summary>Whether the service answered properly that the operation failed, as opposed to not answering.</summary>
    private static bool IsVerdict(RequestFailedException e) => e.GetRawResponse() is { IsError: false };
}
