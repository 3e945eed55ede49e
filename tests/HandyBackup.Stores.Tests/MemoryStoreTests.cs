using HandyBackup.Testing;

namespace HandyBackup.Stores.Tests;

public sealed class MemoryStoreTests : StoreConformance
{
    protected override Task<IStore> MakeStoreAsync() => Task.FromResult<IStore>(new MemoryStore());
}
