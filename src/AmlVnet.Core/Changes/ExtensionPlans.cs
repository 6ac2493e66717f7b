namespace AmlVnet.Core.Changes;

/// <summary>The extension that is wished.</summary>
public sealed record ExtensionRequest
{
    /// <summary>Its name; null takes that of the one that is there, else <see cref="ExtensionPlans.DefaultName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>What it is to do.</summary>
    public required ExtensionWish Wish { get; init; }

    /// <summary>The version to hold it at; null lets it upgrade by itself.</summary>
    public string? Version { get; init; }

    /// <summary>The release train; null takes Stable, or leaves it as it is.</summary>
    public string? ReleaseTrain { get; init; }

    /// <summary>Whether an update may lose protected settings that are not given again.</summary>
    public bool ForgetsProtected { get; init; }

    /// <summary>Whether a certificate from files that is there stays, unless something else is changed: nobody can compare it.</summary>
    public bool KeepsCertificate { get; init; }

    /// <summary>Whether the command may run kubectl in the cluster.</summary>
    public bool LooksInside { get; init; }

    /// <summary>Whether the command waits for the end.</summary>
    public bool Wait { get; init; } = true;
}

/// <summary>What a plan of the extension looks at.</summary>
public sealed record ExtensionSituation
{
    /// <summary>The cluster.</summary>
    public required ExtensionCluster Cluster { get; init; }

    /// <summary>Whether the cluster acts by a service principal.</summary>
    public bool HasServicePrincipal { get; init; }

    /// <summary>Running or Stopped; null where the answer does not say.</summary>
    public PowerState? PowerState { get; init; }

    /// <summary>The Azure Machine Learning extension that is there.</summary>
    public ExtensionFacts? Existing { get; init; }

    /// <summary>Whether the provider is registered.</summary>
    public Known<string> Registration { get; init; }

    /// <summary>What the checks of the network found.</summary>
    public IReadOnlyList<CheckResult> Findings { get; init; } = [];

    /// <summary>What is inside the cluster; not gathered without -UseRunCommand.</summary>
    public ClusterInside Inside { get; init; } = new();
}

/// <summary>Plans the installing, the changing and the removing of the Azure Machine Learning extension.</summary>
public static class ExtensionPlans
{
    /// <summary>The provider of cluster extensions.</summary>
    public const string Provider = "Microsoft.KubernetesConfiguration";

    /// <summary>The name that the extension is given where none is asked for.</summary>
    public const string DefaultName = "azureml";

    /// <summary>The operation of installing.</summary>
    public const string InstallKind = "InstallAksAmlExtension";

    /// <summary>The operation of changing.</summary>
    public const string UpdateKind = "UpdateAksAmlExtension";

    /// <summary>The operation of removing.</summary>
    public const string UninstallKind = "UninstallAksAmlExtension";

    // What belongs to a router and to its TLS: where a wish leaves one of these out, it is not to be there.
    private static readonly string[] RouterKeys =
    [
        "internalLoadBalancerProvider", "scoringFe.serviceType.internalLoadBalancer", "scoringFe.serviceType.nodePort", "sslSecret",
        "scoringFe.sslSecret", "sslCname", "scoringFe.enableUpgrade",
    ];

