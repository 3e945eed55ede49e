using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;

namespace HandyBackup.Server.Core;

/// <summary>Finds snapshots by what people call them.</summary>
internal sealed class SnapshotDirectory(RepositoryDirectory directory, OpenRepositories repositories)
{
    private const int MinimumDigits = 4;

    /// <summary>Finds a snapshot and loads its file.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotAmbiguous"/>,
    /// <see cref="ErrorCode.SnapshotDamaged"/>, <see cref="ErrorCode.RepositoryNotFound"/>, or <see cref="ErrorCode.InvalidArgument"/> if it is no id.</exception>
    public async Task<LocatedSnapshot> LoadAsync(SnapshotReference reference, CancellationToken cancellationToken)
    {
        (RepositoryRecord repository, SnapshotId id) = await FindAsync(reference, cancellationToken);
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        return new LocatedSnapshot(repository, id, await lease.Value.Snapshots.LoadAsync(id, cancellationToken));
    }

    /// <summary>Finds a snapshot without reading its file.</summary>
    /// <exception cref="HandyBackupException">As <see cref="LoadAsync"/>, save for damage.</exception>
    public async Task<(RepositoryRecord Repository, SnapshotId Id)> FindAsync(SnapshotReference reference, CancellationToken cancellationToken)
    {
        CheckId(reference.Id);
        string digits = reference.Id.ToLowerInvariant();
        if (reference.Repository is { } name)
        {
            RepositoryRecord repository = await directory.FindAsync(name, cancellationToken);
            return (repository, await FindInAsync(repository, digits, cancellationToken));
        }

        return await FindAnywhereAsync(digits, cancellationToken);
    }

    /// <summary>Finds a removed snapshot.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.SnapshotNotFound"/>, <see cref="ErrorCode.SnapshotAmbiguous"/>, <see cref="ErrorCode.RepositoryNotFound"/>,
    /// or <see cref="ErrorCode.InvalidArgument"/> if it is no id.</exception>
    public async Task<(RepositoryRecord Repository, SnapshotId Id)> FindRemovedAsync(SnapshotReference reference, CancellationToken cancellationToken)
    {
        CheckId(reference.Id);
        (RepositoryRecord Repository, SnapshotId Id)? found = null;
        RepositoryRecord? named = reference.Repository is { } name ? await directory.FindAsync(name, cancellationToken) : null;
        await foreach (RepositoryRecord repository in directory.ListAsync(null, cancellationToken))
        {
            if (named is not null && repository.Id != named.Id)
            {
                continue;
            }

            await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
            if (await lease.Value.RemovedSnapshots.FindAsync(reference.Id.ToLowerInvariant(), cancellationToken) is { } id)
            {
                found = found is null ? (repository, id) : throw Ambiguous(found.Value.Repository, repository, reference.Id);
            }
        }

        return found ?? throw RemovedNotFound(reference.Id);
    }

    /// <summary>What is said of a removed snapshot that nobody knows.</summary>
    public static HandyBackupException RemovedNotFound(string digits) => new(ErrorCode.SnapshotNotFound, $"No repository has a removed snapshot '{digits}'.")
    {
        Target = digits,
        Advice = "List the removed snapshots: Get-HBSnapshot -Removed.",
    };

    /// <summary>Refuses what cannot be the beginning of an id.</summary>
    public static void CheckId(string id)
    {
        if (id is null || id.Length is < MinimumDigits or > Sha256Hash.Size * 2 || !id.All(char.IsAsciiHexDigit))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"'{id}' is not the id of a snapshot.")
            {
                Target = id,
                Advice = $"Give at least {MinimumDigits} of its {Sha256Hash.Size * 2} hexadecimal digits.",
            };
        }
    }

    // A repository that cannot be read does not hide what another one has.
    private async Task<(RepositoryRecord Repository, SnapshotId Id)> FindAnywhereAsync(string digits, CancellationToken cancellationToken)
    {
        (RepositoryRecord Repository, SnapshotId Id)? found = null;
        HandyBackupException? failure = null;
        await foreach (RepositoryRecord repository in directory.ListAsync(null, cancellationToken))
        {
            try
            {
                SnapshotId id = await FindInAsync(repository, digits, cancellationToken);
                found = found is null ? (repository, id) : throw Ambiguous(found.Value.Repository, repository, digits);
            }
            catch (HandyBackupException exception) when (exception.Code != ErrorCode.SnapshotAmbiguous)
            {
                failure = exception.Code == ErrorCode.SnapshotNotFound ? failure : exception;
            }
        }

        return found ?? throw failure ?? NotFound(digits);
    }

    /// <summary>What is said of a snapshot that nobody knows.</summary>
    public static HandyBackupException NotFound(string digits) => new(ErrorCode.SnapshotNotFound, $"No repository has a snapshot '{digits}'.") { Target = digits };

    private static HandyBackupException Ambiguous(RepositoryRecord one, RepositoryRecord other, string digits) =>
        new(ErrorCode.SnapshotAmbiguous, $"Snapshots of '{one.Name}' and of '{other.Name}' begin with '{digits}'.")
        {
            Target = digits,
            Advice = "Name the repository, or give more digits.",
        };

    private async Task<SnapshotId> FindInAsync(RepositoryRecord repository, string digits, CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(repository, cancellationToken);
        return await lease.Value.Snapshots.FindAsync(digits, cancellationToken);
    }
}
