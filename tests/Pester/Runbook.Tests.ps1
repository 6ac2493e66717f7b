# The runbook of the examples, as a job of an Automation account runs it: with nobody to ask, a variable of the account, and a world.
Describe 'The runbook' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $runbook = "$PSScriptRoot/../../docs/examples/runbook.ps1"

        # What comes before the objects is the token of the creation, a string.
        function Get-Step($Output) {
            foreach ($one in $Output) { $one -is [string] -and $one.StartsWith('OperationToken: ') ? 'Creating' : $one.Step }
        }
    }
    BeforeEach {
        Connect-World
        # The account's variable, with each value that it had.
        $kept = [System.Collections.Generic.List[string]]::new()
        $kept.Add('')
        $global:AmlVnetTestVariable = $kept
        function global:Get-AutomationVariable($Name) { $global:AmlVnetTestVariable[-1] }
        function global:Set-AutomationVariable($Name, $Value) { $global:AmlVnetTestVariable.Add($Value) }
        $arguments = @{
            ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myaks'; SubnetId = $ids.Subnet
            ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
        }
    }
    AfterAll {
        Remove-Item -Path Function:Get-AutomationVariable, Function:Set-AutomationVariable, Variable:AmlVnetTestVariable
        Disconnect-AmlVnet
    }

    It 'keeps its operation in a variable of the account; restarted: <restarted>' -ForEach @{ restarted = $false }, @{ restarted = $true } {
        # Fair share stopped the first job after it had begun the creation, and a schedule started the next one.
        if ($restarted) { $kept.Add((New-AmlAksCompute @arguments -NoWait).Token) }
        $outcome = Get-Outcome { & $runbook @arguments -OperationVariable AmlVnetOperation }
        $outcome.Error | Should -BeNullOrEmpty
        Get-Step $outcome.Output | Should -Be ($restarted ? @('Created', 'Done') : @('Creating', 'Created', 'Done'))
        $kept.Count | Should -Be 3
        $kept[1] | Should -Not -BeNullOrEmpty
        $kept[2] | Should -Be ''
    }

    It 'recovers when the operation that it kept has failed' {
        Set-AmlSimulator -Fault @{
            Kind = 'FailOperation'; Method = 'PUT'; ResourceType = 'Microsoft.MachineLearningServices/workspaces/computes'; Times = 1
            Code = 'QuotaExceeded'; Message = 'no quota'
        }
        $job = { & $runbook @arguments -OperationVariable AmlVnetOperation }
        $first = Get-Outcome $job
        $first.Error | Should -HaveCount 1
        $first.Error[0].FullyQualifiedErrorId | Should -BeLike 'OperationFailed,*'

        # It clears what failed and makes it anew, and says of the old operation how it ended.
        $second = Get-Outcome $job
        $second.Error | Should -BeNullOrEmpty
        $second.Warning -like '*no quota*' | Should -HaveCount 1
        Get-Step $second.Output | Should -Be 'Creating', 'Created', 'Done'
        $kept[-1] | Should -Be ''
    }

    It 'goes on without an operation of which there is no record: <what>' -ForEach @(
        @{ what = 'another world'; first = 'Creating'; before = { (New-AmlAksCompute @arguments -NoWait).Token; Connect-World } }
        @{ what = 'a damaged token'; first = 'Created'; before = { 'damaged'; $null = New-AmlAksCompute @arguments } }
        @{ what = 'no token'; first = 'Creating'; before = { '(none)' } }
        @{ what = 'a compute that was deleted since'; first = 'Creating'; before = {
                ($operation = New-AmlAksCompute @arguments -NoWait).Token
                $null = $operation | Wait-AmlOperation | Remove-AmlAksCompute -UnderlyingResourceAction Delete -Force
            }
        }
    ) {
        $kept.Add((& $before))
        $outcome = Get-Outcome { & $runbook @arguments -OperationVariable AmlVnetOperation }
        $outcome.Error | Should -BeNullOrEmpty
        $steps = @(Get-Step $outcome.Output)
        $steps[0], $steps[-1] | Should -Be $first, 'Done'
        $outcome.Warning | Should -HaveCount 1
        $kept[2] | Should -Be ''
    }

    It 'works on the compute that it was told, whatever token there is' {
        $token = (New-AmlAksCompute @arguments -NoWait).Token
        $kept.Add($token)
        $arguments.Name = 'myaks2'
        $told = Get-Outcome { & $runbook @arguments -OperationToken $token }
        $told.Error | Should -HaveCount 1
        "$($told.Error[0])" | Should -BeLike "*/computes/myaks'*"

        $job = Get-Outcome { & $runbook @arguments -OperationVariable AmlVnetOperation }
        Get-Step $job.Output | Should -Be 'Creating', 'Created', 'Done'
        @($job.Output | Select-Object -Skip 1).ComputeId | Select-Object -Unique | Should -BeLike '*/computes/myaks2'
        $job.Warning | Should -HaveCount 1
        $job.Warning[0] | Should -BeLike "*/computes/myaks'*"
        $kept[-1] | Should -Be ''
        "$((Get-AmlAksCompute @myaks).LoadBalancerType)" | Should -Be 'PublicIp'
    }

    It 'does not go on without the operation that it was told to resume' {
        $job = Get-Outcome { & $runbook @arguments -OperationToken damaged }
        $job.Error | Should -HaveCount 1
        $job.Error[0].FullyQualifiedErrorId | Should -BeLike 'InvalidOperationToken,*'
    }
}
