using System.Buffers;
using HandyBackup.Contracts;

namespace HandyBackup.Agent.Core.Backup;

/// <summary>A piece of a file in memory, and the chunks that are being saved from where they lie in it.</summary>
internal sealed class ChunkBuffer(IMemoryOwner<byte> owner, int size) : IAsyncDisposable
{
    private readonly List<Task<BlobId>> _chunks = [];

    public Memory<byte> Memory { get; } = owner.Memory[..size];

    /// <summary>Notes a chunk that is being saved.</summary>
    public void Add(Task<BlobId> chunk) => _chunks.Add(chunk);

    /// <summary>Waits until all chunks are saved, so that the memory can be used again.</summary>
    public async Task CollectAsync(List<BlobId> content)
    {
        foreach (Task<BlobId> chunk in _chunks)
        {
            content.Add(await chunk);
        }

        _chunks.Clear();
    }

    /// <summary>Waits for what is still being saved, whatever comes of it, and gives the memory back.</summary>
    public async ValueTask DisposeAsync()
    {
        foreach (Task<BlobId> chunk in _chunks)
        {
            await ((Task)chunk).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        owner.Dispose();
    }
}
