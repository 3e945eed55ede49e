<#
.SYNOPSIS
Builds, tests, measures and packages Handy Backup.

.DESCRIPTION
Runs in PowerShell 7.4+ and in HandyBackup.Shell, so it uses only what the engine itself offers, and .NET.

Build    everything, into artifacts/
Test     Build, then all tests; as root on Debian it first installs the packages that tests need
Bench    Build, then the measurements beside restic and borg, on a RAM disk and on a disk, into docs/benchmarks.md (takes hours; in parts: see --help of tests/HandyBackup.Benchmarks)
Stress   Build, then the proofs of docs/design/proof.md with new seeds, each for -Minutes
TestWindows  the tests of tests/HandyBackup.Windows.Tests with the programs for win-x64: under Wine on Linux (as root on Debian it is installed), natively on Windows
Package  the module folder and self-contained server, agent and shell, into artifacts/package
Clean    removes artifacts/

.EXAMPLE
./build.ps1 Test

.EXAMPLE
./build.ps1 Test -Project Repository -Filter '*Lock*'

.EXAMPLE
./build.ps1 Stress -Minutes 60

.EXAMPLE
./build.ps1 TestWindows -Filter '*Pipe*'
#>
param(
    [ValidateSet('Build', 'Test', 'TestWindows', 'Bench', 'Stress', 'Package', 'Clean')] [string] $Task = 'Build',
    [ValidateSet('Debug', 'Release')] [string] $Configuration = 'Release',
    # Only the test projects whose name contains this text.
    [string] $Project = '',
    # Only the tests whose full name fits one of these wildcards.
    [string[]] $Filter = @(),
    # How long the stress task runs each proof that goes on with new seeds.
    [double] $Minutes = 10)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$root = $PSScriptRoot
$artifacts = [IO.Path]::Combine($root, 'artifacts')
$pivot = $Configuration.ToLowerInvariant()
$runtimes = 'linux-x64', 'linux-arm64', 'win-x64', 'win-arm64'

function Write-Step([string] $Text) { $Host.UI.WriteLine("== $Text") }

function Invoke-Program([string] $Program, [string[]] $Arguments) {
    & $Program @Arguments | Out-Default
    if ($LASTEXITCODE -ne 0) { throw "'$Program $Arguments' ended with exit code $LASTEXITCODE." }
}

# The shell that runs this script is itself part of the solution. 'dotnet run' builds it as Debug and this script builds Release, so
# they do not meet, unless somebody started the very program that is about to be built: its files cannot be replaced while it runs.
function Assert-NotRunningWhatIsBuilt {
    $running = [Environment]::ProcessPath
    if ($running -and $running.StartsWith([IO.Path]::Combine($artifacts, 'bin', 'HandyBackup.Shell', $pivot), 'OrdinalIgnoreCase')) {
        throw "This script is run by the $Configuration build of HandyBackup.Shell, which it would overwrite. Run it with 'dotnet run --project module/HandyBackup.Shell -- build.ps1 $Task', or add '-Configuration Debug'."
    }
}

function Invoke-Build {
    Assert-NotRunningWhatIsBuilt
    Write-Step "Build ($Configuration)"
    Invoke-Program dotnet 'build', ([IO.Path]::Combine($root, 'HandyBackup.sln')), '-c', $Configuration, '-v', 'quiet', '-clp:NoSummary', '--nodereuse:false'
    Publish-ServerBesideModule
}

# The module looks for the server in ../../server, in a package as here. The folder is made anew, so that a server that still runs from
# the old one keeps its files.
function Publish-ServerBesideModule {
    $server = [IO.Path]::Combine($artifacts, 'server')
    if ([IO.Directory]::Exists($server)) { [IO.Directory]::Delete($server, $true) }
    Invoke-Program dotnet 'publish', ([IO.Path]::Combine($root, 'server', 'HandyBackup.Server')), '-c', $Configuration, '--no-build', '-o', $server, '-v', 'quiet', '--nodereuse:false'
}

