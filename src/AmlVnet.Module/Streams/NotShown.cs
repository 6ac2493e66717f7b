using System.Management.Automation;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// Keeps results out of the table that PowerShell shows by itself. They are in the output all the same: a type name in front of their own
/// leads the formatter to another view (AmlVnet.Format.ps1xml).
/// </summary>
internal static class NotShown
{
    private const string Hidden = "AmlVnet.CheckResult#NotShown";

    // Its view says that there is more.
    private const string FirstHidden = "AmlVnet.CheckResult#FirstNotShown";

    /// <summary>Marks what does not apply.</summary>
    internal static IEnumerable<object> Mark(IEnumerable<CheckResult> results)
    {
        var isFirst = true;
        foreach (var result in results)
        {
            if (result.Status != CheckStatus.NotApplicable)
            {
                yield return result;
                continue;
            }

            var marked = new PSObject(result);
            if (isFirst) marked.TypeNames.Insert(0, FirstHidden);
            marked.TypeNames.Insert(0, Hidden);
            isFirst = false;
            yield return marked;
        }
    }
}
