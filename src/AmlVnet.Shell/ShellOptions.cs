namespace AmlVnet.Shell;

/// <summary>What the Shell was asked to do.</summary>
internal enum ShellTask
{
    /// <summary>Read commands from the terminal until <c>exit</c>.</summary>
    Interactive,

    /// <summary>Run a script file.</summary>
    File,

    /// <summary>Run the text given with -Command.</summary>
    Command,

    /// <summary>Run all of standard input as one script.</summary>
    StandardInput,

    /// <summary>Print the usage.</summary>
    Help,

    /// <summary>Print the versions.</summary>
    Version,
}

/// <summary>The command line, understood.</summary>
internal sealed record ShellOptions
{
    /// <summary>The usage, as -Help prints it.</summary>
    public const string Usage =
        """
        AmlVnet.Shell: the PowerShell engine with the AmlVnet module imported, for machines that have .NET but no pwsh.

        AmlVnet.Shell [options] [[-File] SCRIPT.ps1 [arguments]]
        AmlVnet.Shell [options] -Command TEXT
        AmlVnet.Shell [options] -              runs standard input as a script

          -File, -f SCRIPT      run a script; what follows are its arguments, named (-Name value, -Name:value) or by position
          -Command, -c TEXT     run TEXT, which is the rest of the command line
          -NonInteractive       ask nothing: a question becomes an error that names it (so it does when input is redirected)
          -NoLogo               no banner at the start of an interactive session
          -NoModule             do not import AmlVnet
          -Version, -v          print the versions
          -Help, -h, -?         print this text

        It is the bare engine: commands of pwsh's own modules, such as Write-Host or Format-List, are not in it.

        Exit codes: 0; N after "exit N"; 1 when an error ended the script (after -Command also when the last command failed);
        64 wrong command line; 70 the module cannot be imported; 130 stopped by Ctrl+C. A second Ctrl+C does not wait for the stop.
        Colour goes to terminals only, and not when NO_COLOR is set. Progress goes to standard error: one line that is redrawn on a
        terminal, else a plain line now and then. Standard input is not passed on to scripts.
        """;

    /// <summary>What to do.</summary>
    public ShellTask Task { get; init; } = ShellTask.Interactive;

    /// <summary>The script file, or the text of -Command; null for the other tasks.</summary>
    public string? Target { get; init; }

    /// <summary>The script's arguments.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Whether questions are errors.</summary>
    public bool NonInteractive { get; init; }

    /// <summary>Whether the banner is left out.</summary>
    public bool NoLogo { get; init; }

    /// <summary>Whether the module is left out.</summary>
    public bool NoModule { get; init; }

    /// <summary>Reads a command line.</summary>
    /// <param name="args">The arguments of the process.</param>
    /// <param name="isInputRedirected">Whether standard input is no terminal; without a script it is then the script.</param>
    /// <exception cref="ArgumentException">The command line is wrong; the message says how.</exception>
    public static ShellOptions Parse(IReadOnlyList<string> args, bool isInputRedirected)
    {
        var options = new ShellOptions();
        for (var i = 0; i < args.Count; i++)
        {
            var rest = args.Skip(i + 1).ToArray();
            switch (args[i].ToLowerInvariant())
            {
                case "-noninteractive":
                    options = options with { NonInteractive = true };
                    continue;
                case "-nologo":
                    options = options with { NoLogo = true };
                    continue;
                case "-nomodule":
                    options = options with { NoModule = true };
                    continue;
                case "-help" or "-h" or "-?" or "--help":
                    return options with { Task = ShellTask.Help };
                case "-version" or "-v" or "--version":
                    return options with { Task = ShellTask.Version };
                case "-":
                    return options with { Task = ShellTask.StandardInput };
                case "-command" or "-c":
                    if (rest.Length == 0) throw new ArgumentException("-Command needs the text to run.");
                    return rest is ["-"]
                        ? options with { Task = ShellTask.StandardInput }
                        : options with { Task = ShellTask.Command, Target = string.Join(' ', rest) };
                case "-file" or "-f":
                    if (rest.Length == 0) throw new ArgumentException("-File needs a script.");
                    return rest[0] == "-" ? options with { Task = ShellTask.StandardInput } : options.WithFile(rest[0], rest[1..]);
                case ['-', ..]:
                    throw new ArgumentException($"{args[i]} is no option of the Shell. -Help lists them.");
                default:
                    return options.WithFile(args[i], rest);
            }
        }

        return isInputRedirected ? options with { Task = ShellTask.StandardInput } : options;
    }

    private ShellOptions WithFile(string path, string[] arguments)
    {
        if (!path.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))
            throw new ArgumentException($"\"{path}\" is not a script: its name must end in .ps1. Text to run goes after -Command.");
        if (!System.IO.File.Exists(path)) throw new ArgumentException($"There is no script \"{System.IO.Path.GetFullPath(path)}\".");

        return this with { Task = ShellTask.File, Target = System.IO.Path.GetFullPath(path), Arguments = arguments };
    }
}
