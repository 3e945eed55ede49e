<#
.SYNOPSIS
Makes machines agents of a server: makes a token, says what to run on the machines, waits for them, and approves each.

.DESCRIPTION
Runs where the server runs, by default on the server of this machine's default data path; the server must listen on the network
(hb-server --listen). The token is good for as many machines as are expected, for the time that this script waits, and is revoked if
the script ends before all of them came.

An agent does not say with which token it enrolled: all new agents of the kind and group that wait to be approved are shown.

.PARAMETER Server
Where the machines reach the server: host:port.

.PARAMETER Count
How many machines are expected.

.PARAMETER Kind
What sort of machine they are. It decides which kinds of source their agents may load.

.PARAMETER Group
The group that they will be listed in; it must exist.

.PARAMETER Within
How long to wait for them, a minute at least.

.PARAMETER DataPath
The server's data path.

.PARAMETER ApproveAll
Approve without asking.

.EXAMPLE
./examples/enroll-agents.ps1 -Server backup.example.org:10680

.EXAMPLE
./examples/enroll-agents.ps1 -Server backup.example.org:10680 -Count 20 -Group office -Within 08:00:00
#>
[CmdletBinding()]
param(
    [Parameter(Mandatory)] [string] $Server,
    [ValidateRange(1, 100000)] [int] $Count = 1,
    [ValidateSet('Workstation', 'Server')] [string] $Kind = 'Workstation',
    [string] $Group,
    [timespan] $Within = '01:00:00',
    [string] $DataPath,
    [switch] $ApproveAll)

Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'
if (-not (Get-Module HandyBackup)) { Import-Module HandyBackup }

$place = if ($DataPath) { @{ DataPath = $DataPath } } else { @{} }
$null = Connect-HBServer @place

$of = @{ Kind = $Kind }
if ($Group) { $of.Group = $Group }
$seen = @{}
Get-HBAgent | ForEach-Object { $seen[$_.Id] = $true }

$token = New-HBEnrollmentToken @of -Uses $Count -Lifetime $Within -NeedsApproval -Note 'enroll-agents.ps1'
try {
    Write-Host "On each machine ($Count in all), as root or administrator:"
    Write-Host
    Write-Host "    hb-agent install --server $Server --token-file -"
    Write-Host
    Write-Host 'and on its standard input, ended by Ctrl+D (on Windows by Ctrl+Z and Enter):'
    Write-Host
    Write-Host "    $($token.Token)"
    Write-Host
    Write-Host "Waiting until $($token.Expires.ToLocalTime().ToString('yyyy-MM-dd HH:mm'))."

    $decided = 0
    while ($decided -lt $Count -and [DateTimeOffset]::UtcNow -lt $token.Expires) {
        foreach ($agent in @(Get-HBAgent -Status Pending @of | Where-Object { -not $seen[$_.Id] })) {
            Write-Host "$($agent.Name) came from $($agent.LastAddress)."
            # An agent that is not approved now keeps waiting; Approve-HBAgent can do it later.
            $agent | Approve-HBAgent -Confirm:(-not $ApproveAll) -PassThru
            $seen[$agent.Id] = $true
            $decided++
        }

        if ($decided -lt $Count) { [Threading.Thread]::Sleep(2000) }
    }
}
finally {
    Get-HBEnrollmentToken $token.TokenId -State Usable | Remove-HBEnrollmentToken -Confirm:$false
}

if ($decided -lt $Count) { throw "Of $Count machines $decided came in time." }
