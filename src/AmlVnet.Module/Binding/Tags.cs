using System.Collections;

namespace AmlVnet.Cmdlets.Binding;

/// <summary>Reads tags from the hashtable that users of Az are used to.</summary>
internal static class Tags
{
    internal static Dictionary<string, string> ToTags(this Hashtable table)
    {
        var tags = new Dictionary<string, string>();
        foreach (DictionaryEntry tag in table) tags[tag.Key.ToString() ?? ""] = tag.Value?.ToString() ?? "";
        return ResourceNames.CheckTags(tags) is { } problem ? throw Problems.InvalidValue("Tag", null, problem) : tags;
    }
}
