using System.Buffers;
using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>The sidecars of a repository's files, and what can be done with them. Safe to share between threads.</summary>
internal sealed class ParityFiles(IStore store)
{
    /// <summary>Computes and saves the sidecar of a file, in the place of the one that it has.</summary>
    /// <param name="file">The file.</param>
    /// <param name="content">Its content, which must be right.</param>
    /// <param name="percent">How much parity there shall be at least, from 1 to 50.</param>
    /// <param name="cancellationToken">Stops the saving.</param>
    /// <returns>Bytes of the sidecar; 0 for a file that is too long to have one.</returns>
    /// <exception cref="StoreException">The store's error.</exception>
    public async Task<long> SaveAsync(StoreFile file, ReadOnlyMemory<byte> content, int percent, CancellationToken cancellationToken)
    {
        if (content.Length > ParityLayout.MaxFileSize)
        {
            return 0;
        }

        Sha256Hash hash = Sha256Hash.TryParse(file.Name, out Sha256Hash name) ? name : StoredFiles.HashOf(content.Span);
        using ParitySidecar sidecar = ParitySidecar.Create(content.Span, hash, percent, ParityName.IsCopied(file.Kind));
        IReadOnlyList<ReadOnlyMemory<byte>> parts = sidecar.Encode();
        await store.ReplaceAsync(ParityName.Of(file), parts, cancellationToken);
        return parts.Sum(part => (long)part.Length);
    }

    /// <summary>Brings a damaged or lost file back, in memory.</summary>
    /// <returns>The file as it was; null if it has no parity, or too much of both is damaged.</returns>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async Task<HealedFile?> TryHealAsync(StoreFile file, CancellationToken cancellationToken)
    {
        if (!ParityName.IsCovered(file.Kind))
        {
            return null;
        }

        try
        {
            using ParitySidecar? sidecar = await FindAsync(file, cancellationToken);
            return sidecar is null ? null : await HealAsync(file, sidecar, cancellationToken);
        }
        catch (StoreException exception)
        {
            throw StoreErrors.Translate(exception, store);
        }
    }

    /// <summary>Brings a small file back, as an array of its own.</summary>
    /// <returns>See <see cref="TryHealAsync"/>.</returns>
    public async Task<byte[]?> FindHealedAsync(StoreFile file, CancellationToken cancellationToken)
    {
        using HealedFile? healed = await TryHealAsync(file, cancellationToken);
        return healed?.Content.ToArray();
    }

    /// <summary>Loads a file's sidecar.</summary>
    /// <returns>Null if there is none, or it is so damaged that nothing can be done with it, or belongs to another file.</returns>
    /// <exception cref="StoreException">The store's error.</exception>
    public async Task<ParitySidecar?> FindAsync(StoreFile file, CancellationToken cancellationToken)
    {
        StoreFile name = ParityName.Of(file);
        long? size = await store.FindSizeAsync(name, cancellationToken);
        if (size is not { } length || length > int.MaxValue)
        {
            return null;
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent((int)length);
        try
        {
            Memory<byte> stored = buffer.AsMemory(0, (int)length);
            await LoadReadableAsync(name, stored, cancellationToken);
            ParitySidecar? sidecar = ParitySidecar.TryDecode(stored.Span);
            if (sidecar is null || file.Kind == StoreFileKind.Config || sidecar.Header.Hash.ToString() == file.Name)
            {
                return sidecar;
            }

            sidecar.Dispose();
            return null;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Says whether a file's sidecar exists.</summary>
    /// <exception cref="StoreException">The store's error.</exception>
    public async Task<bool> ExistsAsync(StoreFile file, CancellationToken cancellationToken) =>
        await store.FindSizeAsync(ParityName.Of(file), cancellationToken) is not null;

    /// <summary>Loads a file as far as it can be read, and fills what cannot be with zeros: sectors that fail are damage like any other.</summary>
    /// <exception cref="StoreException">Nothing at all can be read.</exception>
    public async Task LoadReadableAsync(StoreFile file, Memory<byte> destination, CancellationToken cancellationToken)
    {
        const int Piece = 4096;
        try
        {
            await store.LoadAsync(file, 0, destination, cancellationToken);
        }
        catch (StoreException exception) when (exception.Error is StoreError.NotFound or StoreError.TooShort)
        {
            destination.Span.Clear();
        }
        catch (StoreException exception) when (exception.Error == StoreError.Unavailable && destination.Length > Piece)
        {
            bool isAnyRead = false;
            for (int start = 0; start < destination.Length; start += Piece)
            {
                isAnyRead |= await TryLoadAsync(file, start, destination.Slice(start, Math.Min(Piece, destination.Length - start)), cancellationToken);
            }

            if (!isAnyRead)
            {
                throw;
            }
        }
    }

    private async Task<HealedFile?> HealAsync(StoreFile file, ParitySidecar sidecar, CancellationToken cancellationToken)
    {
        ParityLayout layout = sidecar.Header.Layout;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(layout.PaddedSize);
        Memory<byte> content = buffer.AsMemory(0, layout.PaddedSize);
        long size = await store.FindSizeAsync(file, cancellationToken) ?? 0;
        int length = (int)Math.Min(size, layout.FileSize);
        await LoadReadableAsync(file, content[..length], cancellationToken);
        if (sidecar.TryHeal(content.Span, length) && StoredFiles.HashOf(content.Span[..(int)layout.FileSize]) == sidecar.Header.Hash)
        {
            return new HealedFile(buffer, (int)layout.FileSize);
        }

        ArrayPool<byte>.Shared.Return(buffer);
        return null;
    }

    private async Task<bool> TryLoadAsync(StoreFile file, int offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        try
        {
            await store.LoadAsync(file, offset, destination, cancellationToken);
            return true;
        }
        catch (StoreException exception) when (exception.Error is not StoreError.AccessDenied)
        {
            destination.Span.Clear();
            return false;
        }
    }
}
