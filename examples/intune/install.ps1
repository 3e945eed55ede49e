<#
.SYNOPSIS
Installs the Handy Backup agent as an Intune Win32 app.

.DESCRIPTION
Lies beside hb-agent.exe and token.txt in the folder that IntuneWinAppUtil packs. Ends with the agent's own exit code: 0, 1603 or 3010, which Intune knows.
Runs in Windows PowerShell 5.1 as the system account.
#>
param([string] $Server = 'backup.example.com:10680')

# Intune starts a 32-bit PowerShell; the agent is a program of its own and does not mind.
& "$PSScriptRoot\hb-agent.exe" install --server $Server --token-file "$PSScriptRoot\token.txt"
exit $LASTEXITCODE
