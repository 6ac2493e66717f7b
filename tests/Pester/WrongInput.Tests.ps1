# Wrong inputs, one row each. What the engine's binder refuses keeps the engine's error; every other row gives one non-terminating error of
# the catalogue with the value and the rule, and nothing is sent that could change something.
BeforeDiscovery {
    . "$PSScriptRoot/World.ps1"
    # In the how-to's world. target: $null is none, '*' is not looked at; says: what the message holds.
    $inHowTo = @(
        # Names
        @{
            script = 'New-AmlAksCompute @workspace -Name a/b @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'a/b'
            says = '-Name', "'a/b'", '3 to 24 letters', 'last part'
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name ab @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'ab'
            says = "'ab'", '3 to 24', 'it has 2'
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name abcdefghijklmnopqrstuvwxy @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'abcdefghijklmnopqrstuvwxy'
            says = '3 to 24', 'it has 25'
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name 1abc @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '1abc'
            says = "'1abc'", 'beginning with a letter'
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name abc- @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'abc-'
            says = "'abc-'", 'ending with a letter or digit'
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name node-123 @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'node-123'
            says = "'node-123'", "must not end in '-' and digits"
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name "my aks" @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'my aks'
            says = "'my aks'", "take ' ' out"
        }
        @{
            script = 'New-AmlAksCompute @workspace -Name "myäks" @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'myäks'
            says = "'myäks'", "take 'ä' out"
        }
        @{
            script = 'New-AmlAksCompute -ResourceGroupName "group." -WorkspaceName myworkspace -Name myaks @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'group.'
            says = '-ResourceGroupName', "'group.'", "not ending in '.'"
        }
        @{
            script = 'New-AmlAksCompute -ResourceGroupName a/b -WorkspaceName myworkspace -Name myaks @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'a/b'
            says = '-ResourceGroupName', "'a/b'", 'last part'
        }
        @{
            script = 'New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName my.workspace -Name myaks @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'my.workspace'
            says = '-WorkspaceName', "'my.workspace'", '3 to 33'
        }
        @{
            script = 'Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name a'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'a'
            says = '-Name', "'a'", '3 to 33'
        }
        @{
            script = 'Get-AmlWorkspace -ResourceGroupName ""'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = ''
            says = '-ResourceGroupName', 'empty', 'give a name'
        }
        @{
            script = 'Get-AmlAksCompute myworkspacegroup myworkspace -Name ""'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = ''
            says = '-Name', 'empty', '3 to 24'
        }
        @{
            script = 'New-AmlAksCompute @myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName x -SubnetName default'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'x'
            says = '-VirtualNetworkName', "'x'", '2 to 64'
        }
        @{
            script = 'New-AmlAksCompute @myaks -VnetResourceGroupName mygroup -VnetName mynetwork -SubnetName a/b'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'a/b'
            says = '-SubnetName', "'a/b'", '1 to 80'
        }
        @{
            script = 'Get-AksClusterIdentity -ResourceGroupName mygroup -ClusterName -x'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '-x'
            says = '-ClusterName', "'-x'", '1 to 63'
        }
        @{
            script = 'Get-AmlWorkspace -SubscriptionId production'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'production'
            says = '-SubscriptionId', "'production'", 'GUID'
        }
        # Ids
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId $ids.Network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = $ids.Network
            says = '-SubnetId', 'is a Microsoft.Network/virtualNetworks;', 'Microsoft.Network/virtualNetworks/subnets is needed'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId default'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'default'
            says = '-SubnetId', "'default' is not an ARM resource id", '/subscriptions/'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId ""'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = ''
            says = '-SubnetId', 'empty'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId "$($ids.Network)/subnets/"'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = "$($ids.Network)/subnets/"
            says = '-SubnetId', "the name after 'subnets' is missing"
        }
        @{
            script = 'Get-AmlAksCompute -ResourceId $ids.Workspace'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = $ids.Workspace
            says = '-ResourceId', 'workspaces/computes is needed'
        }
        @{
            script = 'Get-AmlWorkspace -ResourceId "/subscriptions"'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '/subscriptions'
            says = '-ResourceId', "subscription's id is missing"
        }
        @{
            script = 'Grant-AksNetworkContributor -Cluster $ids.Subnet'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Subnet
            says = '-InputObject', $ids.Subnet, 'an AKS cluster, a compute, or the ARM id of one is needed'
        }
        # What is piped
        @{
            script = '42 | New-AmlAksCompute -Name myaks'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', "'42' (Int32) has no Id or ResourceId"
        }
        @{
            script = 'Grant-AksNetworkContributor -Cluster @("/a", "/b")'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', 'one is wanted', 'pipe the list'
        }
        @{
            script = '"" | New-AmlAksCompute -Name myaks'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', 'the text is empty'
        }
        @{
            script = '$null | New-AmlAksCompute -Name myaks'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', 'nothing was given'
        }
        @{
            script = '[pscustomobject]@{ Name = "x" } | Set-AmlAksLoadBalancer -Type PublicIp'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', 'has no ComputeId or Id'
        }
        @{
            script = '[pscustomobject]@{ Id = $ids.Compute } | New-AmlAksCompute -Name myaks'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Compute
            says = '-InputObject', 'workspaces/computes; a workspace or its ARM id is needed'
        }
        @{
            script = '$ids.Subnet | Get-AmlAksCompute'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Subnet
            says = '-InputObject', 'a workspace, a compute'
        }
        @{
            script = 'Get-AmlWorkspace | Grant-AksNetworkContributor'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Workspace
            says = '-InputObject', 'an AKS cluster, a compute'
        }
        @{
            script = 'Get-AmlWorkspace | Remove-AmlAksCompute'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Workspace
            says = '-InputObject', 'a compute or its ARM id'
        }
        @{
            script = 'Get-AmlWorkspace | Wait-AmlOperation'
            id = 'WrongResourceType'; category = 'InvalidArgument'
            target = $ids.Workspace
            says = '-InputObject', 'what a command returned with -NoWait, or a compute'
        }
        @{
            script = '42 | Wait-AmlOperation'
            id = 'InvalidReference'; category = 'InvalidArgument'
            target = '*'
            says = '-InputObject', 'has no Token'
        }
        # What does not exist
        @{
            script = 'Get-AmlWorkspace -ResourceGroupName nogroup -Name myworkspace'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Subscription)/resourceGroups/nogroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace"
            says = 'nogroup', 'does not exist'
        }
        @{
            script = 'New-AmlAksCompute nogroup myworkspace myaks @network'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Subscription)/resourceGroups/nogroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace"
            says = 'workspace', 'nogroup', 'does not exist'
        }
        @{
            script = 'New-AmlAksCompute myworkspacegroup nospace myaks @network'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Subscription)/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/nospace"
            says = 'workspace', 'nospace', 'does not exist'
        }
        @{
            script = 'Get-AmlWorkspace -SubscriptionId 11111111-2222-3333-4444-555555555555 myworkspacegroup myworkspace'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = '/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/myworkspacegroup/providers/Microsoft.MachineLearningServices/workspaces/myworkspace'
            says = '11111111-2222-3333-4444-555555555555', 'does not exist'
        }
        @{
            script = 'Get-AmlAksCompute myworkspacegroup myworkspace nothere'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Workspace)/computes/nothere"
            says = 'compute', 'nothere'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId "$($ids.Network)/subnets/nothere" @services'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Network)/subnets/nothere"
            says = 'subnet', 'nothere', 'does not exist'
        }
        @{
            script = 'New-AmlAksCompute @myaks -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName nonet -SubnetName default'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.NetworkGroup)/providers/Microsoft.Network/virtualNetworks/nonet"
            says = 'virtual network', 'nonet', 'does not exist'
        }
        @{
            script = 'New-AmlAksCompute @myaks -VirtualNetworkResourceGroupName nogroup -VirtualNetworkName mynetwork -SubnetName default'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Subscription)/resourceGroups/nogroup/providers/Microsoft.Network/virtualNetworks/mynetwork"
            says = 'virtual network', 'nogroup'
        }
        @{
            script = 'Set-AmlAksLoadBalancer myworkspacegroup myworkspace nothere -Type InternalLoadBalancer'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.Workspace)/computes/nothere"
            says = 'compute', 'nothere'
        }
        @{
            script = 'Grant-AksNetworkContributor "$($ids.NetworkGroup)/providers/Microsoft.ContainerService/managedClusters/nothere"'
            id = 'ResourceNotFound'; category = 'ObjectNotFound'
            target = "$($ids.NetworkGroup)/providers/Microsoft.ContainerService/managedClusters/nothere"
            says = 'cluster', 'nothere'
        }
        # Combinations
        @{
            script = 'New-AmlAksCompute @myaks -VirtualNetworkName mynetwork'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-VirtualNetworkResourceGroupName', '-SubnetName', 'give all three'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetName default -SubnetId $ids.Subnet'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SubnetId already says which subnet'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0/16'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-ServiceCidr is given', 'is described by all four'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SubnetId $ids.Subnet'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SubnetId is given', 'is described by all four'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SslCertificatePath cert.pem @network'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SslKeyPath', '-SslCname', 'together'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SslLeafDomainLabel contoso -SslCname www.contoso.com @network'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SslLeafDomainLabel', 'leave out'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SslOverwriteExistingDomain @network'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SslOverwriteExistingDomain goes with -SslLeafDomainLabel'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SslLeafDomainLabel "" @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = ''
            says = '-SslLeafDomainLabel', 'empty'
        }
        @{
            script = 'New-AmlAksCompute @myaks @network -SslCname a.example -SslCertificatePath /nothere/cert.pem -SslKeyPath key.pem'
            id = 'FileUnreadable'; category = 'InvalidArgument'
            target = '/nothere/cert.pem'
            says = '-SslCertificatePath', '/nothere/cert.pem', "can't be read"
        }
        @{
            script = 'New-AmlAksCompute @myaks -SslCertificatePath $manifest -SslKeyPath $manifest -SslCname www.contoso.com @network'
            id = 'FileUnreadable'; category = 'InvalidArgument'
            target = '*'
            says = '-SslCertificatePath', 'AmlVnet.psd1', 'not in PEM form'
        }
        # Addresses
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.1/16 @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '10.0.0.1/16'
            says = '-ServiceCidr', "'10.0.0.1/16' is not a canonical range", 'write 10.0.0.0/16'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr fd00::/112 @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'fd00::/112'
            says = '-ServiceCidr', "'fd00::/112' is an IPv6 range", 'IPv4 only'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0 @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '10.0.0.0'
            says = '-ServiceCidr', "'10.0.0.0' has no prefix length"
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr "" @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = ''
            says = '-ServiceCidr', 'empty', 'such as 10.0.0.0/16'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0/33 @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '10.0.0.0/33'
            says = '-ServiceCidr', "'33' is not a prefix length from 0 to 32"
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr banana @subnetAndServices'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'banana'
            says = '-ServiceCidr', "'banana' is not an address range"
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.1.0.0/17 -DnsServiceIP 10.1.0.10 @subnetAndBridge'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = 'ServiceCidr'
            says = 'AMLVNET-CIDR-002', '10.1.0.0/17 overlaps'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 172.30.0.0/16 -DnsServiceIP 172.30.0.10 @subnetAndBridge'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = 'ServiceCidr'
            says = 'AMLVNET-CIDR-005', '172.30.0.0/16', 'which AKS keeps'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 12.0.0.0/8 -DnsServiceIP 12.0.0.10 @subnetAndBridge'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = 'ServiceCidr'
            says = 'AMLVNET-CIDR-006', '12.0.0.0/8', 'smaller than a /12'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.2.0.10 @subnetAndBridge'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = 'DnsServiceIP'
            says = 'AMLVNET-CIDR-007', '10.2.0.10 is not in the service CIDR 10.0.0.0/16'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.1 @subnetAndBridge'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = 'DnsServiceIP'
            says = 'AMLVNET-CIDR-007', '10.0.0.1 is the first usable address'
        }
        @{
            script = 'New-AmlAksCompute @myaks -ServiceCidr 10.0.0.0/16 -DnsServiceIP ::1 @subnetAndBridge'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '::1'
            says = '-DnsServiceIP', "'::1'", 'IPv6'
        }
        @{
            script = 'New-AmlAksCompute @myaks -DockerBridgeCidr 172.17.0.1 @subnetAndRange'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '172.17.0.1'
            says = '-DockerBridgeCidr', "'172.17.0.1' has no prefix length"
        }
        # Region and size
        @{
            script = 'New-AmlAksCompute @myaks -Location westus2 @network'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = $ids.Network
            says = 'AMLVNET-REGION-001', 'The virtual network is in eastus2, the cluster in westus2'
        }
        @{
            script = 'New-AmlAksCompute @myaks -AgentVmSize Standard_Nope4 @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'Standard_Nope4'
            says = '-AgentVmSize', "'Standard_Nope4'", 'eastus2'
        }
        @{
            script = 'New-AmlAksCompute @myaks -AgentCount 2 @network'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = $ids.Compute
            says = 'AMLVNET-COMPUTE-001', 'FastProd needs 3 nodes or more; there are 2'
        }
        @{
            script = 'New-AmlAksCompute @myaks -AgentVmSize Standard_D2_v2 -ClusterPurpose DenseProd @network'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = $ids.Compute
            says = 'AMLVNET-COMPUTE-002', 'DenseProd needs 12 virtual CPUs or more', '3 nodes of Standard_D2_v2 have 6'
        }
        @{
            script = 'New-AmlAksCompute @myaks -SkipCheck AMLVNET-NOPE-001 @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'AMLVNET-NOPE-001'
            says = '-SkipCheck', "'AMLVNET-NOPE-001'"
        }
        @{
            script = 'New-AmlAksCompute @myaks -Tag @{ "" = "x" } @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '*'
            says = '-Tag', 'empty'
        }
        @{
            script = 'New-AmlAksCompute @myaks -Tag @{ "a/b" = "x" } @network'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = '*'
            says = '-Tag', "'a/b'", 'take it out'
        }
        # Operations
        @{
            script = 'Wait-AmlOperation -Token garbage!'
            id = 'InvalidOperationToken'; category = 'InvalidArgument'
            target = $null
            says = '-Token', "can't be read"
        }
        @{
            script = 'Wait-AmlOperation -ResourceId myaks'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'myaks'
            says = '-ResourceId', "'myaks' is not an ARM resource id"
        }
    )

    # In the world that has a cluster of the user's own.
    $withCluster = @(
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -PrincipalId myaks-sp'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'myaks-sp'
            says = '-PrincipalId', "'myaks-sp' is not an object id", 'GUID'
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -Scope mygroup'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'mygroup'
            says = '-Scope', "'mygroup' is not an ARM"
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute |
                Grant-AksNetworkContributor -Scope "$($ids.Subscription)/resourceGroups/myworkspacegroup"'
            id = 'ScopeDoesNotHold'; category = 'InvalidArgument'
            target = "$($ids.Subscription)/resourceGroups/myworkspacegroup"
            says = '-Scope', 'does not hold the subnet', $ids.Subnet
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Grant-AksNetworkContributor -ScopeLevel Subnet -Scope $ids.Subnet'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-Scope and -ScopeLevel'
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName a/b'
            id = 'InvalidValue'; category = 'InvalidArgument'
            target = 'a/b'
            says = '-SubnetName', "'a/b'"
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName nothere'
            id = 'CheckFailed'; category = 'InvalidOperation'
            target = '*'
            says = 'AMLVNET-SUBNET-003', "no subnet 'nothere'", 'default'
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Set-AmlAksLoadBalancer -Type PublicIp -SubnetName default'
            id = 'InvalidCombination'; category = 'InvalidArgument'
            target = $null
            says = '-SubnetName goes with -Type InternalLoadBalancer'
        }
        @{
            script = '$ids.ExistingCluster | Set-AmlAksLoadBalancer -Type InternalLoadBalancer'
            id = 'ComputeNotNamed'; category = 'InvalidArgument'
            target = $ids.ExistingCluster
            says = $ids.ExistingCluster, 'no compute of a workspace'
        }
        @{
            script = 'Get-AmlWorkspace | Get-AmlAksCompute | Remove-AmlAksCompute -UnderlyingResourceAction Delete -Force'
            id = 'AttachedNotDeleted'; category = 'InvalidOperation'
            target = $ids.Compute
            says = 'was attached from outside'
        }
        @{
            script = 'New-AmlAksCompute @myaks -AgentCount 7'
            id = 'ComputeDiffers'; category = 'ResourceExists'
            target = $ids.Compute
            says = 'AgentCount is 3, not 7'
        }
    )

    # What PowerShell's own binder refuses.
    $byEngine = @(
        @{ script = 'New-AmlAksCompute @workspace -Name "" @network'; id = 'ParameterArgumentValidationErrorEmptyStringNotAllowed' }
        @{ script = 'New-AmlAksCompute @workspace -Name $null @network'; id = 'ParameterArgumentValidationErrorNullNotAllowed' }
        @{ script = 'New-AmlAksCompute @myaks -AgentCount 0 @network'; id = 'ParameterArgumentValidationError' }
        @{ script = 'New-AmlAksCompute @myaks -AgentCount many @network'; id = 'CannotConvertArgumentNoMessage' }
        @{ script = 'New-AmlAksCompute @myaks -ClusterPurpose Prod @network'; id = 'CannotConvertArgumentNoMessage' }
        @{ script = 'New-AmlAksCompute @myaks -ThrottleLimit 0 @network'; id = 'ParameterArgumentValidationError' }
        @{ script = 'New-AmlAksCompute @myaks -InternalLoadBalancer @network'; id = 'NamedParameterNotFound' }
        @{ script = 'Grant-AksNetworkContributor -Cluster $ids.ExistingCluster -ScopeLevel Planet'; id = 'CannotConvertArgumentNoMessage' }
        @{ script = 'Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type Nope'; id = 'CannotConvertArgumentNoMessage' }
        @{ script = 'Remove-AmlAksCompute myworkspacegroup myworkspace myaks -UnderlyingResourceAction Burn';
            id = 'CannotConvertArgumentNoMessage' }
        @{ script = 'Wait-AmlOperation -Token ""'; id = 'ParameterArgumentValidationErrorEmptyStringNotAllowed' }
        @{ script = 'Wait-AmlOperation -ResourceId $ids.Compute -TimeoutSeconds 0'; id = 'ParameterArgumentValidationError' }
    )
}

