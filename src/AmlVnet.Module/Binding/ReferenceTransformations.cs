using System.Collections;

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

        if (IdIn(input, idProperties) is { } id) return (id, null);
        var properties = PSObject.AsPSObject(input);
        var type = properties.BaseObject is PSCustomObject && properties.TypeNames.Count > 0 ? properties.TypeNames[0]
            : properties.BaseObject.GetType().Name;
        if (properties.BaseObject is IEnumerable and not IDictionary)
            return (null, "one is wanted, and a list was given; pipe the list to have each of them.");
        var what = properties.BaseObject.ToString() is { Length: > 0 and <= 80 } shown && shown != type
            && !shown.StartsWith("@{", StringComparison.Ordinal)
            ? $"'{shown}' ({type})" : type;
        return (null, $"{(what == type ? "the " : "")}{what} has no {string.Join(" or ", idProperties)}.");
    }

    /// <summary>
    /// Whether the binder should look for another parameter first. A word that is no id may be a resource group in the same position; it
    /// comes back, and becomes a reference, where nothing else takes it. A row of names (Import-Csv) is bound by its columns.
    /// </summary>
    internal static bool IsForNames(object? input) => Bare(input) switch
    {
        null => false,
        string text => text.Trim() is { Length: > 0 } word && word[0] != '/',
        var value => IsRow(value),
    };

    internal static object? Bare(object? input) => input is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject
        : input;

    /// <summary>
    /// A row names a workspace and its group, or a network and its subnet, and has no id of its own; an object that has one is taken by it.
    /// </summary>
    private static bool IsRow(object input) => input is PSObject row && IdIn(row, ["Id", "ResourceId", "ComputeId"]) is null
        && ((IdIn(row, ["ResourceGroupName"]) is not null && IdIn(row, ["WorkspaceName"]) is not null)
            || (IdIn(row, ["VirtualNetworkName", "VnetName"]) is not null && IdIn(row, ["SubnetName"]) is not null
                && IdIn(row, ["SubnetId"]) is null));

    private static string? IdIn(object input, string[] names)
    {
        var properties = PSObject.AsPSObject(input);
        foreach (var name in names)
        {
            var value = properties.BaseObject is IDictionary table ? table[name] : ValueOf(properties, name);
            if (value is not null && value.ToString() is { Length: > 0 } id) return id;
        }

        return null;
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

/// <summary>Binds one role of the family: what it is, the names that it may go by, and what it leaves to another parameter.</summary>
/// <param name="idProperties">The properties that hold the id, the first that is there wins.</param>
[AttributeUsage(AttributeTargets.Property)]
internal abstract class ReferenceTransformationAttribute(params string[] idProperties) : ArgumentTransformationAttribute
{
    private protected string[] IdProperties { get; init; } = idProperties;

    /// <inheritdoc/>
    public sealed override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        if (IsForNames(inputData)) return inputData;
        var bare = ReferenceBinding.Bare(inputData);
        if (bare is not null && Take(bare) is { } ready) return ready;
        var (id, problem) = ReferenceBinding.Read(inputData, IdProperties);
        return id is not null && Leaves(id) ? inputData : Make(id, problem, bare);
    }

    private protected virtual bool IsForNames(object? input) => ReferenceBinding.IsForNames(input);

    /// <summary>What needs no reading; null where it does.</summary>
    private protected abstract object? Take(object bare);

    /// <summary>Whether what has this id is for another parameter.</summary>
    private protected virtual bool Leaves(string id) => false;

    private protected abstract object Make(string? id, string? problem, object? bare);
}

/// <summary>Binds a workspace.</summary>
internal sealed class WorkspaceReferenceTransformationAttribute() : ReferenceTransformationAttribute("Id", "ResourceId")
{
    private protected override object? Take(object bare) => bare switch
    {
        WorkspaceReference => bare,
        Workspace workspace => new WorkspaceReference(workspace),
        _ => null,
    };

