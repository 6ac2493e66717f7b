# How much a command asks: each resource once, and what records of a pipeline share once for all of them. What is counted is printed.
BeforeAll {
    . "$PSScriptRoot/World.ps1"
    $WarningPreference = 'SilentlyContinue'

    # One workspace and one network with so many computes, each of which has a cluster.
    function Connect-Fleet([int] $Count) {
        $scenario = ([System.IO.File]::ReadAllText("$PSScriptRoot/../Worlds/base/preflight.json") | ConvertFrom-Json -AsHashtable).scenario
        $network = $scenario.virtualNetworks[0]
        $network.addressPrefixes = @('10.0.0.0/8')
        $network.subnets = @(@{ name = 'default'; addressPrefix = '10.64.0.0/11' })
        Connect-World $scenario
        1..$Count | ForEach-Object -Process {
            New-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace -Name "aks${_}x" -SubnetId $ids.Subnet `
                -ServiceCidr 172.20.0.0/16 -DnsServiceIP 172.20.0.10 -DockerBridgeCidr 172.17.0.1/16
        }
    }

    function Measure-Request([string] $What, [scriptblock] $Command) {
        Set-AmlSimulator -ClearLog
        $null = & $Command
        $requests = @(Get-AmlSimulatorLog)
        Write-Host "  $What`: $($requests.Count) requests"
        $requests
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'The requests of a command' {
    It 'that has nothing to do are ten at most, and none is repeated' {
        Connect-World
        $compute = New-AmlAksCompute @myaks @network
        $null = $compute | Enable-AmlPrivateInference
        $requests = Measure-Request 'an Enable-AmlPrivateInference that has nothing to do' { $compute | Enable-AmlPrivateInference }
        $requests.Count | Should -BeLessOrEqual 10
        $requests | Where-Object IsWrite | Should -BeNullOrEmpty
        ($requests | Group-Object Path | Where-Object Count -GT 1).Name | Should -BeNullOrEmpty
    }

    It 'that switches a load balancer read the compute three times at most beside polls' {
        Connect-World
        $compute = New-AmlAksCompute @myaks @network
        $null = $compute | Grant-AksNetworkContributor
        Set-AmlSimulator -Advance 01:00:00
        $requests = Measure-Request 'a switch' { $compute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
        $put = [array]::IndexOf($requests.Method, 'PUT')
        # The one directly before the write is the write's own, and those after the operation has ended read back what was written.
        @($requests[0..($put - 1)] | Where-Object Path -Like '*/computes/myaks').Count | Should -BeLessOrEqual 2
        @($requests | Where-Object { $_.Method -eq 'GET' -and $_.Path -like '*/computes/myaks' }).Count | Should -BeLessOrEqual 4
    }

    It 'that checks <Count> computes of one workspace are <Most> at most' -ForEach @(
        @{ Count = 10; Most = 40 }, @{ Count = 100; Most = 400 }
    ) {
        $fleet = Connect-Fleet $Count
        $fleet | Should -HaveCount $Count
        $requests = Measure-Request "$Count computes into Test-AmlAksNetwork" { $fleet | Test-AmlAksNetwork -ThrottleLimit 1 }
        $requests.Count | Should -BeLessOrEqual $Most
        # One list, in pages.
        @($requests | Where-Object Path -Like '*/workspaces/myworkspace/computes').Count | Should -BeLessOrEqual ([Math]::Ceiling($Count / 20))
        @($requests | Where-Object Path -Like '*/virtualNetworks/mynetwork').Count | Should -Be 1
    }
}

Describe 'What a command asks' {
    BeforeAll {
        $listed = [System.IO.File]::ReadAllLines("$PSScriptRoot/../../docs/guides/performance.md") |
            Where-Object { $_ -cmatch '^\| `(\w+-\w+)` \| ([A-Z]+ [\w/]+) \| (.+) \|$' } |
            ForEach-Object { [pscustomobject]@{ Command = $Matches[1]; Request = $Matches[2]; Why = $Matches[3] } }

        # The requests of a command beside polls are those that the guide on speed gives a reason for.
        function Assert-Listed([string] $Name, [scriptblock] $Command) {
            $requests = Measure-Request $Name $Command | Where-Object ResourceType -NE operations |
                ForEach-Object { "$($_.Method) $($_.ResourceType -replace '^[^/]+/')" }
            ($requests | Sort-Object) -join "`n" |
                Should -BeExactly ((@($listed | Where-Object Command -EQ $Name).Request | Sort-Object) -join "`n") -Because $Name
        }
    }

    It 'of the chain stands in the guide on speed with its reason, and is two more than the least' {
        Connect-World
        Set-AmlSimulator -PrincipalDelay 0 -RoleAssignmentDelay 0
        Assert-Listed New-AmlAksCompute { New-AmlAksCompute @myaks @network }
        $compute = Get-AmlAksCompute @myaks
        Assert-Listed Grant-AksNetworkContributor { $compute | Grant-AksNetworkContributor }
        Assert-Listed Set-AmlAksLoadBalancer { $compute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer }
        @($listed | Where-Object Why -Like '*one more than the least*') | Should -HaveCount 2
    }

    It 'of the others stands there with its reason' {
        Connect-World
        Set-AmlSimulator -PrincipalDelay 0 -RoleAssignmentDelay 0
        $compute = New-AmlAksCompute @myaks @network
        $null = $compute | Grant-AksNetworkContributor
        $null = $compute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        Assert-Listed Get-AmlWorkspace { Get-AmlWorkspace }
        Assert-Listed Get-AmlAksCompute { Get-AmlAksCompute @myaks }
        Assert-Listed Get-AmlAksEndpoint { $compute | Get-AmlAksEndpoint }
        Assert-Listed Get-AksClusterIdentity { $compute | Get-AksClusterIdentity }
        Assert-Listed Test-AmlAksNetwork { $compute | Test-AmlAksNetwork }
        Assert-Listed Enable-AmlPrivateInference { $compute | Enable-AmlPrivateInference }
        Assert-Listed Revoke-AksNetworkContributor { $compute | Revoke-AksNetworkContributor -Force }
        Assert-Listed Remove-AmlAksCompute { $compute | Remove-AmlAksCompute }

        Connect-World existing-cluster
        $attached = Get-AmlAksCompute @myaks
        $null = $attached | Remove-AmlAksCompute
        Assert-Listed Add-AmlAksCompute { Add-AmlAksCompute @myaks -Cluster $attached.ClusterId }
    }
}
