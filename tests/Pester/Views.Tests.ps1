# The format views as pwsh prints them: of each public type, of its copy from a file, filled and empty.
BeforeDiscovery {
    . "$PSScriptRoot/World.ps1"
    $none = [exception], [System.Runtime.Loader.AssemblyLoadContext], [delegate]
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
            foreach ($property in $Type.GetProperties() |
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
        $lines = (New-Sample ([type]$_) | Out-String -Width 80) -split '\r?\n'
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
            'Name             State     LoadBalancer Address         Private Nodes Subnet'
            '----             -----     ------------ -------         ------- ----- ------'
            'myaks            Succeeded Internal     10.1.0.97       True        3 default'
        )
    }
}
