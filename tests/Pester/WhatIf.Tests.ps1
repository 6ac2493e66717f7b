# What -WhatIf shows can go into a change ticket: every step with its values, that there is nothing to do, and what a pipeline cannot show.
BeforeAll {
    . "$PSScriptRoot/World.ps1"

    function Get-WhatIf([scriptblock] $Command) {
        $outcome = Invoke-AtPrompt $Command
        $outcome.Error | Should -BeNullOrEmpty
        $outcome
    }
}

AfterAll { Disconnect-AmlVnet }

Describe 'What -WhatIf shows' {
    It 'of a grant: principal, role and scope' {
        Connect-World existing-cluster
        $outcome = Get-WhatIf { Get-AmlAksCompute @myaks | Grant-AksNetworkContributor -WhatIf }
        $principal = (Get-AksClusterIdentity -InputObject $ids.ExistingCluster).PrincipalId
        "$($outcome.Text)" | Should -BeLike "*What if: *Grant Network Contributor to $principal*$($ids.NetworkGroup)*"
    }

    It 'of a rule: name, priority, direction and addresses' {
        $null = Initialize-LockedDownCompute -WarningAction SilentlyContinue
        $outcome = Get-WhatIf { Get-AmlAksCompute @myaks | Enable-AmlScoringAccess -SourceAddressPrefix 10.9.0.0/16 -WhatIf }
        "$($outcome.Text)" | Should -Match 'Add rule AmlVnet-Scoring-myaks-\S+ .*allow 10\.9\.0\.0/16 -> [\d.]+:80, Inbound, priority \d+'
    }

    It 'says that there is nothing to do' {
        Connect-World existing-cluster
        $outcome = Get-WhatIf { Get-AmlAksCompute @myaks | Set-AmlAksLoadBalancer -Type PublicIp -WhatIf }
        "$($outcome.Text)" | Should -BeLike '*What if: Nothing to do: *has PublicIp already*'
    }

    It 'says once what the rest of a pipeline cannot show' {
        Connect-World
        $outcome = Get-WhatIf { New-AmlAksCompute @myaks @network -WhatIf | Grant-AksNetworkContributor -WhatIf }
        @($outcome.Warning -like '*New-AmlAksCompute emits nothing*Enable-AmlPrivateInference -WhatIf*') | Should -HaveCount 1
        $outcome.Output | Should -BeNullOrEmpty
        (Get-WhatIf { New-AmlAksCompute @myaks @network -WhatIf }).Warning -like '*emits nothing*' | Should -BeNullOrEmpty
    }
}
