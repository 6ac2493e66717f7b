using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AmlVnet.Core.Addressing;

/// <summary>An address with the length of its network's prefix, as a Docker bridge is written: <c>172.17.0.1/16</c>.</summary>
/// <param name="Address">The interface's own address.</param>
/// <param name="Length">The prefix length, 0 to 32.</param>
public readonly record struct Ipv4Interface(Ipv4Address Address, int Length)
{
    /// <summary>The network that the address is in.</summary>
    public Ipv4Prefix Prefix => Ipv4Prefix.Around(Address, Length);

    /// <summary>Whether the address can be a host's: neither the network's first nor its last address.</summary>
    public bool IsUsableHost => Length <= 30 && Address != Prefix.First && Address != Prefix.Last;

    /// <summary>Reads an address, a slash and a length. Never throws.</summary>
    /// <param name="text">The text, such as <c>172.17.0.1/16</c>.</param>
    /// <param name="value">The value, when the result is true.</param>
    /// <param name="reason">A sentence that says what is wrong, when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Interface value, [NotNullWhen(false)] out string? reason)
    {
        value = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            reason = "The address range is empty; give one such as 10.0.0.0/16.";
            return false;
        }

        if (text.Contains(':', StringComparison.Ordinal))
        {
            reason = $"'{text}' is an IPv6 range; the service takes IPv4 only (such as 10.0.0.0/16).";
            return false;
        }

        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0)
        {
            reason = Ipv4Address.TryParse(text, out _, out var why)
                ? $"'{text}' has no prefix length; write an address range such as {text}/16."
                : $"'{text}' is not an address range such as 10.0.0.0/16. {why}";
            return false;
        }

        if (!Ipv4Address.TryParse(text[..slash], out var address, out reason))
        {
            reason = $"'{text}' is not an address range. {reason}";
            return false;
        }

        var digits = text[(slash + 1)..];
        if (digits.Length is 0 or > 2 || !digits.All(char.IsAsciiDigit) || (digits.Length == 2 && digits[0] == '0')
            || int.Parse(digits, CultureInfo.InvariantCulture) > 32)
        {
            reason = $"'{text}' is not an address range: '{digits}' is not a prefix length from 0 to 32.";
            return false;
        }

        value = new(address, int.Parse(digits, CultureInfo.InvariantCulture));
        return true;
    }

    /// <summary>Reads an address with its prefix length.</summary>
    /// <exception cref="FormatException">The text is not so; the message says why.</exception>
    public static Ipv4Interface Parse(string? text) => TryParse(text, out var value, out var reason) ? value
        : throw new FormatException(reason);

    /// <summary>The written form, such as <c>172.17.0.1/16</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{Length}");
}
