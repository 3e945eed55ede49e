namespace HandyBackup.Sources;

/// <summary>A source that can take items back.</summary>
public interface IRestoringSource : ISource
{
    /// <summary>Prepares a place for items. Nothing is created yet, except that the target may create the destination folder itself when first written to.</summary>
    /// <param name="destination">The place, as the source's users write paths; null to put each item back where its path says it came from.</param>
    /// <param name="cancellationToken">Stops the preparation.</param>
    /// <exception cref="SourceException">The destination is no folder or cannot be written.</exception>
    Task<IRestoreTarget> OpenTargetAsync(string? destination, CancellationToken cancellationToken);
}
