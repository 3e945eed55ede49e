namespace HandyBackup.Sources.Files.Sessions;

/// <summary>What a listing tells of an item besides its name.</summary>
internal enum NameHint : byte
{
    Unknown,
    Folder,
    NotFolder,
}
