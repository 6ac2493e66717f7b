using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AmlVnet.Core.Addressing;

/// <summary>An IPv4 address.</summary>
/// <param name="Value">The address as a number, the first octet highest.</param>
public readonly record struct Ipv4Address(uint Value) : IComparable<Ipv4Address>
{
    private static readonly Ipv4Prefix[] PrivateRanges =
    [
        Ipv4Prefix.Parse("10.0.0.0/8"), Ipv4Prefix.Parse("172.16.0.0/12"), Ipv4Prefix.Parse("192.168.0.0/16"),
        Ipv4Prefix.Parse("100.64.0.0/10"),
    ];

    /// <summary>
    /// Whether the address is one that the internet does not route: of a private network (RFC 1918), or of the shared space (RFC 6598) that
    /// virtual networks use like one.
    /// </summary>
    public bool IsPrivate
    {
        get
        {
            var address = this;
            return PrivateRanges.Any(range => range.Contains(address));
        }
    }

    /// <summary>Reads four decimal octets without leading zeros. Never throws.</summary>
    /// <param name="text">The text, such as <c>10.0.0.10</c>.</param>
    /// <param name="address">The address, when the result is true.</param>
    /// <param name="reason">A sentence that says what is wrong, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Address address, [NotNullWhen(false)] out string? reason)
    {
        address = default;
        reason = null;
        if (string.IsNullOrWhiteSpace(text))
        {
            reason = "The address is empty; give an IPv4 address such as 10.0.0.10.";
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            reason = $"'{text}' is an IPv6 address; the service takes IPv4 only (such as 10.0.0.10).";
            return false;
        }

        if (text.Contains('/', StringComparison.Ordinal))
        {
            reason = $"'{text}' is an address range; one address without a prefix length is needed (such as "
                + $"{text[..text.IndexOf('/', StringComparison.Ordinal)]}).";
            return false;
        }

        var octets = text.Split('.');
        var value = 0u;
        if (octets.Length != 4)
        {
            reason = $"'{text}' is not an IPv4 address: it has {octets.Length} part{(octets.Length == 1 ? "" : "s")}, four are needed "
                + "(such as 10.0.0.10).";
            return false;
        }

        foreach (var octet in octets)
        {
            if (octet.Length is 0 or > 3 || !octet.All(char.IsAsciiDigit) || int.Parse(octet, CultureInfo.InvariantCulture) > 255)
            {
                reason = $"'{text}' is not an IPv4 address: '{octet}' is not a number from 0 to 255.";
                return false;
            }

            if (octet.Length > 1 && octet[0] == '0')
            {
                reason = $"'{text}' is not an IPv4 address: '{octet}' has a leading zero, which some programs read as octal.";
                return false;
            }

            value = (value << 8) | uint.Parse(octet, CultureInfo.InvariantCulture);
        }

        address = new(value);
        return true;
    }

    /// <summary>Reads an address.</summary>
    /// <exception cref="FormatException">The text is no IPv4 address; the message says why.</exception>
    public static Ipv4Address Parse(string? text) => TryParse(text, out var address, out var reason) ? address
        : throw new FormatException(reason);

    /// <inheritdoc/>
    public int CompareTo(Ipv4Address other) => Value.CompareTo(other.Value);

    /// <summary>Four decimal octets.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Value >> 24}.{(Value >> 16) & 255}.{(Value >> 8) & 255}.{Value & 255}");

    /// <summary>Whether the left address is lower.</summary>
    public static bool operator <(Ipv4Address left, Ipv4Address right) => left.Value < right.Value;

    /// <summary>Whether the left address is higher.</summary>
    public static bool operator >(Ipv4Address left, Ipv4Address right) => left.Value > right.Value;

    /// <summary>Whether the left address is lower or the same.</summary>
    public static bool operator <=(Ipv4Address left, Ipv4Address right) => left.Value <= right.Value;

    /// <summary>Whether the left address is higher or the same.</summary>
    public static bool operator >=(Ipv4Address left, Ipv4Address right) => left.Value >= right.Value;
}
