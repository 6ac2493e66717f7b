using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.Authorization;

/// <summary>Microsoft.Authorization: role definitions, role assignments, the caller's permissions.</summary>
internal sealed partial class AuthorizationProvider
{
    private const string Namespace = "Microsoft.Authorization";

    private static readonly Shape AssignmentBody = Shape.Object(("properties", Shape.Object(
        ("roleDefinitionId", Shape.Text),
        ("principalId", Shape.Text),
        ("principalType", Shape.OneOf("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")),
        ("description", Shape.Text),
        ("condition", Shape.Text),
        ("conditionVersion", Shape.Text))));

    private static readonly Shape DefinitionBody = Shape.Object(("properties", Shape.Object(
        ("roleName", Shape.Text),
        ("description", Shape.Text),
        ("type", Shape.Text),
        ("assignableScopes", Shape.List(Shape.Text)),
        ("permissions", Shape.List(Shape.Object(
            ("actions", Shape.List(Shape.Text)),
            ("notActions", Shape.List(Shape.Text)),
            ("dataActions", Shape.List(Shape.Text)),
            ("notDataActions", Shape.List(Shape.Text))))))));

    private readonly Cloud _cloud;

    public AuthorizationProvider(Cloud cloud, Gateway gateway)
    {
        _cloud = cloud;
        gateway.Add(
            new ResourceType(Namespace, "roleAssignments", ApiVersions.Authorization, Assignments().Handle)
            { InGroups = false, Body = AssignmentBody },
            new ResourceType(Namespace, "roleDefinitions", ApiVersions.Authorization, Definitions().Handle)
            { InGroups = false, Body = DefinitionBody },
            new ResourceType(Namespace, "permissions", ApiVersions.Authorization,
                (ResourceFrame.ReadOnly(request => cloud.Access.CallerPermissions(CanonicalScope(request))) with
                {
                    List = (request, items) => Answer.Page(request, [.. items], cloud.Settings.PageSize, "$skipToken"),
                }).Handle)
            { InGroups = false });
    }

    /// <summary>Writes an assignment as a scenario does: in force for long.</summary>
    public static Resource Assign(Cloud cloud, string scope, string role, string principalId, string type, DateTimeOffset created)
    {
        var name = cloud.Identifiers.Text();
        var subscription = scope.Split('/') is [_, "subscriptions", var one, ..] ? one : Tenancy.SubscriptionId;
        return cloud.World.Save(NewAssignment(scope, name, new JsonObject
        {
            ["roleDefinitionId"] = $"/subscriptions/{subscription}{Access.DefinitionRecord(role)}",
            ["principalId"] = principalId,
            ["principalType"] = type,
        }, created));
    }

    private ResourceFrame<Resource> Assignments() => new()
    {
        All = FindAssignments,
        Find = request => _cloud.World.Find(AssignmentId(CanonicalScope(request), request.Name), Access.AssignmentType),
        Show = (_, assignment) => (JsonObject)assignment.Body.DeepClone(),
        List = (request, items) => Answer.Page(request, items, Math.Max(_cloud.Settings.PageSize, 100), "$skipToken"),
        Missing = request => new ArmException(404, "RoleAssignmentNotFound", $"The role assignment '{request.Name}' is not found."),
        Put = PutAssignment,
        Delete = (_, assignment) =>
        {
            _cloud.World.Remove(assignment.Id);
            return Answer.Ok(assignment.Body.DeepClone());
        },
    };

