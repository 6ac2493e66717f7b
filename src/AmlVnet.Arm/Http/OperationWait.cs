using System.Text.Json;
using Azure;
using Azure.Core;

namespace AmlVnet.Arm.Http;

/// <summary>Waits for long-running operations with the SDK's own poller, telling how it goes.</summary>
/// <param name="endpoint">Whom to ask; nothing that is asked here is kept.</param>
/// <param name="patience">The waiting.</param>
/// <param name="where">Where the operation goes on, for the user.</param>
internal sealed class OperationWait(ResourceEndpoint endpoint, Patience patience, string where)
{
    // What is settled otherwise than it was wanted may be read from a copy that is behind (ARM's caches catch up within seconds).
    private static readonly TimeSpan[] Looks = [.. new[] { 1, 2, 4, 8, 16 }.Select(static s => TimeSpan.FromSeconds(s))];

    // A service that answered 202 has begun; it may take a while until its resource shows it.
    private const int LooksAfterAccepted = 12;

    internal Patience Patience => patience;

    /// <summary>Where operations go on, for the user.</summary>
    internal string Where => where;

    /// <summary>Waits until the operation has succeeded.</summary>
    /// <param name="accepted">What to follow.</param>
    /// <param name="activity">What is being done, for the progress display and for the error.</param>
    /// <param name="startedOn">When it was accepted.</param>
    /// <param name="deadline">When to give up, in the cloud's time; null waits for ever.</param>
    /// <param name="cancel">Stops the waiting, not the operation.</param>
    /// <exception cref="AmlVnetException">It failed, or took too long.</exception>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset startedOn, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        var resource = accepted.Resource.ToString();
        var again = Problems.WaitFor(resource) is { } command ? $" To wait for it again: {command}" : "";
        var waiting = new Waiting(activity, startedOn, deadline, (state, waited) => Problems.WaitTimedOut(resource, waited, state),
            $"Stopped waiting; '{resource}' goes on {where}.{again}");
        try
        {
            if (accepted.HeaderSource != "None" && await FollowOperationAsync(accepted, waiting, cancel).ConfigureAwait(false)
                && accepted.Method != "DELETE") return;
            await FollowResourceAsync(accepted, waiting, cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (Retries.PassingAnswer.Applies(e))
        {
            if (TimeLimit.Earlier(deadline) <= patience.Now) throw Problems.WaitTimedOut(resource, patience.Now - startedOn, e.Message);
            throw Problems.WaitBroken(resource, e);
        }
    }

    /// <summary>Reads what was changed until it is as it was wanted.
    /// What is still busy is waited for; a copy that is behind is given some time.</summary>
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
        var look = 0;
        return await patience.UntilAsync(new Waiting(null, patience.Now, deadline,
            (state, waited) => Problems.WaitTimedOut(id.ToString(), waited, state)), async token =>
        {
            var now = await LookAsync(read, token, deadline).ConfigureAwait(false);
            var answer = isSo(now);
            if (answer == false && look == Looks.Length) throw Problems.ChangeNotSeen(id.ToString(), seen(now));
            return answer == true ? Look.Over<T?>(now) : Look.Again<T?>(seen(now), answer is null ? null : Looks[look++]);
        }, cancel).ConfigureAwait(false);
    }

    /// <summary>Looks again where something else than the service answered, or nothing did: that ends no waiting,
    /// unless it stays so.</summary>
    internal Task<T> LookAsync<T>(Func<CancellationToken, Task<T>> look, CancellationToken cancel, DateTimeOffset? deadline = null) =>
        patience.TryAsync(new Waiting(null, patience.Now, deadline), [Retries.PassingAnswer], look, cancel);

