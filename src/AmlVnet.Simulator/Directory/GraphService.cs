using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Directory;

/// <summary>Microsoft Graph v1.0, as far as service principals and looking up by id go.</summary>
internal sealed partial class GraphService(CloudState state, Principals principals) : IService
{
    private static readonly string[] Roots = ["/v1.0/", "/beta/", "/graph/"];

    public bool IsResourceManager => false;

    /// <summary>Whether an address is Graph's: its own host, or the path <c>/v1.0</c>, with or without <c>/graph</c> before it, on any
    /// host.</summary>
    public bool Takes(Uri address) => address.Host.Same(Tenancy.GraphHost)
        || Array.Exists(Roots, root => address.AbsolutePath.StartsWith(root, StringComparison.OrdinalIgnoreCase));

    public string? NameOf(ResourcePath path) => "Microsoft.Graph";

    public Answer Handle(ArmRequest exchange)
    {
        var (request, query) = (exchange.Http, exchange.Query);
        if (state.Settings.Values.Flag("graphDenied") == true)
            throw new ArmException(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.");
        var path = Uri.UnescapeDataString(request.Uri.AbsolutePath);
        path = path.StartsWith("/graph/", StringComparison.OrdinalIgnoreCase) ? path[6..] : path;
        var version = path.Split('/', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault();
        if (!version.Same("v1.0") && !version.Same("beta"))
            throw new ArmException(400, "BadRequest", "Invalid version: " + version);
        var rest = path[(version!.Length + 1)..].Trim('/');
        var origin = request.Uri.GetLeftPart(UriPartial.Authority);
        var method = request.Method.ToUpperInvariant();

        if (rest.Same("directoryObjects/getByIds") && method == "POST")
            return GetByIds(request, origin);
        if (method != "GET")
            throw new ArmException(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.");
        if (Collections.FirstOrDefault(one => rest.Same(one.Collection)) is { Collection: { } all, Type: { } kind })
            return List(query, origin, request.Uri, all, principals.All.Where(p => Principals.TypeOf(p) == kind));
        if (rest.Same("me"))
            return Me(query, origin);
        if (Relation().Match(rest) is { Success: true } relation)
            return Related(relation, query, origin, request.Uri);
        if (ByAppId().Match(rest) is { Success: true } byApp)
        {
            var app = byApp.Groups[1].Value;
            return One(principals.FindByAppId(app) ?? throw NotFound(app), query, origin, "servicePrincipals");
        }
        if (ById().Match(rest) is { Success: true } byId)
        {
            var id = byId.Groups[2].Value;
            var found = principals.Find(id) ?? principals.All.FirstOrDefault(p => p.Body.Text("userPrincipalName").Same(id));
            var collection = byId.Groups[1].Value;
            var wanted = collection.ToLowerInvariant() switch
            {
                "users" => "User",
                "groups" => "Group",
                "serviceprincipals" =>
                "ServicePrincipal",
                _ => null
            };
            if (found is null || (wanted is not null && Principals.TypeOf(found) != wanted))
                throw NotFound(id);
            return One(found, query, origin, collection);
        }
        throw new ArmException(400, "BadRequest", $"Resource not found for the segment '{rest.Split('/')[0]}'.");
    }

    public Answer Refuse(ArmRequest request, ArmException problem) => new(problem.Status, new JsonObject
    {
        ["error"] = new JsonObject
        {
            ["code"] = problem.Code,
            ["message"] = problem.Message,
            ["innerError"] = new JsonObject
            {
                ["date"] = request.Now.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture),
                ["request-id"] = Guid.NewGuid().ToString(),
            },
        },
    })
    {
        Wait = problem.RetryAfter,
        RealProviderWaits = true,
    };

    private static readonly (string Collection, string Type)[] Collections =
        [("servicePrincipals", "ServicePrincipal"), ("users", "User"), ("groups", "Group")];

    private Answer Me(IReadOnlyDictionary<string, string> query, string origin)
    {
        var me = principals.Find(state.SignedIn) ?? principals.Find(principals.CallerId);
        return me is not null && Principals.TypeOf(me) == "User" ? One(me, query, origin, "users")
            : throw new ArmException(400, "BadRequest", "/me request is only valid with delegated authentication flow.");
    }

    /// <summary>Who is in a group, and what groups somebody is in.</summary>
    private Answer Related(Match relation, IReadOnlyDictionary<string, string> query, string origin, Uri uri)
    {
        var holder = principals.Find(relation.Groups["id"].Value) ?? throw NotFound(relation.Groups["id"].Value);
        var id = holder.Body.Text("id")!;
        var groups = principals.All.Where(p => Principals.TypeOf(p) == "Group").ToList();
        var found = relation.Groups["relation"].Value.ToLowerInvariant() switch
        {
            "members" => holder.Hidden.Texts("members").Select(principals.Find).OfType<Resource>(),
            "memberof" => groups.Where(group => group.Hidden.Texts("members").Any(id.Same)),
            _ => groups.Where(group => group.Id != holder.Id && principals.WithGroups(id).Contains(group.Body.Text("id")!)),
        };
        return List(query, origin, uri, "directoryObjects", found);
    }

    private static Answer List(
        IReadOnlyDictionary<string, string> query, string origin, Uri uri, string collection, IEnumerable<Resource> all)
    {
        var filter = query.GetValueOrDefault("$filter") ?? "";
        if (filter.Length > 0)
        {
            if (AppIdIs().Match(filter) is { Success: true } app)
                all = all.Where(p => p.Body.Text("appId").Same(app.Groups[1].Value));
            else if (NameAny().Match(filter) is { Success: true } name)
                all = all.Where(p => p.Body.Texts("servicePrincipalNames").Any(n => n.Same(name.Groups[2].Value)));
            else if (DisplayNameIs().Match(filter) is { Success: true } display)
                all = all.Where(p => p.Body.Text("displayName").Same(display.Groups[1].Value.Replace("''", "'", StringComparison.Ordinal)));
            else if (SignInNameIs().Match(filter) is { Success: true } signIn)
                all = all.Where(p => p.Body.Text("userPrincipalName").Same(signIn.Groups[1].Value.Replace("''", "'",
                    StringComparison.Ordinal)));
            else if (IdIs().Match(filter) is { Success: true } id)
                all = all.Where(p => p.Body.Text("id").Same(id.Groups[1].Value));
            else
                throw new ArmException(400, "Request_UnsupportedQuery",
                    $"Unsupported or invalid query filter clause specified: '{filter}'.");
        }
        var size = int.TryParse(query.GetValueOrDefault("$top"), NumberStyles.None, CultureInfo.InvariantCulture, out var top)
            && top is > 0 and <= 999 ? top : 100;
        var skip = int.TryParse(query.GetValueOrDefault("$skiptoken"), NumberStyles.None, CultureInfo.InvariantCulture, out var given)
            ? given : 0;
        var page = all.Skip(skip).Take(size + 1).Select(p => (JsonNode)Select(p, query)).ToList();
        var body = new JsonObject
        {
            ["@odata.context"] = $"{origin}/v1.0/$metadata#{collection}",
            ["value"] = new JsonArray([.. page.Take(size)])
        };
        if (page.Count > size)
        {
            var others = query.Where(q => !q.Key.Same("$skiptoken")).Select(q => $"{q.Key}={Uri.EscapeDataString(q.Value)}");
            var token = string.Create(CultureInfo.InvariantCulture, $"$skiptoken={skip + size}");
            body["@odata.nextLink"] = $"{origin}{uri.AbsolutePath}?{string.Join('&', others.Append(token))}";
        }
        return Answer.Ok(body);
    }

    private Answer GetByIds(SimulatorRequest request, string origin)
    {
        JsonObject? body = null;
        try
        {
            body = Json.Parse(request.Body) as JsonObject;
        }
        catch (System.Text.Json.JsonException)
        {
        }
        if (body.Array("ids") is null)
            throw new ArmException(400, "Request_BadRequest", "The ids are required.");
        var types = body.Texts("types").Select(t => t.ToLowerInvariant()).ToHashSet();
        var found = body.Texts("ids").Select(principals.Find).OfType<Resource>()
            .Where(p => types.Count == 0 || types.Contains(Principals.TypeOf(p).ToLowerInvariant()) || types.Contains("directoryobject"))
            .Select(p =>
            {
                var shown = (JsonObject)p.Body.DeepClone();
                var type = Principals.TypeOf(p);
                var typed = new JsonObject { ["@odata.type"] = "#microsoft.graph." + char.ToLowerInvariant(type[0]) + type[1..] };
                foreach (var (name, value) in shown)
                    typed[name] = value?.DeepClone();
                return (JsonNode)typed;
            });
        return Answer.Ok(new JsonObject
        {
            ["@odata.context"] = $"{origin}/v1.0/$metadata#directoryObjects",
            ["value"] = new JsonArray([.. found])
        });
    }

    private static Answer One(Resource principal, IReadOnlyDictionary<string, string> query, string origin, string collection)
    {
        var shown = new JsonObject { ["@odata.context"] = $"{origin}/v1.0/$metadata#{collection}/$entity" };
        foreach (var (name, value) in Select(principal, query))
            shown[name] = value?.DeepClone();
        return Answer.Ok(shown);
    }

    private static JsonObject Select(Resource principal, IReadOnlyDictionary<string, string> query)
    {
        var all = (JsonObject)principal.Body.DeepClone();
        if (query.GetValueOrDefault("$select") is not { Length: > 0 } select)
            return all;
        var wanted = select.Split(',', StringSplitOptions.TrimEntries);
        var some = new JsonObject();
        foreach (var (name, value) in all)
        {
            if (wanted.Contains(name, StringComparer.OrdinalIgnoreCase))
                some[name] = value?.DeepClone();
        }
        return some;
    }

    private static ArmException NotFound(string id) => new(404, "Request_ResourceNotFound",
        $"Resource '{id}' does not exist or one of its queried reference-property objects are not present.");

    [GeneratedRegex(@"^servicePrincipals\(appId='([^']*)'\)$", RegexOptions.IgnoreCase)]
    private static partial Regex ByAppId();

    [GeneratedRegex(@"^(servicePrincipals|directoryObjects|users|groups)/([^/]+)$", RegexOptions.IgnoreCase)]
    private static partial Regex ById();

    [GeneratedRegex(@"^\s*appId\s+eq\s+'([^']*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex AppIdIs();

    [GeneratedRegex(@"^\s*userPrincipalName\s+eq\s+'((?:[^']|'')*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex SignInNameIs();

    [GeneratedRegex(
        @"^groups/(?<id>[^/]+)/(?<relation>members)$|^(users|groups|servicePrincipals)/(?<id>[^/]+)/(?<relation>(transitive)?memberOf)$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Relation();

    [GeneratedRegex(@"^\s*id\s+eq\s+'([^']*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex IdIs();

    [GeneratedRegex(@"^\s*displayName\s+eq\s+'((?:[^']|'')*)'\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex DisplayNameIs();

    [GeneratedRegex(@"^\s*servicePrincipalNames/any\((\w+)\s*:\s*\1\s+eq\s+'([^']*)'\)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex NameAny();
}
