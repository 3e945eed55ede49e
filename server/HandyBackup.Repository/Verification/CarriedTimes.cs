using System.Collections.Concurrent;

namespace HandyBackup.Repository;

/// <summary>
/// Carries over to new packs when the content that a prune copies into them was last verified: for what was hashed during the copying, the time of that; for
/// what was only opened, the time of the pack that it came from. The new packs themselves count as never read back. Safe to share between threads.
/// </summary>
internal sealed class CarriedTimes
{
    private readonly CapturedIndex _captured;
    private readonly IVerificationRecord _record;
    private readonly VerificationState _state;
    private readonly PackTimes _times;
    private readonly uint _now;
    private readonly ConcurrentQueue<PackVerification> _packs = [];

    private CarriedTimes(CapturedIndex captured, IVerificationRecord record, VerificationState state, PackTimes times, uint now)
    {
        _captured = captured;
        _record = record;
        _state = state;
        _times = times;
        _now = now;
    }

    /// <summary>Loads what is remembered.</summary>
    /// <returns>Null if nothing is, so that nothing can be carried over.</returns>
    public static async Task<CarriedTimes?> LoadAsync(CapturedIndex captured, IVerificationRecord? record, TimeProvider time, CancellationToken cancellationToken)
    {
        if (record is null || await record.FindStateAsync(cancellationToken) is not { } state)
        {
            return null;
        }

        DateTimeOffset now = time.GetUtcNow();
        return new CarriedTimes(captured, record, state, await PackTimes.LoadAsync(captured.Blobs, record, state, now, cancellationToken), Seconds.Of(now));
    }

    /// <summary>Takes in a new pack. All that is in it comes from packs of the captured index.</summary>
    public void Note(SavedPack pack)
    {
        uint oldest = _now;
        foreach (PackedBlob blob in pack.Blobs)
        {
            oldest = Math.Min(oldest, FindTime(blob.Key));
        }

        _packs.Enqueue(new PackVerification(pack.Id, Seconds.ToTime(_now), Verified: null, Seconds.ToTimeOrNull(oldest)));
    }

    /// <summary>Records the new packs beside all others.</summary>
    public Task SaveAsync(CancellationToken cancellationToken) => _record.SaveAsync(_state, _times.ToRecord().Concat(_packs), snapshots: null, cancellationToken);

    // Of several copies any may have been read.
    private uint FindTime(BlobKey key)
    {
        uint oldest = _now;
        foreach (int entry in _captured.Blobs.FindAll(key))
        {
            if (entry < _captured.Count)
            {
                BlobEntry place = _captured.Blobs.GetEntry(entry);
                oldest = Math.Min(oldest, place.Blob.IsCompressed ? _times.GetContentVerified(place.PackNumber) : _now);
            }
        }

        return oldest;
    }
}
