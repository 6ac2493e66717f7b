namespace AmlVnet.Simulator.Providers.Authorization;

/// <summary>What a role assignment, a lock or a deny assignment is put on.</summary>
internal static class ExtendedScope
{
    /// <summary>The scope in the spelling that the resources have; it has to exist where it lies below a subscription.</summary>
    public static string Of(Cloud cloud, ArmRequest request)
    {
        var scope = request.Path.Scope!;
        if (scope.Length == 0)
            return "/";
        if (request.Path.Group is { } group && cloud.World.Find(request.Path.Container) is null)
            throw ArmException.ResourceGroupNotFound(group);
        if (cloud.World.Find(scope) is { } found)
            return found.Id;
        var inner = ResourcePath.Parse(scope);
        if (inner.Namespace is null || !inner.NamesResource)
            return scope;
        // Subnets and rules are kept inside their parents.
        if (inner.ParentId is { } parent && cloud.World.Find(parent) is { } holder
            && holder.Properties.Objects(inner.Types[^1]).FirstOrDefault(c => c.Text("name").Same(inner.Names[^1])) is { } child)
        {
            return $"{holder.Id}/{inner.Types[^1]}/{child.Text("name")}";
        }
        throw ArmException.ResourceNotFound($"{inner.Namespace}/{string.Join('/', inner.Types.Zip(inner.Names, (t, n) => $"{t}/{n}"))}",
            inner.Group);
    }
}
