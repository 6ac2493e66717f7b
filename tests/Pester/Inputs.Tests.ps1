# The INPUTS of the help pages are true: an object of each type that a page names is piped, and the command takes it.
BeforeDiscovery {
    $taken = foreach ($page in Get-ChildItem -Path "$PSScriptRoot/../../docs/en-US/*-*.md") {
        $section = [regex]::Match((Get-Content -Raw -Path $page.FullName), '(?s)\n## INPUTS\n(.*?)\n## OUTPUTS').Groups[1].Value
        [regex]::Matches($section, '(?m)^### (\S+)').ForEach{ @{ Command = $page.BaseName; Type = $_.Groups[1].Value } }.Where{ $_.Type -ne 'None' }
    }
}

Describe 'What a page says can be piped' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        . "$PSScriptRoot/KubernetesWorld.ps1"
        $WarningPreference = 'SilentlyContinue'
        Connect-Kubernetes -Attached
        $objects = @{
            'AmlVnet.AksAmlExtension'   = Get-AksAmlExtension $k8s.Cluster
            'AmlVnet.KubernetesCompute' = Get-AmlWorkspace | Get-AmlKubernetesCompute
        }
        Connect-World existing-cluster
        # A right that acts at once.
        Set-AmlSimulator -Setting @{ assignmentSeconds = 0 }
        $compute = Get-AmlAksCompute @myaks
        $objects += @{
            'AmlVnet.Workspace'            = Get-AmlWorkspace
            'AmlVnet.AksCompute'           = $compute
            'AmlVnet.AksClusterIdentity'   = $compute | Get-AksClusterIdentity
            'AmlVnet.AksNetworkAccess'     = $compute | Grant-AksNetworkContributor
            'AmlVnet.AksNetworkPlan'       = New-AmlAksNetworkPlan $ids.Subnet
            'AmlVnet.AmlOperation'         = $compute | Set-AmlAksLoadBalancer -Type InternalLoadBalancer -NoWait
            'AmlVnet.AmlVnetContext'       = Get-AmlVnetContext
            'AmlVnet.ICheckReportEntry[]'  = @($compute | Test-AmlAksNetwork -Rule AMLVNET-NSG-*)
            'System.Object'                = $compute
            'System.String'                = $ids.Compute
            'System.Management.Automation.PSObject' = [pscustomobject]$myaks
        }
        $null = $objects['AmlVnet.AmlOperation'] | Wait-AmlOperation
        $plan = @{ NetworkPlan = $objects['AmlVnet.AksNetworkPlan'] }
        $new = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'second' }

        # Of a type that a command takes in a form of its own: the object.
        $own = @{
            'Add-AmlAksCompute System.String'                                = $ids.ExistingCluster
            'Add-AmlAksCompute System.Management.Automation.PSObject'        = [pscustomobject]($new + @{ ClusterId = $ids.ExistingCluster })
            'Add-AmlKubernetesCompute System.String'                         = $ids.ExistingCluster
            'Add-AmlKubernetesCompute System.Management.Automation.PSObject' = [pscustomobject]($new + @{ InputObject = $ids.ExistingCluster })
            'Get-AmlWorkspace System.Management.Automation.PSObject'         = [pscustomobject]@{ ResourceId = $ids.Workspace }
            'New-AmlAksCompute System.String'                                = $ids.Workspace
            'New-AmlAksCompute System.Management.Automation.PSObject'        = [pscustomobject]($new + $network)
            'New-AmlAksNetworkPlan System.String'                            = $ids.Subnet
            'New-AmlAksNetworkPlan System.Management.Automation.PSObject'    = [pscustomobject]@{ SubnetId = $ids.Subnet }
            'Test-AmlAksNetwork System.Management.Automation.PSObject'       = [pscustomobject]@{ ResourceId = $ids.Compute }
        }
        # What has to be given beside what is piped.
        $beside = @{
            'Add-AmlAksCompute System.String'                           = $new + @{ Force = $true }
            'Add-AmlAksCompute AmlVnet.Workspace'                       = @{ Name = 'second'; ClusterId = $ids.ExistingCluster; Force = $true }
            'Add-AmlAksCompute System.Management.Automation.PSObject'   = @{ Force = $true }
            'Add-AmlKubernetesCompute AmlVnet.AksAmlExtension'          = $new
            'Add-AmlKubernetesCompute System.String'                    = $new
            'Enable-AmlPrivateInference AmlVnet.Workspace'              = @{ Name = 'second' } + $plan
            'Enable-AmlPrivateInference AmlVnet.AksNetworkPlan'         = $new
            'New-AmlAksCompute AmlVnet.AksNetworkPlan'                  = $new
            'New-AmlAksCompute AmlVnet.Workspace'                       = @{ Name = 'second' } + $plan
            'New-AmlAksCompute System.String'                           = @{ Name = 'second' } + $plan
            'Test-AmlAksNetwork AmlVnet.Workspace'                      = $plan
            'Set-AmlAksLoadBalancer'                                    = @{ Type = 'PublicIp' }
            'Grant-AksAmlTrustedAccess'                                 = @{ WorkspaceId = $ids.Workspace }
            'Revoke-AksAmlTrustedAccess'                                = @{ WorkspaceId = $ids.Workspace }
            'Export-AmlReport'                                          = @{ Path = "$TestDrive/report.html" }
            'Export-AmlCheckResult'                                     = @{ Path = "$TestDrive/results.json"; Format = 'Json' }
            'Move-AmlAksCompute'                                        = @{ Path = 'Clean'; Namespace = 'inferencing' } + $k8s.Tls
            'Install-AksAmlExtension'                                   = $k8s.Tls
        }
    }
    AfterAll {
        Disconnect-AmlVnet -ErrorAction Ignore
    }

    It '<Command> takes <Type>' -ForEach $taken {
        $case = "$Command $Type"
        $given = $own.ContainsKey($case) ? $own[$case] : $objects[$Type]
        $given | Should -Not -BeNullOrEmpty
        $arguments = @{ ErrorAction = 'SilentlyContinue' } + ($beside[$case] ?? $beside[$Command] ?? @{})
        if ((Get-Command -Name $Command).Parameters.ContainsKey('WhatIf')) { $arguments.WhatIf = $true }
        $problems = @($(try { $null = , $given | & $Command @arguments -ErrorVariable found; $found } catch { $_ }))
        # What comes of it is another matter: the object has to be taken for what it is.
        $problems | Where-Object { $_.FullyQualifiedErrorId -match 'NotBound|Mandatory|Ambiguous|Argument|Binding|InvalidReference|InvalidCombination' } |
            ForEach-Object { "$($_.FullyQualifiedErrorId): $_" } | Should -BeNullOrEmpty
    }
}
