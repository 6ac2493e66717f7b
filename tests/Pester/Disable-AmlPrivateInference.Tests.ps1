Describe 'Disable-AmlPrivateInference' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $null = New-AmlAksCompute @myaks @network | Enable-AmlPrivateInference
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'changes nothing under -WhatIf' {
        Get-AmlAksCompute @myaks | Disable-AmlPrivateInference -WhatIf | Should -BeNullOrEmpty
        (Get-AmlAksCompute @myaks).IsPrivate | Should -BeTrue
    }

    It 'goes back to a public address and takes the role away' {
        $public = Get-AmlAksCompute @myaks | Disable-AmlPrivateInference
        $public.IsPrivate | Should -BeFalse
        $public.IsChanged | Should -BeTrue
        (Get-AmlAksCompute @myaks | Revoke-AksNetworkContributor).IsChanged | Should -BeFalse
    }

    It 'changes nothing the second time' {
        (Get-AmlAksCompute @myaks | Disable-AmlPrivateInference).IsChanged | Should -BeFalse
    }
}
