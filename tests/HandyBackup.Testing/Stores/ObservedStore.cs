using System.Runtime.CompilerServices;
using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>
/// Passes everything on to another store and tells a test of each call, before and after it takes effect: there the test may work on the repository in the middle of an operation,
/// or throw, as if the process had died there.
/// </summary>
public sealed class ObservedStore(IStore inner) : IStore
{
    private int _calls;

    /// <summary>Is called before each call takes effect.</summary>
    public Func<StoreOperation, StoreFile, Task>? Before { get; set; }

    /// <summary>Is called after each call took effect.</summary>
    public Func<StoreOperation, StoreFile, Task>? After { get; set; }

    /// <summary>How many calls there were.</summary>
    public int Calls => Volatile.Read(ref _calls);

    public string Location => inner.Location;

    public bool ListsAtOnce => inner.ListsAtOnce;

    /// <summary>Fails this call and all later ones, as for a process that dies.</summary>
    /// <param name="call">Its number, from 1.</param>
    /// <param name="tookEffect">True if the call still took effect.</param>
    public void DieAt(int call, bool tookEffect)
    {
        Volatile.Write(ref _calls, 0);
        Before = (_, _) => Calls > call || (Calls == call && !tookEffect) ? throw Died() : Task.CompletedTask;
        After = (_, _) => Calls >= call ? throw Died() : Task.CompletedTask;
    }

    /// <summary>Observes no more, and counts from 0.</summary>
    public void Forget()
    {
        (Before, After) = (null, null);
        Volatile.Write(ref _calls, 0);
    }

    public Task CreateAsync(CancellationToken cancellationToken) => inner.CreateAsync(cancellationToken);

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => inner.IsEmptyAsync(cancellationToken);

    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await BeginAsync(StoreOperation.List, new StoreFile(kind, ""));
        await foreach (StoreFileInfo file in inner.ListAsync(kind, cancellationToken))
        {
            yield return file;
        }

        await EndAsync(StoreOperation.List, new StoreFile(kind, ""));
    }

    public Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken) =>
        ObserveAsync(StoreOperation.FindSize, file, () => inner.FindSizeAsync(file, cancellationToken));

    public async ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken) =>
        await ObserveAsync(StoreOperation.Load, file, async () =>
        {
            await inner.LoadAsync(file, offset, destination, cancellationToken);
            return true;
        });

    public Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        ObserveAsync(StoreOperation.Save, file, async () =>
        {
            await inner.SaveAsync(file, parts, cancellationToken);
            return true;
        });

    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken) =>
        ObserveAsync(StoreOperation.Replace, file, async () =>
        {
            await inner.ReplaceAsync(file, parts, cancellationToken);
            return true;
        });

    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken) =>
        ObserveAsync(StoreOperation.Remove, file, async () =>
        {
            await inner.RemoveAsync(file, cancellationToken);
            return true;
        });

    public Task DeleteAsync(CancellationToken cancellationToken) => inner.DeleteAsync(cancellationToken);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private static StoreException Died() => new(StoreError.Unavailable, "The process has died here.");

    private async Task<T> ObserveAsync<T>(StoreOperation operation, StoreFile file, Func<Task<T>> call)
    {
        await BeginAsync(operation, file);
        T result = await call();
        await EndAsync(operation, file);
        return result;
    }

    private Task BeginAsync(StoreOperation operation, StoreFile file)
    {
        Interlocked.Increment(ref _calls);
        return Before?.Invoke(operation, file) ?? Task.CompletedTask;
    }

    private Task EndAsync(StoreOperation operation, StoreFile file) => After?.Invoke(operation, file) ?? Task.CompletedTask;
}
