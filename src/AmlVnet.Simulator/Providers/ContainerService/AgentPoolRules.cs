using System.Globalization;
using System.Text.RegularExpressions;

namespace AmlVnet.Simulator.Providers.ContainerService;

/// <summary>What AKS asks of a pool of nodes, and what it makes of what was left open.</summary>
internal static partial class AgentPoolRules
{
    /// <summary>The kinds of values of a pool's members.</summary>
    public static Shape Profile { get; } = Shape.Object(
        ("name", Shape.Text), ("count", Shape.Whole), ("vmSize", Shape.Text), ("osDiskSizeGB", Shape.Whole), ("osDiskType", Shape.Text),
        ("vnetSubnetID", Shape.Text), ("podSubnetID", Shape.Text), ("maxPods", Shape.Whole), ("mode", Shape.Text), ("osType", Shape.Text),
        ("osSKU", Shape.Text), ("type", Shape.Text), ("minCount", Shape.Whole), ("maxCount", Shape.Whole),
            ("enableAutoScaling", Shape.Flag),
        ("orchestratorVersion", Shape.Text), ("scaleSetPriority", Shape.Text), ("scaleSetEvictionPolicy", Shape.Text),
        ("scaleDownMode", Shape.Text), ("enableNodePublicIP", Shape.Flag), ("enableFIPS", Shape.Flag),
            ("nodeLabels", Shape.Map(Shape.Text)),
        ("nodeTaints", Shape.List(Shape.Text)), ("tags", Shape.Tags), ("availabilityZones", Shape.List(Shape.Text)),
        ("upgradeSettings", Shape.Object()), ("kubeletConfig", Shape.Object()), ("linuxOSConfig", Shape.Object()),
        ("virtualMachinesProfile", Shape.Object()));

    private static readonly (string Member, string[] Values)[] Choices =
    [
        ("mode", ["System", "User"]), ("osType", ["Linux", "Windows"]), ("osDiskType", ["Managed", "Ephemeral"]),
        ("type", ["VirtualMachineScaleSets", "AvailabilitySet", "VirtualMachines"]), ("scaleSetPriority", ["Regular", "Spot"]),
        ("scaleSetEvictionPolicy", ["Delete", "Deallocate"]), ("scaleDownMode", ["Delete", "Deallocate"]),
        ("kubeletDiskType", ["OS", "Temporary"]),
        ("osSKU", ["Ubuntu", "AzureLinux", "AzureLinux3", "CBLMariner", "Windows2019", "Windows2022", "Windows2025", "Ubuntu2204",
            "Ubuntu2404"]),
    ];

    /// <summary>The image of every node, whatever its version: it stands still as the list of versions does.</summary>
    public const string NodeImage = "AKSUbuntu-2204gen2containerd-202402.07.0";

    /// <summary>What of a pool stays as it was made.</summary>
    private static readonly string[] Fixed =
        ["vmSize", "vnetSubnetID", "maxPods", "osType", "osDiskType", "type", "availabilityZones", "osDiskSizeGB"];

    /// <summary>Refuses a pool that cannot be.</summary>
    /// <param name="pool">The pool as it is to be.</param>
    /// <param name="location">The cluster's region.</param>
    public static void Check(JsonObject pool, string location)
    {
        var name = pool.Text("name") ?? "";
        var isWindows = pool.Text("osType").Same("Windows");
        if (!Name().IsMatch(name) || (isWindows && name.Length > 6))
            throw Invalid("name", $"'{name}' has to be lower-case letters and digits, begin with a letter and be no longer than "
                + (isWindows ? "6" : "12"));
        foreach (var (member, values) in Choices)
        {
            if (pool.Text(member) is { } given && !Array.Exists(values, given.Same))
                throw Invalid(member, $"value {given} is not allowed. Only {string.Join(", ", values)} are allowed");
        }
        if (pool.Text("vmSize") is { } size && VmSizes.Cores(size) is null)
            throw ClusterRules.Flat("VMSizeNotSupported",
                $"The VM size of {size} is not allowed in your subscription in location '{location}'.",
                "agentPoolProfile.vmSize");
        if (pool.Whole("maxPods") is < 10 or > 250)
            throw Invalid("maxPods", "it has to be from 10 to 250");
        if (pool.Whole("osDiskSizeGB") is < 0 or > 2048)
            throw Invalid("osDiskSizeGB", "it has to be from 0 to 2048");
        if (pool.Text("podSubnetID") is not null)
            throw Invalid("podSubnetID", "pods in a subnet of their own are not modelled by the simulator");
        CheckCount(pool);
        CheckNodes(pool);
    }

