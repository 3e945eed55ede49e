namespace HandyBackup.Sources.Files.Linux.Restore;

/// <summary>The highest of many offsets, from several threads. Lives in one place and is not copied.</summary>
internal struct HighestOffset
{
    private long _value;

    /// <summary>The highest so far.</summary>
    public long Value => Interlocked.Read(ref _value);

    public void Raise(long offset)
    {
        long seen = Interlocked.Read(ref _value);
        while (seen < offset)
        {
            long before = Interlocked.CompareExchange(ref _value, offset, seen);
            if (before == seen)
            {
                return;
            }

            seen = before;
        }
    }
}
