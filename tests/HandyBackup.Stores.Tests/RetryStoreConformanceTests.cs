using HandyBackup.Testing;

namespace HandyBackup.Stores.Tests;

/// <summary>Every second call of each operation fails for a passing reason, every fourth save after it reached the store.</summary>
public sealed class RetryStoreConformanceTests : StoreConformance
{
    protected override Task<IStore> MakeStoreAsync()
    {
        var faulty = new FaultyStore(new MemoryStore());
        faulty.Script(new StoreFault(StoreOperation.Save) { Every = 4, Error = StoreError.Unavailable, SavedBytes = int.MaxValue });
        foreach (StoreOperation operation in Enum.GetValues<StoreOperation>())
        {
            faulty.Script(new StoreFault(operation) { Every = 2, Error = StoreError.Unavailable });
        }

        var policy = new RetryPolicy { Attempts = 10, FirstPause = TimeSpan.Zero, LongestPause = TimeSpan.Zero };
        return Task.FromResult<IStore>(new RetryStore(faulty, policy, TimeProvider.System));
    }
}
