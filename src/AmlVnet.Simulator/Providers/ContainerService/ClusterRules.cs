using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>What AKS asks of a cluster's body, beside its pools and its addresses.</summary>
internal sealed partial class ClusterRules(Cloud cloud)
{
    private static readonly (string Member, string[] Values)[] NetworkChoices =
    [
        ("networkPlugin", ["azure", "kubenet", "none"]), ("networkPluginMode", ["overlay"]),
            ("networkPolicy", ["none", "calico", "azure", "cilium"]),
        ("networkDataplane", ["azure", "cilium"]), ("networkMode", ["transparent", "bridge"]), ("loadBalancerSku", ["standard", "basic"]),
        ("outboundType", ["loadBalancer", "userDefinedRouting", "managedNATGateway", "userAssignedNATGateway", "none", "block"]),
    ];

    /// <summary>What of a cluster stays as it was made.</summary>
    private static readonly string[] Fixed = ["dnsPrefix", "fqdnSubdomain", "nodeResourceGroup"];

    private static readonly string[] FixedOfNetwork =
        ["networkPlugin", "networkPluginMode", "podCidr", "serviceCidr", "dnsServiceIP", "dockerBridgeCidr"];

    public static ArmException Flat(string code, string message, string? target) =>
        new(400, code, message, target) { Shape = ErrorShape.Flat };

    /// <summary>The refusal of a value (the sentence's form is recorded).</summary>
    public static ArmException Invalid(string parameter, string why) =>
        Flat("InvalidParameter", $"The value of parameter {parameter} is invalid. Error details: {why}.", parameter);

    /// <summary>The refusal to change what stays as it was made.</summary>
    public static ArmException NotAllowed(string property) =>
        Flat("PropertyChangeNotAllowed", $"Changing property '{property}' is not allowed.", property);

    /// <summary>Refuses what no cluster can have.</summary>
    public void Check(JsonObject body, string apiVersion)
    {
        if (ClusterMembers.Unknown(body, apiVersion) is { } unknown)
            throw Unknown(unknown);
        var properties = body.Object("properties");
        if (properties.Text("dnsPrefix") is { } prefix && !DnsPrefix().IsMatch(prefix))
            throw Invalid("dnsPrefix",
                $"'{prefix}' has to be 1 to 54 letters, digits and hyphens, and begin and end with a letter or digit. "
                + "Please see https://aka.ms/aks-naming-rules for more details");
        if (properties.Text("kubernetesVersion") is { Length: > 0 } version)
            CheckVersion(version);
        if (body.Object("sku").Text("name") is { } sku && !sku.Same("Base") && !sku.Same("Basic"))
            throw Invalid("sku.name", $"{sku} clusters are not modelled by the simulator");
        if (body.Object("sku").Text("tier") is { } tier && !Array.Exists(["Free", "Standard", "Premium", "Paid"], tier.Same))
            throw Invalid("sku.tier", $"value {tier} is not allowed. Only Free, Standard and Premium are allowed");
        if (body.Object("sku").Text("tier").Same("Premium") && !properties.Text("supportPlan").Same("AKSLongTermSupport"))
            throw Invalid("sku.tier", "Premium goes with the supportPlan AKSLongTermSupport only");
        foreach (var (holder, member) in new[] { ("hostedSystemProfile", "enabled"), ("apiServerAccessProfile", "enableVnetIntegration") })
        {
            if (properties.Object(holder).Flag(member) == true)
                throw Invalid($"{holder}.{member}", "it is not modelled by the simulator");
        }
        if (properties.Object("nodeProvisioningProfile").Text("mode").Same("Auto"))
            throw Invalid("nodeProvisioningProfile.mode", "Auto is not modelled by the simulator");
        foreach (var text in properties.Object("apiServerAccessProfile").Texts("authorizedIPRanges"))
        {
            if (!AddressRange.TryParse(text.Contains('/', StringComparison.Ordinal) ? text : text + "/32", out _, allowHostBits: true))
                throw Invalid("apiServerAccessProfile.authorizedIPRanges", $"'{text}' is no IPv4 range");
        }
        if (properties.Object("identityProfile").Object("kubeletidentity").Text("resourceId") is { } kubelet
            && cloud.World.Find(kubelet, ManagedIdentityProvider.Type) is null)
            throw Invalid("identityProfile.kubeletidentity.resourceId", $"the identity {kubelet} was not found");
        CheckNetwork(properties.Object("networkProfile"));
    }

    public static ArmException Unknown(string member) =>
        Flat("UnmarshalError", $"UnmarshalEntity encountered error: unknown field \"{member}\".", member);

    /// <summary>Refuses a version that the service does not offer (the sentence: dspace-group/simphera-reference-architecture-azure issue
    /// 29).</summary>
    public static void CheckVersion(string version)
    {
        if (!KubernetesVersions.Offers(version))
            throw Flat("AgentPoolK8sVersionNotSupported",
                $"Version {version} is not supported in this region. Please use [az aks get-versions] command "
                + "to get the supported version list in this region. For more information, please check "
                    + "https://aka.ms/supported-version-list",
                "kubernetesVersion");
    }

