using AmlVnet.Build;

var root = new DirectoryInfo(Environment.CurrentDirectory);
while (root is not null && !File.Exists(Path.Combine(root.FullName, "AmlVnet.sln")))
    root = root.Parent;

if (root is null)
{
    Console.Error.WriteLine("Run this inside the repository: no folder from here upwards holds AmlVnet.sln.");
    return 2;
}

switch (args)
{
    case ["rehearse", .. var rest]:
        return RehearseTask.Rehearse(root.FullName, rest);
    case ["prompt", .. var rest]:
        return RehearseTask.Prompt(root.FullName, rest);
    case ["test", .. var rest]:
        return TestTask.Run(root.FullName, rest);
    case ["sweep", .. var rest]:
        return SweepTask.Run(root.FullName, rest);
    case ["mutate", .. var rest]:
        return MutateTask.Run(root.FullName, rest);
    case ["stage", .. var rest]:
        return StageTask.Stage(root.FullName, rest);
    case ["pack", .. var rest]:
        return StageTask.Pack(root.FullName, rest);
    case ["api"]:
        return ApiTask.Run(root.FullName);
    case ["bench", .. var rest]:
        return BenchTask.Run(root.FullName, rest);
    case ["help", .. var rest]:
        return DotNet.Run(root.FullName, ["run", "--project", Path.Combine("build", "help"), "--", .. rest]);
    case ["docs", .. var rest]:
        return DocsTask.Run(root.FullName, rest);
    default:
        Console.Error.WriteLine("""
            usage: dotnet run --project build -- TASK
              rehearse          build the module and run docs/examples/private-inference.ps1 in PowerShell, on the simulator
                                (or another script: rehearse docs/examples/undo.ps1; with --no-build as it was built last)
              prompt            PowerShell with the module imported (with --no-build as it was built last)
              test              build everything and run every test; prints what was covered (not with --no-coverage)
              test --all        also those that take too long for every day; what else follows is handed to the test programs
              sweep             inject faults at the requests of every command that changes the cloud; prints injected / converged / clear
              sweep --all       every fault at every request, kills and stops too (--seed N repeats a run, --only NAME takes one command)
              mutate            break AmlVnet.Core in small ways and show what its tests do not notice; takes long
              stage             build the module and stage it in artifacts/AmlVnet (--configuration Debug; default Release)
              pack              stage, then pack it in artifacts/packages, as a nupkg for feeds and as a zip, and print their SHA-256
                                (--no-build packs what was staged last; --output FOLDER)
              pack --twice      packs a copy of the sources in another folder, too: the two are the same, byte by byte
              api               write what is public now to src/*/PublicAPI.Unshipped.txt, whose change a reviewer sees
              bench             run tests/AmlVnet.Benchmarks; what follows is handed to them
              docs              write what the documents show, from runs on the simulator: docs/reports, the output in docs/guides,
                                docs/pictures (--only reports, guides, terminal or screenshot; --no-build as it was built last)
              help              turn docs/en-US into what Get-Help reads, in artifacts/help
              help --update     rewrite the SYNTAX and yaml blocks of docs/en-US from the staged module
              help --check      say which pages differ from the staged module, and change nothing
            PowerShell need not be installed: it is restored as a tool.
            """);
        return 2;
}
