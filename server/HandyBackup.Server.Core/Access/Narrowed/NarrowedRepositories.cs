using System.Runtime.CompilerServices;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>The repositories that a caller may see, and what it may do with them.</summary>
internal sealed class NarrowedRepositories(IRepositories inner, AccessJudge judge) : IRepositories
{
    /// <summary>Makes a repository. There is nothing yet that a right could be narrowed to.</summary>
    public Task<RepositoryInfo> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken) => inner.CreateAsync(request, cancellationToken);

    /// <summary>Takes in a repository. There is nothing yet that a right could be narrowed to.</summary>
    public Task<RepositoryInfo> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken) => inner.ImportAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RepositoryInfo> ListAsync(RepositoryQuery query, CancellationToken cancellationToken) =>
        judge.FilterAsync(inner.ListAsync(query, cancellationToken), static repository => new AccessSubject(null, repository.Name), cancellationToken);

    /// <inheritdoc/>
    public async Task<RepositoryInfo> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, request.Name, cancellationToken);
        return await inner.UpdateAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.RemoveData, request.Name, cancellationToken);
        await inner.RemoveAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> StartCheckAsync(CheckRepositoryRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.Operate, request.Name, cancellationToken);
        return await inner.StartCheckAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> StartOptimizeAsync(OptimizeRepositoryRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, request.Name, cancellationToken);
        return await inner.StartOptimizeAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<Run> StartRepairAsync(RepairRepositoryRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, request.Name, cancellationToken);
        if (request.From is { } source)
        {
            await judge.DemandRepositoryAsync(Permission.ManageRepositories, source, cancellationToken);
        }

        return await inner.StartRepairAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<RepositoryKey> ListKeysAsync(RepositoryReference repository, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, repository.Name, cancellationToken);
        await foreach (RepositoryKey key in inner.ListKeysAsync(repository, cancellationToken))
        {
            yield return key;
        }
    }

    /// <inheritdoc/>
    public async Task<RepositoryKey> AddKeyAsync(AddRepositoryKeyRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, request.Repository, cancellationToken);
        return await inner.AddKeyAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveKeyAsync(RemoveRepositoryKeyRequest request, CancellationToken cancellationToken)
    {
        await judge.DemandRepositoryAsync(Permission.ManageRepositories, request.Repository, cancellationToken);
        await inner.RemoveKeyAsync(request, cancellationToken);
    }

    /// <summary>Does nothing: the repositories are the server's.</summary>
    public void Dispose()
    {
    }
}
