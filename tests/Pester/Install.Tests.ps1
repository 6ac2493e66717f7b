# From the package to README's job, as a user of a feed has it: packed, published, installed, imported by its name.
Describe 'The package of the module' {
    BeforeAll {
        . "$PSScriptRoot/Terminal.ps1"
        $root = [System.IO.Path]::GetFullPath("$PSScriptRoot/../..")
        $job = [regex]::Matches((Get-Content -Raw "$root/README.md"), '(?s)```powershell\r?\n(.*?)```').Groups.Where{ $_.Value -like 'Get-AmlWorkspace*|*Grant-AksNetworkContributor*' }[0].Value
        # Where PowerShell keeps a user's modules and repositories: .NET takes it from here if it is there.
        $data = (New-Item -ItemType Directory -Path "$TestDrive/home/.local/share").FullName
        $home_ = "$TestDrive/home"
        $feed = (New-Item -ItemType Directory -Path "$TestDrive/feed").FullName
        $packages = "$TestDrive/packages"
        Push-Location -Path $root
        $packed = @(dotnet "$root/build/bin/Debug/net10.0/AmlVnet.Build.dll" pack --no-build --output $packages)
        Pop-Location
    }

    It 'is packed with the hash of each file' {
        $packed | Should -HaveCount 2
        foreach ($line in $packed) {
            $hash, $path = $line -split '  ', 2
            (Get-FileHash -Path $path -Algorithm SHA256).Hash | Should -Be $hash
        }
    }

    It 'is published to a folder, installed by Install-PSResource, and does the job of the README' -Skip:(-not $IsLinux) {
        Set-Content -Path "$TestDrive/install.ps1" -Value @"
`$ErrorActionPreference = 'Stop'
`$ProgressPreference = 'SilentlyContinue'
Register-PSResourceRepository -Name Folder -Uri '$feed' -Trusted
Publish-PSResource -NupkgPath (Get-ChildItem '$packages/*.nupkg').FullName -Repository Folder
Install-PSResource -Name AmlVnet -Repository Folder
`$installed = Get-InstalledPSResource -Name AmlVnet
"version `$(`$installed.Version)"
"project `$(`$installed.ProjectUri)"
"notes `$(@(`$installed.ReleaseNotes -split '\n')[0])"
`$null = Connect-AmlVnet -Simulator -VirtualClock -LogFormat Default
`$private = $($job.Trim())
"private `$(`$private.IsPrivate)"
"base `$((Get-Module -Name AmlVnet).ModuleBase)"
foreach (`$file in 'LICENSE', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.txt') { "file `$(Test-Path (Join-Path (Get-Module -Name AmlVnet).ModuleBase `$file))" }
"help `$((Get-Help New-AmlAksCompute).Synopsis)"
"@
        $said = @((Invoke-Unattended '-NoProfile', '-NonInteractive', '-File', "$TestDrive/install.ps1" -Redirection '</dev/null 2>&1' `
                    -Environment @{ HOME = $home_; XDG_DATA_HOME = $data; XDG_CONFIG_HOME = $data; XDG_CACHE_HOME = $data }) -split '\r?\n' -ne '')
        $version = (Import-PowerShellDataFile "$root/AmlVnet.psd1").ModuleVersion
        $said | Should -Contain "version $version" -Because ($said -join "`n")
        $said | Should -Contain 'private True' -Because ($said -join "`n")
        @($said -like 'file True') | Should -HaveCount 3
        ($said -like 'base *')[0] | Should -BeLike "base $home_/*"
        ($said -like 'project *')[0] | Should -BeLike 'project https://*'
        ($said -like 'help *')[0] | Should -Not -BeLike 'help New-AmlAksCompute *'
    }
}