# Debian packages that tests run the real thing from, and a program of each that shows whether it is installed.
$debianPackages = [ordered]@{
    'restic'         = 'restic'
    'attr'           = 'setfattr'
    'acl'            = 'setfacl'
    'util-linux'     = 'setpriv'
    'systemd'        = '/lib/systemd/systemd'
    'openssh-server' = '/usr/sbin/sshd'
    'iproute2'       = 'ip'
    'e2fsprogs'      = 'mkfs.ext4'
    'xfsprogs'       = 'mkfs.xfs'
    'btrfs-progs'    = 'mkfs.btrfs'
    'postgresql'     = '/usr/lib/postgresql/15/bin/pg_ctl'
}

function Find-Program([string] $Name) {
    if ([IO.Path]::IsPathRooted($Name)) { return [IO.File]::Exists($Name) }
    # Programs for administrators lie where an ordinary user's PATH may not lead.
    foreach ($folder in @($env:PATH.Split([IO.Path]::PathSeparator)) + '/usr/sbin', '/sbin') {
        if ($folder -and [IO.File]::Exists([IO.Path]::Combine($folder, $Name))) { return $true }
    }
    $false
}

# What runs the Windows programs on Linux; 32-bit programs are none among them.
$winePackages = [ordered]@{
    'wine'   = 'wine'
    'wine64' = '/usr/lib/wine/wine64'
}

function Install-TestPackage([System.Collections.IDictionary] $Packages) {
    if (-not [OperatingSystem]::IsLinux()) { return }
    $missing = @($Packages.Keys | Where-Object { -not (Find-Program $Packages[$_]) })
    if ($missing.Count -eq 0) { return }
    if ([Environment]::UserName -eq 'root' -and [IO.File]::Exists('/etc/debian_version')) {
        Write-Step "Installing $missing"
        $env:DEBIAN_FRONTEND = 'noninteractive'
        Invoke-Program apt-get @('update', '-q')
        Invoke-WithoutService { Invoke-Program apt-get (@('install', '-y', '-q', '--no-install-recommends') + $missing) }
    }
    else {
        $Host.UI.WriteWarningLine("Some tests will be skipped for want of: $missing. On Debian: apt-get install $missing")
    }
}

