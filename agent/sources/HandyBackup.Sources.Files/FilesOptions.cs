namespace HandyBackup.Sources.Files;

/// <summary>What a backup of files leaves out. Browsing shows everything.</summary>
public sealed class FilesOptions
{
    /// <summary>
    /// Patterns of what is left out, silently. A folder that matches is not entered, so nothing inside it can be brought back. The paths
    /// that the task names, and the folders above them, are never left out.
    /// <list type="bullet">
    /// <item><c>*</c> any characters within a name, <c>?</c> one, <c>[a-z]</c> one of these, <c>[!a-z]</c> any other;</item>
    /// <item><c>**</c> between slashes: any number of folders; <c>name/**</c>: all that a folder contains, but not the folder;</item>
    /// <item>a pattern matches at any depth (<c>*.tmp</c>, <c>build/out</c>), unless it starts with <c>/</c> (<c>/var/cache</c>) or, on Windows, with a drive (<c>C:\Temp</c>);</item>
    /// <item>a <c>/</c> at the end: folders only;</item>
    /// <item><c>!</c> in front: what matches is kept although an earlier pattern left it out; the last match decides;</item>
    /// <item><c>\*</c> stands for the character itself and <c>\xHH</c> for a byte that is no text; not on Windows, where <c>\</c> separates as <c>/</c> does.</item>
    /// </list>
    /// Upper and lower case differ on Linux and are the same on Windows.
    /// </summary>
    [SourceOption("Patterns of what to leave out: *, ?, [a-z], ** for any folders, a slash in front to anchor, a slash at the end for folders only, ! to keep.")]
    public IReadOnlyList<string> Exclude { get; set; } = [];

    /// <summary>Text files with such patterns, one a line; lines that start with <c>#</c> are comments. They count after <see cref="Exclude"/>.</summary>
    [SourceOption("Files that hold such patterns, one a line; # starts a comment.")]
    public IReadOnlyList<string> ExcludeFile { get; set; } = [];

    /// <summary>Leaves out the content of folders that a valid CACHEDIR.TAG marks as caches. Folder and tag are kept.</summary>
    [SourceOption("Leave out the content of cache folders (those with a valid CACHEDIR.TAG).")]
    public bool ExcludeCaches { get; set; }

    /// <summary>
    /// Leaves out what lies on other file systems than the path that was asked for. Mount points are kept as empty folders. On Linux a
    /// btrfs subvolume counts as a file system of its own.
    /// </summary>
    [SourceOption("Stay on the file system of each path; mount points are kept as empty folders.")]
    public bool OneFileSystem { get; set; }

    /// <summary>Files of more bytes are left out; 0 for no limit.</summary>
    [SourceOption("Leave out files larger than this many bytes; 0 for no limit.")]
    public long MaximumSize { get; set; }
}
