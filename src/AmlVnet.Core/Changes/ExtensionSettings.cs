namespace AmlVnet.Core.Changes;

/// <summary>A protected setting by reference: the file that its value is made of. The value itself is in no plan.</summary>
/// <param name="Key">The setting's key.</param>
/// <param name="File">The file; or the reference to a secret in hand.</param>
/// <param name="Form">What is made of it.</param>
public sealed record ProtectedReference(string Key, string File, ExtensionValueForm Form)
{
    /// <summary>Where the value is from, in words.</summary>
    public string Told => Form == ExtensionValueForm.InHand ? "(given)" : $"(of {File})";
}

/// <summary>Why a wish cannot be fulfilled.</summary>
/// <param name="Sentence">What does not go together.</param>
/// <param name="Fix">What to give instead.</param>
public sealed record ImpossibleWish(string Sentence, string Fix);

/// <summary>The two maps of settings of the Azure Machine Learning extension.</summary>
/// <param name="Open">What anybody may see.</param>
/// <param name="Protected">What is sent and never given back, by reference.</param>
public sealed record ExtensionSettings(IReadOnlyDictionary<string, string> Open, IReadOnlyList<ProtectedReference> Protected)
{
    private const string True = "True";

    private const string False = "False";

    /// <summary>The nodes that three routers need.</summary>
    private const int NodesForAvailability = 3;

    /// <summary>The settings that fulfil a wish on a cluster: those that the Azure CLI would send.</summary>
    /// <exception cref="ArgumentException">The wish is impossible; <see cref="Impossible"/> says it before.</exception>
    public static ExtensionSettings Of(ExtensionWish wish, ExtensionCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(wish);
        ArgumentNullException.ThrowIfNull(cluster);
        if (Impossible(wish, cluster) is { } problem)
            throw new ArgumentException($"{problem.Sentence} {problem.Fix}", nameof(wish));
        return Make(wish, cluster);
    }

    /// <summary>The same of a wish that nobody has looked at, such as that of what is installed.</summary>
    public static ExtensionSettings Make(ExtensionWish wish, ExtensionCluster cluster)
    {
        var open = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddCluster(open, cluster);
        (open["enableTraining"], open["enableInference"]) = (Flag(wish.Training), Flag(wish.Inference));
        var files = new List<ProtectedReference>();
        if (wish.Inference)
        {
            AddRouter(open, wish, cluster);
            AddTls(open, files, wish);
        }
        if (wish.InstallsPrometheus is { } prometheus)
            open["installPromOp"] = Flag(prometheus);
        if (wish.InstallsVolcano is { } volcano)
            open["installVolcano"] = Flag(volcano);
        foreach (var (key, value) in wish.Others)
            open[key] = value;
        files.AddRange(wish.ProtectedOthers.OrderBy(static one => one.Key, StringComparer.Ordinal)
            .Select(static one => new ProtectedReference(one.Key, one.Value, ExtensionValueForm.InHand)));
        return new ExtensionSettings(open, files);
    }

    /// <summary>Where what is installed differs from these settings. What stands there beside them is somebody's own and no difference; of
    /// protected settings nothing can be compared.</summary>
    public IReadOnlyList<SettingDifference> DifferencesFrom(IReadOnlyDictionary<string, string> installed)
    {
        ArgumentNullException.ThrowIfNull(installed);
        return [.. Open.Where(wanted => !Same(installed.GetValueOrDefault(wanted.Key), wanted.Value, wanted.Key))
            .Select(wanted => new SettingDifference(wanted.Key, installed.GetValueOrDefault(wanted.Key) ?? "", wanted.Value))];
    }

    /// <summary>Why a wish cannot be fulfilled on a cluster, or null.</summary>
    public static ImpossibleWish? Impossible(ExtensionWish wish, ExtensionCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(wish);
        ArgumentNullException.ThrowIfNull(cluster);
        if (!wish.Inference && !wish.Training)
            return new("The extension is for inference, for training, or for both; neither was asked for.",
                "Ask for inference or training.");
        if (ImpossibleOther(wish) is { } other)
            return other;
        if (!wish.Inference)
            return null;
        if (wish.IsPublic && wish.ServiceType != RouterServiceType.LoadBalancer)
            return new($"A router of type {wish.ServiceType} has no load balancer that could be public.",
                "Leave the public load balancer out, or take the type LoadBalancer.");
        if (wish.HighAvailability == true && cluster.Nodes < NodesForAvailability)
            return new($"Three routers need {NodesForAvailability} nodes; {cluster.Id.Name} has {cluster.Nodes}.",
                "Scale the cluster to three nodes, or do without high availability.");
        return ImpossibleTls(wish);
    }

    private static bool Same(string? installed, string wanted, string key) => string.Equals(installed, wanted,
        ExtensionSetting.Find(key)?.Form == ExtensionValueForm.Flag || key is "inferenceRouterServiceType" or "cluster_name" or "clusterId"
            || key.EndsWith(".cluster_name", StringComparison.Ordinal) ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal);

