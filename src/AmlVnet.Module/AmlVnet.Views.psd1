@{
    ModuleVersion     = '0.1.0'
    Author            = 'AmlVnet contributors'
    Description       = 'How the objects of AmlVnet look. AmlVnet imports it.'
    TypesToProcess    = @('AmlVnet.Types.ps1xml')
    FunctionsToExport = @()
    CmdletsToExport   = @()
    VariablesToExport = @()
    AliasesToExport   = @()
}
