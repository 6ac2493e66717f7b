Describe 'Disconnect-AmlVnet' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $manifest = (Get-Module -Name AmlVnet).Path -replace '\.psm1$', '.psd1'
    }
    BeforeEach { $context = Connect-AmlVnet -Simulator -VirtualClock }

    It 'forgets the sign-in, all of them' {
        $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario fleet
        Disconnect-AmlVnet | Should -BeNullOrEmpty
        Get-AmlVnetContext | Should -BeNullOrEmpty
        Get-AmlVnetContext -ListAvailable | Should -BeNullOrEmpty
    }

    It 'is content without a sign-in' {
        Disconnect-AmlVnet
        { Disconnect-AmlVnet -ErrorAction Stop } | Should -Not -Throw
    }

    It 'leaves <_> with an error that says what to run, and the script goes on' -ForEach @(
        'Get-AmlWorkspace', 'New-AmlAksCompute @myaks', 'Get-AmlAksCompute @myaks', 'Wait-AmlOperation -Token x'
        'Grant-AksNetworkContributor /subscriptions/s/resourceGroups/g/providers/Microsoft.ContainerService/managedClusters/c'
    ) {
        Disconnect-AmlVnet
        # A shell of its own, for in a test every error would end the script.
        $shell = [powershell]::Create([System.Management.Automation.RunspaceMode]::NewRunspace)
        try {
            $script = "Import-Module -Name '$manifest'; `$myaks = @{ ResourceGroupName = 'g'; WorkspaceName = 'wksp'; Name = 'aks' }; $_;
                'goes on'"
            $shell.AddScript($script).Invoke() | Should -Be 'goes on'
            $shell.Streams.Error.Count | Should -Be 1
            $failure = $shell.Streams.Error[0]
        } finally {
            $shell.Dispose()
        }

        $failure.FullyQualifiedErrorId | Should -BeLike 'NotConnected,AmlVnet.Cmdlets.*'
        "$($failure.CategoryInfo.Category)" | Should -Be 'AuthenticationError'
        $failure.ErrorDetails.RecommendedAction | Should -BeLike '*Connect-AmlVnet*'
    }

    It 'emits what it forgot with -PassThru' {
        $forgotten = Disconnect-AmlVnet -PassThru
        $forgotten.SubscriptionId | Should -Be $context.SubscriptionId
        $forgotten.IsSimulator | Should -BeTrue
    }

    It 'leaves a context that was kept able to serve, by <_>' -ForEach 'DefaultProfile', 'AzContext' {
        Disconnect-AmlVnet
        $profile = @{ $_ = $context }
        (Get-AmlWorkspace @profile).Name | Should -Be 'myworkspace'
    }
}
