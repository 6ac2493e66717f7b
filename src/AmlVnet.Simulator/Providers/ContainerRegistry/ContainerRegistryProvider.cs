namespace AmlVnet.Simulator.Providers.ContainerRegistry;

/// <summary>Microsoft.ContainerRegistry: registries, as far as their network is asked for.
/// They can be read; a scenario makes them.</summary>
internal sealed class ContainerRegistryProvider
{
    public const string Type = "Microsoft.ContainerRegistry/registries";

    public ContainerRegistryProvider(Cloud cloud, Gateway gateway) => gateway.Add(
        new ResourceType("Microsoft.ContainerRegistry", "registries", ApiVersions.ContainerRegistry, ResourceFrame.Of(cloud, Type).Handle));
}
