namespace AmlVnet.Core.Checks;

/// <summary>The public documents that the rules come from.</summary>
internal static class Sources
{
    public static readonly CheckSource CniOverview =
        Learn("Azure Kubernetes Service (AKS) CNI networking overview", "azure/aks/concepts-network-cni-overview");

    public static readonly CheckSource AksNetworking = Learn(
        "AksNetworkingConfiguration (Azure Machine Learning)", "javascript/api/@azure/arm-machinelearning/aksnetworkingconfiguration");

    public static readonly CheckSource NetworkInterface =
        Learn("Create, change, or delete a network interface", "azure/virtual-network/virtual-network-network-interface");

    public static readonly CheckSource IpPlanning = Learn("Plan IP addressing for your Azure Kubernetes Service clusters",
        "azure/aks/concepts-network-ip-address-planning");

    public static readonly CheckSource Kubenet = Learn("Use kubenet networking with your own IP address ranges in AKS",
        "azure/aks/configure-kubenet");

    public static readonly CheckSource Overlay =
        Learn("Overview of Azure CNI Overlay networking in Azure Kubernetes Service", "azure/aks/concepts-network-azure-cni-overlay");

    public static readonly CheckSource PodSubnet = Learn("Azure CNI Pod Subnet networking in AKS",
        "azure/aks/concepts-network-azure-cni-pod-subnet");

    public static readonly CheckSource InternalLoadBalancer = Learn("Use an internal load balancer with Azure Kubernetes Service",
        "azure/aks/internal-lb");

    public static readonly CheckSource Egress = Learn("Customize cluster egress with outbound types in AKS",
        "azure/aks/egress-outboundtype");

    public static readonly CheckSource SecureInferencing =
        Learn("Secure an Azure Machine Learning inferencing environment with virtual networks (v1)",
            "azure/machine-learning/v1/how-to-secure-inferencing-vnet");

    public static readonly CheckSource SecureKubernetesInferencing =
        Learn("Secure Azure Kubernetes Service inferencing environment",
            "azure/machine-learning/how-to-secure-kubernetes-inferencing-environment");

    public static readonly CheckSource AttachKubernetes =
        Learn("Create and attach an Azure Kubernetes Service cluster with v1", "azure/machine-learning/v1/how-to-create-attach-kubernetes");

    public static readonly CheckSource NetworkTraffic =
        Learn("Configure inbound and outbound network traffic (Azure Machine Learning)",
            "azure/machine-learning/how-to-access-azureml-behind-firewall");

    public static readonly CheckSource SecurityGroups =
        Learn("Azure network security groups overview", "azure/virtual-network/network-security-groups-overview");

    public static readonly CheckSource ServiceTags = Learn("Virtual network service tags", "azure/virtual-network/service-tags-overview");

    public static readonly CheckSource DefaultOutbound =
        Learn("Default outbound access in Azure", "azure/virtual-network/ip-services/default-outbound-access");

    public static readonly CheckSource ClusterIdentity = Learn("Use a managed identity in Azure Kubernetes Service",
        "azure/aks/use-managed-identity");

    public static readonly CheckSource LeastPrivilege = Learn("Best practices for Azure RBAC",
        "azure/role-based-access-control/best-practices");

    public static readonly CheckSource AsyncOperations =
        Learn("Track asynchronous Azure operations", "azure/azure-resource-manager/management/async-operations");

    public static readonly CheckSource ComputeOperations =
        Learn("Aks interface (@azure/arm-machinelearning)", "javascript/api/@azure/arm-machinelearning/aks");

    public static readonly CheckSource BasicLoadBalancer = Learn("Upgrade from Basic Load Balancer on AKS",
        "azure/aks/upgrade-basic-load-balancer-on-aks");

    public static readonly CheckSource PrivateCluster = Learn("Create a private Azure Kubernetes Service cluster",
        "azure/aks/private-clusters");

    public static readonly CheckSource ServiceCidrIgnored =
        new("Azure/azure-cli-extensions issue 4555: service CIDR is ignored at create",
            new("https://github.com/Azure/azure-cli-extensions/issues/4555"));

