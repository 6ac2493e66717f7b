namespace AmlVnet.Simulator.Scenarios;

/// <summary>Who is in the directory of a scenario's world, who of them asks, and what roles they have.</summary>
/// <param name="cloud">The cloud.</param>
/// <param name="resolve">The id that a reference of the scenario stands for.</param>
internal sealed class People(Cloud cloud, Func<string, string> resolve)
{
    /// <summary>Adds users, service principals and the groups that they are in.</summary>
    /// <exception cref="ArgumentException">A group has a member that the scenario does not have.</exception>
    public void Add(JsonObject document)
    {
        cloud.Principals.AddUser(Tenancy.CallerName, Tenancy.CallerName, Tenancy.CallerId);
        foreach (var item in document.Objects("users"))
        {
            var name = Need(item, "name");
            cloud.Principals.AddUser(name, item.Text("userPrincipalName") ?? $"{name}@simulator.invalid", item.Text("objectId")
                ?? cloud.Identifiers.Text());
        }
        foreach (var item in document.Objects("servicePrincipals"))
            cloud.Principals.AddServicePrincipal(Need(item, "name"), "Application", null, item.Text("objectId"), item.Text("appId"));
        foreach (var item in document.Objects("groups"))
            cloud.Principals.AddGroup(Need(item, "name"), item.Text("objectId"), item.Texts("members").Select(ObjectId).ToList());
    }

    /// <summary>Says who asks, and gives him his roles; who has none given owns the subscriptions.</summary>
    /// <exception cref="ArgumentException">There is no such principal or role.</exception>
    public void AddCaller(JsonObject? caller)
    {
        if (caller.Text("principal") is { } principal)
            cloud.Settings.Set("callerId", ObjectId(principal));
        var id = cloud.Principals.CallerId;
        if (cloud.Principals.Find(id) is null)
            throw new ArgumentException($"The scenario's caller is '{id}', whom its directory does not have.");
        if (caller.Array("roles") is null)
        {
            foreach (var subscription in cloud.World.OfType(ResourcesProvider.SubscriptionType).ToList())
                Assign(BuiltInRoles.Owner, subscription.Id, id, 90);
        }
        foreach (var item in caller.Objects("roles"))
            Assign(Role(Need(item, "role")), resolve(item.Text("scope") ?? ""), id, 90);
    }

    /// <summary>Gives a role that has been in force for long.</summary>
    public void Assign(string role, string scope, string principalId, int days) => AuthorizationProvider.Assign(
        cloud, scope, role, principalId, cloud.Principals.Find(principalId) is { } known ? Principals.TypeOf(known) : "ServicePrincipal",
        cloud.Now.AddDays(-days));

    /// <summary>The name of the definition of a role that is given by its name or its id.</summary>
    public string Role(string role) => cloud.World.OfType(Access.DefinitionType)
        .FirstOrDefault(d => d.Name.Same(role) || d.Properties.Text("roleName").Same(role))?.Name
        ?? throw new ArgumentException($"The scenario assigns the role '{role}', which does not exist.");

    /// <summary>The object id of one who is given by it, or by his name.</summary>
    public string ObjectId(string principal) => (cloud.Principals.Find(principal) ?? cloud.Principals.All.FirstOrDefault(one =>
            one.Body.Text("displayName").Same(principal) || one.Body.Text("userPrincipalName").Same(principal)))?.Body.Text("id")
        ?? throw new ArgumentException($"The scenario names the principal '{principal}', whom its directory does not have.");

    private static string Need(JsonObject item, string member) =>
        item.Text(member) ?? throw new ArgumentException($"An item of the scenario has no '{member}': {item.ToJsonString()}");
}
