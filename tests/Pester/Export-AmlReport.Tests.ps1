BeforeDiscovery {
    # Debian's; elsewhere the browser has another name. The tests of the page's geometry need it.
    $browser = @('chromium', 'chromium-browser', 'google-chrome').Where{ Get-Command -Name $_ -CommandType Application -ErrorAction Ignore }[0]
    if (-not $browser) { Write-Warning 'No chromium is installed: the geometry of reports is not tested.' }
}

Describe 'Export-AmlReport' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $browser = @('chromium', 'chromium-browser', 'google-chrome').Where{ Get-Command -Name $_ -CommandType Application -ErrorAction Ignore }[0]
        $evil = '<script>document.title="ran"</script>'
        $hebrew = [string]::new([char]0x05D0, 30)

        # One compute whose network has so many subnets, and the names that are asked for.
        function Connect-Crowd([int] $Subnets, [string] $Tail = '') {
            $world = Get-GuardedWorld -Deny $denyAll -Compute 'work/myaks' -CutsNodes
            $names = if ($Subnets -gt 1) { 1..($Subnets - 1) | ForEach-Object { "sub$_" + $Tail } } else { @() }
            $world.virtualNetworks[0].addressPrefixes = @('10.1.0.0/16', '10.2.0.0/16')
            $world.virtualNetworks[0].subnets = @($world.virtualNetworks[0].subnets[0]) + @(
                $names | ForEach-Object -Begin { $i = 0 } -Process { @{ name = $_; addressPrefix = "10.2.$($i).0/24" }; $i++ })
            Connect-World $world
        }

        # What a compute's checks are called, with texts of somebody else in all places.
        function New-Check([string] $Text) {
            [pscustomobject]@{
                Id = 'AMLVNET-NSG-001'; Title = $Text; Severity = 'Error'; Status = 'Failed'; Target = $Text; Evidence = "TCP $Text -> ${Text}:443: $Text"
                Recommendation = "Run-It '$Text'"; Reference = 'javascript:alert(1)'
            }
        }

        # Asks the browser about the page: the texts of the picture that leave their box or lie over another, and whether anything ran.
        function Get-Geometry([string] $Path) {
            $probe = @'
<script>
const out = [];
const svg = document.querySelectorAll('svg.topology');
for (const picture of svg) {
  const page = picture.getBoundingClientRect();
  const boxes = [...picture.querySelectorAll('rect.box, rect.network')].map(one => one.getBoundingClientRect());
  const texts = [...picture.querySelectorAll('text')].map(one => ({ text: one.textContent, box: one.getBoundingClientRect() }));
  const inside = (a, b) => a.left >= b.left - 0.5 && a.right <= b.right + 0.5 && a.top >= b.top - 0.5 && a.bottom <= b.bottom + 0.5;
  texts.forEach((one, i) => {
    if (!inside(one.box, page) || !boxes.some(box => inside(one.box, box))) out.push('leaves: ' + one.text);
    for (const other of texts.slice(i + 1))
      if (one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1 && one.box.top < other.box.bottom - 2 && other.box.top < one.box.bottom - 2)
        out.push('overlap: ' + one.text + ' / ' + other.text);
  });
  boxes.forEach((one, i) => boxes.slice(i + 1).forEach(other => {
    const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top || other.bottom <= one.top;
    if (!apart && !inside(one, other) && !inside(other, one)) out.push('boxes overlap');
  }));
}
if (document.documentElement.scrollWidth > document.documentElement.clientWidth) out.push('the page is wider than the window');
const answer = document.createElement('pre');
answer.id = 'answer';
answer.textContent = JSON.stringify({ title: document.title, pictures: svg.length, texts: document.querySelectorAll('svg text').length, wrong: out });
document.body.replaceChildren(answer);
</script>
</body>
'@
            # Without the rule that forbids scripts, so that the probe runs, and so would one of somebody else's.
            $page = (Get-Content -Raw -Path $Path) -replace '<meta http-equiv[^\n]*\n' -replace '</body>', $probe
            $copy = "$TestDrive/probe.html"
            [System.IO.File]::WriteAllText($copy, $page)
            $dom = & $browser --headless --no-sandbox --disable-gpu '--window-size=1100,900' --dump-dom "file://$copy" 2>$null | Out-String
            [System.Net.WebUtility]::HtmlDecode([regex]::Match($dom, '(?s)<pre id="answer">(.*?)</pre>').Groups[1].Value) | ConvertFrom-Json
        }
    }
    BeforeEach { Connect-World existing-cluster }
    AfterAll { Disconnect-AmlVnet }

    It 'shows the checks, what to run, the capacity, the rights and what was not looked at' {
        $compute = Get-AmlAksCompute @myaks
        $null = $compute | Grant-AksNetworkContributor
        $file = $compute | Export-AmlReport -Path "$TestDrive/one.html" -PassThru
        $file.FullName | Should -Be ([System.IO.Path]::GetFullPath("$TestDrive/one.html"))
        $page = Get-Content -Raw -Path $file.FullName
        foreach ($part in 'AMLVNET-RBAC-001', 'AMLVNET-NSG-004', '<svg class="topology"', '<h3>Capacity</h3>', 'Network Contributor at', 'Not looked at',
            'az aks check-network outbound', 'the simulator') { $page | Should -BeLike "*$part*" }
        # Nothing from elsewhere: the only addresses are links that a reader may follow.
        [regex]::Matches($page, '(?:src|url)\s*[=(]').Count | Should -Be 0
        $page | Should -Not -Match '<(script|link|img|iframe|object)'
    }

    It 'says the same in Markdown, without the picture: <Name>' -ForEach @(
        @{ Name = 'by the name of the file'; With = @{ Path = 'x.md' } }, @{ Name = 'by -Format'; With = @{ Path = 'x.txt'; Format = 'Markdown' } }
    ) {
        $With = $With.Clone()
        $With.Path = "$TestDrive/$($With.Path)"
        Get-AmlAksCompute @myaks | Export-AmlReport @With
        $text = Get-Content -Raw -Path $With.Path
        $text | Should -BeLike '# AmlVnet report*AMLVNET-RBAC-001*'
        $text | Should -BeLike '*Grant-AksNetworkContributor*'
        $text | Should -Not -BeLike '*<svg*'
        $results = Get-AmlAksCompute @myaks | Test-AmlAksNetwork | Where-Object { $_ -is [AmlVnet.CheckResult] }
        [regex]::Matches($text, '(?m)^\| \S+ ').Count | Should -BeGreaterOrEqual $results.Count
    }

    It 'shows a fleet on one page, what is broken first' {
        $world = Get-GuardedWorld -Deny $denyAll -Compute 'work/aaa-good', 'work/zzz-bad' -CutsNodes
        Connect-World $world
        $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24
        @($plan) + @(Get-AmlWorkspace | Get-AmlAksCompute) | Export-AmlReport -Path "$TestDrive/fleet.html"
        $names = [regex]::Matches((Get-Content -Raw "$TestDrive/fleet.html"), '<h2[^>]*><bdi>(.*?)</bdi>') | ForEach-Object { $_.Groups[1].Value }
        $names | Should -HaveCount 3
        $names[2] | Should -BeLike 'Plan *'
    }

    It 'shows results of checks as they are given, of a copy too' {
        $results = Get-AmlAksCompute @myaks | Test-AmlAksNetwork -Rule AMLVNET-RBAC-001
        $results, (Copy-ByClixml $results) | Export-AmlReport "$TestDrive/results.html"
        $page = Get-Content -Raw "$TestDrive/results.html"
        [regex]::Matches($page, 'AMLVNET-RBAC-001').Count | Should -Be 2
        $page | Should -BeLike '*No picture*'
    }

    It 'overwrites nothing with -NoClobber, and writes nothing under -WhatIf' {
        Set-Content -Path "$TestDrive/there.html" -Value 'mine'
        $null = Get-Failure { Get-AmlAksCompute @myaks | Export-AmlReport "$TestDrive/there.html" -NoClobber } -Id FileExists
        Get-AmlAksCompute @myaks | Export-AmlReport "$TestDrive/there.html" -WhatIf
        Get-Content -Path "$TestDrive/there.html" | Should -BeExactly 'mine'
    }

    It 'says what it takes' {
        $null = Get-Failure { 'nonsense' | Export-AmlReport "$TestDrive/none.html" } -Id InvalidReference -Says 'nonsense'
        Test-Path "$TestDrive/none.html" | Should -BeFalse
    }

    It 'is as the samples in docs/reports are; "dotnet run --project build -- docs" writes them again' {
        $root = "$PSScriptRoot/../.."
        & "$root/build/reports.ps1" -Module $moduleManifest -Folder "$TestDrive/reports"
        foreach ($file in Get-ChildItem "$TestDrive/reports") {
            $there = Get-Content -Raw "$root/docs/reports/$($file.Name)"
            (Get-Content -Raw $file.FullName) -replace "`r" | Should -BeExactly ($there -replace "`r") -Because $file.Name
        }
        @(Get-ChildItem "$TestDrive/reports").Name | Should -Be @(Get-ChildItem "$root/docs/reports").Name
    }

    It 'lays nothing over anything, with <Subnets> subnets and names of 80 letters' -Skip:(-not $browser) -ForEach @(
        @{ Subnets = 1; Tail = '' }, @{ Subnets = 5; Tail = '-' + 'w' * 70 }, @{ Subnets = 40; Tail = '' }
    ) {
        Connect-Crowd $Subnets -Tail $Tail
        Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport "$TestDrive/crowd.html"
        $seen = Get-Geometry "$TestDrive/crowd.html"
        $seen.pictures | Should -Be 1
        $seen.texts | Should -BeGreaterThan (3 * $Subnets)
        $seen.wrong | Should -BeNullOrEmpty
    }

    It 'runs nothing that somebody else wrote, and keeps it in its place' -Skip:(-not $browser) {
        @(New-Check $evil; New-Check $hebrew; New-Check ('x' * 300)) | Export-AmlReport "$TestDrive/evil.html"
        $seen = Get-Geometry "$TestDrive/evil.html"
        $seen.title | Should -BeExactly 'AmlVnet report'
        $seen.wrong | Should -BeNullOrEmpty
        $page = Get-Content -Raw "$TestDrive/evil.html"
        $page | Should -Not -BeLike '*<script*'
        $page | Should -Not -BeLike '*href="javascript*'
    }
}
