namespace AmlVnet.Simulator.Tests;

/// <summary>The server's program, and the tenant of its world.</summary>
internal static class ServerProgram
{
    public const string TenantId = AzureSimulator.TenantId;

    public static string Assembly { get; } = Path.Combine(AppContext.BaseDirectory, "AmlVnet.Simulator.Server.dll");
}
