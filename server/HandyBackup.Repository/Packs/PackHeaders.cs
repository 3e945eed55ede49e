using System.Buffers;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>Reads the headers of packs, which say what lies in them. Safe to share between threads.</summary>
internal sealed class PackHeaders(IStore store, MasterKey key)
{
    /// <summary>Reads the header of a pack in the store.</summary>
    /// <param name="id">The pack.</param>
    /// <param name="size">Size of the pack file.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <exception cref="StoreException">The store's error.</exception>
    public async Task<PackHeader> ReadAsync(PackId id, long size, CancellationToken cancellationToken)
    {
        if (size < PackFormat.Overhead)
        {
            return PackHeader.Faulty("is too short to have a header");
        }

        var file = new StoreFile(StoreFileKind.Pack, id.ToString());
        byte[] trailer = new byte[PackFormat.TrailerLength];
        await store.LoadAsync(file, size - trailer.Length, trailer, cancellationToken);
        if (!PackFormat.TryReadHeaderLength(size, trailer, out int length))
        {
            return PackHeader.Faulty("has an impossible length of its header");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Memory<byte> sealedHeader = buffer.AsMemory(0, length);
            await store.LoadAsync(file, size - trailer.Length - length, sealedHeader, cancellationToken);
            return Open(sealedHeader.Span, size);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Reads the header of a pack in memory, which is left as it is.</summary>
    public PackHeader Read(ReadOnlySpan<byte> pack)
    {
        if (pack.Length < PackFormat.Overhead || !PackFormat.TryReadHeaderLength(pack.Length, pack[^PackFormat.TrailerLength..], out int length))
        {
            return PackHeader.Faulty("has an impossible length of its header");
        }

        byte[] buffer = ArrayPool<byte>.Shared.Rent(length);
        try
        {
            Span<byte> sealedHeader = buffer.AsSpan(0, length);
            pack.Slice(pack.Length - PackFormat.TrailerLength - length, length).CopyTo(sealedHeader);
            return Open(sealedHeader, pack.Length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    // Opens the header in place.
    private PackHeader Open(Span<byte> sealedHeader, long packSize)
    {
        Span<byte> header = sealedHeader.Slice(MasterKey.Overhead / 2, sealedHeader.Length - MasterKey.Overhead);
        if (!key.TryOpen(sealedHeader, header))
        {
            return PackHeader.Faulty("has a header that was altered");
        }

        return PackFormat.TryParseHeader(header, packSize, out List<PackedBlob> blobs, out string? reason)
            ? new PackHeader(blobs, null)
            : PackHeader.Faulty($"has a header that {reason}");
    }
}
