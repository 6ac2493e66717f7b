using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace AmlVnet.Core.Addressing;

/// <summary>A range of IPv4 addresses in CIDR form, always canonical: no bit is set behind the prefix.</summary>
public readonly record struct Ipv4Prefix : IComparable<Ipv4Prefix>
{
    private Ipv4Prefix(uint first, int length)
    {
        First = new(first);
        Length = length;
    }

    /// <summary>The first address, which names the range.</summary>
    public Ipv4Address First { get; }

    /// <summary>The number of leading bits that all addresses of the range share, 0 to 32.</summary>
    public int Length { get; }

    /// <summary>The last address.</summary>
    public Ipv4Address Last => new(First.Value | ~Mask(Length));

    /// <summary>The number of addresses, 1 to 4,294,967,296.</summary>
    public long Count => 1L << (32 - Length);

    /// <summary>Whether only the internet fills the range: a private one is never wider than a /8.</summary>
    public bool IsWiderThanPrivate => Length < 8;

    /// <summary>The range of this length that holds the address.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0 to 32.</exception>
    public static Ipv4Prefix Around(Ipv4Address address, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 32);
        return new(address.Value & Mask(length), length);
    }

    /// <summary>Whether the two ranges share an address.</summary>
    public bool Overlaps(Ipv4Prefix other) => First.Value <= other.Last.Value && other.First.Value <= Last.Value;

    /// <summary>Whether every address of the other range is in this one.</summary>
    public bool Contains(Ipv4Prefix other) => Length <= other.Length && Contains(other.First);

    /// <summary>Whether the address is in this range.</summary>
    public bool Contains(Ipv4Address address) => (address.Value & Mask(Length)) == First.Value;

    /// <summary>The address at a distance from the first one.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The range has no such address.</exception>
    public Ipv4Address At(long index)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        return new((uint)(First.Value + index));
    }

    /// <summary>
    /// The ranges of one length inside this one that share no address with any of <paramref name="taken"/>, lowest first.
    /// They are found as they are asked for.
    /// </summary>
    /// <param name="length">The prefix length of the ranges wanted; none fit when it is less than this range's own.</param>
    /// <param name="taken">Ranges that are in use.</param>
    /// <exception cref="ArgumentOutOfRangeException">The length is not 0 to 32.</exception>
    public IEnumerable<Ipv4Prefix> FreeRanges(int length, IEnumerable<Ipv4Prefix> taken)
    {
        ArgumentNullException.ThrowIfNull(taken);
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, 32);
        return length < Length ? [] : Walk(this, length, [.. taken.OrderBy(range => range.First)]);

        static IEnumerable<Ipv4Prefix> Walk(Ipv4Prefix within, int length, Ipv4Prefix[] taken)
        {
            var size = 1L << (32 - length);
            long at = within.First.Value;
            while (at <= within.Last.Value)
            {
                var candidate = new Ipv4Prefix((uint)at, length);
                var end = taken.Where(candidate.Overlaps).Select(range => (long?)range.Last.Value).Max();
                if (end is null)
                    yield return candidate;
                // The next start is the first multiple of the size behind what was in the way.
                at = end is { } last ? Math.Max(at + size, (last / size + 1) * size) : at + size;
            }
        }
    }

    /// <summary>Reads a canonical range: an IPv4 address, a slash and a length. Never throws.</summary>
    /// <param name="text">The text, such as <c>10.0.0.0/16</c>.</param>
    /// <param name="prefix">The range, when the result is true.</param>
    /// <param name="reason">A sentence that says what is wrong, and the canonical form where there is one,
    /// when the result is false.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out Ipv4Prefix prefix, [NotNullWhen(false)] out string? reason)
    {
        prefix = default;
        if (!Ipv4Interface.TryParse(text, out var given, out reason))
            return false;
        prefix = given.Prefix;
        if (given.Address == prefix.First)
            return true;
        reason = $"'{text}' is not a canonical range: bits behind the prefix are set; write {prefix}.";
        prefix = default;
        return false;
    }

    /// <summary>Reads a canonical range.</summary>
    /// <exception cref="FormatException">The text is no canonical IPv4 range; the message says why.</exception>
    public static Ipv4Prefix Parse(string? text) => TryParse(text, out var prefix, out var reason) ? prefix
        : throw new FormatException(reason);

    /// <summary>By first address, then the wider range first.</summary>
    public int CompareTo(Ipv4Prefix other) => First != other.First ? First.CompareTo(other.First) : Length.CompareTo(other.Length);

    /// <summary>The canonical form, such as <c>10.0.0.0/16</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{First}/{Length}");

    /// <summary>Whether the left range sorts before the right one.</summary>
    public static bool operator <(Ipv4Prefix left, Ipv4Prefix right) => left.CompareTo(right) < 0;

    /// <summary>Whether the left range sorts behind the right one.</summary>
    public static bool operator >(Ipv4Prefix left, Ipv4Prefix right) => left.CompareTo(right) > 0;

    /// <summary>Whether the left range sorts before the right one or is the same.</summary>
    public static bool operator <=(Ipv4Prefix left, Ipv4Prefix right) => left.CompareTo(right) <= 0;

    /// <summary>Whether the left range sorts behind the right one or is the same.</summary>
    public static bool operator >=(Ipv4Prefix left, Ipv4Prefix right) => left.CompareTo(right) >= 0;

    private static uint Mask(int length) => length == 0 ? 0u : uint.MaxValue << (32 - length);
}
