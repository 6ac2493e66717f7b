Describe 'Enable-AmlStudioAccess' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $created = New-LockedDownCompute
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'lets the studio be reached past a deny' {
        $access = $created | Enable-AmlStudioAccess
        $access.Direction | Should -Be 'Outbound'
        $access.IsChanged | Should -BeTrue
        $access.IsOpen | Should -BeTrue
    }

    It 'writes nothing the second time' {
        $null = $created | Enable-AmlStudioAccess -Profile All
        ($created | Enable-AmlStudioAccess -Profile All).IsChanged | Should -BeFalse
    }

    It 'takes the subnet itself' {
        (Enable-AmlStudioAccess -SubnetId $created.SubnetId).IsOpen | Should -BeTrue
    }

    It 'needs nothing where outbound is not restricted' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $free = New-AmlAksCompute @myaks @network
        $access = $free | Enable-AmlStudioAccess
        $access.IsChanged | Should -BeFalse
        $access.IsOpen | Should -BeTrue
    }
}
