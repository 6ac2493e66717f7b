Describe 'Wait-AmlOperation' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"

        # A token's content, with one of its members changed.
        function Edit-Token([string] $Token, [string] $Member, [string] $Value) {
            $content = ConvertFrom-Json ([System.Text.Encoding]::UTF8.GetString([convert]::FromBase64String($Token))) -AsHashtable
            $content[$Member] = $Value
            [convert]::ToBase64String([System.Text.Encoding]::UTF8.GetBytes((ConvertTo-Json $content -Compress)))
        }
    }
    AfterAll { Disconnect-AmlVnet }

    Context 'a creation that is running' {
        BeforeEach {
            Connect-World
            $script:operation = New-AmlAksCompute @myaks @network -NoWait
        }

        It 'is waited for from <Form>' -ForEach @(
            @{ Form = 'the piped object'; Wait = { $operation | Wait-AmlOperation } }
            @{ Form = 'a copy that was in a Clixml file'; Wait = { Copy-ByClixml $operation | Wait-AmlOperation } }
            @{ Form = 'a copy that was JSON'; Wait = { $operation | ConvertTo-Json | ConvertFrom-Json | Wait-AmlOperation } }
            @{ Form = 'a table with the token'; Wait = { Wait-AmlOperation @{ Token = $operation.Token } } }
            @{ Form = 'the token'; Wait = { Wait-AmlOperation -Token $operation.Token } }
            @{ Form = 'the piped token'; Wait = { $operation.Token | Wait-AmlOperation } }
            @{ Form = 'the id of the resource'; Wait = { Wait-AmlOperation -ResourceId $operation.ResourceId } }
        ) {
            $operation = $script:operation
            $operation.Kind | Should -BeExactly 'CreateAksCompute'
            $operation.ResourceId | Should -BeExactly $ids.Compute
            (Get-AmlAksCompute @myaks).ProvisioningState | Should -Be 'Creating'

            $outcome = Get-Outcome $Wait

            $outcome.Error | Should -BeNullOrEmpty
            $outcome.Output | Should -HaveCount 1
            $outcome.Output[0].Name | Should -BeExactly 'myaks'
            $outcome.Output[0].ProvisioningState | Should -Be 'Succeeded'
            Get-AmlSimulatorLog -WriteOnly | Should -BeNullOrEmpty
        }

        It 'can be waited for with a limit, and taken up again' {
            Get-Failure { Wait-AmlOperation -ResourceId $ids.Compute -TimeoutSeconds 120 } -Id WaitTimedOut -Category OperationTimeout `
                -Target $ids.Compute `
                -Says 'was not done after 2 minutes', 'Creating' -Recommends "Wait-AmlOperation -ResourceId '$($ids.Compute)'"
            (Wait-AmlOperation -ResourceId $ids.Compute).ProvisioningState | Should -Be 'Succeeded'
        }

        It 'is scalars only' {
            $properties = $script:operation.psobject.Properties
            $properties.Name | Sort-Object | Should -Be @('Kind', 'OperationId', 'ResourceId', 'StartedOn', 'Token')
            foreach ($property in $properties) {
                $property.Value.GetType().FullName | Should -BeIn @('System.String', 'System.DateTimeOffset')
            }
        }

        It 'shows its token and its polling address in no view and no stream' {
            $token = $script:operation.Token
            $poll = ConvertFrom-Json ([System.Text.Encoding]::UTF8.GetString([convert]::FromBase64String($token)))
            $query = ([uri]$poll.poll).Query

            $views = 'Format-Table', 'Format-List', 'Format-Wide' | ForEach-Object { $script:operation | & $_ | Out-String -Width 4000 }
            $outcome = Get-Outcome { $script:operation | Wait-AmlOperation -Verbose -Debug }
            $outcome.Output | Should -HaveCount 1
            $shown = @($views) + "$script:operation" + @($outcome.Verbose) + @($outcome.Debug) -join "`n"

            $shown | Should -Match 'CreateAksCompute'
            # A view would break the token over lines, or cut it off.
            $shown -replace '\s' | Should -Not -BeLike "*$($token.Substring(0, 40))*"
            $query | Should -Not -BeNullOrEmpty
            $shown.Contains($query) | Should -BeFalse
            $values = $query.TrimStart('?') -split '&' -replace '^[^=]*=' | ForEach-Object { [uri]::UnescapeDataString($_) }
            foreach ($value in $values | Where-Object Length -GT 20) {
                $shown.Contains($value) | Should -BeFalse
            }
            foreach ($property in $script:operation.psobject.Properties | Where-Object Name -NE 'Token') {
                "$($property.Value)" | Should -Not -Match 'operationsStatus'
            }
        }

        It 'is not asked of another host that a token leads to: <_>' -ForEach 'poll', 'request' {
            $bent = Edit-Token $script:operation.Token $_ 'https://management.example.com/subscriptions/x'
            Get-Failure { Wait-AmlOperation -Token $bent } -Id InvalidOperationToken -Category InvalidArgument -Target $null `
                -Says 'management.example.com' `
                -Recommends 'Wait-AmlOperation -ResourceId'
            Get-AmlSimulatorLog | Should -BeNullOrEmpty
        }

        It 'refuses a damaged token' {
            Get-Failure { Wait-AmlOperation -Token 'nonsense' } -Id InvalidOperationToken
        }
    }

    It 'resumes a switch, and does not wait again for what is done' {
        Connect-World existing-cluster
        Set-AmlSimulator -RoleAssignmentDelay 0
        $operation = Get-AmlAksCompute @myaks | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait
        $operation.Kind | Should -BeExactly 'SetAksLoadBalancer'
        ($operation | Wait-AmlOperation).IsPrivate | Should -BeTrue
        ($operation | Wait-AmlOperation).IsPrivate | Should -BeTrue
    }

    It 'waits for several at once, and an old failure keeps its details' {
        Connect-World
        Set-AmlSimulator -Fault @{
            method = 'PUT'; pathContains = '/computes/bad'; kind = 'FailOperation'; code = 'QuotaExceeded'; message = 'No cores are left.'
        }
        $all = 'good1', 'bad1', 'good2' |
            ForEach-Object { New-AmlAksCompute myworkspacegroup myworkspace $_ -AgentCount 1 -ClusterPurpose DevTest -NoWait }

        $outcome = Get-Outcome { $all | Wait-AmlOperation }

        $outcome.Output.Name | Sort-Object | Should -Be @('good1', 'good2')
        $outcome.Output.Clear()
        Get-Failure -Outcome $outcome -Id OperationFailed -Category InvalidResult -Target "$($ids.Workspace)/computes/bad1" `
            -Says 'QuotaExceeded', 'No cores are left.'
    }

    It 'goes on in another process where this one left off' {
        $state = New-StatePath
        try {
            $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath $state
            $token = (New-AmlAksCompute @myaks @network -NoWait).Token
            Disconnect-AmlVnet

            $manifest = [System.IO.Path]::GetFullPath($moduleManifest)
            $script = "Import-Module '$manifest'; `$null = Connect-AmlVnet -Simulator -VirtualClock -StatePath '$state'; " +
            "`$c = Wait-AmlOperation -Token '$token'; `"`$(`$c.Name) `$(`$c.ProvisioningState) `$(`$c.AgentCount)`""
            $said = dotnet tool run pwsh -- -NoProfile -NonInteractive -Command $script 2>&1

            $LASTEXITCODE | Should -Be 0
            "$said" | Should -BeExactly 'myaks Succeeded 3'
        } finally {
            Remove-StateFile $state
        }
    }
}
