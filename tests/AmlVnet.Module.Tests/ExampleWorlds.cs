namespace AmlVnet.Module.Tests;

/// <summary>
/// What the examples of the help pages expect to find. It stands here and not in the pages, for PlatyPS would show a comment there to
/// users.
/// </summary>
internal static class ExampleWorlds
{
    // World, and the examples that need it; the others are content with a sign-in.
    private static readonly Dictionary<string, string[]> Needs = new()
    {
        ["none"] =
        [
            "Connect-AmlVnet: Start the simulator",
            "Connect-AmlVnet: Keep what was simulated",
            "Get-AmlVnetContext: Connect only where nobody has",
            "New-AmlAksNetworkPlan: Plan without Azure",
            "New-AmlAksNetworkPlan: Keep a network on premises free",
            "Test-AmlAksNetwork: Check address ranges before there is anything",
        ],
        ["compute"] =
        [
            "Enable-AmlPrivateInference: Make a compute private that exists",
            "Export-AmlCheckResult: Show the checks in the pipeline's test tab",
            "Export-AmlCheckResult: Keep the findings",
            "Get-AksClusterIdentity: Get the identity of a compute's cluster",
            "Get-AksClusterIdentity: Get the object id alone",
            "Get-AmlAksCompute: Get all computes of a workspace",
            "Get-AmlAksCompute: Find endpoints that are still public",
            "Get-AmlSimulatorLog: Show that a rehearsal changes nothing",
            "Grant-AksNetworkContributor: Grant the role on the network's resource group",
            "Grant-AksNetworkContributor: Grant no more than the subnet needs",
            "Grant-AksNetworkContributor: See what would be granted",
            "Remove-AmlAksCompute: Detach a compute",
            "Remove-AmlAksCompute: Delete the cluster too",
            "Remove-AmlAksCompute: See what would be removed",
            "Set-AmlAksLoadBalancer: Grant and switch in one line",
            "Wait-AmlOperation: Resume from the resource alone",
        ],
        ["granted"] =
        [
            "Revoke-AksNetworkContributor: Remove the assignment",
            "Revoke-AksNetworkContributor: See what would be removed",
            "Set-AmlAksLoadBalancer: Make the scoring address private",
            "Set-AmlAksLoadBalancer: See what would change",
            "Test-AmlAksNetwork: Ask one question in a script",
        ],
        ["private"] =
        [
            "Disable-AmlPrivateInference: Go back",
            "Disable-AmlPrivateInference: See what would be undone",
            "Enable-AmlScoringAccess: Let the virtual network in",
            "Get-AmlAksCompute: Get one compute",
            "Get-AmlAksEndpoint: Show the endpoint of a compute",
            "Get-AmlAksEndpoint: Show all endpoints of a workspace",
            "Get-AmlWorkspace: Find every private endpoint",
            "Set-AmlAksLoadBalancer: Go back to the public address",
            "Test-AmlAksEndpoint: Try an endpoint",
            "Test-AmlAksEndpoint: Wait in a script until the endpoint answers",
            "Test-AmlAksNetwork: Check a cluster that exists",
        ],
        ["creating"] =
        [
            "Get-AmlOperation: Find what is running",
            "Get-AmlOperation: See what a kept token is of",
            "Get-AmlOperation: Wait for all that is running in a workspace",
        ],
        ["attachable"] =
        [
            "Add-AmlAksCompute: Attach a cluster",
            "Add-AmlAksCompute: Attach, grant and go private",
            "Enable-AmlPrivateInference: Attach a cluster and make it private",
        ],
        ["locked-down"] =
        [
            "Disable-AmlScoringAccess: Remove the rules of a compute",
            "Disable-AmlScoringAccess: See what would be removed",
            "Disable-AmlStudioAccess: Remove the studio's rule",
            "Disable-AmlStudioAccess: See what would be removed",
            "Enable-AmlScoringAccess: Let one office in, past a deny",
            "Enable-AmlScoringAccess: See what would be written",
            "Enable-AmlStudioAccess: Let the studio be shown",
            "Enable-AmlStudioAccess: Let the cluster out, too",
            "Enable-AmlStudioAccess: See what would be written",
        ],
    };

    // What is not here, and the examples that need it. ContractTests binds them.
    private static readonly Dictionary<string, string[]> NotRun = new()
    {
        ["the Az module"] =
        [
            "Add-AmlAksCompute: Attach a cluster of the Az module",
        ],
        ["Azure"] =
        [
            "Connect-AmlVnet: Sign in with a browser",
            "Connect-AmlVnet: Sign in as Az is",
            "Connect-AmlVnet: Sign in in a runbook",
            "Connect-AmlVnet: Sign in as an application",
            "Connect-AmlVnet: Sign in in a pipeline",
            "Connect-AmlVnet: Sign in to another cloud",
            "Connect-AmlVnet: Use a token that you have",
            "Set-AmlVnetContext: Turn to another tenant",
        ],
        ["a principal of yours"] =
        [
            "Grant-AksNetworkContributor: Grant without a look-up in Microsoft Graph",
        ],
        ["a second subscription"] =
        [
            "Set-AmlVnetContext: Turn to another subscription",
        ],
        ["Export-Clixml, which pwsh has"] =
        [
            "Wait-AmlOperation: Resume in another session",
        ],
    };

    private static readonly Dictionary<string, string> WorldOf =
        Needs.SelectMany(world => world.Value, (world, example) => (example, world.Key)).ToDictionary(one => one.example, one => one.Key);

    private static readonly HashSet<string> OnlyBound = [.. NotRun.Values.SelectMany(examples => examples)];

    /// <summary>Every example that is named here.</summary>
    public static IEnumerable<string> Named => WorldOf.Keys.Concat(OnlyBound);

    /// <summary>An example's name here: its page and its title without "Example 1: ".</summary>
    public static string Name(string cmdlet, string title) =>
        $"{cmdlet}: {title[(title.IndexOf(": ", StringComparison.Ordinal) + 2)..]}";

    /// <summary>The world that an example runs in; null where it needs what is not here, such as Azure.</summary>
    public static string? Of(string cmdlet, string title) =>
        Name(cmdlet, title) is var name && OnlyBound.Contains(name) ? null : WorldOf.GetValueOrDefault(name, "connected");
}
