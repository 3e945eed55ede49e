namespace HandyBackup.Repository;

/// <summary>When each pack of an index was first known and last read back: twelve bytes for each. Different packs may be set from several threads.</summary>
internal sealed class PackTimes
{
    private readonly BlobIndex _index;
    private readonly uint[] _known;
    private readonly uint[] _verified;
    private readonly uint[] _carried;

    private PackTimes(BlobIndex index, uint known)
    {
        _index = index;
        _known = new uint[index.PackCount];
        _known.AsSpan().Fill(known);
        _verified = new uint[_known.Length];
        _carried = new uint[_known.Length];
    }

    /// <summary>How many packs there are.</summary>
    public int Count => _known.Length;

    /// <summary>Takes what is remembered of the packs in the index. Those of which nothing is were written after the last recording.</summary>
    public static async Task<PackTimes> LoadAsync(BlobIndex index, IVerificationRecord? record, VerificationState? last, DateTimeOffset now, CancellationToken cancellationToken)
    {
        uint present = Seconds.Of(now);
        var times = new PackTimes(index, last is null ? present : Math.Min(Seconds.Of(last.Recorded), present));
        if (record is null)
        {
            return times;
        }

        await foreach (PackVerification pack in record.ListPacksAsync(cancellationToken))
        {
            if (index.TryGetPackNumber(pack.Pack, out int packNumber) && packNumber < times.Count)
            {
                times._known[packNumber] = Math.Min(Seconds.Of(pack.Known), present);
                times._verified[packNumber] = PastOrNever(pack.Verified, present);
                times._carried[packNumber] = PastOrNever(pack.Carried, present);
            }
        }

        return times;
    }

    // When it was later than now the clock was ahead then, nobody knows how far: the pack may have been waiting for long.
    private static uint PastOrNever(DateTimeOffset? time, uint present) => time is { } at && Seconds.Of(at) is var seconds && seconds <= present ? seconds : 0;

    /// <summary>When the pack was last read back; zero for never.</summary>
    public uint GetVerified(int packNumber) => _verified[packNumber];

    /// <summary>When the pack was last read back or, if it never was, when its content was last verified in the packs that it came from; zero for never.</summary>
    public uint GetContentVerified(int packNumber) => _verified[packNumber] != 0 ? _verified[packNumber] : _carried[packNumber];

    /// <summary>Since when the pack waits to be read back.</summary>
    public uint GetWaiting(int packNumber) => _verified[packNumber] != 0 ? _verified[packNumber] : _known[packNumber];

    /// <summary>Notes that the pack was read back and is sound.</summary>
    public void SetVerified(int packNumber, DateTimeOffset time) => _verified[packNumber] = Seconds.Of(time);

    /// <summary>All packs, for the record.</summary>
    public IEnumerable<PackVerification> ToRecord()
    {
        for (int pack = 0; pack < _known.Length; pack++)
        {
            yield return new PackVerification(_index.GetPack(pack), Seconds.ToTime(_known[pack]), Seconds.ToTimeOrNull(_verified[pack]), Seconds.ToTimeOrNull(_carried[pack]));
        }
    }
}
