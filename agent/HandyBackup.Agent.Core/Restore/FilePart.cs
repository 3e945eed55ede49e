namespace HandyBackup.Agent.Core.Restore;

/// <summary>The part of a file's content that one window deals with: all of it, unless the file is larger than a window.</summary>
/// <param name="File">The file.</param>
/// <param name="Start">The index of the part's first blob in the content.</param>
/// <param name="End">The index after its last one.</param>
internal sealed record FilePart(FileRestore File, int Start, int End);
