# What Enable-AmlPrivateInference and Enable-AmlScoringAccess claim is so: a sweep over the worlds of the catalogue that have a compute, in
# order and broken, and over the scenarios that the simulator ships. A command may refuse; it may not claim what Test-AmlAksNetwork denies.
BeforeDiscovery {
    . "$PSScriptRoot/Worlds.ps1"
    $parts = foreach ($world in Get-World) {
        foreach ($part in 'good', 'broken') {
            if ($part -eq 'broken' -and -not $world.ContainsKey('broken')) { continue }
            $arguments = (Get-WorldPart -Name $world.name -Part $part).Arguments
            if ($arguments.ContainsKey('Name')) { @{ Name = $world.name; Part = $part } }
        }
    }
}

BeforeAll {
    . "$PSScriptRoot/World.ps1"
    . "$PSScriptRoot/Worlds.ps1"
    $WarningPreference = 'SilentlyContinue'

    # The checks of severity Error that do not pass, of the rules that a pattern names.
    function Get-Trouble($Compute, [string[]] $Rule = '*') {
        @($Compute | Test-AmlAksNetwork -Rule $Rule -Severity Error -SourceAddressPrefix VirtualNetwork -ErrorAction SilentlyContinue |
            Where-Object Status -In Failed, Unknown)
    }

    function Assert-Claim($Report) {
        foreach ($one in $Report) {
            # What a command that had nothing to change did not look at, it says.
            $unasked = if ($one.NotLookedAt.Id -contains 'NOTLOOKEDAT-CHANGES') { 'AMLVNET-LOCK-001', 'AMLVNET-RBAC-006' } else { @() }
            $trouble = @(Get-Trouble $one.Compute | Where-Object Id -NotIn $unasked)
            if ($one.IsPrivate) { $trouble | Where-Object Status -EQ Failed | ForEach-Object { "$_" } | Should -BeNullOrEmpty }
            if ($one.IsOpen) {
                $trouble | ForEach-Object { "$_" } | Should -BeNullOrEmpty
                $except = if ($unasked) { @{ ExcludeRule = $unasked } } else { @{} }
                $one.Compute | Test-AmlAksNetwork @except -Quiet | Should -BeTrue
            }
        }
    }

    function Assert-Access($Access, $Compute) {
        if ($Access.IsOpen) { Get-Trouble $Compute AMLVNET-NSG-*, AMLVNET-OUTBOUND-* | ForEach-Object { "$_" } | Should -BeNullOrEmpty }
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'What is claimed in a world of the catalogue' {
    It '<Name>, <Part>' -ForEach $parts {
        $world = Get-WorldPart -Name $Name -Part $Part
        $place = @{ ResourceGroupName = $world.Arguments.ResourceGroupName; WorkspaceName = $world.Arguments.WorkspaceName }

        Enter-World $world
        $compute = Get-AmlAksCompute @place -Name $world.Arguments.Name -ErrorAction SilentlyContinue
        if (-not $compute) { return }
        Assert-Access ($compute | Enable-AmlScoringAccess -Force -ErrorAction SilentlyContinue) $compute

        Enter-World $world
        Assert-Claim ($compute | Enable-AmlPrivateInference -ErrorAction SilentlyContinue)
    }
}

Describe 'What is claimed in a scenario that ships' {
    It '<_>' -ForEach 'how-to', 'existing-cluster', 'user-assigned', 'service-principal', 'overlap', 'locked-down', 'hub-and-spoke', 'fleet' {
        Connect-World $_
        $existing = if ($_ -eq 'fleet') {
            Get-AmlWorkspace | Get-AmlAksCompute | Select-Object -First 2
        } else {
            Get-AmlAksCompute -ResourceGroupName myworkspacegroup -WorkspaceName myworkspace
        }
        $cluster = $_ -in 'user-assigned', 'service-principal' ? $ids.ExistingCluster : $null
        $report = $(
            if ($existing) {
                $existing | Enable-AmlPrivateInference -ErrorAction SilentlyContinue
            } elseif ($cluster) {
                Enable-AmlPrivateInference -Workspace (Get-AmlWorkspace) -Name myaks -Cluster $cluster -ErrorAction SilentlyContinue
            } else {
                Enable-AmlPrivateInference -Workspace (Get-AmlWorkspace) -Name myaks -SubnetId $ids.Subnet -ServiceCidr 10.0.0.0/16 `
                    -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -ErrorAction SilentlyContinue
            }
        )
        if ($_ -in 'how-to', 'existing-cluster', 'user-assigned', 'service-principal') { $report.IsOpen | Should -BeTrue }
        Assert-Claim $report
    }
}
