Describe 'Disable-AmlStudioAccess' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { $script:created = Initialize-LockedDownCompute }
    AfterAll { Disconnect-AmlVnet }

    It 'removes the rules of this module: <_>' -ForEach 'Studio', 'All' {
        $null = $script:created | Enable-AmlStudioAccess -Profile $_
        $closed = $script:created | Disable-AmlStudioAccess -Profile $_
        $closed.IsChanged | Should -BeTrue
        $closed.RuleName | Should -BeNullOrEmpty
        ($script:created | Enable-AmlStudioAccess -Profile $_).IsChanged | Should -BeTrue
    }

    It 'is content when there are none' {
        ($script:created | Disable-AmlStudioAccess).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $script:created | Enable-AmlStudioAccess
        $script:created | Disable-AmlStudioAccess -WhatIf | Should -BeNullOrEmpty
        ($script:created | Enable-AmlStudioAccess).IsChanged | Should -BeFalse
    }
}
