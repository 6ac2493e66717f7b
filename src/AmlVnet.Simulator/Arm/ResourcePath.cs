namespace AmlVnet.Simulator.Arm;

/// <summary>The parts of a Resource Manager path. Everything is compared without regard to case.</summary>
internal sealed record ResourcePath
{
    public string? Subscription { get; private init; }

    public string? Group { get; private init; }

    public string? Namespace { get; private init; }

    /// <summary>Type segments after the namespace, with a trailing action or collection name.</summary>
    public IReadOnlyList<string> Types { get; private init; } = [];

    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>For an extension resource (role assignment, cluster extension): the id of what it extends, empty for the tenant.</summary>
    public string? Scope { get; private init; }

    /// <summary>Whether the path goes through something that is neither a subscription nor a resource group, and so names a resource that
    /// extends another one. But for those of Microsoft.Authorization and Microsoft.KubernetesConfiguration, which have a
    /// <see cref="Scope"/>, there are none.</summary>
    public bool Extends { get; private init; }

    /// <summary>Segments of a path that names no provider, such as <c>/subscriptions/{id}/resourceGroups</c>.</summary>
    public IReadOnlyList<string> Segments { get; private init; } = [];

    public bool NamesResource => Types.Count > 0 && Types.Count == Names.Count;

    /// <summary>The id as it was asked for, without a trailing collection or action.</summary>
    public string Id
    {
        get
        {
            var id = Scope ?? (Subscription is null ? "" : "/subscriptions/" + Subscription
                + (Group is null ? "" : "/resourceGroups/" + Group));
            if (Namespace is null)
                return id;
            id += "/providers/" + Namespace;
            for (var i = 0; i < Names.Count; i++)
                id += $"/{Types[i]}/{Names[i]}";
            return id;
        }
    }

    /// <summary>The id of the resource that holds the last one: its parent resource, or null where that is a resource group or
    /// above.</summary>
    public string? ParentId
    {
        get
        {
            var depth = Types.Count - 1;
            if (depth < 1)
                return null;
            var holder = Scope ?? $"/subscriptions/{Subscription}" + (Group is null ? "" : $"/resourceGroups/{Group}");
            var id = holder + "/providers/" + Namespace;
            for (var i = 0; i < depth; i++)
                id += $"/{Types[i]}/{Names[i]}";
            return id;
        }
    }

    public string Container => $"/subscriptions/{Subscription}" + (Group is null ? "" : $"/resourceGroups/{Group}");

    public static ResourcePath Parse(string path)
    {
        var segments = path.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(Uri.UnescapeDataString).ToArray();
        var last = Array.FindLastIndex(segments, s => s.Equals("providers", StringComparison.OrdinalIgnoreCase));
        string? subscription = null, group = null;
        if (segments.Length >= 2 && Is(segments[0], "subscriptions"))
        {
            subscription = segments[1];
            if (segments.Length >= 4 && Is(segments[2], "resourceGroups"))
                group = segments[3];
        }
        if (last < 0 || last + 1 >= segments.Length)
            return new ResourcePath { Subscription = subscription, Group = group, Segments = segments };

        var ns = segments[last + 1];
        List<string> types = [], names = [];
        for (var i = last + 2; i < segments.Length; i++)
            ((i - last) % 2 == 0 ? types : names).Add(segments[i]);
        var extends = Is(ns, "Microsoft.Authorization") || Is(ns, "Microsoft.KubernetesConfiguration");
        return new ResourcePath
        {
            Subscription = subscription,
            Group = group,
            Namespace = ns,
            Types = types,
            Names = names,
            Extends = !extends && last != (group is not null ? 4 : subscription is not null ? 2 : 0),
            Scope = extends ? string.Concat(segments[..last].Select(s => "/" + s)) : null,
            Segments = segments,
        };
    }

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
