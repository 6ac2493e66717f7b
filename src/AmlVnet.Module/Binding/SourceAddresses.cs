using AmlVnet.Core.Addressing;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Checks where traffic may come from: IPv4 ranges, addresses, or service tags.</summary>
internal static class SourceAddresses
{
    internal static string[] Require(string[] sources, string parameter)
    {
        foreach (var source in sources)
        {
            if (string.IsNullOrWhiteSpace(source))
                throw Problems.InvalidValue(parameter, source,
                    "an address prefix is empty; give an IPv4 range, an address or a service tag.");
            if (source == "*" || (char.IsLetter(source[0]) && !source.Contains(':', StringComparison.Ordinal))) continue;
            if (source.Contains('/', StringComparison.Ordinal))
            {
                if (!Ipv4Prefix.TryParse(source, out _, out var reason)) throw Problems.InvalidValue(parameter, source, reason);
            }
            else if (!Ipv4Address.TryParse(source, out _, out var reason))
            {
                throw Problems.InvalidValue(parameter, source, reason);
            }
        }

        return [.. sources.Distinct(StringComparer.OrdinalIgnoreCase)];
    }

    /// <summary>The first source that stands for everybody.</summary>
    internal static string? FindWide(string[] sources) =>
        Array.Find(sources, static s => s is "*" or "0.0.0.0/0" || s.Equals("Internet", StringComparison.OrdinalIgnoreCase)
            || s.Equals("Any", StringComparison.OrdinalIgnoreCase));
}
