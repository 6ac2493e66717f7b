namespace AmlVnet.Arm.Carrying;

/// <summary>Waits for an operation on a compute, and reads the compute back.</summary>
internal sealed class ComputeOperation(AzureReader azure)
{
    /// <summary>Waits; what the compute itself says went wrong goes into the error.</summary>
    /// <param name="accepted">What to follow.</param>
    /// <param name="activity">What is being done, for the progress display and for the error.</param>
    /// <param name="started">When it was accepted.</param>
    /// <param name="cancel">Stops the waiting, not the operation.</param>
    /// <param name="deadline">When to give up, in the cloud's time; null waits for ever.</param>
    /// <param name="wanted">The load balancer that the compute is to have then; null where that is left alone.</param>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset started, CancellationToken cancel,
        DateTimeOffset? deadline = null,
        LoadBalancerType? wanted = null)
    {
        var id = accepted.Resource;
        try
        {
            await azure.Wait.WaitAsync(accepted, activity, started, deadline, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.ErrorId == nameof(Problems.OperationFailed))
        {
            throw Problems.OperationFailed(activity, id.ToString(),
                await WithComputeErrorsAsync(id, e.Error, cancel).ConfigureAwait(false));
        }

        if (accepted.Method == "DELETE") return;
        await azure.Wait.ReadBackAsync(id, token => azure.FindComputeNowAsync(id, token), IsSo,
            now => now is null ? "it does not exist"
                : $"its load balancer is {now.Properties?.Properties?.LoadBalancerType ?? "unknown"}, not {wanted}",
            deadline, cancel).ConfigureAwait(false);

        bool? IsSo(WireCompute? now)
        {
            var state = now?.State;
            // An operation may succeed and leave the resource failed.
            if (state is { HasFailed: true })
                throw Problems.OperationFailed(activity, id.ToString(),
                    now!.ToAksCompute().Errors.FirstOrDefault() ?? new ArmErrorDetail { Message = $"the compute is {state}" });
            if (state is { IsBusy: true }) return null;
            return now is not null && (wanted is null || now.ToAksCompute().LoadBalancerType == wanted);
        }
    }

    private async Task<ArmErrorDetail?> WithComputeErrorsAsync(ArmId id, ArmErrorDetail? error, CancellationToken cancel)
    {
        try
        {
            var compute = await azure.FindComputeNowAsync(id, cancel).ConfigureAwait(false);
            var own = compute?.ToAksCompute().Errors ?? [];
            if (own.Length == 0) return error;
            if (error is null) return own[0];
            var extra = own.Where(o => o.Message != error.Message && error.Inner.All(d => d.Message != o.Message)).ToArray();
            return error with
            {
                Inner = extra.Length > 0 ? [.. error.Inner, .. extra] : error.Inner.Length > 0 ? error.Inner : own[0].Inner,
            };
        }
        catch (AmlVnetException)
        {
            return error;
        }
    }
}
