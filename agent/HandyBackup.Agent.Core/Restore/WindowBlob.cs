using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Where a blob's content goes.</summary>
/// <param name="File">The file.</param>
/// <param name="Offset">The place in it.</param>
internal readonly record struct FilePlace(FileRestore File, long Offset);

/// <summary>One blob that a window needs. For one thread at a time, until it is handed to the writers.</summary>
internal sealed class WindowBlob
{
    /// <summary>How often the window's files contain it, less those whose place is known.</summary>
    public int Unplaced { get; set; }

    /// <summary>The places that are known.</summary>
    public List<FilePlace> Places { get; } = new(1);

    /// <summary>Parts of files that cannot go on before this blob's length is known.</summary>
    public List<FilePart>? Waiting { get; set; }

    /// <summary>The plain length; null until it has arrived.</summary>
    public int? Length { get; set; }

    /// <summary>Why it will never arrive.</summary>
    public HandyBackupException? Failure { get; set; }

    /// <summary>The blob, from its arrival until all its places are known.</summary>
    public BlobPayload? Payload { get; set; }
}
