namespace HandyBackup.Server.Core;

/// <summary>Kinds of source that the server must know by name.</summary>
internal static class SourceKinds
{
    /// <summary>Files and folders: what snapshots of other programs hold, and what is meant where no source is named.</summary>
    public const string Files = "Files";
}
