using System.Globalization;
using AmlVnet.Simulator.Server;

CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

if (new CommandLine().Parse(args, Console.Out, Console.Error, out var exitCode) is not { } settings)
    return exitCode;
try
{
    await using var server = await SimulatorServer.StartAsync(settings, Console.Out, Console.Error);
    if (server.AuthorityIsNew)
        Console.WriteLine("# A new certificate authority was made: clients that were running must read its file again.");
    foreach (var line in Instructions.For(server.Address, server.HttpAddress, server.AuthorityFile))
        Console.WriteLine(line);
    if (server.HttpAddress is not null)
        Console.WriteLine($"AmlVnet simulator, managed identity: {server.HttpAddress}/");
    // The last line before requests; scripts wait for it.
    Console.WriteLine($"AmlVnet simulator ready: {server.Address}/");
    await server.WaitForShutdownAsync();
    return 0;
}
catch (ServerStartException problem)
{
    Console.Error.WriteLine(problem.Message);
    return 1;
}
