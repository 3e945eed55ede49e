namespace HandyBackup.Agent.Core.Restore;

/// <summary>The part of a file's content that a window fetches: all of it, unless the file is larger than a window.</summary>
/// <param name="file">The file.</param>
/// <param name="start">The index of the part's first blob in the content.</param>
internal sealed class FilePart(FileRestore file, int start)
{
    public FileRestore File => file;

    /// <summary>The index of the first blob whose place is not known yet.</summary>
    public int Next { get; set; } = start;

    /// <summary>The index after the part's last blob.</summary>
    public int End { get; set; } = start;
}
