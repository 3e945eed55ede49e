using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="IRepositories"/> through a <see cref="CallPath"/>.</summary>
internal sealed class RepositoriesRelay(IRepositories inner, CallPath path) : IRepositories
{
    public Task<RepositoryInfo> CreateAsync(CreateRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public Task<RepositoryInfo> ImportAsync(ImportRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.ImportAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<RepositoryInfo> ListAsync(RepositoryQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<RepositoryInfo> UpdateAsync(UpdateRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.UpdateAsync(request, token), cancellationToken, request);

    public Task RemoveAsync(RemoveRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(request, token), cancellationToken, request);

    public Task<Run> StartCheckAsync(CheckRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartCheckAsync(request, token), cancellationToken, request);

    public Task<Run> StartOptimizeAsync(OptimizeRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartOptimizeAsync(request, token), cancellationToken, request);

    public Task<Run> StartRepairAsync(RepairRepositoryRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartRepairAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<RepositoryKey> ListKeysAsync(RepositoryReference repository, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListKeysAsync(repository, token), StreamPace.Listing, cancellationToken, repository);

    public Task<RepositoryKey> AddKeyAsync(AddRepositoryKeyRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.AddKeyAsync(request, token), cancellationToken, request);

    public Task RemoveKeyAsync(RemoveRepositoryKeyRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveKeyAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
