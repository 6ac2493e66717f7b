namespace AmlVnet.Core.Remedies;

/// <summary>The commands of the Kubernetes route that checks recommend, ready to be pasted.</summary>
internal static class KubernetesCommands
{
    /// <summary>Makes the router's load balancer an internal one, and keeps the rest.</summary>
    public static string MakeInternal(string clusterId) =>
        $"Update-AksAmlExtension -InputObject {Commands.Quote(clusterId)} -RouterServiceType LoadBalancer -PublicLoadBalancer:$false";

    /// <summary>Sends the extension again as it is.</summary>
    public static string Repeat(string clusterId) => $"Update-AksAmlExtension -InputObject {Commands.Quote(clusterId)}";

    /// <summary>Lets one router serve, where there are not nodes for three.</summary>
    public static string OneRouter(string clusterId) =>
        $"Update-AksAmlExtension -InputObject {Commands.Quote(clusterId)} -HighAvailability:$false";

    /// <summary>Installs the extension; TLS is for the user to say.</summary>
    public static string Install(string clusterId) =>
        $"Install-AksAmlExtension -InputObject {Commands.Quote(clusterId)} -AllowInsecureConnections # or -SslSecretName and -SslCname, "
            + "for TLS";

    /// <summary>Gives a workspace its role in a cluster.</summary>
    public static string GrantTrustedAccess(string clusterId, string workspaceId) =>
        $"Grant-AksAmlTrustedAccess -InputObject {Commands.Quote(clusterId)} -Workspace {Commands.Quote(workspaceId)}";

    /// <summary>Detaches a Kubernetes compute.</summary>
    public static string? Detach(string? computeId) => ArmId.TryParse(computeId, ResourceTypes.Compute, out var id, out _)
        ? $"Remove-AmlKubernetesCompute -ResourceGroupName {Commands.Quote(id.ResourceGroupName!)} -WorkspaceName "
            + $"{Commands.Quote(id.Parent!.Name)} -Name {Commands.Quote(id.Name)}"
        : null;

    /// <summary>Runs kubectl in a cluster by the Azure CLI.</summary>
    public static string? Invoke(string clusterId, string kubectl) =>
        Commands.AzName(clusterId) is { } name ? $"az aks command invoke {name} --command {Commands.Quote(kubectl)}" : null;
}
