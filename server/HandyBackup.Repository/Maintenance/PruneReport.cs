using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Where the parts of a prune report to. Safe to share between threads.</summary>
internal sealed class PruneReport(IProgress<RunProgress> progress, Func<HandyBackupException, CancellationToken, ValueTask> warn)
{
    private long _items;
    private long _bytes;
    private long _totalBytes;

    /// <summary>Tells of damage that does not keep the prune from going on.</summary>
    public ValueTask WarnAsync(HandyBackupException exception, CancellationToken cancellationToken) => warn(exception, cancellationToken);

    /// <summary>Says how much more there is to be rewritten.</summary>
    public void AddTotal(long bytes) => Interlocked.Add(ref _totalBytes, bytes);

    /// <summary>Counts bytes that were rewritten.</summary>
    public void CountBytes(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Tell(null);
    }

    /// <summary>Counts a snapshot, a tree or a pack and tells the progress.</summary>
    public void CountItem(string? name)
    {
        Interlocked.Increment(ref _items);
        Tell(name);
    }

    private void Tell(string? name)
    {
        long total = Interlocked.Read(ref _totalBytes);
        progress.Report(new RunProgress
        {
            Items = Interlocked.Read(ref _items),
            Bytes = Interlocked.Read(ref _bytes),
            TotalBytes = total > 0 ? total : null,
            CurrentItem = name,
        });
    }
}
