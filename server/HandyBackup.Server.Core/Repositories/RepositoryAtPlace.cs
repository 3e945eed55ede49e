using HandyBackup.Repository;
using HandyBackup.Stores;

namespace HandyBackup.Server.Core;

/// <summary>An open repository together with the store that it lies in.</summary>
internal sealed class RepositoryAtPlace(OpenRepository repository, IStore store) : IAsyncDisposable
{
    /// <summary>The repository.</summary>
    public OpenRepository Repository { get; } = repository;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Repository.DisposeAsync();
        await store.DisposeAsync();
    }
}
