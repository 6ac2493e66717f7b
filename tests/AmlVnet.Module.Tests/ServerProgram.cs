using AmlVnet.Module.Tests;

namespace AmlVnet.Simulator.Tests;

/// <summary>The server's program as the build made it, and the tenant of its world. No assembly of the product is loaded here.</summary>
internal static class ServerProgram
{
    public const string TenantId = "b7d9e1f4-2a6c-4038-8e5b-93c1f0a7d264";

    public static string Assembly { get; } = Path.Combine(
        Repository.Root, "src", "AmlVnet.Simulator.Server", "bin", Repository.Configuration, "net10.0", "AmlVnet.Simulator.Server.dll");
}
