# The everyday commands that full PowerShell has in modules beside the engine: only what scripts of this project and people at a
# prompt need, with the parameters that they use. Each behaves as its namesake does.

function Write-Output {
    param([Parameter(Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] $InputObject, [switch] $NoEnumerate)
    process {
        if ($NoEnumerate) { $PSCmdlet.WriteObject($InputObject, $false) } else { $InputObject }
    }
}

function Write-Host {
    param(
        [Parameter(Position = 0, ValueFromPipeline, ValueFromRemainingArguments)] $Object,
        [switch] $NoNewline,
        [object] $Separator = ' ',
        [System.ConsoleColor] $ForegroundColor)
    process {
        $text = @($Object) -join $Separator
        if (-not $NoNewline) { $text += [Environment]::NewLine }
        if ($PSBoundParameters.ContainsKey('ForegroundColor')) { $Host.UI.Write($ForegroundColor, 'Black', $text) } else { $Host.UI.Write($text) }
    }
}

function Write-Verbose {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message)
    process { $PSCmdlet.WriteVerbose($Message) }
}

function Write-Warning {
    [CmdletBinding()]
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message)
    process { $PSCmdlet.WriteWarning($Message) }
}

function Write-Error {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Message,
        [System.Management.Automation.ErrorCategory] $Category = 'NotSpecified',
        [string] $ErrorId = 'WriteErrorException',
        [object] $TargetObject)
    process {
        $PSCmdlet.WriteError([System.Management.Automation.ErrorRecord]::new([System.Exception]::new($Message), $ErrorId, $Category, $TargetObject))
    }
}

function Write-Progress {
    [CmdletBinding()]
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Activity,
        [Parameter(Position = 1)] [string] $Status = 'Processing',
        [Parameter(Position = 2)] [int] $Id = 0,
        [int] $PercentComplete = -1,
        [int] $SecondsRemaining = -1,
        [string] $CurrentOperation,
        [switch] $Completed)
    process {
        $record = [System.Management.Automation.ProgressRecord]::new($Id, $Activity, $Status)
        $record.PercentComplete = $PercentComplete
        $record.SecondsRemaining = $SecondsRemaining
        $record.CurrentOperation = $CurrentOperation
        if ($Completed) { $record.RecordType = 'Completed' }
        $PSCmdlet.WriteProgress($record)
    }
}

function Select-Object {
    param(
        [Parameter(ValueFromPipeline)] $InputObject,
        [Parameter(Position = 0)] [object[]] $Property,
        [string] $ExpandProperty,
        [int] $First = [int]::MaxValue,
        [int] $Last,
        [int] $Skip,
        [switch] $Unique)
    begin {
        $count = 0
        $tail = [System.Collections.Generic.Queue[object]]::new()
        $seen = [System.Collections.Generic.HashSet[string]]::new([StringComparer]::Ordinal)
        function Convert-Selected($item) {
            if ($Unique -and -not $seen.Add([string] $item)) { return }
            if ($ExpandProperty) { return $item.$ExpandProperty }
            if (-not $Property) { return $item }
            $columns = [ordered]@{}
            foreach ($p in $Property) {
                if ($p -is [System.Collections.IDictionary]) {
                    $name = if ($p.Contains('Name')) { $p['Name'] } else { $p['Label'] }
                    $columns[$name] = if ($p['Expression'] -is [scriptblock]) { $item | ForEach-Object $p['Expression'] } else { $item.($p['Expression']) }
                }
                elseif ([WildcardPattern]::ContainsWildcardCharacters($p)) {
                    foreach ($member in $item.PSObject.Properties) { if ($member.Name -like $p) { $columns[$member.Name] = $member.Value } }
                }
                else { $columns["$p"] = $item.$p }
            }
            [pscustomobject] $columns
        }
    }
    process {
        $count++
        if ($count -le $Skip) { return }
        if ($PSBoundParameters.ContainsKey('Last')) {
            $tail.Enqueue($InputObject)
            if ($tail.Count -gt $Last) { [void] $tail.Dequeue() }
        }
        elseif ($count - $Skip -le $First) { Convert-Selected $InputObject }
    }
    end { foreach ($item in $tail) { Convert-Selected $item } }
}

