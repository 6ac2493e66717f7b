Describe 'Disconnect-AmlVnet' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }

    It 'forgets the sign-in' {
        Disconnect-AmlVnet | Should -BeNullOrEmpty
        Get-AmlVnetContext | Should -BeNullOrEmpty
    }

    It 'is content without a sign-in' {
        { Disconnect-AmlVnet -ErrorAction Stop } | Should -Not -Throw
    }

    It 'leaves other commands with an error that says what to run' {
        $failure = $null
        try {
            Get-AmlWorkspace
        } catch {
            $failure = $_
        }
        $failure.FullyQualifiedErrorId | Should -BeLike 'NotConnected,*'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-AmlVnet*'
    }

    It 'emits what it forgot with -PassThru' {
        $context = Connect-AmlVnet -Simulator -VirtualClock
        (Disconnect-AmlVnet -PassThru).SubscriptionId | Should -Be $context.SubscriptionId
    }
}
