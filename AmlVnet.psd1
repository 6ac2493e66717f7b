@{
    RootModule           = 'AmlVnet.Module.dll'
    ModuleVersion        = '0.1.0'
    GUID                 = '5d0a7c0e-6a3f-4a0f-9a51-2f6f0a8f7b1c'
    Author               = 'AmlVnet contributors'
    CompanyName          = 'AmlVnet'
    Copyright            = 'Copyright (c) AmlVnet contributors. MIT license.'
    Description          = 'Azure Machine Learning inferencing on AKS behind a virtual network: create or attach the cluster, grant its identity, go private, and check it, with a local simulator to rehearse on.'
    PowerShellVersion    = '7.4'
    CompatiblePSEditions = @('Core')
    FormatsToProcess     = @('AmlVnet.Format.ps1xml')
    # In this order: the loader says what is in the way before anything else fails. Types of this manifest would be read before it.
    NestedModules        = @('AmlVnet.Loader.dll', 'AmlVnet.Views.psd1')
    FunctionsToExport    = @()
    CmdletsToExport      = @(
        'Add-AmlAksCompute'
        'Add-AmlKubernetesCompute'
        'Connect-AmlVnet'
        'Disable-AmlPrivateInference'
        'Disable-AmlScoringAccess'
        'Disable-AmlStudioAccess'
        'Disconnect-AmlVnet'
        'Enable-AmlPrivateInference'
        'Enable-AmlScoringAccess'
        'Enable-AmlStudioAccess'
        'Export-AmlCheckResult'
        'Export-AmlReport'
        'Get-AksAmlExtension'
        'Get-AksClusterIdentity'
        'Get-AmlAksCompute'
        'Get-AmlAksEndpoint'
        'Get-AmlKubernetesCompute'
        'Get-AmlOperation'
        'Get-AmlSimulatorLog'
        'Get-AmlVnetContext'
        'Get-AmlWorkspace'
        'Grant-AksAmlTrustedAccess'
        'Grant-AksNetworkContributor'
        'Install-AksAmlExtension'
        'Move-AmlAksCompute'
        'New-AmlAksCompute'
        'New-AmlAksNetworkPlan'
        'Remove-AmlAksCompute'
        'Remove-AmlKubernetesCompute'
        'Revoke-AksAmlTrustedAccess'
        'Revoke-AksNetworkContributor'
        'Set-AmlAksLoadBalancer'
        'Set-AmlSimulator'
        'Set-AmlVnetContext'
        'Test-AmlAksEndpoint'
        'Test-AmlAksNetwork'
        'Uninstall-AksAmlExtension'
        'Update-AksAmlExtension'
        'Wait-AmlOperation'
    )
    VariablesToExport    = @()
    AliasesToExport      = @()
    PrivateData          = @{
        PSData = @{
            Tags         = @('Azure', 'MachineLearning', 'AKS', 'VirtualNetwork', 'PrivateEndpoint', 'PSEdition_Core', 'Windows', 'Linux', 'MacOS')
            LicenseUri   = 'https://opensource.org/license/mit'
            ProjectUri   = 'https://www.powershellgallery.com/packages/AmlVnet'
            ReleaseNotes = 'See CHANGELOG.md, which is in the module.'
        }
    }
}
