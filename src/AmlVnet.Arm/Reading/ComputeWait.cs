namespace AmlVnet.Arm.Reading;

/// <summary>Waits for a compute that is at something, whoever began it.</summary>
internal sealed class ComputeWait(AzureReader azure)
{
    /// <summary>Waits until the compute itself says that it is done, and returns it as it is then.</summary>
    internal async Task<WireCompute> UntilReadyAsync(ArmId id, WireCompute now, string activity, DateTimeOffset? deadline,
        CancellationToken cancel) =>
        await WhileBusyAsync(id, now, activity, deadline, cancel).ConfigureAwait(false)
            ?? throw Problems.ResourceNotFound("compute", id.ToString());

    /// <summary>Waits until a compute that is being removed is no more.</summary>
    /// <exception cref="AmlVnetException">The removal failed.</exception>
    internal async Task UntilGoneAsync(ArmId id, WireCompute now, string activity, CancellationToken cancel)
    {
        if (await WhileBusyAsync(id, now, activity, null, cancel).ConfigureAwait(false) is { } left)
            throw Problems.OperationFailed(activity, id.ToString(),
                left.ToAksCompute().Errors.FirstOrDefault()
                    ?? new ArmErrorDetail { Message = $"the compute is {left.State}" });
    }

    /// <summary>Asks for a compute while it is busy; null once it is gone.</summary>
    private async Task<WireCompute?> WhileBusyAsync(ArmId id, WireCompute first, string activity, DateTimeOffset? deadline,
        CancellationToken cancel)
    {
        if (first.State is not { IsBusy: true }) return first;
        var wait = azure.Wait;
        WireCompute? now = first;
        var isFirst = true;
        return await wait.Patience.UntilAsync(
            new Waiting(activity, azure.Now, deadline, (state, waited) => Problems.WaitTimedOut(id.ToString(), waited, state),
                $"Stopped waiting for '{id}'; what it is at goes on {wait.Where}. Run the same command again to go on."),
            async token =>
            {
                if (!isFirst) now = await wait.LookAsync(again => azure.FindComputeNowAsync(id, again), token).ConfigureAwait(false);
                isFirst = false;
                if (now?.State is { IsBusy: true } state)
                    return Look.Again<WireCompute?>(state.ToString());
                // What was read while somebody changed it, the cluster's load balancers above all, is as old as that.
                azure.ForgetClusters();
                azure.Forget(id.ToString());
                return Look.Over(now);
            }, cancel).ConfigureAwait(false);
    }
}
