using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Core.Checks;

/// <summary>
/// The virtual CPUs of a virtual machine size, from its name. In today's names the first number is the count (Microsoft Learn: "Azure
/// virtual machine sizes naming conventions"); the older D, DS and A sizes number their sizes instead, and are listed
/// (Microsoft Learn: "Previous generations of virtual machine sizes").
/// </summary>
public static partial class VmSizeCores
{
    private static readonly int[] D1To5 = [1, 2, 4, 8, 16];
    private static readonly int[] D11To15 = [2, 4, 8, 16, 20];
    private static readonly int[] A0To7 = [1, 1, 2, 4, 8, 2, 4, 8];
    private static readonly int[] G1To5 = [2, 4, 8, 16, 32];

    /// <summary>The number of virtual CPUs; null when the name does not tell.</summary>
    public static int? FromName(string? size)
    {
        if (size is null || SizePattern().Match(size) is not { Success: true } match)
            return null;
        var family = match.Groups["family"].Value.ToUpperInvariant();
        var number = int.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture);
        var features = match.Groups["features"].Value;
        var version = match.Groups["version"].Value.ToUpperInvariant();
        // What stands behind the dash of a constrained size is the count itself.
        if (match.Groups["whole"].Success)
            return number > 0 ? number : null;
        // D3_v2 and DS3_v2 are numbered; D4s_v3 and D4_v3 are counted. Of A, only A2_v2 and its like (with a version) are counted.
        var isNumbered = features.Length == 0
            && (family is "D" or "DS" ? version is "" or "_V2" : family is "G" or "GS" ? version.Length == 0
                : family == "A" && version.Length == 0);
        if (!isNumbered)
            return number > 0 ? number : null;
        return (family[0], number) switch
        {
            ('D', >= 1 and <= 5) => D1To5[number - 1],
            ('D', >= 11 and <= 15) => D11To15[number - 11],
            ('A', <= 7) => A0To7[number],
            ('G', >= 1 and <= 5) => G1To5[number - 1],
            _ => null,
        };
    }

    // A constrained size (E8-4ds_v5, DS13-4_v2) has its own, smaller count behind the dash.
    [GeneratedRegex(
        "^(?:Standard_|Basic_)?(?<family>[A-Z]+?)(?<whole>\\d+-)?(?<number>\\d{1,4})"
            + "(?<features>[a-z]*)(?:_(?!v\\d)[A-Za-z]+\\d*)?(?<version>_v\\d+)?(?:_Promo)?\\z",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SizePattern();
}
