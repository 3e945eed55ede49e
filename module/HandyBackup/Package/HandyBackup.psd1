@{
    RootModule             = 'HandyBackup.psm1'
    ModuleVersion          = '0.1.0'
    GUID                   = '6d0b1c0e-1f51-4f0c-9f3c-6d2a7f1e4b58'
    Author                 = 'The Handy Backup contributors'
    CompanyName            = 'Handy Backup'
    Copyright              = 'The Handy Backup contributors, MIT licence'
    Description            = 'Back up machines and get everything back: servers, tasks, runs, snapshots and restores of Handy Backup, managed from PowerShell.'
    PowerShellVersion      = '5.1'
    CompatiblePSEditions   = @('Core', 'Desktop')
    DotNetFrameworkVersion = '4.7.2'
    FormatsToProcess       = @('HandyBackup.Format.ps1xml')
    FunctionsToExport      = @()
    VariablesToExport      = @()
    AliasesToExport        = @()
    CmdletsToExport        = @(
        'Add-HBRepositoryKey'
        'Compare-HBSnapshot'
        'Copy-HBSnapshot'
        'Connect-HBServer'
        'Disconnect-HBServer'
        'Get-HBAgent'
        'Get-HBItem'
        'Get-HBRepository'
        'Get-HBRepositoryKey'
        'Get-HBRun'
        'Get-HBRunLog'
        'Get-HBServer'
        'Get-HBSnapshot'
        'Get-HBTask'
        'Import-HBRepository'
        'New-HBRepository'
        'New-HBTask'
        'Optimize-HBRepository'
        'Remove-HBRepository'
        'Remove-HBRepositoryKey'
        'Remove-HBSnapshot'
        'Remove-HBTask'
        'Repair-HBRepository'
        'Restore-HBItem'
        'Restore-HBSnapshot'
        'Set-HBRepository'
        'Set-HBTask'
        'Start-HBServer'
        'Start-HBTask'
        'Stop-HBRun'
        'Stop-HBServer'
        'Stop-HBTask'
        'Test-HBRepository'
        'Wait-HBRun'
    )
    PrivateData            = @{
        PSData = @{
            Tags = @('Backup', 'Restore', 'restic', 'Deduplication', 'Encryption', 'Windows', 'Linux')
        }
    }
}
