using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>The small files of a repository as they lie in the store: whole, and with the errors of a repository. Safe to share between threads.</summary>
internal sealed class StoredFiles
{
    private readonly IStore _store;

    public StoredFiles(IStore store) => _store = store;

    /// <summary>Lists all files of one kind, streamed.</summary>
    public async IAsyncEnumerable<StoreFileInfo> ListAsync(StoreFileKind kind, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using IAsyncEnumerator<StoreFileInfo> files = _store.ListAsync(kind, cancellationToken).GetAsyncEnumerator(cancellationToken);
        while (await GuardAsync(() => files.MoveNextAsync().AsTask()))
        {
            yield return files.Current;
        }
    }

    /// <summary>Finds all files whose names begin with these digits; stops after the second, which is enough to know that there are several.</summary>
    public async Task<List<Sha256Hash>> FindByPrefixAsync(StoreFileKind kind, string prefix, CancellationToken cancellationToken)
    {
        var found = new List<Sha256Hash>(2);
        if (prefix.Length > 0)
        {
            await foreach (StoreFileInfo file in ListAsync(kind, cancellationToken))
            {
                if (file.Name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase) && Sha256Hash.TryParse(file.Name, out Sha256Hash id))
                {
                    found.Add(id);
                    if (found.Count == 2)
                    {
                        break;
                    }
                }
            }
        }

        return found;
    }

    /// <summary>Loads a whole file.</summary>
    /// <param name="file">The file.</param>
    /// <param name="maxLength">Longer files are taken for damaged, so that none can use up the memory.</param>
    /// <param name="cancellationToken">Stops the loading.</param>
    /// <returns>The content; null if there is no such file.</returns>
    public async Task<byte[]?> FindAsync(StoreFile file, long maxLength, CancellationToken cancellationToken)
    {
        try
        {
            long? size = await _store.FindSizeAsync(file, cancellationToken);
            if (size is null)
            {
                return null;
            }

            if (size > maxLength)
            {
                throw FileErrors.Damaged(file, $"has {size} bytes, and more than {maxLength} are never written");
            }

            byte[] content = new byte[size.Value];
            await _store.LoadAsync(file, 0, content, cancellationToken);
            return content;
        }
        catch (StoreException exception) when (exception.Error == StoreError.NotFound)
        {
            return null;
        }
        catch (StoreException exception) when (exception.Error == StoreError.TooShort)
        {
            throw FileErrors.Damaged(file, "is cut off", exception);
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, _store);
        }
    }

    /// <summary>Saves content under its SHA-256.</summary>
    public async Task<Sha256Hash> SaveAsync(StoreFileKind kind, ReadOnlyMemory<byte> content, CancellationToken cancellationToken)
    {
        Sha256Hash id = HashOf(content.Span);
        await GuardAsync(() => _store.SaveAsync(new StoreFile(kind, id.ToString()), [content], cancellationToken));
        return id;
    }

    /// <summary>Removes a file; removing what does not exist succeeds.</summary>
    public Task RemoveAsync(StoreFile file, CancellationToken cancellationToken) => GuardAsync(() => _store.RemoveAsync(file, cancellationToken));

    /// <summary>True if the content is what the file's name promises.</summary>
    public static bool IsIntact(StoreFile file, ReadOnlySpan<byte> content) =>
        Sha256Hash.TryParse(file.Name, out Sha256Hash promised) && promised == HashOf(content);

    /// <summary>The SHA-256 of content.</summary>
    public static Sha256Hash HashOf(ReadOnlySpan<byte> content)
    {
        Span<byte> hash = stackalloc byte[Sha256Hash.Size];
        SHA256.HashData(content, hash);
        return new Sha256Hash(hash);
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> operation)
    {
        try
        {
            return await operation();
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, _store);
        }
    }

    private Task<bool> GuardAsync(Func<Task> operation) => GuardAsync(async () =>
    {
        await operation();
        return true;
    });
}
