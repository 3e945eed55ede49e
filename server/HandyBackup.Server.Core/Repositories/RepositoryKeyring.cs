using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>The keys of known repositories.</summary>
internal sealed class RepositoryKeyring(OpenRepositories repositories, TimeSpan lockWait)
{
    /// <summary>Lists the keys. Damaged key files do not hide the sound ones: the first of them is the error at the end.</summary>
    public async IAsyncEnumerable<RepositoryKey> ListAsync(RepositoryRecord record, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        ErrorInfo? error = null;
        await foreach (KeyEntry key in lease.Value.Keys.ListAsync(cancellationToken))
        {
            if (key.Error is null)
            {
                yield return Describe(record, key, lease.Value.Keys.Current);
            }
            else
            {
                error ??= key.Error;
            }
        }

        if (error is not null)
        {
            throw error.ToException();
        }
    }

    /// <summary>Adds a key.</summary>
    public async Task<RepositoryKey> AddAsync(RepositoryRecord record, Secret password, CancellationToken cancellationToken)
    {
        RepositoryRegistration.CheckPassword(password);
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        await using IAsyncDisposable shared = await lease.Value.Locks.AcquireAsync(exclusive: false, lockWait, cancellationToken);
        KeyEntry key = await lease.Value.Keys.AddAsync(password.Value, Environment.UserName, Environment.MachineName, cancellationToken);
        return Describe(record, key, lease.Value.Keys.Current);
    }

    /// <summary>Removes a key; alone with the repository, as restic does it (cmd/restic/cmd_key.go).</summary>
    public async Task RemoveAsync(RepositoryRecord record, string keyId, CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        await using IAsyncDisposable exclusive = await lease.Value.Locks.AcquireAsync(exclusive: true, lockWait, cancellationToken);
        await lease.Value.Keys.RemoveAsync(keyId, cancellationToken);
    }

    private static RepositoryKey Describe(RepositoryRecord record, KeyEntry key, KeyId current) => new()
    {
        Repository = record.Name,
        Id = key.Id.ToString(),
        UserName = key.UserName,
        HostName = key.HostName,
        Created = key.Created,
        IsCurrent = key.Id == current,
    };
}
