<#
.SYNOPSIS
Backs up every workstation of a server by one task, spread over a time, and says which of them were not backed up.

.DESCRIPTION
Makes the group (by rule: every agent of kind Workstation) and the task when they are not there yet, so that the script can be started again and again. A machine that is enrolled
tomorrow is in the group by itself. Outputs the runs that did not do everything: machines that were off, and those with files that could not be read.

.PARAMETER Repository
The repository that receives the snapshots.

.PARAMETER Path
What is backed up on each machine.

.PARAMETER Task
The name of the task.

.PARAMETER Group
The name of the group.

.PARAMETER StartWindow
Over which time the machines are spread.

.PARAMETER DataPath
The server's data path.

.EXAMPLE
./examples/agent-groups.ps1 -Repository main -Path /home

.EXAMPLE
./examples/agent-groups.ps1 -Repository main -Path 'C:\Users' -Task profiles -StartWindow 04:00:00
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Repository,
    [Parameter(Mandatory)] [string[]] $Path,
    [string] $Task = 'workstations',
    [string] $Group = 'workstations',
    [timespan] $StartWindow = '02:00:00',
    [string] $DataPath)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

$place = if ($DataPath) { @{ DataPath = $DataPath } } else { @{} }
$null = Connect-HBServer @place

if (-not (Get-HBAgentGroup | Where-Object { $_.Name -eq $Group })) {
    $null = New-HBAgentGroup $Group -Kind Workstation -Description 'Every workstation'
}

if (-not (Get-HBTask | Where-Object { $_.Name -eq $Task })) {
    $null = New-HBTask $Task -Group $Group -StartWindow $StartWindow -Path $Path -Repository $Repository
}

# Each run is returned as it is queued; members that are suspended are named by a warning.
$runs = @(Start-HBTask $Task)
Write-Host "$($runs.Count) machines will be backed up within $StartWindow."

# A run that failed is reported below, with the others: its error need not end the script.
$runs | Wait-HBRun -ErrorAction SilentlyContinue | Where-Object { $_.State -ne 'Completed' }
