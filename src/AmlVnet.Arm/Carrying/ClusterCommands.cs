namespace AmlVnet.Arm.Carrying;

/// <summary>Runs kubectl inside a cluster, through Azure Resource Manager (managedClusters/runCommand): only where the user asked for
/// it.</summary>
internal sealed class ClusterCommands(AzureReader azure)
{
    /// <summary>Runs lines that only look; what can't be run is unknown with the reason.</summary>
    internal async Task<Known<string>> LookAsync(ArmId cluster, string lines, CancellationToken cancel)
    {
        try
        {
            var result = await RunAsync(cluster, lines, $"Looking into cluster {cluster.Name}", cancel).ConfigureAwait(false);
            return result.IsDone ? Known.Of(result.Logs.Trim())
                : Known.Unknown<string>($"In cluster {cluster.Name} the command failed: {Why(result)}");
        }
        // Many clusters run no command: it is switched off, or their API server lets nobody in.
        catch (AmlVnetException e) when (e.Kind != ProblemKind.Authentication && !TimeLimit.IsUp(azure.Now))
        {
            return Known.Unknown<string>(e.Message);
        }
    }

    /// <summary>Runs the lines of a step.</summary>
    /// <exception cref="AmlVnetException">One failed, or could not be run.</exception>
    internal async Task<Outcome> RunAsync(RunInCluster step, CancellationToken cancel)
    {
        var cluster = ArmId.Parse(step.Target);
        var activity = $"Running kubectl in cluster {cluster.Name}";
        var result = await RunAsync(cluster, string.Join(" && ", step.Lines), activity, cancel).ConfigureAwait(false);
        return result.IsDone ? new Outcome { Step = step }
            : throw Problems.OperationFailed(activity, step.Target, new ArmErrorDetail { Message = Why(result) },
                string.Join('\n', step.Lines));
    }

    private async Task<ClusterCommandResult> RunAsync(ArmId cluster, string command, string activity, CancellationToken cancel)
    {
        var wait = azure.Wait;
        // As the Azure CLI does it (aks command invoke): where Microsoft Entra guards the API server, the command runs as who signed in.
        var isGuarded = (await azure.FindClusterAsync(cluster, cancel).ConfigureAwait(false))?.Properties?.AadProfile?.Managed == true;
        var token = isGuarded ? await azure.Connection.FindClusterTokenAsync(cancel).ConfigureAwait(false) : null;
        var (result, poll) = await azure.RunCommands.StartAsync(cluster, command, token, cancel).ConfigureAwait(false);
        result ??= await wait.Patience.UntilAsync(new Waiting(activity, azure.Now, azure.Now + TimeSpan.FromMinutes(10),
            (state, waited) => Problems.WaitTimedOut(cluster.ToString(), waited, state)), async token =>
        {
            var seen = await wait.LookAsync(again => azure.RunCommands.FindResultAsync(poll!, again), token).ConfigureAwait(false);
            return seen is null ? Look.Again<Clients.WireCommandResult>("Running") : Look.Over(seen);
        }, cancel).ConfigureAwait(false);
        return result.ToFacts();
    }

    private static string Why(ClusterCommandResult result) =>
        (result.Reason ?? result.Logs).Trim() is { Length: > 0 } said ? said : $"it ended with {result.ExitCode?.ToString(
            System.Globalization.CultureInfo.InvariantCulture) ?? "no exit code"}";
}
