namespace HandyBackup.Repository;

/// <summary>
/// The packs of one blob type that are being made: data and trees never share a pack (restic's doc/design.rst, "Pack Format").
/// At most one is open, two more may be on their way to the store; who needs another one waits.
/// </summary>
internal sealed class PackLane : IAsyncDisposable
{
    private const int MaxPacks = 3;

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

    /// <summary>Says that a pack is saved or given up.</summary>
    public void ReturnRoom() => _room.Release();

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
