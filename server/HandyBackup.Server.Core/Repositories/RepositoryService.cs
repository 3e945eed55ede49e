using System.Runtime.CompilerServices;
using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <inheritdoc cref="IRepositories"/>
internal sealed class RepositoryService(
    RepositoryDirectory directory,
    RepositoryRegistration registration,
    RepositoryChanges changes,
    RepositoryStatus status,
    RepositoryKeyring keyring,
    RunEngine engine,
    CheckWork check,
    OptimizeWork optimize,
    RepairWork repair) : IRepositories
{
    /// <inheritdoc/>
    public async Task<RepositoryInfo> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken) =>
        await status.DescribeAsync(await registration.CreateAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async Task<RepositoryInfo> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken) =>
        await status.DescribeAsync(await registration.ImportAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public async IAsyncEnumerable<RepositoryInfo> ListAsync(RepositoryQuery query, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (RepositoryRecord repository in directory.ListAsync(query.Name, cancellationToken))
        {
            yield return await status.DescribeAsync(repository, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<RepositoryInfo> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken) =>
        await status.DescribeAsync(await changes.UpdateAsync(request, cancellationToken), cancellationToken);

    /// <inheritdoc/>
    public Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken) => changes.RemoveAsync(request, cancellationToken);

    /// <inheritdoc/>
    public async Task<Run> StartCheckAsync(CheckRepositoryRequest request, CancellationToken cancellationToken)
    {
        CheckWork.Check(request);
        RepositoryRecord repository = await directory.FindAsync(request.Name, cancellationToken);
        return await engine.StartAsync(
            new RunOrder { Kind = RunKind.Check, Repository = repository, Work = (run, token) => check.ExecuteAsync(repository, request, run, token) },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> StartOptimizeAsync(OptimizeRepositoryRequest request, CancellationToken cancellationToken)
    {
        OptimizeWork.Check(request);
        RepositoryRecord repository = await directory.FindAsync(request.Name, cancellationToken);
        return await engine.StartAsync(
            new RunOrder { Kind = RunKind.Optimize, Repository = repository, Work = (run, token) => optimize.ExecuteAsync(repository, request, run, token) },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> StartRepairAsync(RepairRepositoryRequest request, CancellationToken cancellationToken)
    {
        RepositoryRecord repository = await directory.FindAsync(request.Name, cancellationToken);
        RepositoryRecord? donor = request.From is { } from ? await directory.FindAsync(from, cancellationToken) : null;
        if (donor?.Id == repository.Id)
        {
            throw new HandyBackupException(ErrorCode.InvalidArgument, $"The repository '{repository.Name}' cannot be repaired from itself.")
            {
                Target = request.From,
                Advice = "Name another repository that holds copies of the same snapshots, or none.",
            };
        }

        return await engine.StartAsync(
            new RunOrder { Kind = RunKind.Repair, Repository = repository, Work = (run, token) => repair.ExecuteAsync(repository, request, donor, run, token) },
            cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RepositoryKey> ListKeysAsync(RepositoryReference repository, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        RepositoryRecord record = await directory.FindAsync(repository.Name, cancellationToken);
        await foreach (RepositoryKey key in keyring.ListAsync(record, cancellationToken))
        {
            yield return key;
        }
    }

    /// <inheritdoc/>
    public async Task<RepositoryKey> AddKeyAsync(AddRepositoryKeyRequest request, CancellationToken cancellationToken) =>
        await keyring.AddAsync(await directory.FindAsync(request.Repository, cancellationToken), request.Password, cancellationToken);

    /// <inheritdoc/>
    public async Task RemoveKeyAsync(RemoveRepositoryKeyRequest request, CancellationToken cancellationToken) =>
        await keyring.RemoveAsync(await directory.FindAsync(request.Repository, cancellationToken), request.KeyId, cancellationToken);

    /// <summary>Does nothing: one object serves all connections.</summary>
    public void Dispose()
    {
    }
}