    private protected override object Make(string? id, string? problem, object? bare) => new WorkspaceReference(id, problem);
}

/// <summary>Binds a compute.</summary>
internal sealed class AksComputeReferenceTransformationAttribute()
    // An AksNetworkAccess or an AksClusterIdentity carries the compute that led to it; without one, the cluster's id tells what is missing.
    : ReferenceTransformationAttribute("ComputeId", "Id", "ResourceId", "ClusterId")
{
    private protected override object? Take(object bare) => bare as AksComputeReference;

    private protected override object Make(string? id, string? problem, object? bare) =>
        new AksComputeReference(id, problem) { GrantedOn = (bare as AksNetworkAccess)?.GrantedOn };
}

/// <summary>Binds a cluster.</summary>
internal sealed class AksClusterReferenceTransformationAttribute()
    // The compute comes first: what is emitted then carries it on to Set-AmlAksLoadBalancer.
    : ReferenceTransformationAttribute("ComputeId", "Id", "ResourceId", "ClusterId")
{
    /// <summary>Whether a subnet will do, as it does for rules of its group.</summary>
    public bool OrSubnet
    {
        get => IdProperties.Contains("SubnetId");
        init => IdProperties = value ? [.. IdProperties, "SubnetId"] : IdProperties;
    }

    /// <summary>Whether a workspace is left to the parameter that takes one.</summary>
    public bool NotWorkspace { get; init; }

    private protected override object? Take(object bare) => bare as AksClusterReference;

    private protected override bool Leaves(string id) => NotWorkspace && References.IsWorkspace(id);

    private protected override object Make(string? id, string? problem, object? bare) => new AksClusterReference(id, problem);
}

/// <summary>Binds a subnet.</summary>
internal sealed class SubnetReferenceTransformationAttribute() : ReferenceTransformationAttribute("Id", "ResourceId", "SubnetId")
{
    private protected override object? Take(object bare) => bare is string text ? new SubnetReference(text.Trim())
        : bare as SubnetReference;

    private protected override object Make(string? id, string? problem, object? bare) => new SubnetReference(id, problem);
}

/// <summary>Binds what is checked: a plan, a workspace, a compute or a cluster.</summary>
internal sealed class NetworkReferenceTransformationAttribute() : ReferenceTransformationAttribute("ComputeId", "Id", "ResourceId",
    "ClusterId")
{
    /// <summary>Whether a word is taken as well, where no other parameter stands in the same place.</summary>
    public bool TakesWords { get; init; }

    private protected override bool IsForNames(object? input) => !TakesWords && base.IsForNames(input);

    private protected override object? Take(object bare) =>
        bare as AksNetworkReference ?? (NetworkPlanBinding.Read(bare) is { } plan ? new AksNetworkReference(plan) : null);

    private protected override object Make(string? id, string? problem, object? bare) => new AksNetworkReference(id, problem);
}

/// <summary>Binds an operation: by its token, or by the compute that it is about.</summary>
internal sealed class OperationReferenceTransformationAttribute() : ReferenceTransformationAttribute("ComputeId", "Id", "ResourceId")
{
    // A resource group has at most 90 characters; no token is that short.
    private const int LongestName = 90;

    private protected override object? Take(object bare) => bare switch
    {
        AmlOperationReference => bare,
        // A copy that came as JSON may be an object or a table.
        System.Collections.IDictionary table => Of(table["Token"]?.ToString()),
        _ => Of(PSObject.AsPSObject(bare).Properties["Token"]?.Value as string),
    };

    private protected override bool IsForNames(object? input) =>
        base.IsForNames(input) && !(ReferenceBinding.Bare(input) is string { Length: > LongestName });

    private protected override object Make(string? id, string? problem, object? bare) =>
        id is null || id.StartsWith('/') ? new AmlOperationReference(id, id is null ? "the object has no Token." : null, null) : Of(id)!;

    private static AmlOperationReference? Of(string? token) => token is null ? null : new AmlOperationReference(null, null, token);
}
