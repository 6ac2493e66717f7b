Describe 'Set-AmlAksLoadBalancer' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        function Grant-Right { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor }

        function Set-Private { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer @args }

        function Get-SimulatedTime { (Set-AmlSimulator -PassThru).Time }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'the one chain that the module exists for' {
        It 'ends with a private address in the subnet, with <Scenario>' -ForEach @(
            @{ Scenario = 'how-to' }
            @{ Scenario = 'user-assigned' }
            @{ Scenario = 'service-principal' }
        ) {
            Connect-World $Scenario
            # Two of the worlds have a compute named myaks already.
            $compute = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace | New-AmlAksCompute -Name newaks @network |
                Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer

            "$($compute.LoadBalancerType)" | Should -Be 'InternalLoadBalancer'
            $compute.LoadBalancerSubnet | Should -BeExactly 'default'
            $compute.ScoringIPAddress | Should -BeLike '10.1.0.*'
            $compute.IsPrivate | Should -BeTrue
            $compute.PreviousScoringIPAddress | Should -Not -BeNullOrEmpty
            $compute.PreviousScoringIPAddress | Should -Not -Be $compute.ScoringIPAddress
        }

        It 'changes nothing the second time' {
            Connect-World
            $first = Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer

            $second = Get-Outcome {
                Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            }

            $second.Error | Should -BeNullOrEmpty
            $second.Output | Should -HaveCount 1
            $second.Output[0].ScoringIPAddress | Should -Be $first.ScoringIPAddress
            $second.Output[0].ModifiedOn | Should -Be $first.ModifiedOn
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            @($second.Verbose) -match 'Found existing' | Should -Not -BeNullOrEmpty
        }

        It 'sends the switch again while the right is fresh, and says how old it is' {
            Connect-World
            Set-AmlSimulator -RoleAssignmentDelay 00:25:00

            $outcome = Invoke-AtPrompt {
                Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.IsPrivate | Should -BeTrue
            @((Get-AmlSimulatorLog -WriteOnly).Path -like '*/computes/myaks').Count | Should -BeGreaterThan 3
            $ages = @($outcome.Progress.StatusDescription | Where-Object { $_ -match 'granted (\d+) min ago' } |
                ForEach-Object { [int]($_ -replace '.*granted (\d+) min ago.*', '$1') })
            $ages.Count | Should -BeGreaterThan 2
            $ages | Should -Be @($ages | Sort-Object)
            $ages[-1] | Should -BeGreaterOrEqual 5
            $ages[-1] | Should -BeLessThan 60
        }

        It 'waits for a compute that is being made' {
            Connect-World
            $null = New-AmlAksCompute @myaks @network -NoWait
            (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Creating'

            (Grant-Right | Set-AmlAksLoadBalancer -Type InternalLoadBalancer).IsPrivate | Should -BeTrue
        }
    }

    Context 'a cluster with the right' {
        BeforeEach {
            Connect-World existing-cluster
            $script:access = Grant-Right
        }

        It 'moves the address to the cluster''s own subnet, and tells old and new' {
            $before = (Get-AmlAksCompute @myaks).ScoringIPAddress

            $outcome = Get-Outcome { Set-Private }

            $outcome.Error | Should -BeNullOrEmpty
            $compute = $outcome.Output[0]
            $compute | Should -BeOfType 'AmlVnet.AksCompute'
            "$($compute.LoadBalancerType)" | Should -Be 'InternalLoadBalancer'
            $compute.IsPrivate | Should -BeTrue
            # There is a subnet named aks-subnet too; it is not taken for its name.
            $compute.LoadBalancerSubnet | Should -BeExactly 'default'
            $compute.ScoringIPAddress | Should -BeLike '10.1.0.*'
            $compute.PreviousScoringIPAddress | Should -Be $before
            $outcome.Verbose | Should -Contain "Scoring address of myaks: $before -> $($compute.ScoringIPAddress)."
        }

        It 'sends nothing when it is so already, whatever names the compute' {
            $copy = Copy-ByClixml (Get-AmlAksCompute @myaks)
            $access = Copy-ByClixml $script:access
            $first = Set-Private
            $ways = @(
                { Set-AmlAksLoadBalancer myworkspacegroup myworkspace myaks -Type InternalLoadBalancer }
                { Set-AmlAksLoadBalancer -ResourceId $ids.Compute -LoadBalancerType InternalLoadBalancer }
                { $ids.Compute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
                { [pscustomobject]@{ Id = $ids.Compute } | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
                { $copy | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
                { $access | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
                { Get-AmlAksCompute @myaks | Get-AksClusterIdentity | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
                { $first | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
            )

            foreach ($way in $ways) {
                $outcome = Get-Outcome $way
                $outcome.Error | Should -BeNullOrEmpty -Because $way
                $outcome.Output | Should -HaveCount 1 -Because $way
                $outcome.Output[0].ScoringIPAddress | Should -Be $first.ScoringIPAddress -Because $way
                $outcome.Output[0].ModifiedOn | Should -Be $first.ModifiedOn -Because $way
                @($outcome.Verbose) -match 'already; nothing is sent' | Should -Not -BeNullOrEmpty -Because $way
                Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty -Because $way
            }
        }

        It 'takes another subnet of the network' {
            $compute = Set-Private -SubnetName aks-subnet
            $compute.LoadBalancerSubnet | Should -BeExactly 'aks-subnet'
            $compute.ScoringIPAddress | Should -BeLike '10.1.1.*'

            $compute = Set-Private -SubnetName default
            $compute.ScoringIPAddress | Should -BeLike '10.1.0.*'
            $compute.PreviousScoringIPAddress | Should -BeLike '10.1.1.*'
        }

        It 'goes back to the public address' {
            $inside = Set-Private
            $compute = Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type PublicIp
            "$($compute.LoadBalancerType)" | Should -Be 'PublicIp'
            $compute.IsPrivate | Should -BeFalse
            $compute.PreviousScoringIPAddress | Should -Be $inside.ScoringIPAddress
            $compute.LoadBalancerSubnet | Should -BeNullOrEmpty
            (Get-Outcome { Set-AmlAksLoadBalancer @myaks -Type PublicIp }).Error | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'changes nothing under -WhatIf, shows before and after, and waits for nothing' {
            $address = (Get-AmlAksCompute @myaks).ScoringIPAddress
            $before = Get-SimulatedTime

            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WhatIf }

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Text | Should -Match ([regex]::Escape(
                    'What if: [simulator] Set the load balancer of myaks: PublicIp -> InternalLoadBalancer with an address ' +
                    "of subnet default (scoring address now $address) (`"$($ids.Compute)`")."))
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            Get-SimulatedTime | Should -Be $before
        }

        It 'asks with before and after' {
            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -Confirm } -Answer No
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Question | Should -HaveCount 1
            $outcome.Question[0] | Should -BeLike '*PublicIp -> InternalLoadBalancer*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            (Invoke-AtPrompt {
                Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -Confirm
            } -Answer Yes).Output.IsPrivate | Should -BeTrue
        }

        It 'says how to go on when a wait outlasts the timeout' {
            Set-AmlSimulator -Setting @{ switchMinutes = 600 }
            Get-Failure { Set-Private -TimeoutSeconds 300 } -Id WaitTimedOut -Category OperationTimeout -Target $ids.Compute `
                -Says 'It may still go on.' `
                -Recommends "Wait-AmlOperation -ResourceId '$($ids.Compute)'"
        }

        It 'waits for another change that is going on' {
            Connect-World existing-cluster
            Set-AmlSimulator -RoleAssignmentDelay 0
            $null = Grant-Right
            $null = Set-Private -NoWait
            (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Updating'

            $outcome = Invoke-AtPrompt { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.IsPrivate | Should -BeTrue
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            $outcome.Progress | Where-Object {
                $_.Activity -ceq 'Waiting for myaks to be ready' -and $_.StatusDescription -clike 'Updating*'
            } | Should -Not -BeNullOrEmpty
        }

        It 'is followed where its answer is lost' {
            Set-AmlSimulator -Fault @{
                method = 'PUT'; times = 1; kind = 'LostAnswer'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'
            }
            (Set-Private).IsPrivate | Should -BeTrue
        }
    }

    Context 'a switch that does not end' {
        BeforeEach {
            Connect-World existing-cluster
            Set-AmlSimulator -Setting @{ assignmentSeconds = 0; switchMinutes = 600 }
            $null = Grant-Right
        }

        It 'is given up with its cause, and the command that is named mends it' {
            $null = Set-Private -NoWait
            $null = Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -Confirm:$false -WarningAction SilentlyContinue

            $late = Get-Failure { Set-Private -TimeoutSeconds 300 } -Id NotSwitched -Category OperationTimeout -Target $ids.Compute `
                -Says 'Updating', 'Most likely:', 'No role assignment' -Recommends 'Grant-AksNetworkContributor', 'Run the same command again'
            $null = Get-Failure { Wait-AmlOperation -ResourceId $ids.Compute -TimeoutSeconds 300 } -Id WaitTimedOut -Category OperationTimeout `
                -Target $ids.Compute -Says 'Most likely:', 'No role assignment' -Recommends 'Grant-AksNetworkContributor', 'Wait-AmlOperation'
            $found = Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-COMPUTE-004 |
                Where-Object { $_.Evidence -clike '*Updating*' }
            $found.Status | Should -Be 'Warning'
            $found.Evidence | Should -BeLike '*does not end*No role assignment*'
            $found.Recommendation | Should -BeLike 'Grant-AksNetworkContributor*Set-AmlAksLoadBalancer*'

            $mend = $late.ErrorDetails.RecommendedAction.Split("`n")[0].Trim()
            $mend | Should -Be $found.Recommendation
            $null = & ([scriptblock]::Create("$mend -TimeoutSeconds 86400"))
            (Get-AmlAksCompute @myaks).IsPrivate | Should -BeTrue
        }

        It 'is given up by the one who began it with what broke in the meantime' {
            $job = Set-Private -NoWait
            $job.Kind | Should -BeExactly 'SetAksLoadBalancer'
            $null = Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -Confirm:$false -WarningAction SilentlyContinue
            $null = Get-Failure { $job | Wait-AmlOperation } -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'Scoring FE IP address not updated yet.', 'Most likely: No role assignment' -Recommends 'Grant-AksNetworkContributor'
        }

        It 'names a right that may not have taken effect' {
            $failure = Get-Failure { Set-Private -TimeoutSeconds 300 } -Id WaitTimedOut -Category OperationTimeout -Target $ids.Compute `
                -Says 'Most likely: The right on the subnet was granted', 'up to 60 min'
            $failure.ErrorDetails.RecommendedAction.Split("`n")[0].Trim() | Should -Be "Wait-AmlOperation -ResourceId '$($ids.Compute)'"
        }

        It 'names the place that looks where all is in order' {
            Set-AmlSimulator -Advance 02:00:00
            $null = Get-Failure { Set-Private -TimeoutSeconds 300 } -Id WaitTimedOut -Category OperationTimeout -Target $ids.Compute `
                -Says 'Most likely:', 'events' -Recommends 'Wait-AmlOperation', 'kubectl describe service azureml-fe'
        }
    }

    Context 'a right that is never felt' {
        BeforeEach {
            Connect-World existing-cluster
            Set-AmlSimulator -Setting @{ assignmentSeconds = 10000000 }
            $null = Grant-Right
            $script:start = Get-SimulatedTime
        }

        It 'is given up after an hour' {
            Get-Failure { Set-Private -TimeoutSeconds 86400 } -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'Scoring FE IP address not updated yet.'
            $minutes = ((Get-SimulatedTime) - $script:start).TotalMinutes
            $minutes | Should -BeGreaterOrEqual 50
            $minutes | Should -BeLessOrEqual 75
        }

        It 'is given up at the timeout' {
            Get-Failure { Set-Private -TimeoutSeconds 600 } -Id WaitTimedOut -Category OperationTimeout -Target $ids.Compute `
                -Says 'The try before failed:', 'Scoring FE IP address not updated yet.'
            ((Get-SimulatedTime) - $script:start).TotalMinutes | Should -BeLessThan 15
        }
    }

    Context 'a cluster without the right' {
        BeforeEach { Connect-World existing-cluster }

        It 'refuses with the finding, and the command that it names mends it' {
            $failure = Get-Failure { Set-Private } -Id CheckFailed -Category InvalidOperation -Target $ids.Subnet `
                -Says 'AMLVNET-RBAC-001', 'subnets/join/action', 'Nothing was changed.' `
                -Recommends "Grant-AksNetworkContributor -InputObject '", '-SkipCheck AMLVNET-RBAC-001 goes on all the same.'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            (Get-AmlAksCompute @myaks).IsPrivate | Should -BeFalse

            $command = [scriptblock]::Create($failure.ErrorDetails.RecommendedAction.Split("`n")[0].Trim())
            (& $command).IsGranted | Should -BeTrue
            (Set-Private).IsPrivate | Should -BeTrue
        }

        It 'says so under -WhatIf too' {
            Get-Failure { Set-Private -WhatIf } -Id CheckFailed -Category InvalidOperation -Target $ids.Subnet -Says 'AMLVNET-RBAC-001'
        }

        It 'lets the service say why not where the check is skipped, and can be switched once the right is there' {
            $outcome = Get-Outcome { Set-Private -SkipCheck AMLVNET-RBAC-001 }

            @($outcome.Warning) -like 'AMLVNET-RBAC-001: *' | Should -Not -BeNullOrEmpty
            $failure = Get-Failure -Outcome $outcome -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'Scoring FE IP address not updated yet.',
            'does not have authorization to perform action ''Microsoft.Network/virtualNetworks/subnets/read'''
            $failure.Exception.Code | Should -Be 'BadRequest'
            $failure.Exception.Error.Details[0].Code | Should -Be 'LoadBalancerNotReady'
            @(Get-AmlSimulatorLog -WriteOnly) | Should -HaveCount 1
            $compute = Get-AmlAksCompute @myaks
            $compute.ProvisioningState | Should -Be 'Failed'
            $compute.Errors[0].Message | Should -BeExactly 'Scoring FE IP address not updated yet.'

            $null = Grant-Right
            (Set-Private).IsPrivate | Should -BeTrue
        }

        It 'warns of what can not be checked, and a failure names the grant' {
            Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/*'

            $outcome = Get-Outcome { Set-Private -SubnetName aks-subnet }

            @($outcome.Warning) -match 'Not checked: AMLVNET-RBAC-001' | Should -Not -BeNullOrEmpty
            $mends = "Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName 'aks-subnet'"
            Get-Failure -Outcome $outcome -Recommends $mends
        }

        It 'takes the age of a grant from the pipeline where the assignments can not be read' {
            Set-AmlSimulator -RoleAssignmentDelay 00:10:00
            $access = Grant-Right
            Set-AmlSimulator -CallerNotAction 'Microsoft.Authorization/*'

            $outcome = Get-Outcome { $access | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output.IsPrivate | Should -BeTrue
        }

        It 'asks for the compute''s name where the access is of a bare cluster' {
            Get-Failure { $ids.ExistingCluster | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer } `
                -Id ComputeNotNamed `
                -Recommends '-ResourceGroupName', '-WorkspaceName', '-Name'
            @(Get-AmlSimulatorLog -WriteOnly | Where-Object Path -Like '*/computes/*') | Should -BeNullOrEmpty
        }
    }

    Context 'a compute that is being made' {
        BeforeEach {
            Connect-World
            $null = New-AmlAksCompute @myaks @network -NoWait
        }

        It 'says so under -WhatIf and waits for nothing: <Command>' -ForEach @(
            @{ Command = { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -WhatIf } }
            @{ Command = { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -WhatIf } }
            @{ Command = { Enable-AmlScoringAccess @myaks -WhatIf } }
            @{ Command = { Get-AmlAksCompute @myaks | Enable-AmlPrivateInference -WhatIf } }
            @{ Command = { Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor -WhatIf } }
        ) {
            $before = Get-SimulatedTime
            Get-Failure $Command -Id WrongState -Category InvalidOperation -Target $ids.Compute -Says 'Creating' `
                -Recommends 'Wait-AmlOperation'
            Get-SimulatedTime | Should -Be $before
        }

        It 'is said not to be switched when it is not ready in time' {
            Get-Failure { Set-Private -TimeoutSeconds 30 } -Id NotSwitched -Category OperationTimeout -Target $ids.Compute `
                -Says 'was not switched', 'Creating' `
                -Recommends 'Run the same command again'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    It 'leaves what else the compute has as it is' {
        Connect-World
        $folder = [System.IO.Directory]::CreateTempSubdirectory('amlvnet').FullName
        try {
            $key = [System.Security.Cryptography.RSA]::Create(2048)
            $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new('CN=www.contoso.com', $key,
                [System.Security.Cryptography.HashAlgorithmName]::SHA256, [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
            $certificate = $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1))
            [System.IO.File]::WriteAllText("$folder/cert.pem", $certificate.ExportCertificatePem())
            [System.IO.File]::WriteAllText("$folder/key.pem", $key.ExportPkcs8PrivateKeyPem())
            $null = New-AmlAksCompute @myaks @network -SslCertificatePath "$folder/cert.pem" -SslKeyPath "$folder/key.pem" `
                -SslCname www.contoso.com `
                -Description 'for scoring' -Tag @{ team = 'ml' } -AgentCount 4 -ClusterPurpose DenseProd
        } finally {
            [System.IO.Directory]::Delete($folder, $true)
        }
        $before = Send-SimulatorRequest GET "$($ids.Compute)?api-version=2023-10-01"

        $compute = Grant-Right | Set-AmlAksLoadBalancer -Type InternalLoadBalancer

        $compute.SslStatus | Should -Be 'Enabled'
        $compute.SslCname | Should -BeExactly 'www.contoso.com'
        $compute.Description | Should -BeExactly 'for scoring'
        $compute.Tags['team'] | Should -BeExactly 'ml'
        $compute.AgentCount | Should -Be 4
        $after = Send-SimulatorRequest GET "$($ids.Compute)?api-version=2023-10-01"
        foreach ($one in $before, $after) {
            $one.properties.Remove('modifiedOn')
            foreach ($changed in 'loadBalancerType', 'loadBalancerSubnet', 'systemServices') { $one.properties.properties.Remove($changed) }
        }
        ConvertTo-Json $after -Depth 20 | Should -BeExactly (ConvertTo-Json $before -Depth 20)
        ConvertTo-Json $after -Depth 20 | Should -BeLike '*www.contoso.com*'
    }

    It 'refuses with a certificate of Microsoft''s' {
        Connect-World
        $null = New-AmlAksCompute @myaks @network -SslLeafDomainLabel contoso
        $null = Grant-Right
        Get-Failure { Set-Private } -Id CheckFailed -Category InvalidOperation -Target $ids.Compute -Says 'AMLVNET-COMPUTE-006', 'contoso'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'refuses a subnet without a free address before anything is sent' {
        $names = 'myaks', 'one', 'two', 'three'
        Connect-World @{
            resourceGroups  = @(@{ name = 'myworkspacegroup'; location = 'eastus2' }, @{ name = 'mygroup'; location = 'eastus2' })
            virtualNetworks = @(@{
                    resourceGroup = 'mygroup'; name = 'mynetwork'; addressPrefixes = @('10.1.0.0/16')
                    subnets       = @(@{ name = 'nodes'; addressPrefix = '10.1.0.0/24' }, @{ name = 'tiny'; addressPrefix = '10.1.1.0/29' })
                })
            workspaces      = @(@{ resourceGroup = 'myworkspacegroup'; name = 'myworkspace' })
            computes        = @($names | ForEach-Object {
                    @{
                        workspace = 'myworkspacegroup/Microsoft.MachineLearningServices/workspaces/myworkspace'; name = $_; nodes = 1
                        maxPods = 10
                        clusterPurpose = 'DevTest'; subnet = 'mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/nodes'
                    }
                })
        }
        $null = Grant-Right
        $null = $names[1..3] | ForEach-Object { Get-AmlAksCompute myworkspacegroup myworkspace $_ } | Grant-AksNetworkContributor |
            Set-AmlAksLoadBalancer -Type InternalLoadBalancer -SubnetName tiny

        Get-Failure { Set-Private -SubnetName tiny } -Id CheckFailed -Category InvalidOperation -Target "$($ids.Network)/subnets/tiny" `
            -Says 'AMLVNET-SUBNET-004'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'is completed: <Line>' -ForEach @(
        @{
            Line = 'Set-AmlAksLoadBalancer -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0001'
            Value = 'fleet0001'; ToolTip = 'PublicIp'
        }
        @{
            Line = 'Set-AmlAksLoadBalancer -ResourceGroupName myworkspacegroup -WorkspaceName fleetworkspace000 -Name fleet0000 -SubnetName '
            Value = 'nodes'; ToolTip = '10.100.0.0/16'
        }
    ) {
        Connect-World fleet
        $offered = @(Get-Completion $Line | Where-Object CompletionText -CEQ $Value)
        $offered | Should -HaveCount 1
        $offered[0].ToolTip | Should -BeLike "*$ToolTip*"
    }
}
