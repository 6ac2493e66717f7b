BeforeDiscovery {
    # Debian's; elsewhere the browser has another name. The tests of the page's geometry need it.
    $browser = @('chromium', 'chromium-browser', 'google-chrome').Where{ Get-Command -Name $_ -CommandType Application -ErrorAction Ignore }[0]
    if (-not $browser) { Write-Warning 'No chromium is installed: the geometry of reports is not tested.' }
    $validator = Get-Command -Name html-validate -CommandType Application -ErrorAction Ignore
    if (-not $validator) { Write-Warning 'No html-validate is installed (npm install --global html-validate): a check of our own alone looks at the HTML.' }
}

Describe 'Export-AmlReport' {
    BeforeAll {
        . "$PSScriptRoot/World.ps1"
        $browser = @('chromium', 'chromium-browser', 'google-chrome').Where{ Get-Command -Name $_ -CommandType Application -ErrorAction Ignore }[0]
        $evil = '<script>document.title="ran"</script>'
        $hebrew = [string]::new([char]0x05D0, 30)

        # One compute whose network has so many subnets; every name has 80 letters. Odd names are put in past the rules of names.
        function Connect-Crowd([int] $Subnets, [string[]] $Odd = @()) {
            $world = Get-GuardedWorld -Deny $denyAll -Compute 'work/myaks' -CutsNodes
            $group = $world.networkSecurityGroups[0]
            $group.name = 'nsg-'.PadRight(80, 'w')
            $group.securityRules[0].name = 'rule-'.PadRight(80, 'w')
            $network = $world.virtualNetworks[0]
            $network.addressPrefixes = @('10.1.0.0/16', '10.2.0.0/16')
            $nodes = $network.subnets[0]
            $nodes.networkSecurityGroup = $group.name
            $nodes.name = 'sub-0-'.PadRight(80, 'w')
            $world.computes[0].subnet = $world.computes[0].subnet -replace '[^/]+$', $nodes.name
            $more = @(1..40 | Select-Object -First ($Subnets - 1) | ForEach-Object { @{ name = "sub-$_-".PadRight(80, 'w'); addressPrefix = "10.2.$_.0/24" } })
            $network.subnets = @($nodes) + $more
            $place = "$($ids.Subscription)/resourceGroups/g/providers/Microsoft.Network"
            $world.resources = @(for ($i = 0; $i -lt $Odd.Count; $i++) {
                    $type = 'Microsoft.Network/virtualNetworks/subnets'
                    @{ id = "$place/virtualNetworks/v/subnets/$($Odd[$i])"; type = $type; properties = @{ addressPrefix = "10.2.$(100 + $i).0/24" } }
                    $rule = $group.securityRules[0].properties.Clone()
                    $rule.priority = 110 + $i
                    $type = 'Microsoft.Network/networkSecurityGroups/securityRules'
                    @{ id = "$place/networkSecurityGroups/$($group.name)/securityRules/$($Odd[$i])"; type = $type; properties = $rule }
                })
            if ($Odd) { $world.computes[0].tags = @{ note = $Odd[0] } }
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
        # Alike by their names, apart by what is wrong: nothing, one error, and more than one.
        Connect-World
        $two = @{ ServiceCidr = '10.0.0.0/16'; DnsServiceIP = '10.0.0.10'; DockerBridgeCidr = '172.17.0.1/16'; SubnetAddressPrefix = '10.1.0.0/24' }
        $good = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 @two
        $bad = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 @two -ReservedAddressPrefix 10.0.0.0/16
        $two.SubnetAddressPrefix = '10.1.0.0/29'
        $worst = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 @two -ReservedAddressPrefix 10.0.0.0/16
        $broken = { param($plan) @($plan.Checks | Where-Object { $_.Status -eq 'Failed' -and $_.Severity -eq 'Error' }).Count }
        $counts = @($good, $bad, $worst | ForEach-Object { & $broken $_ })
        $counts | Should -Be @($counts | Sort-Object -Unique)
        $good, $worst, $bad | Export-AmlReport -Path "$TestDrive/fleet.html"
        $page = Get-Content -Raw "$TestDrive/fleet.html"
        $failed = [regex]::Matches($page, '</h2>\n<p><code>[^\n]*\n<p>(\d+) failed').ForEach{ [int]$_.Groups[1].Value }
        $failed | Should -HaveCount 3
        $failed | Should -Be @($failed | Sort-Object -Descending)
        $failed[0] | Should -BeGreaterThan $failed[1]
        $failed[1] | Should -BeGreaterThan $failed[2]
        # The table of contents goes the same way, and leads there.
        $listed = [regex]::Matches($page, '<a href="#s(\d)"><bdi>[^<]*</bdi></a></td><td>(\d+) failed')
        $listed.ForEach{ $_.Groups[1].Value } | Should -Be '0', '1', '2'
        $listed.ForEach{ [int]$_.Groups[2].Value } | Should -Be $failed
    }

    It 'says that nothing was piped, and writes nothing' {
        Connect-World how-to
        $outcome = Get-Outcome { Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport "$TestDrive/nothing.html" }
        $outcome.Error | Should -BeNullOrEmpty
        $outcome.Warning | Should -HaveCount 1
        $outcome.Warning[0] | Should -BeLike 'Nothing was piped*Get-AmlAksCompute'
        Test-Path "$TestDrive/nothing.html" | Should -BeFalse
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

    It 'lays nothing over anything, with <Subnets> subnets and names of 80 letters' -Skip:(-not $browser) -ForEach @{ Subnets = 1 }, @{ Subnets = 5 }, @{ Subnets = 40 } {
        Connect-Crowd $Subnets
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

    It 'runs nothing and lays nothing over anything in the picture either' -Skip:(-not $browser) {
        $image = '<img src=x onerror=document.title="ran">'
        Connect-Crowd 3 -Odd $image, '<script>document.title="ran"', $hebrew, "$hebrew 10.1.0.0 $hebrew"
        Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport "$TestDrive/odd.html"
        $picture = [regex]::Match((Get-Content -Raw "$TestDrive/odd.html"), '(?s)<svg class="topology.*?</svg>').Value
        $picture | Should -BeLike '*&lt;img src=x*'
        $picture | Should -BeLike '*&lt;script&gt;*'
        [System.Net.WebUtility]::HtmlDecode($picture) | Should -BeLike "*$hebrew*"
        $seen = Get-Geometry "$TestDrive/odd.html"
        $seen.title | Should -BeExactly 'AmlVnet report'
        $seen.pictures | Should -Be 1
        $seen.wrong | Should -BeNullOrEmpty
    }

    It 'is valid HTML: <_>' -ForEach 'a fleet', 'docs/reports/existing-cluster.html', 'docs/reports/hub-and-spoke.html' {
        $file = "$PSScriptRoot/../../$_"
        if ($_ -eq 'a fleet') {
            $file = "$TestDrive/valid.html"
            Connect-Crowd 3 -Odd $hebrew, '<b>&amp;"', '-->'
            $plan = New-AmlAksNetworkPlan -VirtualNetworkAddressPrefix 10.1.0.0/16 -SubnetAddressPrefix 10.1.0.0/24
            @(Get-AmlWorkspace | Get-AmlAksCompute) + @($plan) + @(New-Check $evil) | Export-AmlReport $file
        }
        # What has no end in HTML gets one, and the rest has to be whole.
        $page = [xml]([System.IO.File]::ReadAllText($file) -replace '^<!DOCTYPE html>' -replace '<(meta|br)([^>]*)>', '<$1$2/>')
        $known = 'html', 'head', 'meta', 'title', 'style', 'body', 'h1', 'h2', 'h3', 'p', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td', 'a', 'bdi',
            'br', 'details', 'summary', 'ul', 'li', 'svg', 'rect', 'text', 'path'
        $page.SelectNodes('//*').ForEach{ $_.LocalName } | Where-Object { $_ -notin $known } | Should -BeNullOrEmpty
        $anchors = $page.SelectNodes('//@id').ForEach{ $_.Value }
        $anchors | Should -Be @($anchors | Select-Object -Unique)
        $page.SelectNodes("//@href[starts-with(., '#')]").ForEach{ $_.Value.Substring(1) } | Where-Object { $_ -notin $anchors } | Should -BeNullOrEmpty
        foreach ($wrong in "//@href[not(starts-with(., '#')) and not(starts-with(., 'https://'))]", "//@*[starts-with(local-name(), 'on')]",
            '//table[not(thead/tr/th[@scope])]', '//p//p | //p//table | //p//ul | //a//a | //ul/*[not(self::li)]') {
            $page.SelectNodes($wrong).Count | Should -Be 0 -Because $wrong
        }
    }

    It 'pleases html-validate' -Skip:(-not $validator) {
        Connect-Crowd 3 -Odd $hebrew
        Get-AmlWorkspace | Get-AmlAksCompute | Export-AmlReport "$TestDrive/judged.html"
        $samples = Get-ChildItem "$PSScriptRoot/../../docs/reports/*.html"
        $said = & html-validate "$TestDrive/judged.html" $samples.FullName 2>&1
        $LASTEXITCODE | Should -Be 0 -Because "$said"
    }
}
