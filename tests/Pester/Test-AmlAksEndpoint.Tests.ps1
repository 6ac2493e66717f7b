Describe 'Test-AmlAksEndpoint' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $script:created = New-AmlAksCompute @myaks @network
    }
    AfterAll { Disconnect-AmlVnet }

    It 'says that an endpoint of the simulator is on no network' {
        $probe = $script:created | Test-AmlAksEndpoint
        $probe | Should -BeOfType 'AmlVnet.AksEndpointProbe'
        $probe.TcpSucceeded | Should -BeFalse
        $probe.Reason | Should -BeLike '*simulator*'
    }

    It 'emits one boolean with -Quiet' {
        Test-AmlAksEndpoint @myaks -Quiet | Should -BeFalse
    }
}
