using System.Security;
using System.Text;

namespace AmlVnet.Shell;

/// <summary>Reads lines from the terminal; Ctrl+C gives up the wait.</summary>
internal static class LineReader
{
    /// <summary>Reads a line.</summary>
    /// <param name="cancel">Gives up the wait.</param>
    /// <param name="history">Earlier lines, oldest first, for the arrow keys.</param>
    /// <param name="complete">Gives the line's completions for the Tab key.</param>
    /// <returns>The line, or null after Ctrl+D on an empty one.</returns>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static string? ReadLine(
        CancellationToken cancel, IReadOnlyList<string>? history = null, Func<string, IReadOnlyList<string>>? complete = null)
    {
        var line = new StringBuilder();
        var at = history?.Count ?? 0;
        IReadOnlyList<string> completions = [];
        var nextCompletion = 0;
        while (true)
        {
            var key = KeyQueue.Read(cancel);
            if (key.Key != ConsoleKey.Tab) completions = [];
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.WriteLine();
                    return line.ToString();
                case ConsoleKey.D when key.Modifiers == ConsoleModifiers.Control && line.Length == 0:
                    Console.WriteLine();
                    return null;
                case ConsoleKey.Backspace:
                    if (line.Length > 0) Replace(line, line.ToString(0, line.Length - 1));
                    break;
                case ConsoleKey.U when key.Modifiers == ConsoleModifiers.Control:
                case ConsoleKey.Escape:
                    Replace(line, "");
                    break;
                case ConsoleKey.UpArrow when history is not null && at > 0:
                    Replace(line, history[--at]);
                    break;
                case ConsoleKey.DownArrow when history is not null && at < history.Count:
                    at++;
                    Replace(line, at < history.Count ? history[at] : "");
                    break;
                case ConsoleKey.Tab when complete is not null:
                    if (completions.Count == 0)
                    {
                        completions = complete(line.ToString());
                        nextCompletion = 0;
                    }

                    if (completions.Count > 0) Replace(line, completions[nextCompletion++ % completions.Count]);
                    break;
                default:
                    if (char.IsControl(key.KeyChar)) break;
                    line.Append(key.KeyChar);
                    Console.Write(key.KeyChar);
                    break;
            }
        }
    }

    /// <summary>
    /// Keeps the terminal from echoing keys by itself. .NET does so with its first read, and a secret could be typed between the question and
    /// that read.
    /// </summary>
    public static void StopEcho() => _ = Console.KeyAvailable;

    /// <summary>Reads a line and shows a star for each character.</summary>
    /// <exception cref="OperationCanceledException">The wait was given up.</exception>
    public static SecureString ReadSecret(CancellationToken cancel)
    {
        var secret = new SecureString();
        while (true)
        {
            var key = KeyQueue.Read(cancel);
            switch (key.Key)
            {
                case ConsoleKey.Enter:
                    Console.WriteLine();
                    secret.MakeReadOnly();
                    return secret;
                case ConsoleKey.Backspace when secret.Length > 0:
                    secret.RemoveAt(secret.Length - 1);
                    Console.Write("\b \b");
                    break;
                default:
                    if (char.IsControl(key.KeyChar)) break;
                    secret.AppendChar(key.KeyChar);
                    Console.Write('*');
                    break;
            }
        }
    }

    private static void Replace(StringBuilder line, string text)
    {
        var kept = 0;
        while (kept < line.Length && kept < text.Length && line[kept] == text[kept]) kept++;

        for (var i = line.Length; i > kept; i--) Console.Write("\b \b");
        Console.Write(text[kept..]);
        line.Clear().Append(text);
    }
}
