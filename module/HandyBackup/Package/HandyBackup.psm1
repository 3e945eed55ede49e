# Runs in any host, also one that has the engine's own commands only: no Join-Path, no Add-Type, no Write-Host.
$bin = [System.IO.Path]::Combine($PSScriptRoot, 'bin', $(if ($PSVersionTable.PSEdition -eq 'Core') { 'Core' } else { 'Desktop' }))

if ($PSVersionTable.PSEdition -eq 'Core') {
    # The loader alone enters PowerShell's load context; all else lives in a private one, so that no library of ours meets one of another module.
    $loader = [System.Runtime.Loader.AssemblyLoadContext]::Default.LoadFromAssemblyPath([System.IO.Path]::Combine($bin, 'HandyBackup.Loader.dll'))
    $assembly = $loader.GetType('HandyBackup.Loader.ModuleLoadContext')::Module
}
else {
    # The .NET Framework has no load contexts. The module's assembly answers for its own folder and its own requests only.
    $assembly = [System.Reflection.Assembly]::LoadFrom([System.IO.Path]::Combine($bin, 'HandyBackup.Module.dll'))
    $assembly.GetType('HandyBackup.Module.DesktopAssemblyResolver')::Install()
}

# An assembly that was imported before in this process is handed back from a cache, without its cmdlets being given to this
# module: https://github.com/PowerShell/PowerShell/issues/20710. Then they are given here.
$inner = Microsoft.PowerShell.Core\Import-Module -Assembly $assembly -PassThru
$module = $ExecutionContext.SessionState.Module
if ($module.ExportedCmdlets.Count -eq 0) {
    $give = [System.Management.Automation.PSModuleInfo].GetMethod('AddExportedCmdlet', [System.Reflection.BindingFlags]'Instance, NonPublic')
    foreach ($cmdlet in $inner.ExportedCmdlets.Values) {
        $null = $give.Invoke($module, @(, $cmdlet))
    }
}
