# What could not be looked at is said, once; and what does not answer ends a command before it writes.
BeforeAll {
    . "$PSScriptRoot/World.ps1"

    # What a command reads and writes, as resource ids and lists, without what comes after.
    function Get-Request([switch] $Write) {
        @(Get-AmlSimulatorLog | Where-Object { ($_.Method -eq 'GET') -ne $Write } | ForEach-Object Path | Select-Object -Unique)
    }

    # A subnet behind a firewall: a route sends all traffic there, and a rule denies the internet.
    function Get-FirewalledWorld {
        $deny = @{
            protocol = '*'; sourcePortRange = '*'; destinationPortRange = '*'; sourceAddressPrefix = '*'
            destinationAddressPrefix = 'Internet'; access = 'Deny'; priority = 200; direction = 'Outbound'
        }
        $route = @{ addressPrefix = '0.0.0.0/0'; nextHopType = 'VirtualAppliance'; nextHopIpAddress = '10.1.9.4' }
        @{
            resourceGroups        = @(@{ name = 'g'; location = 'eastus2' })
            networkSecurityGroups = @(@{ resourceGroup = 'g'; name = 'nsg'; securityRules = @(@{ name = 'DenyInternet'; properties = $deny }) })
            routeTables           = @(@{ resourceGroup = 'g'; name = 'rt'; routes = @(@{ name = 'default'; properties = $route }) })
            virtualNetworks       = @(@{
                    resourceGroup = 'g'; name = 'vnet'; addressPrefixes = @('10.1.0.0/16')
                    subnets       = @(
                        @{ name = 'nodes'; addressPrefix = '10.1.0.0/22'; networkSecurityGroup = 'nsg'; routeTable = 'rt' }
                        @{ name = 'firewall'; addressPrefix = '10.1.9.0/24' }
                    )
                })
            storageAccounts       = @(@{ resourceGroup = 'g'; name = 'account' })
            workspaces            = @(@{ resourceGroup = 'g'; name = 'wsp'; storageAccount = 'g/Microsoft.Storage/storageAccounts/account' })
        }
    }
    $firewalled = $network + @{}
    $firewalled.VirtualNetworkResourceGroupName, $firewalled.VirtualNetworkName, $firewalled.SubnetName = 'g', 'vnet', 'nodes'
}

Describe 'A read that gets no answer before the first write' {
    Context '<Name>' -ForEach @(
        @{ Name = 'New-AmlAksCompute'; World = 'how-to'; Command = { New-AmlAksCompute @myaks @network } }
        @{ Name = 'Grant-AksNetworkContributor'; World = 'existing-cluster'; Command = { $ids.Compute | Grant-AksNetworkContributor } }
        @{ Name = 'Enable-AmlPrivateInference'; World = 'existing-cluster'; Command = { $ids.Compute | Enable-AmlPrivateInference } }
        @{ Name = 'Enable-AmlStudioAccess'; World = 'existing-cluster'; Command = { $ids.Compute | Enable-AmlStudioAccess } }
        @{ Name = 'Remove-AmlAksCompute'; World = 'existing-cluster'; Command = { Remove-AmlAksCompute @myaks } }
    ) {
        BeforeAll {
            Connect-World $World
            $null = Get-Outcome ([scriptblock]::Create("$Command -WhatIf"))
            $reads = Get-Request
        }

        It 'ends it with <_>, whichever it is, and nothing is written' -ForEach 429, 503 {
            $reads | Should -Not -BeNullOrEmpty
            foreach ($read in $reads) {
                # What a connection asks once was asked already.
                Connect-World $World
                Set-AmlSimulator -Fault @{ Method = 'GET'; PathContains = $read; Status = $_; Code = 'Busy'; Message = 'Not now.' }
                $failure = Get-Failure $Command -Id RequestRefused -Says 'Not now.'
                $failure.ErrorDetails.RecommendedAction | Should -Not -Match 'Reader'
                Get-Request -Write | Should -BeNullOrEmpty -Because $read
            }
        }
    }

    It 'keeps a compute whose remains can''t be told' {
        Connect-World existing-cluster
        Set-AmlSimulator -Fault @{ Method = 'GET'; ResourceType = 'Microsoft.Network/loadBalancers'; Status = 503 }
        $null = Get-Failure { Remove-AmlAksCompute @myaks } -Id RequestRefused
        Get-Request -Write | Should -BeNullOrEmpty
    }

    It 'is not taken for the absence of what it was to show' {
        Connect-World existing-cluster
        Set-AmlSimulator -Fault @{ Method = 'GET'; ResourceType = 'Microsoft.Network/networkSecurityGroups'; Status = 503 }
        $null = Get-Failure { Get-AmlAksCompute @myaks | Test-AmlAksNetwork } -Id RequestRefused
    }
}

