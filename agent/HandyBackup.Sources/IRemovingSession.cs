namespace HandyBackup.Sources;

/// <summary>A session whose items can be removed for good.</summary>
public interface IRemovingSession : ISourceSession
{
    /// <summary>
    /// Why an item, and all that is in it, must stay, in one sentence; null if it may be removed. The top of a volume must stay, and what
    /// <see cref="SourceSessionRequest.ProtectedFolders"/> names.
    /// </summary>
    string? GetProtection(SourceItem item);

    /// <summary>Removes an item. A link is removed itself, and never what it points to.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.FolderNotEmpty"/>, <see cref="SourceError.Protected"/>, <see cref="SourceError.Vanished"/> or <see cref="SourceError.NotRemoved"/>.</exception>
    ValueTask RemoveAsync(SourceItem item, CancellationToken cancellationToken);
}
