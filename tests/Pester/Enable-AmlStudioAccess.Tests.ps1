Describe 'Enable-AmlStudioAccess' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $script:created = Initialize-LockedDownCompute
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'lets the studio be reached past a deny' {
        $access = $script:created | Enable-AmlStudioAccess
        $access.Direction | Should -Be 'Outbound'
        $access.IsChanged | Should -BeTrue
        $access.IsOpen | Should -BeTrue
    }

    It 'writes nothing the second time' {
        $null = $script:created | Enable-AmlStudioAccess -Profile All
        ($script:created | Enable-AmlStudioAccess -Profile All).IsChanged | Should -BeFalse
    }

    It 'takes the subnet itself' {
        (Enable-AmlStudioAccess -SubnetId $script:created.SubnetId).IsOpen | Should -BeTrue
    }

    It 'needs nothing where outbound is not restricted' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $free = New-AmlAksCompute @myaks @network
        $access = $free | Enable-AmlStudioAccess
        $access.IsChanged | Should -BeFalse
        $access.IsOpen | Should -BeTrue
    }
}
