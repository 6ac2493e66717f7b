# Many computes through the chain: how long it takes in the cloud's time, and what a record that is being worked on holds.
BeforeAll {
    . "$PSScriptRoot/World.ps1"
    $WarningPreference = 'SilentlyContinue'
    $place = @{ SubnetId = $ids.Subnet; ServiceCidr = '172.20.0.0/16'; DnsServiceIP = '172.20.0.10'; DockerBridgeCidr = '172.17.0.1/16' }

    # A network with room for a hundred clusters.
    function Connect-Room {
        $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/preflight.json") | ConvertFrom-Json -AsHashtable).scenario
        $scenario.virtualNetworks[0].addressPrefixes = @('10.0.0.0/8')
        $scenario.virtualNetworks[0].subnets = @(@{ name = 'default'; addressPrefix = '10.64.0.0/11' })
        Connect-World $scenario
    }

    function Get-Row([int] $Count) {
        1..$Count | ForEach-Object -Process {
            [pscustomobject]@{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = "aks${_}x" }
        }
    }

    # The cloud's time that the chain takes for so many.
    function Measure-Chain([int] $Count, [int] $Limit) {
        Connect-Room
        Set-AmlSimulator -ClearLog
        $internal = @(Get-Row $Count |
                New-AmlAksCompute @place -ThrottleLimit $Limit |
                Grant-AksNetworkContributor -ThrottleLimit $Limit |
                Set-AmlAksLoadBalancer -Type InternalLoadBalancer -ThrottleLimit $Limit |
                Where-Object LoadBalancerType -EQ InternalLoadBalancer)
        $internal | Should -HaveCount $Count
        $log = @(Get-AmlSimulatorLog)
        $seconds = ($log[-1].Time - $log[0].Time).TotalSeconds
        Write-Host "  $Count computes, $Limit side by side: $seconds s of the cloud's time, $($log.Count) requests"
        $seconds
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'A pipeline of computes' {
    BeforeAll {
        $one = Measure-Chain 1 5
    }

    It 'of <Count>, <Limit> side by side, takes at most 1.3 times as long as <Turns> by turns' -ForEach @(
        @{ Count = 10; Limit = 10; Turns = 1 }, @{ Count = 10; Limit = 5; Turns = 2 }, @{ Count = 100; Limit = 50; Turns = 2 }
    ) {
        Measure-Chain $Count $Limit | Should -BeLessOrEqual (1.3 * $Turns * $one)
    }

    It 'holds less than a megabyte for each that is being worked on' {
        Connect-Room
        $marks = @{}
        $made = Get-Row 45 | ForEach-Object {
            $count++
            # None is done before the cloud's time goes on, and it goes on when all of them wait.
            if ($count -in 6, 45) { $marks[$count] = [GC]::GetTotalMemory($true) }
            $_
        } | New-AmlAksCompute @place -ThrottleLimit 64
        $made | Should -HaveCount 45
        $each = ($marks[45] - $marks[6]) / 39
        Write-Host "  $([math]::Round($each / 1KB)) KB for each"
        $each | Should -BeLessThan 1MB
    }
}
