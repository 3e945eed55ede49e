using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>Changes and removes repositories that are known. Runs are kept off a repository while its place, password or existence is at stake.</summary>
internal sealed class RepositoryChanges(
    ICatalog catalog,
    RepositoryDirectory directory,
    OpenRepositories repositories,
    SecretSealer sealer,
    RunEngine engine,
    TimeSpan lockWait,
    ILogger logger)
{
    private readonly TurnTaking _changing = new();

    /// <summary>Changes the properties that the request names.</summary>
    public async Task<RepositoryRecord> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken)
    {
        // One change at a time: two that read the same state would lose one of them.
        using IDisposable turn = await _changing.WaitAsync(cancellationToken);
        RepositoryRecord record = await directory.FindAsync(request.Name, cancellationToken);
        bool concernsRuns = request.Path is not null || request.NewPassword is not null;
        using IDisposable? reservation = concernsRuns ? engine.Reserve(record) : null;
        if (request.NewPassword is { } password)
        {
            RepositoryRegistration.CheckPassword(password);
        }

        if (request.NewName is { } name)
        {
            NameRule.Check(name, "repository");
            record = record with { Name = name };
        }

        record = record with
        {
            Description = request.Description ?? record.Description,
            CompressionLevel = request.CompressionLevel is { } level ? CompressionLevels.Choose(level, record.FormatVersion) : record.CompressionLevel,
            RemovalGrace = GraceTimes.Choose(request.Grace, record.RemovalGrace, nameof(request.Grace)),
            SweepGrace = GraceTimes.Choose(request.SweepGrace, record.SweepGrace, nameof(request.SweepGrace)),
            VerifyWithin = VerificationTimes.Choose(request.VerifyWithin, record.VerifyWithin),
            ParityPercent = request.ParityPercent is { } parity ? ParityPercents.Check(parity) : record.ParityPercent,
            Path = request.Path is { } path ? await CheckMoveAsync(record, RepositoryPlace.Normalise(path), cancellationToken) : record.Path,
        };
        await catalog.Repositories.UpdateAsync(record, cancellationToken);
        repositories.SetParity(record);
        if (request.Path is not null)
        {
            _ = repositories.DiscardAsync(record.Id);
        }

        return request.NewPassword is { } changed ? await ChangePasswordAsync(record, changed, cancellationToken) : record;
    }

    /// <summary>Forgets a repository, and deletes its files first when told to.</summary>
    public async Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken)
    {
        RepositoryRecord record = await directory.FindAsync(request.Name, cancellationToken);
        using IDisposable reservation = engine.Reserve(record);
        if (!request.RemoveTasks)
        {
            await CheckUnusedAsync(record, cancellationToken);
        }

        if (request.DeleteData)
        {
            await DeleteDataAsync(record, cancellationToken);
        }

        await catalog.Repositories.RemoveAsync(record.Id, request.RemoveTasks, cancellationToken);
        _ = repositories.ForgetAsync(record.Id);
        ServerLog.RepositoryRemoved(logger, record.Name, request.DeleteData);
    }

    private async Task<string> CheckMoveAsync(RepositoryRecord record, string path, CancellationToken cancellationToken)
    {
        string password = sealer.Open(record.SealedPassword, SecretSealer.RepositoryPassword(record.Id));
        await using RepositoryAtPlace moved = await repositories.OpenPlaceAsync(path, password, cancellationToken);
        string found = moved.Repository.Id;
        return found == record.Id ? path : throw OpenRepositories.AnotherRepository(record, path, found);
    }

    // The new password is in the catalog before the repository changes, and the old one leaves it after: see RepositoryRecord.SealedNextPassword.
    private async Task<RepositoryRecord> ChangePasswordAsync(RepositoryRecord record, Secret password, CancellationToken cancellationToken)
    {
        byte[] next = sealer.Seal(password.Value, SecretSealer.RepositoryPassword(record.Id));
        await catalog.Repositories.UpdateAsync(record with { SealedNextPassword = next }, cancellationToken);
        await using (RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken))
        {
            await using IAsyncDisposable exclusive = await lease.Value.Locks.AcquireAsync(exclusive: true, lockWait, cancellationToken);
            await lease.Value.Keys.ChangePasswordAsync(password.Value, Environment.UserName, Environment.MachineName, cancellationToken);
        }

        RepositoryRecord changed = record with { SealedPassword = next, SealedNextPassword = null };
        await catalog.Repositories.UpdateAsync(changed, CancellationToken.None);
        _ = repositories.DiscardAsync(record.Id);
        return changed;
    }

    private async Task CheckUnusedAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        var users = new List<string>();
        await foreach (TaskRecord task in catalog.Tasks.ListAsync(cancellationToken))
        {
            if (task.RepositoryId == record.Id)
            {
                users.Add(task.Definition.Name);
            }
        }

        if (users.Count > 0)
        {
            throw new HandyBackupException(ErrorCode.RepositoryInUse, $"The repository '{record.Name}' is used by the tasks: {string.Join(", ", users)}.")
            {
                Target = record.Name,
                Advice = "Remove the tasks or give them another repository first, or remove them with it.",
            };
        }
    }

    // Opened first: what is deleted must be this repository and not what somebody put in its place.
    private async Task DeleteDataAsync(RepositoryRecord record, CancellationToken cancellationToken)
    {
        await using RepositoryLease<OpenRepository> lease = await repositories.OpenAsync(record, cancellationToken);
        await using IAsyncDisposable exclusive = await lease.Value.Locks.AcquireAsync(exclusive: true, lockWait, cancellationToken);
        IStore store = lease.Value.Store;
        try
        {
            await store.DeleteAsync(cancellationToken);
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, store);
        }
    }
}
