namespace HandyBackup.Repository;

/// <summary>Finds prefixes of SHA-256 ids in sorted lists. They are evenly spread, so their value says about where they stand; lists that are not are slower only.</summary>
internal static class InterpolationSearch
{
    private const int FirstStep = 16;

    /// <summary>The position of the first prefix that is not below <paramref name="prefix"/>; the list's length if all are.</summary>
    public static int FirstAtLeast<T>(T prefixes, ulong prefix)
        where T : struct, ISortedPrefixes
    {
        int count = prefixes.Count;
        int guess = (int)Math.BigMul(prefix, (ulong)count, out _);

        // All before low are below the prefix, none from high on is.
        int low = 0;
        int high = count;
        if (guess < count && prefixes[guess] < prefix)
        {
            low = guess + 1;
            for (int step = FirstStep; low < high && high - low > step; step *= 2)
            {
                if (prefixes[low + step] >= prefix)
                {
                    high = low + step;
                    break;
                }

                low += step + 1;
            }
        }
        else
        {
            high = guess;
            for (int step = FirstStep; high - low > step; step *= 2)
            {
                if (prefixes[high - step] < prefix)
                {
                    low = high - step + 1;
                    break;
                }

                high -= step;
            }
        }

        while (low < high)
        {
            int middle = (int)(((uint)low + (uint)high) / 2);
            if (prefixes[middle] < prefix)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