Describe 'What this sign-in may not read' {
    It 'is one warning that names the rules and gives the reason once' {
        Connect-World how-to
        Set-AmlSimulator -Fault @{
            Method = 'GET'; ResourceType = 'Microsoft.Network/virtualNetworks'; Status = 403; Code = 'AuthorizationFailed'; Message = 'Not you.'
        }
        $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -WhatIf }
        $outcome.Error | Should -BeNullOrEmpty
        $told = @($outcome.Warning -match 'Not checked')
        $told | Should -HaveCount 1
        $told[0] | Should -Match 'AMLVNET-CIDR-002'
        $told[0] | Should -Match 'AMLVNET-SUBNET-001'
        [regex]::Matches("$told", 'Not you\.').Count | Should -BeLessOrEqual 2
    }

    It 'is said of a region and of a service tag that can''t be looked up' {
        Connect-World how-to
        Set-AmlSimulator -Fault @{ Method = 'GET'; PathContains = '/locations'; Status = 403; Code = 'AuthorizationFailed'; Message = 'No.' }
        $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -Location eastus2 -WhatIf }
        @($outcome.Warning -match "Not checked: whether the subscription has the region 'eastus2'") | Should -HaveCount 1
        Connect-World (Get-GuardedWorld $denyProbe @('ws1/aaa') -Internal)
        Set-AmlSimulator -Fault @{ Method = 'GET'; PathContains = '/serviceTags'; Status = 403; Code = 'AuthorizationFailed'; Message = 'No.' }
        $outcome = Get-Outcome { Get-AmlAksCompute g ws1 aaa | Enable-AmlScoringAccess -SourceAddressPrefix AzureCloud -WhatIf }
        @($outcome.Warning -match 'Not checked: whether Azure lists AzureCloud') | Should -HaveCount 1
    }

    It 'is said once where several records meet it' {
        Connect-World (Get-GuardedWorld $denyProbe 'ws1/aaa', 'ws1/bbb')
        Set-AmlSimulator -Fault @{
            Method = 'GET'; ResourceType = 'Microsoft.Authorization/roleAssignments'; Status = 403; Code = 'AuthorizationFailed'; Message = 'No.'
        }
        $outcome = Get-Outcome {
            Get-AmlAksCompute g ws1 | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WhatIf -SkipCheck AMLVNET-NSG-002
        }
        @($outcome.Warning -match 'Not checked') | Should -HaveCount 1
    }
}

Describe 'What can''t be decided behind a firewall route' {
    It 'is one warning of New-AmlAksCompute, which names the services' {
        Connect-World (Get-FirewalledWorld)
        $outcome = Get-Outcome { New-AmlAksCompute g wsp myaks @firewalled -WhatIf }
        $outcome.Error | Should -BeNullOrEmpty
        $told = @($outcome.Warning -match 'Not checked')
        $told | Should -HaveCount 1
        foreach ($part in 'AMLVNET-NSG-003', 'AMLVNET-NSG-004', 'AzureMachineLearning', 'AMLVNET-NSG-008') { $told[0] | Should -Match $part }
        [regex]::Matches($told[0], 'default route').Count | Should -Be 1
    }

    It 'is not said of what the user leaves out' {
        Connect-World (Get-FirewalledWorld)
        $outcome = Get-Outcome {
            New-AmlAksCompute g wsp myaks @firewalled -WhatIf -SkipCheck AMLVNET-NSG-003, AMLVNET-NSG-004, AMLVNET-NSG-008
        }
        @($outcome.Warning -match 'Not checked') | Should -BeNullOrEmpty
    }
}
