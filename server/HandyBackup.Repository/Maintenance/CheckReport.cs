using System.Threading.Channels;
using HandyBackup.Contracts;

namespace HandyBackup.Repository;

/// <summary>Where the parts of a check report to. Safe to share between threads.</summary>
internal sealed class CheckReport(ChannelWriter<CheckFinding> findings, IProgress<RunProgress> progress)
{
    private long _items;
    private long _bytes;
    private long _totalItems;
    private long _totalBytes;

    /// <summary>Reports damage.</summary>
    public ValueTask AddDamageAsync(ErrorCode code, string target, string message, CancellationToken cancellationToken) =>
        findings.WriteAsync(new CheckFinding(true, code, target, message), cancellationToken);

    /// <summary>Reports the damage that an exception tells of.</summary>
    public ValueTask AddDamageAsync(ErrorInfo error, CancellationToken cancellationToken) =>
        AddDamageAsync(error.Code, error.Target ?? "", error.Message, cancellationToken);

    /// <summary>Reports what is only untidy.</summary>
    public ValueTask AddUntidinessAsync(ErrorCode code, string target, string message, CancellationToken cancellationToken) =>
        findings.WriteAsync(new CheckFinding(false, code, target, message), cancellationToken);

    /// <summary>Says how much more there is to do.</summary>
    public void AddTotals(long items, long bytes)
    {
        Interlocked.Add(ref _totalItems, items);
        Interlocked.Add(ref _totalBytes, bytes);
    }

    /// <summary>Counts bytes that were read.</summary>
    public void CountBytes(long bytes) => Interlocked.Add(ref _bytes, bytes);

    /// <summary>Counts a pack or a snapshot and tells the progress.</summary>
    public void CountItem(string name)
    {
        Interlocked.Increment(ref _items);
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
