using System.Buffers;

namespace HandyBackup.Repository;

/// <summary>The content of a damaged file as it was before, in memory only. Its buffer goes back to the pool when it is disposed.</summary>
internal sealed class HealedFile(byte[] buffer, int length) : IDisposable
{
    /// <summary>The content.</summary>
    public ReadOnlyMemory<byte> Content { get; } = buffer.AsMemory(0, length);

    /// <inheritdoc/>
    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