    /// <summary>Asks where a header said; false where an answer leads on to a place that the token does not go to.</summary>
    private async Task<bool> FollowOperationAsync(Accepted accepted, Waiting waiting, CancellationToken cancel)
    {
        try
        {
            var token = accepted.ToRehydrationToken();
            var state = "Accepted";
            var first = RetryAfter.Read(accepted.RetryAfter, waiting.Since) - (patience.Now - waiting.Since);
            return await patience.UntilAsync(waiting, async stop =>
            {
                // Before the time that it named itself, the service has nothing to tell.
                if (first > TimeSpan.Zero)
                {
                    var pause = PollPace.After(TimeSpan.Zero, first);
                    first = null;
                    return Look.Again<bool>(state, pause);
                }

                var operation = await LookAsync(again => AskAsync(accepted, token, waiting.Title!, again), stop, waiting.Deadline)
                    .ConfigureAwait(false);
                if (operation.HasCompleted) return Look.Over(true);
                token = operation.GetRehydrationToken() ?? token;
                var response = operation.GetRawResponse();
                return Look.Again<bool>(state = StateIn(response) ?? state,
                    PollPace.After(patience.Now - waiting.Since, RetryAfter.Read(response, patience.Now)));
            }, cancel).ConfigureAwait(false);
        }
        catch (AmlVnetException e) when (e.ErrorId == nameof(Problems.TokenNotSent))
        {
            ActivityLog.Current.Verbose($"{e.Message} '{accepted.Resource}' itself is asked instead.");
            return false;
        }
    }

    /// <summary>
    /// Where no header says where to ask, the resource's own state tells (ARM's rule for a PUT without one). What was deleted is gone only
    /// when it can't be read any more.
    /// </summary>
    private async Task FollowResourceAsync(Accepted accepted, Waiting waiting, CancellationToken cancel)
    {
        var id = accepted.Resource.ToString();
        var isDelete = accepted.Method == "DELETE";
        var settled = 0;
        await patience.UntilAsync(waiting, async stop =>
        {
            var (isThere, state) = await LookAsync(again => ReadStateAsync(accepted.Request, again), stop, waiting.Deadline)
                .ConfigureAwait(false);
            if (isDelete && !isThere) return Look.Over(true);
            if (!isDelete && !isThere && accepted.Status is null) throw Problems.ResourceNotFound("resource", id);
            if (!isDelete && state is { HasFailed: true })
                throw Problems.OperationFailed(waiting.Title!, id, new ArmErrorDetail { Message = $"the resource is in state {state}" });
            // A missing state means success.
            var isBusy = state is { IsBusy: true };
            if (!isDelete && isThere && !isBusy) return Look.Over(true);
            if (!isBusy && settled == (accepted.Status == 202 ? Looks.Length + LooksAfterAccepted : Looks.Length))
                throw Problems.ChangeNotSeen(id,
                    isThere ? $"it is still there, in state {state?.ToString() ?? "unknown"}" : "it does not exist");
            TimeSpan? delay = isBusy || settled >= Looks.Length ? null : Looks[settled];
            if (!isBusy) settled++;
            return Look.Again<bool>(state?.ToString() ?? "InProgress", delay);
        }, cancel).ConfigureAwait(false);
    }

    private async Task<(bool IsThere, ProvisioningState? State)> ReadStateAsync(Uri address, CancellationToken cancel)
    {
        using var response = await endpoint.ReadAsync(address, cancel).ConfigureAwait(false);
        if (ResourceEndpoint.IsAbsent(response, address.AbsolutePath)) return (false, null);
        if (response.IsError) throw ArmErrors.From(response, address.AbsolutePath);
        AnswerBody.RequireId(response, address.AbsolutePath);
        return (true, StateIn(response));
    }

    /// <summary>
    /// One look at the operation; an answer that is no answer (a proxy's page) does not end the waiting. Each look has a poller of its own:
    /// the SDK's takes any refusal for the operation's end, and keeps to it.
    /// </summary>
    private async Task<Operation> AskAsync(Accepted accepted, RehydrationToken token, string activity, CancellationToken cancel)
    {
        var target = accepted.Resource.ToString();
        try
        {
            var operation = await Operation.RehydrateAsync(endpoint.Pipeline, token).WaitAsync(cancel).ConfigureAwait(false);
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
        // What the SDK makes of JSON that is of another form: it looks for members, and parses addresses and numbers in them.
        catch (Exception e)
            when (e is JsonException or InvalidOperationException or FormatException or ArgumentException or KeyNotFoundException
            or NullReferenceException or IndexOutOfRangeException or InvalidCastException)
        {
            throw Problems.AnswerUnreadable(target, e.Message, e);
        }
        catch (Exception e) when (e is not AmlVnetException && !cancel.IsCancellationRequested)
        {
            throw ArmErrors.From(e, target);
        }
    }

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

    /// <summary>Whether the service answered properly that the operation failed, as opposed to not answering.</summary>
    private static bool IsVerdict(RequestFailedException e) => e.GetRawResponse() is { IsError: false } response
        && (ProvisioningState?)StateIn(response) is { HasFailed: true };
}