    /// <summary>Refuses another version than the service offers, or one after the cluster's own.</summary>
    public static void CheckVersion(JsonObject pool, string clusterVersion)
    {
        if (pool.Text("orchestratorVersion") is not { Length: > 0 } version)
            return;
        ClusterRules.CheckVersion(version);
        if (KubernetesVersions.Compare(version, clusterVersion) > 0)
            throw ClusterRules.Flat("NodePoolMcVersionIncompatible",
                $"Node pool version {version} and control plane version {clusterVersion} are "
                + "incompatible. The node pool's version is the later one. For more information, please check "
                    + "https://aka.ms/aks/UpgradeVersionRules",
                "orchestratorVersion");
    }

    /// <summary>Refuses to change what cannot be changed of a pool.</summary>
    public static void CheckFixed(JsonObject existing, JsonObject sent)
    {
        foreach (var member in Fixed)
        {
            if (sent[member] is { } value && existing[member] is { } now && !value.ToJsonString().Same(now.ToJsonString())
                && !(value is JsonValue && value.ToString().Length == 0) && !(member == "osDiskSizeGB" && value.ToJsonString() == "0"))
                throw ClusterRules.NotAllowed("properties." + member);
        }
    }

    /// <summary>A pool as AKS shows it: what was sent, and what it chooses for the rest.</summary>
    public static JsonObject Make(JsonObject sent, string name, string version, int maxPods, string mode)
    {
        var pool = new JsonObject
        {
            ["name"] = name,
            ["count"] = 1,
            ["vmSize"] = "Standard_DS2_v2",
            ["osDiskSizeGB"] = 128,
            ["osDiskType"] = "Managed",
            ["maxPods"] = maxPods,
            ["type"] = "VirtualMachineScaleSets",
            ["provisioningState"] = "Succeeded",
            ["powerState"] = new JsonObject { ["code"] = "Running" },
            ["orchestratorVersion"] = version,
            ["enableNodePublicIP"] = false,
            ["mode"] = mode,
            ["osType"] = "Linux",
            ["nodeImageVersion"] = NodeImage,
        };
        Take(pool, sent);
        // A pool of virtual machines has its sizes and numbers in its own profile.
        if (pool.Text("type").Same("VirtualMachines") && pool.Object("virtualMachinesProfile") is not null && sent["count"] is null)
        {
            pool.Remove("count");
            pool.Remove("vmSize");
        }
        return pool;
    }

    /// <summary>Takes over what was sent of a pool.</summary>
    public static void Take(JsonObject pool, JsonObject sent)
    {
        foreach (var (member, value) in sent)
        {
            // An empty text leaves the choice to the service, and so does a disk of size 0.
            if (value is null || !ClusterMembers.PoolKept.Contains(member) || (value is JsonValue && value.ToString().Length == 0)
                || (member == "osDiskSizeGB" && value.ToJsonString() == "0"))
                continue;
            pool[member] = value.DeepClone();
        }
        if (pool.Text("orchestratorVersion") is { } version)
            pool["currentOrchestratorVersion"] = KubernetesVersions.Whole(version);
        // The real provider does not show these of a pool that is not Spot, though they were sent (recorded).
        if (pool.Text("scaleSetPriority") is null or "Regular")
        {
            pool.Remove("scaleSetPriority");
            pool.Remove("scaleSetEvictionPolicy");
            pool.Remove("spotMaxPrice");
        }
        if (pool.Flag("enableAutoScaling") != true)
        {
            pool.Remove("minCount");
            pool.Remove("maxCount");
        }
    }

