using System.Threading.Channels;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Where the parts of a repair report to. Safe to share between threads.</summary>
internal sealed class RepairReport(ChannelWriter<RepairFinding> findings, IProgress<RunProgress> progress, bool planOnly)
{
    private long _items;
    private long _bytes;
    private long _totalItems;
    private long _totalBytes;

    /// <summary>True to write nothing.</summary>
    public bool PlanOnly => planOnly;

    /// <summary>Reports what was done, or would be.</summary>
    public ValueTask AddAsync(RepairOutcome outcome, ErrorCode? code, string target, string message, CancellationToken cancellationToken, long count = 1) =>
        findings.WriteAsync(new RepairFinding(outcome, code, target, message, count), cancellationToken);

    /// <summary>Reports that a file was healed, or would be.</summary>
    public ValueTask AddHealedAsync(StoreFile file, CancellationToken cancellationToken)
    {
        string path = FileErrors.PathOf(file);
        return AddAsync(RepairOutcome.Healed, FileErrors.Damaged(file, "").Code, path, $"'{path}' was damaged or lost and {(planOnly ? "can be" : "is")} healed by its parity.", cancellationToken);
    }

    /// <summary>Reports that a file cannot be brought back.</summary>
    public ValueTask AddLostAsync(StoreFile file, CancellationToken cancellationToken)
    {
        HandyBackupException damage = FileErrors.Damaged(file, "is damaged or lost, and has no parity that could bring it back");
        return AddAsync(RepairOutcome.Lost, damage.Code, FileErrors.PathOf(file), $"{damage.Message} {damage.Advice}", cancellationToken);
    }

    /// <summary>Reports that files got parity, or would.</summary>
    public ValueTask AddProtectedAsync(long count, CancellationToken cancellationToken) =>
        AddAsync(RepairOutcome.Protected, null, "handybackup/parity", $"{count} files had no parity and {(planOnly ? "can get" : "got")} it.", cancellationToken, count);

    /// <summary>Says how much more there is to do.</summary>
    public void AddTotals(long items, long bytes)
    {
        Interlocked.Add(ref _totalItems, items);
        Interlocked.Add(ref _totalBytes, bytes);
    }

    /// <summary>Counts a file that was examined and tells the progress.</summary>
    public void CountItem(string name, long bytes)
    {
        Interlocked.Increment(ref _items);
        Interlocked.Add(ref _bytes, bytes);
        progress.Report(new RunProgress
        {
            Items = Interlocked.Read(ref _items),
            Bytes = Interlocked.Read(ref _bytes),
            TotalItems = Interlocked.Read(ref _totalItems),
            TotalBytes = Interlocked.Read(ref _totalBytes),
            CurrentItem = name,
        });
    }
}
