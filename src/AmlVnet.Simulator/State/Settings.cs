using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace AmlVnet.Simulator.State;

/// <summary>What the control surface can change; kept in the state like any resource.</summary>
internal sealed class Settings(World world)
{
    public const string Id = "simulator/settings";

    private static readonly JsonObject Defaults = new()
    {
        ["createMinutes"] = 10.0,
        ["switchMinutes"] = 3.0,
        ["attachMinutes"] = 5.0,
        ["deleteMinutes"] = 4.0,
        ["clusterMinutes"] = 5.0,
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

    public TimeSpan Network => TimeSpan.FromSeconds(Number("networkSeconds"));

    public TimeSpan Poll => TimeSpan.FromSeconds(Math.Max(1, Number("pollSeconds")));

    public TimeSpan Principal => TimeSpan.FromSeconds(Number("principalSeconds"));

    public TimeSpan PrincipalWithType => TimeSpan.FromSeconds(Number("principalWithTypeSeconds"));

    public TimeSpan Assignment => TimeSpan.FromSeconds(Number("assignmentSeconds"));

    public int PageSize => Math.Max(1, (int)Number("pageSize"));

    public int CoreQuota => (int)Number("coreQuota");

    /// <summary>The kind of identity of clusters that the workspace makes: SystemAssigned, UserAssigned or ServicePrincipal.</summary>
    public string ClusterIdentity => Values.Text("clusterIdentity") ?? Defaults.Text("clusterIdentity")!;

    /// <summary>Settings without a default, with what kind of value they take.</summary>
    private static readonly Dictionary<string, JsonValueKind> Others = new(StringComparer.Ordinal)
    {
        ["caller"] = JsonValueKind.Object,
        ["throttling"] = JsonValueKind.Object,
        ["assignmentQuota"] = JsonValueKind.Number,
        ["requireAuthentication"] = JsonValueKind.True,
        ["graphDenied"] = JsonValueKind.True,
        ["claimsChallenge"] = JsonValueKind.True,
        ["anyTenant"] = JsonValueKind.True,
        ["clientSecret"] = JsonValueKind.String,
        ["identityHeader"] = JsonValueKind.String,
        ["tokenSeconds"] = JsonValueKind.Number,
    };

    /// <summary>Why a value cannot be set, or null.</summary>
    public static string? Problem(string name, JsonNode? value)
    {
        if (!Defaults.ContainsKey(name) && !Others.ContainsKey(name))
            return $"There is no setting '{name}'. Known are {string.Join(", ", Defaults.Select(d => d.Key).Concat(Others.Keys).Order(StringComparer.Ordinal))}.";
        if (value is null)
            return null;
        var kind = Others.TryGetValue(name, out var other) ? other : Defaults[name]!.GetValueKind();
        var given = value.GetValueKind() == JsonValueKind.False ? JsonValueKind.True : value.GetValueKind();
        if (given != kind)
            return $"The setting '{name}' takes a JSON {(kind == JsonValueKind.True ? "true or false" : kind.ToString().ToLowerInvariant())}, not '{value.ToJsonString()}'.";
        if (kind == JsonValueKind.Number && double.Parse(value.ToJsonString(), CultureInfo.InvariantCulture) is < 0 or > 1_000_000_000)
            return $"The setting '{name}' is not negative and not absurdly large.";
        if (name == "clusterIdentity" && value.GetValue<string>() is not ("SystemAssigned" or "UserAssigned" or "ServicePrincipal"))
            return "The setting 'clusterIdentity' is SystemAssigned, UserAssigned or ServicePrincipal.";
        return null;
    }

    public double Number(string name) => Values.Number(name) ?? Defaults.Number(name) ?? 0;

    public JsonObject Effective()
    {
        var all = (JsonObject)Defaults.DeepClone();
        foreach (var (name, value) in Values)
            all[name] = value?.DeepClone();
        return all;
    }

    public void Set(string name, JsonNode? value)
    {
        if (value is null)
            Values.Remove(name);
        else
            Values[name] = value.DeepClone();
        world.Save(world.Find(Id)!);
    }

    private TimeSpan Minutes(string name) => TimeSpan.FromMinutes(Number(name));
}
