namespace HandyBackup.Server.Core;

/// <summary>The right to use an open repository until it is disposed.</summary>
/// <typeparam name="T">What is used: the repository with or without its index.</typeparam>
internal sealed class RepositoryLease<T>(T value, Action release) : IAsyncDisposable
{
    private Action? _release = release;

    /// <summary>The repository.</summary>
    public T Value { get; } = value;

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        Interlocked.Exchange(ref _release, null)?.Invoke();
        return ValueTask.CompletedTask;
    }
}
