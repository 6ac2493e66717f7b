using System.Text.Json;
using AmlVnet.Arm.Clients;
using AmlVnet.Arm.Http;
using AmlVnet.Arm.Reading;
using AmlVnet.Core.Errors;
using AmlVnet.Core.Ids;
using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Carrying;

/// <summary>Waits for long-running operations with the SDK's own poller, telling how it goes.</summary>
internal sealed class OperationWait(AzureConnection azure)
{
    // Neither ML nor AKS sends Retry-After. ARM's contract would then wait a minute; its own clients ask more often.
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(10);

    // What is settled otherwise than it was wanted may be read from a copy that is behind (ARM's caches catch up within seconds).
    private static readonly TimeSpan[] Looks = [.. new[] { 1, 2, 4, 8, 16 }.Select(static s => TimeSpan.FromSeconds(s))];

    // A service that answered 202 has begun; it may take a while until its resource shows it.
    private const int LooksAfterAccepted = 12;

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
        try
        {
            if (accepted.HeaderSource != "None" && await FollowOperationAsync(accepted, owner, activity, startedOn, deadline, cancel).ConfigureAwait(false)
                && accepted.Method != "DELETE") return;
            await FollowResourceAsync(accepted, owner, activity, startedOn, deadline, cancel).ConfigureAwait(false);
        }
        finally
        {
            log.Progress(owner, new ActivityProgress(activity, "", azure.Pace.UtcNow - startedOn, IsCompleted: true));
            if (!cancel.IsCancellationRequested) log.OnStop(owner, null);
        }
    }

    /// <summary>Asks where a header said; false where an answer leads on to a place that the token does not go to.</summary>
    private async Task<bool> FollowOperationAsync(Accepted accepted, object owner, string activity, DateTimeOffset startedOn, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        var state = "Accepted";
        try
        {
            var token = accepted.ToRehydrationToken();
            var operation = await PollAsync(accepted, token, activity, cancel).ConfigureAwait(false);
            while (!operation.HasCompleted)
            {
                var response = operation.GetRawResponse();
                state = StateIn(response) ?? state;
                ActivityLog.Current.Progress(owner, new ActivityProgress(activity, state, azure.Pace.UtcNow - startedOn));
                if (deadline is { } end && azure.Pace.UtcNow >= end)
                    throw Problems.WaitTimedOut(accepted.Resource.ToString(), azure.Pace.UtcNow - startedOn, state);
                await azure.Pace.DelayAsync(DelayAfter(response), cancel).ConfigureAwait(false);
                token = operation.GetRehydrationToken() ?? token;
                operation = await PollAsync(accepted, token, activity, cancel).ConfigureAwait(false);
            }

            return true;
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.TokenNotSent))
        {
            ActivityLog.Current.Verbose($"{e.Message} '{accepted.Resource}' itself is asked instead.");
            return false;
        }
    }

    /// <summary>
    /// Where no header says where to ask, the resource's own state tells (ARM's rule for a PUT without one). What was deleted is gone only when
    /// it can't be read any more.
    /// </summary>
    private async Task FollowResourceAsync(Accepted accepted, object owner, string activity, DateTimeOffset startedOn, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        var id = accepted.Resource.ToString();
        var isDelete = accepted.Method == "DELETE";
        for (var settled = 0; ;)
        {
            var now = await LookAsync(() => azure.Endpoint.FindAsync(accepted.Request, WireJson.Default.WireState, cancel), cancel).ConfigureAwait(false);
            var state = now?.Properties?.ProvisioningState;
            if (isDelete && now is null) return;
            if (!isDelete && now is null && accepted.Status is null) throw Problems.ResourceNotFound("resource", id);
            if (!isDelete && state is "Failed" or "Canceled")
                throw Problems.OperationFailed(activity, id, new ArmErrorDetail { Message = $"the resource is in state {state}" });
            var isBusy = IsBusy(state);
            if (!isDelete && now is not null && !isBusy) return;
            if (!isBusy && settled == (accepted.Status == 202 ? Looks.Length + LooksAfterAccepted : Looks.Length))
                throw Problems.ChangeNotSeen(id, now is null ? "it does not exist" : $"it is still there, in state {state ?? "unknown"}");
            ActivityLog.Current.Progress(owner, new ActivityProgress(activity, state ?? "InProgress", azure.Pace.UtcNow - startedOn));
            if (deadline is { } end && azure.Pace.UtcNow >= end)
                throw Problems.WaitTimedOut(id, azure.Pace.UtcNow - startedOn, state);
            var delay = isBusy || settled >= Looks.Length ? PollInterval : Looks[settled];
            if (!isBusy) settled++;
            await azure.Pace.DelayAsync(delay, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Reads what was changed until it is as it was wanted. What is still busy is waited for; a copy that is behind is given some time.</summary>
    /// <param name="id">What was changed.</param>
    /// <param name="read">Reads it; null where it does not exist.</param>
    /// <param name="isSo">Whether it is as it was wanted; null while it is busy.</param>
    /// <param name="seen">What is there instead, in words.</param>
    /// <param name="deadline">When to give up what is busy, in the cloud's time; null waits for ever.</param>
    /// <param name="cancel">Stops the reading.</param>
    /// <exception cref="AmlVnetException">It settled otherwise, or took too long.</exception>
    internal async Task<T?> ReadBackAsync<T>(ArmId id, Func<CancellationToken, Task<T?>> read, Func<T?, bool?> isSo, Func<T?, string> seen,
        DateTimeOffset? deadline, CancellationToken cancel) where T : class
    {
        var start = azure.Pace.UtcNow;
        for (var look = 0; ;)
        {
            var now = await LookAsync(() => read(cancel), cancel).ConfigureAwait(false);
            var answer = isSo(now);
            if (answer == true) return now;
            if (answer == false && look == Looks.Length) throw Problems.ChangeNotSeen(id.ToString(), seen(now));
            if (deadline is { } end && azure.Pace.UtcNow >= end) throw Problems.WaitTimedOut(id.ToString(), azure.Pace.UtcNow - start, seen(now));
            await azure.Pace.DelayAsync(answer is null ? PollInterval : Looks[look++], cancel).ConfigureAwait(false);
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
            if (root.TryGetProperty("status", out var status)) return Text(status);
            return root.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
                && properties.TryGetProperty("provisioningState", out var state)
                    ? Text(state)
                    : null;
        }
        // The latter at texts that are no UTF-8.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }

        static string? Text(JsonElement element) => element.ValueKind == JsonValueKind.String ? element.GetString() : null;
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
                now = await LookAsync(() => azure.Computes.FindAsync(id, cancel), cancel).ConfigureAwait(false);
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
        return await LookAsync(AskAsync, cancel).ConfigureAwait(false);

        async Task<Operation> AskAsync()
        {
            var target = accepted.Resource.ToString();
            try
            {
                var operation = await Operation.RehydrateAsync(azure.Endpoint.Pipeline, token).WaitAsync(cancel).ConfigureAwait(false);
                // One that has failed is handed out like one that has succeeded; asked for its status, it throws and sends nothing.
                if (operation.HasCompleted) await operation.UpdateStatusAsync(cancel).ConfigureAwait(false);
                // Behind Location any answer but 202 is the end; a page is none.
                if (operation.HasCompleted && accepted.HeaderSource == "Location") AnswerBody.RequireJson(operation.GetRawResponse(), target);
                return operation;
            }
            catch (RequestFailedException e) when (IsVerdict(e))
            {
                throw Problems.OperationFailed(activity, target, ArmErrors.Read(e.GetRawResponse()!.Content.ToMemory()));
            }
            catch (RequestFailedException e) when (e.GetRawResponse() is { IsError: false })
            {
                throw Problems.AnswerUnreadable(target, $"HTTP {e.Status} does not say how the operation is", null);
            }
            // What the SDK makes of JSON that is of another form.
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                throw Problems.AnswerUnreadable(target, e.Message, e);
            }
            catch (RequestFailedException e)
            {
                throw ArmErrors.From(e, target);
            }
        }
    }

    /// <summary>Looks again where something else than the service answered, or nothing did: that ends no waiting, unless it stays so.</summary>
    private async Task<T> LookAsync<T>(Func<Task<T>> look, CancellationToken cancel)
    {
        const int Patience = 5;
        for (var unreadable = 0; ; unreadable++)
        {
            try
            {
                return await look().ConfigureAwait(false);
            }
            catch (AmlVnetException e) when (unreadable < Patience && IsPassing(e))
            {
                await azure.Pace.DelayAsync(PollInterval, cancel).ConfigureAwait(false);
            }
        }
    }

    private static bool IsPassing(AmlVnetException e) => e.ErrorId is nameof(Problems.NotFromAzure) or nameof(Problems.AnswerUnreadable)
        || e is ArmRequestException { Status: 408 or 429 or >= 500 };

    /// <summary>Whether the service answered properly that the operation failed, as opposed to not answering.</summary>
    private static bool IsVerdict(RequestFailedException e) => e.GetRawResponse() is { IsError: false } response
        && StateIn(response) is { } state && (state.Equals("Failed", StringComparison.OrdinalIgnoreCase) || state.Equals("Canceled", StringComparison.OrdinalIgnoreCase));
}
