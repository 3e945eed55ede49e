<#
.SYNOPSIS
Reports, from another machine, which runs of a server did not succeed; made for scripts that run by themselves.

.DESCRIPTION
Logs in with an API token, which an Auditor may have: it sees everything and changes nothing. On the server's machine:

    (New-HBApiToken -Name report -Role Auditor).Token     # into the token file, readable by the script's account only
    (Get-HBServer).Fingerprint                            # what -Fingerprint needs

Outputs the runs of the time given that ended otherwise than completed, and verifies the audit log. Throws if the log was tampered with.

.PARAMETER ComputerName
The server: host or host:port.

.PARAMETER TokenFile
A file whose first line is the token.

.PARAMETER Fingerprint
The server's fingerprint.

.PARAMETER Within
How far to look back.

.EXAMPLE
./examples/remote-panel.ps1 -ComputerName backup.example.org -TokenFile /etc/reports/token -Fingerprint 5f0c0b6e0f1d6e2b4c1f7d0a9e8b3c6d5a4f3e2d1c0b9a8f7e6d5c4b3a291807
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $ComputerName,
    [Parameter(Mandatory)] [string] $TokenFile,
    [Parameter(Mandatory)] [string] $Fingerprint,
    [timespan] $Within = '1.00:00:00')

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

$session = Connect-HBServer -ComputerName $ComputerName -TokenFile $TokenFile -Fingerprint $Fingerprint
try {
    $since = [DateTimeOffset]::UtcNow - $Within
    Get-HBRun -Session $session | Where-Object { $_.Created -ge $since -and $_.State -notin 'Completed', 'Running', 'Queued' }

    $log = Test-HBAuditLog -Session $session
    if (-not $log.IsSound) { throw "The audit log of $ComputerName was tampered with: $log" }
}
finally {
    Disconnect-HBServer -Session $session
}