    /// <summary>Refuses to change what stays as it was made.</summary>
    public static void CheckChange(Resource cluster, JsonObject? sent)
    {
        foreach (var member in Fixed)
            RefuseOther(cluster.Properties[member], sent?[member], member);
        foreach (var member in FixedOfNetwork)
            RefuseOther(cluster.Properties.Object("networkProfile")?[member], sent.Object("networkProfile")?[member], "networkProfile."
                + member);
        var isPrivate = cluster.Properties.Object("apiServerAccessProfile").Flag("enablePrivateCluster") == true;
        if (sent.Object("apiServerAccessProfile").Flag("enablePrivateCluster") is { } wanted && wanted != isPrivate)
            throw NotAllowed("apiServerAccessProfile.enablePrivateCluster");
    }

    /// <summary>Refuses an upgrade that skips a version or goes back.</summary>
    public static void CheckUpgrade(Resource cluster, JsonObject? sent)
    {
        if (sent.Text("kubernetesVersion") is not { Length: > 0 } version
            || cluster.Properties.Text("currentKubernetesVersion") is not { } now)
            return;
        if (KubernetesVersions.Offers(now) && KubernetesVersions.Steps(now, version) is < 0 or > 1)
            throw Flat("OperationNotAllowed", $"Upgrading Kubernetes version {now} to {version} is not allowed. Available upgrades: "
                + $"[{string.Join(' ', KubernetesVersions.UpgradesOf(now))}]. "
                + "Please see https://aka.ms/aks-supported-k8s-ver for version details.",
                "kubernetesVersion");
    }

    private static void RefuseOther(JsonNode? now, JsonNode? sent, string property)
    {
        // What it never said of itself, such as the Docker bridge of newer versions, is no change.
        if (sent is not null && sent.ToString().Length > 0 && !sent.ToString().Same(now?.ToString()))
            throw NotAllowed(property);
    }

    private void CheckNetwork(JsonObject? network)
    {
        foreach (var (member, values) in NetworkChoices)
        {
            if (network.Text(member) is { Length: > 0 } given && !Array.Exists(values, given.Same))
                throw Invalid("networkProfile." + member, $"value {given} is not allowed. Only {string.Join(", ", values)} are allowed");
        }
        if (network.Text("networkPluginMode").Same("overlay") && network.Text("networkPlugin") is { } plugin && !plugin.Same("azure"))
            throw Invalid("networkProfile.networkPluginMode", $"overlay goes with the networkPlugin azure, not with {plugin}");
        if (network.Text("podCidr") is { Length: > 0 } pods && !AddressRange.TryParse(pods, out _))
            throw Flat("CidrStringParseError", $"The podCidr '{pods}' is not a valid IPv4 range in CIDR notation.",
                "networkProfile.podCIDR");
        var balancer = network.Object("loadBalancerProfile");
        if (balancer.Object("managedOutboundIPs") is { } managed
            && (managed.Whole("count") is < 1 or > 100 || managed.Whole("countIPv6") is > 0))
            throw Invalid("networkProfile.loadBalancerProfile.managedOutboundIPs.count",
                "it has to be from 1 to 100, and IPv6 is not modelled by the simulator");
        if (balancer.Whole("allocatedOutboundPorts") is { } ports && (ports is < 0 or > 64000 || ports % 8 != 0))
            throw Invalid("networkProfile.loadBalancerProfile.allocatedOutboundPorts", "it has to be a multiple of 8 from 0 to 64000");
        if (balancer.Whole("idleTimeoutInMinutes") is < 4 or > 120)
            throw Invalid("networkProfile.loadBalancerProfile.idleTimeoutInMinutes", "it has to be from 4 to 120");
        if (new[] { balancer.Object("managedOutboundIPs"), balancer.Object("outboundIPs"),
            balancer.Object("outboundIPPrefixes") }.Count(static one => one is not null) > 1)
            throw Invalid("networkProfile.loadBalancerProfile",
                "only one of managedOutboundIPs, outboundIPs and outboundIPPrefixes can be given");
        foreach (var one in balancer.Object("outboundIPPrefixes").Objects("publicIPPrefixes"))
            throw Invalid("networkProfile.loadBalancerProfile.outboundIPPrefixes", $"the prefix {one.Text("id")} was not found");
        foreach (var one in balancer.Object("outboundIPs").Objects("publicIPs"))
        {
            if (cloud.World.Find(one.Text("id"), ClusterFleet.PublicAddressType) is null)
                throw Invalid("networkProfile.loadBalancerProfile.outboundIPs",
                    string.Create(CultureInfo.InvariantCulture, $"the public IP address {one.Text("id")} was not found"));
        }
    }

    [GeneratedRegex("^[a-zA-Z0-9]([a-zA-Z0-9-]{0,52}[a-zA-Z0-9])?$")]
    private static partial Regex DnsPrefix();
}
