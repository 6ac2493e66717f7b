namespace AmlVnet.Core.Changes;

/// <summary>A cluster whose inferencing is to be private on the Kubernetes route.</summary>
public sealed record KubernetesInferenceWish
{
    /// <summary>What both routes are asked.</summary>
    public required PrivateInferenceWish Inference { get; init; }

    /// <summary>The cluster.</summary>
    public required ArmId Cluster { get; init; }

    /// <summary>The namespace of the compute's deployments.</summary>
    public string Namespace { get; init; } = KubernetesComputePlans.DefaultNamespace;

    /// <summary>What a new extension is to do.</summary>
    public ExtensionWish Extension { get; init; } = new();

    /// <summary>Whether the command may run kubectl in the cluster.</summary>
    public bool UseRunCommand { get; init; }

    /// <summary>The points inside the cluster that the user has looked at himself, by the names of what is not looked at.</summary>
    public IReadOnlyList<string> LookedAt { get; init; } = [];

    /// <summary>The private DNS zone that the endpoint's name is written into; null writes none.</summary>
    public ArmId? DnsZone { get; init; }

    /// <summary>The kubectl lines that put the router of an AKS compute out of the way first; empty where none is moved.</summary>
    public IReadOnlyList<string> Preparation { get; init; } = [];

    /// <summary>Whether an AKS compute is moved.</summary>
    public bool IsMove => Preparation.Count > 0;
}

/// <summary>A point inside a cluster that nobody has looked at.</summary>
/// <param name="Id">Its name among what is not looked at.</param>
/// <param name="What">What is not known, in words.</param>
/// <param name="Line">The kubectl line that looks, or puts it right.</param>
public sealed record InsidePoint(string Id, string What, string Line);

/// <summary>The whole job on the Kubernetes route and its undoing, as phases.</summary>
public static class KubernetesInferencePlan
{
    /// <summary>Grants, gives trusted access where it is needed, brings the extension, attaches, verifies, opens,
    /// and writes the name.</summary>
    public static PhasedPlan Of(KubernetesInferenceWish wish)
    {
        ArgumentNullException.ThrowIfNull(wish);
        return new()
        {
            Compute = wish.Inference.Compute,
            OpenTo = wish.Inference.Sources,
            DnsZone = wish.DnsZone,
            IsKubernetes = true,
            Phases = [new FindRoute(wish), Changeable(wish), .. Rest(wish)],
        };
    }

    /// <summary>Whether the extension that is there already can be brought to the wish.</summary>
    internal static FindChangeable Changeable(KubernetesInferenceWish wish) => new(Bring(wish)) { OnlyWhen = JobFacts.Extension };

    private static BringExtension Bring(KubernetesInferenceWish wish) => new()
    {
        Cluster = wish.Cluster,
        Wish = wish.Extension,
        UseRunCommand = wish.UseRunCommand && !wish.IsMove,
        Gives = JobFacts.Extension,
    };

    /// <summary>What follows once it is known that the route can be gone.</summary>
    internal static IEnumerable<Phase> Rest(KubernetesInferenceWish wish)
    {
        var (compute, cluster) = (wish.Inference.Compute, wish.Cluster);
        yield return new GrantRight { ClusterOrCompute = cluster, Level = wish.Inference.Level, Gives = JobFacts.Granted };
        yield return new GiveTrustedAccess(cluster, compute.Parent!) { OnlyWhen = JobFacts.NoLocalAccounts };
        yield return Bring(wish);
        yield return new AttachKubernetes
        {
            Wish = new KubernetesComputeWish { Id = compute, Cluster = cluster, Namespace = wish.Namespace },
            UseRunCommand = wish.UseRunCommand,
            After = JobFacts.Extension,
            Gives = JobFacts.Compute,
            Later = new Later
            {
                Target = compute.ToString(),
                Sentence = $"Attach cluster {cluster.Name} as Kubernetes compute {compute.Name}, namespace {wish.Namespace}, a "
                    + "system-assigned identity",
                Unknown = "the extension",
            },
        };
        yield return new VerifyRouter(compute) { After = JobFacts.Compute };
        yield return new OpenEndpoint
        {
            Compute = compute,
            Sources = wish.Inference.Sources,
            After = JobFacts.PrivateAddress,
            Later = new Later
            {
                Target = compute.ToString(),
                Sentence = $"Let {string.Join(", ", wish.Inference.Sources)} in to the scoring endpoint of {compute.Name}, if the rules in "
                    + "force do not already",
                Unknown = "the address of the router",
            },
        };
        if (wish.DnsZone is not { } zone) yield break;
        yield return WriteRecord.Afterwards(compute, zone, DnsPlans.NameOf(compute, wish.Extension.Cname, zone.Name) ?? "of the endpoint",
            "the address that the router gets, of the nodes' subnet");
    }

