Describe 'New-AmlAksCompute' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $small = @{ AgentCount = 1; ClusterPurpose = 'DevTest' }

        # The network of World.ps1 with other settings.
        function Get-Network([hashtable] $Change) {
            $other = $network.Clone()
            foreach ($entry in $Change.GetEnumerator()) { $other[$entry.Key] = $entry.Value }
            $other
        }
    }
    BeforeEach { Connect-World }
    AfterAll { Disconnect-AmlVnet }

    It 'creates a cluster in the subnet, with a public address' {
        $compute = Get-AmlWorkspace -ResourceGroupName myworkspacegroup -Name myworkspace | New-AmlAksCompute -Name myaks @network
        $compute | Should -BeOfType 'AmlVnet.AksCompute'
        $compute.ProvisioningState | Should -Be 'Succeeded'
        $compute.SubnetId | Should -BeLike '*/virtualNetworks/mynetwork/subnets/default'
        $compute.IsPrivate | Should -BeFalse
    }

    It 'binds a workspace from whatever names it' {
        $copy = Copy-ByClixml (Get-AmlWorkspace)
        $ways = @(
            { New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name way0 @small }
            { New-AmlAksCompute myworkspacegroup myworkspace -ComputeName way1 @small }
            { Get-AmlWorkspace | New-AmlAksCompute -Name way2 @small }
            { $ids.Workspace | New-AmlAksCompute -Name way3 @small }
            { [pscustomobject]@{ Id = $ids.Workspace } | New-AmlAksCompute -Name way4 @small }
            { [pscustomobject]@{ ResourceId = $ids.Workspace } | New-AmlAksCompute -Name way5 @small }
            { @{ Id = $ids.Workspace } | New-AmlAksCompute -Name way6 @small }
            { $copy | New-AmlAksCompute -Name way7 @small }
            { New-AmlAksCompute -Workspace (Get-AmlWorkspace) -Name way8 @small }
            { New-AmlAksCompute -InputObject $ids.Workspace -Name way9 @small }
        )

        for ($i = 0; $i -lt $ways.Count; $i++) {
            $compute = & $ways[$i]
            @($compute) | Should -HaveCount 1
            $compute.Id | Should -BeExactly "$($ids.Workspace)/computes/way$i"
            $compute.ProvisioningState | Should -Be 'Succeeded'
        }
    }

    It 'passes every setting on' {
        $compute = New-AmlAksCompute myworkspacegroup myworkspace myaks -NodeCount 4 -VmSize Standard_D4s_v3 -ClusterPurpose DenseProd `
            -SubnetId $ids.Subnet.ToUpperInvariant().Replace('/SUBSCRIPTIONS', '/subscriptions') `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -Location 'East US 2' `
            -SslLeafDomainLabel contoso -SslOverwriteExistingDomain -Description 'for scoring' -Tag @{ team = 'ml'; cost = 7 }

        $compute.AgentCount | Should -Be 4
        $compute.AgentVmSize | Should -BeExactly 'Standard_D4s_v3'
        "$($compute.ClusterPurpose)" | Should -Be 'DenseProd'
        $compute.SubnetId | Should -Be $ids.Subnet
        $compute.ServiceCidr | Should -Be '10.0.0.0/16'
        $compute.DnsServiceIP | Should -Be '10.0.0.10'
        $compute.DockerBridgeCidr | Should -Be '172.17.0.1/16'
        $compute.Location | Should -BeExactly 'eastus2'
        $compute.SslStatus | Should -Be 'Auto'
        $compute.SslLeafDomainLabel | Should -BeExactly 'contoso'
        $compute.Description | Should -BeExactly 'for scoring'
        $compute.Tags['team'] | Should -BeExactly 'ml'
        $compute.Tags['cost'] | Should -BeExactly '7'
        "$($compute.LoadBalancerType)" | Should -Be 'PublicIp'
        $compute.IsPrivate | Should -BeFalse
        $compute.IsAttached | Should -BeFalse
        $compute.CreatedOn | Should -Not -BeNullOrEmpty
        $compute.Errors | Should -BeNullOrEmpty
        $compute.WorkspaceName | Should -BeExactly 'myworkspace'
        $compute.ResourceGroupName | Should -BeExactly 'myworkspacegroup'
        $compute.ClusterId.Split('/')[-1] | Should -Not -Be 'myaks'
    }

    It 'has the defaults of the service''s own client' {
        $compute = New-AmlAksCompute myworkspacegroup myworkspace myaks -VnetResourceGroupName mygroup -VnetName mynetwork `
            -SubnetName default `
            -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16

        $compute.AgentCount | Should -Be 3
        $compute.AgentVmSize | Should -BeExactly 'Standard_D3_v2'
        "$($compute.ClusterPurpose)" | Should -Be 'FastProd'
        $compute.SubnetId | Should -BeExactly $ids.Subnet
    }

    Context 'under -WhatIf' {
        It 'reads, checks, and says what it would make, by <How>' -ForEach @(
            @{ How = 'the switch'; Command = { New-AmlAksCompute @myaks @network -WhatIf } }
            @{ How = 'the preference'; Command = { & { $WhatIfPreference = $true; New-AmlAksCompute @myaks @network } } }
        ) {
            $outcome = Invoke-AtPrompt $Command

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Text | Should -Match ([regex]::Escape(
                    'What if: [simulator] Create AKS compute myaks in eastus2: 3 x Standard_D3_v2, FastProd in subnet default ' +
                    "of mynetwork, service CIDR 10.0.0.0/16; its endpoint is public at first (`"$($ids.Compute)`")."))
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            @(Get-AmlSimulatorLog | Where-Object Path -Like '*/virtualNetworks/mynetwork') | Should -Not -BeNullOrEmpty
        }

        It 'finds what is wrong' {
            $wrong = Get-Network @{ ServiceCidr = '10.1.0.0/16' }
            Get-Failure { New-AmlAksCompute @myaks @wrong -WhatIf } -Id CheckFailed -Category InvalidOperation -Target ServiceCidr `
                -Says 'AMLVNET-CIDR-002', 'Nothing was changed'
        }

        It 'emits nothing and waits for nothing where the compute is being made already' {
            $null = New-AmlAksCompute @myaks @network -NoWait
            $before = (Set-AmlSimulator -PassThru).Time

            $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -WhatIf }

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -BeNullOrEmpty
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            (Set-AmlSimulator -PassThru).Time | Should -Be $before
        }

        It 'is the only step of a chain that shows' {
            $outcome = Invoke-AtPrompt {
                & {
                    $WhatIfPreference = $true
                    Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                        Set-AmlAksLoadBalancer -Type InternalLoadBalancer
                }
            }

            $outcome.Output | Should -BeNullOrEmpty
            @($outcome.Text -split "`n" -like 'What if: *') | Should -HaveCount 1
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'asked' {
        It 'skips what depends on a step that was declined' {
            $outcome = Invoke-AtPrompt {
                Get-AmlWorkspace | New-AmlAksCompute -Name myaks -Confirm | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            } -Answer No

            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Question | Should -HaveCount 1
            $outcome.Question[0] | Should -BeLike '*Create AKS compute myaks*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'makes one after Yes, and passes the other by after No' {
            Connect-World fleet
            $outcome = Invoke-AtPrompt {
                Get-AmlWorkspace -Name 'fleetworkspace00[01]' |
                    New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -Confirm
            } -Answer Yes, No

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
            $outcome.Question | Should -HaveCount 2
            @(Get-AmlSimulatorLog -WriteOnly) | Should -HaveCount 1
        }

        It 'is asked once after Yes to All' {
            Connect-World fleet
            $outcome = Invoke-AtPrompt {
                Get-AmlWorkspace -Name 'fleetworkspace00[012]' |
                    New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -Confirm
            } -Answer 'Yes to All'

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 3
            $outcome.Question | Should -HaveCount 1
        }

        It 'names the parameter that answers where nobody can' {
            $outcome = Invoke-AtPrompt { New-AmlAksCompute @myaks @network -Confirm } -NonInteractive
            Get-Failure -Outcome $outcome -Id CannotAsk -Category InvalidOperation -Target $null `
                -Says "can't ask", 'Create AKS compute myaks' -Recommends '-Confirm:$false'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'one that exists' {
        It 'is found, and nothing is sent' {
            $first = New-AmlAksCompute @myaks @network
            $subnetInAnotherCase = $ids.Subnet.Replace('resourceGroups', 'resourcegroups')
            $again = @(
                { New-AmlAksCompute @myaks @network }
                { New-AmlAksCompute @myaks }
                { New-AmlAksCompute @myaks @network -Location 'East US 2' -AgentVmSize standard_d3_V2 -AgentCount 3 }
                { New-AmlAksCompute @myaks -SubnetId $subnetInAnotherCase }
                { New-AmlAksCompute @myaks @network -Tag @{ team = 'ml' } }
            )

            foreach ($way in $again) {
                $outcome = Get-Outcome $way
                $outcome.Error | Should -BeNullOrEmpty -Because $way
                $outcome.Output | Should -HaveCount 1 -Because $way
                $outcome.Output[0].ScoringIPAddress | Should -Be $first.ScoringIPAddress -Because $way
                $outcome.Output[0].ClusterId | Should -Be $first.ClusterId -Because $way
                $outcome.Output[0].CreatedOn | Should -Be $first.CreatedOn -Because $way
                @($outcome.Verbose) -like 'Found existing compute*' | Should -Not -BeNullOrEmpty -Because $way
                Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty -Because $way
            }
        }

        It 'is an error that lists each difference where it has other settings' {
            $null = New-AmlAksCompute @myaks @network -Description mine

            Get-Failure {
                New-AmlAksCompute @myaks -AgentCount 5 -AgentVmSize Standard_D4s_v3 -ClusterPurpose DevTest -ServiceCidr 10.2.0.0/16 `
                    -Description yours
            } -Id ComputeDiffers -Category ResourceExists -Target $ids.Compute `
                -Recommends "Remove-AmlAksCompute -ResourceId '$($ids.Compute)'" -Says @(
                'AgentCount is 3, not 5', 'AgentVmSize is Standard_D3_v2, not Standard_D4s_v3', 'ClusterPurpose is FastProd, not DevTest'
                'ServiceCidr is 10.0.0.0/16, not 10.2.0.0/16', 'Description is mine, not yours'
            )

            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'is not the one asked for where its attached cluster is in another network' {
            Connect-World existing-cluster
            $elsewhere = $ids.Subnet -replace 'default$', 'aks-subnet'
            Get-Failure {
                New-AmlAksCompute @myaks -SubnetId $elsewhere -ServiceCidr 10.9.0.0/16 -DnsServiceIP 10.9.0.10 `
                    -DockerBridgeCidr 172.17.0.1/16
            } -Id ComputeDiffers -Says '10.9.0.0/16', 'aks-subnet'
        }

        It 'is waited for while it is being made' {
            $null = New-AmlAksCompute @myaks @network -NoWait
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @network }
            $outcome.Output.ProvisioningState | Should -Be 'Succeeded'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'a creation that goes wrong' {
        It 'says what the service says, and a second run clears it away, asked, where nothing of use is lost' {
            Set-AmlSimulator -Fault @{
                method = 'PUT'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; times = 1; kind = 'FailOperation'
                code = 'QuotaExceeded'; message = 'The regional quota of cores is used up.'
            }

            Get-Failure { New-AmlAksCompute @myaks @network } -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'QuotaExceeded', 'The regional quota of cores is used up.'
            Set-AmlSimulator -ClearLog
            New-AmlAksCompute @myaks @network -WhatIf
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty

            Get-Failure { New-AmlAksCompute @myaks @network } -Id CannotAsk -Says 'left', 'failed' -Recommends '-Confirm:$false'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
            (New-AmlAksCompute @myaks @network -Confirm:$false).ProvisioningState | Should -Be 'Succeeded'
            (Get-AmlSimulatorLog -WriteOnly).Method | Should -Be 'DELETE', 'PUT'
        }

        It 'keeps the code and the request id of a refusal' {
            Set-AmlSimulator -Fault @{ method = 'PUT'; status = 400; code = 'BadArgument'; message = 'Not today.' }

            $failure = Get-Failure { New-AmlAksCompute @myaks @network } -Id RequestRefused -Category InvalidArgument -Target $ids.Compute `
                -Says 'BadArgument: Not today.', 'HTTP 400'

            $failure.Exception.Code | Should -Be 'BadArgument'
            $failure.Exception.Status | Should -Be 400
            $failure.Exception.RequestId | Should -Not -BeNullOrEmpty
            $failure.Exception.CorrelationId | Should -Not -BeNullOrEmpty
        }

        It 'is judged by the service where a check was skipped' {
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -AgentCount 2 -SkipCheck amlvnet-compute-001, AMLVNET-COMPUTE-002 }

            @($outcome.Warning) -like 'AMLVNET-COMPUTE-001: *' | Should -Not -BeNullOrEmpty
            Get-Failure -Outcome $outcome -Id OperationFailed -Category InvalidResult -Target $ids.Compute `
                -Says 'At least 3 machine(s) are required'
        }

        It 'is followed where its answer is lost: <How>' -ForEach @(
            @{ How = 'at once'; Command = { New-AmlAksCompute @myaks @network } }
            @{ How = 'with -NoWait'; Command = { New-AmlAksCompute @myaks @network -NoWait | Wait-AmlOperation } }
        ) {
            Set-AmlSimulator -Fault @{
                method = 'PUT'; times = 1; kind = 'LostAnswer'; resourceType = 'Microsoft.MachineLearningServices/workspaces/computes'
            }
            (& $Command).ProvisioningState | Should -Be 'Succeeded'
        }

        It 'does not hold the other records up' {
            Connect-World fleet
            Set-AmlSimulator -Fault @{
                method = 'PUT'; pathContains = 'fleetworkspace001'; status = 400; code = 'BadArgument'; message = 'Not this one.'
            }

            $outcome = Get-Outcome { Get-AmlWorkspace -Name 'fleetworkspace00[012]' | New-AmlAksCompute -Name newone @small }

            $outcome.Output | Should -HaveCount 2
            $outcome.Error | Should -HaveCount 1
            $outcome.Error[0].TargetObject | Should -BeLike '*fleetworkspace001*'
        }
    }

    Context 'several records' {
        BeforeAll {
            $script:ten = @{
                resourceGroups = @(@{ name = 'group'; location = 'eastus2' })
                workspaces     = @(0..9 | ForEach-Object { @{ resourceGroup = 'group'; name = "workspace$_" } })
            }
        }

        It 'run side by side' {
            # The wait is real here, and short: how far a clock runs ahead that nobody waits for says nothing of what runs beside what.
            Connect-World $script:ten -Clock @{ TimeScale = 240 }
            $made = Get-AmlWorkspace | New-AmlAksCompute -Name myaks @small -ThrottleLimit 10
            $made | Should -HaveCount 10
            ($made.CreatedOn | Sort-Object)[-1] | Should -BeLessThan ($made.ModifiedOn | Sort-Object)[0]
        }

        It 'run one after the other under -ThrottleLimit 1' {
            Connect-World $script:ten
            $made = Get-AmlWorkspace | New-AmlAksCompute -Name myaks @small -ThrottleLimit 1 | Sort-Object -Property CreatedOn
            $made | Should -HaveCount 10
            foreach ($i in 1..9) { $made[$i].CreatedOn | Should -BeGreaterOrEqual $made[$i - 1].ModifiedOn }
        }
    }

    It 'shows the elapsed time and the service''s state while it waits' {
        $outcome = Invoke-AtPrompt { New-AmlAksCompute @myaks @network }

        $shown = @($outcome.Progress | Where-Object { $_.Activity -ceq 'Creating AKS compute myaks' })
        $shown.StatusDescription -like 'InProgress, 00:0*' | Should -Not -BeNullOrEmpty
        "$($shown[-1].RecordType)" | Should -Be 'Completed'
        $shown.ActivityId | Sort-Object -Unique | Should -HaveCount 1
    }

    It 'returns an operation with -NoWait' {
        $operation = New-AmlAksCompute @myaks @network -NoWait
        $operation | Should -BeOfType 'AmlVnet.AmlOperation'
        $operation.ResourceId | Should -BeLike '*/computes/myaks'
    }

    It 'returns the operation that runs when it is asked again' {
        $first = New-AmlAksCompute @myaks @network -NoWait
        Set-AmlSimulator -Advance 00:02:00
        $second = New-AmlAksCompute @myaks @network -NoWait
        $second.Kind | Should -BeExactly 'CreateAksCompute'
        ($second.StartedOn - $first.StartedOn).TotalMinutes | Should -BeLessThan 1
    }

    It 'refuses a name that the service would refuse' {
        Get-Failure { New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name 'my_aks!' @network } `
            -Id InvalidValue
    }

    It 'leaves a key that a refusal quotes out of errors and transcript: HTTP <_>' -ForEach 400, 403, 404, 409, 412, 422, 500 {
        $key = [Convert]::ToBase64String([byte[]](1..96))
        $folder = (New-Item -ItemType Directory -Path "TestDrive:/quoted$_").FullName
        Set-Content "$folder/cert.pem" "-----BEGIN CERTIFICATE-----`nMIIB`n-----END CERTIFICATE-----"
        Set-Content "$folder/key.pem" "-----BEGIN PRIVATE KEY-----`n$key`n-----END PRIVATE KEY-----"
        Set-AmlSimulator -Fault @{ Method = 'PUT'; Status = $_; Code = 'BadArgument'; Message = "The key $key can't be used." }
        $tls = @{ SslCertificatePath = "$folder/cert.pem"; SslKeyPath = "$folder/key.pem"; SslCname = 'www.contoso.com' }

        $null = Start-Transcript "$folder/transcript.txt"
        try {
            New-AmlAksCompute @myaks @network @tls -Verbose -ErrorVariable problem -ErrorAction Continue *>&1 | Out-Host
            $problem | Format-List * -Force | Out-Host
        } finally {
            $null = Stop-Transcript
        }

        "$($problem[0])" | Should -BeLike "*BadArgument: The key `*`*`* can't be used.*"
        Get-Content "$folder/transcript.txt" -Raw | Should -BeLike '*BadArgument*'
        Get-Content "$folder/transcript.txt" -Raw | Should -Not -BeLike "*$($key.Substring(0, 20))*"
        [System.Management.Automation.PSSerializer]::Serialize($problem, 5) | Should -Not -BeLike "*$($key.Substring(0, 20))*"
    }

    It 'makes one error of a path that names no file system: <_>' -ForEach 'nodrive:/cert.pem', 'Variable:/cert.pem' {
        $path = $_
        Get-Failure { New-AmlAksCompute @myaks @network -SslCertificatePath $path -SslKeyPath key.pem -SslCname www.contoso.com } `
            -Id FileUnreadable `
            -Category InvalidArgument -Target $path -Says '-SslCertificatePath', $path
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
    }

    It 'goes on with the next statement after that error' {
        $outcome = Get-Outcome {
            New-AmlAksCompute @myaks @network -SslCertificatePath nodrive:/cert.pem -SslKeyPath key.pem -SslCname www.contoso.com
            'went on'
        }
        $outcome.Output | Should -Be 'went on'
    }

    It 'passes once the command was run that its refusal recommends' {
        Connect-World locked-down
        $failure = Get-Failure { New-AmlAksCompute @myaks @network -WarningAction SilentlyContinue } -Id CheckFailed
        $advised = Get-Outcome ([scriptblock]::Create($failure.ErrorDetails.RecommendedAction))
        $advised.Error | Should -BeNullOrEmpty

        $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -WarningAction SilentlyContinue }

        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output | Should -HaveCount 1
    }

    It 'refuses a plan that found no range' {
        Get-Failure {
            New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.0.0.0/8 -SubnetAddressPrefix 10.240.0.0/28 -ServiceCidr 10.1.0.0/16 |
                New-AmlAksCompute @myaks
        } -Id PlanNotUsable -Says 'AMLVNET-CIDR-002'
    }

    It 'is completed: <Line>' -ForEach @(
        @{ Line = 'New-AmlAksCompute -VirtualNetworkResourceGroupName '; Value = 'mygroup'; ToolTip = 'resource group of virtual network' }
        @{
            Line = 'New-AmlAksCompute -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName myn'; Value = 'mynetwork'
            ToolTip = '10.1.0.0/16 in eastus2'
        }
        @{
            Line = 'New-AmlAksCompute -VirtualNetworkResourceGroupName mygroup -VirtualNetworkName mynetwork -SubnetName '
            Value = 'default'; ToolTip = '10.1.0.0/24'
        }
    ) {
        $offered = @(Get-Completion $Line | Where-Object CompletionText -CEQ $Value)
        $offered | Should -HaveCount 1
        $offered[0].ToolTip | Should -BeLike "*$ToolTip*"
    }

    Context 'with an internal load balancer from the beginning' {
        BeforeAll {
            $internal = @{ LoadBalancerType = 'InternalLoadBalancer' }
        }

        It 'has no public scoring address on the way, and the same command grants and switches' {
            $first = Get-Outcome { New-AmlAksCompute @myaks @network @internal }
            $first.Error[0].FullyQualifiedErrorId | Should -BeLike 'OperationFailed*'
            $first.Error[0].ErrorDetails.RecommendedAction | Should -BeLike 'Run the same command again*'
            $first.Warning | Should -HaveCount 1 -Because ($first.Warning -join "`n")
            $first.Warning[0] | Should -BeLike '*can''t be given beforehand*run the same command again*keeps a public address for egress*userDefinedRouting*'
            (Get-AmlAksCompute @myaks).ScoringIPAddress | Should -BeNullOrEmpty

            $second = New-AmlAksCompute @myaks @network @internal -WarningAction SilentlyContinue
            $second.ProvisioningState | Should -Be 'Succeeded'
            $second.ScoringIPAddress | Should -BeLike '10.1.*'
            "$($second.LoadBalancerType)" | Should -Be 'InternalLoadBalancer'

            $third = Get-Outcome { New-AmlAksCompute @myaks @network @internal }
            $third.Error | Should -BeNullOrEmpty
            $third.Output | Should -HaveCount 1
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'has its address of another subnet of the network where one is named, with the right on both' {
            Connect-World (Get-GuardedWorld $denyProbe @('ws1/aaa'))
            $place = @{
                SubnetId = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/v/subnets/s"
                ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
                LoadBalancerSubnetName = 'lb'
            }
            $first = Get-Outcome { New-AmlAksCompute g ws1 another @place @internal }
            $first.Error[0].FullyQualifiedErrorId | Should -BeLike 'OperationFailed*'
            $second = Get-Outcome { New-AmlAksCompute g ws1 another @place @internal }
            $second.Error | Should -BeNullOrEmpty
            $second.Output.ScoringIPAddress | Should -BeLike '10.1.8.*'
            $second.Output.LoadBalancerSubnet | Should -Be 'lb'
            (Get-AmlAksCompute g ws1 another | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001, AMLVNET-COMPUTE-005).Status |
                Should -Be 'Passed', 'Passed'
            (Get-Outcome { New-AmlAksCompute g ws1 another @place @internal }).Error | Should -BeNullOrEmpty
        }

        It 'says under -WhatIf what the first run and what the second run would do' {
            $with = @{ myaks = $myaks; network = $network; internal = $internal }
            $first = Invoke-AtPrompt { New-AmlAksCompute @myaks @network @internal -WhatIf } -With $with
            $first.Text | Should -BeLike '*no public scoring address: an internal load balancer from the beginning, in subnet default*'
            $first.Text | Should -Not -BeLike '*public at first*'

            $null = Get-Outcome { New-AmlAksCompute @myaks @network @internal }
            $second = Invoke-AtPrompt { New-AmlAksCompute @myaks @network @internal -WhatIf } -With $with
            $second.Error | Should -BeNullOrEmpty
            $second.Text | Should -BeLike '*Grant Network Contributor*Set the load balancer of myaks*InternalLoadBalancer*'
            (Get-AmlAksCompute @myaks).ScoringIPAddress | Should -BeNullOrEmpty
        }

        It 'takes away what never had a cluster, and makes it anew' {
            Set-AmlSimulator -Fault @{ Method = 'PUT'; Kind = 'FailOperation'; Code = 'QuotaExceeded'; Message = 'No cores.' }
            $null = Get-Outcome { New-AmlAksCompute @myaks @network @internal }
            (Get-AmlAksCompute @myaks).ClusterId | Should -BeNullOrEmpty
            Set-AmlSimulator -ClearFault

            $null = Get-Outcome { New-AmlAksCompute @myaks @network @internal -Confirm:$false }
            Get-AmlSimulatorLog -WriteOnly | ForEach-Object Method | Should -Be 'DELETE', 'PUT'
            (Get-AmlAksCompute @myaks).ClusterId | Should -Not -BeNullOrEmpty
        }

        It 'refuses <What> before it sends anything' -ForEach @(
            @{ What = 'Microsoft''s own certificate'; Id = 'InvalidCombination'; Say = '*certificate of your own*'
                With = @{ LoadBalancerType = 'InternalLoadBalancer'; SslLeafDomainLabel = 'contoso' } }
            @{ What = 'a subnet for a public one'; Id = 'InvalidCombination'; Say = '*-LoadBalancerSubnetName goes with*'
                With = @{ LoadBalancerSubnetName = 'default' } }
            @{ What = 'a subnet that is not there'; Id = 'CheckFailed'; Say = '*nowhere*'
                With = @{ LoadBalancerType = 'InternalLoadBalancer'; LoadBalancerSubnetName = 'nowhere' } }
        ) {
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @network @With }
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike "$Id*"
            "$($outcome.Error[0])" | Should -BeLike $Say
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'refuses a cluster without a network of yours' {
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @internal }
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'InvalidCombination*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'lists the load balancer among the differences, only where one is asked for' {
            $null = New-AmlAksCompute @myaks @network
            (Get-Outcome { New-AmlAksCompute @myaks @network }).Error | Should -BeNullOrEmpty
            $outcome = Get-Outcome { New-AmlAksCompute @myaks @network @internal }
            $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'ComputeDiffers*'
            "$($outcome.Error[0])" | Should -BeLike '*LoadBalancerType is PublicIp, not InternalLoadBalancer*'
        }
    }

    It 'warns before the write that a compute without a network can never go private' {
        $outcome = Get-Outcome { New-AmlAksCompute @myaks @small -WhatIf }
        $outcome.Warning | Where-Object { $_ -like '*can never go private*' } | Should -HaveCount 1
        (Get-Outcome { New-AmlAksCompute @myaks @network -WhatIf }).Warning | Where-Object { $_ -like '*never go private*' } | Should -BeNullOrEmpty
    }

    It 'checks a region against the subscription''s list, which it reads once' {
        $outcome = Get-Outcome { New-AmlAksCompute @myaks @network -Location marsnorth }
        $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue*'
        "$($outcome.Error[0])" | Should -BeLike '*marsnorth*eastus2*'
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        $null = Get-Outcome { New-AmlAksCompute @myaks @network -Location 'East US 2' -WhatIf }
        Get-AmlSimulatorLog | Where-Object Path -Like '*/locations' | Should -BeNullOrEmpty
    }

    It 'says once in a session that AKS computes are the v1 route' {
        # A runspace of its own has a session of its own.
        $shell = [powershell]::Create()
        try {
            $null = $shell.AddScript({
                param($module, $network, $myaks)
                Import-Module $module
                $null = Connect-AmlVnet -Simulator -VirtualClock
                $null = New-AmlAksCompute @myaks @network
                $myaks.Name = 'second'
                $null = New-AmlAksCompute @myaks -AgentCount 1 -ClusterPurpose DevTest
            }).AddArgument((Get-Module AmlVnet).Path).AddArgument($network).AddArgument($myaks.Clone()).Invoke()
            $told = @($shell.Streams.Warning.Message -like '*v1 route*')
            $told | Should -HaveCount 1
            $told[0] | Should -BeLike '*30 September 2025*30 June 2026*about_AmlVnet*'
        } finally {
            $shell.Dispose()
        }
    }
}
