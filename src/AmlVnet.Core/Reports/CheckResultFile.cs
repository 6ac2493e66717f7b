using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace AmlVnet.Core.Reports;

/// <summary>What checks found, as a file that a build service shows.</summary>
public sealed class CheckResultFile
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly CheckResult[] _results;

    // What was not looked at; of several computes in one network each has its own list, and what is the same stands once.
    private readonly NotLookedAt[] _unseen;

    /// <param name="entries">What the checks found, and what they did not look at.</param>
    public CheckResultFile(IReadOnlyList<ICheckReportEntry> entries) =>
        (_results, _unseen) = ([.. entries.OfType<CheckResult>()], [.. entries.OfType<NotLookedAt>().Distinct()]);

    /// <summary>The whole file.</summary>
    public byte[] ToBytes(CheckResultFormat format) => format == CheckResultFormat.Json
        ? JsonSerializer.SerializeToUtf8Bytes<IEnumerable<object>>([.. _results, .. _unseen], Json)
        : JUnit();

    /// <summary>
    /// One suite for each target, and one at the end for what was not looked at. A broken rule is a failure, whatever its severity but
    /// Information; what could not be read and what does not apply was not tested and says why; a passed test with something to look at
    /// says so in its output.
    /// </summary>
    private byte[] JUnit()
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "AmlVnet");
            WriteCounts(xml, _results, _unseen.Length);
            foreach (var target in _results.GroupBy(static r => r.Target, StringComparer.OrdinalIgnoreCase))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", Clean(target.Key));
                WriteCounts(xml, [.. target], 0);
                foreach (var result in target) WriteCase(xml, result);
                xml.WriteEndElement();
            }

            WriteUnseen(xml, _unseen);

            xml.WriteEndElement();
        }

        return buffer.ToArray();
    }

    private static void WriteCounts(XmlWriter xml, CheckResult[] results, int unseen)
    {
        xml.WriteAttributeString("tests", XmlConvert.ToString(results.Length + unseen));
        xml.WriteAttributeString("failures", XmlConvert.ToString(results.Count(IsFailure)));
        xml.WriteAttributeString("errors", "0");
        xml.WriteAttributeString("skipped", XmlConvert.ToString(results.Count(IsSkipped) + unseen));
    }

    private static void WriteUnseen(XmlWriter xml, NotLookedAt[] unseen)
    {
        if (unseen.Length == 0) return;
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", "not looked at");
        WriteCounts(xml, [], unseen.Length);
        foreach (var entry in unseen)
        {
            xml.WriteStartElement("testcase");
            xml.WriteAttributeString("name", Clean($"{entry.Id} {entry.Subject}"));
            xml.WriteAttributeString("classname", Clean(entry.Target));
            xml.WriteAttributeString("time", "0");
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Clean($"{entry.Status}: {entry.Reason} Look with: {entry.Command}"));
            xml.WriteEndElement();
            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    private static void WriteCase(XmlWriter xml, CheckResult result)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean($"{result.Id} {result.Title}"));
        xml.WriteAttributeString("classname", Clean(result.Target));
        xml.WriteAttributeString("time", "0");
        var advice = string.Join('\n',
            new[] { result.Evidence, result.Recommendation, result.Reference }.Where(static t => !string.IsNullOrEmpty(t)));
        if (IsFailure(result))
        {
            xml.WriteStartElement("failure");
            xml.WriteAttributeString("type", result.Severity.ToString());
            xml.WriteAttributeString("message", Clean(result.Evidence));
            xml.WriteString(Clean(advice));
            xml.WriteEndElement();
        }
        else if (IsSkipped(result))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Clean($"{result.Status}: {result.Evidence}"));
            xml.WriteEndElement();
        }
        else
        {
            xml.WriteElementString("system-out", Clean($"{result.Status}: {advice}"));
        }

        xml.WriteEndElement();
    }

    private static bool IsFailure(CheckResult result) => result is { Status: CheckStatus.Failed, Severity: not CheckSeverity.Information };

    private static bool IsSkipped(CheckResult result) => result.Status is CheckStatus.Unknown or CheckStatus.NotApplicable;

    /// <summary>XML 1.0 has no way to write most control characters, and a service's message may hold them.</summary>
    private static string Clean(string text) => string.Concat(text.Where((c, i) => XmlConvert.IsXmlChar(c)
        || (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
        || (char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text[i - 1]))));
}
