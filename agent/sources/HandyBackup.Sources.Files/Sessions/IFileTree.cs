namespace HandyBackup.Sources.Files.Sessions;

/// <summary>The machine's files as one tree of raw names, as far as the platforms differ. Safe for several threads.</summary>
internal interface IFileTree : IDisposable
{
    /// <summary>The device of the top, where the top is a folder of its own; 0 if it is not.</summary>
    ulong TopDevice { get; }

    /// <summary>The tree path ('/' between raw names, none in front) of a path that a user wrote; empty for the top.</summary>
    byte[] ParsePath(string path);

    /// <summary>The absolute path as users write it.</summary>
    string FormatPath(ReadOnlySpan<byte> treePath);

    /// <summary>The names in a folder (null: the top), sorted by their bytes.</summary>
    /// <exception cref="SourceException">The folder cannot be read or is gone.</exception>
    FolderNames ReadNames(FileItem? folder, CancellationToken cancellationToken);

    /// <summary>Looks at one item; null if there is none.</summary>
    /// <param name="folder">The folder that contains it; null for the top.</param>
    /// <param name="terminatedName">Its name, with a 0 behind it.</param>
    /// <param name="followLink">True to look at what a link points to.</param>
    /// <exception cref="SourceException">It cannot be looked at.</exception>
    FileItem? Find(FileItem? folder, ReadOnlyMemory<byte> terminatedName, bool followLink);

    /// <summary>Reads what looking at an item does not tell.</summary>
    /// <exception cref="SourceException">The item cannot be read or is gone.</exception>
    SourceItemDetails GetDetails(FileItem item);

    /// <summary>Opens a file's content.</summary>
    /// <exception cref="SourceException">The file cannot be read or is gone.</exception>
    ISourceReader OpenRead(FileItem file);

    /// <summary>True if a folder is the top of a volume, whatever it lies in.</summary>
    /// <exception cref="SourceException">It cannot be looked at.</exception>
    bool IsVolume(FileItem folder);

    /// <summary>What the folder is known by that a path leads to, be it through links; null if there is none.</summary>
    FolderMark? Identify(string path);

    /// <summary>True if a folder is the one of the mark.</summary>
    bool IsAt(FileItem folder, FolderMark mark);

    /// <summary>Lets pass an item that neither is one of the folders nor lies in one, whatever links led to it.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Protected"/>, or the folders above it cannot be looked at.</exception>
    void CheckPlace(FileItem item, IReadOnlyList<string> protectedFolders);

    /// <summary>False if a folder that was listed cannot be the one of the mark, as far as can be told without asking the system.</summary>
    bool MayBeAt(FileItem folder, FolderMark mark);

    /// <summary>Removes a file, a link, or a folder with nothing in it.</summary>
    /// <exception cref="SourceException">It cannot be removed or is gone.</exception>
    void Remove(FileItem item);

    /// <summary>Reads the first bytes of a file, fewer if it is shorter.</summary>
    /// <exception cref="SourceException">The file cannot be read or is gone.</exception>
    int ReadStart(FileItem file, Span<byte> buffer);
}
