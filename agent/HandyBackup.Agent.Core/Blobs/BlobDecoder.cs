using System.Security.Cryptography;
using HandyBackup.Contracts;
using ZstdNet;

namespace HandyBackup.Agent.Core.Blobs;

/// <summary>Turns a received blob into plain content and checks it against its id. For one thread at a time.</summary>
public sealed class BlobDecoder : IDisposable
{
    private readonly Decompressor _decompressor = new();

    /// <summary>Writes a blob's plain content to the start of <paramref name="destination"/>.</summary>
    /// <param name="blob">The blob; stays the caller's.</param>
    /// <param name="destination">Room for at least <see cref="BlobPayload.PlainLength"/> bytes.</param>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobDamaged"/> if the content is not what the id promises.</exception>
    public void Decode(BlobPayload blob, Span<byte> destination)
    {
        Span<byte> plain = destination[..blob.PlainLength];
        if (blob.IsCompressed)
        {
            Decompress(blob, plain);
        }
        else if (blob.Bytes.Length == plain.Length)
        {
            blob.Bytes.Span.CopyTo(plain);
        }
        else
        {
            throw Damaged(blob);
        }

        Check(blob, plain);
    }

    /// <summary>Checks a blob that is not compressed against its id, where it is.</summary>
    /// <exception cref="HandyBackupException"><see cref="ErrorCode.BlobDamaged"/> if the content is not what the id promises.</exception>
    public static void CheckPlain(BlobPayload blob) => Check(blob, blob.Bytes.Span);

    /// <inheritdoc/>
    public void Dispose() => _decompressor.Dispose();

    private static void Check(BlobPayload blob, ReadOnlySpan<byte> plain)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        if (plain.Length != blob.PlainLength)
        {
            throw Damaged(blob);
        }

        SHA256.HashData(plain, hash);
        if (new Sha256Hash(hash) != blob.Id.Hash)
        {
            throw Damaged(blob);
        }
    }

    private static HandyBackupException Damaged(BlobPayload blob, Exception? cause = null) =>
        new(ErrorCode.BlobDamaged, $"The content of blob {blob.Id} is not what its id promises.", cause) { Target = blob.Id.ToString() };

    private void Decompress(BlobPayload blob, Span<byte> plain)
    {
        try
        {
            // Small frames of other writers do not say how long their content is, which the check before would demand (RFC 8878, 3.1.1.1).
            if (_decompressor.Unwrap(blob.Bytes.Span, plain, bufferSizePrecheck: false) != plain.Length)
            {
                throw Damaged(blob);
            }
        }
        catch (Exception exception) when (exception is ZstdException or ArgumentException or OutOfMemoryException)
        {
            throw Damaged(blob, exception);
        }
    }
}
