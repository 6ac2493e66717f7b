Describe 'Enable-AmlStudioAccess' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { $script:created = Initialize-LockedDownCompute }
    AfterAll { Disconnect-AmlVnet }

    It 'lets the studio be reached past a deny' {
        $access = $script:created | Enable-AmlStudioAccess
        $access.Direction | Should -Be 'Outbound'
        $access.IsChanged | Should -BeTrue
        $access.IsOpen | Should -BeTrue
    }

    It 'writes a rule for each tag that is missing' {
        $access = $script:created | Enable-AmlStudioAccess -Profile All
        $access.IsOpen | Should -BeTrue
        $access.RuleName | Should -Contain 'AmlVnet-Out-AzureFrontDoor.Frontend'
        # Storage is open already, by a rule that somebody else made.
        @($access.RuleName -like '*Storage*') | Should -BeNullOrEmpty
    }

    It 'shows as many steps under -WhatIf as the real run takes' {
        $outcome = Invoke-AtPrompt { Enable-AmlStudioAccess -Profile All -SubnetId $ids.Subnet -WhatIf }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Output | Should -BeNullOrEmpty
        Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        $shown = ($outcome.Text -split 'What if:').Count - 1

        $access = Enable-AmlStudioAccess -Profile All -SubnetId $ids.Subnet

        $shown | Should -BeGreaterThan 1
        $access.RuleName | Should -HaveCount $shown
    }

    It 'writes nothing the second time' {
        $null = $script:created | Enable-AmlStudioAccess -Profile All
        ($script:created | Enable-AmlStudioAccess -Profile All).IsChanged | Should -BeFalse
    }

    It 'takes the subnet itself' {
        (Enable-AmlStudioAccess -SubnetId $script:created.SubnetId).IsOpen | Should -BeTrue
    }

    It 'needs nothing where outbound is not restricted' {
        Connect-World
        $free = New-AmlAksCompute @myaks @network
        $access = $free | Enable-AmlStudioAccess
        $access.IsChanged | Should -BeFalse
        $access.IsOpen | Should -BeTrue
    }
}
