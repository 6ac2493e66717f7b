using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AmlVnet.Simulator.Providers.Management;

namespace AmlVnet.Simulator.Providers.ResourceGraph;

/// <summary>
/// Microsoft.ResourceGraph: the one form of query that AmlVnet sends, all resources of one type with some of their members (Azure REST API,
/// "Resources - Resources"). Any other query is refused, and so is a type that the table has not.
/// </summary>
internal sealed partial class ResourceGraphProvider
{
    /// <summary>The most rows of a page, and how many there are where the query does not say.</summary>
    private const int MostRows = 1000;

    /// <summary>How many queries a user has in each window (Microsoft Learn: "Guidance for throttled requests in Azure Resource
    /// Graph").</summary>
    private const int Quota = 15;

    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    /// <summary>What the table "resources" holds of what is modelled (Microsoft Learn: "Azure Resource Graph table and resource type
    /// reference"). The computes of workspaces are not in it.</summary>
    private static readonly string[] Held =
    [
        Workspaces.Type, ClusterFleet.Type, VirtualNetworks.Type, "Microsoft.Network/networkSecurityGroups",
        "Microsoft.Network/routeTables", "Microsoft.Network/loadBalancers", "Microsoft.Network/publicIPAddresses",
        "Microsoft.Storage/storageAccounts",
        "Microsoft.KeyVault/vaults", "Microsoft.ContainerRegistry/registries", ManagedIdentityProvider.Type,
    ];

    private static readonly Shape Body = Shape.Closed(
        ("query", Shape.Text.Required),
        ("subscriptions", Shape.List(Shape.Text)),
        ("managementGroups", Shape.List(Shape.Text)),
        ("options", Shape.Closed(
            ("$top", Shape.WholeFrom(1, MostRows)), ("$skipToken", Shape.Text), ("$skip", Shape.WholeFrom(0, int.MaxValue - 1)),
            ("resultFormat", Shape.OneOf("objectArray")), ("allowPartialScopes", Shape.Flag))));

    private readonly Cloud _cloud;
    private (DateTimeOffset Ends, int Left) _window;

    public ResourceGraphProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(new ResourceType("Microsoft.ResourceGraph", "resources", ApiVersions.ResourceGraph, Handle)
        { InGroups = false, InTenant = true });
    }

    private Answer Handle(ArmRequest request)
    {
        if (request.Method != "POST" || request.Path.Names.Count > 0)
            throw request.NotAllowed();
        var (left, resets) = Spend(request.Now);
        if (left < 0)
        {
            throw new ArmException(429, "RateLimiting", "Please see https://aka.ms/resourcegraph-throttling for help.")
            { RetryAfter = resets };
        }
        var body = request.Body();
        if (Body.Problem(body) is { } problem)
            throw Invalid("InvalidRequest", problem);
        return Answer.Ok(Rows(body, Query().Match(body.Text("query")!)))
            .With("x-ms-user-quota-remaining", left.ToString(CultureInfo.InvariantCulture))
            .With("x-ms-user-quota-resets-after", resets.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture));
    }

    private JsonObject Rows(JsonObject body, Match query)
    {
        var type = Array.Find(Held, held => held.Same(query.Groups["type"].Value));
        if (!query.Success || type is null)
        {
            throw Invalid("InvalidQuery", "The simulator answers \"resources | where type =~ '<type>' | project <members, id among them> | "
                + $"order by id asc\" only, for the types {string.Join(", ", Held)}.");
        }
        var options = body.Object("options");
        var skip = options.Whole("$skip") ?? 0;
        var top = options.Whole("$top") ?? MostRows;
        if (options.Text("$skipToken") is { } token)
            skip = Skip(token, body.Text("query")!);
        var members = query.Groups["member"].Captures.Select(static one => one.Value).ToArray();
        var all = Scopes(body).SelectMany(scope => _cloud.World.OfType(type, scope))
            .Where(MayRead(type + "/read"))
            .OrderBy(static one => one.Id, StringComparer.OrdinalIgnoreCase).ToList();
        JsonNode[] page = [.. all.Skip(skip).Take(top).Select(one => Row(one, members))];
        var answer = new JsonObject
        {
            ["totalRecords"] = all.Count,
            ["count"] = page.Length,
            ["data"] = new JsonArray(page),
            ["facets"] = new JsonArray(),
            ["resultTruncated"] = "false",
        };
        if (skip + page.Length < all.Count && members.Contains("id"))
            answer["$skipToken"] = Token(skip + page.Length, body.Text("query")!);
        return answer;
    }

    /// <summary>Who may read in a group may read what is in it; who may not may have a role on the resource itself.</summary>
    private Func<Resource, bool> MayRead(string action)
    {
        var groups = new Dictionary<string, bool>(StringComparer.OrdinalIgnoreCase);
        return one =>
        {
            var group = ResourcePath.Parse(one.Id).Container;
            if (!groups.TryGetValue(group, out var may))
                groups[group] = may = _cloud.Access.CallerMay(action, group);
            return may || _cloud.Access.CallerMay(action, one.Id);
        };
    }

    /// <summary>The subscriptions that a query is about: those that it names, those of its management groups, or all.</summary>
    private IEnumerable<string> Scopes(JsonObject body)
    {
        if (body.ContainsKey("managementGroups"))
        {
            return body.Texts("managementGroups").SelectMany(name => ManagementGroups.SubscriptionsOf(_cloud.World, name)
                ?? throw Invalid("NoManagementGroup", $"The management group '{name}' is not known."))
                .Distinct(StringComparer.OrdinalIgnoreCase);
        }
        var named = body.Texts("subscriptions").Select(static id => "/subscriptions/" + id).ToList();
        return named.Count > 0 ? named : _cloud.World.OfType(ResourcesProvider.SubscriptionType).Select(static one => one.Id);
    }

    /// <summary>A row; the graph writes types in small letters.</summary>
    private static JsonObject Row(Resource one, string[] members)
    {
        var row = new JsonObject();
        foreach (var member in members)
            row[member] = member == "type" ? one.Type.ToLowerInvariant() : one.Body[member]?.DeepClone();
        return row;
    }

    /// <summary>Takes a query from the quota: how many are left after it, less than none where it is too many.</summary>
    private (int Left, TimeSpan Resets) Spend(DateTimeOffset now)
    {
        if (now >= _window.Ends)
            _window = (now + Window, Quota);
        _window.Left--;
        return (_window.Left, _window.Ends - now);
    }

    private static string Token(int skip, string query) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        new JsonObject { ["skip"] = skip, ["query"] = query }.ToJsonString(Json.Compact)));

    private static int Skip(string token, string query)
    {
        try
        {
            if (Json.Parse(Convert.FromBase64String(token)) is JsonObject known && known.Text("query") == query
                && known.Whole("skip") is { } skip)
                return skip;
        }
        catch (Exception problem) when (problem is FormatException or JsonException)
        {
            // It is none of ours.
        }
        throw Invalid("InvalidSkipToken", "The skip token is none of this query's.");
    }

    private static ArmException Invalid(string code, string message) => new(400, "BadRequest",
        "Please provide below info when asking for support.")
    { Details = [ArmException.Detail(code, message)] };

    [GeneratedRegex(
        @"^\s*resources\s*\|\s*where\s+type\s*=~\s*'(?<type>[\w./]+)'\s*\|\s*project\s+(?<member>\w+)(\s*,\s*(?<member>\w+))*\s*\|\s*"
            + @"order\s+by\s+id\s+asc\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Query();
}
