using System.Diagnostics;
using System.Globalization;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// Says warnings, errors and progress also as logging commands, which an agent of Azure Pipelines reads from the host's output
/// (Microsoft Learn, "Logging commands"). PowerShell's own streams go on as they are, but for progress: an agent's log has no place for it.
/// </summary>
internal sealed class AzurePipelinesStreams(ICommandStreams inner, bool showsWarnings, bool showsErrors) : ICommandStreams
{
    // An agent passes each line on to the service; the state of a load balancer does not change more often.
    private static readonly TimeSpan BetweenProgress = TimeSpan.FromSeconds(15);
    private long _lastProgress;

    /// <summary>Whether an agent runs this process.</summary>
    internal static bool IsAgent => !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TF_BUILD"));

    /// <summary>The format where none was asked for.</summary>
    internal static LogFormat Usual => IsAgent ? LogFormat.AzurePipelines : LogFormat.Default;

    public void Output(object value) => inner.Output(value);

    public void Error(ErrorRecord error)
    {
        Issue("error", Words(error), showsErrors, error.FullyQualifiedErrorId);
        inner.Error(error);
    }

    public void Terminate(ErrorRecord error)
    {
        Issue("error", Words(error), true, error.FullyQualifiedErrorId);
        inner.Terminate(error);
    }

    public void Warning(string text)
    {
        Issue("warning", text, showsWarnings);
        inner.Warning(text);
    }

    public void Verbose(string text) => inner.Verbose(text);

    public void Debug(string text) => inner.Debug(text);

    public void Progress(ProgressRecord record)
    {
        var isDone = record.RecordType == ProgressRecordType.Completed;
        var last = Interlocked.Read(ref _lastProgress);
        if (!isDone && last != 0 && Stopwatch.GetElapsedTime(last) < BetweenProgress) return;
        Interlocked.Exchange(ref _lastProgress, Stopwatch.GetTimestamp());
        // Azure tells no share for most operations: zero says that it has begun.
        var share = isDone ? 100 : Math.Clamp(record.PercentComplete, 0, 100);
        inner.HostLine("##vso[task.setprogress "
            + $"value={share.ToString(CultureInfo.InvariantCulture)};]{Data($"{record.Activity}: {record.StatusDescription}")}");
    }

    public void HostLine(string text) => inner.HostLine(text);

    public Task<T>? OnPipelineAsync<T>(Func<T> work, CancellationToken cancel) => inner.OnPipelineAsync(work, cancel);

    public Task<bool> ShouldProcessAsync(string sentence, string question, string caption, CancellationToken cancel) =>
        inner.ShouldProcessAsync(sentence, question, caption, cancel);

    public Task<bool> ShouldContinueAsync(string question, string caption, CancellationToken cancel) =>
        inner.ShouldContinueAsync(question, caption, cancel);

    public void OnStop(object owner, string? lastWords) => inner.OnStop(owner, lastWords);

    private static string Words(ErrorRecord error)
    {
        var said = error.ErrorDetails?.Message ?? error.Exception.Message;
        return error.ErrorDetails?.RecommendedAction is { Length: > 0 } action ? $"{said}\n{action}" : said;
    }

    private void Issue(string type, string text, bool isShown, string? code = null)
    {
        if (!isShown) return;
        var property = string.IsNullOrEmpty(code) ? "" : $"code={Property(code)};";
        inner.HostLine($"##vso[task.logissue type={type};{property}]{Data(text)}");
    }

    // A line break would end the command, and a percent sign would be read as an escape (azure-pipelines-task-lib, "Logging commands").
    private static string Data(string text) => text.Replace("%", "%AZP25", StringComparison.Ordinal)
        .Replace("\r", "%0D", StringComparison.Ordinal).Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace("]", "%5D", StringComparison.Ordinal).Replace(";", "%3B", StringComparison.Ordinal);
}
