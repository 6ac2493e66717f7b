using System.Text.RegularExpressions;

namespace AmlVnet.Conformance.Tests;

/// <summary>The deviations that the guide to the simulator admits, with their reasons.</summary>
internal sealed class DeviationTable
{
    private const string Heading = "### Deviations";
    private readonly List<Rule> _rules = [];

    internal static DeviationTable OfTheGuide()
    {
        var text = File.ReadAllText(Path.Combine(Reference.Repository, "docs", "guides", "simulator-authors.md"));
        var table = new DeviationTable();
        var section = text[(text.IndexOf(Heading, StringComparison.Ordinal) + Heading.Length)..];
        var next = section.IndexOf("\n## ", StringComparison.Ordinal);
        foreach (var line in (next < 0 ? section : section[..next]).Split('\n').Where(static l => l.StartsWith('|')).Skip(2))
        {
            var cells = line.Trim().Trim('|').Split('|').Select(static c => c.Trim()).ToArray();
            if (cells.Length != 5 || cells.Any(static c => c.Length == 0))
                throw new InvalidOperationException($"A row of the table is not whole: {line}");
            foreach (var member in Names(cells[2])) table._rules.Add(new Rule(Names(cells[0]), cells[1], member, cells[3]));
        }

        return table;
    }

    /// <summary>The deviations that no row admits.</summary>
    internal IEnumerable<Deviation> Unlisted(IEnumerable<Deviation> found) =>
        found.Where(d => !_rules.Exists(r => r.Operations.Any(o => r.Admits(o, d))));

    /// <summary>What rows admit and did not occur.</summary>
    internal IEnumerable<string> Stale(IReadOnlyCollection<Deviation> found) =>
        from rule in _rules
        from operation in rule.Operations
        where !found.Any(d => rule.Admits(operation, d))
        select $"{operation} | {rule.Side} | {rule.Member} | {rule.What}";

    private static string[] Names(string cell) => cell == "the whole" ? [""] : [.. cell.Split(',').Select(static n => n.Trim().Trim('`'))];

    private sealed record Rule(string[] Operations, string Side, string Member, string What)
    {
        internal bool Admits(string operation, Deviation deviation) => deviation.What == What && Fits(operation, deviation.Operation)
            && Fits(Member, deviation.Member) && (Side == deviation.Side || (Side == "answer" && deviation.Side.StartsWith('2')));

        private static bool Fits(string pattern, string text) =>
            Regex.IsMatch(text, $"^{Regex.Escape(pattern).Replace("\\*", ".*", StringComparison.Ordinal)}$");
    }
}
