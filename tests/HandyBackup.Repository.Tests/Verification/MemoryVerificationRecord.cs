using HandyBackup.Contracts;

namespace HandyBackup.Repository.Tests.Verification;

/// <summary>Remembers in memory, and lets a test alter what is remembered.</summary>
internal sealed class MemoryVerificationRecord : IVerificationRecord
{
    public VerificationState? State { get; set; }

    public Dictionary<PackId, PackVerification> Packs { get; set; } = [];

    public Dictionary<SnapshotId, DateTimeOffset> Snapshots { get; private set; } = [];

    public Task<VerificationState?> FindStateAsync(CancellationToken cancellationToken) => Task.FromResult(State);

    public IAsyncEnumerable<PackVerification> ListPacksAsync(CancellationToken cancellationToken) => Packs.Values.ToAsyncEnumerable();

    public Task SaveAsync(VerificationState state, IEnumerable<PackVerification> packs, IReadOnlyList<SnapshotVerification>? snapshots, CancellationToken cancellationToken)
    {
        State = state;
        Packs = packs.ToDictionary(pack => pack.Pack);
        Snapshots = snapshots?.ToDictionary(one => one.Id, one => one.Verified) ?? Snapshots;
        return Task.CompletedTask;
    }
}
