using System.Collections.Concurrent;
using System.Threading.Channels;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Where the parts of a check report to. Safe to share between threads.</summary>
internal sealed class CheckReport(ChannelWriter<CheckFinding> findings, ParityFiles sidecars, IProgress<RunProgress> progress)
{
    private readonly ConcurrentDictionary<PackId, bool> _healablePacks = new();

    private long _items;
    private long _bytes;
    private long _totalItems;
    private long _totalBytes;

    /// <summary>Reports damage.</summary>
    /// <param name="code">What is wrong.</param>
    /// <param name="target">The file, blob or path.</param>
    /// <param name="message">One sentence.</param>
    /// <param name="canHeal">True if parity can undo it.</param>
    /// <param name="cancellationToken">Stops the waiting for whoever reads the findings.</param>
    public ValueTask AddDamageAsync(ErrorCode code, string target, string message, bool canHeal, CancellationToken cancellationToken) =>
        findings.WriteAsync(new CheckFinding(true, code, target, canHeal ? message + " Parity can heal it." : message) { CanHeal = canHeal }, cancellationToken);

    /// <summary>Reports damage of a file, and finds out whether parity can undo it.</summary>
    /// <returns>True if it can.</returns>
    public async ValueTask<bool> AddDamageAsync(StoreFile file, ErrorInfo error, CancellationToken cancellationToken)
    {
        bool canHeal = await CanHealAsync(file, cancellationToken);
        await AddDamageAsync(error.Code, error.Target ?? "", error.Message, canHeal, cancellationToken);
        return canHeal;
    }

    /// <summary>Finds out whether parity can bring a damaged or lost file back. The answer for a pack is kept.</summary>
    public async ValueTask<bool> CanHealAsync(StoreFile file, CancellationToken cancellationToken)
    {
        using HealedFile? healed = await sidecars.TryHealAsync(file, cancellationToken);
        if (file.Kind == StoreFileKind.Pack && Sha256Hash.TryParse(file.Name, out Sha256Hash id))
        {
            _healablePacks[new PackId(id)] = healed is not null;
        }

        return healed is not null;
    }

    /// <summary>True for a damaged pack that was found to be healable.</summary>
    public bool IsHealable(PackId pack) => _healablePacks.GetValueOrDefault(pack);

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
