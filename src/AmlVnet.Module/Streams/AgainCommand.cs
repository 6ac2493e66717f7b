using System.Collections;
using System.Globalization;

namespace AmlVnet.Cmdlets.Streams;

/// <summary>The command of one record as it can be typed again, also where its target came down a pipeline.</summary>
internal static class AgainCommand
{
    private static readonly HashSet<string> LeftOut = new(
        PSCmdlet.CommonParameters.Concat(["DefaultProfile", "AsJob", "WhatIf", "PassThru", "ThrottleLimit"]),
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes it down; null where a value can't be typed, as a plan's or a secret.</summary>
    /// <param name="cmdlet">The command.</param>
    /// <param name="given">The parameters that it was given.</param>
    internal static string? Of(PSCmdlet cmdlet, IReadOnlyDictionary<string, object?> given)
    {
        var words = new List<string> { cmdlet.MyInvocation.MyCommand.Name };
        foreach (var (name, value) in given)
        {
            if (LeftOut.Contains(name) || value is null) continue;
            if (value is SwitchParameter or bool)
            {
                var isOn = value is SwitchParameter { IsPresent: true } or true;
                words.Add(isOn ? $"-{name}" : $"-{name}:$false");
            }
            else if (Text(value) is { } text)
            {
                words.Add($"-{name} {text}");
            }
            else
            {
                return null;
            }
        }

        return string.Join(' ', words);
    }

    private static string? Text(object value) => value switch
    {
        PSObject wrapped => Text(wrapped.BaseObject),
        string text => Quote(text),
        Enum word => word.ToString(),
        int or long or double => Convert.ToString(value, CultureInfo.InvariantCulture),
        IDictionary table => Table(table),
        IEnumerable many => many.Cast<object?>().Select(static one => one is null ? null : Text(one)).ToArray() is var texts
            && Array.TrueForAll(texts, static text => text is not null) ? string.Join(',', texts) : null,
        ResourceReference { Id: { } id } => Quote(id),
        _ => null,
    };

    private static string? Table(IDictionary table)
    {
        List<string> pairs = [];
        foreach (DictionaryEntry entry in table)
        {
            if (entry.Value is null || Text(entry.Value) is not { } text) return null;
            pairs.Add($"{Quote(entry.Key.ToString()!)} = {text}");
        }

        return $"@{{ {string.Join("; ", pairs)} }}";
    }

    private static string Quote(string value) => $"'{value.Replace("'", "''", StringComparison.Ordinal)}'";
}
