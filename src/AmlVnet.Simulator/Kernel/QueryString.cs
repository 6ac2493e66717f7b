namespace AmlVnet.Simulator.Kernel;

/// <summary>The parameters of an address, or of a form's body.</summary>
internal static class QueryString
{
    /// <summary>Reads the parameters of an address; of one that is given twice the first counts.</summary>
    public static IReadOnlyDictionary<string, string> Of(Uri uri) => Parse(uri.Query.TrimStart('?'));

    /// <summary>Reads parameters written as <c>name=value&amp;name=value</c>.</summary>
    public static IReadOnlyDictionary<string, string> Parse(string text)
    {
        var values = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Uri.UnescapeDataString(equals < 0 ? pair : pair[..equals]);
            values.TryAdd(name, equals < 0 ? "" : Uri.UnescapeDataString(pair[(equals + 1)..].Replace('+', ' ')));
        }
        return values;
    }
}
