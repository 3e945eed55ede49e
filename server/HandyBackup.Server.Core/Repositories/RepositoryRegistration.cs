using HandyBackup.Catalog;
using HandyBackup.Contracts;
using HandyBackup.Repository;
using HandyBackup.Stores;
using Microsoft.Extensions.Logging;

namespace HandyBackup.Server.Core;

/// <summary>Takes repositories in: new ones and those that exist. One at a time, so that two calls cannot take the same name or place.</summary>
internal sealed class RepositoryRegistration(
    ICatalog catalog,
    OpenRepositories repositories,
    Func<string, IStore> stores,
    SecretSealer sealer,
    ScryptCost? scryptCost,
    TimeProvider time,
    ILogger logger)
{
    private readonly TurnTaking _changing = new();

    /// <summary>Makes a new repository. When it fails, nothing that it made is left.</summary>
    public async Task<RepositoryRecord> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken)
    {
        NameRule.Check(request.Name, "repository");
        CheckPassword(request.Password);
        string path = RepositoryPlace.Normalise(request.Path);
        if (request.FormatVersion is not (1 or 2))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"There is no format version {request.FormatVersion}.") { Target = nameof(request.FormatVersion), Advice = "Choose 1 or 2." };
        }

        int? level = CompressionLevels.Choose(request.CompressionLevel, request.FormatVersion);
        Times times = Choose(request.Grace, request.SweepGrace, request.VerifyWithin);
        int parity = ParityPercents.Check(request.ParityPercent);
        using IDisposable turn = await _changing.WaitAsync(cancellationToken);
        await CheckFreeAsync(request.Name, path, cancellationToken);
        await using IStore store = stores(path);
        var creation = new RepositoryCreation
        {
            FormatVersion = request.FormatVersion,
            ParityPercent = parity,
            ScryptCost = scryptCost,
            UserName = Environment.UserName,
            HostName = Environment.MachineName,
        };
        await using OpenRepository repository = await OpenRepository.CreateAsync(store, request.Password.Value, creation, time, cancellationToken);
        try
        {
            RepositoryRecord record = await AddAsync(repository, request.Name, path, request.Password, request.Description, level, parity, times, cancellationToken);
            ServerLog.RepositoryCreated(logger, record.Name, record.Path);
            return record;
        }
        catch
        {
            await CleanUpAsync(store);
            throw;
        }
    }

    /// <summary>Takes in a repository that exists, after it was opened.</summary>
    public async Task<RepositoryRecord> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken)
    {
        NameRule.Check(request.Name, "repository");
        CheckPassword(request.Password);
        string path = RepositoryPlace.Normalise(request.Path);
        int parity = ParityPercents.Check(request.ParityPercent);
        Times times = Choose(request.Grace, request.SweepGrace, request.VerifyWithin);
        using IDisposable turn = await _changing.WaitAsync(cancellationToken);
        await CheckFreeAsync(request.Name, path, cancellationToken);
        await using RepositoryAtPlace place = await repositories.OpenPlaceAsync(path, request.Password.Value, cancellationToken);
        OpenRepository repository = place.Repository;
        await CheckUnknownAsync(repository.Id, cancellationToken);
        int? level = CompressionLevels.Choose(null, repository.FormatVersion);
        RepositoryRecord record = await AddAsync(repository, request.Name, path, request.Password, request.Description, level, parity, times, cancellationToken);
        ServerLog.RepositoryImported(logger, record.Name, record.Path);
        return record;
    }

    /// <summary>Refuses an empty password.</summary>
    public static void CheckPassword(Secret? password)
    {
        if (string.IsNullOrEmpty(password?.Value))
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, "The password is empty.") { Target = "Password", Advice = "Give a password of at least one character." };
        }
    }

    private async Task<RepositoryRecord> AddAsync(
        OpenRepository repository,
        string name,
        string path,
        Secret password,
        string description,
        int? level,
        int parity,
        Times times,
        CancellationToken cancellationToken)
    {
        var record = new RepositoryRecord
        {
            Id = repository.Id,
            Name = name,
            Path = path,
            FormatVersion = repository.FormatVersion,
            CompressionLevel = level,
            ParityPercent = parity,
            Description = description,
            RemovalGrace = times.Removal,
            SweepGrace = times.Sweep,
            VerifyWithin = times.Verify,
            Added = time.GetUtcNow(),
            SealedPassword = sealer.Seal(password.Value, SecretSealer.RepositoryPassword(repository.Id)),
        };
        await catalog.Repositories.AddAsync(record, cancellationToken);
        return record;
    }

    private static Times Choose(TimeSpan? removal, TimeSpan? sweep, TimeSpan? verify) => new(
        GraceTimes.Choose(removal, TimeSpan.FromDays(7), nameof(CreateRepositoryRequest.Grace)),
        GraceTimes.Choose(sweep, TimeSpan.FromDays(1), nameof(CreateRepositoryRequest.SweepGrace)),
        VerificationTimes.Choose(verify, TimeSpan.FromDays(30)));

    private async Task CheckFreeAsync(string name, string path, CancellationToken cancellationToken)
    {
        await foreach (RepositoryRecord known in catalog.Repositories.ListAsync(cancellationToken))
        {
            if (NameKey.Of(known.Name) == NameKey.Of(name))
            {
                throw Exists($"A repository named '{known.Name}' is known already.", name, "Choose another name.");
            }

            if (RepositoryPlace.IsSame(known.Path, path))
            {
                throw Exists($"The repository '{known.Name}' lies at '{path}'.", path, "Choose another folder, or use the repository that is there.");
            }
        }
    }

    private async Task CheckUnknownAsync(string id, CancellationToken cancellationToken)
    {
        await foreach (RepositoryRecord known in catalog.Repositories.ListAsync(cancellationToken))
        {
            if (known.Id == id)
            {
                throw Exists(
                    $"This repository (id {id[..8]}) is known already, as '{known.Name}' at '{known.Path}'.",
                    known.Name,
                    "If it was moved, change the path of the known one. A copy cannot be used beside its original.");
            }
        }
    }

    private static HandyBackupException Exists(string message, string target, string advice) =>
        new(ErrorCode.RepositoryExists, message) { Target = target, Advice = advice };

    // The place was empty before it was created, so all that a repository's layout has there now is ours.
    private async Task CleanUpAsync(IStore store)
    {
        try
        {
            await store.DeleteAsync(CancellationToken.None);
        }
        catch (StoreException exception)
        {
            ServerLog.CleanUpFailed(logger, store.Location, exception);
        }
    }

    private sealed record Times(TimeSpan Removal, TimeSpan Sweep, TimeSpan Verify);
}