    private Answer PutAssignment(ArmRequest request, Resource? existing)
    {
        var scope = CanonicalScope(request);
        if (!Guid.TryParse(request.Name, out _))
            throw new ArmException(400, "InvalidRoleAssignmentId",
                $"The role assignment ID '{request.Name}' is not valid. The role assignment ID must be a GUID.");
        var properties = request.Body().Object("properties") ?? throw ArmException.InvalidJson("The role assignment has no properties");
        var principalText = properties.Text("principalId");
        if (!Guid.TryParse(principalText, out var principalId))
            throw new ArmException(400, "InvalidPrincipalId",
                $"The Principal ID '{principalText}' is not valid. Principal ID must be a GUID.");
        var role = Role(properties.Text("roleDefinitionId"));
        var principal = Principal(principalId, properties.Text("principalType"));
        var wanted = (Role: role.Name, Principal: principalId.ToString("D", CultureInfo.InvariantCulture));
        if (existing is not null)
            return Describe(existing, wanted, properties);
        if (_cloud.World.OfType(Access.AssignmentType).Any(a => a.Properties.Text("scope").Same(scope) && Same(a, wanted)))
            throw new ArmException(409, "RoleAssignmentExists", "The role assignment already exists.");
        if (_cloud.Settings.Values.Whole("assignmentQuota") is { } quota && _cloud.World.OfType(Access.AssignmentType).Count() >= quota)
            throw new ArmException(400, "RoleAssignmentLimitExceeded", "No more role assignments can be created.");

        var subscription = request.Path.Subscription is { } id ? "/subscriptions/" + id : "";
        var content = new JsonObject
        {
            ["roleDefinitionId"] = subscription + Access.DefinitionRecord(role.Name),
            ["principalId"] = wanted.Principal,
            ["principalType"] = Principals.TypeOf(principal),
            ["description"] = properties["description"]?.DeepClone(),
            ["condition"] = properties["condition"]?.DeepClone(),
            ["conditionVersion"] = properties["conditionVersion"]?.DeepClone(),
        };
        var made = NewAssignment(scope, request.Name.ToLowerInvariant(), content, _cloud.Now);
        (made.Properties["createdBy"], made.Properties["updatedBy"]) = (_cloud.Access.Caller.Id, _cloud.Access.Caller.Id);
        made.Hidden["effective"] = (_cloud.Now + _cloud.Settings.Assignment).ToString("O", CultureInfo.InvariantCulture);
        _cloud.World.Save(made);
        return new Answer(201, made.Body.DeepClone());
    }

    private Resource Role(string? id)
    {
        var name = id?[(id.LastIndexOf('/') + 1)..];
        return _cloud.Access.Definition(id) ?? throw new ArmException(404, "RoleDefinitionDoesNotExist",
            $"The specified role definition with ID '{name?.Replace("-", "", StringComparison.Ordinal)}' does not exist.");
    }

    /// <summary>The principal of an id, if the directory knows it yet and it is of the type that was said.</summary>
    private Resource Principal(Guid id, string? type)
    {
        var principal = _cloud.Principals.Find(id.ToString("D"));
        if (principal is null || !_cloud.Principals.IsReplicated(principal, type is not null))
        {
            throw new ArmException(400, "PrincipalNotFound",
                $"Principal {id:N} does not exist in the directory {Tenancy.TenantId}. Check that you have the correct principal ID. "
                + "If you are creating this principal and then immediately assigning a role, this error might be related to a replication "
                + "delay. In this case, set the role assignment principalType property to a value, such as ServicePrincipal, User, or "
                + "Group.  See https://aka.ms/docs-principaltype");
        }
        if (type is null || type.Same(Principals.TypeOf(principal)))
            return principal;
        throw new ArmException(400, "UnmatchedPrincipalType",
            $"The PrincipalId '{id:N}' has type '{Principals.TypeOf(principal)}' , which is different from specified PrinciaplType "
            + $"'{type}'.");
    }

    /// <summary>Changes what may be changed of an assignment that is there: its description.</summary>
    private Answer Describe(Resource assignment, (string Role, string Principal) wanted, JsonObject sent)
    {
        if (!Same(assignment, wanted))
        {
            throw new ArmException(400, "RoleAssignmentUpdateNotPermitted",
                "Tenant ID, application ID, principal ID, and scope are not allowed to be updated.");
        }
        assignment.Properties["description"] = sent["description"]?.DeepClone();
        assignment.Properties["updatedOn"] = Json.Stamp(_cloud.Now);
        assignment.Properties["updatedBy"] = _cloud.Access.Caller.Id;
        _cloud.World.Save(assignment);
        return new Answer(201, assignment.Body.DeepClone());
    }

