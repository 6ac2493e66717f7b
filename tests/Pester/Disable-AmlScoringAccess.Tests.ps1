Describe 'Disable-AmlScoringAccess' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $script:created = Initialize-LockedDownCompute
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'removes the rules of this module' {
        $null = $script:created | Enable-AmlScoringAccess
        $closed = $script:created | Disable-AmlScoringAccess
        $closed.IsChanged | Should -BeTrue
        $closed.RuleName | Should -BeNullOrEmpty
    }

    It 'is content when there are none' {
        ($script:created | Disable-AmlScoringAccess).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $script:created | Enable-AmlScoringAccess
        $script:created | Disable-AmlScoringAccess -WhatIf | Should -BeNullOrEmpty
        ($script:created | Disable-AmlScoringAccess).IsChanged | Should -BeTrue
    }
}
