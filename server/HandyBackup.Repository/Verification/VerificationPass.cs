namespace HandyBackup.Repository;

/// <summary>What one check reads back, and what it records of that. Packs may be marked from several threads.</summary>
internal sealed class VerificationPass
{
    private readonly CheckOptions _options;
    private readonly TimeProvider _time;
    private readonly VerificationState? _last;
    private readonly PackTimes _times;
    private readonly DateTimeOffset _began;
    private EntryFlags _chosen = new(0);
    private TimeSpan _interval;
    private long[]? _sizes;

    private VerificationPass(CheckOptions options, TimeProvider time, VerificationState? last, PackTimes times, DateTimeOffset began)
    {
        _options = options;
        _time = time;
        _last = last;
        _times = times;
        _began = began;
        _interval = last?.Interval ?? TimeSpan.Zero;
    }

    /// <summary>Loads what is remembered.</summary>
    public static async Task<VerificationPass> BeginAsync(BlobIndex index, CheckOptions options, TimeProvider time, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        VerificationState? last = options.Record is null ? null : await options.Record.FindStateAsync(cancellationToken);
        return new VerificationPass(options, time, last, await PackTimes.LoadAsync(index, options.Record, last, now, cancellationToken), now);
    }

    /// <summary>Chooses the packs to be read.</summary>
    /// <param name="sizes">The sizes of all packs; negative for a missing one. Is kept.</param>
    /// <returns>How many bytes they have.</returns>
    public long Choose(long[] sizes)
    {
        _sizes = sizes;
        (_chosen, _interval) = DueShare.Choose(_times, sizes, _last, _options.VerifyWithin, _began);
        long bytes = 0;
        for (int pack = 0; pack < sizes.Length; pack++)
        {
            bytes += Reads(pack) ? Math.Max(0, sizes[pack]) : 0;
        }

        return bytes;
    }

    /// <summary>True if the pack is to be read.</summary>
    public bool Reads(int packNumber) => _options.Data == CheckedData.All || (_options.Data == CheckedData.Due && _chosen.IsSet(packNumber));

    /// <summary>Notes that all of the pack was read and is sound.</summary>
    public void MarkSound(int packNumber) => _times.SetVerified(packNumber, _time.GetUtcNow());

    /// <summary>When the content of the pack was last verified, this check included, in <see cref="Seconds"/>: here or, if never, in the packs that it came from.</summary>
    public uint GetContentVerified(int packNumber) => _times.GetContentVerified(packNumber);

    /// <summary>Records what was read. Also after a check that was stopped, since what it read is read.</summary>
    /// <param name="snapshots">The snapshots that are verified; null if not all were visited, and the share was not read to its end.</param>
    /// <param name="cancellationToken">Stops the call.</param>
    public async Task SaveAsync(IReadOnlyList<SnapshotVerification>? snapshots, CancellationToken cancellationToken)
    {
        if (_options.Record is null || _sizes is null)
        {
            return;
        }

        bool isShare = snapshots is not null && _options.Data != CheckedData.None;
        var state = new VerificationState
        {
            Recorded = Seconds.ToTime(Seconds.Of(_began)),
            LastShare = isShare ? Seconds.ToTime(Seconds.Of(_began)) : _last?.LastShare,
            Interval = isShare ? _interval : _last?.Interval ?? TimeSpan.Zero,
            Since = FindSince(),
            UnverifiedBytes = CountUnverified(_sizes),
        };
        await _options.Record.SaveAsync(state, _times.ToRecord(), snapshots, cancellationToken);
    }

    private DateTimeOffset? FindSince()
    {
        uint since = uint.MaxValue;
        for (int pack = 0; pack < _times.Count; pack++)
        {
            since = Math.Min(since, _times.GetWaiting(pack));
        }

        return _times.Count == 0 ? null : Seconds.ToTime(since);
    }

    private long CountUnverified(long[] sizes)
    {
        long bytes = 0;
        for (int pack = 0; pack < sizes.Length; pack++)
        {
            bytes += _times.GetVerified(pack) == 0 ? Math.Max(0, sizes[pack]) : 0;
        }

        return bytes;
    }
}
