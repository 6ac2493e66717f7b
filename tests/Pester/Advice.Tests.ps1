# What an error recommends fits the state that it is given in: by the code that Azure gives, and never what Azure would refuse.
BeforeAll {
    . "$PSScriptRoot/World.ps1"
    $computes = 'Microsoft.MachineLearningServices/workspaces/computes'
    $assignment = "$($ids.Subscription)/providers/Microsoft.Authorization/policyAssignments/no-public-ip"

    function Get-Advice($Failure) { "$($Failure.ErrorDetails.RecommendedAction)" }
}

AfterAll { Disconnect-AmlVnet }

Describe 'A refusal' {
    BeforeEach { Connect-World how-to }

    It 'by a policy names the assignment, and the exemption that its owner can make' -ForEach @(
        @{ How = @{ Status = 403 }; Id = 'RequestRefused' }
        @{ How = @{ Kind = 'FailOperation' }; Id = 'OperationFailed' }
    ) {
        $said = "Resource 'x' was disallowed by policy. Policy identifiers: '[{`"policyAssignment`":{`"name`":`"No public IP`"," +
            "`"id`":`"$assignment`"},`"policyDefinition`":{`"name`":`"Deny`",`"id`":`"/p/Microsoft.Authorization/policyDefinitions/d`"}}]'."
        Set-AmlSimulator -Fault ($How + @{
                Method = 'PUT'; ResourceType = $computes; Code = 'RequestDisallowedByPolicy'; Message = $said
            })
        $failure = Get-Failure { New-AmlAksCompute @myaks @network } -Id $Id -Says 'RequestDisallowedByPolicy', $assignment -Recommends @(
            "az policy exemption create", "--policy-assignment '$assignment'", "--scope '$($ids.Subscription)/resourceGroups/myworkspacegroup'"
            '-LoadBalancerType InternalLoadBalancer'
        )
        Get-Advice $failure | Should -Not -Match 'Ask for the role|Wait'
    }

    It 'by a quota says where quotas are, and waits for nothing: <Code>' -ForEach @(
        @{ Code = 'QuotaExceeded'; Status = 409; Message = 'No cores are left in eastus2.' }
        @{ Code = 'ErrCode_InsufficientVCPUQuota'; Status = 400; Message = 'Insufficient vcpu quota requested 12, remaining 0, region eastus2.' }
        @{ Code = 'OperationNotAllowed'; Status = 409; Message = 'It exceeds the approved Total Regional Cores quota. Location: eastus2, Limit: 4' }
        @{ Code = 'PublicIPCountLimitReached'; Status = 400; Message = 'No more than 10 are allowed. Region eastus2' }
    ) {
        Set-AmlSimulator -Fault @{ Method = 'PUT'; ResourceType = $computes; Status = $Status; Code = $Code; Message = $Message }
        $failure = Get-Failure { New-AmlAksCompute @myaks @network } -Id RequestRefused -Says $Code -Recommends 'Quotas', 'usage'
        Get-Advice $failure | Should -Not -Match 'Wait'
        if ($Code -ne 'QuotaExceeded') { Get-Advice $failure | Should -Match '--location eastus2' }
    }

    It 'by a quota that left a failed compute is mended before it is tried again' {
        Set-AmlSimulator -Fault @{
            Method = 'PUT'; ResourceType = $computes; Kind = 'FailOperation'; Code = 'QuotaExceeded'; Message = 'No cores are left.'
        }
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Id OperationFailed -Recommends 'Quotas', 'az vm list-usage'
        $finding = Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-COMPUTE-004
        $finding.Recommendation | Should -BeLike '*az vm list-usage*Remove-AmlAksCompute*'
    }

    It 'by a lock is still told where the locks can''t be read' {
        Set-AmlSimulator -Fault @{
            Method = 'PUT'; ResourceType = $computes; Status = 409; Code = 'ScopeLocked'; Message = 'It is locked.'
        }, @{ Method = 'GET'; ResourceType = 'Microsoft.Authorization/locks'; PathContains = '/resourceGroups/'; Status = 503 }
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Id RequestRefused -Says 'ScopeLocked' -Recommends 'Delete the lock'
    }

    It 'by another operation is waited for: <Code>' -ForEach @(
        @{ Code = 'AnotherOperationInProgress'; Message = 'Busy.' }
        @{ Code = 'OperationNotAllowed'; Message = 'Operation is not allowed because there is an in progress update.' }
    ) {
        Set-AmlSimulator -Fault @{ Method = 'PUT'; ResourceType = $computes; Status = 400; Code = $Code; Message = $Message }
        $null = Get-Failure { New-AmlAksCompute @myaks @network } -Id RequestRefused -Recommends 'Wait until'
    }

    It 'whose code is not known keeps the service''s words and recommends nothing: HTTP <_>' -ForEach 400, 403, 409 {
        Set-AmlSimulator -Fault @{ Method = 'PUT'; ResourceType = $computes; Status = $_; Code = 'NeverSeen'; Message = 'Words of its own.' }
        $failure = Get-Failure { New-AmlAksCompute @myaks @network } -Id RequestRefused -Says 'NeverSeen: Words of its own.'
        Get-Advice $failure | Should -BeNullOrEmpty
    }
}

Describe 'What is wrong with the values' {
    BeforeAll { Connect-World how-to }

    It 'is said of the parameter, before anything is asked: -<Name> <Value>' -ForEach @(
        @{ Name = 'ServiceCidr'; Value = 'rubbish' }, @{ Name = 'DnsServiceIP'; Value = '10.0.0.300' }
        @{ Name = 'DockerBridgeCidr'; Value = '172.17.0.1' }
    ) {
        $values = $network + @{}
        $values[$Name] = $Value
        foreach ($command in { New-AmlAksCompute @myaks @values }, { Enable-AmlPrivateInference @myaks @values }) {
            $failure = Get-Failure $command -Id InvalidValue -Category InvalidArgument -Target $Value -Says "-$Name", $Value
            "$failure $(Get-Advice $failure)" | Should -Not -Match 'AMLVNET-|SkipCheck'
            Get-AmlSimulatorLog | Should -BeNullOrEmpty
        }
    }

    It 'is a combination where one is missing' {
        $failure = Get-Failure { New-AmlAksCompute @myaks -SubnetId $ids.Subnet -ServiceCidr 10.0.0.0/16 } -Id InvalidCombination `
            -Says '-DnsServiceIP, -DockerBridgeCidr are not'
        "$failure $(Get-Advice $failure)" | Should -Not -Match 'AMLVNET-|SkipCheck'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }
}

