namespace HandyBackup.Repository;

/// <summary>One bit for each entry of an index. Safe to share between threads.</summary>
internal sealed class EntryFlags(int count)
{
    private readonly int[] _bits = new int[(count + 31) / 32];

    /// <summary>True if the entry's bit is set.</summary>
    public bool IsSet(int entry) => (Volatile.Read(ref _bits[entry >> 5]) & (1 << (entry & 31))) != 0;

    /// <summary>Sets the entry's bit.</summary>
    /// <returns>False if it was set before.</returns>
    public bool TrySet(int entry) => (Interlocked.Or(ref _bits[entry >> 5], 1 << (entry & 31)) & (1 << (entry & 31))) == 0;
}
