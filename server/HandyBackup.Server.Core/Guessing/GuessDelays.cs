namespace HandyBackup.Server.Core;

/// <summary>
/// Makes guessing slow: after five failures of one key, further answers wait, twice as long after each further one. A key is forgotten when it was quiet for a while,
/// and the oldest when there are too many. Safe to share between threads.
/// </summary>
/// <typeparam name="TKey">Whose failures are counted together.</typeparam>
internal sealed class GuessDelays<TKey>(TimeProvider time)
    where TKey : notnull
{
    /// <summary>How many failures a key may have without having to wait.</summary>
    public const int FreeFailures = 5;

    /// <summary>How many keys are remembered.</summary>
    public const int MaximumKeys = 4096;

    private static readonly TimeSpan s_firstDelay = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDelay = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<TKey, LinkedListNode<Failures>> _byKey = [];
    // Whoever failed last stands last, so the first is the one to forget.
    private readonly LinkedList<Failures> _byTime = new();

    /// <summary>How long an answer to this key must wait.</summary>
    public TimeSpan DelayOf(TKey key)
    {
        lock (_gate)
        {
            return DelayAfter(Find(key)?.Value.Count ?? 0);
        }
    }

    /// <summary>How often a key failed in a row, and how long ago it last did.</summary>
    public (int Count, TimeSpan Age) HistoryOf(TKey key)
    {
        lock (_gate)
        {
            return Find(key) is { } known ? (known.Value.Count, time.GetElapsedTime(known.Value.Last)) : (0, TimeSpan.MaxValue);
        }
    }

    /// <summary>Counts a failure.</summary>
    public void Count(TKey key)
    {
        lock (_gate)
        {
            CountLocked(key);
        }
    }

    /// <summary>Counts a failure before it is known to be one, so that many at once do not pass as the first.</summary>
    /// <returns>How long the answer must wait.</returns>
    public TimeSpan Enter(TKey key)
    {
        lock (_gate)
        {
            TimeSpan delay = DelayAfter(Find(key)?.Value.Count ?? 0);
            CountLocked(key);
            return delay;
        }
    }

    /// <summary>Takes back one failure that was none.</summary>
    public void Leave(TKey key)
    {
        lock (_gate)
        {
            if (Find(key) is not { } known)
            {
                return;
            }

            if (known.Value.Count == 1)
            {
                Drop(known);
            }
            else
            {
                known.Value = known.Value with { Count = known.Value.Count - 1 };
            }
        }
    }

    /// <summary>Forgets all failures of a key.</summary>
    public void Forget(TKey key)
    {
        lock (_gate)
        {
            if (Find(key) is { } known)
            {
                Drop(known);
            }
        }
    }

    private static TimeSpan DelayAfter(int failures)
    {
        if (failures < FreeFailures)
        {
            return TimeSpan.Zero;
        }

        TimeSpan delay = s_firstDelay;
        for (int i = FreeFailures; i < failures && delay < s_longestDelay; i++)
        {
            delay *= 2;
        }

        return delay < s_longestDelay ? delay : s_longestDelay;
    }

    private LinkedListNode<Failures>? Find(TKey key)
    {
        while (_byTime.First is { } first && time.GetElapsedTime(first.Value.Last) > s_memory)
        {
            Drop(first);
        }

        return _byKey.GetValueOrDefault(key);
    }

    private void CountLocked(TKey key)
    {
        int count = 1;
        if (Find(key) is { } known)
        {
            count += known.Value.Count;
            Drop(known);
        }
        else if (_byKey.Count == MaximumKeys)
        {
            Drop(_byTime.First!);
        }

        _byKey[key] = _byTime.AddLast(new Failures(key, count, time.GetTimestamp()));
    }

    private void Drop(LinkedListNode<Failures> known)
    {
        _byKey.Remove(known.Value.Key);
        _byTime.Remove(known);
    }

    private readonly record struct Failures(TKey Key, int Count, long Last);
}
