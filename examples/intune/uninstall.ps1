<#
.SYNOPSIS
Removes the Handy Backup agent: the uninstall command of an Intune Win32 app.
#>
$agent = Join-Path $env:ProgramW6432 'HandyBackup\Agent\hb-agent.exe'
if (-not (Test-Path $agent)) { exit 0 }
& $agent uninstall
exit $LASTEXITCODE