# Packages that bring a service start it when they are installed, unless this file says no (policy-rc.d of Debian's init-system-helpers). An administrator's own stays.
function Invoke-WithoutService([scriptblock] $Action) {
    $policy = '/usr/sbin/policy-rc.d'
    if ([IO.File]::Exists($policy)) {
        & $Action
        return
    }

    [IO.File]::WriteAllText($policy, "#!/bin/sh`nexit 101`n")
    [IO.File]::SetUnixFileMode($policy, [IO.UnixFileMode] 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute')
    try { & $Action }
    finally { [IO.File]::Delete($policy) }
}

# These run on Windows or under Wine only, and change the machine's list of services: they have a task of their own.
$windowsTests = 'HandyBackup.Windows.Tests'

function Get-TestProject {
    $projects = [IO.Directory]::GetDirectories([IO.Path]::Combine($root, 'tests'), '*.Tests')
    [Array]::Sort($projects)
    $projects | ForEach-Object { [IO.Path]::GetFileName($_) } | Where-Object { $_ -like "*$Project*" -and $_ -ne $windowsTests }
}

# These take longest and begin first, so that none of them is left alone at the end.
$longestTests = 'HandyBackup.EndToEnd.Tests', 'HandyBackup.Repository.Tests'

# Most test programs wait for others half of their time: two of them keep two cores busy.
$testProgramsAtOnce = [Math]::Min(2, [Environment]::ProcessorCount)

# Starts one test program. What it says is kept until its end, so that two do not talk at once.
function Start-TestProgram([string] $Name) {
    $program = [IO.Path]::Combine($artifacts, 'bin', $Name, $pivot, $Name)
    if ([OperatingSystem]::IsWindows()) { $program += '.exe' }
    $results = [IO.Path]::Combine($artifacts, 'test-results', "$Name.xml")
    Start-ReportingProgram $Name $results ([System.Diagnostics.ProcessStartInfo]::new($program)) $results
}

# Starts a test program that is prepared but for what it is to report, and where: the path as the program knows it may be another.
function Start-ReportingProgram([string] $Name, [string] $Results, [System.Diagnostics.ProcessStartInfo] $Start, [string] $ResultsArgument) {
    $Start.RedirectStandardOutput = $true
    $Start.RedirectStandardError = $true
    foreach ($argument in '-noLogo', '-noColor', '-result-xml', $ResultsArgument) { $Start.ArgumentList.Add($argument) }
    foreach ($test in $Filter) { $Start.ArgumentList.Add('-method'); $Start.ArgumentList.Add($test) }
    $process = [System.Diagnostics.Process]::Start($Start)
    @{
        Name = $Name
        Results = $results
        Process = $process
        Output = $process.StandardOutput.ReadToEndAsync()
        Errors = $process.StandardError.ReadToEndAsync()
        Since = [System.Diagnostics.Stopwatch]::StartNew()
    }
}

# Runs all test programs, some at a time, and adds what they say to the totals.
function Invoke-TestProgram([string[]] $Names, [hashtable] $Totals, [string[]] $AllowedSkips) {
    $waiting = [System.Collections.Generic.Queue[string]]::new()
    foreach ($name in @($longestTests | Where-Object { $Names -contains $_ }) + @($Names | Where-Object { $longestTests -notcontains $_ })) { $waiting.Enqueue($name) }
    $running = [System.Collections.Generic.List[hashtable]]::new()
    try {
        while ($waiting.Count + $running.Count -gt 0) {
            while ($waiting.Count -gt 0 -and $running.Count -lt $testProgramsAtOnce) { $running.Add((Start-TestProgram $waiting.Dequeue())) }
            foreach ($test in $running.ToArray()) {
                if (-not $test.Process.WaitForExit(100)) { continue }
                [void] $running.Remove($test)
                Complete-TestProgram $test $Totals $AllowedSkips
            }
        }
    }
    finally {
        foreach ($test in $running) { $test.Process.Kill($true) }
    }
}

# Shows what an ended test program said, and counts its results.
function Complete-TestProgram([hashtable] $Test, [hashtable] $Totals, [string[]] $AllowedSkips) {
    $seconds = [int] $Test.Since.Elapsed.TotalSeconds
    Write-Step "$($Test.Name) ($seconds s)"
    $Host.UI.WriteLine($Test.Output.GetAwaiter().GetResult().TrimEnd())
    $errors = $Test.Errors.GetAwaiter().GetResult().TrimEnd()
    if ($errors) { $Host.UI.WriteErrorLine($errors) }
    if (-not [IO.File]::Exists($Test.Results)) {
        $Totals.Failed++
        $Host.UI.WriteErrorLine("$($Test.Name) ended with exit code $($Test.Process.ExitCode) and wrote no results.")
        return
    }

    $document = [System.Xml.XmlDocument]::new()
    $document.Load($Test.Results)
    foreach ($assembly in $document.SelectNodes('/assemblies/assembly')) {
        $Totals.Passed += [int] $assembly.GetAttribute('passed')
        $Totals.Failed += [int] $assembly.GetAttribute('failed') + [int] $assembly.GetAttribute('errors')
    }
    foreach ($skipped in $document.SelectNodes("//test[@result='Skip']")) {
        $Totals.Skipped++
        $reason = $skipped.SelectSingleNode('reason').InnerText
        $name = $skipped.GetAttribute('name')
        $Host.UI.WriteLine("SKIPPED $name - $reason")
        if ($env:CI -eq 'true' -and -not ($AllowedSkips | Where-Object { $name -like $_ })) {
            $Totals.Failed++
            $Host.UI.WriteErrorLine("$name was skipped, and tests/allowed-skips.txt does not say why that may be.")
        }
    }
}

# Each line is a wildcard for test names, '#', and the reason why a skip is no failure.
function Get-AllowedSkip {
    [IO.File]::ReadAllLines([IO.Path]::Combine($root, 'tests', 'allowed-skips.txt')) |
        Where-Object { $_.Trim() -and -not $_.StartsWith('#') } |
        ForEach-Object { $_.Split('#')[0].Trim() }
}

function Invoke-Test {
    Install-TestPackage $debianPackages
    Invoke-Build
    if ($env:CI -eq 'true') {
        Write-Step 'Format'
        Invoke-Program dotnet 'format', ([IO.Path]::Combine($root, 'HandyBackup.sln')), '--verify-no-changes', '--no-restore', '-v', 'minimal'
        if (@(Get-TestProject) -contains 'HandyBackup.EndToEnd.Tests') { Publish-TestedPackage }
    }

    Clear-TestResult
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $allowedSkips = @(Get-AllowedSkip)
    Write-Step 'Test'
    Invoke-TestProgram @(Get-TestProject) $totals $allowedSkips
    Complete-Test $totals
}

# The folder of the results, empty.
function Clear-TestResult {
    $results = [IO.Path]::Combine($artifacts, 'test-results')
    if ([IO.Directory]::Exists($results)) { [IO.Directory]::Delete($results, $true) }
    [void] [IO.Directory]::CreateDirectory($results)
}

function Complete-Test([hashtable] $Totals) {
    $Host.UI.WriteLine("$($Totals.Passed) passed, $($Totals.Failed) failed, $($Totals.Skipped) skipped")
    if ($Totals.Failed -gt 0) { exit 1 }
    if ($Totals.Passed -eq 0) { throw 'No test was run.' }
}

# How long the tests of Windows may take, and how long Wine may to make its folder or to end, in minutes.
$windowsTestLimit = 20
$wineLimit = 5

function Invoke-TestWindows {
    $onWine = [OperatingSystem]::IsLinux()
    if ($onWine) {
        Install-TestPackage $winePackages
        if (-not (Find-Program 'wine')) { throw 'Without Wine programs for Windows cannot be run.' }
    }

    Write-Step 'Publish for win-x64'
    $folder = [IO.Path]::Combine($artifacts, 'windows')
    foreach ($project in @("tests/$windowsTests", 'tests'), @('agent/HandyBackup.Agent', 'agent'), @('server/HandyBackup.Server', 'server')) {
        if (-not (Publish-Executable $project[0] 'win-x64' ([IO.Path]::Combine($folder, $project[1])))) { throw "$($project[0]) could not be published." }
    }

    Clear-TestResult
    $totals = @{ Passed = 0; Failed = 0; Skipped = 0 }
    $program = [IO.Path]::Combine($folder, 'tests', "$windowsTests.exe")
    if ($onWine) { Invoke-UnderWine ([IO.Path]::Combine($folder, 'prefix')) { Invoke-WindowsTest $program $totals } }
    else { Invoke-WindowsTest $program $totals }
    Complete-Test $totals
}

# Runs the tests of Windows to their end, or until they have taken too long.
function Invoke-WindowsTest([string] $Program, [hashtable] $Totals) {
    Write-Step 'Test'
    $results = [IO.Path]::Combine($artifacts, 'test-results', "$windowsTests.xml")
    $test = if ([OperatingSystem]::IsWindows()) { Start-ReportingProgram $windowsTests $results ([System.Diagnostics.ProcessStartInfo]::new($Program)) $results }
    else { Start-ReportingProgram $windowsTests $results (New-WineStart $Program) ('Z:' + $results.Replace('/', '\')) }
    if (-not $test.Process.WaitForExit([TimeSpan]::FromMinutes($windowsTestLimit))) {
        $Host.UI.WriteErrorLine("The tests did not end within $windowsTestLimit minutes.")
        $test.Process.Kill($true)
    }

    Complete-TestProgram $test $Totals @(Get-AllowedSkip)
}

# How to start a program under Wine. Its own messages, which are about what it lacks, would hide ours.
function New-WineStart([string] $Program, [string[]] $Arguments) {
    $start = [System.Diagnostics.ProcessStartInfo]::new('wine')
    $start.ArgumentList.Add($Program)
    foreach ($argument in $Arguments) { $start.ArgumentList.Add($argument) }
    $start.Environment['WINEPREFIX'] = $winePrefix
    $start.Environment['WINEDEBUG'] = '-all'
    # With it .NET maps its code twice, and under Wine the second mapping goes wrong now and then: the program crashes, or stands still.
    $start.Environment['DOTNET_EnableWriteXorExecute'] = '0'
    $start
}

# Runs a program of Wine that has nothing to say to its end.
function Invoke-Wine([string] $Program, [string[]] $Arguments) {
    $start = New-WineStart $Program $Arguments
    $start.RedirectStandardOutput = $true
    $start.RedirectStandardError = $true
    $process = [System.Diagnostics.Process]::Start($start)
    if (-not $process.WaitForExit([TimeSpan]::FromMinutes($wineLimit))) {
        $process.Kill($true)
        throw "Wine's $Program did not end within $wineLimit minutes."
    }

    if ($process.ExitCode -ne 0) { throw "Wine's $Program ended with exit code $($process.ExitCode)." }
}

# Makes a folder of Wine of our own, new each time, and does something in it. One program of Wine lives all the while: two seconds after the last one has
# ended Wine stops its services, and a program that comes just then finds two service control managers, of which one or the other answers. So the
# first, which makes the folder, must have ended with all of its services before the next begins; and it must not be wineboot, which would be run twice.
function Invoke-UnderWine([string] $Prefix, [scriptblock] $Action) {
    Write-Step 'Wine'
    $script:winePrefix = $Prefix
    if ([IO.Directory]::Exists($Prefix)) {
        Invoke-WineServer '-k'
        [IO.Directory]::Delete($Prefix, $true)
    }

    [void] [IO.Directory]::CreateDirectory($Prefix)
    $alive = $null
    try {
        Invoke-Wine 'cmd.exe' @('/c', 'exit 0')
        Invoke-WineServer '-w'
        $start = New-WineStart 'cmd.exe' @('/c', 'set /p end=')
        $start.RedirectStandardInput = $true
        $start.RedirectStandardOutput = $true
        $start.RedirectStandardError = $true
        $alive = [System.Diagnostics.Process]::Start($start)
        Invoke-Wine 'winecfg' @('-v', 'win10')
        & $Action
    }
    finally {
        if ($alive) { $alive.StandardInput.Close() }
        Invoke-WineServer '-k'
    }
}

# Ends what runs in our folder of Wine (-k), and nobody else's, or waits until nothing runs there (-w).
function Invoke-WineServer([string] $Option) {
    # Debian keeps it where no PATH leads.
    $server = if (Find-Program 'wineserver') { 'wineserver' } else { '/usr/lib/wine/wineserver' }
    $start = [System.Diagnostics.ProcessStartInfo]::new($server, $Option)
    $start.Environment['WINEPREFIX'] = $winePrefix
    $process = [System.Diagnostics.Process]::Start($start)
    if (-not $process.WaitForExit([TimeSpan]::FromMinutes($wineLimit))) {
        $process.Kill()
        throw "Wine did not end within $wineLimit minutes."
    }
}

function Invoke-Bench {
    Invoke-Build
    Write-Step 'Bench'
    $server = [IO.Path]::Combine($artifacts, 'bench', 'server')
    if (-not (Publish-Executable 'server/HandyBackup.Server' ([System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier) $server)) { throw 'The server could not be published.' }
    Invoke-Program dotnet @('run', '--no-build', '-c', $Configuration, '--project', [IO.Path]::Combine($root, 'tests', 'HandyBackup.Benchmarks'))
}

# The proofs are tests, which do more when this variable is set.
function Invoke-Stress {
    $env:HANDYBACKUP_STRESS_MINUTES = $Minutes.ToString([Globalization.CultureInfo]::InvariantCulture)
    if (-not $Filter) { $script:Filter = '*Proof.*', '*Repair.HealingTests.*', '*.KilledAtRandomTests.*', '*.TwoServersTests.*', '*.KilledFleetTests.*', '*.CutSweepTests.*' }
    Invoke-Test
}

# Publishes one executable for one runtime. A runtime whose packs the package feed does not have is named and left out; the task then fails
# at its end, so that nobody takes half a package for a whole one.
function Publish-Executable([string] $Path, [string] $Runtime, [string] $Destination) {
    $log = & dotnet publish ([IO.Path]::Combine($root, $Path)) -c $Configuration -r $Runtime -o $Destination -v quiet --nodereuse:false 2>&1
    if ($LASTEXITCODE -ne 0) {
        $log | Out-Default
        return $false
    }
    $true
}

# Server and agent of this machine's package, which the tests of a fleet then start instead of what the build made.
function Publish-TestedPackage {
    $runtime = [System.Runtime.InteropServices.RuntimeInformation]::RuntimeIdentifier
    Write-Step "Package $runtime, server and agent"
    $folder = [IO.Path]::Combine($artifacts, 'package', $runtime)
    if ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) }
    foreach ($executable in @('server/HandyBackup.Server', 'server'), @('agent/HandyBackup.Agent', 'agent')) {
        if (-not (Publish-Executable $executable[0] $runtime ([IO.Path]::Combine($folder, $executable[1])))) { throw "No package was made for $runtime. The messages above say why." }
    }
}

function Invoke-Package {
    Invoke-Build
    $package = [IO.Path]::Combine($artifacts, 'package')
    if ([IO.Directory]::Exists($package)) { [IO.Directory]::Delete($package, $true) }
    $missing = @()
    foreach ($runtime in $runtimes) {
        Write-Step "Package $runtime"
        $folder = [IO.Path]::Combine($package, $runtime)
        foreach ($executable in @('server/HandyBackup.Server', 'server'), @('agent/HandyBackup.Agent', 'agent'), @('module/HandyBackup.Shell', 'shell')) {
            if (-not (Publish-Executable $executable[0] $runtime ([IO.Path]::Combine($folder, $executable[1])))) {
                $missing += $runtime
                break
            }
        }
        if ($missing -notcontains $runtime) { Copy-Folder ([IO.Path]::Combine($artifacts, 'module')) ([IO.Path]::Combine($folder, 'module')) }
        elseif ([IO.Directory]::Exists($folder)) { [IO.Directory]::Delete($folder, $true) }
    }
    if ($missing.Count -gt 0) { throw "No package was made for: $missing. The messages above say why." }
}

function Copy-Folder([string] $From, [string] $To) {
    foreach ($file in [IO.Directory]::GetFiles($From, '*', 'AllDirectories')) {
        $target = [IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $file))
        [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
        [IO.File]::Copy($file, $target, $true)
    }
}

function Invoke-Clean {
    # Not the shell's own folder, if the shell built here is what runs this.
    foreach ($folder in [IO.Directory]::GetDirectories($artifacts)) {
        if (-not [Environment]::ProcessPath.StartsWith($folder + [IO.Path]::DirectorySeparatorChar)) { [IO.Directory]::Delete($folder, $true); continue }
        foreach ($inner in [IO.Directory]::GetDirectories($folder)) {
            if (-not [Environment]::ProcessPath.StartsWith($inner + [IO.Path]::DirectorySeparatorChar)) { [IO.Directory]::Delete($inner, $true) }
        }
    }
}

switch ($Task) {
    'Build' { Invoke-Build }
    'Test' { Invoke-Test }
    'TestWindows' { Invoke-TestWindows }
    'Bench' { Invoke-Bench }
    'Stress' { Invoke-Stress }
    'Package' { Invoke-Package }
    'Clean' { Invoke-Clean }
}
