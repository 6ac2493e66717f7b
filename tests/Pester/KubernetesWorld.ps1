# What the tests of the Kubernetes route share: dot-source it in the place of World.ps1.
. "$PSScriptRoot/World.ps1"
$k8s = @{
    Cluster = "$($ids.Subscription)/resourceGroups/myaksgroup/providers/Microsoft.ContainerService/managedClusters/myakscluster"
    Names   = @{ ResourceGroupName = 'myaksgroup'; ClusterName = 'myakscluster' }
    Tls     = @{ SslSecretName = 'scoring-tls'; SslCname = 'score.contoso.internal' }
    Compute = @{ ResourceGroupName = 'myworkspacegroup'; WorkspaceName = 'myworkspace'; Name = 'myk8s' }
}
$k8s.Extension = "$($k8s.Cluster)/providers/Microsoft.KubernetesConfiguration/extensions/azureml"

# A world in which a cluster waits for its extension, with the right on the subnet of its nodes. Change may alter the scenario's document.
function Connect-Kubernetes([scriptblock] $Change, [switch] $WithoutRight, [switch] $Installed, [switch] $Attached) {
    if ($Change) {
        $document = Get-KubernetesDocument
        & $Change $document
        Connect-World $document
    } else {
        Connect-World kubernetes
    }
    if (-not $WithoutRight) { $null = Grant-AksNetworkContributor $k8s.Cluster -ScopeLevel Subnet }
    $tls = $k8s.Tls
    $compute = $k8s.Compute
    if ($Installed -or $Attached) { $null = Install-AksAmlExtension $k8s.Cluster @tls -WarningAction SilentlyContinue }
    if ($Attached) { $null = Get-AksAmlExtension $k8s.Cluster | Add-AmlKubernetesCompute @compute -Namespace inferencing -WarningAction SilentlyContinue }
    Set-AmlSimulator -ClearLog
}

# The world of the scenario kubernetes as a document that a test may change.
function Get-KubernetesDocument {
    @{
        settings        = @{ unregisteredProviders = @('Microsoft.KubernetesConfiguration') }
        resourceGroups  = @('myworkspacegroup', 'mygroup', 'myaksgroup' | ForEach-Object { @{ name = $_; location = 'eastus2' } })
        virtualNetworks = @(@{
                resourceGroup = 'mygroup'; name = 'mynetwork'; addressPrefixes = @('10.1.0.0/16')
                subnets = @(@{ name = 'default'; addressPrefix = '10.1.0.0/24' }, @{ name = 'aks-subnet'; addressPrefix = '10.1.1.0/24' })
            })
        storageAccounts = @(@{ resourceGroup = 'myworkspacegroup'; name = 'myworkspacestorage' })
        workspaces      = @(@{
                resourceGroup = 'myworkspacegroup'; name = 'myworkspace'; location = 'eastus2'
                storageAccount = 'myworkspacegroup/Microsoft.Storage/storageAccounts/myworkspacestorage'
                keyVault = 'myworkspacegroup/Microsoft.KeyVault/vaults/myworkspacevault'
                applicationInsights = 'myworkspacegroup/microsoft.insights/components/myworkspaceinsights'
            })
        clusters        = @(@{
                resourceGroup = 'myaksgroup'; name = 'myakscluster'; nodes = 3; vmSize = 'Standard_D4s_v5'; identity = 'SystemAssigned'
                subnet = 'mygroup/Microsoft.Network/virtualNetworks/mynetwork/subnets/default'
                serviceCidr = '10.0.0.0/16'; dnsServiceIP = '10.0.0.10'
                objects = @(@{ kind = 'Namespace'; name = 'inferencing' }, @{ kind = 'Secret'; name = 'scoring-tls'; namespace = 'azureml' })
            })
    }
}

# PEM files of a certificate and its key; what is in the key must be told nowhere.
function New-PemFile([string] $Folder) {
    $null = New-Item -ItemType Directory -Path $Folder -Force
    $files = @{ SslCertificatePath = "$Folder/cert.pem"; SslKeyPath = "$Folder/key.pem" }
    Set-Content -LiteralPath $files.SslCertificatePath -Value '-----BEGIN CERTIFICATE-----', 'c2ltdWxhdGVk', '-----END CERTIFICATE-----'
    Set-Content -LiteralPath $files.SslKeyPath -Value '-----BEGIN PRIVATE KEY-----', 'the-key-of-the-router', '-----END PRIVATE KEY-----'
    $files
}

# The addresses that were changed since the log was cleared.
function Get-Change { @(Get-AmlSimulatorLog -WriteOnly | ForEach-Object { "$($_.Method) $($_.Path -replace '^.*/')" }) }

# A private DNS zone that answers the network of the world, with somebody's A record where Name is given.
function Add-PrivateZone([hashtable] $Document, [string] $Name, [string] $Address) {
    $zone = 'mygroup/Microsoft.Network/privateDnsZones/contoso.internal'
    $Document.resources = @(
        @{ id = $zone; type = 'Microsoft.Network/privateDnsZones'; location = 'global'; properties = @{ provisioningState = 'Succeeded' } }
        @{
            id = "$zone/virtualNetworkLinks/mynetwork"; type = 'Microsoft.Network/privateDnsZones/virtualNetworkLinks'; location = 'global'
            properties = @{
                virtualNetwork = @{ id = $ids.Network }; registrationEnabled = $false; virtualNetworkLinkState = 'Completed'; provisioningState = 'Succeeded'
            }
        }
        if ($Name) {
            @{
                id = "$zone/A/$Name"; type = 'Microsoft.Network/privateDnsZones/A'
                properties = @{ ttl = 60; aRecords = @(@{ ipv4Address = $Address }); metadata = @{ team = 'names' } }
            }
        }
    )
}
