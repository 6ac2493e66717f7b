Describe 'Enable-AmlScoringAccess' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $script:created = Initialize-LockedDownCompute
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'lets a source in past a deny' {
        $access = $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24
        $access | Should -BeOfType 'AmlVnet.NetworkRuleAccess'
        $access.IsChanged | Should -BeTrue
        $access.IsOpen | Should -BeTrue
        $access.RuleName[0] | Should -BeLike 'AmlVnet-*'
    }

    It 'writes nothing the second time' {
        $null = $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24
        ($script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24).IsChanged | Should -BeFalse
    }

    It 'changes nothing and emits nothing under -WhatIf' {
        Enable-AmlScoringAccess @myaks -SourceAddressPrefix 198.51.100.0/24 -WhatIf | Should -BeNullOrEmpty
        ($script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/24).IsChanged | Should -BeTrue
    }

    It 'refuses a source that is no address' {
        $script:created | Enable-AmlScoringAccess -SourceAddressPrefix 198.51.100.0/99 -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidValue,*'
    }
}
