namespace AmlVnet.Simulator.Providers.Network;

/// <summary>What a load balancer's parts have that nobody sent: defaults, and references back to the rules that use them (spec
/// 2023-09-01).</summary>
internal static class LoadBalancerParts
{
    /// <summary>Completes the parts of a load balancer.</summary>
    public static void Complete(JsonObject properties)
    {
        foreach (var frontend in properties.Objects("frontendIPConfigurations"))
            Default(frontend, ("privateIPAllocationMethod", "Dynamic"), ("privateIPAddressVersion", "IPv4"));
        foreach (var rule in properties.Objects("loadBalancingRules"))
        {
            Default(rule, ("enableFloatingIP", false), ("idleTimeoutInMinutes", 4), ("loadDistribution", "Default"),
                ("disableOutboundSnat", false), ("enableTcpReset", false),
                ("backendPort", rule.Object("properties").Whole("frontendPort")));
        }
        foreach (var probe in properties.Objects("probes"))
            Default(probe, ("intervalInSeconds", 15), ("numberOfProbes", 2), ("probeThreshold", 1));
        foreach (var rule in properties.Objects("outboundRules"))
            Default(rule, ("allocatedOutboundPorts", 0), ("idleTimeoutInMinutes", 4), ("enableTcpReset", false));
        foreach (var collection in new[] { "frontendIPConfigurations", "backendAddressPools", "probes" })
        {
            foreach (var part in properties.Objects(collection))
                ReferBack(properties, part);
        }
    }

    private static void Default(JsonObject part, params (string Member, JsonNode? Value)[] defaults)
    {
        var inner = part.Object("properties") ?? (JsonObject)(part["properties"] = new JsonObject());
        foreach (var (member, value) in defaults)
        {
            if (value is not null)
                inner[member] ??= value;
        }
    }

    /// <summary>Names in a part the rules that name it.</summary>
    private static void ReferBack(JsonObject properties, JsonObject part)
    {
        foreach (var collection in new[] { "loadBalancingRules", "outboundRules", "inboundNatRules" })
        {
            var users = properties.Objects(collection).Where(rule => Names(rule.Object("properties"), part.Text("id")))
                .Select(rule => (JsonNode)new JsonObject { ["id"] = rule.Text("id") }).ToArray();
            if (users.Length > 0)
                part.Object("properties")![collection] = new JsonArray(users);
            else
                part.Object("properties")!.Remove(collection);
        }
    }

    private static readonly string[] One = ["frontendIPConfiguration", "backendAddressPool", "probe"];

    private static readonly string[] Several = ["frontendIPConfigurations", "backendAddressPools"];

    private static bool Names(JsonObject? rule, string? id) => Array.Exists(One, member => rule.Object(member).Text("id").Same(id))
        || Array.Exists(Several, member => rule.Objects(member).Any(one => one.Text("id").Same(id)));
}
