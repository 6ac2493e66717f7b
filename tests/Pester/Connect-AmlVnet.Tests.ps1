Describe 'Connect-AmlVnet' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $manifest = (Get-Module -Name AmlVnet).Path -replace '\.psm1$', '.psd1'
    }
    BeforeEach {
        $context = Connect-AmlVnet -Simulator -VirtualClock
    }
    AfterAll {
        Disconnect-AmlVnet
    }

    It 'emits a context that says it is the simulator, and so does every verbose line' {
        $context | Should -BeOfType 'AmlVnet.AmlVnetContext'
        $context.IsSimulator | Should -BeTrue
        $context.Environment | Should -Be 'Simulator'
        $context.SubscriptionName | Should -Be 'AmlVnet rehearsal'
        $said = Get-AmlWorkspace -Verbose 4>&1 | Where-Object { $_ -is [System.Management.Automation.VerboseRecord] }
        $said | Should -Not -BeNullOrEmpty
        @($said.Message) -notlike 'simulator: *' | Should -BeNullOrEmpty
    }

    It 'becomes the context of the session' {
        (Get-AmlVnetContext).SubscriptionId | Should -Be $context.SubscriptionId
    }

    It 'starts a fresh world each time' {
        $null = New-AmlAksCompute @myaks @network
        $null = Connect-AmlVnet -Simulator -VirtualClock
        Get-AmlWorkspace | Get-AmlAksCompute | Should -BeNullOrEmpty
    }

    It 'keeps the world in a file when asked' {
        $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath "$TestDrive/world.json"
        $null = New-AmlAksCompute @myaks @network
        Disconnect-AmlVnet
        $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath "$TestDrive/world.json"
        (Get-AmlAksCompute @myaks).Name | Should -Be 'myaks'
        Disconnect-AmlVnet
    }

    It 'takes an access token as a secure string only' {
        (Get-Command -Name Connect-AmlVnet).Parameters['AccessToken'].ParameterType.FullName | Should -Be 'System.Security.SecureString'
    }

    It 'replaces an equal sign-in' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        @(Get-AmlVnetContext -ListAvailable).Count | Should -Be 1
    }

    It 'chooses the subscription by <_>' -ForEach @(
        "-Subscription 'AmlVnet rehearsal'", "-SubscriptionName 'amlvnet REHEARSAL'", '-SubscriptionId 5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36'
    ) {
        (Invoke-Expression "Connect-AmlVnet -Simulator -VirtualClock $_").SubscriptionId | Should -Be '5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36'
    }

    It 'refuses <_>, and signs in nowhere' -ForEach '-Simulator', '-Identity', '-AzurePipelines', '-FromAzContext', '-AzureCli',
        '-DefaultCredential' {
        Disconnect-AmlVnet
        $failure = try { Invoke-Expression "Connect-AmlVnet ${_}:`$false" } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -BeLike 'InvalidValue,AmlVnet.Cmdlets.*'
        "$($failure.CategoryInfo.Category)" | Should -Be 'InvalidArgument'
        "$($failure.TargetObject)" | Should -Be 'False'
        "$failure" | Should -BeLike "*${_}:`$false*"
        Get-AmlVnetContext | Should -BeNullOrEmpty
    }

    It 'says of a path that is no file''s: <says>' -ForEach @(
        @{ parameters = @{ Simulator = $true; StatePath = 'env:\world.json' }; says = 'Environment' }
        @{ parameters = @{ Simulator = $true; StatePath = 'nodrive:\world.json' }; says = 'nodrive' }
        @{ parameters = @{ Simulator = $true; StatePath = "a`0b" }; says = 'null character' }
        @{ parameters = @{ ApplicationId = 'x'; Tenant = 't'; CertificatePath = 'variable:\client.pfx' }; says = 'Variable' }
        @{ parameters = @{ ApplicationId = 'x'; Tenant = 't'; CertificatePath = "a`0b" }; says = 'null character' }
    ) {
        $failure = try { Connect-AmlVnet @parameters } catch { $_ }
        $failure.FullyQualifiedErrorId | Should -Be 'FileUnreadable,AmlVnet.Cmdlets.ConnectAmlVnetCommand'
        "$failure" | Should -BeLike "*$says*"
    }

    Context 'when a sign-in fails' {
        BeforeAll {
            function ConvertTo-Secret([string] $Text) { [System.Net.NetworkCredential]::new('', $Text).SecurePassword }
            $payload = [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes('{ "exp": 1500000000 }')).TrimEnd('=')
            $expired = ConvertTo-Secret "eyJhbGciOiJub25lIn0.$payload.signature"
            $empty = [securestring]::new()
            $token = ConvertTo-Secret 'opaque'
            $broken = ConvertTo-Secret "two`nlines"
        }

        It 'ends the script and leaves the old connection: <script>' -ForEach @(
            @{ script = 'Connect-AmlVnet -Simulator -Scenario nothere'; id = 'SimulatorNotStarted'; category = 'InvalidArgument' }
            @{ script = 'Connect-AmlVnet -Simulator -Subscription nothere'; id = 'ResourceNotFound'; category = 'ObjectNotFound' }
            @{ script = 'Connect-AmlVnet -AccessToken $expired'; id = 'TokenExpired'; category = 'AuthenticationError' }
            @{ script = 'Connect-AmlVnet -AccessToken $empty'; id = 'InvalidValue'; category = 'InvalidArgument' }
            @{ script = 'Connect-AmlVnet -AccessToken $broken'; id = 'InvalidValue'; category = 'InvalidArgument' }
            @{ script = "Connect-AmlVnet -AccessToken `$token -Tenant 'my tenant!'"; id = 'InvalidValue'; category = 'InvalidArgument' }
            @{ script = "Set-AmlVnetContext -Tenant 'my tenant!'"; id = 'InvalidValue'; category = 'InvalidArgument' }
            @{ script = 'Connect-AmlVnet -AccessToken $token -ArmEndpoint http://management.example.com'; id = 'InvalidValue';
                category = 'InvalidArgument' }
        ) {
            $goesOn = $false
            $failure = try { Invoke-Expression $script; $goesOn = $true } catch { $_ }
            $goesOn | Should -BeFalse
            $failure.FullyQualifiedErrorId | Should -BeLike "$id,AmlVnet.Cmdlets.*"
            "$($failure.CategoryInfo.Category)" | Should -Be $category
            "$($failure.Exception)" | Should -Not -Match 'signature'
            (Get-AmlWorkspace).Name | Should -Be 'myworkspace'
        }
    }

    It 'puts two runspaces into two worlds at once' {
        $jobs = @{
            'how-to' = 'New-AmlAksCompute myworkspacegroup myworkspace myaks'
            'existing-cluster' = 'Get-AmlAksCompute myworkspacegroup myworkspace myaks'
        }.GetEnumerator() | ForEach-Object {
            Start-ThreadJob -ArgumentList $manifest, $_.Key, $_.Value {
                param($manifest, $scenario, $first)
                Import-Module -Name $manifest
                $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario $scenario
                $network = @{}
                if ($scenario -eq 'how-to') {
                    $network = @{
                        VirtualNetworkResourceGroupName = 'mygroup'; VirtualNetworkName = 'mynetwork'; SubnetName = 'default'
                        ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'
                    }
                }
                $compute = Invoke-Expression "$first @network" | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer
                [pscustomobject]@{ Scenario = $scenario; Compute = $compute; Paths = @(Get-AmlSimulatorLog).Path }
            }
        }
        $made, $switched = $jobs | Receive-Job -Wait -AutoRemoveJob | Sort-Object -Property Scenario -Descending
        $made.Compute.IsAttached | Should -BeFalse
        $switched.Compute.IsAttached | Should -BeTrue
        $made.Compute.IsPrivate, $switched.Compute.IsPrivate | Should -Be $true, $true
        $made.Paths -like '*myakscluster*' | Should -BeNullOrEmpty
        $switched.Paths -like "*$($made.Compute.ClusterId)*" | Should -BeNullOrEmpty
    }
}
