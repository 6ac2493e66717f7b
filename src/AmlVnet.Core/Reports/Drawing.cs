using System.Globalization;
using System.Net;
using System.Text;

namespace AmlVnet.Core.Reports;

/// <summary>
/// A picture in SVG. Text is set in a fixed pitch and is cut in the middle where it would leave its place, with the whole in a tooltip;
/// what other scripts take is not known here, so that such text gets its length forced.
/// </summary>
internal sealed class Drawing
{
    /// <summary>The pitch of a letter at 12 pixels, with a little air: fixed-pitch fonts take 7.2.</summary>
    private const double Pitch = 7.4;

    private readonly StringBuilder _body = new();

    /// <summary>Higher ones would be too small on a printed page, and go over several.</summary>
    private const int Tall = 2000;

    /// <summary>The width of every picture.</summary>
    internal const int Width = 1000;

    /// <summary>The picture, with what it is in words.</summary>
    /// <param name="title">What it shows.</param>
    /// <param name="height">How high it has become.</param>
    internal string End(string title, int height) =>
        $"<svg class=\"topology{(height > Tall ? " tall" : "")}\" role=\"img\" viewBox=\"0 0 {Width} {Number(height)}\" xmlns=\"http://www.w3.org/2000/svg\">"
        + $"<title>{Encode(title)}</title>\n{_body}</svg>\n";

    /// <summary>A frame around things.</summary>
    internal void Box(string kind, int x, int y, int width, int height) =>
        _body.Append(CultureInfo.InvariantCulture,
            $"<rect class=\"{kind}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"6\"/>\n");

    /// <summary>A line of text in a place.</summary>
    internal void Text(string kind, int x, int y, int width, string text)
    {
        var shown = Fit(text, width);
        if (shown.Length == 0) return;
        var isForced = shown.Any(static c => c > 0x7e && c != '\u2026');
        var length = isForced ? string.Create(CultureInfo.InvariantCulture,
            $" textLength=\"{Math.Min(width, Math.Round(Wide(shown) * Pitch))}\" lengthAdjust=\"spacingAndGlyphs\"") : "";
        _body.Append(CultureInfo.InvariantCulture, $"<text class=\"{kind}\" x=\"{x}\" y=\"{y}\" direction=\"ltr\"{length}>");
        if (shown != text) _body.Append("<title>").Append(Encode(text)).Append("</title>");
        // Isolated, so that a name that is written from right to left does not turn what stands beside it.
        _body.Append(isForced ? $"\u2068{Encode(shown)}\u2069" : Encode(shown)).Append("</text>\n");
    }

    /// <summary>How much of something is used.</summary>
    internal void Bar(int x, int y, int width, double part)
    {
        _body.Append(CultureInfo.InvariantCulture, $"<rect class=\"free\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"8\"/>\n");
        var used = Math.Round(width * Math.Clamp(part, 0, 1), 1);
        _body.Append(CultureInfo.InvariantCulture, $"<rect class=\"used\" x=\"{x}\" y=\"{y}\" width=\"{used}\" height=\"8\"/>\n");
    }

    /// <summary>An arrow that passes, one that stops at a bar, or one of which nothing is known.</summary>
    internal void Arrow(CheckStatus status, int x, int y, int width)
    {
        var kind = status switch
        {
            CheckStatus.Failed => "stops",
            CheckStatus.Unknown => "unknown",
            _ => "passes",
        };
        var end = x + width;
        var mark = status == CheckStatus.Failed
            ? $"M{Number(end - 12)} {Number(y - 8)}V{Number(y + 8)}M{Number(end - 6)} {Number(y - 8)}V{Number(y + 8)}"
            : $"M{Number(end - 8)} {Number(y - 5)}L{Number(end)} {Number(y)}L{Number(end - 8)} {Number(y + 5)}";
        _body.Append(CultureInfo.InvariantCulture,
            $"<path class=\"{kind}\" d=\"M{x} {y}H{(status == CheckStatus.Failed ? end - 12 : end)}{mark}\"/>\n");
    }

    /// <summary>Text as it may stand in a page; characters that a page may not hold are left out.</summary>
    internal static string Encode(string text) => WebUtility.HtmlEncode(string.Concat(text.Where(static c => c >= ' ' || c is '\n' or '\t'))
        .Replace("\ufffe", "", StringComparison.Ordinal).Replace("\uffff", "", StringComparison.Ordinal));

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Letters of other scripts may be as wide as two.</summary>
    private static int Wide(string text) => text.Sum(static c => c > 0x24f && c != '\u2026' ? 2 : 1);

    private static string Fit(string text, int width)
    {
        var flat = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var room = (int)(width / Pitch);
        if (Wide(flat) <= room) return flat;
        var letters = new StringInfo(flat);
        var kept = letters.LengthInTextElements;
        while (kept > 1)
        {
            kept--;
            var head = (kept + 1) / 2;
            var cut = letters.SubstringByTextElements(0, head) + "\u2026"
                + letters.SubstringByTextElements(letters.LengthInTextElements - (kept - head));
            if (Wide(cut) <= room) return cut;
        }

        return "\u2026";
    }
}
