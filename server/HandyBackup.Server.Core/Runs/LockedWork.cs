using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Work that is only safe while a lock of the repository is held.</summary>
internal static class LockedWork
{
    /// <summary>Takes a shared lock, does the work, and gives it up if the lock is lost: another program may then remove what it relies on.</summary>
    /// <param name="record">The repository.</param>
    /// <param name="repository">The same, open.</param>
    /// <param name="wait">How long to wait for a lock that another program holds.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops waiting and work.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.RepositoryLocked"/>, or <see cref="ErrorCode.StoreUnavailable"/> if the lock was lost.</exception>
    public static async Task<T> RunAsync<T>(RepositoryRecord record, OpenRepository repository, TimeSpan wait, Func<CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        await using RepositoryLock shared = await repository.Locks.AcquireAsync(exclusive: false, wait, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, shared.Lost);
        try
        {
            return await work(stop.Token);
        }
        catch (OperationCanceledException exception) when (shared.Lost.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HandyBackupException(ErrorCode.StoreUnavailable, $"The lock of the repository '{record.Name}' could not be refreshed.", exception)
            {
                Target = record.Path,
                Advice = "See that the place is mounted and can be written.",
                IsTransient = true,
            };
        }
    }
}