    /// <summary>Takes the router back to a public address, and removes what this module added.
    /// The compute stays attached, the extension installed.</summary>
    /// <param name="compute">The compute.</param>
    /// <param name="zone">The zone whose record of ours is removed; null looks in those that answer the cluster's network.</param>
    /// <param name="certificateFile">The certificate, which has to be given again where TLS is from files.</param>
    /// <param name="keyFile">Its key.</param>
    public static PhasedPlan Undo(ArmId compute, ArmId? zone, string? certificateFile = null, string? keyFile = null)
    {
        var bring = new BringExtension
        {
            Cluster = compute,
            Wish = new ExtensionWish { IsPublic = true, CertificateFile = certificateFile, KeyFile = keyFile },
            OnlyChanges = true,
        };
        return new()
        {
            Compute = compute,
            Start = new JobState { Facts = JobFacts.Compute },
            DnsZone = zone,
            IsKubernetes = true,
            Phases =
            [
                new FindChangeable(bring),
                new RemoveRecord(compute, zone),
                bring,
                new CloseEndpoint(compute),
                new RevokeRight(compute),
            ],
        };
    }

    /// <summary>Refuses, before anything is read, what Azure does not offer here.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="nodes">The subnet of the nodes.</param>
    /// <exception cref="AmlVnetException">The load balancer is wished in another subnet.</exception>
    public static void RequirePlace(KubernetesInferenceWish wish, SubnetFacts? nodes)
    {
        ArgumentNullException.ThrowIfNull(wish);
        if (wish.Inference.LoadBalancerSubnet is { } asked && nodes?.Name is { } own && !Words.Is(asked, own))
            throw Problems.InvalidValue("LoadBalancerSubnetName", asked,
                $"the router of the extension gets its address from the nodes' subnet '{own}', and Azure offers no other one here; leave "
                    + "it out, or take the route of a compute of type AKS.");
    }

    /// <summary>What is inside the cluster that matters, and nobody has looked at.</summary>
    /// <param name="wish">What is asked for.</param>
    /// <param name="hasExtension">Whether the extension is installed: what would have been in its way was not.</param>
    /// <param name="hasCompute">Whether the compute is attached, and its namespace so there.</param>
    /// <param name="inside">What was looked at.</param>
    /// <param name="space">The name of the namespace, empty where it is not there.</param>
    public static IReadOnlyList<InsidePoint> Points(KubernetesInferenceWish wish, bool hasExtension, bool hasCompute, ClusterInside inside,
        Known<string> space)
    {
        ArgumentNullException.ThrowIfNull(wish);
        ArgumentNullException.ThrowIfNull(inside);
        var points = new List<InsidePoint>();
        if (!hasCompute && wish.Namespace != KubernetesComputePlans.DefaultNamespace && space.Value is null)
            points.Add(new("NOTLOOKEDAT-NAMESPACE", $"whether the namespace {wish.Namespace} is there" + Why(space),
                $"{Kubectl.FindNamespace(wish.Namespace)} || {Kubectl.CreateNamespace(wish.Namespace)}"));
        if (!hasExtension)
        {
            var asked = wish.Extension;
            if (asked.TlsSecret is { } secret && inside.Secret.Value is null)
                points.Add(new("NOTLOOKEDAT-TLSSECRET",
                    $"whether the secret {secret} is in the namespace {Kubectl.ExtensionNamespace}" + Why(inside.Secret),
                    Kubectl.FindSecret(secret, Kubectl.ExtensionNamespace)));
            if (wish is { IsMove: true, UseRunCommand: false })
                points.Add(new("NOTLOOKEDAT-OLDROUTER", "whether the router of the AKS compute is out of the way; these lines put it there",
                    string.Join("; ", wish.Preparation)));
            if (!wish.IsMove && inside.Default.Value is null)
                points.Add(new("NOTLOOKEDAT-OLDROUTER", "whether an AKS compute (v1) left its router there" + Why(inside.Default),
                    Kubectl.FindOldRouter()));
            if ((asked.InstallsPrometheus != false || asked.InstallsVolcano != false) && inside.Definitions.Value is null)
                points.Add(new("NOTLOOKEDAT-OPERATORS", "whether a Prometheus operator or a Volcano scheduler of somebody else is there"
                    + Why(inside.Definitions),
                    Kubectl.FindDefinitions()));
        }

        return [.. points.Where(one => !wish.LookedAt.Contains(one.Id, StringComparer.OrdinalIgnoreCase))];
    }

    /// <summary>The points that were looked at, and so need not be told as open when the job is done.</summary>
    public static IReadOnlyList<string> Seen(ClusterInside inside, Known<string> space)
    {
        ArgumentNullException.ThrowIfNull(inside);
        (string Id, bool IsKnown)[] all =
        [
            ("NOTLOOKEDAT-NAMESPACE", space.Value is not null), ("NOTLOOKEDAT-TLSSECRET", inside.Secret.Value is not null),
            ("NOTLOOKEDAT-OLDROUTER", inside.Default.Value is not null), ("NOTLOOKEDAT-OPERATORS", inside.Definitions.Value is not null),
        ];
        return [.. all.Where(static one => one.IsKnown).Select(static one => one.Id)];
    }

    private static string Why<T>(Known<T> known) where T : class =>
        known.State == KnownState.Unknown ? $" ({known.Why?.TrimEnd('.')})" : "";
}
