using AmlVnet.Pester.Tests;
using Microsoft.Testing.Platform.Builder;
using Microsoft.Testing.Platform.Services;

var builder = await TestApplication.CreateBuilderAsync(args).ConfigureAwait(false);
builder.CommandLine.AddProvider(() => new FileOption());
builder.RegisterTestFramework(
    _ => new PesterCapabilities(),
    (_, services) => new PesterFramework(services.GetCommandLineOptions()));
builder.AddSelfRegisteredExtensions(args);
using var application = await builder.BuildAsync().ConfigureAwait(false);
return await application.RunAsync().ConfigureAwait(false);
