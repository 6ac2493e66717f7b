using System.Text;

namespace AmlVnet.Core.Reports;

/// <summary>The report as one page that needs nothing else: no network, no script, light and dark, and without colour.</summary>
public static class HtmlReport
{
    private const string Style = """
        :root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --soft: #f3f5f8; --line: #9aa4b2; --bad: #b3261e; --good: #1b6e3c;
          --doubt: #7a5200; --mine: #dcebff; --used: #4a6fa5; }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14171c; --soft: #20252d; --line: #5d6775; --bad: #ff8f86;
          --good: #74d49b; --doubt: #f0c060; --mine: #1d3350; --used: #7ea6df; } }
        body { font: 15px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper);
          max-width: 1040px; margin: 0 auto; padding: 16px; }
        h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; }
        p, li, td, th { overflow-wrap: anywhere; }
        code { font: 13px/1.4 ui-monospace, "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; white-space: pre-wrap; }
        table { border-collapse: collapse; width: 100%; table-layout: fixed; }
        th, td { border: 1px solid var(--line); padding: 6px 8px; text-align: start; vertical-align: top; }
        thead th { background: var(--soft); }
        .result { width: 110px; } .check { width: 220px; } .target { width: 150px; }
        .Failed { color: var(--bad); font-weight: 600; } .Passed { color: var(--good); }
        .Warning, .Unknown { color: var(--doubt); font-weight: 600; }
        .topology { width: 100%; height: auto; display: block; margin: 12px 0; }
        .topology text { font: 12px "DejaVu Sans Mono", Consolas, "Liberation Mono", monospace; fill: var(--ink); }
        .topology .head { font-weight: 700; }
        .topology .box { fill: var(--soft); stroke: var(--line); } .topology .mine { fill: var(--mine); }
        .topology .network { fill: none; stroke: var(--line); stroke-dasharray: 6 4; }
        .topology .free { fill: var(--paper); stroke: var(--line); } .topology .used { fill: var(--used); }
        .topology path { fill: none; stroke-width: 2; } .topology .passes { stroke: var(--good); } .topology .stops { stroke: var(--bad); }
        .topology .unknown { stroke: var(--doubt); stroke-dasharray: 4 4; }
        @media print { body { max-width: none; padding: 0; font-size: 12px; } h2, h3, thead { break-after: avoid; }
          code { font-size: 10px; } .result { width: 74px; } .check { width: 140px; } .target { width: 90px; } tr, .topology { break-inside: avoid; }
          .topology:not(.tall) { max-height: 66vh; }
          details::details-content { content-visibility: visible; height: auto; } }
        """;

    /// <summary>The page.</summary>
    public static string Write(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>AmlVnet report</title>\n<style>\n")
            .Append(OneLine(Style)).Append("\n</style>\n</head>\n<body>\n<h1>AmlVnet report</h1>\n<p>Read on ").Append(report.Date)
            .Append(" as <bdi>")
            .Append(Drawing.Encode(report.SignIn)).Append("</bdi>. Arrows with a tip pass; arrows with two bars are stopped.</p>\n");
        var subjects = report.InOrder;
        if (subjects.Count > 1) WriteFleet(page, subjects);
        for (var i = 0; i < subjects.Count; i++) Write(page, subjects[i], i);
        return page.Append("</body>\n</html>\n").ToString();
    }

    // A third of the lines of a small report would be the style otherwise.
    private static string OneLine(string style) => string.Join(' ', style.Split('\n', StringSplitOptions.TrimEntries));

    private static void WriteFleet(StringBuilder page, IReadOnlyList<ReportSubject> subjects)
    {
        page.Append("<table>\n<thead>\n<tr><th scope=\"col\">Compute, what is broken first</th><th "
            + "scope=\"col\">Result</th></tr>\n</thead>\n<tbody>\n");
        for (var i = 0; i < subjects.Count; i++)
            page.Append("<tr><td><a href=\"#s").Append(i).Append("\"><bdi>").Append(Drawing.Encode(subjects[i].Name))
                .Append("</bdi></a></td><td>")
                .Append(Report.Summary(subjects[i])).Append("</td></tr>\n");
        page.Append("</tbody>\n</table>\n");
    }

