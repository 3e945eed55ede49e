# Makes the folder of a copy, new and closed to everybody but administrators: what lies in it is going to be run.
param([string] $Folder)
$ErrorActionPreference = 'Stop'
[void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($Folder))
if ([IO.Directory]::Exists($Folder)) { throw "The folder '$Folder' exists already." }
if ([IO.Path]::DirectorySeparatorChar -eq '\') {
    [void] [IO.Directory]::CreateDirectory($Folder)
    # By number: the names of the system and the administrators are other ones in other languages.
    $start = [Diagnostics.ProcessStartInfo]::new('icacls.exe', "`"$Folder`" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F")
    $start.UseShellExecute = $false
    $start.CreateNoWindow = $true
    $process = [Diagnostics.Process]::Start($start)
    if (-not $process.WaitForExit(30000) -or $process.ExitCode -ne 0) { throw "The folder '$Folder' cannot be protected." }
    if ([IO.Directory]::GetFileSystemEntries($Folder).Length -gt 0) { throw "Somebody else wrote into the folder '$Folder'." }
}
else { [void] [IO.Directory]::CreateDirectory($Folder, 'UserRead, UserWrite, UserExecute') }