Describe '-SkipCheck' {
    It 'is not offered where Azure refuses the same by itself: <Rule>' -ForEach @(
        @{ Rule = 'AMLVNET-CIDR-002'; Change = @{ ServiceCidr = '10.1.0.0/17'; DnsServiceIP = '10.1.0.10' } }
        @{ Rule = 'AMLVNET-CIDR-005'; Change = @{ ServiceCidr = '172.30.0.0/16'; DnsServiceIP = '172.30.0.10' } }
        @{ Rule = 'AMLVNET-CIDR-007'; Change = @{ DnsServiceIP = '10.9.0.10' } }
        @{ Rule = 'AMLVNET-COMPUTE-001'; Change = @{ AgentCount = 2 } }
        @{ Rule = 'AMLVNET-SUBNET-001'; Change = @{ AgentCount = 900 } }
    ) {
        Connect-World how-to
        $values = $network + @{}
        foreach ($entry in $Change.GetEnumerator()) { $values[$entry.Key] = $entry.Value }
        $failure = Get-Failure { New-AmlAksCompute @myaks @values } -Id CheckFailed -Says $Rule
        Get-Advice $failure | Should -Not -BeNullOrEmpty
        Get-Advice $failure | Should -Not -Match 'SkipCheck'
        # So it does.
        $every = [regex]::Matches("$failure", 'AMLVNET-[A-Z]+-\d+').Value | Select-Object -Unique
        (Get-Outcome { New-AmlAksCompute @myaks @values -SkipCheck $every }).Error | Should -Not -BeNullOrEmpty
    }

    It 'is offered where the service may accept' {
        Connect-World (Get-GuardedWorld $denyAll @('ws1/aaa') -CutsNodes)
        $values = $network + @{}
        $values.VirtualNetworkResourceGroupName, $values.VirtualNetworkName, $values.SubnetName = 'g', 'v', 's'
        $values.Remove('VirtualNetworkResourceGroupName'); $values.Remove('VirtualNetworkName'); $values.Remove('SubnetName')
        $values.SubnetId = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
        Get-Failure { New-AmlAksCompute g ws1 another @values } -Id CheckFailed -Says 'AMLVNET-NSG-007' -Recommends '-SkipCheck AMLVNET-NSG-007'
    }
}

