# The chain with TLS, every stream on, a transcript running, errors of each kind: the key, the certificate and signed addresses are nowhere.
Describe 'A secret' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $rsa = [System.Security.Cryptography.RSA]::Create(2048)
        $request = [System.Security.Cryptography.X509Certificates.CertificateRequest]::new(
            'CN=www.contoso.com', $rsa, [System.Security.Cryptography.HashAlgorithmName]::SHA256,
                [System.Security.Cryptography.RSASignaturePadding]::Pkcs1)
        $certificate = $request.CreateSelfSigned([datetimeoffset]::UtcNow.AddDays(-1), [datetimeoffset]::UtcNow.AddDays(1))
        Set-Content -Path "$TestDrive/cert.pem" -Value $certificate.ExportCertificatePem()
        Set-Content -Path "$TestDrive/key.pem" -Value $rsa.ExportPkcs8PrivateKeyPem()
        $tls = @{ SslCertificatePath = "$TestDrive/cert.pem"; SslKeyPath = "$TestDrive/key.pem"; SslCname = 'www.contoso.com' }
        $secrets = @(Get-Content -Path "$TestDrive/cert.pem", "$TestDrive/key.pem" |
            Where-Object { $_.Length -gt 20 -and $_ -notlike '-----*' }) + 'PRIVATE KEY'

        # A value with each of its public and private properties, and those beneath it; PowerShell would need minutes for it.
        Add-Type -TypeDefinition @'
            using System;
            using System.Collections;
            using System.Reflection;
            using System.Text;

            public static class Deep
            {
                public static string Text(object value)
                {
                    var text = new StringBuilder();
                    Walk(value, 0, text);
                    return text.ToString();
                }

                private static void Walk(object value, int depth, StringBuilder text)
                {
                    // What is the engine's own holds the whole session.
                    if (value is null || depth > 4 || value.GetType().FullName.StartsWith("System.Management.Automation")) return;
                    text.AppendLine(value.ToString());
                    if (value is string || value is ValueType || value is Type || value is Assembly || value is MemberInfo ||
                        value is Delegate) return;
                    if (value is IDictionary table) foreach (DictionaryEntry entry in table) Walk(entry.Value, depth + 1, text);
                    else if (value is IEnumerable list) foreach (var one in list) Walk(one, depth + 1, text);
                    foreach (var property in value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public |
                        BindingFlags.NonPublic))
                    {
                        if (property.GetIndexParameters().Length > 0 || property.Name == "TargetSite") continue;
                        try
                        {
                            Walk(property.GetValue(value), depth + 1, text);
                        }
                        catch (Exception e) when (e is TargetInvocationException || e is NotSupportedException ||
                            e is InvalidOperationException || e is ArgumentException)
                        {
                        }
                    }
                }
            }
