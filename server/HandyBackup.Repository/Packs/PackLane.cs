using System.Buffers;

namespace HandyBackup.Repository;

/// <summary>
/// The packs of one blob type that are being made: data and trees never share a pack (restic's doc/design.rst, "Pack Format").
/// At most one is open, another one may be on its way to the store; who needs one more waits.
/// </summary>
/// <param name="packSize">Size in bytes at which a pack is closed.</param>
/// <param name="buffers">Where the memory for packs comes from.</param>
internal sealed class PackLane(int packSize, MemoryPool<byte> buffers) : IAsyncDisposable
{
    private const int MaxPacks = 2;

    private readonly SemaphoreSlim _room = new(MaxPacks);
    private readonly SemaphoreSlim _opening = new(1);

    /// <summary>The pack that takes blobs; null if there is none. Guarded by the writer's lock.</summary>
    public PackBuilder? Current { get; set; }

    /// <summary>Lets one thread at a time wait for room, so that several do not open a pack each.</summary>
    /// <returns>To be disposed when the pack is open.</returns>
    public async ValueTask<Turn> TakeTurnAsync(CancellationToken cancellationToken)
    {
        await _opening.WaitAsync(cancellationToken);
        return new Turn(_opening);
    }

    /// <summary>Waits until another pack may be made.</summary>
    public Task TakeRoomAsync(CancellationToken cancellationToken) => _room.WaitAsync(cancellationToken);

    /// <summary>Makes a pack in the room that was taken.</summary>
    /// <param name="length">The length that the pack has at least; more than the lane's size for an unusually long blob.</param>
    public PackBuilder CreatePack(long length)
    {
        int size = (int)Math.Max(length, packSize);
        return new PackBuilder(buffers.Rent(size), size);
    }

    /// <summary>Gives back the room of a pack that is saved or given up, and its memory.</summary>
    /// <param name="pack">The pack; null if none was made.</param>
    public void ReturnRoom(PackBuilder? pack)
    {
        pack?.Dispose();
        _room.Release();
    }

    /// <summary>Lets everybody pass who still waits, each to find out that the writer has failed or was closed.</summary>
    public async ValueTask DisposeAsync()
    {
        await _opening.WaitAsync(CancellationToken.None);
        _room.Dispose();
        _opening.Dispose();
    }

    /// <summary>The right to open a pack.</summary>
    public readonly struct Turn(SemaphoreSlim opening) : IDisposable
    {
        /// <inheritdoc/>
        public void Dispose() => opening.Release();
    }
}
