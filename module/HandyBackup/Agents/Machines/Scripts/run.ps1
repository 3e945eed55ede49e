# Runs the agent's program to its end. The token goes from the secure string over memory that is wiped to the program's standard input: no
# file, command line, variable or log ever has it, and no text of PowerShell does. Whoever stops this script, or lets it wait too long, has
# the program take back what it did; on Windows, where a program without a console cannot be told, it is let finish.
param([string] $Folder, [string] $Arguments, [securestring] $Token, [int] $Seconds)
$ErrorActionPreference = 'Stop'
$onWindows = [IO.Path]::DirectorySeparatorChar -eq '\'
$program = [IO.Path]::Combine($Folder, 'hb-agent')
if ($onWindows) { $program += '.exe' }
$start = [Diagnostics.ProcessStartInfo]::new($program, $Arguments)
$start.UseShellExecute = $false
$start.CreateNoWindow = $true
$start.RedirectStandardInput = $true
$start.RedirectStandardOutput = $true
$start.RedirectStandardError = $true
$process = [Diagnostics.Process]::Start($start)
try {
    $output = $process.StandardOutput.ReadToEndAsync()
    $errors = $process.StandardError.ReadToEndAsync()
    try {
        if ($Token) {
            $memory = [Runtime.InteropServices.Marshal]::SecureStringToGlobalAllocAnsi($Token)
            try {
                $bytes = [byte[]]::new($Token.Length)
                [Runtime.InteropServices.Marshal]::Copy($memory, $bytes, 0, $bytes.Length)
                $process.StandardInput.BaseStream.Write($bytes, 0, $bytes.Length)
                [Array]::Clear($bytes, 0, $bytes.Length)
            }
            finally { [Runtime.InteropServices.Marshal]::ZeroFreeGlobalAllocAnsi($memory) }
        }
        $process.StandardInput.Close()
    }
    catch [IO.IOException] { $null = $_ } # It ended without reading; its exit code says why.
    $waited = [Diagnostics.Stopwatch]::StartNew()
    while (-not $process.WaitForExit(100) -and $waited.Elapsed.TotalSeconds -lt $Seconds) { }
    if (-not $process.HasExited) { throw "The program did not end within $Seconds seconds." }
    # A process that it started may hold its outputs open.
    [void] [Threading.Tasks.Task]::WaitAll([Threading.Tasks.Task[]] @($output, $errors), 5000)
    $said = ''
    if ($output.IsCompleted) { $said = $output.Result }
    $complaint = ''
    if ($errors.IsCompleted) { $complaint = $errors.Result }
    [pscustomobject] @{ ExitCode = $process.ExitCode; Output = $said; Errors = $complaint }
}
finally {
    if (-not $process.HasExited) {
        if (-not $onWindows) {
            try { [Diagnostics.Process]::Start('kill', "-INT $($process.Id)").Dispose() } catch { $null = $_ }
        }
        if (-not $process.WaitForExit(60000)) {
            try { $process.Kill() } catch { $null = $_ } # It ended by itself.
        }
    }
    $process.Dispose()
}
