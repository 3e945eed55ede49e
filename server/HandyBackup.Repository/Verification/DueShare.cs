namespace HandyBackup.Repository;

/// <summary>
/// Chooses the packs that a check reads so that each is read back within a time, whatever the interval of the checks: first all whose time would be over
/// before the next check is expected; then, as far as that is less than the size of the repository times the part of the time that went by since the last
/// share, packs that were never read back (what was written wrong is found while its source is still there), and then those that were read longest ago.
/// </summary>
internal static class DueShare
{
    // The share of the first check, and the shortest interval that is reckoned with.
    private const int MostShares = 30;

    /// <summary>Chooses.</summary>
    /// <param name="times">When packs were read back.</param>
    /// <param name="sizes">The sizes of the packs; those of missing packs are negative.</param>
    /// <param name="last">How far the verification had come; null if there was none.</param>
    /// <param name="within">Within which time each pack is to be read.</param>
    /// <param name="now">The time.</param>
    /// <returns>One bit for each pack, and the interval to the next share that was reckoned with.</returns>
    public static (EntryFlags Packs, TimeSpan Interval) Choose(PackTimes times, ReadOnlySpan<long> sizes, VerificationState? last, TimeSpan within, DateTimeOffset now)
    {
        TimeSpan least = within / MostShares;
        TimeSpan elapsed = last?.LastShare is { } share && share <= now ? now - share : least;
        TimeSpan interval = FindInterval(last, elapsed, least);
        uint limit = Seconds.Of(now + interval - within);
        double quota = Math.Min(1, elapsed / within) * Sum(sizes);
        var chosen = new EntryFlags(times.Count);
        foreach (int pack in Sort(times, limit))
        {
            if (sizes[pack] < 0)
            {
                continue;
            }

            if (quota <= 0 && times.GetWaiting(pack) > limit)
            {
                break;
            }

            chosen.TrySet(pack);
            quota -= sizes[pack];
        }

        return (chosen, interval);
    }

    // Grows at once and shrinks slowly: an interval that is reckoned too long costs a little more reading, one too short a broken promise.
    private static TimeSpan FindInterval(VerificationState? last, TimeSpan elapsed, TimeSpan least)
    {
        TimeSpan smoothed = last?.LastShare is null ? elapsed : (last.Interval + elapsed) / 2;
        TimeSpan interval = elapsed > smoothed ? elapsed : smoothed;
        return interval > least ? interval : least;
    }

    private static int[] Sort(PackTimes times, uint limit)
    {
        int[] packs = new int[times.Count];
        ulong[] keys = new ulong[times.Count];
        for (int pack = 0; pack < packs.Length; pack++)
        {
            packs[pack] = pack;
            uint waiting = times.GetWaiting(pack);
            ulong rank = waiting <= limit ? 0UL : times.GetVerified(pack) == 0 ? 1UL : 2UL;
            keys[pack] = (rank << 32) | waiting;
        }

        Array.Sort(keys, packs);
        return packs;
    }

    private static long Sum(ReadOnlySpan<long> sizes)
    {
        long sum = 0;
        foreach (long size in sizes)
        {
            sum += Math.Max(0, size);
        }

        return sum;
    }
}
