namespace HandyBackup.Sources.Files.Sessions;

/// <summary>An item of the file system, with what the session keeps to go on from it.</summary>
internal class FileItem : SourceItem
{
    /// <summary>The name with a 0 behind it, as system calls want it.</summary>
    public required ReadOnlyMemory<byte> TerminatedName { get; init; }

    /// <summary>True for a folder above the paths that were asked for: users may name it through links, so links are followed there, and only there.</summary>
    public bool FollowsLink { get; init; }

    /// <summary>Set for a folder above the paths that were asked for: what it shows.</summary>
    public RootNode? Above { get; set; }

    /// <summary>The device of the path that was asked for and contains this item.</summary>
    public ulong RootDevice { get; set; }

    /// <summary>Where the exclude rules stand inside this folder; null until it is first asked for.</summary>
    public ulong[]? ExcludeState { get; set; }
}
