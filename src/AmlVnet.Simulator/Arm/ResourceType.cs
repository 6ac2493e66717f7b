namespace AmlVnet.Simulator.Arm;

/// <summary>A modelled resource type and the api-versions that answer for it.</summary>
/// <param name="Namespace">The provider's namespace in its canonical spelling.</param>
/// <param name="Name">The type below it, such as <c>virtualNetworks/subnets</c>.</param>
/// <param name="Versions">Known versions, newest first, stable before preview of the same day. The first and last bound what is
/// accepted.</param>
/// <param name="Handle">The provider's handler.</param>
internal sealed record ResourceType(string Namespace, string Name, IReadOnlyList<string> Versions, Func<ArmRequest, Answer> Handle)
{
    public string FullName => $"{Namespace}/{Name}";

    /// <summary>Whether the type lives in resource groups, so that the gateway looks for the group first.</summary>
    public bool InGroups { get; init; } = true;

    /// <summary>Whether the type lives in the tenant, above all subscriptions; who may do what there its provider says.</summary>
    public bool InTenant { get; init; }

    /// <summary>What the last segment of a POST, or of another request that is not for a child type, may be.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Of what kinds the members of a PUT's and a PATCH's body are; null where the type takes neither.</summary>
    public Shape? Body { get; init; }

    /// <summary>The body of a resource that has a location and tags.</summary>
    /// <param name="members">Its other members.</param>
    public static Shape Tracked(params (string Name, Shape Shape)[] members) =>
        Shape.Object([("location", Shape.Text), ("tags", Shape.Tags), .. members]);

    /// <summary>Why a resource of this type cannot be deleted: something uses it that does not go too. Null where nothing can.</summary>
    public Func<Resource, Func<string, bool>, ArmException?>? InUse { get; init; }

    /// <summary>What goes with a resource of this type when its group is deleted; null where nothing else does.</summary>
    public Action<Resource>? Removed { get; init; }

    /// <summary>Whether the gateway checks that the parent exists before the provider hears of the request.</summary>
    public bool ChecksParent { get; init; } = true;

    /// <summary>Any well-formed version from the first known to the newest known is taken: a real Resource Manager knows them
    /// all.</summary>
    public bool Accepts(string version)
    {
        if (!ApiVersions.IsWellFormed(version))
            return false;
        var day = version[..10];
        return string.CompareOrdinal(day, Versions[^1][..10]) >= 0 && string.CompareOrdinal(day, Versions.Max(v => v[..10])!) <= 0;
    }
}
