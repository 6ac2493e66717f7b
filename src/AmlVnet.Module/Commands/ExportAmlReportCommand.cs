using System.Globalization;
using System.Runtime.CompilerServices;
using AmlVnet.Core.Checks;
using AmlVnet.Core.Proposals;
using AmlVnet.Core.Reports;

namespace AmlVnet.Cmdlets;

/// <summary>Writes a page that people read: of a compute, of a fleet, of a plan, or of results of checks.</summary>
[Cmdlet(VerbsData.Export, "AmlReport", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportAmlReportCommand : ArmCmdlet
{
    private const string Wanted = "a compute, a cluster, a plan, results of Test-AmlAksNetwork, or the ARM id of a compute or cluster";

    // One for all records of the pipeline.
    private readonly List<ReportSubject> _subjects = [];
    private readonly List<ICheckReportEntry> _entries = [];
    private readonly StrongBox<bool> _isGiven = new();

    /// <summary>What the report is about.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [Alias("Compute", "Cluster")]
    [ArgumentCompleter(typeof(ComputeIdCompleter))]
    public object? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Markdown where the file's name ends in .md, else Html.</summary>
    [Parameter]
    public ReportFormat Format { get; set; }

    [Parameter]
    public SwitchParameter NoClobber { get; set; }

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    private protected override void Prepare()
    {
        base.Prepare();
        _isGiven.Value = true;
    }

    private protected override async Task RunAsync(CancellationToken cancel)
    {
        if (CheckResultTransformationAttribute.One(InputObject!) is { } entry)
        {
            _entries.Add(entry);
            return;
        }

        var reference = (AksNetworkReference)new NetworkReferenceTransformationAttribute { TakesWords = true }.Transform(null!,
            InputObject!);
        if (reference.NetworkPlan is { } plan)
        {
            _subjects.Add(new("Plan " + plan, plan.SubnetId ?? string.Join(", ", plan.SubnetAddressPrefix),
                AksNetworkPlanner.FactsOf(plan) with { Capacity = plan.Capacity }, plan.Checks, []));
            return;
        }

        var id = reference.Require(nameof(InputObject), Wanted, ResourceTypes.Compute, ResourceTypes.Cluster);
        var (facts, _) = await Azure.Preflight.ReadPostureAsync(id, cancel).ConfigureAwait(false);
        _subjects.Add(new(id.Name, id.ToString(), facts, CheckCatalogue.Run(facts, CheckStage.Posture),
            [.. CheckCatalogue.NotLookedAt(facts, CheckStage.Posture)]));
    }

    private protected override void Finish()
    {
        if (_entries.Count > 0)
            _subjects.Add(new("Results of checks", "As they were given", null, [.. _entries.OfType<CheckResult>()],
                [.. _entries.OfType<NotLookedAt>().Distinct()]));
        if (!_isGiven.Value)
            WriteWarning("Nothing was piped, so no report was written. What this sign-in sees: Get-AmlWorkspace | Get-AmlAksCompute");
        // What failed has its own error.
        if (_subjects.Count == 0) return;
        var path = ToFilePath(nameof(Path), Path, toWrite: true);
        var isMarkdown = MyInvocation.BoundParameters.ContainsKey(nameof(Format)) ? Format == ReportFormat.Markdown
            : path.EndsWith(".md", StringComparison.OrdinalIgnoreCase);
        if (NoClobber && File.Exists(path)) throw Problems.FileExists(nameof(Path), path);
        if (!PipelinePump.MayWrite(this, path, $"Write a report of {_subjects.Count.ToString(CultureInfo.InvariantCulture)} as "
            + (isMarkdown ? "Markdown" : "Html"))) return;
        var report = new Report
        {
            ReadOn = KnownContext is null ? TimeProvider.System.GetUtcNow() : Azure.Now,
            SignIn = SignIn(),
            Subjects = _subjects,
        };
        try
        {
            // Made first and written last: a half-made file must not look like a whole one.
            File.WriteAllText(path, isMarkdown ? MarkdownReport.Write(report) : HtmlReport.Write(report));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Problems.FileNotWritten(nameof(Path), path, e.Message);
        }

        if (PassThru) WriteObject(new FileInfo(path));
    }

    private string SignIn() => KnownContext is not { } context ? "nobody: nothing was read from Azure"
        : $"{context.Account ?? context.CredentialType}, subscription {context.SubscriptionName ?? context.SubscriptionId}, "
            + $"{context.Environment}"
            + (context.IsSimulator ? ", the simulator" : "");
}
