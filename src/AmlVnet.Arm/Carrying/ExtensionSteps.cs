namespace AmlVnet.Arm.Carrying;

/// <summary>Registers the provider of extensions, and installs, changes and removes the extension of Azure Machine Learning.</summary>
/// <param name="azure">What the command has read.</param>
/// <param name="keys">The secrets that an extension's protected settings refer to; null where none is sent.</param>
internal sealed class ExtensionSteps(AzureReader azure, KeysInHand? keys = null)
{
    // A provider that is new to a subscription is registered region by region, within minutes.
    private static readonly TimeSpan RegistrationLimit = TimeSpan.FromMinutes(30);

    private ServiceClients Services => azure.Connection.Services;

    /// <summary>Registers the subscription with a provider, and waits until it is.</summary>
    internal async Task<Outcome> RegisterAsync(RegisterProvider step, CancellationToken cancel)
    {
        await Services.Providers.RegisterAsync(step.SubscriptionId, step.Provider, cancel).ConfigureAwait(false);
        var wait = azure.Wait;
        var title = $"Registering {step.Provider}";
        await wait.Patience.UntilAsync(new Waiting(title, azure.Now, azure.Now + RegistrationLimit,
            (state, waited) => Problems.WaitTimedOut(step.Target, waited, state),
            $"Stopped waiting; the registration goes on {wait.Where}. Run the same command again to go on."), async token =>
        {
            var state = await wait.LookAsync(async again =>
                await Services.Providers.GetStateAsync(step.SubscriptionId, step.Provider, again).ConfigureAwait(false)
                ?? "unknown", token).ConfigureAwait(false);
            return state.Equals("Registered", StringComparison.OrdinalIgnoreCase) ? Look.Over(state)
                : Look.Again<string>(state);
        }, cancel).ConfigureAwait(false);
        azure.Forget(step.Target);
        return new Outcome { Step = step };
    }

    /// <summary>Writes the extension; what is not waited for is left as an operation.</summary>
    internal Task<Outcome> PutAsync(PutExtension step, CancellationToken cancel) => azure.Wait.Patience.TryAsync(
        new Waiting(step.Activity, azure.Now,
            PauseWords: $"Stopped between two tries; the extension '{step.Target}' is not installed. Run the same command again to go on."),
        // Only a right that was granted lately may not have taken effect yet.
        step is { GrantedOn: not null, Wait: true } ? [Retries.RouterRightFresh] : [], token => PutOnceAsync(step, token), cancel,
        delay => $"the right may not have taken effect yet; trying again in {delay.TotalSeconds:0} s", step.GrantedOn);

