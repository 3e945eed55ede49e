<#
.SYNOPSIS
The main job from beginning to end: back up a real folder of this machine, change it, back it up again, and get it back.

.DESCRIPTION
Starts a server of its own with its agent, makes a repository and a task, runs it, changes some files, runs it again, compares and
browses the snapshots, restores one, compares the restored tree with the original byte for byte and attribute by attribute, checks the
whole repository and stops the server. Throws if anything differs. Needs no rights beyond the user's own.

.PARAMETER Path
The folder to back up. It is copied into the work folder first, because this script changes some files between its two backups.
By default the folder of the .NET runtime.

.PARAMETER Work
An empty or new folder for everything this script makes. By default a temporary one, removed at the end.

.EXAMPLE
./examples/quickstart.ps1

.EXAMPLE
./examples/quickstart.ps1 -Path /usr/share/doc -Work ./work
#>
param([string] $Path, [string] $Work)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
$root = [IO.Path]::GetDirectoryName($PSScriptRoot)

function Write-Step([string] $Text) { Write-Host; Write-Host "== $Text" -ForegroundColor Cyan }

# From sources: build what is missing. With an installed module, far from build.ps1, there is nothing to build.
if ([IO.File]::Exists([IO.Path]::Combine($root, 'build.ps1'))) {
    $module = [IO.Path]::Combine($root, 'artifacts', 'module')
    # The server is the last thing that a build makes.
    if (-not [IO.Directory]::Exists([IO.Path]::Combine($root, 'artifacts', 'server'))) { & ([IO.Path]::Combine($root, 'build.ps1')) Build }
    $env:PSModulePath = $module + [IO.Path]::PathSeparator + $env:PSModulePath
}
Import-Module HandyBackup

$temporary = -not $Work
if ($temporary) { $Work = [IO.Directory]::CreateTempSubdirectory('handybackup-').FullName }
$Work = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Work)
if (-not $Path) { $Path = [Runtime.InteropServices.RuntimeEnvironment]::GetRuntimeDirectory() }
$Path = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Path).TrimEnd([IO.Path]::DirectorySeparatorChar)
if (-not [IO.Directory]::Exists($Path)) { throw "The folder '$Path' does not exist." }
if ([IO.Directory]::Exists($Work) -and @([IO.Directory]::GetFileSystemEntries($Work)).Count -gt 0) { throw "The work folder '$Work' is not empty." }

$source = Join-Path $Work source
$restored = Join-Path $Work restored
$data = Join-Path $Work server
$repository = Join-Path $Work repository
$passwordFile = Join-Path $Work password.txt

function Copy-Tree([string] $From, [string] $To) {
    [void] [IO.Directory]::CreateDirectory($To)
    foreach ($folder in [IO.Directory]::GetDirectories($From, '*', 'AllDirectories')) {
        [void] [IO.Directory]::CreateDirectory([IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $folder)))
    }
    foreach ($file in [IO.Directory]::GetFiles($From, '*', 'AllDirectories')) {
        # A link to nowhere cannot be copied, and copying what a link points to would make another tree.
        $target = [IO.Path]::Combine($To, [IO.Path]::GetRelativePath($From, $file))
        $info = [IO.FileInfo]::new($file)
        if ($info.LinkTarget) { [void] [IO.File]::CreateSymbolicLink($target, $info.LinkTarget) } else { [IO.File]::Copy($file, $target) }
    }
}

function Test-SameContent([string] $Left, [string] $Right) {
    $a = [IO.File]::OpenRead($Left)
    $b = [IO.File]::OpenRead($Right)
    try {
        $hash = [Security.Cryptography.SHA256]
        [Convert]::ToHexString($hash::HashData($a)) -eq [Convert]::ToHexString($hash::HashData($b))
    }
    finally { $a.Dispose(); $b.Dispose() }
}

