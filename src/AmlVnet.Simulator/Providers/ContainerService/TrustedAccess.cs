using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>Trusted access: the roles inside a cluster that another Azure resource can have, and who has them.</summary>
internal sealed partial class TrustedAccess
{
    public const string BindingType = ClusterFleet.Type + "/trustedAccessRoleBindings";

    /// <summary>What lets a workspace work in a cluster (Azure/AML-Kubernetes: "AML AKS trusted access support").</summary>
    public const string WorkspaceRole = "Microsoft.MachineLearningServices/workspaces/mlworkload";

    private const string Namespace = "Microsoft.ContainerService";

    private static readonly string[] Roles = [WorkspaceRole, "Microsoft.DataProtection/backupVaults/backup-operator"];

    private static readonly Shape Body = Shape.Object(("properties", Shape.Object(
        ("sourceResourceId", Shape.Text.Required), ("roles", Shape.List(Shape.Text).Required)).Required));

    private readonly Cloud _cloud;
    private readonly OperationPages _pages;

    public TrustedAccess(Cloud cloud, OperationPages pages, Gateway gateway)
    {
        (_cloud, _pages) = (cloud, pages);
        gateway.Add(
            new ResourceType(Namespace, "managedClusters/trustedAccessRoleBindings", ApiVersions.TrustedAccess, Frame().Handle)
            {
                Body = Body
            },
            new ResourceType(Namespace, "locations/trustedAccessRoles", ApiVersions.TrustedAccess,
                ResourceFrame.ReadOnly(static _ => Roles.Select(Shown)).Handle)
            { InGroups = false, ChecksParent = false });
        cloud.OnWritten("trustedaccess.put");
        cloud.OnDeleted("trustedaccess.delete", (_, binding) => cloud.World.Remove(binding.Id));
    }

    /// <summary>Whether a workspace has its role in a cluster.</summary>
    public static bool Holds(World world, Resource cluster, string workspaceId) => world.OfType(BindingType, cluster.Id).Any(binding =>
        binding.State == "Succeeded" && binding.Properties.Text("sourceResourceId").Same(workspaceId)
        && binding.Properties.Texts("roles").Any(role => role.Same(WorkspaceRole)));

    private static JsonObject Shown(string role) => new()
    {
        ["sourceResourceType"] = role[..role.LastIndexOf('/')],
        ["name"] = role[(role.LastIndexOf('/') + 1)..],
        ["rules"] = new JsonArray(new JsonObject
        {
            ["verbs"] = new JsonArray("get"),
            ["apiGroups"] = new JsonArray(""),
            ["resources"] = new JsonArray("pods"),
            ["resourceNames"] = new JsonArray(),
            ["nonResourceURLs"] = new JsonArray(),
        }),
    };

    private ResourceFrame<Resource> Frame() => ResourceFrame.Of(_cloud, BindingType) with
    {
        Check = (_, binding) =>
        {
            if (binding is not null && _cloud.Operations.Running(binding.Id) is not null)
                throw Refused(409, "OperationNotAllowed", $"Another operation is in progress on the binding {binding.Name}.");
        },
        Put = Put,
        Delete = (request, binding) =>
        {
            binding.State = "Deleting";
            _cloud.World.Save(binding);
            return _pages.Cluster(request, _cloud.Operations.Start("trustedaccess.delete", binding.Id, TimeSpan.FromSeconds(20)), 202, null,
                ClusterOf(request).Location!);
        },
    };

    private Answer Put(ArmRequest request, Resource? existing)
    {
        var sent = request.Body().Object("properties")!;
        if (request.Name.Length > 24 || !Name().IsMatch(request.Name))
            throw Refused(400, "InvalidParameter", $"The name '{request.Name}' of a binding has to be 1 to 24 letters, digits and dashes.");
        var source = sent.Text("sourceResourceId")!;
        if (!sent.Texts("roles").Any())
            throw Refused(400, "InvalidParameter", "The value of parameter roles is invalid: there is none.");
        if (sent.Texts("roles").FirstOrDefault(role => !Roles.Any(known => known.Same(role))) is { } unknown)
            throw Refused(400, "TrustedAccessRoleNotFound", $"The trusted access role '{unknown}' was not found.");
        if (_cloud.World.Find(source) is not { } found)
            throw Refused(400, "TrustedAccessSourceResourceNotFound", $"The source resource '{source}' was not found.");
        if (existing is not null && !existing.Properties.Text("sourceResourceId").Same(source))
            throw Refused(400, "PropertyChangeNotAllowed", "Changing property 'properties.sourceResourceId' is not allowed.");
        var id = existing?.Id ?? $"{ClusterOf(request).Id}/trustedAccessRoleBindings/{request.Name}";
        var binding = _cloud.World.Save(new Resource(id, BindingType, new JsonObject
        {
            ["id"] = id,
            ["name"] = id[(id.LastIndexOf('/') + 1)..],
            ["type"] = BindingType,
            ["properties"] = new JsonObject
            {
                ["provisioningState"] = "Updating",
                ["sourceResourceId"] = found.Id,
                ["roles"] = Json.List(sent.Texts("roles")),
            },
        }));
        var operation = _cloud.Operations.Start("trustedaccess.put", id, TimeSpan.FromSeconds(30));
        return _pages.Cluster(request, operation, existing is null ? 201 : 200, binding.Body.DeepClone(), ClusterOf(request).Location!);
    }

    private Resource ClusterOf(ArmRequest request) => _cloud.World.Find(request.Path.ParentId, ClusterFleet.Type)!;

    private static ArmException Refused(int status, string code, string message) => new(status, code, message);

    [GeneratedRegex("^[A-Za-z0-9-]+$")]
    private static partial Regex Name();
}
