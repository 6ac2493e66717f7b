using System.Text;

namespace AmlVnet.Core.Reports;

/// <summary>The report for a change ticket: the same as the page, without the picture.</summary>
public static class MarkdownReport
{
    /// <summary>The text.</summary>
    public static string Write(Report report)
    {
        ArgumentNullException.ThrowIfNull(report);
        var text = new StringBuilder("# AmlVnet report\n\n").Append("Read on ").Append(report.Date).Append(" as ")
            .Append(Plain(report.SignIn))
            .Append(".\n\n");
        if (report.Subjects.Count > 1)
        {
            text.Append("| Compute | Result |\n| --- | --- |\n");
            foreach (var subject in report.InOrder)
                text.Append("| ").Append(Cell(subject.Name)).Append(" | ").Append(Report.Summary(subject)).Append(" |\n");
            text.Append('\n');
        }

        foreach (var subject in report.InOrder) Write(text, subject);
        return text.ToString();
    }

    private static void Write(StringBuilder text, ReportSubject subject)
    {
        text.Append("## ").Append(Plain(subject.Name)).Append("\n\n").Append(Code(subject.Target)).Append("\n\n")
            .Append(Report.Summary(subject))
            .Append(".\n\n");
        if (subject.Checks.Count > 0) text.Append("| Result | Check | Target | Evidence |\n| --- | --- | --- | --- |\n");
        foreach (var check in subject.InOrder)
            text.Append("| ").Append(Report.Say(check.Status)).Append(" | ").Append(check.Id).Append(' ').Append(Cell(check.Title))
                .Append(" | ")
                .Append(Cell(check.Target)).Append(" | ").Append(Cell(check.Evidence)).Append(" |\n");
        text.Append('\n');
        List(text, "What to run", subject.InOrder.Where(static check => !string.IsNullOrEmpty(check.Recommendation)
            && check.Status is not (CheckStatus.Passed or CheckStatus.NotApplicable))
            .Select(static check => $"{check.Id}: {Code(check.Recommendation!)}"));
        if (subject.Capacity is { } capacity) text.Append("### Capacity\n\n").Append(Plain(capacity)).Append("\n\n");
        List(text, "The identity's roles", subject.Rights.Select(Plain));
        List(text, "Not looked at",
            subject.NotLookedAt.Select(static one => $"{Plain(one.Subject)}: {Plain(one.Reason)} Look with {Code(one.Command)}"));
    }

    private static void List(StringBuilder text, string title, IEnumerable<string> items)
    {
        string[] all = [.. items];
        if (all.Length == 0) return;
        text.Append("### ").Append(title).Append("\n\n");
        foreach (var item in all) text.Append("- ").Append(item).Append('\n');
        text.Append('\n');
    }

    private static string Plain(string value)
    {
        var flat = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return string.Concat(
            flat.Select(static c => c is '\\' or '`' or '*' or '_' or '[' or ']' or '<' or '>' or '|' or '#' ? $"\\{c}" : $"{c}"));
    }

    private static string Cell(string value) => Plain(value);

    /// <summary>A fence longer than any run of ticks inside.</summary>
    private static string Code(string value)
    {
        var flat = string.Join(' ', value.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var fence = "`";
        while (flat.Contains(fence, StringComparison.Ordinal)) fence += "`";
        return fence.Length == 1 ? $"`{flat}`" : $"{fence} {flat} {fence}";
    }
}
