namespace AmlVnet.Core.Checks;

/// <summary>The public documents that the rules come from.</summary>
internal static class Sources
{
    public static readonly Uri CniOverview = Learn("azure/aks/concepts-network-cni-overview");

    public static readonly Uri AksNetworking = Learn("javascript/api/@azure/arm-machinelearning/aksnetworkingconfiguration");

    public static readonly Uri NetworkInterface = Learn("azure/virtual-network/virtual-network-network-interface");

    public static readonly Uri IpPlanning = Learn("azure/aks/concepts-network-ip-address-planning");

    public static readonly Uri Kubenet = Learn("azure/aks/configure-kubenet");

    public static readonly Uri Overlay = Learn("azure/aks/concepts-network-azure-cni-overlay");

    public static readonly Uri PodSubnet = Learn("azure/aks/concepts-network-azure-cni-pod-subnet");

    public static readonly Uri InternalLoadBalancer = Learn("azure/aks/internal-lb");

    public static readonly Uri Egress = Learn("azure/aks/egress-outboundtype");

    public static readonly Uri SecureInferencing = Learn("azure/machine-learning/v1/how-to-secure-inferencing-vnet");

    public static readonly Uri SecureKubernetesInferencing =
        Learn("azure/machine-learning/how-to-secure-kubernetes-inferencing-environment");

    public static readonly Uri AttachKubernetes = Learn("azure/machine-learning/v1/how-to-create-attach-kubernetes");

    public static readonly Uri NetworkTraffic = Learn("azure/machine-learning/how-to-access-azureml-behind-firewall");

    public static readonly Uri SecurityGroups = Learn("azure/virtual-network/network-security-groups-overview");

    public static readonly Uri ServiceTags = Learn("azure/virtual-network/service-tags-overview");

    public static readonly Uri DefaultOutbound = Learn("azure/virtual-network/ip-services/default-outbound-access");

    public static readonly Uri ClusterIdentity = Learn("azure/aks/use-managed-identity");

    public static readonly Uri LeastPrivilege = Learn("azure/role-based-access-control/best-practices");

    public static readonly Uri ComputeOperations = Learn("javascript/api/@azure/arm-machinelearning/aks");

    public static readonly Uri BasicLoadBalancer = Learn("azure/aks/upgrade-basic-load-balancer-on-aks");

    public static readonly Uri PrivateCluster = Learn("azure/aks/private-clusters");

    public static readonly Uri ServiceCidrIgnored = new("https://github.com/Azure/azure-cli-extensions/issues/4555");

    public static readonly Uri OutboundRules = Learn("azure/aks/outbound-rules-control-egress");

    public static readonly Uri PolicyEffects = Learn("azure/governance/policy/concepts/effect-basics");

    public static readonly Uri SecurityAdminRules = Learn("azure/virtual-network-manager/concept-security-admins");

    public static readonly Uri NetworkPolicies = Learn("azure/aks/use-network-policies");

    public static readonly Uri VirtualNetworkFaq = Learn("azure/virtual-network/virtual-networks-faq");

    public static readonly Uri TrustedAccess =
        new("https://github.com/Azure/AML-Kubernetes/blob/master/docs/azureml-aks-ta-support.md");

    public static readonly Uri KubernetesExtension = Learn("azure/machine-learning/how-to-deploy-kubernetes-extension");

    public static readonly Uri ExtensionTroubles = Learn("azure/machine-learning/how-to-troubleshoot-kubernetes-extension");

    public static readonly Uri AttachAsKubernetes = Learn("azure/machine-learning/how-to-attach-kubernetes-to-workspace");

    public static readonly Uri ClusterExtensions = Learn("azure/aks/deploy-extensions-az-cli");

    public static readonly Uri Automatic = Learn("azure/aks/intro-aks-automatic");

    public static readonly Uri AttachBesideV1 =
        new("https://github.com/Azure/AML-Kubernetes/blob/master/docs/attach-compute-on-aks-v1-cluster.md");

    public static readonly Uri ManagedNetwork = Learn("azure/machine-learning/how-to-managed-network");

    public static readonly Uri WorkspaceKinds = Learn("azure/machine-learning/concept-hub-workspace");

    public static readonly Uri LegacyMode = Learn("azure/machine-learning/how-to-configure-network-isolation-with-v2");

    public static readonly Uri KubernetesVersions = Learn("azure/aks/supported-kubernetes-versions");

    public static readonly Uri RetiredSizes = Learn("azure/virtual-machines/sizes-previous-gen");

    public static readonly Uri ReservedSubnets = Learn("azure/virtual-network/virtual-network-for-azure-services");

    public static readonly Uri DenyAssignments = Learn("azure/role-based-access-control/deny-assignments");

    public static readonly Uri Locks = Learn("azure/azure-resource-manager/management/lock-resources");

    private static Uri Learn(string path) => new($"https://learn.microsoft.com/{path}");
}
