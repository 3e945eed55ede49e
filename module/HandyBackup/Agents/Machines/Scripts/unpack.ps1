# Compares the archive of a copy with its hash, and only then takes it apart. Files get their times back: by these the agent sees whether
# a version is the one that is installed. False if the archive is another one.
param([string] $Folder, [string] $Sha256, [string[]] $Names, [long[]] $Times)
$ErrorActionPreference = 'Stop'
[void] [Reflection.Assembly]::Load('System.IO.Compression, Version=4.0.0.0, Culture=neutral, PublicKeyToken=b77a5c561934e089')
$archive = [IO.Path]::Combine($Folder, 'package.zip')
$files = [IO.Path]::Combine($Folder, 'package')
# Opened once: what is unpacked is what was compared.
$stream = [IO.File]::Open($archive, 'Open', 'Read', 'Read')
try {
    $algorithm = [Security.Cryptography.SHA256]::Create()
    $hash = [BitConverter]::ToString($algorithm.ComputeHash($stream)).Replace('-', '').ToLowerInvariant()
    $algorithm.Dispose()
    if ($hash -ne $Sha256) { return $false }
    $stream.Position = 0
    $zip = [IO.Compression.ZipArchive]::new($stream, [IO.Compression.ZipArchiveMode]::Read, $true)
    try {
        for ($i = 0; $i -lt $Names.Length; $i++) {
            $target = [IO.Path]::Combine($files, $Names[$i].Replace('/', [string] [IO.Path]::DirectorySeparatorChar))
            [void] [IO.Directory]::CreateDirectory([IO.Path]::GetDirectoryName($target))
            $from = $zip.GetEntry($Names[$i]).Open()
            try {
                $to = [IO.File]::Open($target, 'CreateNew', 'Write', 'None')
                try { $from.CopyTo($to) } finally { $to.Dispose() }
            }
            finally { $from.Dispose() }
            [IO.File]::SetLastWriteTimeUtc($target, [DateTime]::new($Times[$i], 'Utc'))
        }
    }
    finally { $zip.Dispose() }
}
finally { $stream.Dispose() }
[IO.File]::Delete($archive)
if ([IO.Path]::DirectorySeparatorChar -ne '\') { [IO.File]::SetUnixFileMode([IO.Path]::Combine($files, 'hb-agent'), 'UserRead, UserWrite, UserExecute, GroupRead, GroupExecute, OtherRead, OtherExecute') }
$true