    private IEnumerable<Resource> FindAssignments(ArmRequest request)
    {
        var scope = CanonicalScope(request);
        var filter = Filter(request, AssignmentFilter(), "either 'atScope()' or 'principalId eq '{value}'' or 'assignedTo('{value}')' or a "
            + "combination");
        var atScope = filter.Groups["scope"].Success;
        var principals = filter.Groups["principal"].Captures.Select(c => new HashSet<string>(StringComparer.OrdinalIgnoreCase) { c.Value })
            .Concat(filter.Groups["assigned"].Captures.Select(c => _cloud.Principals.WithGroups(c.Value))).ToList();
        return _cloud.World.OfType(Access.AssignmentType)
            .Where(a => Access.Covers(a.Properties.Text("scope")!, scope)
                || (!atScope && Access.Covers(scope, a.Properties.Text("scope")!)))
            .Where(a => principals.TrueForAll(p => p.Contains(a.Properties.Text("principalId") ?? "")))
            .OrderBy(a => a.Properties.Text("createdOn"), StringComparer.Ordinal);
    }

    private ResourceFrame<Resource> Definitions() => new()
    {
        All = FindDefinitions,
        Find = request => _cloud.World.Find(Access.DefinitionRecord(request.Name), Access.DefinitionType),
        Show = (request, definition) => Show(definition, request),
        Missing = request => NoDefinition(request.Name),
        Put = PutDefinition,
        Delete = DeleteDefinition,
    };

    private IEnumerable<Resource> FindDefinitions(ArmRequest request)
    {
        var filter = Filter(request, DefinitionFilter(), "'atScopeAndBelow()', 'atScope()', 'roleName eq '{value}'', 'type eq "
            + "'{value}'' or a combination");
        var (name, type) = (filter.Groups["name"], filter.Groups["type"]);
        return _cloud.World.OfType(Access.DefinitionType)
            .Where(d => !name.Success || d.Properties.Text("roleName").Same(name.Value.Replace("''", "'", StringComparison.Ordinal)))
            .Where(d => !type.Success || d.Properties.Text("type").Same(type.Value))
            .Where(d => d.Properties.Text("type") == "BuiltInRole" || CanonicalScope(request) is var scope
                && d.Properties.Texts("assignableScopes").Any(a => Access.Covers(a, scope) || Access.Covers(scope, a)));
    }

    private Answer DeleteDefinition(ArmRequest request, Resource definition)
    {
        if (definition.Properties.Text("type") == "BuiltInRole")
            throw new ArmException(403, "RoleDefinitionBuiltInCannotBeDeleted", "A built-in role definition cannot be deleted.");
        if (_cloud.World.OfType(Access.AssignmentType)
            .Any(a => a.Properties.Text("roleDefinitionId")!.EndsWith("/" + definition.Name, StringComparison.OrdinalIgnoreCase)))
            throw new ArmException(400, "RoleDefinitionHasAssignments", "There are existing role assignments referencing role.");
        _cloud.World.Remove(definition.Id);
        return Answer.Ok(Show(definition, request));
    }

    private static Match Filter(ArmRequest request, Regex form, string supported)
    {
        var filter = request.QueryValue("$filter") ?? "";
        return form.Match(filter) is { Success: true } match ? match : throw new ArmException(400, "UnsupportedQuery",
            $"The filter '{filter}' is not supported. Supported filters are {supported}.");
    }

    private Answer PutDefinition(ArmRequest request, Resource? existing)
    {
        if (!Guid.TryParse(request.Name, out _))
            throw new ArmException(400, "InvalidRoleDefinitionId",
                $"The role definition ID '{request.Name}' is not valid. The role definition ID must be a GUID.");
        if (existing?.Properties.Text("type") == "BuiltInRole")
            throw new ArmException(403, "RoleDefinitionBuiltInCannotBeUpdated", "A built-in role definition cannot be updated.");
        var sent = request.Body().Object("properties") ?? throw ArmException.InvalidJson("The role definition has no properties");
        if (string.IsNullOrWhiteSpace(sent.Text("roleName")))
            throw new ArmException(400, "RoleDefinitionNameNullOrEmpty", "Role definition name is null or empty.");
        if (!sent.Texts("assignableScopes").Any())
            throw new ArmException(400, "RoleDefinitionAssignableScopesMissing", "Assignable scopes should not be null or empty.");
        if (_cloud.World.OfType(Access.DefinitionType).Any(d => d.Properties.Text("roleName").Same(sent.Text("roleName"))
            && !d.Name.Same(request.Name)))
            throw new ArmException(409, "RoleDefinitionWithSameNameExists",
                $"A custom role with the same name already exists in this directory. Use a different name.");
        var stamp = Json.Stamp(_cloud.Now);
        var definition = NewDefinition(request.Name.ToLowerInvariant(), sent.Text("roleName")!, sent.Text("description") ?? "",
            "CustomRole",
            sent.Texts("assignableScopes"), sent.Objects("permissions"), existing?.Properties.Text("createdOn") ?? stamp, stamp);
        _cloud.World.Save(definition);
        return new Answer(201, Show(definition, request));
    }

