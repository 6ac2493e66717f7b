using System.Collections;
using System.Management.Automation;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>
/// Makes a reference of whatever is bound: a text, one of this module's objects (also one that went through Export-Clixml), or
/// any object with an Id or ResourceId, such as those of Az modules. What can't be understood becomes a reference with a problem.
/// </summary>
internal static class ReferenceBinding
{
    internal static (string? Id, string? Problem) Read(object? input, params string[] idProperties)
    {
        if (input is PSObject { BaseObject: not PSCustomObject } wrapped && wrapped.BaseObject is string text) return FromText(text);
        switch (input)
        {
            case string plain:
                return FromText(plain);
            case null:
                return (null, "nothing was given.");
        }

        var properties = PSObject.AsPSObject(input);
        foreach (var name in idProperties)
        {
            var value = properties.BaseObject is IDictionary table ? table[name] : ValueOf(properties, name);
            if (value is not null && value.ToString() is { Length: > 0 } id) return (id, null);
        }

        var type = properties.BaseObject is PSCustomObject && properties.TypeNames.Count > 0 ? properties.TypeNames[0] : properties.BaseObject.GetType().Name;
        if (properties.BaseObject is IEnumerable and not IDictionary) return (null, "one is wanted, and a list was given; pipe the list to have each of them.");
        var what = properties.BaseObject.ToString() is { Length: > 0 and <= 80 } shown && shown != type && !shown.StartsWith("@{", StringComparison.Ordinal)
            ? $"'{shown}' ({type})" : type;
        return (null, $"{(what == type ? "the " : "")}{what} has no {string.Join(" or ", idProperties)}.");
    }

    private static (string? Id, string? Problem) FromText(string text) =>
        string.IsNullOrWhiteSpace(text) ? (null, "the text is empty.") : (text.Trim(), null);

    private static object? ValueOf(PSObject input, string name)
    {
        try
        {
            return input.Properties[name]?.Value;
        }
        catch (GetValueException)
        {
            return null;
        }
    }
}

/// <summary>Binds a workspace.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class WorkspaceReferenceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is WorkspaceReference) return bare;
        if (bare is Workspace workspace) return new WorkspaceReference(workspace);
        var (id, problem) = ReferenceBinding.Read(inputData, "Id", "ResourceId");
        return new WorkspaceReference(id, problem);
    }
}

/// <summary>Binds a compute.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AksComputeReferenceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is AksComputeReference) return bare;
        // An AksNetworkAccess or an AksClusterIdentity carries the compute that led to it; without one, the cluster's id tells what is missing.
        var (id, problem) = ReferenceBinding.Read(inputData, "ComputeId", "Id", "ResourceId", "ClusterId");
        return new AksComputeReference(id, problem) { GrantedOn = (bare as AksNetworkAccess)?.GrantedOn };
    }
}

/// <summary>Binds a cluster.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class AksClusterReferenceTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject wrapped ? wrapped.BaseObject : inputData;
        if (bare is AksClusterReference) return bare;
        // The compute comes first: what is emitted then carries it on to Set-AmlAksLoadBalancer.
        var (id, problem) = ReferenceBinding.Read(inputData, "ComputeId", "Id", "ResourceId", "ClusterId");
        return new AksClusterReference(id, problem);
    }
}
