using HandyBackup.Contracts;
using HandyBackup.Sources;

namespace HandyBackup.Agent.Core.Restore;

/// <summary>Counts, and tells the observer now and then. Cheap enough to be called for every item. Safe for several threads.</summary>
internal sealed class RestoreCounters(IRunObserver observer, TimeProvider time)
{
    private readonly long _intervalTicks = time.TimestampFrequency / 10;
    private long _lastReport = time.GetTimestamp();
    private long _items;
    private long _bytes;
    private long _kept;
    private long _failedBytes;
    private long _failedKept;
    private long _skipped;
    private long _unwrittenBytes;
    private SourceItem? _current;
    private ItemTotals? _expected;

    /// <summary>Items that the policy left as they were.</summary>
    public long Skipped => Interlocked.Read(ref _skipped);

    /// <summary>What the snapshot holds of what was selected, once it is known.</summary>
    public void Expect(ItemTotals expected) => Volatile.Write(ref _expected, expected);

    /// <summary>An item is done, or refused.</summary>
    public void AddItem()
    {
        Interlocked.Increment(ref _items);
        ReportIfDue();
    }

    /// <summary>An item is left as it is.</summary>
    public void AddSkipped(long bytes)
    {
        Interlocked.Increment(ref _skipped);
        AddUnwritten(bytes);
        AddItem();
    }

    /// <summary>Bytes that were expected and will not be written.</summary>
    public void AddUnwritten(long bytes) => Interlocked.Add(ref _unwrittenBytes, bytes);

    /// <summary>Bytes were in their places already. They are counted as done, too.</summary>
    public void AddKept(long bytes) => Interlocked.Add(ref _kept, bytes);

    /// <summary>Bytes are in their places: they were written, or kept.</summary>
    public void AddBytes(SourceItem item, long bytes)
    {
        Volatile.Write(ref _current, item);
        Interlocked.Add(ref _bytes, bytes);
        ReportIfDue();
    }

    /// <summary>A file failed after some bytes: they stay in the live counters, which only grow, but not in the totals.</summary>
    /// <param name="done">How many were written or kept.</param>
    /// <param name="kept">How many of them were kept.</param>
    public void AddFailedBytes(long done, long kept)
    {
        Interlocked.Add(ref _failedBytes, done);
        Interlocked.Add(ref _failedKept, kept);
    }

    /// <summary>The counters at the end of the run.</summary>
    public RunProgress GetTotals()
    {
        RunProgress totals = Snapshot(current: null);
        long bytes = totals.Bytes - Interlocked.Read(ref _failedBytes);
        return totals with { Bytes = bytes, KeptBytes = totals.KeptBytes - Interlocked.Read(ref _failedKept), TotalItems = totals.Items, TotalBytes = bytes };
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
        ItemTotals? expected = Volatile.Read(ref _expected);
        return new RunProgress
        {
            Items = items,
            Bytes = bytes,
            KeptBytes = Interlocked.Read(ref _kept),
            TotalItems = expected is null ? null : Math.Max(expected.Items, items),
            TotalBytes = expected is null ? null : Math.Max(expected.Bytes - Interlocked.Read(ref _unwrittenBytes), bytes),
            CurrentItem = current is null ? null : ItemName.ToText(current.GetPath()),
        };
    }
}
