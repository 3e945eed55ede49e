using System.Runtime.InteropServices;
using HandyBackup.Agent.Core.Memory;

namespace HandyBackup.Agent.Core.Tests.Memory;

public sealed class NativeHeapTests
{
    private const int Blocks = 20_000;
    private const int BlockSize = 10_000;

    private static readonly byte[] s_content = new byte[BlockSize];

    [Fact]
    public void What_was_freed_between_blocks_that_are_used_leaves_memory()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "malloc_trim", out _), "is glibc's own");
        nint[] blocks = new nint[Blocks];
        for (int i = 0; i < Blocks; i++)
        {
            blocks[i] = Marshal.AllocHGlobal(BlockSize);
            Marshal.Copy(s_content, 0, blocks[i], BlockSize);
        }

        // The last one stays: what lies before it is not given back by itself.
        for (int i = 0; i < Blocks - 1; i++)
        {
            Marshal.FreeHGlobal(blocks[i]);
        }

        long before = ResidentMemory.Kilobytes("RssAnon");
        NativeHeap.Trim();
        long after = ResidentMemory.Kilobytes("RssAnon");
        Marshal.FreeHGlobal(blocks[^1]);

        // Other tests take memory meanwhile, so not all of the 200 MB.
        Assert.True(before - after > Blocks * (long)BlockSize / 1024 / 2, $"{before} kB before, {after} kB after.");
    }
}