function Sort-Object {
    param([Parameter(ValueFromPipeline)] $InputObject, [Parameter(Position = 0)] [object[]] $Property, [switch] $Descending, [switch] $Unique)
    begin { $items = [System.Collections.Generic.List[object]]::new() }
    process { $items.Add($InputObject) }
    end {
        $keyOf = {
            param($item)
            if (-not $Property) { return , @($item) }
            , @(foreach ($p in $Property) { if ($p -is [scriptblock]) { $item | ForEach-Object $p } else { $item.$p } })
        }
        $keyed = foreach ($item in $items) { [pscustomobject]@{ Key = & $keyOf $item; Item = $item } }
        $sorted = [System.Collections.Generic.List[object]]::new()
        foreach ($k in $keyed) { $sorted.Add($k) }
        $compare = [System.Comparison[object]] {
            param($a, $b)
            for ($i = 0; $i -lt $a.Key.Count; $i++) {
                $result = [System.Management.Automation.LanguagePrimitives]::Compare($a.Key[$i], $b.Key[$i], $true)
                if ($result -ne 0) { if ($Descending) { return -$result } else { return $result } }
            }
            0
        }
        # A merge of runs keeps equal items in their order, which List.Sort does not promise.
        $ordered = [System.Linq.Enumerable]::Order([System.Collections.Generic.IEnumerable[object]] $sorted, [System.Collections.Generic.Comparer[object]]::Create($compare))
        $previous = $null
        foreach ($entry in $ordered) {
            if ($Unique -and $null -ne $previous -and $compare.Invoke($previous, $entry) -eq 0) { continue }
            $previous = $entry
            $entry.Item
        }
    }
}

function Get-Location { $ExecutionContext.SessionState.Path.CurrentLocation }

function Set-Location {
    param([Parameter(Position = 0)] [string] $Path = '~')
    [void] $ExecutionContext.SessionState.Path.SetLocation($Path)
}

function Join-Path {
    param(
        [Parameter(Mandatory, Position = 0)] [string] $Path,
        [Parameter(Mandatory, Position = 1)] [string] $ChildPath,
        [Parameter(Position = 2, ValueFromRemainingArguments)] [string[]] $AdditionalChildPath)
    $joined = $ExecutionContext.SessionState.Path.Combine($Path, $ChildPath)
    foreach ($part in $AdditionalChildPath) { $joined = $ExecutionContext.SessionState.Path.Combine($joined, $part) }
    $joined
}

function Split-Path {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Path, [switch] $Parent, [switch] $Leaf)
    process {
        if ($Leaf) { $ExecutionContext.SessionState.Path.ParseChildName($Path) }
        else { $ExecutionContext.SessionState.Path.ParseParent($Path, '') }
    }
}

function Resolve-Path {
    param([Parameter(Mandatory, Position = 0, ValueFromPipeline)] [string] $Path)
    process { $ExecutionContext.SessionState.Path.GetResolvedPSPathFromPSPath($Path) }
}

function Test-Path {
    param(
        [Parameter(Mandatory, Position = 0, ValueFromPipeline)] [AllowEmptyString()] [string] $Path,
        [ValidateSet('Any', 'Container', 'Leaf')] [string] $PathType = 'Any')
    process {
        if (-not $Path) { return $false }
        $items = $ExecutionContext.SessionState.InvokeProvider.Item
        $exists = $items.Exists($Path)
        if ($exists -and $PathType -ne 'Any') { $exists = $items.IsContainer($Path) -eq ($PathType -eq 'Container') }
        $exists
    }
}
