namespace HandyBackup.Agent.Core.Memory;

/// <summary>Memory that a process holds only because it may need it again.</summary>
public static class IdleMemory
{
    // What was allocated since the last time, in bytes: less is not worth a pause of all threads.
    private const long Worth = 16 * 1024 * 1024;

    private static long s_released;

    /// <summary>Gives it back to the system if much was allocated since the last time. As <see cref="Release"/> else.</summary>
    /// <returns>Whether it was worth it.</returns>
    public static bool ReleaseIfWorth()
    {
        long allocated = GC.GetTotalAllocatedBytes();
        if (allocated - Interlocked.Read(ref s_released) < Worth)
        {
            return false;
        }

        Interlocked.Exchange(ref s_released, allocated);
        Release();
        return true;
    }

    /// <summary>
    /// Gives it back to the system. It takes some ten milliseconds and the next work takes the memory anew, so this is for when there will be nothing to do
    /// for a while. May be called at any time, from any thread.
    /// </summary>
    public static void Release()
    {
        SlabMemoryPool.Shared.Trim();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        NativeHeap.Trim();
    }
}
