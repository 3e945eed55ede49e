# Removes a copy. Windows may hold a program's files for a moment after its end.
param([string] $Folder)
$ErrorActionPreference = 'Stop'
for ($attempt = 1; [IO.Directory]::Exists($Folder); $attempt++) {
    try { [IO.Directory]::Delete($Folder, $true) }
    catch {
        if ($attempt -eq 20) { throw }
        [Threading.Thread]::Sleep(250)
    }
}