Describe 'A wrong input' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $manifest = Join-Path -Path (Get-Module -Name AmlVnet).ModuleBase -ChildPath AmlVnet.psd1
        $workspace = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace' }

        $subnetAndBridge = @{ SubnetId = $ids.Subnet; DockerBridgeCidr = '172.17.0.1/16' }
        $subnetAndRange = @{ SubnetId = $ids.Subnet; ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10' }
        $services = @{ ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16' }
        $subnetAndServices = $subnetAndBridge + @{ DnsServiceIP = '10.0.0.10' }

        # Runs a script as a user's line, and gives what it emitted and its errors.
        function Invoke-Line([string] $Line) {
            Set-AmlSimulator -ClearLog
            $ErrorActionPreference = 'Continue'
            & ([scriptblock]::Create($Line)) 2>&1
        }

        function Assert-Refused($Said) {
            $Said.Count | Should -Be 1 -Because ($Said -join "`n")
            $failure = $Said[0]
            $failure | Should -BeOfType 'System.Management.Automation.ErrorRecord'
            $failure.FullyQualifiedErrorId | Should -BeLike "$id,AmlVnet.Cmdlets.*"
            "$($failure.CategoryInfo.Category)" | Should -Be $category
            foreach ($part in $says) { "$failure".Contains($part) | Should -BeTrue -Because "'$part' is wanted in '$failure'" }
            if ($target -ne '*') { $failure.TargetObject | Should -BeExactly $target }
            $failure.Exception.Message | Should -Not -BeLike "*parameter '*"
            @(Get-AmlSimulatorLog -WriteOnly) | Should -BeNullOrEmpty
            # What a value's own form tells is told before anything is asked, save for the objects that a command was piped.
            if ($id -in 'InvalidValue', 'InvalidReference', 'FileUnreadable' -and -not $script.StartsWith('Get-AmlWorkspace |') -and
                -not ($says -match '-AgentVmSize|-SkipCheck')) {
                Get-AmlSimulatorLog | Should -BeNullOrEmpty
            }
            if ($id -in 'CheckFailed', 'ComputeDiffers', 'ScopeDoesNotHold', 'ComputeNotNamed', 'InvalidReference') {
                $failure.ErrorDetails.RecommendedAction | Should -Not -BeNullOrEmpty
            }
        }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'in a world with a network' {
        BeforeAll { $null = Connect-AmlVnet -Simulator -VirtualClock }

        It '<script>: <id>' -ForEach $inHowTo {
            Assert-Refused @(Invoke-Line $script)
        }

        It '<script>: the engine says <id>' -ForEach $byEngine {
            $said = @(try { Invoke-Line $script } catch { $_ })
            $said.Count | Should -Be 1
            $said[0].FullyQualifiedErrorId | Should -BeLike "$id,AmlVnet.Cmdlets.*"
            @(Get-AmlSimulatorLog -WriteOnly) | Should -BeNullOrEmpty
        }

        It 'does not keep the rest of a pipeline from going on' {
            $said = @(Invoke-Line '$ids.Subnet, $ids.Workspace, "nonsense" | Get-AmlWorkspace -ResourceId { $_ }')
            @($said | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }).Count | Should -Be 2
            @($said | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }).Id | Should -Be $ids.Workspace
        }
    }

    Context 'in a world with a cluster' {
        BeforeAll { $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster }

        It '<script>: <id>' -ForEach $withCluster {
            Assert-Refused @(Invoke-Line $script)
        }
    }
}
