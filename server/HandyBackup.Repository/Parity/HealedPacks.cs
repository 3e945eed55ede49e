using HandyBackup.Contracts;
using HandyBackup.Stores;

namespace HandyBackup.Repository;

/// <summary>
/// Damaged packs that are read through their parity. The last one is kept, since what is read of it is seldom one blob. Safe to share between threads.
/// </summary>
internal sealed class HealedPacks(ParityFiles files, Action<StoreFile> onHealed) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private PackId? _pack;
    private HealedFile? _healed;

    /// <summary>Reads a part of a damaged or lost pack.</summary>
    /// <returns>False if the pack cannot be healed, or ends before the part does.</returns>
    /// <exception cref="HandyBackupException">A store error.</exception>
    public async Task<bool> TryReadAsync(PackId pack, long offset, Memory<byte> destination, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_pack != pack)
            {
                _healed?.Dispose();
                (_pack, _healed) = (null, null);
                var file = new StoreFile(StoreFileKind.Pack, pack.ToString());
                _healed = await files.TryHealAsync(file, cancellationToken);
                _pack = pack;
                if (_healed is not null)
                {
                    onHealed(file);
                }
            }

            if (_healed is null || offset + destination.Length > _healed.Content.Length)
            {
                return false;
            }

            _healed.Content.Slice((int)offset, destination.Length).CopyTo(destination);
            return true;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _healed?.Dispose();
        _turn.Dispose();
    }
}
