using HandyBackup.Contracts;
using HandyBackup.Rpc.Streams;

namespace HandyBackup.Rpc.Relays;

/// <summary>Sends the calls of <see cref="ITasks"/> through a <see cref="CallPath"/>.</summary>
internal sealed class TasksRelay(ITasks inner, CallPath path) : ITasks
{
    public Task<TaskInfo> CreateAsync(CreateTaskRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.CreateAsync(request, token), cancellationToken, request);

    public IAsyncEnumerable<TaskInfo> ListAsync(TaskQuery query, CancellationToken cancellationToken) =>
        path.Stream(token => inner.ListAsync(query, token), StreamPace.Listing, cancellationToken, query);

    public Task<TaskInfo> UpdateAsync(UpdateTaskRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.UpdateAsync(request, token), cancellationToken, request);

    public Task RemoveAsync(TaskReference task, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.RemoveAsync(task, token), cancellationToken, task);

    public Task<StartedTask> StartAsync(StartTaskRequest request, CancellationToken cancellationToken) =>
        path.CallAsync(token => inner.StartAsync(request, token), cancellationToken, request);

    // The interface asks for it; what lies behind the relay belongs to the connection, or to the server.
    public void Dispose()
    {
    }
}
