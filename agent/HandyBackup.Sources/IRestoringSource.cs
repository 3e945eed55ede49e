namespace HandyBackup.Sources;

/// <summary>A source that can take items back.</summary>
public interface IRestoringSource : ISource
{
    /// <summary>Prepares a place for items. Nothing is created yet, except that the target may create the destination folder itself when first written to.</summary>
    /// <param name="destination">The place, as the source's users write paths; null to put each item back where its path says it came from.</param>
    /// <param name="protectedFolders">
    /// Folders of this machine, absolute, into which nothing is written: a destination in one of them is refused, and so is an item that is one or would lie in one, with
    /// <see cref="SourceError.Protected"/>, by whatever path it is reached. A source that does not write files of this machine pays no heed.
    /// </param>
    /// <param name="cancellationToken">Stops the preparation.</param>
    /// <exception cref="SourceException">The destination is no folder, cannot be written or is protected.</exception>
    Task<IRestoreTarget> OpenTargetAsync(string? destination, IReadOnlyList<string> protectedFolders, CancellationToken cancellationToken);
}
