# What sort of machine this is, whether the caller may install here, and where a copy of a package may lie for a moment: beside the
# program's own place, where programs may be run and only administrators write. The scripts of this folder run in Windows PowerShell 5.1
# too, and use .NET instead of commands, since a machine may have no modules.
param([string] $ProgramPath)
$ErrorActionPreference = 'Stop'
$isAdministrator = $false
if ([IO.Path]::DirectorySeparatorChar -eq '\') {
    # Of the machine, not of this process, which may be an emulated one.
    $names = @{ AMD64 = 'win-x64'; ARM64 = 'win-arm64' }
    $architecture = [Environment]::GetEnvironmentVariable('PROCESSOR_ARCHITECTURE', 'Machine')
    $user = [Security.Principal.WindowsIdentity]::GetCurrent()
    $isAdministrator = ([Security.Principal.WindowsPrincipal] $user).IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)
    $userName = $user.Name
    $parent = [Environment]::GetFolderPath('ProgramFiles')
    $system = 'Windows'
}
else {
    $names = @{ X64 = 'linux-x64'; Arm64 = 'linux-arm64' }
    $architecture = [Runtime.InteropServices.RuntimeInformation]::OSArchitecture.ToString()
    $system = 'Linux'
    if (-not [IO.File]::Exists('/proc/self/status')) {
        $names = @{}
        $system = [Runtime.InteropServices.RuntimeInformation]::OSDescription
    }
    else {
        # Of the four user ids in proc(5) the second is what counts.
        foreach ($line in [IO.File]::ReadAllLines('/proc/self/status')) { if ($line -match '^Uid:\s+\d+\s+(\d+)') { $isAdministrator = $Matches[1] -eq '0' } }
    }
    $userName = [Environment]::UserName
    $parent = '/opt'
}
if ($ProgramPath) { $parent = [IO.Path]::GetDirectoryName($ProgramPath.TrimEnd('/', '\')) }
[pscustomobject] @{
    Runtime         = $names[$architecture]
    System          = "$system ($architecture)"
    UserName        = $userName
    IsAdministrator = [bool] $isAdministrator
    Parent          = $parent
}
