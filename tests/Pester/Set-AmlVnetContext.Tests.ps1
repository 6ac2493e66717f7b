Describe 'Set-AmlVnetContext' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    AfterAll { Disconnect-AmlVnet }

    It 'turns to a subscription by its id' {
        $context = Get-AmlVnetContext
        (Set-AmlVnetContext -Subscription $context.SubscriptionId).SubscriptionName | Should -Be $context.SubscriptionName
    }

    It 'turns back to an earlier context' {
        $first = Get-AmlVnetContext
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $null = $first | Set-AmlVnetContext
        [object]::ReferenceEquals((Get-AmlVnetContext), $first) | Should -BeTrue
    }

    It 'keeps the context when there is no such subscription' {
        $before = (Get-AmlVnetContext).SubscriptionId
        { Set-AmlVnetContext -Subscription absent } | Should -Throw
        (Get-AmlVnetContext).SubscriptionId | Should -Be $before
    }
}
