namespace HandyBackup.Sources;

/// <summary>A configured source: a plug-in that shows a kind of data as items. Knows nothing of repositories, connections, schedules or PowerShell.</summary>
public interface ISource
{
    /// <summary>Connects and checks rights without writing anything.</summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/> with the reason.</exception>
    Task TestAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Makes a consistent view (volume snapshot, transaction, checkpoint, as far as the source can) and shows it. The caller disposes the
    /// session whatever happens; disposing releases all that was made for the view.
    /// </summary>
    /// <exception cref="SourceException"><see cref="SourceError.Unavailable"/>; or <see cref="SourceError.NotFound"/> if none of the paths exists.</exception>
    Task<ISourceSession> OpenAsync(SourceSessionRequest request, CancellationToken cancellationToken);
}
