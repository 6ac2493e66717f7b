# -AsJob of the commands that wait, and the jobs and parallel runspaces of PowerShell itself.
Describe 'Jobs' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $manifest = [System.IO.Path]::GetFullPath($moduleManifest)
    }
    AfterAll {
        Get-Job | Remove-Job -Force
        Disconnect-AmlVnet
    }

    Context '-AsJob' {
        It 'gives a job whose end is the result' {
            Connect-World
            $job = New-AmlAksCompute @myaks @network -AsJob
            $null = $job | Wait-Job

            $job | Should -BeOfType 'System.Management.Automation.Job'
            "$($job.State)" | Should -Be 'Completed'
            $job.Output | Should -HaveCount 1
            $job.Output[0].ProvisioningState | Should -Be 'Succeeded'
            @($job.Progress | Where-Object Activity -CEQ 'Creating AKS compute myaks') | Should -Not -BeNullOrEmpty
            ($job | Receive-Job).Name | Should -BeExactly 'myaks'
            $job.Command | Should -BeLike '*New-AmlAksCompute*'
            (Get-Job).InstanceId | Should -Contain $job.InstanceId
        }

        It 'gives a job that failed, with the error' {
            Connect-World
            $wrong = $network.Clone()
            $wrong.ServiceCidr = '10.1.0.0/16'
            $job = New-AmlAksCompute @myaks @wrong -AsJob
            $null = $job | Wait-Job

            "$($job.State)" | Should -Be 'Failed'
            $job.Error | Should -HaveCount 1
            "$($job.Error[0])" | Should -Match 'AMLVNET-CIDR-002'
            $job.Output | Should -BeNullOrEmpty
        }

        It 'says why it failed, with the errors of the foreground' {
            Connect-World
            $wrong = $network.Clone()
            $wrong.ServiceCidr = '10.1.0.0/16'
            $there = (Get-Outcome { New-AmlAksCompute @myaks @wrong }).Error[0]
            $job = New-AmlAksCompute @myaks @wrong -AsJob
            $null = $job | Wait-Job

            "$($job.JobStateInfo.Reason.Message)" | Should -BeExactly "$there"
            $received = (Get-Outcome { $job | Receive-Job }).Error
            $received | Should -HaveCount 1
            $received[0].FullyQualifiedErrorId | Should -BeExactly $there.FullyQualifiedErrorId
            "$($received[0].CategoryInfo)" | Should -BeExactly "$($there.CategoryInfo)"
            $received[0].ErrorDetails.RecommendedAction | Should -BeExactly $there.ErrorDetails.RecommendedAction
        }

        It 'says where it works' {
            Connect-World
            (New-AmlAksCompute @myaks @network -AsJob | Wait-Job).Location | Should -BeExactly 'simulator'
        }

        It 'ends failed also when the error was received before' {
            Connect-World existing-cluster
            $compute = Get-AmlAksCompute @myaks
            $job = [pscustomobject]@{ Id = $compute.Id -replace 'myaks$', 'nosuch' }, $compute |
                Enable-AmlPrivateInference -AsJob -ThrottleLimit 1
            while ($job.Error.Count -eq 0 -and "$($job.State)" -eq 'Running') { [System.Threading.Thread]::Sleep(20) }
            $null = $job | Receive-Job -ErrorAction SilentlyContinue
            $null = $job | Wait-Job
            "$($job.State)" | Should -Be 'Failed'
        }

        It 'stops the work here, and the last words say how to go on: <Stop>' -ForEach @(
            @{ Stop = { $job | Stop-Job } }
            @{ Stop = { $job.StopJob() } }
        ) {
            # On a clock of real seconds the ten minutes of a creation are far away when the job is stopped.
            Connect-World -Clock @{ TimeScale = 1 }
            $job = New-AmlAksCompute @myaks @network -AsJob
            while ($job.Progress.Count -eq 0 -and "$($job.State)" -eq 'Running') { [System.Threading.Thread]::Sleep(10) }
            "$($job.State)" | Should -Be 'Running'

            & $Stop
            $null = $job | Wait-Job

            "$($job.State)" | Should -Be 'Stopped'
            $job.Warning | Should -HaveCount 1
            $job.Warning[0].Message | Should -BeLike "*Wait-AmlOperation -ResourceId '$($ids.Compute)'*"
            $job.Output | Should -BeNullOrEmpty
            (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Creating'
        }

        It 'gives the results of several records' {
            Connect-World fleet
            $job = Get-AmlWorkspace -Name 'fleetworkspace00[012]' |
                New-AmlAksCompute -Name newone -AgentCount 1 -ClusterPurpose DevTest -AsJob -ThrottleLimit 2
            @($job) | Should -HaveCount 1
            $null = $job | Wait-Job
            $job.Output | Should -HaveCount 3
        }

        It 'is had by <Command>' -ForEach @(
            @{ Command = { Set-AmlAksLoadBalancer @myaks -Type InternalLoadBalancer -AsJob }; Type = 'InternalLoadBalancer' }
            @{ Command = { Remove-AmlAksCompute @myaks -PassThru -AsJob }; Type = $null }
            @{ Command = { Wait-AmlOperation -ResourceId $ids.Compute -AsJob }; Type = 'PublicIp' }
        ) {
            Connect-World existing-cluster
            $null = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor
            $job = & $Command
            $null = $job | Wait-Job

            "$($job.State)" | Should -Be 'Completed'
            $job.Output | Should -HaveCount 1
            if ($Type) { "$($job.Output[0].LoadBalancerType)" | Should -Be $Type } else { $job.Output[0] | Should -BeExactly $true }
        }

        It 'cannot ask' {
            Connect-World
            Get-Failure { New-AmlAksCompute @myaks @network -AsJob -Confirm } -Id InvalidCombination -Says "A job can't ask"

            $outcome = Invoke-AtPrompt { New-AmlAksCompute @myaks @network -AsJob -WhatIf }
            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -BeNullOrEmpty
            $outcome.Text | Should -BeLike '*What if:*'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }
    }

    Context 'the jobs of PowerShell' {
        It 'run the chain in a thread: Start-ThreadJob' {
            Connect-World
            $context = Get-AmlVnetContext
            $job = Start-ThreadJob {
                Import-Module -Name $using:manifest
                $null = Set-AmlVnetContext -Context $using:context
                $network = $using:network
                Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
            }
            $compute = $job | Receive-Job -Wait -AutoRemoveJob
            $compute | Should -BeOfType 'AmlVnet.AksCompute'
            $compute.IsPrivate | Should -BeTrue
            # It is this session's world that the thread changed.
            (Get-AmlAksCompute @myaks).ScoringIPAddress | Should -Be $compute.ScoringIPAddress
        }

        It 'leave another thread without a sign-in' {
            Connect-World
            $job = Start-ThreadJob {
                Import-Module -Name $using:manifest
                "$($null -eq (Get-AmlVnetContext))"
            }
            $job | Receive-Job -Wait -AutoRemoveJob | Should -BeExactly 'True'
        }

        It 'run in another process on the same state file, and what comes back pipes on: Start-Job' {
            $state = New-StatePath
            try {
                $job = Start-Job {
                    Import-Module -Name $using:manifest
                    $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $using:state
                    $network = $using:network
                    Get-AmlWorkspace | New-AmlAksCompute -Name myaks @network | Grant-AksNetworkContributor
                }
                $access = $job | Receive-Job -Wait -AutoRemoveJob
                $access.psobject.TypeNames | Should -Contain 'Deserialized.AmlVnet.AksNetworkAccess'
                $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $state
                ($access | Set-AmlAksLoadBalancer -Type InternalLoadBalancer).IsPrivate | Should -BeTrue
            } finally {
                Remove-StateFile $state
            }
        }
    }

    Context 'ForEach-Object -Parallel' {
        It 'makes a compute private in each workspace with one sign-in' {
            Connect-World @{
                settings        = @{ principalSeconds = 0; principalWithTypeSeconds = 0; assignmentSeconds = 0 }
                resourceGroups  = @(@{ name = 'group'; location = 'eastus2' })
                virtualNetworks = @(@{
                        resourceGroup = 'group'; name = 'network'; addressPrefixes = @('10.1.0.0/16')
                        subnets       = @(0..3 | ForEach-Object { @{ name = "subnet$_"; addressPrefix = "10.1.$_.0/24" } })
                    })
                workspaces      = @(0..3 | ForEach-Object { @{ resourceGroup = 'group'; name = "workspace$_" } })
            }
            $context = Get-AmlVnetContext

            $private = 0..3 | ForEach-Object -ThrottleLimit 4 -Parallel {
                Import-Module -Name $using:manifest
                Get-AmlWorkspace group "workspace$_" -DefaultProfile $using:context |
                    New-AmlAksCompute -Name myaks -AgentCount 1 -ClusterPurpose DevTest -DefaultProfile $using:context `
                        -VirtualNetworkResourceGroupName group -VirtualNetworkName network -SubnetName "subnet$_" `
                        -ServiceCidr 10.0.0.0/16 -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 |
                    Grant-AksNetworkContributor -ScopeLevel Subnet -DefaultProfile $using:context |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer -DefaultProfile $using:context
            }

            $private | Should -HaveCount 4
            $private.IsPrivate | Sort-Object -Unique | Should -BeExactly $true
            $private.WorkspaceName | Sort-Object | Should -Be @('workspace0', 'workspace1', 'workspace2', 'workspace3')
            foreach ($compute in $private) { $compute.ScoringIPAddress | Should -BeLike "10.1.$($compute.WorkspaceName[-1]).*" }
        }

        It 'keeps an error to the record that has it' {
            Connect-World fleet
            Set-AmlSimulator -Fault @{
                method = 'GET'; pathContains = 'fleetworkspace001/'; status = 403; code = 'AuthorizationFailed'; message = 'no'
            }
            $context = Get-AmlVnetContext
            $ErrorActionPreference = 'Continue'
            $all = 0..2 | ForEach-Object -Parallel {
                Import-Module -Name $using:manifest
                Get-AmlAksCompute myworkspacegroup "fleetworkspace00$_" -DefaultProfile $using:context
            } 2>&1
            @($all | Where-Object { $_ -is [System.Management.Automation.ErrorRecord] }) | Should -HaveCount 1
            @($all | Where-Object { $_ -isnot [System.Management.Automation.ErrorRecord] }) | Should -HaveCount 20
        }
    }
}
