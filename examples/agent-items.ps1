<#
.SYNOPSIS
Fetches a folder of an agent to this machine, and removes from the agent what is old there.

.DESCRIPTION
Works on the server that Connect-HBServer has connected to. Nothing is removed that did not arrive: the first item that cannot be copied ends the script. It can be repeated; files that are
here already and did not change are not fetched again.

.PARAMETER Agent
The agent.

.PARAMETER Folder
The folder on the agent, absolute.

.PARAMETER Destination
The folder on this machine that receives it.

.PARAMETER Days
How many days a file must not have changed to be old.

.EXAMPLE
./examples/agent-items.ps1 -Agent web1 -Folder /var/log/app -Destination ./logs -WhatIf

.OUTPUTS
The files that were removed.
#>
[CmdletBinding(SupportsShouldProcess)]
param(
    [Parameter(Mandatory)] [string] $Agent,
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [string] $Destination,
    [ValidateRange(1, 36500)] [int] $Days = 30
)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

# Asked before the copying: what changes meanwhile is newer than what arrived, and so not old.
$newest = [DateTimeOffset]::Now.AddDays(-$Days)
$old = @(Get-HBItem -Path $Folder -Agent $Agent -Recurse | Where-Object { $_.Kind -eq 'File' -and $_.Modified -lt $newest })
Copy-HBItem -Path $Folder -FromAgent $Agent -Destination $Destination -Recurse -Overwrite IfChanged -Confirm:$false
foreach ($file in $old) {
    if ($PSCmdlet.ShouldProcess("$($file.Path) on $Agent", 'Remove')) {
        $file | Remove-HBItem -Confirm:$false
        $file
    }
}
