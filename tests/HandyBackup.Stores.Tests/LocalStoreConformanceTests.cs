using HandyBackup.Testing;

namespace HandyBackup.Stores.Tests;

public sealed class LocalStoreConformanceTests : StoreConformance
{
    private readonly TempFolder _folder = new();

    protected override Task<IStore> MakeStoreAsync() => Task.FromResult<IStore>(new LocalStore(_folder.Combine("repo"), TimeProvider.System));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Dispose();
    }
}
