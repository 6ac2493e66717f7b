namespace AmlVnet.Simulator.Arm;

/// <summary>The regions of the simulated cloud, by short and display name.</summary>
internal static class Regions
{
    private static readonly (string Short, string Display)[] All =
    [
        ("eastus", "East US"), ("eastus2", "East US 2"), ("southcentralus", "South Central US"), ("westus2", "West US 2"),
            ("westus3", "West US 3"),
        ("australiaeast", "Australia East"), ("southeastasia", "Southeast Asia"), ("northeurope", "North Europe"),
            ("swedencentral", "Sweden Central"),
        ("uksouth", "UK South"), ("westeurope", "West Europe"), ("centralus", "Central US"), ("southafricanorth", "South Africa North"),
        ("centralindia", "Central India"), ("eastasia", "East Asia"), ("japaneast", "Japan East"), ("koreacentral", "Korea Central"),
        ("canadacentral", "Canada Central"), ("francecentral", "France Central"), ("germanywestcentral", "Germany West Central"),
        ("switzerlandnorth", "Switzerland North"), ("uaenorth", "UAE North"), ("brazilsouth", "Brazil South"),
            ("northcentralus", "North Central US"),
        ("westus", "West US"), ("westcentralus", "West Central US"), ("japanwest", "Japan West"), ("canadaeast", "Canada East"),
            ("ukwest", "UK West"),
    ];

    // Microsoft Learn: "Azure region pairs and nonpaired regions". A pair that this simulator has no region for is left out.
    private static readonly (string One, string Other)[] Pairs =
    [
        ("eastus", "westus"), ("eastus2", "centralus"), ("northcentralus", "southcentralus"), ("westus2", "westcentralus"),
        ("northeurope", "westeurope"), ("uksouth", "ukwest"), ("southeastasia", "eastasia"), ("japaneast", "japanwest"),
            ("canadacentral", "canadaeast"),
    ];

    /// <summary>The region that a region is paired with; null where there is none here.</summary>
    public static string? PairOf(string region) => Array.Find(Pairs, p => p.One == region || p.Other == region) is ({ } one, { } other)
        ? one == region ? other : one : null;

    public static IEnumerable<string> Names => All.Select(r => r.Short);

    public static IEnumerable<string> DisplayNames => All.Select(r => r.Display);

    public static IEnumerable<(string Short, string Display)> Both => All;

    /// <summary>The short form of a region's name, or null when there is no such region.</summary>
    public static string? Normalize(string? name)
    {
        var compact = name?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
        return Array.Exists(All, r => r.Short == compact) ? compact : null;
    }

    public static bool Same(string? left, string? right) => Compact(left) == Compact(right);

    private static string? Compact(string? name) => name?.Replace(" ", "", StringComparison.Ordinal).ToLowerInvariant();
}
