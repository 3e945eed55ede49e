namespace HandyBackup.Server.Tests.Network.Kit;

/// <summary>Counts what goes on, and how much of it at once at most. Safe to share between threads.</summary>
internal sealed class BackupCounter
{
    private readonly Lock _lock = new();
    private int _now;

    public int Begun { get; private set; }

    public int Most { get; private set; }

    /// <summary>Something goes on until the result is disposed of.</summary>
    public IDisposable Count()
    {
        lock (_lock)
        {
            Begun++;
            Most = Math.Max(Most, ++_now);
        }

        return new End(this);
    }

    private sealed class End(BackupCounter counter) : IDisposable
    {
        public void Dispose()
        {
            lock (counter._lock)
            {
                counter._now--;
            }
        }
    }
}
