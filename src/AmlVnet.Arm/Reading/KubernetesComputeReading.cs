using System.Text.Json;

namespace AmlVnet.Arm.Reading;

/// <summary>Makes the module's object of a compute of type Kubernetes.</summary>
internal static class KubernetesComputeReading
{
    internal static bool IsKubernetes(this WireCompute wire) => wire.ComputeType == ComputeType.Kubernetes;

    internal static void RequireKubernetes(ArmId id, WireCompute compute)
    {
        if (!compute.IsKubernetes()) throw Problems.NotAKubernetesCompute(id.ToString(), compute.Properties?.ComputeType);
    }

    internal static KubernetesCompute ToKubernetesCompute(this WireCompute wire)
    {
        var id = AnswerIds.Of(wire);
        var properties = wire.Properties ?? new();
        var inner = properties.Properties ?? new();
        return new KubernetesCompute
        {
            Id = id.ToString(),
            Name = id.Name,
            ResourceGroupName = id.ResourceGroupName!,
            WorkspaceName = id.Parent!.Name,
            SubscriptionId = id.SubscriptionId!,
            Location = (properties.ComputeLocation ?? wire.Location) is { } region ? AzureRegion.Normalize(region) : null,
            ProvisioningState = properties.ProvisioningState,
            ClusterId = properties.ResourceId,
            Namespace = inner.Namespace,
            DefaultInstanceType = inner.DefaultInstanceType,
            Kinds = inner.InstanceTypes is { ValueKind: JsonValueKind.Object } types
                ? [.. types.EnumerateObject().Select(ToInstanceType)] : [],
            IdentityType = wire.Identity?.Type,
            PrincipalId = wire.Identity?.PrincipalId,
            UserAssignedIdentities = [.. wire.Identity?.UserAssignedIdentities?.Keys ?? Enumerable.Empty<string>()],
            ExtensionPrincipalId = inner.ExtensionPrincipalId,
            Description = properties.Description,
            Tags = wire.Tags ?? [],
            CreatedOn = properties.CreatedOn,
            ModifiedOn = properties.ModifiedOn,
            Errors = properties.ProvisioningErrors is { ValueKind: JsonValueKind.Array } errors
                ? [.. errors.EnumerateArray().Select(ArmErrors.Read).OfType<ArmErrorDetail>()]
                : [],
        };
    }

    private static KubernetesInstanceType ToInstanceType(JsonProperty one)
    {
        var resources = Member(one.Value, "resources");
        return new KubernetesInstanceType
        {
            Name = one.Name,
            NodeSelector = Map(Member(one.Value, "nodeSelector")),
            Requests = Map(Member(resources, "requests")),
            Limits = Map(Member(resources, "limits")),
        };
    }

    private static JsonElement? Member(JsonElement? element, string name) =>
        element is { ValueKind: JsonValueKind.Object } value && value.TryGetProperty(name, out var member) ? member : null;

    private static Dictionary<string, string> Map(JsonElement? element) => element is { ValueKind: JsonValueKind.Object } map
        ? map.EnumerateObject().Where(static one => one.Value.ValueKind is JsonValueKind.String or JsonValueKind.Number)
            .ToDictionary(static one => one.Name, static one => one.Value.ToString(), StringComparer.Ordinal)
        : [];
}
