namespace AmlVnet.Arm.Http;

/// <summary>
/// Counts the questions that were asked before with the same answer, as the polls of a wait are: who reads the verbose stream wants to see
/// one of them, and how many there were.
/// </summary>
internal sealed class RepeatedRequests
{
    private readonly object _gate = new();
    private readonly Dictionary<string, int> _told = new(StringComparer.Ordinal);

    /// <summary>Whether this line was told before; then it is counted. A change makes every question a new one.</summary>
    internal bool IsRepeated(string line, bool isChange)
    {
        lock (_gate)
        {
            if (!isChange && _told.TryGetValue(line, out var more))
            {
                _told[line] = more + 1;
                return true;
            }

            return false;
        }
    }

    /// <summary>Remembers a line that is told now.</summary>
    internal void Add(string line, bool isChange)
    {
        lock (_gate)
        {
            if (isChange) _told.Clear();
            else _told[line] = 0;
        }
    }

    /// <summary>What was counted since the last time, in words.</summary>
    internal IReadOnlyList<string> TakeSums()
    {
        lock (_gate)
        {
            List<string> sums = [];
            foreach (var (line, more) in _told.Where(static entry => entry.Value > 0).ToArray())
            {
                sums.Add($"{line}, {more} more time{(more == 1 ? "" : "s")}");
                _told[line] = 0;
            }

            return sums;
        }
    }
}
