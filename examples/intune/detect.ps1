<#
.SYNOPSIS
The detection rule of an Intune Win32 app: the agent is there if its service is, and if this machine is an agent of a server.

.DESCRIPTION
Intune counts an app as installed if its script ends with 0 and has written something. Whether the agent is connected at the moment is another matter: a laptop
on a train would install it again and again.
#>
$agent = Join-Path $env:ProgramW6432 'HandyBackup\Agent\hb-agent.exe'
if (-not (Test-Path $agent) -or -not (Get-Service HandyBackupAgent -ErrorAction SilentlyContinue)) { exit 1 }
$status = & $agent status | Out-String | ConvertFrom-Json
if (-not $status.IsEnrolled) { exit 1 }
'installed'
exit 0
