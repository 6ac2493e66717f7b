Describe 'Disable-AmlScoringAccess' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $created = New-LockedDownCompute
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'removes the rules of this module' {
        $null = $created | Enable-AmlScoringAccess
        $closed = $created | Disable-AmlScoringAccess
        $closed.IsChanged | Should -BeTrue
        $closed.RuleName | Should -BeNullOrEmpty
    }

    It 'is content when there are none' {
        ($created | Disable-AmlScoringAccess).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $created | Enable-AmlScoringAccess
        $created | Disable-AmlScoringAccess -WhatIf | Should -BeNullOrEmpty
        ($created | Disable-AmlScoringAccess).IsChanged | Should -BeTrue
    }
}
