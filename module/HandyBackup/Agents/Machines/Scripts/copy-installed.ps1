# Copies the installed program aside: one that removes itself could not remove what of it is in use. False if none is installed.
param([string] $Folder, [string] $ProgramPath)
$ErrorActionPreference = 'Stop'
if (-not $ProgramPath) {
    $ProgramPath = '/opt/handybackup-agent'
    if ([IO.Path]::DirectorySeparatorChar -eq '\') { $ProgramPath = [IO.Path]::Combine([Environment]::GetFolderPath('ProgramFiles'), 'HandyBackup', 'Agent') }
}
if (-not [IO.Directory]::Exists($ProgramPath)) { return $false }
$ProgramPath = $ProgramPath.TrimEnd('/', '\')
foreach ($file in [IO.Directory]::GetFiles($ProgramPath, '*', 'AllDirectories')) {
    $target = [IO.Path]::Combine($Folder, 'package', $file.Substring($ProgramPath.Length + 1))
    [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
    [IO.File]::Copy($file, $target)
}
$true
