using System.Buffers;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>
/// The repositories that are open: each once per server, so that all runs share one index and one writer, and closed when nobody has used it
/// for a while. Safe to share between threads.
/// </summary>
internal sealed class OpenRepositories : IAsyncDisposable
{
    private static readonly TimeSpan s_idleLimit = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SharedRepository> _shared = [];
    private readonly Func<string, IStore> _stores;
    private readonly MemoryPool<byte> _buffers;
    private readonly SecretSealer _sealer;
    private readonly string _cacheFolder;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ITimer _closing;

    /// <summary>Starts with nothing open.</summary>
    /// <param name="stores">Makes the store for a folder.</param>
    /// <param name="buffers">Where buffers for content come from.</param>
    /// <param name="sealer">Opens the passwords.</param>
    /// <param name="cacheFolder">Where repositories keep local copies of their indexes.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where log lines go.</param>
    public OpenRepositories(Func<string, IStore> stores, MemoryPool<byte> buffers, SecretSealer sealer, string cacheFolder, TimeProvider time, ILogger logger)
    {
        _cacheFolder = cacheFolder;
        _stores = stores;
        _buffers = buffers;
        _sealer = sealer;
        _time = time;
        _logger = logger;
        _closing = time.CreateTimer(static state => ((OpenRepositories)state!).CloseIdle(), this, s_idleLimit, s_idleLimit / 10);
    }

    /// <summary>Opens a repository without its index: enough for keys, snapshots and locks.</summary>
    public Task<RepositoryLease<OpenRepository>> OpenAsync(RepositoryRecord repository, CancellationToken cancellationToken) =>
        Enter(repository).OpenAsync(cancellationToken);

    /// <summary>Opens a repository with its index, which is brought up to date.</summary>
    public Task<RepositoryLease<IndexedRepository>> OpenIndexedAsync(RepositoryRecord repository, CancellationToken cancellationToken) =>
        Enter(repository).OpenIndexedAsync(cancellationToken);

    /// <summary>
    /// Lets go of a repository: it closes when its last user has left, and who asks next opens it anew. For a repository that was changed, or
    /// that failed in a way which may have left this process with a wrong idea of it.
    /// </summary>
    /// <returns>Ends when it is closed.</returns>
    public Task DiscardAsync(string repositoryId)
    {
        SharedRepository? shared;
        lock (_lock)
        {
            _shared.Remove(repositoryId, out shared);
        }

        shared?.Discard();
        return shared?.Closed ?? Task.CompletedTask;
    }

    /// <summary>Lets go of a repository that is known no more, and removes what is kept of it beside its place.</summary>
    /// <returns>Ends when that is done, which is when its last user has left.</returns>
    public async Task ForgetAsync(string repositoryId)
    {
        await DiscardAsync(repositoryId);
        RepositoryCaches.Remove(_cacheFolder, repositoryId);
    }

    /// <summary>Lets files that are saved from now on get as much parity as the repository shall have.</summary>
    public void SetParity(RepositoryRecord repository)
    {
        SharedRepository? shared;
        lock (_lock)
        {
            shared = _shared.GetValueOrDefault(repository.Id);
        }

        shared?.SetParity(repository.ParityPercent);
    }

    /// <summary>Opens a repository of which only place and password are known. The caller disposes it.</summary>
    public async Task<RepositoryAtPlace> OpenPlaceAsync(string path, string password, CancellationToken cancellationToken)
    {
        IStore store = _stores(path);
        try
        {
            OpenRepository repository = await OpenRepository.OpenAsync(store, password, _cacheFolder, _time, cancellationToken);
            repository.Buffers = _buffers;
            return new RepositoryAtPlace(repository, store);
        }
        catch
        {
            await store.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _closing.DisposeAsync();
        string[] open;
        lock (_lock)
        {
            open = [.. _shared.Keys];
        }

        // Who still uses one is a run that did not stop: it may not keep the server from ending.
        foreach (string id in open)
        {
            _ = DiscardAsync(id);
        }
    }

    private SharedRepository Enter(RepositoryRecord repository)
    {
        lock (_lock)
        {
            if (_shared.TryGetValue(repository.Id, out SharedRepository? shared) && shared.TryEnter())
            {
                return shared;
            }

            shared = new SharedRepository(repository, OpenRecordAsync, _time, _logger);
            shared.TryEnter();
            _shared[repository.Id] = shared;
            return shared;
        }
    }

    private async Task<RepositoryAtPlace> OpenRecordAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        string context = SecretSealer.RepositoryPassword(record.Id);
        RepositoryAtPlace place;
        try
        {
            place = await OpenPlaceAsync(record.Path, _sealer.Open(record.SealedPassword, context), cancellationToken);
        }
        catch (HandyBackupException exception) when (exception.Code == ErrorCode.WrongPassword && record.SealedNextPassword is not null)
        {
            // The server ended while the password was being changed: see RepositoryRecord.SealedNextPassword.
            place = await OpenPlaceAsync(record.Path, _sealer.Open(record.SealedNextPassword, context), cancellationToken);
        }

        if (place.Repository.Id != record.Id)
        {
            string found = place.Repository.Id;
            await place.DisposeAsync();
            throw AnotherRepository(record, record.Path, found);
        }

        place.Repository.DamageReadThrough = path => ServerLog.DamageReadThrough(_logger, record.Name, path);
        ServerLog.RepositoryOpened(_logger, record.Name);
        return place;
    }

    /// <summary>The exception for a folder that holds a repository, but not the one that belongs there.</summary>
    public static HandyBackupException AnotherRepository(RepositoryRecord record, string path, string foundId) =>
        new(ErrorCode.NotARepository, $"The folder '{path}' holds another repository (id {foundId[..8]}) than '{record.Name}' (id {record.Id[..8]}).")
        {
            Target = path,
            Advice = "Put the right folder back, or import the other repository under a name of its own.",
        };

    private void CloseIdle()
    {
        var idle = new List<SharedRepository>();
        lock (_lock)
        {
            foreach ((string id, SharedRepository shared) in _shared)
            {
                if (shared.Idle >= s_idleLimit)
                {
                    idle.Add(shared);
                    _shared.Remove(id);
                }
            }
        }

        foreach (SharedRepository shared in idle)
        {
            shared.Discard();
        }
    }
}
