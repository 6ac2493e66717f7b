namespace AmlVnet.Cmdlets.Streams;

/// <summary>
/// Keeps results out of the table that PowerShell shows by itself. They are in the output all the same: a type name in front of their own
/// leads the formatter to another view (AmlVnet.Format.ps1xml), which gives each a line of a few words.
/// </summary>
internal static class NotShown
{
    private const string Name = "AmlVnet.CheckResult#NotShown";

    /// <summary>Marks what does not apply.</summary>
    internal static IEnumerable<object> Mark(IEnumerable<CheckResult> results)
    {
        foreach (var result in results)
        {
            if (result.Status != CheckStatus.NotApplicable)
            {
                yield return result;
                continue;
            }

            var marked = new PSObject(result);
            marked.TypeNames.Insert(0, Name);
            yield return marked;
        }
    }
}
