<#
.SYNOPSIS
Makes the machines of a list agents of a server, or brings their agents up to date, and says how each of them stands.

.DESCRIPTION
Runs where the server runs, by default on the server of this machine's default data path; the server must listen on the network
(hb-server --listen). The list is a CSV file with the columns ComputerName and Kind (Workstation or Server). Machines are reached over WinRM;
with -Ssh over SSH, as the given user, who must be root or administrator there.

Run it again at any time: a machine whose agent has this version already is left alone. What fails on one machine does not keep the
others from being done; the machines that failed are named in the end, with the reason.

.PARAMETER List
The CSV file.

.PARAMETER Server
Where the machines reach the server: host:port.

.PARAMETER Group
The group that new agents will be listed in; it must exist.

.PARAMETER Ssh
Reach the machines over SSH.

.PARAMETER UserName
The account on the machines, for SSH.

.PARAMETER KeyFilePath
Its private key, for SSH.

.PARAMETER PackagePath
The folder with the packages of the agent, if they do not lie beside the module.

.PARAMETER DataPath
The server's data path.

.EXAMPLE
./examples/install-agents.ps1 -List machines.csv -Server backup.example.org:10680 -Group office

.EXAMPLE
./examples/install-agents.ps1 -List web.csv -Server backup.example.org:10680 -Ssh -UserName root -KeyFilePath ~/.ssh/id_ed25519
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $List,
    [Parameter(Mandatory)] [string] $Server,
    [string] $Group,
    [switch] $Ssh,
    [string] $UserName,
    [string] $KeyFilePath,
    [string] $PackagePath,
    [string] $DataPath)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

$place = if ($DataPath) { @{ DataPath = $DataPath } } else { @{} }
$null = Connect-HBServer @place

$common = @{ Server = $Server; Fingerprint = (Get-HBServer).Fingerprint }
foreach ($name in 'Group', 'UserName', 'KeyFilePath', 'PackagePath') {
    if ($PSBoundParameters.ContainsKey($name)) { $common[$name] = $PSBoundParameters[$name] }
}

$lines = [IO.File]::ReadAllLines($ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($List))
if ($lines.Count -eq 0 -or $lines[0].Replace('"', '') -ne 'ComputerName,Kind') { throw "The first line of '$List' is not ComputerName,Kind." }

$failures = @()
foreach ($line in $lines | Where-Object { $_.Trim() -and $_ -ne $lines[0] }) {
    $computer, $kind = $line.Replace('"', '').Split(',').Trim()
    $target = if ($Ssh) { @{ HostName = $computer } } else { @{ ComputerName = $computer } }
    # The error of a machine is kept and told at the end, where nobody overlooks it.
    Install-HBAgent @target @common -Kind $kind -ErrorAction SilentlyContinue -ErrorVariable failed
    $failures += $failed
}

foreach ($failure in $failures) { Write-Host "$($failure.TargetObject): $failure" }
if ($failures.Count -gt 0) { throw "$($failures.Count) machines have no agent of this version." }
