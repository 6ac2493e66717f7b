using System.Management.Automation.Runspaces;

namespace AmlVnet.Shell;

/// <summary>
/// A script's arguments as <c>pwsh -File</c> passes them (Microsoft Learn, about_Pwsh): text all of it, except that <c>-Name:$true</c> and
/// <c>-Name:$false</c> set a switch.
/// </summary>
internal static class ScriptArguments
{
    /// <summary>Tells names from values. A name without a colon leaves it to the binder whether the next argument is its value.</summary>
    public static IEnumerable<CommandParameter> Bind(IReadOnlyList<string> arguments)
    {
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument.Length < 2 || argument[0] != '-' || !(char.IsLetter(argument[1]) || argument[1] is '_' or '?'))
            {
                yield return new CommandParameter(null, argument);
                continue;
            }

            var colon = argument.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0) yield return new CommandParameter(argument);
            else if (colon < argument.Length - 1) yield return new CommandParameter(argument[..colon], Value(argument[(colon + 1)..]));
            else if (i + 1 < arguments.Count) yield return new CommandParameter(argument[..colon], arguments[++i]);
            else yield return new CommandParameter(argument[..colon]);
        }
    }

    private static object Value(string text) => text.ToUpperInvariant() switch
    {
        "$TRUE" => true,
        "$FALSE" => false,
        _ => text,
    };
}
