using HandyBackup.Catalog;
using HandyBackup.Contracts;

namespace HandyBackup.Server.Core;

/// <summary>Repositories whose removal, and whose graces' shortening, a second administrator approves, if the server is set so.</summary>
internal sealed class ApprovedRepositories(IRepositories inner, RepositoryDirectory directory, RemovalApproval approval, PanelVisitor visitor) : IRepositories
{
    /// <inheritdoc/>
    public Task<RepositoryInfo> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken) => inner.CreateAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<RepositoryInfo> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken) => inner.ImportAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RepositoryInfo> ListAsync(RepositoryQuery query, CancellationToken cancellationToken) => inner.ListAsync(query, cancellationToken);

    /// <inheritdoc/>
    public async Task<RepositoryInfo> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken)
    {
        if (await approval.IsNeededAsync(cancellationToken))
        {
            RepositoryRecord repository = await directory.FindAsync(request.Name, cancellationToken);
            if (request.Grace < repository.RemovalGrace || request.SweepGrace < repository.SweepGrace)
            {
                throw await RequestShorterGraceAsync(request, repository, cancellationToken);
            }
        }

        return await inner.UpdateAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public async Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken)
    {
        if (await approval.IsNeededAsync(cancellationToken))
        {
            RepositoryRecord repository = await directory.FindAsync(request.Name, cancellationToken);
            throw await approval.RequestAsync(
                await visitor.GetCallerAsync(cancellationToken),
                RemovalKind.RemoveRepository,
                $"repository {repository.Name}{(request.DeleteData ? " with its data" : "")}",
                new RemovalArguments { RepositoryId = repository.Id, DeleteData = request.DeleteData, RemoveTasks = request.RemoveTasks },
                cancellationToken);
        }

        await inner.RemoveAsync(request, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<Run> StartCheckAsync(CheckRepositoryRequest request, CancellationToken cancellationToken) => inner.StartCheckAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Run> StartOptimizeAsync(OptimizeRepositoryRequest request, CancellationToken cancellationToken) => inner.StartOptimizeAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task<Run> StartRepairAsync(RepairRepositoryRequest request, CancellationToken cancellationToken) => inner.StartRepairAsync(request, cancellationToken);

    /// <inheritdoc/>
    public IAsyncEnumerable<RepositoryKey> ListKeysAsync(RepositoryReference repository, CancellationToken cancellationToken) => inner.ListKeysAsync(repository, cancellationToken);

    /// <inheritdoc/>
    public Task<RepositoryKey> AddKeyAsync(AddRepositoryKeyRequest request, CancellationToken cancellationToken) => inner.AddKeyAsync(request, cancellationToken);

    /// <inheritdoc/>
    public Task RemoveKeyAsync(RemoveRepositoryKeyRequest request, CancellationToken cancellationToken) => inner.RemoveKeyAsync(request, cancellationToken);

    /// <summary>Does nothing: the repositories are the server's.</summary>
    public void Dispose()
    {
    }

    private async Task<HandyBackupException> RequestShorterGraceAsync(UpdateRepositoryRequest request, RepositoryRecord repository, CancellationToken cancellationToken)
    {
        // The rest of the changes, a password among them, is not kept for later.
        if (request != new UpdateRepositoryRequest { Name = request.Name, Grace = request.Grace, SweepGrace = request.SweepGrace })
        {
            return new HandyBackupException(ErrorCode.InvalidArgument, "A shorter grace needs another administrator's approval, and the other changes do not.")
            {
                Target = request.Name,
                Advice = "Make the other changes first, and then change the graces by themselves.",
            };
        }

        GraceTimes.Choose(request.Grace, repository.RemovalGrace, nameof(request.Grace));
        GraceTimes.Choose(request.SweepGrace, repository.SweepGrace, nameof(request.SweepGrace));
        return await approval.RequestAsync(
            await visitor.GetCallerAsync(cancellationToken),
            RemovalKind.ShortenGrace,
            $"repository {repository.Name}: grace {request.Grace ?? repository.RemovalGrace}, of files {request.SweepGrace ?? repository.SweepGrace}",
            new RemovalArguments { RepositoryId = repository.Id, Grace = request.Grace, SweepGrace = request.SweepGrace },
            cancellationToken);
    }
}