    private static void CheckCount(JsonObject pool)
    {
        var (count, isSystem) = (pool.Whole("count"), pool.Text("mode").Same("System"));
        var least = isSystem ? 1 : 0;
        // A pool has at most 1000 nodes (Microsoft Learn: "Quotas, virtual machine size restrictions, and region availability in AKS"; the
        // sentence: kubernetes-sigs/cluster-api-provider-azure issue 5947).
        if (count < least || count > 1000)
            throw WrongCount(count, least, 1000);
        var (min, max) = (pool.Whole("minCount"), pool.Whole("maxCount"));
        if (pool.Flag("enableAutoScaling") != true)
        {
            if (min is not null || max is not null)
                throw Invalid(min is not null ? "minCount" : "maxCount", "it is for pools with enableAutoScaling only");
            return;
        }
        if (min is null || max is null || min < least || max > 1000 || min > max)
            throw Invalid("minCount", string.Create(CultureInfo.InvariantCulture,
                $"a pool that is scaled automatically has a minCount from {least} on and a maxCount up to 1000 that is no less"));
        if (count < min || count > max)
            throw WrongCount(count, min.Value, max.Value);
    }

    private static ArmException WrongCount(int? count, int min, int max) => Invalid("count", string.Create(CultureInfo.InvariantCulture,
        $"agentPoolProfile.count was {count}. It must be greater or equal to minCount:{min} and less than or equal to ")
        + string.Create(CultureInfo.InvariantCulture, $"maxCount:{max}"));

    private static void CheckNodes(JsonObject pool)
    {
        var isSystem = pool.Text("mode").Same("System");
        foreach (var taint in pool.Texts("nodeTaints"))
        {
            if (!Taint().IsMatch(taint))
                throw Invalid("nodeTaints", $"'{taint}' is not of the form key=value:effect");
            if (isSystem && !taint.StartsWith("CriticalAddonsOnly=", StringComparison.Ordinal)
                && !taint.EndsWith(":PreferNoSchedule", StringComparison.Ordinal))
                throw ClusterRules.Flat("SystemPoolHasRestrictedTaint", "Placing custom taints on system pool is not supported(except "
                    + "'CriticalAddonsOnly' taint or taint effect is 'PreferNoSchedule'). Please refer to "
                        + "https://aka.ms/aks/system-taints for detail",
                    "agentPoolProfile.nodeTaints");
        }
        foreach (var (key, value) in pool.Object("nodeLabels") ?? [])
        {
            if (!LabelKey().IsMatch(key) || !LabelValue().IsMatch(value?.ToString() ?? ""))
                throw Invalid("nodeLabels", $"'{key}: {value}' is no Kubernetes label");
        }
        if (isSystem && (pool.Text("osType").Same("Windows") || pool.Text("scaleSetPriority").Same("Spot")))
            throw Invalid("mode", "a system pool is of Linux nodes that are not Spot");
    }

    private static ArmException Invalid(string member, string why) => ClusterRules.Invalid("agentPoolProfile." + member, why);

    [GeneratedRegex("^[a-z][a-z0-9]{0,11}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._/-]*[A-Za-z0-9])?(=[A-Za-z0-9._-]*)?:(NoSchedule|PreferNoSchedule|NoExecute)$")]
    private static partial Regex Taint();

    [GeneratedRegex(@"^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$")]
    private static partial Regex LabelKey();

    [GeneratedRegex("^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$")]
    private static partial Regex LabelValue();
}
