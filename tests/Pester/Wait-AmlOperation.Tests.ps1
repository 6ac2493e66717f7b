Describe 'Wait-AmlOperation' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
    }
    BeforeEach {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $operation = New-AmlAksCompute @myaks @network -NoWait
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'waits for a piped operation' {
        $compute = $operation | Wait-AmlOperation
        $compute.Name | Should -Be 'myaks'
        $compute.ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes the token alone' {
        (Wait-AmlOperation -Token $operation.Token).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes the id of the resource' {
        (Wait-AmlOperation -ResourceId $operation.ResourceId).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'takes a copy as it comes out of a file' {
        $xml = [System.Management.Automation.PSSerializer]::Serialize($operation)
        $copy = [System.Management.Automation.PSSerializer]::Deserialize($xml)
        ($copy | Wait-AmlOperation).ProvisioningState | Should -Be 'Succeeded'
    }

    It 'shows its token in no view' -Skip:(-not (Get-Command -Name Out-String -ErrorAction Ignore)) {
        $operation | Format-Table | Out-String | Should -Not -BeLike "*$($operation.Token)*"
        $operation | Format-List | Out-String | Should -Not -BeLike "*$($operation.Token)*"
    }

    It 'refuses a damaged token' {
        Wait-AmlOperation -Token 'nonsense' -ErrorAction SilentlyContinue -ErrorVariable problem | Should -BeNullOrEmpty
        $problem[0].FullyQualifiedErrorId | Should -BeLike 'InvalidOperationToken,*'
    }
}
