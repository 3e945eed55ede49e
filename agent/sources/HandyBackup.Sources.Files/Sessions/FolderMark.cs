namespace HandyBackup.Sources.Files.Sessions;

/// <summary>What a folder is known by, whatever path leads to it. Its platform's tree makes it and compares it.</summary>
/// <param name="Path">The folder, absolute, as whoever named it wrote it.</param>
/// <param name="FinalPath">Its path without links and short names, on Windows; else null.</param>
/// <param name="Inode">Its inode, on Linux.</param>
/// <param name="Device">The file system of the inode.</param>
internal sealed record FolderMark(string Path, string? FinalPath = null, ulong Inode = 0, ulong Device = 0);
