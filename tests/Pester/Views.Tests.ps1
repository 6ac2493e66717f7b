# The format views as pwsh prints them: of each public type, of its copy from a file, filled and empty.
BeforeDiscovery {
    . "$PSScriptRoot/World.ps1"
    . "$PSScriptRoot/Terminal.ps1"
    $gap = Get-TerminalGap
    $none = [exception], [delegate]
    $types = [AmlVnet.AksCompute].Assembly.GetExportedTypes().Where{
        $type = $_
        $type.IsClass -and -not $type.IsAbstract -and $type.Name -notlike '*Reference' -and -not $none.Where{ $_.IsAssignableFrom($type) }
    }.FullName
    $printed = foreach ($type in $types) { foreach ($format in 'Table', 'List') { @{ type = $type; format = $format } } }
}

Describe 'A view' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $views = [xml](Get-Content -Raw -Path ([System.IO.Path]::ChangeExtension($moduleManifest, '.Format.ps1xml')))
        $before = $PSStyle.OutputRendering
        $PSStyle.OutputRendering = 'PlainText'

        function Get-View([string] $Type, [string] $Format) {
            @($views.SelectNodes('//View') | Where-Object { $_."${Format}Control" -and $_.ViewSelectedBy.TypeName -ccontains $Type })
        }

        # A value for each member, so that what a view leaves out is seen.
        function New-Value([string] $Name, [type] $Type, [int] $Number) {
            $kind = [nullable]::GetUnderlyingType($Type) ?? $Type
            if ($Name -eq 'Token') { return 'the-token' }
            if ($kind.IsEnum) { return [enum]::GetValues($kind).GetValue(1) }
            if ($kind.IsArray -and $kind -ne [string[]]) {
                $element = New-Instance $kind.GetElementType()
                foreach ($property in $element.GetType().GetProperties() | Where-Object { $_.CanWrite -and $_.PropertyType -eq [string] }) {
                    $property.SetValue($element, "inner-$($property.Name.ToLowerInvariant())")
                }
                $array = [array]::CreateInstance($kind.GetElementType(), 1)
                $array.SetValue($element, 0)
                return , $array
            }
            switch ($kind) {
                ([string]) { $Name -clike '*?Id' ? "/subscriptions/s/x/v$Number" : "v$Number" }
                ([string[]]) { , [string[]]@("v$Number") }
                ([int]) { 47 }
                ([long]) { 4711L }
                ([double]) { 1.5 }
                ([bool]) { $true }
                ([datetimeoffset]) { [datetimeoffset]::new(2026, 1, 2, 3, 4, 5, [timespan]::Zero) }
                ([timespan]) { [timespan]::FromSeconds(90) }
                ([uri]) { [uri]'https://management.azure.com/' }
                { [System.Collections.Generic.IReadOnlyDictionary[string, string]].IsAssignableFrom($_) } {
                    $pairs = [System.Collections.Generic.Dictionary[string, string]]::new()
                    $pairs['key'] = 'value'
                    , $pairs
                }
                { $_.Namespace -eq 'AmlVnet' -and $_.IsClass } { New-Sample $kind }
            }
        }

        function New-Instance([type] $Type) {
            if ($Type.GetConstructor(@())) { return [Activator]::CreateInstance($Type) }
            [System.Runtime.CompilerServices.RuntimeHelpers]::GetUninitializedObject($Type)
        }

        function New-Sample([type] $Type) {
            $sample = New-Instance $Type
            $number = 0
            # What a property of the types file shows is kept in lists of their own.
            $kept = $Type.GetProperties([System.Reflection.BindingFlags]'Instance, NonPublic').Where{ $_.PropertyType.IsArray }
            foreach ($property in @($Type.GetProperties()) + @($kept) |
                Where-Object CanWrite) { $property.SetValue($sample, (New-Value $property.Name $property.PropertyType (++$number))) }
            $sample
        }

        # What a view must show of a member: a scalar, of an id at least the last part.
        function Get-Shown([string] $Type, [string] $Name, $Value, [string] $Format) {
            $invariant = [cultureinfo]::InvariantCulture
            $isTable = $Format -eq 'Table'
            switch ($Value) {
                { $isTable -and $Name -eq 'Steps' } { return 'inner-name inner-status' }
                { $isTable -and $Name -eq 'LoadBalancerType' } { return "$_" -eq 'PublicIp' ? 'Public' : 'Internal' }
                { $isTable -and $_ -is [string] -and $_.StartsWith('/') } { return $_.Split('/')[-1] }
                { $isTable -and $_ -is [datetimeoffset] -and $Type -eq 'AmlVnet.AmlSimulatorRequest' } { return $_.ToString('HH:mm:ss',
                    $invariant) }
                { $isTable -and $_ -is [datetimeoffset] -and $Type -eq 'AmlVnet.AmlOperation' } { return $_.ToString('yyyy-MM-dd HH:mm',
                    $invariant) }
                { $_ -is [datetimeoffset] } { return '2026' }
                { $_ -is [double] } { return '1.5' }
                { $_ -is [System.Collections.Generic.Dictionary[string, string]] } { return 'value' }
                { $_ -and $_.GetType().IsClass -and $_.GetType().Namespace -eq 'AmlVnet' } { return '' }
                { $_ -is [array] } { return "$($_[0])" }
                default { return "$_" }
            }
        }
    }
    AfterAll {
        $PSStyle.OutputRendering = $before
        Disconnect-AmlVnet
    }

    It 'prints every member of <type> in a <format>, of a copy too' -ForEach $printed {
        $sample = New-Sample ([type]$type)
        $columns = foreach ($item in @(Get-View $type $format)[0].SelectNodes($format -eq 'Table' ? './/TableColumnItem' : './/ListItem')) {
            $item.PropertyName ?? [regex]::Match($item.ScriptBlock, '\$_\.(\w+)').Groups[1].Value
        }
        $columns | Should -Not -BeNullOrEmpty
        foreach ($value in $sample, (Copy-ByClixml $sample)) {
            $shown = $format -eq 'Table' ? ($value | Format-Table | Out-String -Width 400) : ($value | Format-List | Out-String -Width 400)
            foreach ($name in $columns) {
                $wanted = Get-Shown $type $name $sample.$name $format
                $shown.Contains($wanted) | Should -BeTrue -Because "$name ($wanted) is wanted in:`n$shown"
            }
            $shown | Should -Not -BeLike '*the-token*'
            $shown | Should -Not -BeLike '*#ERR*'
        }
    }

    It 'bears a <type> with nothing in it, in a <format>' -ForEach $printed {
        Set-StrictMode -Version Latest
        $sample = New-Instance ([type]$type)
        foreach ($value in $sample, (Copy-ByClixml $sample)) {
            $shown = $format -eq 'Table' ? ($value | Format-Table | Out-String -Width 400) : ($value | Format-List | Out-String -Width 400)
            $shown.Trim() | Should -Not -BeNullOrEmpty
            $shown | Should -Not -BeLike '*#ERR*'
        }
    }

    It 'keeps the columns of <_> in eighty characters' -ForEach $types {
        $labels = @(@(Get-View $_ Table)[0].SelectNodes('.//Label') | ForEach-Object InnerText)
        $lines = (New-Sample ([type]$_) | Format-Table | Out-String -Width 80) -split '\r?\n'
        # A header that is too long for its column goes on in the next lines.
        @($lines | Where-Object { ($_ -split ' +' -ne '') -join '|' -ceq ($labels -join '|') }) |
            Should -Not -BeNullOrEmpty -Because ($lines -join "`n")
        ($lines | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual 80
    }

    It 'shows of a request the end of its path and a time that fits' {
        $request = New-Sample ([AmlVnet.AmlSimulatorRequest])
        [AmlVnet.AmlSimulatorRequest].GetProperty('Path').SetValue($request, $ids.Compute)
        $shown = $request | Out-String -Width 80
        $shown | Should -Match '/computes/myaks\r?\n'
        $shown | Should -Match ' 03:04:05 '
    }

    It 'aligns the table of computes' {
        $compute = New-Sample ([AmlVnet.AksCompute])
        $values = @{
            Name = 'myaks'; ProvisioningState = 'Succeeded'; LoadBalancerType = [AmlVnet.LoadBalancerType]::InternalLoadBalancer
            ScoringIPAddress = '10.1.0.97'; IsPrivate = $true; AgentCount = 3; SubnetId = $ids.Subnet
        }
        foreach ($name in $values.Keys) { [AmlVnet.AksCompute].GetProperty($name).SetValue($compute, $values.$name) }
        @(($compute | Out-String -Width 80) -split '\r?\n' | ForEach-Object TrimEnd | Where-Object { $_ }) | Should -Be @(
            'Name  State     LoadBalancer Address   Private Nodes Subnet'
            '----  -----     ------------ -------   ------- ----- ------'
            'myaks Succeeded Internal     10.1.0.97 True        3 default'
        )
    }

    It 'shows long names whole at <_> columns' -ForEach 80, 120 {
        $compute = New-Sample ([AmlVnet.AksCompute])
        $name = 'inference-of-fraud-west2'
        [AmlVnet.AksCompute].GetProperty('Name').SetValue($compute, $name)
        [AmlVnet.AksCompute].GetProperty('SubnetId').SetValue($compute, "$($ids.Network)/subnets/snet-machine-learning-inference-production")
        $shown = $compute | Out-String -Width $_
        $shown | Should -Not -Match '…|\.\.\.'
        $shown | Should -BeLike "*$name*"
        $shown -replace '\s' | Should -BeLike ($_ -eq 120 ? '*snet-machine-learning-inference-production*' : '*snet*')
        $identity = New-Sample ([AmlVnet.AksClusterIdentity])
        [AmlVnet.AksClusterIdentity].GetProperty('ClusterName').SetValue($identity, 'myaks-58340-b8eb241b0bdd8')
        [AmlVnet.AksClusterIdentity].GetProperty('PrincipalId').SetValue($identity, 'c92bf0dc-c350-47bf-abb4-67d63fa74894')
        $identity | Out-String -Width $_ | Should -BeLike '*myaks-58340-b8eb241b0bdd8 *c92bf0dc-c350-47bf-abb4-67d63fa74894*'
    }

    It 'has for <_> a short set of properties, of a copy too, so that two results in one script stay short' -ForEach $types {
        $sample = New-Sample ([type]$_)
        foreach ($value in $sample, (Copy-ByClixml $sample)) {
            $set = $value.PSStandardMembers.DefaultDisplayPropertySet.ReferencedPropertyNames
            $set.Count | Should -BeIn (2..9)
            foreach ($name in $set) { $value.PSObject.Properties.Name | Should -Contain $name }
            # Behind a result of another type the formatter has no table for it.
            $lines = @((1, $value | Out-String -Width 120) -split '\r?\n' -ne '')
            $lines.Count | Should -BeLessOrEqual 20 -Because ($lines -join "`n")
        }
    }

    It 'shows in a list of <_> the years of everybody to a Thai session' -ForEach $types {
        $sample = New-Sample ([type]$_)
        $before = [cultureinfo]::CurrentCulture
        try {
            [cultureinfo]::CurrentCulture = 'th-TH'
            $shown = ($sample | Format-List | Out-String -Width 200) + ($sample | Format-Table | Out-String -Width 200) + ($sample | Out-String)
        } finally {
            [cultureinfo]::CurrentCulture = $before
        }
        $shown | Should -Not -Match '2569'
    }

    It 'writes a <_> as JSON with nothing cut' -ForEach $types {
        $sample = New-Sample ([type]$_)
        $json = $sample | ConvertTo-Json -WarningVariable cut -WarningAction SilentlyContinue
        $cut | Should -BeNullOrEmpty
        $json | Should -Not -Match 'System\.'
        # A list costs a level: what holds lists of objects needs one more, and says its texts where it has not.
        $json = $sample, $sample | ConvertTo-Json -WarningVariable cut -WarningAction SilentlyContinue
        $json | Should -Not -Match 'System\.'
        $lists = @($sample.GetType().GetProperties() | Where-Object { $_.PropertyType.IsArray -and $_.PropertyType.GetElementType().IsClass -and
                $_.PropertyType -ne [string[]] })
        if (-not $lists) { $cut | Should -BeNullOrEmpty }
        $json = $sample, $sample | ConvertTo-Json -Depth 3 -WarningVariable cut -WarningAction SilentlyContinue
        $cut | Should -BeNullOrEmpty
        $json | Should -Not -Match 'System\.'
        # Lists that are empty, as those of errors are, cost nothing.
        foreach ($list in $lists) { $list.SetValue($sample, [array]::CreateInstance($list.PropertyType.GetElementType(), 0)) }
        $null = $sample, $sample | ConvertTo-Json -WarningVariable cut -WarningAction SilentlyContinue
        if ($_ -notin 'AmlVnet.AksNetworkPlan', 'AmlVnet.PrivateInference', 'AmlVnet.ComputeMove') { $cut | Should -BeNullOrEmpty }
    }

    It 'gives a severity to what did not pass only' {
        $shown = foreach ($status in 'Passed', 'Failed', 'NotApplicable') {
            $result = New-Sample ([AmlVnet.CheckResult])
            [AmlVnet.CheckResult].GetProperty('Status').SetValue($result, [AmlVnet.CheckStatus]$status)
            [AmlVnet.CheckResult].GetProperty('Severity').SetValue($result, [AmlVnet.CheckSeverity]'Error')
            ($result | Format-Table | Out-String -Width 120) -match 'Error'
        }
        $shown | Should -Be $false, $true, $false
    }

    It 'breaks evidence at spaces on a terminal of <_> columns' -ForEach 80, 120 -Skip:([bool]$gap) {
        . "$PSScriptRoot/Terminal.ps1"
        $run = "Import-Module '$([System.IO.Path]::GetFullPath($moduleManifest))'; [cultureinfo]::CurrentCulture = ''; " +
        "`$null = Connect-AmlVnet -Simulator -VirtualClock -Scenario existing-cluster -LogFormat Default; " +
        'Get-AmlAksCompute myworkspacegroup myworkspace myaks | Test-AmlAksNetwork -Rule AMLVNET-NSG-001, AMLVNET-OUTBOUND-003'
        $shown = Invoke-OnTerminal '-NoProfile', '-Command', $run -Columns $_
        $evidence = @($shown -split "`n" | Where-Object Length -GT 48 | ForEach-Object { $_.Substring(48).Trim() } | Where-Object { $_ })
        ($evidence -join ' ') | Should -BeLike "*Azure's own DNS at 168.63.129.16 answers the network; groups filter it by the tag AzurePlatformDNS only, which no rule denies.*"
        ($shown -split "`n" | Measure-Object -Property Length -Maximum).Maximum | Should -BeLessOrEqual $_
    }

    It 'leaves out what does not apply, and says so' {
        Connect-World existing-cluster
        $all = Get-AmlAksCompute @myaks | Test-AmlAksNetwork -All
        $hidden = @($all | Where-Object Status -EQ 'NotApplicable')
        $hidden | Should -Not -BeNullOrEmpty
        $all | Out-String -Width 120 | Should -BeLike '*Status: NotApplicable*'
        $outcome = Get-Outcome { Get-AmlAksCompute @myaks | Test-AmlAksNetwork }
        $outcome.Output | ConvertTo-Json | Should -BeExactly ($all | Where-Object Status -NE 'NotApplicable' | ConvertTo-Json)
        $outcome.Verbose | Should -Contain "-All shows $($hidden.Count) more, of rules that have nothing to say here."
        $shown = $outcome.Output | Out-String -Width 120
        foreach ($id in $hidden.Id | Where-Object { $_ -notin $outcome.Output.Id }) { $shown | Should -Not -BeLike "*$id*" }
        # Who asks for a rule sees what it says.
        Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule $hidden[0].Id | Out-String -Width 120 | Should -BeLike '*NotApplicable*'
        # Nothing at all would look like a pass.
        $without = @($all.Id | Where-Object { $_ -ne $hidden[0].Id -and $_ -like 'AMLVNET-*' } | Select-Object -Unique)
        $nothing = Get-Outcome { Get-AmlAksCompute @myaks | Test-AmlAksNetwork -ExcludeRule $without -Severity $hidden[0].Severity }
        $nothing.Output | Should -BeNullOrEmpty
        $nothing.Warning | Should -Be 'Nothing was checked. -All shows 1 more, of rules that have nothing to say here.'
    }

    It 'shows the subnet of an attached compute, by its name and in a list of all' {
        Connect-World existing-cluster
        $attached = Get-AmlAksCompute @myaks
        $attached.IsAttached | Should -BeTrue
        $attached.SubnetId | Should -Be $ids.Subnet
        $attached | Out-String -Width 80 | Should -Match '(?m) default\s*$'
        (Get-AmlWorkspace | Get-AmlAksCompute).SubnetId | Should -Be $ids.Subnet
    }

    It 'speaks of one thing in the singular' {
        $text = (Test-AmlAksNetwork -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -ServiceCidr 10.0.0.0/16 `
                -DnsServiceIP 10.0.0.10 -DockerBridgeCidr 172.17.0.1/16 -PodCidr 10.244.0.0/24 -AgentCount 1 -ClusterPurpose DevTest |
                ConvertTo-Json -Depth 3)
        $text += (New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24 -NodeCount 1).Reason.Text -join ' '
        $text | Should -BeLike '*1 node*'
        $text | Should -Not -Match '\b1 (nodes|ranges|addresses|routes|rules|subnets|virtual CPUs)\b'
    }

    It 'shows the outcome of Enable-AmlPrivateInference as a short list with whole ids' {
        Connect-World existing-cluster
        $outcome = Get-AmlAksCompute @myaks | Enable-AmlPrivateInference -WarningAction SilentlyContinue
        foreach ($one in $outcome, (Copy-ByClixml $outcome)) {
            $lines = @(($one | Out-String -Width 80) -split '\r?\n' -ne '')
            $lines.Count | Should -BeLessOrEqual 12
            -join $lines | Should -BeLike "*ComputeId : $($ids.Compute)"
            $lines | Should -Contain 'Private   : True'
        }
        $outcome.Steps[0].Duration | Should -BeOfType ([timespan])
        $text = $outcome | ConvertTo-Json -WarningVariable cut -WarningAction SilentlyContinue
        $cut | Should -BeNullOrEmpty
        ($text | ConvertFrom-Json).Steps[0].Duration | Should -Be $outcome.Steps[0].Duration.ToString()
    }
}