    /// <summary>Plans the installing. The same settings again give no step; others are refused with the difference.</summary>
    /// <exception cref="AmlVnetException">It can't be, or another one is there.</exception>
    public static Plan Install(ExtensionRequest request, ExtensionSituation now)
    {
        Require(request.Wish, now);
        var settings = ExtensionSettings.Of(request.Wish, now.Cluster);
        if (now.Existing is { } existing)
        {
            RequireName(request, existing);
            if (existing.State == ProvisioningState.Deleting)
                throw Problems.WrongState("extension", existing.Id, "Deleting", "Wait until it is gone, and run the command again.");
            if (existing.IsInstalled || existing.State is { IsBusy: true })
                return Same(existing, settings, request)
                    ?? throw Problems.ExtensionDiffers(existing.Id,
                    [.. Differences(existing, settings, request).Select(static one => one.ToString())]);
        }

        var id = now.Existing?.Id ?? IdOf(now.Cluster.Id, request.Name ?? DefaultName).ToString();
        var put = new PutExtension
        {
            Target = id,
            Sentence = $"Install the Azure Machine Learning extension on cluster {now.Cluster.Id.Name}: "
                + $"{Describe(request.Wish, now.Cluster)}",
            Values = Values(new Dictionary<string, string>(), settings),
            Activity = $"Installing the extension on {now.Cluster.Id.Name}",
            Kind = InstallKind,
            Settings = settings.Open,
            Protected = settings.Protected,
            ReleaseTrain = request.ReleaseTrain ?? "Stable",
            Version = request.Version,
            UpgradesItself = request.Version is null,
            LooksInside = request.LooksInside,
            Wait = request.Wait,
        };
        return Ready(now, put, []) with
        {
            Warnings = [.. InsideWarnings(request.Wish, now.Inside), .. RegistrationWarnings(now)],
            Remarks = now.Existing is { } failed ? [$"An earlier installation '{failed.Id}' is {failed.State}; it is sent again."] : [],
        };
    }

    /// <summary>Plans a change: what was set and is not asked about stays.</summary>
    /// <param name="request">What is asked; its wish is that of what is installed, with the changes.</param>
    /// <param name="now">What is there.</param>
    /// <exception cref="AmlVnetException">There is none, it can't be, or what an update needs is missing.</exception>
    public static Plan Update(ExtensionRequest request, ExtensionSituation now)
    {
        var existing = now.Existing ?? throw Problems.ExtensionMissing(now.Cluster.Id.ToString());
        RequireName(request, existing);
        var installed = existing.Settings
            ?? throw Problems.NotReadable("settings of the extension", existing.Id,
                "the answer has none, and an update would lose what was set.");
        Require(request.Wish, now, isUpdate: true);
        var (before, after) =
            (ExtensionSettings.Make(ExtensionWish.From(installed), Whole(now)), ExtensionSettings.Make(request.Wish, Whole(now)));
        var merged = Merge(installed, before.Open, after.Open);
        var changes = Values(installed, new ExtensionSettings(merged, after.Protected));
        var release = ReleaseChanges(request, existing);
        var isSo = release.Count == 0 && (changes.Count == 0 || (request.KeepsCertificate && ExtensionWish.From(installed).HasFileTls
            && Values(installed, new ExtensionSettings(merged, [])).Count == 0));
        // What an earlier try began is followed; another change has to wait.
        if (existing.State is { IsBusy: true } busy && (!isSo || busy == ProvisioningState.Deleting))
            throw Problems.WrongState("extension", existing.Id, busy.ToString(), "Wait until it is done, and run the command again.");
        if (isSo && existing.State is not { HasFailed: true })
            return new Plan { Remarks = [$"The extension '{existing.Id}' is so already; nothing is sent."] };
        var missing = ToGiveAgain(existing, request.Wish).Except(after.Protected.Select(static one => one.Key)).ToArray();
        if (missing.Length > 0 && !request.ForgetsProtected)
            throw Problems.ProtectedSettingsMissing(existing.Id, missing);
        var put = new PutExtension
        {
            Target = existing.Id,
            Sentence = $"Change the Azure Machine Learning extension of cluster {now.Cluster.Id.Name}: "
                + (changes.Count + release.Count == 0 ? "send it again, for its last change failed"
                    : string.Join("; ",
                        changes.Concat(release).Select(static one => $"{one.Name}: {one.Before ?? "(none)"} -> {one.After ?? "(none)"}"))),
            Values = [.. changes, .. release],
            Activity = $"Changing the extension of {now.Cluster.Id.Name}",
            Kind = UpdateKind,
            Settings = merged,
            Protected = after.Protected,
            ReleaseTrain = request.ReleaseTrain ?? existing.ReleaseTrain ?? "Stable",
            Version = request.Version ?? existing.Version,
            UpgradesItself = request.Version is null && (existing.UpgradesItself ?? existing.Version is null),
            ReleaseNamespace = existing.ReleaseNamespace ?? Kubectl.ExtensionNamespace,
            LooksInside = request.LooksInside,
            Wait = request.Wait,
        };
        var forgotten = missing.Length == 0 ? ""
            : $"The service forgets these protected settings, which were not given again: {string.Join(", ", missing)}.";
        return new Plan { Steps = [put], Findings = now.Findings, Warnings = forgotten.Length == 0 ? [] : [forgotten] };
    }