    public static readonly CheckSource OutboundRules =
        Learn("Outbound network and FQDN rules for Azure Kubernetes Service clusters", "azure/aks/outbound-rules-control-egress");

    public static readonly CheckSource PolicyEffects =
        Learn("Azure Policy definitions effect basics", "azure/governance/policy/concepts/effect-basics");

    public static readonly CheckSource SecurityAdminRules =
        Learn("Security admin rules in Azure Virtual Network Manager", "azure/virtual-network-manager/concept-security-admins");

    public static readonly CheckSource NetworkPolicies =
        Learn("Secure traffic between pods by using network policies in AKS", "azure/aks/use-network-policies");

    public static readonly CheckSource VirtualNetworkFaq =
        Learn("Azure Virtual Network frequently asked questions (FAQ)", "azure/virtual-network/virtual-networks-faq");

    public static readonly CheckSource TrustedAccess = new(
        "Azure/AML-Kubernetes: Azure Machine Learning with AKS trusted access",
        new("https://github.com/Azure/AML-Kubernetes/blob/master/docs/azureml-aks-ta-support.md"));

    public static readonly CheckSource KubernetesExtension =
        Learn("Deploy Azure Machine Learning extension on AKS or Arc Kubernetes cluster",
            "azure/machine-learning/how-to-deploy-kubernetes-extension");

    public static readonly CheckSource ExtensionTroubles =
        Learn("Troubleshoot Azure Machine Learning extension", "azure/machine-learning/how-to-troubleshoot-kubernetes-extension");

    public static readonly CheckSource AttachAsKubernetes = Learn(
        "Attach a Kubernetes cluster to Azure Machine Learning workspace", "azure/machine-learning/how-to-attach-kubernetes-to-workspace");

    public static readonly CheckSource ClusterExtensions =
        Learn("Deploy and manage cluster extensions for Azure Kubernetes Service (AKS) by using the Azure CLI",
            "azure/aks/deploy-extensions-az-cli");

    public static readonly CheckSource Automatic = Learn("Introduction to Azure Kubernetes Service (AKS) Automatic",
        "azure/aks/intro-aks-automatic");

    public static readonly CheckSource AttachBesideV1 = new(
        "Azure/AML-Kubernetes: attach a compute on an AKS cluster of v1",
        new("https://github.com/Azure/AML-Kubernetes/blob/master/docs/attach-compute-on-aks-v1-cluster.md"));

    public static readonly CheckSource ManagedNetwork =
        Learn("Workspace managed virtual network isolation (Azure Machine Learning)", "azure/machine-learning/how-to-managed-network");

    public static readonly CheckSource WorkspaceKinds = Learn("What is an Azure Machine Learning hub workspace?",
        "azure/machine-learning/concept-hub-workspace");

    public static readonly CheckSource LegacyMode =
        Learn("Network isolation change with our new API platform on Azure Resource Manager",
            "azure/machine-learning/how-to-configure-network-isolation-with-v2");

    public static readonly CheckSource KubernetesVersions = Learn("Supported Kubernetes versions in Azure Kubernetes Service",
        "azure/aks/supported-kubernetes-versions");

    public static readonly CheckSource RetiredSizes =
        Learn("Previous generations of virtual machine sizes", "azure/virtual-machines/sizes-previous-gen");

    public static readonly CheckSource ReservedSubnets =
        Learn("Deploy dedicated Azure services into virtual networks", "azure/virtual-network/virtual-network-for-azure-services");

    public static readonly CheckSource DenyAssignments =
        Learn("List Azure deny assignments", "azure/role-based-access-control/deny-assignments");

    public static readonly CheckSource Locks =
        Learn("Lock your Azure resources to protect your infrastructure", "azure/azure-resource-manager/management/lock-resources");

    private static CheckSource Learn(string title, string path) =>
        new($"Microsoft Learn: {title}", new($"https://learn.microsoft.com/{path}"));
}
