using System.Text.RegularExpressions;

namespace AmlVnet.Core.Ids;

/// <summary>
/// The services' rules for names, checked before any call. Each method returns null for a good name, and otherwise one
/// sentence with the name, the rule and what to do.
/// Sources: REST specification Microsoft.MachineLearningServices 2025-12-01 (workspace and compute patterns), Microsoft Learn
/// "Naming rules and restrictions for Azure resources" (all others), Microsoft Learn "Create compute targets" (compute).
/// </summary>
public static partial class ResourceNames
{
    /// <summary>A workspace: 3 to 33 letters, digits, dashes and underscores, the first a letter or digit.</summary>
    public static string? CheckWorkspace(string? name) =>
        Check("workspace name", name, WorkspacePattern(), "3 to 33 letters, digits, '-' or '_', beginning with a letter or digit", 3, 33);

    /// <summary>
    /// A compute: 3 to 24 letters, digits and dashes, first a letter, last a letter or digit, and no dash with only digits after it
    /// at the end.
    /// </summary>
    public static string? CheckCompute(string? name)
    {
        var problem = Check(
            "compute name", name, ComputePattern(),
            "3 to 24 letters, digits or '-', beginning with a letter and ending with a letter or digit", 3, 24);
        if (problem is not null)
            return problem;
        var dash = name!.LastIndexOf('-');
        return dash >= 0 && name[(dash + 1)..].All(char.IsAsciiDigit)
            ? $"'{name}' is not a valid compute name: it must not end in '-' and digits only; leave the dash out "
                + $"('{name.Remove(dash, 1)}') or add a letter at the end."
            : null;
    }

    /// <summary>A resource group: 1 to 90 letters, digits and <c>. _ - ( )</c>, not ending in a period.</summary>
    public static string? CheckResourceGroup(string? name) =>
        Check("resource group name", name, ResourceGroupPattern(), "1 to 90 letters, digits, '.', '_', '-', '(' or ')', not ending in '.'",
            1, 90);

    /// <summary>A virtual network: 2 to 64 letters, digits and <c>. _ -</c>.</summary>
    public static string? CheckVirtualNetwork(string? name) =>
        Check("virtual network name", name, NetworkPattern(), NetworkRule(2, 64), 2, 64);

    /// <summary>A subnet: 1 to 80 letters, digits and <c>. _ -</c>.</summary>
    public static string? CheckSubnet(string? name) => Check("subnet name", name, NetworkPattern(), NetworkRule(1, 80), 1, 80);

    /// <summary>An AKS cluster: 1 to 63 letters, digits, dashes and underscores, first and last a letter or digit.</summary>
    public static string? CheckCluster(string? name) =>
        Check("AKS cluster name", name, ClusterPattern(),
            "1 to 63 letters, digits, '-' or '_', beginning and ending with a letter or digit", 1, 63);

    /// <summary>A management group: 1 to 90 letters, digits and <c>. _ - ( )</c>, beginning with a letter or digit and not ending in a
    /// period. The tenant's own has the tenant's id for a name.</summary>
    public static string? CheckManagementGroup(string? name) => Check("management group name", name, ManagementGroupPattern(),
        "1 to 90 letters, digits, '.', '_', '-', '(' or ')', beginning with a letter or digit and not ending in '.'", 1, 90);

    /// <summary>A subscription's id: a GUID.</summary>
    public static string? CheckSubscriptionId(string? id) =>
        Guid.TryParseExact(id, "D", out _)
            ? null
            : $"'{id}' is not a subscription id: it must be a GUID such as 00000000-0000-0000-0000-000000000000; Get-AmlVnetContext shows "
                + "yours.";

    /// <summary>
    /// Tags: at most 50, each name 1 to 512 characters without <c>&lt; &gt; % &amp; \ ? /</c>, each value at most 256
    /// (Microsoft Learn: "Use tags to organize your Azure resources").
    /// </summary>
    public static string? CheckTags(IReadOnlyDictionary<string, string> tags)
    {
        ArgumentNullException.ThrowIfNull(tags);
        if (tags.Count > 50)
            return $"there are {tags.Count} tags: a resource has 50 at most; take {tags.Count - 50} or more away.";
        foreach (var (name, value) in tags)
        {
            if (string.IsNullOrWhiteSpace(name))
                return "a tag's name is empty: it must be 1 to 512 characters; give a name.";
            if (name.Length > 512)
                return $"the tag name '{name[..20]}…' is too long: it must be 1 to 512 characters; it has {name.Length}.";
            if (name.IndexOfAny(['<', '>', '%', '&', '\\', '?', '/']) is >= 0 and var at)
                return $"the tag name '{name}' holds '{name[at]}', which no tag name may; take it out.";
            if (value.Length > 256)
                return $"the value of the tag '{name}' is too long: it must be 256 characters at most; it has {value.Length}.";
        }

        return null;
    }

    private static string NetworkRule(int shortest, int longest) =>
        $"{shortest} to {longest} letters, digits, '.', '_' or '-', beginning with a letter or digit and ending with a letter, digit or "
            + "'_'";

    private static string? Check(string kind, string? name, Regex pattern, string rule, int shortest, int longest)
    {
        if (string.IsNullOrEmpty(name))
            return $"The {kind} is empty: it must be {rule}; give a name.";
        if (name.Length >= shortest && name.Length <= longest && pattern.IsMatch(name))
            return null;
        var fix = name.Contains('/', StringComparison.Ordinal) ? "give the last part of the resource id only"
            : name.Length < shortest ? $"it has {name.Length}, add {shortest - name.Length} or more"
            : name.Length > longest ? $"it has {name.Length}, take {name.Length - longest} or more away"
            : name.FirstOrDefault(c => !pattern.IsMatch("a" + c + "a")) is var odd and not '\0' ? $"take '{odd}' out"
            : "change its first or last character";
        return $"'{name}' is not a valid {kind}: it must be {rule}; {fix}.";
    }

    [GeneratedRegex("^[a-zA-Z0-9][a-zA-Z0-9_-]*\\z", RegexOptions.CultureInvariant)]
    private static partial Regex WorkspacePattern();

    [GeneratedRegex("^[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ComputePattern();

    [GeneratedRegex("^[\\p{L}\\p{Nd}._()-]*[\\p{L}\\p{Nd}_()-]\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ResourceGroupPattern();

    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9._()-]*[a-zA-Z0-9_()-])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ManagementGroupPattern();

    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9_])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex NetworkPattern();

    [GeneratedRegex("^[a-zA-Z0-9](?:[a-zA-Z0-9_-]*[a-zA-Z0-9])?\\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClusterPattern();
}
