using System.Runtime.CompilerServices;
using HandyBackup.Agent.Core.Memory;

namespace HandyBackup.Agent.Core.Tests.Memory;

public sealed class IdleMemoryTests
{
    [Fact]
    public void Much_that_nobody_uses_any_more_is_given_back()
    {
        WeakReference used = Use(20_000_000);

        Assert.True(IdleMemory.ReleaseIfWorth());

        Assert.False(used.IsAlive);
    }

    // Not inlined: a frame that still runs may keep what it has.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Use(int bytes) => new(new byte[bytes]);
}
