using System.Runtime.InteropServices;

namespace HandyBackup.Server.Core;

/// <summary>
/// libsodium's secretstream (crypto_secretstream_xchacha20poly1305): a file as a row of chunks, each sealed. A chunk that was altered, moved, repeated or left out does not
/// open, and the last one says that it is the last. Synchronous; for one thread at a time.
/// </summary>
internal sealed partial class SecretStream
{
    /// <summary>The length of a key in bytes.</summary>
    public const int KeySize = 32;

    /// <summary>The length in bytes of what the stream begins with, which is no secret.</summary>
    public const int HeaderSize = 24;

    /// <summary>The bytes by which a sealed chunk is longer.</summary>
    public const int Overhead = 17;

    /// <summary>The bytes of a chunk before it is sealed; only the last may have fewer.</summary>
    public const int ChunkSize = 64 * 1024;

    private const string Library = "libsodium";
    private const int StateSize = 52;
    private const byte Message = 0;
    private const byte Final = 3;

    private readonly byte[] _state = GC.AllocateArray<byte>(StateSize, pinned: true);

    static SecretStream() => Sodium.Initialize();

    private SecretStream()
    {
    }

    /// <summary>Begins to seal.</summary>
    /// <param name="key">The key; the caller may clear it afterwards.</param>
    /// <param name="header">Receives what the stream begins with.</param>
    public static SecretStream BeginSealing(ReadOnlySpan<byte> key, Span<byte> header)
    {
        var stream = new SecretStream();
        crypto_secretstream_xchacha20poly1305_init_push(stream._state, header, key);
        return stream;
    }

    /// <summary>Begins to open.</summary>
    /// <param name="key">The key; the caller may clear it afterwards.</param>
    /// <param name="header">What the stream begins with.</param>
    public static SecretStream BeginOpening(ReadOnlySpan<byte> key, ReadOnlySpan<byte> header)
    {
        var stream = new SecretStream();
        crypto_secretstream_xchacha20poly1305_init_pull(stream._state, header, key);
        return stream;
    }

    /// <summary>Seals the next chunk.</summary>
    /// <param name="plain">The chunk.</param>
    /// <param name="context">What must be the same when it is opened; empty for nothing.</param>
    /// <param name="isLast">True for the last.</param>
    /// <param name="result">Receives the sealed chunk: <see cref="Overhead"/> longer.</param>
    public void Seal(ReadOnlySpan<byte> plain, ReadOnlySpan<byte> context, bool isLast, Span<byte> result) =>
        crypto_secretstream_xchacha20poly1305_push(_state, result, out _, plain, (ulong)plain.Length, context, (ulong)context.Length, isLast ? Final : Message);

    /// <summary>Opens the next chunk.</summary>
    /// <param name="sealedChunk">The sealed chunk, of <see cref="Overhead"/> bytes at least.</param>
    /// <param name="context">What it was sealed with; empty for nothing.</param>
    /// <param name="result">Receives the chunk: <see cref="Overhead"/> shorter.</param>
    /// <returns>True for the last, false for any other; null if it is not the next chunk of this stream.</returns>
    public bool? Open(ReadOnlySpan<byte> sealedChunk, ReadOnlySpan<byte> context, Span<byte> result) =>
        crypto_secretstream_xchacha20poly1305_pull(_state, result, out _, out byte tag, sealedChunk, (ulong)sealedChunk.Length, context, (ulong)context.Length) == 0 ? tag == Final : null;

    [LibraryImport(Library)]
    private static partial int crypto_secretstream_xchacha20poly1305_init_push(Span<byte> state, Span<byte> header, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    private static partial int crypto_secretstream_xchacha20poly1305_init_pull(Span<byte> state, ReadOnlySpan<byte> header, ReadOnlySpan<byte> key);

    [LibraryImport(Library)]
    private static partial int crypto_secretstream_xchacha20poly1305_push(
        Span<byte> state, Span<byte> result, out ulong length, ReadOnlySpan<byte> plain, ulong plainLength, ReadOnlySpan<byte> context, ulong contextLength, byte tag);

    [LibraryImport(Library)]
    private static partial int crypto_secretstream_xchacha20poly1305_pull(
        Span<byte> state, Span<byte> result, out ulong length, out byte tag, ReadOnlySpan<byte> chunk, ulong chunkLength, ReadOnlySpan<byte> context, ulong contextLength);
}
