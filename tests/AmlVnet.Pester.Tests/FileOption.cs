using Microsoft.Testing.Platform.CommandLine;
using Microsoft.Testing.Platform.Extensions;
using Microsoft.Testing.Platform.Extensions.CommandLine;

namespace AmlVnet.Pester.Tests;

/// <summary>The option that says which files to run.</summary>
internal sealed class FileOption : ICommandLineOptionsProvider
{
    /// <summary>The option's name.</summary>
    public const string Name = "pester-file";

    public string Uid => nameof(FileOption);

    public string Version => "1.0.0";

    public string DisplayName => "Pester files";

    public string Description => "Chooses the files of tests/Pester that are run.";

    public Task<bool> IsEnabledAsync() => Task.FromResult(true);

    public IReadOnlyCollection<CommandLineOption> GetCommandLineOptions() =>
    [
        new CommandLineOption(
            Name, "Runs these files of tests/Pester only. * and ? stand for what may follow: New-*.", ArgumentArity.OneOrMore,
            isHidden: false),
    ];

    public Task<ValidationResult> ValidateOptionArgumentsAsync(CommandLineOption commandOption, string[] arguments) =>
        ValidationResult.ValidTask;

    public Task<ValidationResult> ValidateCommandLineOptionsAsync(ICommandLineOptions commandLineOptions) => ValidationResult.ValidTask;
}
