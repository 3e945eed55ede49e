using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>Counts, and tells the observer now and then. Cheap enough to be called for every item. Safe for several threads.</summary>
internal sealed class RunCounters(IRunObserver observer, ItemTotals? expected, TimeProvider time)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(100);

    private readonly long _intervalTicks = (long)(s_interval.TotalSeconds * time.TimestampFrequency);
    private long _lastReport = time.GetTimestamp();
    private long _items;
    private long _bytes;
    private long _failedBytes;
    private long _repeatedItems;
    private long _repeatedBytes;
    private long _repeatedFiles;
    private long _newFiles;
    private long _changedFiles;
    private long _unchangedFiles;
    private long _newBytes;
    private SourceItem? _current;

    /// <summary>A file, folder or other item is done.</summary>
    public void AddItem()
    {
        Interlocked.Increment(ref _items);
        ReportIfDue();
    }

    /// <summary>A file is done.</summary>
    /// <param name="change">How it compares with the previous snapshot.</param>
    /// <param name="bytes">Those of its bytes that were not added as parts.</param>
    public void AddFile(FileChange change, long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        Interlocked.Increment(ref change == FileChange.New ? ref _newFiles : ref change == FileChange.Changed ? ref _changedFiles : ref _unchangedFiles);
        AddItem();
    }

    /// <summary>Part of a large file is done.</summary>
    public void AddPart(long bytes)
    {
        Interlocked.Add(ref _bytes, bytes);
        ReportIfDue();
    }

    /// <summary>A large file failed after some parts: they stay in the live counters, which only grow, but not in the totals.</summary>
    public void AddFailedParts(long bytes) => Interlocked.Add(ref _failedBytes, bytes);

    /// <summary>An item that was counted as unchanged is handled once more: what it counted stays in the live counters, which only grow, but not in the totals.</summary>
    public void AddRepeated(SourceItem item)
    {
        Interlocked.Increment(ref _repeatedItems);
        if (item.Kind == SourceItemKind.File)
        {
            Interlocked.Increment(ref _repeatedFiles);
            Interlocked.Add(ref _repeatedBytes, item.Size ?? 0);
        }
    }

    /// <summary>The repository got a blob that it did not have.</summary>
    public void AddNewBytes(long bytes) => Interlocked.Add(ref _newBytes, bytes);

    /// <summary>Work on an item begins.</summary>
    public void Begin(SourceItem item) => Volatile.Write(ref _current, item);

    /// <summary>The counters at the end of the run: what failed midway does not count, and what was repeated counts once.</summary>
    public RunProgress GetTotals()
    {
        RunProgress totals = Snapshot(current: null);
        long items = totals.Items - Interlocked.Read(ref _repeatedItems);
        long bytes = totals.Bytes - Interlocked.Read(ref _failedBytes) - Interlocked.Read(ref _repeatedBytes);
        long unchanged = totals.UnchangedFiles - Interlocked.Read(ref _repeatedFiles);
        return totals with { Items = items, Bytes = bytes, UnchangedFiles = unchanged, TotalItems = items, TotalBytes = bytes };
    }

    private void ReportIfDue()
    {
        long last = Interlocked.Read(ref _lastReport);
        long now = time.GetTimestamp();
        if (now - last >= _intervalTicks && Interlocked.CompareExchange(ref _lastReport, now, last) == last)
        {
            observer.Progress(Snapshot(Volatile.Read(ref _current)));
        }
    }

    private RunProgress Snapshot(SourceItem? current)
    {
        long items = Interlocked.Read(ref _items);
        long bytes = Interlocked.Read(ref _bytes);
        return new RunProgress
        {
            Items = items,
            Bytes = bytes,
            NewFiles = Interlocked.Read(ref _newFiles),
            ChangedFiles = Interlocked.Read(ref _changedFiles),
            UnchangedFiles = Interlocked.Read(ref _unchangedFiles),
            NewBytes = Interlocked.Read(ref _newBytes),

            // More than the last time: then it is at least what was seen already.
            TotalItems = expected is null ? null : Math.Max(expected.Items, items),
            TotalBytes = expected is null ? null : Math.Max(expected.Bytes, bytes),
            CurrentItem = current is null ? null : ItemName.ToText(current.GetPath()),
        };
    }
}
