using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;

namespace AmlVnet.Cmdlets;

/// <summary>Writes what checks found to a file that a build service shows.</summary>
[Cmdlet(VerbsData.Export, "AmlCheckResult", SupportsShouldProcess = true)]
[OutputType(typeof(CheckResult), typeof(NotLookedAt))]
public sealed class ExportAmlCheckResultCommand : SessionCmdlet
{
    private static readonly JsonSerializerOptions Json = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter() },
    };

    private readonly List<ICheckReportEntry> _entries = [];

    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [AllowEmptyCollection]
    [CheckResultTransformation]
    [ArgumentCompleter(typeof(NoFileCompleter))]
    public ICheckReportEntry[] InputObject { get; set; } = [];

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    [Parameter(Mandatory = true)]
    public CheckResultFormat Format { get; set; }

    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Prepare() => _entries.AddRange(InputObject);

    private protected override Task ProcessAsync(CancellationToken cancel)
    {
        if (PassThru) foreach (var entry in InputObject) Streams.Output(entry);
        return Task.CompletedTask;
    }

    private protected override void Finish()
    {
        var path = ToFilePath(nameof(Path), Path, toWrite: true);
        if (NoClobber && File.Exists(path)) throw Problems.FileExists(nameof(Path), path);
        if (!PipelinePump.MayWrite(this, path,
            $"Write {Results.Count().ToString(CultureInfo.InvariantCulture)} check results as {Format}")) return;
        try
        {
            // Made first and written last: a half-made file must not look like a whole one to the task that publishes it.
            File.WriteAllBytes(path, Format == CheckResultFormat.Json
                ? JsonSerializer.SerializeToUtf8Bytes(Results.Cast<object>().Concat(Unseen), Json) : JUnit());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileNotWritten(nameof(Path), path, e.Message);
        }
    }

    private protected override (ErrorRecord Record, bool IsTerminating) Describe(Exception exception) =>
        (exception.ToErrorRecord(), exception.IsTerminating());

    private IEnumerable<CheckResult> Results => _entries.OfType<CheckResult>();

    /// <summary>What was not looked at; of several computes in one network each has its own list,
    /// and what is the same stands once.</summary>
    private IEnumerable<NotLookedAt> Unseen => _entries.OfType<NotLookedAt>().Distinct();

    /// <summary>
    /// One suite for each target, and one at the end for what was not looked at. A broken rule is a failure, whatever its severity but
    /// Information; what could not be read and what does not
    /// apply was not tested and says why; a passed test with something to look at says so in its output.
    /// </summary>
    private byte[] JUnit()
    {
        using var buffer = new MemoryStream();
        using (var xml = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), Indent = true }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "AmlVnet");
            WriteCounts(xml, [.. Results], Unseen.Count());
            foreach (var target in Results.GroupBy(static r => r.Target, StringComparer.OrdinalIgnoreCase))
            {
                xml.WriteStartElement("testsuite");
                xml.WriteAttributeString("name", Clean(target.Key));
                WriteCounts(xml, [.. target], 0);
                foreach (var result in target) WriteCase(xml, result);
                xml.WriteEndElement();
            }

            WriteUnseen(xml, [.. Unseen]);

            xml.WriteEndElement();
        }

        return buffer.ToArray();
    }

    private static void WriteCounts(XmlWriter xml, List<CheckResult> results, int unseen)
    {
        xml.WriteAttributeString("tests", XmlConvert.ToString(results.Count + unseen));
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
