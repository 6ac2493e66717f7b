namespace AmlVnet.Simulator.Providers;

/// <summary>How the long-running operations of all providers end alike.</summary>
internal static class Endings
{
    /// <summary>A write ends with its resource in the state Succeeded, or Failed where that was planned.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="kind">The kind of operation.</param>
    /// <param name="settle">What follows from its state; null is nothing.</param>
    public static void OnWritten(this Cloud cloud, string kind, Action<Resource, string>? settle = null) =>
        cloud.Operations.On(kind, (operation, _) =>
        {
            if (cloud.World.Find(operation.Target) is { } resource)
                Settle(cloud, resource, operation.PlannedError is null ? "Succeeded" : "Failed", settle);
            return operation.PlannedError;
        });

    /// <summary>A deletion ends with its resource gone, or in the state Failed where that was planned.</summary>
    /// <param name="cloud">The cloud.</param>
    /// <param name="kind">The kind of operation.</param>
    /// <param name="remove">Removes it with what belongs to it.</param>
    /// <param name="settle">What follows from the state of one that stays; null is nothing.</param>
    public static void OnDeleted(
        this Cloud cloud, string kind, Action<Operation, Resource> remove, Action<Resource, string>? settle = null) =>
        cloud.Operations.On(kind, (operation, _) =>
        {
            if (cloud.World.Find(operation.Target) is not { } resource)
                return operation.PlannedError;
            if (operation.PlannedError is null)
                remove(operation, resource);
            else
                Settle(cloud, resource, "Failed", settle);
            return operation.PlannedError;
        });

    private static void Settle(Cloud cloud, Resource resource, string state, Action<Resource, string>? settle)
    {
        resource.State = state;
        cloud.World.Save(resource);
        settle?.Invoke(resource, state);
    }
}
