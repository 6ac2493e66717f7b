# Dot-source this in BeforeDiscovery and in BeforeAll, where a test goes through the catalogue of broken worlds (tests/Worlds; its README
# says what each member of a file means). Core's tests read the same files without PowerShell.
using namespace System.Text.Json.Nodes

$worldFolder = "$PSScriptRoot/../Worlds"

# All files of the catalogue, each as a hashtable with its name.
function Get-World {
    foreach ($file in Get-ChildItem -Path $worldFolder -Filter *.json | Sort-Object -Property Name) {
        $world = Get-Content -Raw -Path $file | ConvertFrom-Json -AsHashtable
        $world.name = $file.BaseName
        $world
    }
}

# The 'good' or the 'broken' world of a file, or the one that its recommendation is run in ('remedy'): a scenario's text, the arguments of
# Test-AmlAksNetwork, and what is expected.
function Get-WorldPart([string] $Name, [string] $Part) {
    $state = @{ scenario = $null; arguments = @{} }
    Merge-World -State $state -Name $Name
    $document = [JsonNode]::Parse((Get-Content -Raw -Path "$worldFolder/$Name.json"))
    $own = $document[($Part -eq 'good' ? 'good' : 'broken')]
    if ($Part -eq 'remedy' -and $document['remedy']['instead']) { $own = $document['remedy']['instead'] }
    if ($own) { Add-WorldChange -State $state -From $own }
    $arguments = @{}
    foreach ($key in $state.arguments.Keys) { $arguments.$key = $state.arguments.$key `
        -match ',' ? $state.arguments.$key.Split(',') : $state.arguments.$key }
    @{
        Scenario  = $state.scenario ? $state.scenario.ToJsonString() : $null
        Arguments = $arguments
        Expect    = $own -and $own['expect'] ? ($own['expect'].ToJsonString() | ConvertFrom-Json -AsHashtable) : @{}
        OnlyThese = $own -and "$($own['onlyThese'])" -eq 'true'
        Quiet     = $own -and $own['quiet'] ? "$($own['quiet'])" -eq 'true' : $null
    }
}

# The bases first, and what the file adds last.
function Merge-World([hashtable] $State, [string] $Name) {
    $document = [JsonNode]::Parse((Get-Content -Raw -Path "$worldFolder/$Name.json"))
    if ($document['base']) { Merge-World -State $State -Name "base/$($document['base'])" }
    if ($document['scenario']) { $State.scenario = $document['scenario'].DeepClone() }
    Add-WorldChange -State $State -From $document
}

function Add-WorldChange([hashtable] $State, [JsonObject] $From) {
    foreach ($change in $From['changes']) { Edit-World -Scenario $State.scenario -Change $change }
    foreach ($argument in $From['arguments']) {
        $State.arguments.Remove($argument.Key)
        if ($null -ne $argument.Value) { $State.arguments[$argument.Key] = $argument.Value.ToString() }
    }
}

# One change of a JSON Patch (RFC 6902): add, replace or remove.
function Edit-World([JsonNode] $Scenario, [JsonObject] $Change) {
    $steps = @($Change['path'].ToString().Split('/') | Select-Object -Skip 1 | ForEach-Object { $_.Replace('~1', '/').Replace('~0', '~') })
    $place = $Scenario
    foreach ($step in $steps | Select-Object -SkipLast 1) { $place = $place[$place -is [JsonArray] ? [int]$step : $step] }
    $last = $steps[-1]
    $value = $Change['value'] ? $Change['value'].DeepClone() : $null
    $op = $Change['op'].ToString()
    if ($place -is [JsonObject]) {
        if ($op -ne 'add' -and -not $place.ContainsKey($last)) { throw "There is nothing at $($Change['path'])." }
        if ($op -eq 'remove') { $null = $place.Remove($last) } else { $place[$last] = $value }
    } elseif ($place -is [JsonArray]) {
        if ($op -ne 'add') { $place.RemoveAt([int]$last) }
        if ($op -ne 'remove') { $place.Insert($last -eq '-' ? $place.Count : [int]$last, $value) }
    } else {
        throw "There is nothing at $($Change['path'])."
    }
}

# Makes a world in this session's simulator; one of typed ranges needs none.
function Enter-World([hashtable] $World) {
    if (-not $World.Scenario) { return }
    Set-Content -Path "$TestDrive/world.json" -Value $World.Scenario
    $null = Connect-AmlVnet -Simulator -VirtualClock -Scenario "$TestDrive/world.json" -Subscription 5f3a2c10-8d47-4b6e-9a51-0c7e4d2b9f36
}

# The lines of results, for a test's message.
function Show-Result($Result) {
    @($Result | ForEach-Object { "$_ $($_.Target): $($_.Evidence)" }) -join "`n"
}
