using System.Diagnostics.CodeAnalysis;

namespace HandyBackup.Server.Core;

/// <summary>Lets callers work one at a time. Safe to share between threads.</summary>
[SuppressMessage("Design", "CA1001", Justification = "A semaphore whose wait handle nobody asks for holds nothing but memory.")]
internal sealed class TurnTaking
{
    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Waits for the turn; disposing the result ends it.</summary>
    public async Task<IDisposable> WaitAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Turn(_free);
    }

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
