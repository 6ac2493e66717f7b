using System.Text.RegularExpressions;

namespace AmlVnet.Core.Checks;

/// <summary>
/// The families of virtual machine sizes with an announced retirement (Microsoft Learn: "Retired Azure VM sizes" and the pages of the
/// families), for regions whose list of sizes says nothing of it.
/// </summary>
internal static partial class RetiringSizes
{
    /// <summary>When the list was true.</summary>
    public static DatedList Dated { get; } = new(new DateOnly(2026, 11, 1));

    /// <summary>The day on which a size is retired; null where nothing is announced.</summary>
    public static DateOnly? Retirement(string size) => Family().IsMatch(size) ? new DateOnly(2028, 5, 1) : null;

    /// <summary>A current size with as many virtual CPUs, of the general-purpose family that AKS itself proposes.</summary>
    public static string? Successor(int? cores) => cores switch
    {
        <= 2 => "Standard_D2s_v5",
        <= 4 => "Standard_D4s_v5",
        <= 8 => "Standard_D8s_v5",
        <= 16 => "Standard_D16s_v5",
        _ => null,
    };

    // Dv2 and DSv2, 1 to 5 and 11 to 15.
    [GeneratedRegex(@"^Standard_DS?(?:[1-5]|1[1-5](?:-\d+)?)_v2(?:_Promo)?\z", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Family();
}
