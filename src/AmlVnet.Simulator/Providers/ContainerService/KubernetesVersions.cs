namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>
/// The Kubernetes versions that the simulated AKS offers, the same in every region. The real list moves on every few months; this one
/// stands
/// still, so that a world means the same next year.
/// </summary>
internal static class KubernetesVersions
{
    /// <summary>What a cluster gets that asks for none.</summary>
    public const string Default = "1.28.5";

    private static readonly (string Minor, bool IsPreview, string[] Patches)[] All =
    [
        ("1.27", false, ["1.27.7", "1.27.9"]), ("1.28", false, ["1.28.3", "1.28.5"]), ("1.29", false, ["1.29.0", "1.29.2"]),
            ("1.30", true, ["1.30.0"]),
    ];

    /// <summary>A version with its patch.</summary>
    public static string Whole(string version) =>
        Array.Find(All, one => one.Minor == version).Patches is [.., var newest] ? newest : version;

    /// <summary>Whether there is such a version: a patch of the list, or a minor version that has one.</summary>
    public static bool Offers(string version) => Array.Exists(All, one => one.Minor == version || one.Patches.Contains(version));

    /// <summary>How many minor versions another one is after a version; below 0 also where only its patch is an earlier one.</summary>
    public static int Steps(string from, string to)
    {
        var (before, after) = (Parts(from), Parts(Whole(to)));
        return before.Minor == after.Minor ? Math.Min(0, after.Patch.CompareTo(before.Patch)) : after.Minor - before.Minor;
    }

    public static int Compare(string left, string right) => Parts(Whole(left)).CompareTo(Parts(Whole(right)));

    /// <summary>The versions that a cluster of one can go to.</summary>
    public static IEnumerable<string> UpgradesOf(string version) => All.SelectMany(static one => one.Patches)
        .Where(other => Compare(other, version) > 0 && Steps(version, other) <= 1);

    private static (int Minor, int Patch) Parts(string version) =>
        Version.TryParse(version, out var parts) ? (parts.Minor, Math.Max(0, parts.Build)) : (0, 0);

    /// <summary>The list, as the service gives it (spec 2023-11-01, KubernetesVersionListResult).</summary>
    public static Answer List(ArmRequest request)
    {
        if (request.Method != "GET")
            throw request.NotAllowed();
        if (Regions.Normalize(request.Path.Names[0]) is null)
            throw new ArmException(400, "InvalidLocation", $"The location '{request.Path.Names[0]}' is not valid.");
        var shown = All.Select(one => (JsonNode)Show(one.Minor, one.IsPreview, one.Patches));
        return Answer.Ok(new JsonObject { ["values"] = new JsonArray([.. shown]) });
    }

    private static JsonObject Show(string minor, bool isPreview, string[] patches)
    {
        var shown = new JsonObject();
        foreach (var patch in patches)
        {
            var later = All.SelectMany(one => one.Patches).SkipWhile(other => other != patch).Skip(1);
            shown[patch] = new JsonObject { ["upgrades"] = Json.List(later) };
        }
        return new JsonObject
        {
            ["version"] = minor,
            ["capabilities"] = new JsonObject { ["supportPlan"] = new JsonArray("KubernetesOfficial") },
            ["isPreview"] = isPreview,
            ["patchVersions"] = shown,
        };
    }
}
