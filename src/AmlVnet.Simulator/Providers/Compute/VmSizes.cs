using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.Compute;

/// <summary>The virtual machine sizes that the simulator lists, with cores and memory (Microsoft Learn: "Sizes for virtual machines in
/// Azure").</summary>
internal static partial class VmSizes
{
    public static readonly (string Name, int Cores, double MemoryGB, string Family)[] All =
    [
        ("Standard_B2s", 2, 4, "standardBSFamily"), ("Standard_B4ms", 4, 16, "standardBSFamily"),
        ("Standard_D1_v2", 1, 3.5, "standardDv2Family"), ("Standard_D2_v2", 2, 7, "standardDv2Family"),
            ("Standard_D3_v2", 4, 14, "standardDv2Family"),
        ("Standard_D4_v2", 8, 28, "standardDv2Family"), ("Standard_D5_v2", 16, 56, "standardDv2Family"),
        ("Standard_DS1_v2", 1, 3.5, "standardDSv2Family"), ("Standard_DS2_v2", 2, 7, "standardDSv2Family"),
            ("Standard_DS3_v2", 4, 14, "standardDSv2Family"),
        ("Standard_DS4_v2", 8, 28, "standardDSv2Family"), ("Standard_DS5_v2", 16, 56, "standardDSv2Family"),
        ("Standard_D2s_v3", 2, 8, "standardDSv3Family"), ("Standard_D4s_v3", 4, 16, "standardDSv3Family"),
            ("Standard_D8s_v3", 8, 32, "standardDSv3Family"),
        ("Standard_D16s_v3", 16, 64, "standardDSv3Family"), ("Standard_D2_v3", 2, 8, "standardDv3Family"),
            ("Standard_D4_v3", 4, 16, "standardDv3Family"),
        ("Standard_D8_v3", 8, 32, "standardDv3Family"), ("Standard_D2s_v4", 2, 8, "standardDSv4Family"),
            ("Standard_D4s_v4", 4, 16, "standardDSv4Family"),
        ("Standard_D2s_v5", 2, 8, "standardDSv5Family"), ("Standard_D4s_v5", 4, 16, "standardDSv5Family"),
            ("Standard_D8s_v5", 8, 32, "standardDSv5Family"),
        ("Standard_D11_v2", 2, 14, "standardDv2Family"), ("Standard_D12_v2", 4, 28, "standardDv2Family"),
            ("Standard_D13_v2", 8, 56, "standardDv2Family"),
        ("Standard_DS13-4_v2", 4, 56, "standardDSv2Family"), ("Standard_D16s_v5", 16, 64, "standardDSv5Family"),
        ("Standard_E2s_v3", 2, 16, "standardESv3Family"), ("Standard_E4s_v3", 4, 32, "standardESv3Family"),
            ("Standard_E8s_v3", 8, 64, "standardESv3Family"),
        ("Standard_F2s_v2", 2, 4, "standardFSv2Family"), ("Standard_F4s_v2", 4, 8, "standardFSv2Family"),
            ("Standard_F8s_v2", 8, 16, "standardFSv2Family"),
        ("Standard_F16s_v2", 16, 32, "standardFSv2Family"), ("Standard_NC6s_v3", 6, 112, "standardNCSv3Family"),
            ("Standard_NC12s_v3", 12, 224, "standardNCSv3Family"),
        ("Standard_NC4as_T4_v3", 4, 28, "standardNCASv3_T4Family"), ("Standard_NC8as_T4_v3", 8, 56, "standardNCASv3_T4Family"),
    ];

    /// <summary>The cores of the whole size that a constrained one is a part of; null for one that is whole.</summary>
    public static int? WholeCores(string name) => name.Same("Standard_DS13-4_v2") ? 8 : null;

    /// <summary>The day on which a size is retired, as the list of SKUs writes it; null where nothing is announced. The families Dv2 and
    /// DSv2 go on 1 May 2028 (Microsoft Learn: "Previous generations of virtual machine sizes").</summary>
    public static string? Retirement(string name) =>
        Array.Find(All, size => size.Name.Same(name)).Family is "standardDv2Family" or "standardDSv2Family" ? "05/01/2028" : null;

    /// <summary>
    /// The cores of any well-formed size, or null. The list of sizes is open: a name says the cores itself, but for the oldest families,
    /// whose numbers only count; a constrained size has the number after the dash (Microsoft Learn: "Azure virtual machine sizes naming
    /// conventions").
    /// </summary>
    public static int? Cores(string? size)
    {
        if (Array.Find(All, known => known.Name.Same(size)) is { Name: not null } listed)
            return listed.Cores;
        if (size is null || Name().Match(size) is not { Success: true } name)
            return null;
        if (name.Groups["constrained"] is { Success: true } constrained)
            return Number(constrained);
        var number = Number(name.Groups["number"]);
        var counted = Counted.GetValueOrDefault(name.Groups["family"].Value + name.Groups["version"].Value)?.ElementAtOrDefault(number);
        return counted is > 0 ? counted : number > 0 ? number : null;
    }

    private static readonly int[] CountedD = [0, 1, 2, 4, 8, 16, 0, 0, 0, 0, 0, 2, 4, 8, 16, 20];

    private static readonly int[] CountedG = [0, 2, 4, 8, 16, 32];

    /// <summary>The cores by the number in the name, of the families and versions whose numbers are no cores.</summary>
    private static readonly Dictionary<string, int[]> Counted = new(StringComparer.OrdinalIgnoreCase)
    {
        ["A"] = [1, 1, 2, 4, 8, 2, 4, 8, 8, 16, 8, 16],
        ["D"] = CountedD,
        ["D_v2"] = CountedD,
        ["DS"] = CountedD,
        ["DS_v2"] = CountedD,
        ["G"] = CountedG,
        ["GS"] = CountedG,
    };

    private static int Number(Group group) => int.Parse(group.ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(
        @"^(Standard|Basic)_(?<family>[A-Z]+)(?<number>\d{1,3})(-(?<constrained>[1-9]\d{0,2}))?[a-z]*(_[A-Z]+\d+)?(?<version>_v\d{1,2})?$",
        RegexOptions.IgnoreCase)]
    private static partial Regex Name();
}