# Compares everything .NET can see of two trees but for what the task excludes, and returns a line for each difference.
function Compare-Tree([string] $Left, [string] $Right) {
    $names = @{}
    foreach ($side in $Left, $Right) {
        foreach ($entry in [IO.Directory]::EnumerateFileSystemEntries($side, '*', 'AllDirectories')) { $names[[IO.Path]::GetRelativePath($side, $entry)] = $true }
    }
    foreach ($name in @('.') + @($names.Keys | Where-Object { $_ -notlike '*.tmp' })) {
        $l = [IO.FileInfo]::new([IO.Path]::Combine($Left, $name))
        $r = [IO.FileInfo]::new([IO.Path]::Combine($Right, $name))
        if ($l.Attributes -ne $r.Attributes) { "${name}: attributes $($l.Attributes) and $($r.Attributes)"; continue }
        if ($l.LinkTarget -ne $r.LinkTarget) { "${name}: links to $($l.LinkTarget) and $($r.LinkTarget)"; continue }
        if ($l.LastWriteTimeUtc -ne $r.LastWriteTimeUtc) { "${name}: written $($l.LastWriteTimeUtc.ToString('o')) and $($r.LastWriteTimeUtc.ToString('o'))" }
        if (-not [OperatingSystem]::IsWindows() -and $l.UnixFileMode -ne $r.UnixFileMode) { "${name}: mode $($l.UnixFileMode) and $($r.UnixFileMode)" }
        if ($l.LinkTarget -or ($l.Attributes -band [IO.FileAttributes]::Directory)) { continue }
        if ($l.Length -ne $r.Length -or -not (Test-SameContent $l.FullName $r.FullName)) { "${name}: content" }
    }
    $script:compared = $names.Count
}

# Each step shows its objects by Out-Default of its own: one pipeline would give all of them the columns of the first.
try {
    Write-Step "Preparing a copy of $Path"
    Copy-Tree $Path $source
    # Any text will do as a password; this one nobody can guess, and nobody needs to know.
    [IO.File]::WriteAllText($passwordFile, [Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(16)))

    Write-Step 'Starting a server with its agent'
    Start-HBServer -Standalone -DataPath $data | Out-Default
    $null = Connect-HBServer -DataPath $data

    Write-Step 'A repository and a task'
    New-HBRepository -Name main -Path $repository -PasswordFile $passwordFile | Out-Default
    New-HBTask -Name quickstart -Source Files -Path $source -Exclude '**/*.tmp' -Repository main | Out-Default

    Write-Step 'First run'
    $first = Start-HBTask quickstart -Wait
    $first | Out-Default

    Write-Step 'Changing some files, and a second run'
    [IO.File]::WriteAllText((Join-Path $source 'new file.txt'), 'This file is new.')
    [IO.File]::WriteAllText((Join-Path $source 'scratch.tmp'), 'This file is excluded.')
    $changed = @([IO.Directory]::GetFiles($source, '*', 'AllDirectories') | Where-Object { -not [IO.FileInfo]::new($_).LinkTarget } | Sort-Object)[0]
    [IO.File]::AppendAllText($changed, 'This file was changed.')
    $second = Start-HBTask quickstart -Wait
    $second | Out-Default

    Write-Step 'The two snapshots, and what changed between them'
    $snapshots = @(Get-HBSnapshot -Task quickstart)
    $snapshots | Out-Default
    if ($snapshots.Count -ne 2) { throw "Two snapshots were expected, and there are $($snapshots.Count)." }
    $differences = @(Compare-HBSnapshot $snapshots[0] $snapshots[1])
    $differences | Out-Default
    if (@($differences | Where-Object { $_.Change -eq 'Added' -and $_.Path -like '*new file.txt' }).Count -ne 1) { throw "The comparison does not show the new file." }
    if (@($differences | Where-Object { $_.Path -like '*.tmp' }).Count -ne 0) { throw 'An excluded file is in the snapshot.' }

    Write-Step 'A folder of the newest snapshot'
    $inSnapshot = $source.Replace('\', '/').Replace(':', '').Trim('/')
    Get-HBSnapshot -Task quickstart -Latest | Get-HBItem -Path $inSnapshot | Select-Object -First 10 | Out-Default

    Write-Step 'Restoring it into another folder'
    $restore = Get-HBSnapshot -Task quickstart -Latest | Restore-HBItem -Destination $restored
    $restore | Out-Default

    Write-Step 'Comparing the restored tree with the original'
    $compared = 0
    $wrong = @(Compare-Tree $source (Join-Path $restored $inSnapshot))
    if ($wrong.Count -gt 0) { $wrong | Select-Object -First 20 | Out-Default; throw "The restored tree differs from the original in $($wrong.Count) places." }
    Write-Host "$compared items are equal, byte for byte and attribute by attribute."

    Write-Step 'Checking the whole repository'
    $check = Test-HBRepository main -ReadData
    $check | Out-Default
    if ($check.State -ne 'Sound') { throw 'The repository is not sound.' }
}
finally {
    Write-Step 'Stopping the server'
    if ([IO.Directory]::Exists($data)) { Stop-HBServer -Force -ErrorAction SilentlyContinue }
    if ($temporary) { [IO.Directory]::Delete($Work, $true) }
}
Write-Host 'Quick start: all went well.' -ForegroundColor Green
