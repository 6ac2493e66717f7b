using System.Management.Automation;
using System.Reflection;
using System.Text;
using AmlVnet.Shell;

const int WrongCommandLine = 64;
const int CannotStart = 70;

ShellOptions options;
try
{
    options = ShellOptions.Parse(args, Console.IsInputRedirected);
}
catch (ArgumentException problem)
{
    Console.Error.WriteLine(problem.Message);
    return WrongCommandLine;
}

switch (options.Task)
{
    case ShellTask.Help:
        Console.WriteLine(ShellOptions.Usage);
        return 0;
    case ShellTask.Version:
        Console.WriteLine($"AmlVnet.Shell {ShellHost.ProductVersion.ToString(3)} on the PowerShell engine {EngineVersion()}");
        return 0;
}

// A byte order mark would be the first thing that a reader of the pipe gets.
if (OperatingSystem.IsWindows()) Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
PwshCommands.ExplainMissing();
var host = new ShellHost(isInteractive: !options.NonInteractive && !Console.IsInputRedirected && Environment.UserInteractive);
using var session = new EngineSession(host);
if (!options.NoModule)
{
    if (StagedModule.Find(AppContext.BaseDirectory) is not { } manifest)
    {
        Console.Error.WriteLine(
            $"No staged module above {AppContext.BaseDirectory}: build the solution, which stages it to {StagedModule.Location}.");
        return CannotStart;
    }

    if (!session.ImportModule(manifest)) return CannotStart;
}

switch (options.Task)
{
    case ShellTask.File:
        return session.RunFile(options.Target!, options.Arguments);
    case ShellTask.Command:
        return session.RunText(options.Target!);
    case ShellTask.StandardInput:
        return session.RunText(Console.In.ReadToEnd());
    default:
        if (!options.NoLogo)
        {
            Console.WriteLine($"AmlVnet {ShellHost.ProductVersion.ToString(3)} on the PowerShell engine {EngineVersion()}.");
            Console.WriteLine("Get-Command -Module AmlVnet lists the commands, exit leaves. Commands of pwsh's own modules are not here.");
        }

        return session.RunInteractive();
}

// "7.6.9 SHA: ..."; the assembly version stays at the first of its line.
static string EngineVersion() =>
    typeof(PSObject).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split(' ', '+')[0];
