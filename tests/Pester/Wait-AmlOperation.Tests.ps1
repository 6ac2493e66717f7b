Describe 'Wait-AmlOperation' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $script:operation = New-AmlAksCompute @myaks @network -NoWait
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'waits for a piped operation' {
        $compute = $script:operation | Wait-AmlOperation
        $compute.Name | Should -Be 'myaks'
        $compute.ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes the token alone' {
        (Wait-AmlOperation -Token $script:operation.Token).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes the id of the resource' {
        (Wait-AmlOperation -ResourceId $script:operation.ResourceId).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes a copy as it comes out of a file' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize($script:operation)
        $copy = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        ($copy | Wait-AmlOperation).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'shows its token in no view' -Skip:(-not (Get-Command -Name Out-String -ErrorAction Ignore)) {
        # A view would break the token over lines, or cut it off.
        $start = "*$($script:operation.Token.Substring(0, 40))*"
        ($script:operation | Format-Table | Out-String -Width 4000) -replace '\s' | Should -Not -BeLike $start
        ($script:operation | Format-List | Out-String -Width 4000) -replace '\s' | Should -Not -BeLike $start
    }

    It 'refuses a damaged token' {
        Wait-AmlOperation -Token 'nonsense' -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidOperationToken,*'
    }
}
