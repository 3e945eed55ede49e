# Adds a part to the archive of a copy. The place is said, so that no part can be missing or come twice.
param([string] $Folder, [long] $Offset, [byte[]] $Bytes)
$ErrorActionPreference = 'Stop'
$stream = [IO.File]::Open([IO.Path]::Combine($Folder, 'package.zip'), 'Append', 'Write', 'None')
try {
    if ($stream.Length -ne $Offset) { throw "The copy has $($stream.Length) bytes instead of $Offset." }
    $stream.Write($Bytes, 0, $Bytes.Length)
}
finally { $stream.Dispose() }
