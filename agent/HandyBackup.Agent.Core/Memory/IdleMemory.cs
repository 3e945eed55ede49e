namespace HandyBackup.Agent.Core.Memory;

/// <summary>Memory that a process holds only because it may need it again.</summary>
public static class IdleMemory
{
    /// <summary>
    /// Gives it back to the system. It takes some ten milliseconds and the next work takes the memory anew, so this is for when there will be nothing to do
    /// for a while. May be called at any time, from any thread.
    /// </summary>
    public static void Release()
    {
        SlabMemoryPool.Shared.Trim();
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }
}
