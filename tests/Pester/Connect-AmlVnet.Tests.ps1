Describe 'Connect-AmlVnet' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'emits a context that says it is the simulator' {
        $context = Connect-AmlVnet -Simulator -VirtualClock
        $context | Should -BeOfType 'AmlVnet.AmlVnetContext'
        $context.IsSimulator | Should -BeTrue
        $context.Environment | Should -Be 'Simulator'
    }

    It 'becomes the context of the session' {
        $context = Connect-AmlVnet -Simulator -VirtualClock
        (Get-AmlVnetContext).SubscriptionId | Should -Be $context.SubscriptionId
    }

    It 'starts a fresh world each time' {
        $null = New-AmlAksCompute @myaks @network
        $null = Connect-AmlVnet -Simulator -VirtualClock
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
    }

    It 'keeps the world in a file when asked' {
        $state = [System.IO.Path]::Combine([System.IO.Path]::GetTempPath(), [System.IO.Path]::GetRandomFileName())
        try {
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $state
            $null = New-AmlAksCompute @myaks @network
            Disconnect-AmlVnet
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $state
            (Get-AmlAksCompute @myaks).Name | Should -Be 'myaks'
        } finally {
            Disconnect-AmlVnet
            foreach ($file in [System.IO.Directory]::GetFiles([System.IO.Path]::GetTempPath(), [System.IO.Path]::GetFileName($state) + '*')) {
                [System.IO.File]::Delete($file)
            }
        }
    }

    It 'takes an access token as a secure string only' {
        $parameter = (Get-Command -Name Connect-AmlVnet).Parameters['AccessToken']
        $parameter.ParameterType.FullName | Should -Be 'System.Security.SecureString'
    }
}
