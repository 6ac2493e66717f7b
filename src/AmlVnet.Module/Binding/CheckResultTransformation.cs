using System.Collections;
using System.Management.Automation;

namespace AmlVnet.Cmdlets;

/// <summary>Binds check results, also those that come back from a file or a job.</summary>
[AttributeUsage(AttributeTargets.Property)]
internal sealed class CheckResultTransformationAttribute : ArgumentTransformationAttribute
{
    /// <inheritdoc/>
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData)
    {
        var bare = inputData is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : inputData;
        if (bare is IList list && bare is not CheckResult[])
        {
            var all = list.Cast<object>().Select(One).ToArray();
            return all.Contains(null) ? inputData : all.OfType<CheckResult>().ToArray();
        }

        return bare is CheckResult[]? bare : One(inputData) is { } one ? new[] { one } : inputData;
    }

    /// <summary>Null where it is no check result; the binder then says so.</summary>
    private static CheckResult? One(object input)
    {
        if (input is null) return null;
        var copy = PSObject.AsPSObject(input);
        if (copy.BaseObject is CheckResult live) return live;
        string? Text(string name) => copy.Properties[name]?.Value?.ToString();
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