Describe 'Something that is not found' {
    BeforeAll { Connect-World existing-cluster }

    It 'comes with the names that there are: <What>' -ForEach @(
        @{ What = 'a compute'; Command = { Grant-AksNetworkContributor myworkspacegroup myworkspace myask }; Says = "Did you mean 'myaks'?", 'There is: myaks' }
        @{ What = 'a compute of a workspace that is not there'
            Command = { Set-AmlAksLoadBalancer myworkspacegroup myworkspac myaks -Type PublicIp }; Says = "Did you mean 'myworkspace'?" }
        @{ What = 'a workspace'; Command = { New-AmlAksCompute myworkspacegroup myworkspacee myaks @network }; Says = "Did you mean 'myworkspace'?" }
        @{ What = 'a cluster'; Command = { Get-AksClusterIdentity -ResourceGroupName myaksgroup -ClusterName myakscluste }
            Says = "Did you mean 'myakscluster'?" }
        @{ What = 'a cluster of another group'; Command = { Get-AksClusterIdentity -ResourceGroupName mygroup -ClusterName myakscluster }
            Says = 'The resource group mygroup has no clusters', 'myaksgroup/myakscluster' }
        @{ What = 'a virtual network'
            Command = { New-AmlAksCompute myworkspacegroup myworkspace another -SubnetId $ids.Subnet.Replace('mynetwork', 'mynetwrok') `
                    -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 }
            Says = "Did you mean 'mynetwork'?" }
    ) {
        $null = Get-Failure $Command -Id ResourceNotFound -Category ObjectNotFound -Says $Says
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'of a subnet comes with the subnets' {
        $null = Get-Failure {
            New-AmlAksCompute myworkspacegroup myworkspace another -SubnetId $ids.Subnet.Replace('default', 'defualt') `
                -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16
        } -Id ResourceNotFound -Recommends "Did you mean 'default'?"
    }

    It 'of a size comes with those that are like it, and not with all' {
        Connect-World how-to
        $failure = Get-Failure { New-AmlAksCompute @myaks @network -AgentVmSize Standard_D3_v22 } -Id InvalidValue -Says "Did you mean", "'Standard_D3_v2'"
        "$failure".Length | Should -BeLessThan 500
    }

    It 'is still said where the names can''t be read' {
        Connect-World existing-cluster
        Set-AmlSimulator -Fault @{ Method = 'GET'; PathContains = '/computes?'; Status = 503 }, @{
            Method = 'GET'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Nth = 2; Status = 503
        }
        $null = Get-Failure { Grant-AksNetworkContributor myworkspacegroup myworkspace myask } -Id ResourceNotFound
    }
}

Describe 'A right that an internal endpoint needs' {
    BeforeEach {
        Connect-World existing-cluster
        $null = $ids.Compute | Enable-AmlPrivateInference
    }

    It 'is not taken where nobody can be asked, and -Force answers' {
        Get-Failure { $ids.Compute | Revoke-AksNetworkContributor } -Id CannotAsk -Says 'is internal (10.' -Recommends '-Force'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        ($ids.Compute | Revoke-AksNetworkContributor -Force).IsChanged | Should -BeTrue
    }

    It 'is asked for once at a prompt, and kept after a no' {
        $outcome = Invoke-AtPrompt { $ids.Compute | Revoke-AksNetworkContributor } -Answer 'No'
        $outcome.Question | Should -HaveCount 1
        $outcome.Error | Should -BeNullOrEmpty
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'is asked for where the cluster is named, and not under -WhatIf' {
        Get-Failure { $ids.ExistingCluster | Revoke-AksNetworkContributor } -Id CannotAsk -Says 'is internal (10.'
        (Get-Outcome { $ids.ExistingCluster | Revoke-AksNetworkContributor -WhatIf }).Error | Should -BeNullOrEmpty
    }

    It 'is taken without a question once the endpoint is public' {
        $null = $ids.Compute | Set-AmlAksLoadBalancer -Type PublicIp
        ($ids.Compute | Revoke-AksNetworkContributor).IsChanged | Should -BeTrue
    }
}

Describe 'A -PrincipalId' {
    BeforeEach { Connect-World existing-cluster }

    It 'that is not the cluster''s identity is warned of at once by <_>' -ForEach 'Grant', 'Revoke' {
        $own = ($ids.Compute | Get-AksClusterIdentity).PrincipalId
        $command = [scriptblock]::Create("`$ids.Compute | $_-AksNetworkContributor -WhatIf -PrincipalId 11111111-2222-3333-4444-555555555555")
        $told = @((Get-Outcome $command).Warning -match 'is not the identity of cluster myakscluster')
        $told | Should -HaveCount 1
        $told[0] | Should -Match $own
        $command = [scriptblock]::Create("`$ids.Compute | $_-AksNetworkContributor -WhatIf -PrincipalId $own")
        (Get-Outcome $command).Warning | Should -BeNullOrEmpty
    }

    It 'that is the client id of the service principal is told from its object id' {
        Connect-World service-principal
        $other = ($ids.ExistingCluster | Get-AksClusterIdentity).ClientId
        $outcome = Get-Outcome { $ids.ExistingCluster | Grant-AksNetworkContributor -WhatIf -PrincipalId $other }
        @($outcome.Warning -match 'client id of the service principal') | Should -HaveCount 1
    }
}

Describe 'A cluster without a way out of AKS''s making' {
    It 'is not given one by any advice: outbound type <Type>, <With>' -ForEach @(
        @{ Type = 'none'; With = 'no route' }, @{ Type = 'none'; With = 'a route' }, @{ Type = 'block'; With = 'a route' }
    ) {
        $world = Get-GuardedWorld $denyProbe @('ws1/aaa')
        $world.computes = @(@{ workspace = 'g/Microsoft.MachineLearningServices/workspaces/ws1'; name = 'aaa'
                cluster = 'g/Microsoft.ContainerService/managedClusters/shut' })
        $world.clusters = @(@{
                resourceGroup = 'g'; name = 'shut'; nodes = 3; vmSize = 'Standard_D4s_v5'; serviceCidr = '172.20.0.0/16'
                dnsServiceIP = '172.20.0.10'; subnet = 'g/Microsoft.Network/virtualNetworks/v/subnets/s'
                properties = @{ networkProfile = @{ outboundType = $Type } }
            })
        $world.virtualNetworks[0].subnets[0].defaultOutboundAccess = $false
        if ($With -eq 'a route') {
            $route = @{ addressPrefix = '0.0.0.0/0'; nextHopType = 'VirtualAppliance'; nextHopIpAddress = '10.1.8.4' }
            $world.routeTables = @(@{ resourceGroup = 'g'; name = 'rt'; routes = @(@{ name = 'out'; properties = $route }) })
            $world.virtualNetworks[0].subnets[0].routeTable = 'rt'
        }
        Connect-World $world
        $findings = @(Get-AmlAksCompute g ws1 aaa | Test-AmlAksNetwork -Rule AMLVNET-OUTBOUND-001, AMLVNET-OUTBOUND-002)
        $findings | Should -Not -BeNullOrEmpty
        "$($findings.Recommendation)" | Should -Not -Match 'nat gateway|--nat-gateway|--outbound-type'
    }
}

Describe 'What can''t be undone' {
    It 'is not done for a compute that can''t be made: a failed one stays' {
        Connect-World how-to
        Set-AmlSimulator -Fault @{ Method = 'PUT'; Kind = 'FailOperation'; Code = 'Broken'; Message = 'It broke.'; Times = 1 }
        $null = Get-Outcome { New-AmlAksCompute @myaks @network }
        (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Failed'
        foreach ($command in { Enable-AmlPrivateInference @myaks @network -AgentCount 2 },
            { New-AmlAksCompute @myaks @network -AgentCount 2 -LoadBalancerType InternalLoadBalancer }) {
            $null = Get-Failure $command -Id CheckFailed -Says 'AMLVNET-COMPUTE-001', 'Nothing was changed.'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    It 'is not begun where the load balancer''s subnet can''t take the address: <Why>' -ForEach @(
        @{ Why = 'it is not there'; Name = 'nowhere'; Says = 'nowhere' }
        @{ Why = 'it is delegated'; Name = 'lb'; Says = 'AMLVNET-SUBNET-002' }
    ) {
        Connect-World (Get-GuardedWorld $denyProbe @('ws1/aaa') -Delegation 'Microsoft.Web/serverFarms')
        $values = @{
            SubnetId = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
            ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
        }
        foreach ($command in { Enable-AmlPrivateInference g ws1 another @values -LoadBalancerSubnetName $Name },
            { Enable-AmlPrivateInference g ws1 aaa -LoadBalancerSubnetName $Name }) {
            $outcome = Get-Outcome $command
            $outcome.Error | Should -HaveCount 1
            "$($outcome.Error[0])" | Should -Match $Says
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    It 'is not begun where the security group that is to be opened can''t be read' {
        Connect-World (Get-GuardedWorld $denyProbe @('ws1/aaa'))
        Set-AmlSimulator -Fault @{
            Method = 'GET'; ResourceType = 'Microsoft.Network/networkSecurityGroups'; PathContains = '/networkSecurityGroups/nsg'
            Status = 403; Code = 'AuthorizationFailed'; Message = 'Not you.'
        }
        $null = Get-Failure { Get-AmlAksCompute g ws1 aaa | Enable-AmlPrivateInference } -Id NotReadable
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }
}
