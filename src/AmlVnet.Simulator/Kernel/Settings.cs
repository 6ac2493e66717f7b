namespace AmlVnet.Simulator.Kernel;

/// <summary>What the control surface can change; kept in the state like any resource.</summary>
internal sealed class Settings(World world)
{
    public const string Id = "simulator/settings";

    /// <summary>The kinds of identity that clusters can have.</summary>
    public static readonly string[] Identities = ["SystemAssigned", "UserAssigned", "ServicePrincipal"];

    private static readonly JsonObject Defaults = new()
    {
        ["createMinutes"] = 10.0,
        ["switchMinutes"] = 3.0,
        ["attachMinutes"] = 5.0,
        ["deleteMinutes"] = 4.0,
        ["clusterMinutes"] = 5.0,
        ["extensionMinutes"] = 8.0,
        ["legacyModeMinutes"] = 45.0,
        ["registrationMinutes"] = 2.0,
        ["runCommandSeconds"] = 15.0,
        ["networkSeconds"] = 4.0,
        ["pollSeconds"] = 10.0,
        ["principalSeconds"] = 60.0,
        ["principalWithTypeSeconds"] = 30.0,
        ["assignmentSeconds"] = 300.0,
        ["pageSize"] = 20,
        ["coreQuota"] = 10000,
        ["clusterIdentity"] = "SystemAssigned",
    };

    public JsonObject Values => (world.Find(Id) ?? world.Save(new Resource(Id, Id, []))).Body;

    public TimeSpan Create => Minutes("createMinutes");

    public TimeSpan Switch => Minutes("switchMinutes");

    public TimeSpan Attach => Minutes("attachMinutes");

    public TimeSpan Delete => Minutes("deleteMinutes");

    public TimeSpan Cluster => Minutes("clusterMinutes");

    /// <summary>How long the extension takes to be installed, changed or removed.</summary>
    public TimeSpan Extension => Minutes("extensionMinutes");

    /// <summary>How long a change of v1LegacyMode takes to show in a workspace.</summary>
    public TimeSpan LegacyMode => Minutes("legacyModeMinutes");

    public TimeSpan Registration => Minutes("registrationMinutes");

    public TimeSpan RunCommand => TimeSpan.FromSeconds(Number("runCommandSeconds"));

    /// <summary>Whether the subscription may use a provider.</summary>
    public bool IsRegistered(string provider) => !Values.Texts("unregisteredProviders").Any(one => one.Same(provider));

    public void Register(string provider) =>
        Set("unregisteredProviders", Json.List(Values.Texts("unregisteredProviders").Where(one => !one.Same(provider))));

    public TimeSpan Network => TimeSpan.FromSeconds(Number("networkSeconds"));

    public TimeSpan Poll => TimeSpan.FromSeconds(Math.Max(1, Number("pollSeconds")));

    public TimeSpan Principal => TimeSpan.FromSeconds(Number("principalSeconds"));

    public TimeSpan PrincipalWithType => TimeSpan.FromSeconds(Number("principalWithTypeSeconds"));

    public TimeSpan Assignment => TimeSpan.FromSeconds(Number("assignmentSeconds"));

    public int PageSize => Math.Max(1, (int)Number("pageSize"));

    public int CoreQuota => (int)Number("coreQuota");

    /// <summary>The kind of identity of clusters that the workspace makes: SystemAssigned, UserAssigned or ServicePrincipal.</summary>
    public string ClusterIdentity => Identities.First(i => i.Same(Values.Text("clusterIdentity") ?? Defaults.Text("clusterIdentity")));

    /// <summary>The newest api-version that this cloud has of a provider, where it is behind; null where it is not.</summary>
    public string? NewestApiVersion(string provider) =>
        Values.Object("newestApiVersions")?.FirstOrDefault(one => one.Key.Same(provider)).Value is JsonValue value
            ? value.GetValue<string>() : null;

    private static readonly Shape Amount = Shape.NumberFrom(0, 1_000_000_000);

    private static readonly Shape Bucket = Shape.Closed(
        ("capacity", Shape.WholeFrom(1, 1_000_000_000).Required), ("perSecond", Amount));

    /// <summary>Settings that are no numbers, or have no default, with what they take.</summary>
    private static readonly Dictionary<string, Shape> Others = new(StringComparer.OrdinalIgnoreCase)
    {
        ["clusterIdentity"] = Shape.OneOf(Identities),
        ["callerId"] = Shape.Text,
        ["caller"] = Shape.Closed(("actions", Shape.List(Shape.Text)), ("notActions", Shape.List(Shape.Text))),
        ["throttling"] = Shape.Closed(("reads", Bucket), ("writes", Bucket), ("deletes", Bucket)),
        ["assignmentQuota"] = Amount,
        ["newestApiVersions"] = Shape.Map(Shape.Text),
        ["unregisteredProviders"] = Shape.List(Shape.Text),
        ["requireAuthentication"] = Shape.Flag,
        ["graphDenied"] = Shape.Flag,
        ["claimsChallenge"] = Shape.Flag,
        ["anyTenant"] = Shape.Flag,
        ["clientSecret"] = Shape.Text,
        ["identityHeader"] = Shape.Text,
        ["tokenSeconds"] = Amount,
    };

    private static readonly string[] Names = [.. Defaults.Select(d => d.Key).Union(Others.Keys).Order(StringComparer.Ordinal)];

    /// <summary>Why a value cannot be set, or null. The name may be in any case.</summary>
    public static string? Problem(string name, JsonNode? value)
    {
        if (Canonical(name) is not { } known)
            return $"There is no setting '{name}'. Known are {string.Join(", ", Names)}.";
        return (Others.TryGetValue(known, out var other) ? other : Amount).Problem(value, known);
    }

    public double Number(string name) => Values.Number(name) ?? Defaults.Number(name) ?? 0;

    public JsonObject Effective()
    {
        var all = (JsonObject)Defaults.DeepClone();
        foreach (var (name, value) in Values)
            all[name] = value?.DeepClone();
        return all;
    }

    /// <summary>Sets what has no <see cref="Problem"/>.</summary>
    public void Set(string name, JsonNode? value)
    {
        name = Canonical(name) ?? name;
        if (value is null)
            Values.Remove(name);
        else
            Values[name] = value.DeepClone();
        world.Save(world.Find(Id)!);
    }

    private static string? Canonical(string name) => Array.Find(Names, known => known.Same(name));

    private TimeSpan Minutes(string name) => TimeSpan.FromMinutes(Number(name));
}
