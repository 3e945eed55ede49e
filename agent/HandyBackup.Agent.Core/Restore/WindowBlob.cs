namespace HandyBackup.Agent.Core.Restore;

/// <summary>Where a blob's content goes.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">The place in it.</param>
internal readonly record struct FilePlace(FileRestore File, long Offset);

/// <summary>One blob that a window needs. For one thread at a time, until it is handed to the writers.</summary>
internal sealed class WindowBlob
{
    /// <summary>The plain length; negative if the repository does not have the blob.</summary>
    public long Length { get; set; }

    /// <summary>Where it must be written.</summary>
    public List<FilePlace> Places { get; } = new(1);
}