    /// <summary>Plans the removal.</summary>
    /// <param name="cluster">The cluster.</param>
    /// <param name="existing">What is there; null where nothing is.</param>
    /// <param name="computes">The Kubernetes computes that stand for the cluster.</param>
    /// <param name="wait">Whether the command waits for the end.</param>
    public static Plan Uninstall(ArmId cluster, ExtensionFacts? existing, Known<IReadOnlyList<string>> computes, bool wait)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        if (existing is null)
            return new Plan { Warnings = [$"There is no Azure Machine Learning extension on '{cluster}'; nothing was removed."] };
        if (existing.State == ProvisioningState.Deleting)
            return new Plan { Remarks = [$"'{existing.Id}' is being removed already; nothing is sent."] };
        return new Plan
        {
            Steps =
            [
                new DeleteExtension
                {
                    Target = existing.Id,
                    Sentence = $"Uninstall the Azure Machine Learning extension from cluster {cluster.Name}; the router goes, with its "
                        + "address",
                    Values = [new("extension", existing.CurrentVersion ?? existing.State?.ToString(), null)],
                    Wait = wait,
                },
            ],
            Warnings = [Stops(cluster, computes)],
        };
    }

    /// <summary>What stops working without the extension.</summary>
    public static string Stops(ArmId cluster, Known<IReadOnlyList<string>> computes)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        const string Rest = "online endpoints stop answering, jobs stop, and the router's address goes; detach the computes with "
            + "Remove-AmlKubernetesCompute.";
        return computes.Value switch
        {
            { Count: > 0 } all =>
                $"Without the extension these computes of cluster {cluster.Name} stop working: {string.Join(", ", all)}. Their {Rest}",
            { } => $"No compute of type Kubernetes that this sign-in sees stands for cluster {cluster.Name}. Where there is one elsewhere, "
                + $"its {Rest}",
            _ => $"Which computes stand for cluster {cluster.Name} is not known ({computes.Why}). Their {Rest}",
        };
    }

    /// <summary>
    /// The protected settings that an update has to bring again: those that the answer names,
    /// and the certificate where TLS can only be from files.
    /// </summary>
    public static IEnumerable<string> ToGiveAgain(ExtensionFacts existing, ExtensionWish? wish)
    {
        ArgumentNullException.ThrowIfNull(existing);
        string[] tls = ["scoringFe.sslCert", "scoringFe.sslKey"];
        return existing.ProtectedKeys.Except(tls).Concat(wish is { HasFileTls: true } ? tls : []);
    }

    /// <summary>The id of an extension.</summary>
    public static ArmId IdOf(ArmId cluster, string name)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        return cluster.Extension(Provider, "extensions", name);
    }

    /// <summary>Why a text can't be the name of an extension, or null: it becomes the name of a Helm release.</summary>
    public static string? CheckName(string? name) =>
        name is { Length: > 0 and <= 53 } && Kubectl.CheckSecret(name) is null && !name.Contains('.', StringComparison.Ordinal)
        ? null
        : $"'{name}' is no name of an extension: it becomes a Helm release and must be 1 to 53 lower-case letters, digits or '-', and "
            + "begin and end with a letter or digit; give such a name.";

    private static void Require(ExtensionWish wish, ExtensionSituation now, bool isUpdate = false)
    {
        // A certificate that is there already is not given again, and its absence is said where it is needed.
        var asked = isUpdate && wish is { HasFileTls: true, CertificateFile: null, KeyFile: null } ? wish with { AllowsInsecure = true }
            : wish;
        if (ExtensionSettings.Impossible(asked, now.Cluster) is { } problem)
            throw Problems.InvalidCombination(problem.Sentence, problem.Fix);
        if (now.HasServicePrincipal) throw Problems.ClusterNeedsIdentity(now.Cluster.Id.ToString());
        if (now.PowerState == Facts.PowerState.Stopped)
            throw Problems.WrongState("cluster", now.Cluster.Id.ToString(), "Stopped",
                $"az aks start --ids {Commands.Quote(now.Cluster.Id.ToString())}");
        if (now.Inside.Refusal(asked) is { } inside) throw inside;
    }

    private static void RequireName(ExtensionRequest request, ExtensionFacts existing)
    {
        if (request.Name is { } name && !name.Equals(existing.Name, StringComparison.OrdinalIgnoreCase))
            throw Problems.InvalidCombination(
                $"A cluster takes one extension of Azure Machine Learning, and '{existing.ClusterId.Name}' has '{existing.Name}'; "
                + $"'{name}' can't be a second one.", "Leave -ExtensionName out, or remove the other one first: Uninstall-AksAmlExtension.")
                ;
    }

    /// <summary>A plan without steps where all is so already, or is on its way to it; else null.</summary>
    private static Plan? Same(ExtensionFacts existing, ExtensionSettings settings, ExtensionRequest request)
    {
        if (Differences(existing, settings, request).Count > 0) return null;
        if (existing.State is { HasFailed: true }) return null;
        return new Plan
        {
            Remarks = [$"Found the extension '{existing.Id}'; nothing is sent."
                + (settings.Protected.Count > 0 ? " What is protected can't be compared; Update-AksAmlExtension sends it anew." : "")],
        };
    }

    private static List<SettingDifference> Differences(ExtensionFacts existing, ExtensionSettings settings,
        ExtensionRequest request)
    {
        if (existing.Settings is not { } installed) return [new("configurationSettings", "(not shown)", "as asked")];
        List<SettingDifference> all = [.. settings.DifferencesFrom(installed)];
        all.AddRange(RouterKeys.Where(key => !settings.Open.ContainsKey(key) && IsSet(installed, key))
            .Select(key => new SettingDifference(key, installed[key], "(none)")));
        all.AddRange(ReleaseChanges(request, existing)
            .Select(static one => new SettingDifference(one.Name, one.Before ?? "(none)", one.After ?? "(none)")));
        if (existing.State is { HasFailed: true } failed) all.Add(new("provisioningState", failed.ToString(), "Succeeded"));
        return all;
    }

    private static List<ValueChange> ReleaseChanges(ExtensionRequest request, ExtensionFacts existing)
    {
        var changes = new List<ValueChange>();
        if (request.Version is { } version && version != existing.Version)
            changes.Add(new("version", existing.Version ?? existing.CurrentVersion, version));
        if (request.ReleaseTrain is { } train && !train.Equals(existing.ReleaseTrain, StringComparison.OrdinalIgnoreCase))
            changes.Add(new("releaseTrain", existing.ReleaseTrain, train));
        return changes;
    }

    private static bool IsSet(IReadOnlyDictionary<string, string> installed, string key) =>
        installed.GetValueOrDefault(key) is { Length: > 0 } value && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>What is installed, with nothing changed but what the two wishes differ in.</summary>
    private static SortedDictionary<string, string> Merge(IReadOnlyDictionary<string, string> installed,
        IReadOnlyDictionary<string, string> before,
        IReadOnlyDictionary<string, string> after)
    {
        var merged = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in installed) merged[key] = value;
        foreach (var key in before.Keys.Union(after.Keys))
        {
            var (old, wanted) = (before.GetValueOrDefault(key), after.GetValueOrDefault(key));
            if (string.Equals(old, wanted, StringComparison.Ordinal)) continue;
            if (wanted is null) merged.Remove(key);
            else if (!string.Equals(merged.GetValueOrDefault(key), wanted, StringComparison.OrdinalIgnoreCase)) merged[key] = wanted;
        }

        return merged;
    }

    /// <summary>The values that go over the wire, before and after; of protected ones only that they are sent.</summary>
    private static List<ValueChange> Values(IReadOnlyDictionary<string, string> installed, ExtensionSettings settings)
    {
        List<ValueChange> changes = [.. settings.Open.Where(one => installed.GetValueOrDefault(one.Key) != one.Value)
            .Select(one => new ValueChange(one.Key, installed.GetValueOrDefault(one.Key), one.Value))];
        changes.AddRange(installed.Where(one => !settings.Open.ContainsKey(one.Key))
            .Select(static one => new ValueChange(one.Key, one.Value, null)));
        changes.AddRange(settings.Protected.Select(static one => new ValueChange(one.Key, null, one.Told)));
        return changes;
    }

    private static ExtensionCluster Whole(ExtensionSituation now) => now.Cluster with { Nodes = null };


    private static Plan Ready(ExtensionSituation now, Step put, IReadOnlyList<Step> before)
    {
        var subscription = now.Cluster.Id.SubscriptionId!;
        var register = now.Registration is { Value: { } state } && !state.Equals("Registered", StringComparison.OrdinalIgnoreCase)
            ? new RegisterProvider
            {
                Target = $"/subscriptions/{subscription}/providers/{Provider}",
                Sentence = $"Register the resource provider {Provider} in subscription {subscription}: {state} -> Registered",
                Values = [new("registrationState", state, "Registered")],
                SubscriptionId = subscription,
                Provider = Provider,
            }
            : null;
        return new Plan
        {
            Steps = register is null ? [.. before, put] : [register, .. before, put],
            Findings = now.Findings,
            NeedsAllSteps = register is not null,
        };
    }

    private static IEnumerable<string> RegistrationWarnings(ExtensionSituation now) => now.Registration.State == KnownState.Value ? []
        : [$"Whether {Provider} is registered is not known: {now.Registration.Why} If it is not: az provider register --namespace "
            + $"{Provider} --wait"];

    private static IEnumerable<string> InsideWarnings(ExtensionWish wish, ClusterInside inside) =>
        inside.NotLookedAt(wish) is { Count: > 0 } lines
        ? ["What is inside the cluster Azure Resource Manager does not show. Look yourself, or give -UseRunCommand: "
            + $"{string.Join("; ", lines)}"]
        : [];

    private static string Describe(ExtensionWish wish, ExtensionCluster cluster)
    {
        var words = new List<string>();
        if (wish.Training) words.Add("training");
        if (!wish.Inference) return string.Join(", ", words);
        words.Add("inference");
        words.Add((wish.ServiceType, wish.IsPublic) switch
        {
            (RouterServiceType.LoadBalancer, false) => "router on an internal load balancer in the nodes' subnet",
            (RouterServiceType.LoadBalancer, true) => "router on a PUBLIC load balancer",
            (RouterServiceType.NodePort, _) => "router on a port of each node",
            _ => "router inside the cluster only",
        });
        words.Add((wish.HighAvailability ?? (cluster.Nodes is { } nodes ? nodes >= 3 : null)) switch
        {
            true => "three routers",
            false => "one router",
            null => "three routers (the extension's own default; how many nodes there are is not known)",
        });
        words.Add(wish.AllowsInsecure ? "scoring without TLS"
            : $"TLS for {wish.Cname} from {(wish.TlsSecret is { } secret ? $"secret {secret}" : wish.CertificateFile)}");
        return string.Join(", ", words);
    }
}