'@

        # Everything that a command says, in each stream and each form.
        function Get-Told([scriptblock] $Told) {
            $outcome = Get-Outcome {
                $DebugPreference = 'Continue'
                $InformationPreference = 'Continue'
                & $Told
            }
            $outcome.Verbose
            $outcome.Debug
            $outcome.Warning
            $outcome.Information | ForEach-Object { "$_" }
            foreach ($failure in $outcome.Error) {
                [Deep]::Text($failure.Exception)
                "$($failure.Exception)"
                "$($failure.ErrorDetails) $($failure.ErrorDetails.RecommendedAction) $($failure.TargetObject)"
                [System.Management.Automation.PSSerializer]::Serialize($failure, 2)
                $failure | Out-String
                Get-Error -InputObject $failure | Out-String
            }
            foreach ($one in $outcome.Output) {
                "$one"
                [System.Management.Automation.PSSerializer]::Serialize($one, 5)
                ConvertTo-Json -InputObject $one -Depth 5 -WarningAction Ignore
                $one | Out-String
            }
            "errors: $($outcome.Error.Count)"
        }
    }
    AfterAll { Disconnect-AmlVnet }

    It 'is in no stream, no error, no object, no state file and no transcript' {
        $null = Connect-AmlVnet -Simulator -VirtualClock -StatePath "$TestDrive/world.state"
        $told = [System.Collections.Generic.List[string]]::new()
        $transcript = Start-Transcript -Path "$TestDrive/transcript.txt"
        try {
            # A refusal, a missing file, a wrong file, a rehearsal, an operation, the chain, a difference, a failed operation.
            $fault = @{ Method = 'PUT'; Times = 1; Status = 400; Code = 'BadArgument'; Message = "The body can't be used." }
            Set-AmlSimulator -Fault $fault
            $lines = @(
                @{ errors = 1; run = { New-AmlAksCompute @myaks @network @tls } }
                @{ errors = 1; run = { $wrong = $tls + @{}; $wrong.SslCertificatePath = "$TestDrive/nothere.pem";
                    New-AmlAksCompute @myaks @network @wrong } }
                @{ errors = 1; run = { $wrong = $tls + @{}; $wrong.SslKeyPath = "$TestDrive/world.state";
                    New-AmlAksCompute @myaks @network @wrong } }
                @{ errors = 0; run = { New-AmlAksCompute @myaks @network @tls -WhatIf } }
                @{ errors = 0; run = { New-AmlAksCompute @myaks @network @tls -NoWait } }
                @{ errors = 0; run = { New-AmlAksCompute @myaks @network @tls | Grant-AksNetworkContributor |
                    Set-AmlAksLoadBalancer -Type InternalLoadBalancer } }
                @{ errors = 1; run = { New-AmlAksCompute @myaks @network @tls -AgentCount 9 } }
                @{ errors = 1; run = {
                        Set-AmlSimulator -Fault @{ Method = 'PUT'; Kind = 'FailOperation'; Code = 'BadRequest'; Message = 'It broke.' }
                        Set-AmlAksLoadBalancer @myaks -Type PublicIp
                    }
                }
            )
            foreach ($line in $lines) {
                $said = @(Get-Told $line.run)
                $said[-1] | Should -Be "errors: $($line.errors)" -Because "$($line.run): $said"
                $told.AddRange([string[]]$said)
            }
            $told.Add((Get-AmlAksCompute @myaks | Format-List | Out-String))
            # What is shown at a prompt, with all streams on, is in the transcript.
            $DebugPreference = 'Continue'
            New-AmlAksCompute @myaks @network @tls -Verbose | Format-List | Out-Host
        } finally {
            $null = Stop-Transcript
        }

        $kept = Get-Content -Raw -Path "$TestDrive/transcript.txt"
        $kept | Should -BeLike '*myaks*'
        $told.Add($kept)
        Get-ChildItem -Path $TestDrive -File | Where-Object Extension -NE '.pem' | ForEach-Object { $told.Add((Get-Content -Raw -Path $_)) }
        $all = $told -join "`n"
        $all.Contains("PUT $($ids.Compute)") | Should -BeTrue
        $all.Contains('BadArgument') | Should -BeTrue
        $secrets.Count | Should -BeGreaterThan 20
        @($secrets | Where-Object { $all.Contains($_) }) | Should -BeNullOrEmpty
    }

    It 'that an operation is polled with is in its token only' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $outcome = Get-Outcome {
            $DebugPreference = 'Continue'
            New-AmlAksCompute @myaks @network -NoWait
        }
        $operation = $outcome.Output[0]
        $poll = ([System.Text.Encoding]::UTF8.GetString([convert]::FromBase64String($operation.Token)) | ConvertFrom-Json).poll
        $query = ([uri]$poll).Query
        $query.Length | Should -BeGreaterThan 10
        $said = @($outcome.Verbose; $outcome.Debug; "$operation"; $operation | Format-List | Out-String; $operation | Out-String) -join "`n"
        $said.Contains($query) | Should -BeFalse
        $said | Should -Not -BeLike "*$($operation.Token)*"
    }

    It 'that the service quotes is not repeated: <id>' -ForEach @(
        @{ how = @{ Status = 400 }; id = 'RequestRefused' }
        @{ how = @{ Kind = 'FailOperation' }; id = 'OperationFailed' }
    ) {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $key = 'c2VjcmV0IGJ5dGVzIG9mIHRoZSBrZXkgdGhhdCBubyBvbmUgc2VlcyAhIQ'
        Set-Content -Path "$TestDrive/short-cert.pem" -Value '-----BEGIN CERTIFICATE-----', 'MIIB', '-----END CERTIFICATE-----'
        Set-Content -Path "$TestDrive/short-key.pem" -Value '-----BEGIN PRIVATE KEY-----', $key, '-----END PRIVATE KEY-----'
        Set-AmlSimulator -Fault ($how + @{ Method = 'PUT'; Code = 'BadArgument'; Message = "The key $key is not valid." })
        $said = @(Get-Told {
                New-AmlAksCompute @myaks @network -SslCertificatePath "$TestDrive/short-cert.pem" `
                    -SslKeyPath "$TestDrive/short-key.pem" -SslCname www.contoso.com
            })
        $said[-1] | Should -Be 'errors: 1'
        $all = $said -join "`n"
        $all | Should -BeLike "*$id*"
        $all.Contains('The key *** is not valid.') | Should -BeTrue
        $all.Contains($key) | Should -BeFalse
    }

    It 'of a request, its query and its headers, is in no line of -Verbose and -Debug' {
        $null = Connect-AmlVnet -Simulator -VirtualClock
        $outcome = Get-Outcome {
            $DebugPreference = 'Continue'
            New-AmlAksCompute @myaks @network | Grant-AksNetworkContributor | Set-AmlAksLoadBalancer -Type InternalLoadBalancer
        }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Verbose -like '*OperationsStatus*' | Should -Not -BeNullOrEmpty
        $outcome.Debug | Should -Not -BeNullOrEmpty
        @($outcome.Verbose; $outcome.Debug) -match '\?|Bearer|Authorization:' | Should -BeNullOrEmpty
    }
}
