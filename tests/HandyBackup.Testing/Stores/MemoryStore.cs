using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using HandyBackup.Stores;

namespace HandyBackup.Testing;

/// <summary>A store that keeps files in memory, and lets tests look at and alter them.</summary>
public sealed class MemoryStore : IStore
{
    private readonly ConcurrentDictionary<StoreFile, byte[]> _files = new();

    public string Location => "memory";

    /// <summary>False unless told otherwise, so that locks take the long way.</summary>
    public bool ListsAtOnce { get; set; }

    /// <summary>All files, in no particular order.</summary>
    public IReadOnlyCollection<StoreFile> Files => [.. _files.Keys];

    /// <summary>A file's content; setting it replaces or adds the file, as no store would.</summary>
    public byte[] this[StoreFile file]
    {
        get => _files[file];
        set => _files[file] = value;
    }

    public Task CreateAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> IsEmptyAsync(CancellationToken cancellationToken) => Task.FromResult(_files.IsEmpty);

    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach ((StoreFile file, byte[] content) in _files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.Kind == kind)
            {
                await Task.Yield();
                yield return new StoreFileInfo(file.Name, content.Length);
            }
        }
    }

    public Task<long?> FindSizeAsync(StoreFile file, CancellationToken cancellationToken) =>
        Task.FromResult<long?>(_files.TryGetValue(file, out byte[]? content) ? content.Length : null);

    public ValueTask LoadAsync(StoreFile file, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!_files.TryGetValue(file, out byte[]? content))
        {
            throw new StoreException(StoreError.NotFound, $"'{file}' does not exist.");
        }

        if (offset + destination.Length > content.Length)
        {
            throw new StoreException(StoreError.TooShort, $"'{file}' has only {content.Length} bytes.");
        }

        content.AsMemory((int)offset, destination.Length).CopyTo(destination);
        return ValueTask.CompletedTask;
    }

    public Task SaveAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return _files.TryAdd(file, Join(parts))
            ? Task.CompletedTask
            : throw new StoreException(StoreError.AlreadyExists, $"'{file}' exists already.");
    }

    public Task ReplaceAsync(StoreFile file, IReadOnlyList<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _files[file] = Join(parts);
        return Task.CompletedTask;
    }

    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken)
    {
        _files.TryRemove(file, out _);
        return Task.CompletedTask;
    }

    public Task DeleteAsync(CancellationToken cancellationToken)
    {
        _files.Clear();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private static byte[] Join(IReadOnlyList<ReadOnlyMemory<byte>> parts)
    {
        byte[] content = new byte[parts.Sum(part => part.Length)];
        int offset = 0;
        foreach (ReadOnlyMemory<byte> part in parts)
        {
            part.CopyTo(content.AsMemory(offset));
            offset += part.Length;
        }

        return content;
    }
}