    public static Resource NewDefinition(
        string name, string roleName, string description, string type, IEnumerable<string> scopes, IEnumerable<JsonObject> permissions,
            string created, string updated)
    {
        var granted = new JsonArray([.. permissions.Select(p => (JsonNode)new JsonObject
        {
            ["actions"] = Json.List(p.Texts("actions")),
            ["notActions"] = Json.List(p.Texts("notActions")),
            ["dataActions"] = Json.List(p.Texts("dataActions")),
            ["notDataActions"] = Json.List(p.Texts("notDataActions")),
        })]);
        return new Resource(Access.DefinitionRecord(name), Access.DefinitionType, new JsonObject
        {
            ["id"] = Access.DefinitionRecord(name),
            ["name"] = name,
            ["type"] = Access.DefinitionType,
            ["properties"] = new JsonObject
            {
                ["roleName"] = roleName,
                ["type"] = type,
                ["description"] = description,
                ["assignableScopes"] = Json.List(scopes),
                ["permissions"] = granted,
                ["createdOn"] = created,
                ["updatedOn"] = updated,
                ["createdBy"] = null,
                ["updatedBy"] = null,
            },
        });
    }

    private static JsonObject Show(Resource definition, ArmRequest request)
    {
        var shown = (JsonObject)definition.Body.DeepClone();
        if (request.Path.Subscription is { } subscription)
            shown["id"] = $"/subscriptions/{subscription}{definition.Id}";
        return shown;
    }

    private static ArmException NoDefinition(string name) =>
        new(404, "RoleDefinitionDoesNotExist", $"The specified role definition with ID '{name}' does not exist.");

    private static bool Same(Resource assignment, (string Role, string Principal) wanted) =>
        assignment.Properties.Text("principalId").Same(wanted.Principal)
        && assignment.Properties.Text("roleDefinitionId")!.EndsWith("/" + wanted.Role, StringComparison.OrdinalIgnoreCase);

    private static Resource NewAssignment(string scope, string name, JsonObject content, DateTimeOffset now)
    {
        var id = AssignmentId(scope, name);
        var properties = new JsonObject
        {
            ["roleDefinitionId"] = content["roleDefinitionId"]?.DeepClone(),
            ["principalId"] = content["principalId"]?.DeepClone(),
            ["principalType"] = content["principalType"]?.DeepClone(),
            ["scope"] = scope,
            ["condition"] = content["condition"]?.DeepClone(),
            ["conditionVersion"] = content["conditionVersion"]?.DeepClone(),
            ["createdOn"] = Json.Stamp(now),
            ["updatedOn"] = Json.Stamp(now),
            ["createdBy"] = Tenancy.CallerId,
            ["updatedBy"] = Tenancy.CallerId,
            ["delegatedManagedIdentityResourceId"] = null,
            ["description"] = content["description"]?.DeepClone(),
        };
        return new Resource(id, Access.AssignmentType,
            new JsonObject { ["properties"] = properties, ["id"] = id, ["type"] = Access.AssignmentType, ["name"] = name });
    }

    private static string AssignmentId(string scope, string name) => scope.TrimEnd('/')
        + "/providers/Microsoft.Authorization/roleAssignments/" + name;

    private string CanonicalScope(ArmRequest request) => ExtendedScope.Of(_cloud, request);

    private const string AssignmentTerm =
        @"((?<scope>atScope\(\))|principalId\s+eq\s+'(?<principal>[^']*)'|assignedTo\('(?<assigned>[^']*)'\))";

    private const string DefinitionTerm = @"(atScope(AndBelow)?\(\)|roleName\s+eq\s+'(?<name>([^']|'')*)'|type\s+eq\s+'(?<type>[^']*)')";

    [GeneratedRegex($@"^\s*({AssignmentTerm}(\s+and\s+{AssignmentTerm})*)?\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex AssignmentFilter();

    [GeneratedRegex($@"^\s*({DefinitionTerm}(\s+and\s+{DefinitionTerm})*)?\s*$", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex DefinitionFilter();
}
