Describe 'Connect-AmlVnet' {
    BeforeAll { . "$PSScriptRoot/World.ps1" }
    BeforeEach { $context = Connect-AmlVnet -Simulator -VirtualClock }
    AfterAll { Disconnect-AmlVnet }

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
            Start-ThreadJob -ArgumentList $moduleManifest, $_.Key, $_.Value {
                param($moduleManifest, $scenario, $first)
                Import-Module -Name $moduleManifest
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

    Context 'where nobody sits in front' {
        It 'tells a pipeline which values it does not give' {
            $variables = @{
                SYSTEM_OIDCREQUESTURI = $null; SYSTEM_ACCESSTOKEN = $null; AZURESUBSCRIPTION_CLIENT_ID = '0b6f2a1c-3d4e-4f50-8a61-7b8c9d0e1f2a'
                AZURESUBSCRIPTION_TENANT_ID = $null; AZURESUBSCRIPTION_SERVICE_CONNECTION_ID = $null
            }
            $failure = Invoke-WithEnvironment $variables { Get-Failure { Connect-AmlVnet -AzurePipelines } -Id PipelineValuesMissing }
            foreach ($name in $variables.Keys) { $failure.Exception.Message.Contains($name) | Should -Be ($null -eq $variables.$name) -Because $name }
        }

        It 'names the other ways and opens no browser: <parameters>' -ForEach @(
            @{ parameters = @{}; says = 'signs in with a browser' }
            @{ parameters = @{ UseDeviceAuthentication = $true }; says = '-UseDeviceAuthentication shows a code' }
        ) {
            $ways = '-Identity', '-ServicePrincipal', '-CertificatePath', '-CertificateThumbprint', '-FederatedToken', '-AzurePipelines', '-FromAzContext',
                '-AzureCli', '-AccessToken', '-DefaultCredential'
            Invoke-WithEnvironment @{ TF_BUILD = 'True' } {
                $null = Get-Failure { Connect-AmlVnet @parameters } -Id NotInteractive -Says 'TF_BUILD', $says -Recommends $ways
            }
        }

        It 'takes redirected input for nobody' {
            $run = "Import-Module '$moduleManifest'; try { Connect-AmlVnet } catch { `$_.FullyQualifiedErrorId; `$_.ErrorDetails.RecommendedAction }"
            # The local tool is run by dotnet, an installed pwsh by itself.
            $pwsh = @([Environment]::ProcessPath)
            if ($pwsh[0] -notmatch 'pwsh') { $pwsh += "$PSHOME/pwsh.dll" }
            $said = '' | & $pwsh[0] @($pwsh | Select-Object -Skip 1) -NoProfile -Command $run
            $said[0] | Should -BeLike 'NotInteractive,*'
            $said -join ' ' | Should -BeLike '*Connect-AmlVnet -Identity*'
        }

        It 'makes issues and progress logging commands on an agent' {
            Invoke-WithEnvironment @{ TF_BUILD = 'True' } {
                $null = Connect-AmlVnet -Simulator -VirtualClock
                # Refused: the identity has no right yet. The message has several lines and a semicolon in its id.
                $outcome = Get-Outcome {
                    New-AmlAksCompute @myaks @network | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
                }
                $outcome.Error | Should -HaveCount 1
                $outcome.Error[0].FullyQualifiedErrorId | Should -BeLike 'CheckFailed,*'
                $lines = @($outcome.Information | ForEach-Object { "$_" })
                $issue = @($lines -like '##vso?task.logissue type=error;code=*')
                $issue | Should -HaveCount 1
                $issue[0] | Should -Match '%0A.*CheckFailed|CheckFailed.*%0A'
                $issue[0] | Should -Not -Match "`n"
                $issue[0].EndsWith('%0A' + $outcome.Error[0].ErrorDetails.RecommendedAction.Split("`n")[-1]) | Should -BeTrue
                @($lines -like '##vso?task.setprogress value=100;*') | Should -Not -BeNullOrEmpty

                # Where the work has not begun, where it is a file's, and where the context itself is changed.
                foreach ($line in @(
                        { Remove-AmlAksCompute -ResourceGroupName g -WorkspaceName w -Name c -AsJob -Confirm }
                        { Get-AmlWorkspace -DefaultProfile @{ Subscription = $null; Tenant = @{ Id = 't' }; Environment = 'AzureCloud' } }
                        { Export-AmlCheckResult -InputObject @() -Format Json -Path nodrive:/out }
                        { Set-AmlVnetContext -Subscription absent }
                    )) {
                    $failed = Get-Outcome $line
                    $failed.Error | Should -HaveCount 1
                    $id = $failed.Error[0].FullyQualifiedErrorId.Split(',')[0]
                    @($failed.Information | Where-Object { "$_".StartsWith("##vso[task.logissue type=error;code=$id") }) | Should -Not -BeNullOrEmpty -Because $id
                }

                (Get-Outcome { Get-AmlWorkspace -Name absent -ErrorAction SilentlyContinue }).Information | Should -BeNullOrEmpty
            }
        }

        It 'makes no logging commands where -LogFormat turns them off' {
            Invoke-WithEnvironment @{ TF_BUILD = 'True' } {
                $off = Connect-AmlVnet -Simulator -VirtualClock -LogFormat Default
                "$($off.LogFormat)" | Should -Be Default
                (Get-Outcome { Get-AmlWorkspace -Name absent }).Information | Should -BeNullOrEmpty
                (Get-Outcome { New-AmlAksCompute @myaks @network }).Information | Should -BeNullOrEmpty
                "$((Connect-AmlVnet -Simulator -VirtualClock).LogFormat)" | Should -Be AzurePipelines
            }
        }

        It 'makes no logging commands elsewhere, and says so' {
            Invoke-WithEnvironment @{ TF_BUILD = $null } {
                $outcome = Get-Outcome { Connect-AmlVnet -Simulator -VirtualClock -LogFormat AzurePipelines -Verbose }
                $outcome.Verbose -like '*TF_BUILD*' | Should -Not -BeNullOrEmpty
                (Get-Outcome { Get-AmlWorkspace -Name absent }).Information | Should -BeNullOrEmpty
            }
        }
    }

    Context 'with the sign-in of Az' {
        AfterEach { Remove-Item -Path Function:Get-AzContext, Function:Get-AzAccessToken -ErrorAction Ignore }

        It 'says that Az is not loaded' {
            $null = Get-Failure { Connect-AmlVnet -FromAzContext } -Id AzNotLoaded -Recommends Connect-AzAccount
        }

        It 'says that Az is not signed in, and repeats what Az says' {
            function global:Get-AzContext { }
            function global:Get-AzAccessToken { [CmdletBinding()] param($ResourceUrl) throw 'Run Connect-AzAccount to login.' }
            $null = Get-Failure { Connect-AmlVnet -FromAzContext } -Id AzNotSignedIn
            function global:Get-AzContext { @{ Subscription = @{ Id = 's' }; Tenant = @{ Id = 't' }; Environment = 'AzureCloud' } }
            $null = Get-Failure { Connect-AmlVnet -FromAzContext } -Id AzNotSignedIn -Category AuthenticationError -Says 'Run Connect-AzAccount to login.'
        }
    }
}
