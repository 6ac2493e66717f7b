namespace AmlVnet.Core.Ids;

/// <summary>Says which names there are where one is given that is none of them.</summary>
public static class NearNames
{
    /// <summary>How many names a message holds.</summary>
    public const int Most = 10;

    /// <summary>"Did you mean 'a'? There are: a, b and 3 more." Empty where there are none.</summary>
    /// <param name="wanted">The name that was given.</param>
    /// <param name="names">The names that there are.</param>
    /// <param name="listsAll">Whether names are listed that are not like it; of hundreds they are not.</param>
    public static string Describe(string wanted, IEnumerable<string> names, bool listsAll = true)
    {
        ArgumentNullException.ThrowIfNull(wanted);
        var ranked = names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => (Name: name, Distance: Distance(wanted, name)))
            .OrderBy(static one => one.Distance).ThenBy(static one => one.Name, StringComparer.OrdinalIgnoreCase).ToArray();
        if (ranked.Length == 0) return "";
        var near = ranked.TakeWhile(one => one.Distance <= Math.Max(1, Last(wanted).Length / 3)).Take(listsAll ? 1 : 5)
            .Select(static one => $"'{one.Name}'").ToArray();
        var question = near.Length == 0 ? "" : $"Did you mean {string.Join(", ", near)}?";
        if (!listsAll) return question;
        var rest = ranked.Length - Most;
        var listed = string.Join(", ", ranked.Take(Most).Select(static one => one.Name));
        return $"{question} There {(ranked.Length == 1 ? "is" : "are")}: {listed}".TrimStart() + (rest > 0 ? $" and {rest} more." : ".");
    }

    private static string Last(string name) => name[(name.LastIndexOf('/') + 1)..];

    /// <summary>How many letters have to be changed, added, left out or swapped with their neighbour.</summary>
    private static int Distance(string wanted, string name)
    {
        var (left, right) = (Last(wanted).ToUpperInvariant(), Last(name).ToUpperInvariant());
        var costs = new int[left.Length + 1, right.Length + 1];
        for (var i = 0; i <= left.Length; i++) costs[i, 0] = i;
        for (var j = 0; j <= right.Length; j++) costs[0, j] = j;
        for (var i = 1; i <= left.Length; i++)
            for (var j = 1; j <= right.Length; j++)
            {
                var change = left[i - 1] == right[j - 1] ? 0 : 1;
                costs[i, j] = Math.Min(Math.Min(costs[i - 1, j] + 1, costs[i, j - 1] + 1), costs[i - 1, j - 1] + change);
                if (i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1])
                    costs[i, j] = Math.Min(costs[i, j], costs[i - 2, j - 2] + 1);
            }

        return costs[left.Length, right.Length];
    }
}