    private static void Write(StringBuilder page, ReportSubject subject, int number)
    {
        page.Append("<h2 id=\"s").Append(number).Append("\"><bdi>").Append(Drawing.Encode(subject.Name)).Append("</bdi></h2>\n<p><code>")
            .Append(Drawing.Encode(subject.Target)).Append("</code></p>\n<p>").Append(Report.Summary(subject)).Append(".</p>\n");
        page.Append(Topology.Draw(subject) ?? "<p>No picture: only results were given. Pipe the compute to have one.</p>\n");
        CheckResult[] shown = [.. subject.InOrder.Where(static check => check.Status != CheckStatus.NotApplicable)];
        CheckResult[] rest = [.. subject.InOrder.Where(static check => check.Status == CheckStatus.NotApplicable)];
        if (shown.Length > 0) WriteChecks(page.Append("<h3>Checks</h3>\n"), shown);
        if (rest.Length > 0)
        {
            page.Append("<details>\n<summary>").Append(rest.Length).Append(" that do not apply here</summary>\n");
            WriteChecks(page, rest);
            page.Append("</details>\n");
        }

        if (subject.Capacity is { } capacity)
            page.Append("<h3>Capacity</h3>\n<p>").Append(Drawing.Encode(capacity)).Append("</p>\n");
        List(page, "The identity's roles", subject.Rights.Select(static right => Drawing.Encode(right)));
        List(page, "Not looked at", subject.NotLookedAt.Select(static one =>
            $"{Drawing.Encode(one.Subject)}: {Drawing.Encode(one.Reason)} Look with <code>{Drawing.Encode(one.Command)}</code>"));
    }

    private static void WriteChecks(StringBuilder page, CheckResult[] checks)
    {
        page.Append("<table>\n<thead>\n<tr><th scope=\"col\" class=\"result\">Result</th><th scope=\"col\" class=\"check\">Check</th>")
            .Append("<th scope=\"col\" class=\"target\">Target</th><th scope=\"col\">Evidence, and what to "
                + "run</th></tr>\n</thead>\n<tbody>\n");
        foreach (var check in checks)
        {
            page.Append("<tr><td class=\"").Append(check.Status).Append("\">").Append(Report.Say(check.Status));
            if (check.Status == CheckStatus.Failed) page.Append(" (").Append(check.Severity).Append(')');
            page.Append("</td><td>").Append(Link(check.Id, check.Reference)).Append(' ').Append(Drawing.Encode(check.Title))
                .Append("</td><td><bdi>")
                .Append(Drawing.Encode(Last(check.Target))).Append("</bdi></td><td>").Append(Drawing.Encode(check.Evidence));
            if (check.Recommendation is { Length: > 0 } command && check.Status is not (CheckStatus.Passed or CheckStatus.NotApplicable))
                page.Append("<br><code>").Append(Drawing.Encode(command)).Append("</code>");
            page.Append("</td></tr>\n");
        }

        page.Append("</tbody>\n</table>\n");
    }

    private static void List(StringBuilder page, string title, IEnumerable<string> items)
    {
        string[] all = [.. items];
        if (all.Length == 0) return;
        page.Append("<h3>").Append(Drawing.Encode(title)).Append("</h3>\n<ul>\n");
        foreach (var item in all) page.Append("<li>").Append(item).Append("</li>\n");
        page.Append("</ul>\n");
    }

    private static string Link(string text, string? address) =>
        address is not null && address.StartsWith("https://", StringComparison.Ordinal)
            ? $"<a href=\"{Drawing.Encode(address)}\" rel=\"noreferrer\">{Drawing.Encode(text)}</a>" : Drawing.Encode(text);

    private static string Last(string target) => target.StartsWith('/') ? target[(target.LastIndexOf('/') + 1)..] : target;
}
