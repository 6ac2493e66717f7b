Describe 'Disable-AmlStudioAccess' {
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
        $null = $created | Enable-AmlStudioAccess
        ($created | Disable-AmlStudioAccess).IsChanged | Should -BeTrue
        ($created | Enable-AmlStudioAccess).IsChanged | Should -BeTrue
    }

    It 'is content when there are none' {
        ($created | Disable-AmlStudioAccess).IsChanged | Should -BeFalse
    }

    It 'changes nothing under -WhatIf' {
        $null = $created | Enable-AmlStudioAccess
        $created | Disable-AmlStudioAccess -WhatIf | Should -BeNullOrEmpty
        ($created | Enable-AmlStudioAccess).IsChanged | Should -BeFalse
    }
}
