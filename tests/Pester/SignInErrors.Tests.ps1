# What a sign-in says that fails: in the words of whom it asked, with what to do.
BeforeAll {
    . "$PSScriptRoot/World.ps1"

    # What gives every request on loopback the same answer, whatever host it names: an identity endpoint, or a proxy. Emits its port, and
    # the job that serves.
    function Start-IdentityEndpoint([int] $Status, [string] $Body) {
        $listener = [System.Net.Sockets.TcpListener]::new([System.Net.IPAddress]::Loopback, 0)
        $listener.Start()
        $job = Start-ThreadJob -ScriptBlock {
            $answer = [System.Text.Encoding]::UTF8.GetBytes("HTTP/1.1 $using:Status No`r`nContent-Type: application/json`r`n" +
                "Content-Length: $([System.Text.Encoding]::UTF8.GetByteCount($using:Body))`r`nConnection: close`r`n`r`n$using:Body")
            while ($true) {
                try { $client = ($using:listener).AcceptTcpClient() } catch { return }
                $reader = [System.IO.StreamReader]::new($client.GetStream())
                while ($reader.ReadLine()) { }
                $client.GetStream().Write($answer, 0, $answer.Length)
                $client.Dispose()
            }
        }
        @{ Port = $listener.LocalEndpoint.Port; Listener = $listener; Job = $job }
    }
}

Describe 'A sign-in that fails' {
    It 'as a managed identity repeats what the platform says: <body>' -ForEach @(
        @{ body = '{"Message":"No managed identity was found for Automation account 0b6f2a1c."}'; says = 'No managed identity was found for Automation account 0b6f2a1c.' }
        @{ body = '{"error":{"code":"x","message":"The hybrid worker has no identity."}}'; says = 'The hybrid worker has no identity.' }
        @{ body = '{"error":"invalid_request","error_description":"Identity not found"}'; says = 'Identity not found' }
        @{ body = 'No managed identity is enabled here.'; says = 'No managed identity is enabled here.' }
    ) {
        $endpoint = Start-IdentityEndpoint -Status 400 -Body $body
        try {
            Invoke-WithEnvironment @{ IDENTITY_ENDPOINT = "http://127.0.0.1:$($endpoint.Port)/token"; IDENTITY_HEADER = 'header-7Yt5' } {
                $failure = Get-Failure { Connect-AmlVnet -Identity } -Id SignInFailed -Says $says, 'HTTP 400' -Recommends 'managed identity', '-AccountId'
                "$failure" | Should -Not -BeLike '*could not be parsed*'
                "$failure" | Should -Not -BeLike '*header-7Yt5*'
            }
        } finally {
            $endpoint.Listener.Stop()
            $null = $endpoint.Job | Wait-Job -Timeout 1
            $endpoint.Job | Remove-Job -Force -ErrorAction Ignore
        }
    }

    It 'as a managed identity names the proxy before the endpoint' {
        . "$PSScriptRoot/Terminal.ps1"
        $run = "Import-Module '$([System.IO.Path]::GetFullPath($moduleManifest))'; try { Connect-AmlVnet -Identity } " +
        'catch { $_.FullyQualifiedErrorId; "$_"; $_.ErrorDetails.RecommendedAction }'
        $endpoint = Start-IdentityEndpoint -Status 403 -Body '<html>no</html>'
        try {
            # .NET reads these variables once in a process.
            $proxy = @{
                http_proxy = "http://127.0.0.1:$($endpoint.Port)"; no_proxy = ''
                IDENTITY_ENDPOINT = 'http://identity.invalid/token'; IDENTITY_HEADER = 'h'
            }
            $said = @((Invoke-Unattended '-NoProfile', '-Command', $run -Redirection '</dev/null' -Environment $proxy) -split '\r?\n')
        } finally {
            $endpoint.Listener.Stop()
            $null = $endpoint.Job | Wait-Job -Timeout 1
            $endpoint.Job | Remove-Job -Force -ErrorAction Ignore
        }
        $said[0] | Should -BeLike 'SignInUnreachable,*'
        $said[1] | Should -BeLike "*http://identity.invalid/token*http://127.0.0.1:$($endpoint.Port)*"
        $said[2] | Should -BeLike '*NO_PROXY*'
    } -Skip:(-not $IsLinux)

    It 'with the Azure CLI recommends az login' {
        $bin = New-Item -ItemType Directory -Path "$TestDrive/bin"
        Set-Content -Path "$bin/az" -Value "#!/bin/sh`necho `"ERROR: Please run 'az login' to setup account.`" >&2`nexit 1"
        chmod +x "$bin/az"
        Invoke-WithEnvironment @{ PATH = "${bin}:$env:PATH" } {
            $null = Get-Failure { Connect-AmlVnet -AzureCli } -Id SignInFailed -Recommends 'az login'
        }
    } -Skip:(-not $IsLinux)

    It 'names what is missing: <command>' -ForEach @(
        @{ command = { Connect-AmlVnet -ServicePrincipal }; says = '-ServicePrincipal'; recommends = '-Credential', '-CertificatePath', '-FederatedToken' }
        @{ command = { Connect-AmlVnet -ServicePrincipal -Tenant t }; says = '-ServicePrincipal'; recommends = '-Credential' }
        @{ command = { Connect-AmlVnet -ServicePrincipal -ApplicationId x }; says = 'secret'; recommends = '-CertificateThumbprint' }
        @{ command = { Connect-AmlVnet -ServicePrincipal -SendCertificateChain }; says = '-SendCertificateChain'; recommends = '-CertificatePath' }
        @{ command = { Connect-AmlVnet -ApplicationId x -Tenant t }; says = '-ApplicationId'; recommends = '-CertificatePath' }
        @{ command = { Connect-AmlVnet -AccountId x }; says = '-AccountId'; recommends = '-Identity' }
    ) {
        $null = Get-Failure $command -Id InvalidCombination -Category InvalidArgument -Says $says -Recommends $recommends
    }

    It 'makes no folder for a state' {
        $path = "$TestDrive/no/such/folder/my.state"
        $null = Get-Failure { Connect-AmlVnet -Simulator -StatePath $path } -Id FileNotWritten -Says '-StatePath', 'no folder'
        Test-Path "$TestDrive/no" | Should -BeFalse
    }
}

Describe 'The verbose stream' {
    It 'tells a poll once, and how many more there were' {
        Connect-World
        $outcome = Get-Outcome { New-AmlAksCompute @myaks @network }
        $polls = @($outcome.Verbose -like '*computeOperationsStatus*')
        $polls | Should -HaveCount 2
        $polls[0] | Should -Match ' -> 200, \d+ ms$'
        $polls[1] | Should -Match ' -> 200, \d\d more times$'
    }
}

Describe 'The module in constrained language' {
    It 'says what it needs' {
        $run = "`$ExecutionContext.SessionState.LanguageMode = 'ConstrainedLanguage'; try { Import-Module '$([System.IO.Path]::GetFullPath($moduleManifest))' } catch { `"`$_`" }"
        . "$PSScriptRoot/Terminal.ps1"
        Invoke-Unattended '-NoProfile', '-Command', $run -Redirection '</dev/null' | Should -BeLike '*needs the language mode FullLanguage; this session is in ConstrainedLanguage*'
    } -Skip:(-not $IsLinux)
}

AfterAll { Disconnect-AmlVnet }
