using System.Globalization;
using AmlVnet.Core.Reports;

namespace AmlVnet.Cmdlets;

/// <summary>Writes what checks found to a file that a build service shows.</summary>
[Cmdlet(VerbsData.Export, "AmlCheckResult", SupportsShouldProcess = true)]
[OutputType(typeof(CheckResult), typeof(NotLookedAt))]
public sealed class ExportAmlCheckResultCommand : SessionCmdlet
{
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
            $"Write {_entries.OfType<CheckResult>().Count().ToString(CultureInfo.InvariantCulture)} check results as {Format}")) return;
        try
        {
            // Made first and written last: a half-made file must not look like a whole one to the task that publishes it.
            File.WriteAllBytes(path, new CheckResultFile(_entries).ToBytes(Format));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileNotWritten(nameof(Path), path, e.Message);
        }
    }

    private protected override (ErrorRecord Record, bool IsTerminating) Describe(Exception exception) =>
        (exception.ToErrorRecord(), exception.IsTerminating());
}
