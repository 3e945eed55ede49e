<#
.SYNOPSIS
A DSC configuration (Windows PowerShell 5.1, PSDesiredStateConfiguration) that keeps the Handy Backup agent installed and running.

.EXAMPLE
. ./HandyBackupAgent.ps1
HandyBackupAgent -ComputerName pc-17 -Package '\\files\software\hb-agent' -Server backup.example.com:10680
Start-DscConfiguration -Path ./HandyBackupAgent -Wait -Verbose
#>
Configuration HandyBackupAgent {
    param(
        [string[]] $ComputerName = 'localhost',
        # The folder with hb-agent.exe and token.txt; the machines' accounts must be able to read it, and nobody else token.txt.
        [Parameter(Mandatory)] [string] $Package,
        [Parameter(Mandatory)] [string] $Server)

    Import-DscResource -ModuleName PSDesiredStateConfiguration

    Node $ComputerName {
        Script Agent {
            GetScript = { @{ Result = [string] (Get-Service HandyBackupAgent -ErrorAction SilentlyContinue).Status } }
            TestScript = {
                $agent = Join-Path $env:ProgramFiles 'HandyBackup\Agent\hb-agent.exe'
                (Test-Path $agent) -and (& $agent status | Out-String | ConvertFrom-Json).IsEnrolled
            }
            SetScript = {
                & (Join-Path $using:Package 'hb-agent.exe') install --server $using:Server --token-file (Join-Path $using:Package 'token.txt')
                switch ($LASTEXITCODE) {
                    0 { }
                    3010 { $global:DSCMachineStatus = 1 }
                    default { throw "hb-agent install ended with exit code $LASTEXITCODE." }
                }
            }
        }

        Service Running {
            Name = 'HandyBackupAgent'
            State = 'Running'
            DependsOn = '[Script]Agent'
        }
    }
}
