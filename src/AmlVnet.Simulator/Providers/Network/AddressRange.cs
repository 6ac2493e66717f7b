using System.Globalization;

namespace AmlVnet.Simulator.Providers.Network;

/// <summary>A range of IPv4 addresses written as CIDR. Kept apart from the module's own arithmetic on purpose.</summary>
internal readonly record struct AddressRange(uint First, int Length)
{
    public uint Size => Length == 0 ? uint.MaxValue : 1u << (32 - Length);

    public uint Last => First + (Size - 1) + (Length == 0 ? 1u : 0u);

    public bool Contains(uint address) => address >= First && address <= Last;

    public bool Contains(AddressRange other) => other.First >= First && other.Last <= Last;

    public bool Overlaps(AddressRange other) => First <= other.Last && other.First <= Last;

    /// <summary>The addresses of a subnet that a resource can have: Azure keeps the first four and the last.</summary>
    public long Usable => Math.Max(0, (long)Size - 5);

    public override string ToString() => Format(First) + "/" + Length.ToString(CultureInfo.InvariantCulture);

    public static string Format(uint address) => string.Create(
        CultureInfo.InvariantCulture, $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}");

    public static bool TryParseAddress(string? text, out uint address)
    {
        address = 0;
        var parts = text?.Split('.');
        if (parts?.Length != 4)
            return false;
        foreach (var part in parts)
        {
            if (part.Length is 0 or > 3 || !part.All(char.IsAsciiDigit)
                || !byte.TryParse(part, CultureInfo.InvariantCulture, out var octet))
                return false;
            address = (address << 8) | octet;
        }
        return true;
    }

    /// <summary>Reads <c>a.b.c.d/n</c>; host bits are an error unless they are allowed, and then dropped.</summary>
    public static bool TryParse(string? text, out AddressRange range, bool allowHostBits = false)
    {
        range = default;
        var slash = text?.IndexOf('/', StringComparison.Ordinal) ?? -1;
        if (slash < 0 || !TryParseAddress(text![..slash], out var address)
            || !text.AsSpan(slash + 1).ToString().All(char.IsAsciiDigit)
            || !int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length > 32)
        {
            return false;
        }
        var network = length == 0 ? 0 : address & (uint.MaxValue << (32 - length));
        if (network != address && !allowHostBits)
            return false;
        range = new AddressRange(network, length);
        return true;
    }
}