    private static void AddCluster(SortedDictionary<string, string> open, ExtensionCluster cluster)
    {
        var id = cluster.Id.ToString();
        (open["cluster_name"], open["clusterId"], open["prometheus.prometheusSpec.externalLabels.cluster_name"]) = (id, id, id);
        var location = cluster.Location.ToLowerInvariant();
        (open["location"], open["jobSchedulerLocation"], open["domain"]) = (location, location, location + ".cloudapp.azure.com");
        open["cluster_name_friendly"] = cluster.Id.Name;
        (open["servicebus.enabled"], open["relayserver.enabled"], open["nginxIngress.enabled"]) = ("false", "false", "true");
    }

    private static void AddRouter(SortedDictionary<string, string> open, ExtensionWish wish, ExtensionCluster cluster)
    {
        open["inferenceRouterServiceType"] = wish.ServiceType.ToString();
        if (wish is { ServiceType: RouterServiceType.LoadBalancer, IsPublic: false })
            (open["internalLoadBalancerProvider"], open["scoringFe.serviceType.internalLoadBalancer"]) = ("azure", True);
        if (wish.ServiceType == RouterServiceType.NodePort)
            open["scoringFe.serviceType.nodePort"] = True;
        var isSmall = cluster.Nodes < NodesForAvailability;
        if ((wish.HighAvailability ?? (isSmall ? false : null)) is { } available)
            open["inferenceRouterHA"] = Flag(available);
        if ((wish.Purpose ?? (isSmall ? ClusterPurpose.DevTest : null)) is { } purpose)
            open["clusterPurpose"] = purpose.ToString();
        if (wish.UpgradesOldRouter)
            open["scoringFe.enableUpgrade"] = "true";
    }

    private static void AddTls(SortedDictionary<string, string> open, List<ProtectedReference> files, ExtensionWish wish)
    {
        open["allowInsecureConnections"] = Flag(wish.AllowsInsecure);
        if (wish.AllowsInsecure)
            return;
        if (wish.Cname is { } cname)
            open["sslCname"] = cname;
        if (wish.TlsSecret is { } secret)
        {
            (open["sslSecret"], open["scoringFe.sslSecret"]) = (secret, secret);
            return;
        }
        if (wish.CertificateFile is not { } certificate || wish.KeyFile is not { } key)
            return;
        files.Add(new ProtectedReference("scoringFe.sslCert", certificate, ExtensionValueForm.Base64OfPem));
        files.Add(new ProtectedReference("scoringFe.sslKey", key, ExtensionValueForm.Base64OfPem));
    }

    private static ImpossibleWish? ImpossibleTls(ExtensionWish wish)
    {
        var hasFile = wish.CertificateFile is not null || wish.KeyFile is not null;
        if (wish.AllowsInsecure)
        {
            if (hasFile || wish.TlsSecret is not null)
                return new("A certificate was given, and scoring without TLS was asked for.", "Give one of them.");
            return null;
        }
        if (hasFile && wish.TlsSecret is not null)
            return new("TLS comes from a Kubernetes secret or from files; both were given.", "Give one of them.");
        if (wish.CertificateFile is null != wish.KeyFile is null)
            return new("TLS from files needs the certificate and its key; one is missing.", "Give both files.");
        if (!hasFile && wish.TlsSecret is null)
            return new("The extension expects TLS; neither a certificate nor a secret was given.",
                "Give a Kubernetes secret, or a certificate and its key, with the host name; or allow insecure connections.");
        if (string.IsNullOrWhiteSpace(wish.Cname))
            return new("TLS needs the host name of the certificate (sslCname), and it is missing.",
                "Give the host name that clients will use.");
        return null;
    }

    private static ImpossibleWish? ImpossibleOther(ExtensionWish wish)
    {
        foreach (var key in wish.ProtectedOthers.Keys)
        {
            if (wish.Others.ContainsKey(key))
                return new($"The setting {key} was given both as one that anybody may see and as a protected one.", "Give it once.");
            if (ExtensionSetting.Find(key) is { } own)
                return own.IsProtected
                    ? new($"The setting {key} is the certificate's or its key's.", "Give the certificate and its key as files.")
                    : new($"The setting {key} is no secret, and another parameter stands for it.", "Give the parameter.");
        }
        foreach (var key in wish.Others.Keys)
        {
            if (ExtensionSetting.Find(key) is not { } known)
                continue;
            if (known.IsProtected)
                return new($"The setting {key} is a secret, and settings are shown.", "Give the certificate and its key as files.");
            if (key is not ("installNvidiaDevicePlugin" or "installDcgmExporter"))
                return new($"The setting {key} is what another parameter stands for.",
                    "Leave it out of the settings, and give the parameter.");
        }
        return null;
    }

    private static string Flag(bool value) => value ? True : False;
}
