using System.Collections;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Binds check results and what was not looked at, also those that come back from a file or a job.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CheckResultTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        if (bare is IList list && bare is not ICheckReportEntry[])
        {
            var all = list.Cast<object>().Select(One).ToArray();
            return all.Contains(null) ? inputData : all.OfType<ICheckReportEntry>().ToArray();
        }

        return bare is ICheckReportEntry[]? bare : One(inputData) is { } one ? new[] { one } : inputData;
    }

    /// <summary>Null where it is neither; the binder then says so.</summary>
    internal static ICheckReportEntry? One(object input)
    {
        if (input is null) return null;
        var copy = PSObject.AsPSObject(input);
        if (copy.BaseObject is ICheckReportEntry live) return live;
        string? Text(string name) => copy.Properties[name]?.Value?.ToString();
        if (Text("Status") == nameof(NotLookedAt) && Text("Id") is { } name)
            return new NotLookedAt
            {
                Id = name,
                Subject = Text("Subject") ?? name,
                Target = Text("Target") ?? "",
                Reason = Text("Reason") ?? "",
                Command = Text("Command") ?? "",
                Reference = Text("Reference"),
            };
        return Text("Id") is { } id && Enum.TryParse<CheckStatus>(Text("Status"), true, out var status)
            && Enum.TryParse<CheckSeverity>(Text("Severity"), true, out var severity)
            ? new CheckResult
            {
                Id = id,
                Title = Text("Title") ?? id,
                Severity = severity,
                Status = status,
                Target = Text("Target") ?? "",
                Evidence = Text("Evidence") ?? "",
                Recommendation = Text("Recommendation"),
                Reference = Text("Reference"),
            }
            : null;
    }
}
