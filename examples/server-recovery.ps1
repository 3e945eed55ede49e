<#
.SYNOPSIS
Saves a server, proves that the file opens, and keeps the newest ones; made for a scheduler.

.DESCRIPTION
Run it on the server's machine as the server's account, or as root: no login is needed there. Let the folder be on another machine or drive, and keep a copy of the password
somewhere else: without it the files are of no use.

Outputs what the new file holds. Throws if it could not be made, or does not open again.

Afterwards, with one of the files and the repositories, on an empty machine:

    Restore-HBServer ./server-20261123T203000Z.hbserver -DataPath /var/lib/handybackup

.PARAMETER Folder
Where the files are kept.

.PARAMETER PasswordFile
A file whose first line is the password, readable by the server's account only.

.PARAMETER DataPath
The server's data path; where Connect-HBServer looks without it, when omitted.

.PARAMETER Keep
How many files to keep.

.EXAMPLE
./examples/server-recovery.ps1 -Folder /mnt/safe -PasswordFile /root/server-backup.password -DataPath /var/lib/handybackup
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Folder,
    [Parameter(Mandatory)] [string] $PasswordFile,
    [string] $DataPath,
    [ValidateRange(1, 1000)] [int] $Keep = 14)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

# Relative to where PowerShell is: .NET has another current folder.
$Folder = $ExecutionContext.SessionState.Path.GetUnresolvedProviderPathFromPSPath($Folder)
$where = if ($DataPath) { @{ DataPath = $DataPath } } else { @{} }
$session = Connect-HBServer @where
try {
    # Names that sort by time.
    $name = 'server-{0:yyyyMMdd}T{0:HHmmss}Z.hbserver' -f [DateTime]::UtcNow
    $saved = Backup-HBServer -Session $session -Path "$Folder/$name" -PasswordFile $PasswordFile
}
finally {
    Disconnect-HBServer -Session $session
}

Restore-HBServer -Path $saved.Path -PasswordFile $PasswordFile -WhatIf

# Only now, when the new one is known to be good.
$files = [IO.Directory]::GetFiles($Folder, 'server-*.hbserver')
[Array]::Sort($files)
for ($i = 0; $i -lt $files.Count - $Keep; $i++) { [IO.File]::Delete($files[$i]) }
