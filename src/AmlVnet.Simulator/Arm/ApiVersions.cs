using System.Globalization;

namespace AmlVnet.Simulator.Arm;

/// <summary>Known api-versions of the modelled types, newest first (Azure REST API specifications).</summary>
internal static class ApiVersions
{
    public static readonly string[] Resources = Of("Microsoft.Resources");

    public static readonly string[] MachineLearning = Of("Microsoft.MachineLearningServices");

    public static readonly string[] ContainerService = Of("Microsoft.ContainerService");

    public static readonly string[] Network = Of("Microsoft.Network");

    public static readonly string[] Authorization = Of("Microsoft.Authorization");

    /// <summary>Locks have versions of their own (the types of the Bicep compiler 0.2.972 list them).</summary>
    public static readonly string[] Locks = Of("Microsoft.Authorization/locks");

    /// <summary>So have deny assignments: the one that can be written is a preview (the same list).</summary>
    public static readonly string[] DenyAssignments = Of("Microsoft.Authorization/denyAssignments");

    public static readonly string[] ManagedIdentity = Of("Microsoft.ManagedIdentity");

    public static readonly string[] Storage = Of("Microsoft.Storage");

    public static readonly string[] KeyVault = Of("Microsoft.KeyVault");

    public static readonly string[] ContainerRegistry = Of("Microsoft.ContainerRegistry");

    /// <summary>Private DNS zones have versions of their own.</summary>
    public static readonly string[] PrivateDns = Of("Microsoft.Network/privateDnsZones");

    public static readonly string[] Compute = Of("Microsoft.Compute");

    public static readonly string[] KubernetesConfiguration = Of("Microsoft.KubernetesConfiguration");

    public static readonly string[] ResourceGraph = Of("Microsoft.ResourceGraph");

    public static readonly string[] Management = Of("Microsoft.Management");

    /// <summary>Trusted access came later than the clusters.</summary>
    public static readonly string[] TrustedAccess = Of("Microsoft.ContainerService/managedClusters/trustedAccessRoleBindings");

    /// <summary>Whether a text is a date, with or without a suffix such as <c>-preview</c>.</summary>
    public static bool IsWellFormed(string version) =>
        version.Length >= 10
        && DateTime.TryParseExact(version.AsSpan(0, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
        && (version.Length == 10 || (version[10] == '-' && version.Length > 11 && version.AsSpan(11).ToString()
            .All(c => char.IsAsciiLetterLower(c) || c == '.')));

    /// <summary>The versions of a provider, from the list beside this file.</summary>
    private static string[] Of(string provider)
    {
        using var list = new StreamReader(typeof(ApiVersions).Assembly.GetManifestResourceStream("api-versions.txt")!);
        string? section = null;
        var versions = new List<string>();
        while (list.ReadLine() is { } line)
        {
            if (!line.StartsWith(' '))
                section = line;
            else if (section == provider)
                versions.AddRange(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        return [.. versions];
    }
}
