using System.Globalization;
using System.Management.Automation;
using System.Text;

namespace AmlVnet.Shell;

/// <summary>
/// Progress on standard error: on a terminal one line, drawn again in place; else a plain line when an activity begins and every few
/// seconds after that, so that a log stays readable.
/// </summary>
internal sealed class ProgressLine(TextWriter writer, bool isRedrawable, Func<int> width, TimeProvider clock)
{
    // Often enough to see that something lives, seldom enough for a log.
    private static readonly TimeSpan PlainInterval = TimeSpan.FromSeconds(5);
    private readonly Dictionary<(long Source, int Activity), DateTimeOffset> _lastPlain = [];
    private int _drawn;

    /// <summary>Shows a record.</summary>
    public void Show(long source, ProgressRecord record)
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _lastPlain.Remove((source, record.ActivityId));
            Erase();
            return;
        }

        var text = Describe(record);
        if (isRedrawable)
        {
            var room = Math.Max(10, width() - 1);
            if (text.Length > room) text = text[..(room - 1)] + "…";
            writer.Write("\r" + text.PadRight(_drawn));
            _drawn = text.Length;
            return;
        }

        var now = clock.GetUtcNow();
        if (_lastPlain.TryGetValue((source, record.ActivityId), out var last) && now - last < PlainInterval) return;
        _lastPlain[(source, record.ActivityId)] = now;
        writer.WriteLine(text);
    }

    /// <summary>Takes the line away, so that other text can be written.</summary>
    public void Erase()
    {
        if (_drawn == 0) return;
        writer.Write("\r" + new string(' ', _drawn) + "\r");
        _drawn = 0;
    }

    private static string Describe(ProgressRecord record)
    {
        var text = new StringBuilder(record.Activity);
        if (!string.IsNullOrWhiteSpace(record.StatusDescription)) text.Append(": ").Append(record.StatusDescription);
        if (!string.IsNullOrWhiteSpace(record.CurrentOperation)) text.Append(" - ").Append(record.CurrentOperation);
        if (record.PercentComplete >= 0) text.Append(CultureInfo.InvariantCulture, $" ({record.PercentComplete}%)");
        if (record.SecondsRemaining >= 0)
            text.Append(CultureInfo.InvariantCulture, $" {TimeSpan.FromSeconds(record.SecondsRemaining):g} left");

        return text.Replace('\r', ' ').Replace('\n', ' ').ToString();
    }
}