    private async Task<Outcome> PutOnceAsync(PutExtension step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        var accepted = await Services.Extensions.PutAsync(id, await ToWireAsync(step, cancel).ConfigureAwait(false),
            cancel).ConfigureAwait(false);
        if (!step.Wait && accepted.IsRunning) return new Outcome { Step = step, Running = accepted.ToOperation(step.Kind, started) };
        await WaitAsync(accepted, step.Activity, started, cancel, looksInside: step.LooksInside).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    /// <summary>Removes the extension.</summary>
    internal async Task<Outcome> DeleteAsync(DeleteExtension step, CancellationToken cancel)
    {
        var id = ArmId.Parse(step.Target);
        var started = azure.Now;
        if (await Services.Extensions.DeleteAsync(id, cancel).ConfigureAwait(false) is not { } accepted) return new Outcome { Step = step };
        if (!step.Wait && accepted.IsRunning)
            return new Outcome { Step = step, Running = accepted.ToOperation(ExtensionPlans.UninstallKind, started) };
        await azure.Wait.WaitAsync(accepted, $"Uninstalling the extension of {id.Parent!.Name}", started, null,
            cancel).ConfigureAwait(false);
        return new Outcome { Step = step };
    }

    /// <summary>Waits for an operation on the extension, and reads it back; what failed is told with its cause and what to do.</summary>
    internal async Task WaitAsync(Accepted accepted, string activity, DateTimeOffset started, CancellationToken cancel,
        DateTimeOffset? deadline = null, bool looksInside = false)
    {
        var id = accepted.Resource;
        try
        {
            await azure.Wait.WaitAsync(accepted, activity, started, deadline, cancel).ConfigureAwait(false);
        }
        catch (ArmRequestException e) when (e.ErrorId == nameof(Problems.OperationFailed))
        {
            throw await ExplainAsync(id, activity, e.Error, looksInside, cancel).ConfigureAwait(false);
        }

        if (accepted.Method == "DELETE") return;
        ArmErrorDetail? failed = null;
        await azure.Wait.ReadBackAsync(id, token => azure.Kubernetes.FindExtensionNowAsync(id, token), now =>
        {
            if (now?.State is { HasFailed: true }) failed =
                now.Error ?? new ArmErrorDetail { Message = $"the extension is {now.State}" };
            return failed is not null ? true : now?.State is { IsBusy: true } ? null : now is not null;
        }, static now => now is null ? "it does not exist" : $"it is in state {now.State}", null, cancel).ConfigureAwait(false);
        if (failed is not null) throw await ExplainAsync(id, activity, failed, looksInside, cancel).ConfigureAwait(false);
    }

    /// <summary>The error of an installation seldom says what is wrong;
    /// the extension's own statuses may, and the report in the cluster does.</summary>
    private async Task<ArmRequestException> ExplainAsync(ArmId id, string activity, ArmErrorDetail? error, bool looksInside,
        CancellationToken cancel)
    {
        var seen = await FactsReader.TryAsync(() => azure.Kubernetes.FindExtensionNowAsync(id, cancel), "").ConfigureAwait(false);
        var report = looksInside
            ? await new ClusterCommands(azure).LookAsync(id.Parent!, Core.Remedies.Kubectl.ShowHealth(), cancel).ConfigureAwait(false)
            : default;
        var decoded = ExtensionReport.Decode(seen.Value, [.. ExtensionReport.TextsOf(error), report.Value]);
        if (decoded.Count == 0)
            return Problems.OperationFailed(activity, id.ToString(), error,
                "The error does not say the cause; the report in the cluster does: kubectl describe configmap -n "
                    + $"{Core.Remedies.Kubectl.ExtensionNamespace} arcml-healthcheck");
        return Problems.OperationFailed(activity, id.ToString(), error,
            string.Join(Environment.NewLine, decoded.Select(static one => one.Fix).Distinct()),
            string.Join(" ", decoded.Select(static one => $"{one.Code}{(one.Name.Length > 0 ? $" {one.Name}" : "")}: {one.Cause}")));
    }

    private async Task<WireExtension> ToWireAsync(PutExtension step, CancellationToken cancel)
    {
        var secrets = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var one in step.Protected) secrets[one.Key] = one.Form == ExtensionValueForm.InHand ? keys!.ResolveSecret(one.File)
            : await ResolveAsync(one, cancel).ConfigureAwait(false);
        return new WireExtension
        {
            Identity = new() { Type = "SystemAssigned" },
            Properties = new()
            {
                ExtensionType = ExtensionFacts.MachineLearning,
                AutoUpgradeMinorVersion = step.UpgradesItself,
                ReleaseTrain = step.ReleaseTrain,
                Version = step.UpgradesItself ? null : step.Version,
                Scope = new() { Cluster = new() { ReleaseNamespace = step.ReleaseNamespace } },
                ConfigurationSettings = step.Settings.ToDictionary(static one => one.Key, static one => (string?)one.Value,
                    StringComparer.Ordinal),
                ConfigurationProtectedSettings = secrets.Count == 0 ? null : secrets,
            },
        };
    }

    /// <summary>What a reference to a protected setting stands for: the file, read at this moment.</summary>
    private static async Task<string> ResolveAsync(ProtectedReference reference, CancellationToken cancel)
    {
        try
        {
            var bytes = await File.ReadAllBytesAsync(reference.File, cancel).ConfigureAwait(false);
            SentSecrets.Learn(System.Text.Encoding.UTF8.GetString(bytes));
            return Convert.ToBase64String(bytes);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileUnreadable(reference.Key == "scoringFe.sslKey" ? "SslKeyPath" : "SslCertificatePath", reference.File,
                e.Message);
        }
    }
}
